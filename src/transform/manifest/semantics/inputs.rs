//! The parts that metrics and saved queries are made of: measures, other metrics, filters, windows.

use serde_json::{Value as Json, json};

use super::{picked, words};

/// A filter: one text or several, each a condition with templates of its own dialect.
pub(super) fn filter(said: Option<&Json>) -> Json {
    let conditions: Vec<&Json> = match said {
        None | Some(Json::Null) => return Json::Null,
        Some(Json::Array(conditions)) => conditions.iter().collect(),
        Some(condition) => vec![condition],
    };
    let conditions: Vec<Json> =
        conditions.into_iter().map(|condition| json!({"where_sql_template": condition})).collect();
    json!({"where_filters": conditions})
}

/// A measure as a metric asks for it: by its name, or with more about it.
pub(super) fn measure(said: Option<&Json>) -> Json {
    match said {
        None | Some(Json::Null) => Json::Null,
        Some(Json::String(name)) => measure(Some(&json!({"name": name}))),
        Some(said) => {
            let mut input = picked(said, &["name", "fill_nulls_with"]);
            input.insert("alias".into(), said.get("alias").cloned().unwrap_or_default());
            input.insert("filter".into(), filter(said.get("filter")));
            input.insert("join_to_timespine".into(), said.get("join_to_timespine").cloned().unwrap_or(json!(false)));
            Json::Object(input)
        }
    }
}

/// A metric as another asks for it.
pub(super) fn metric(said: Option<&Json>) -> Json {
    match said {
        None | Some(Json::Null) => Json::Null,
        Some(Json::String(name)) => metric(Some(&json!({"name": name}))),
        Some(said) => {
            let mut input = picked(said, &["name", "offset_to_grain"]);
            input.insert("alias".into(), said.get("alias").cloned().unwrap_or_default());
            input.insert("filter".into(), filter(said.get("filter")));
            input.insert("offset_window".into(), window(said.get("offset_window")));
            Json::Object(input)
        }
    }
}

/// Whether a text is a span of time: digits, one space, a word.
pub(super) fn is_window(said: &str) -> bool {
    let mut parts = said.split(' ');
    let count = parts.next().unwrap_or_default();
    !count.is_empty()
        && count.bytes().all(|digit| digit.is_ascii_digit())
        && parts.next().is_some()
        && parts.next().is_none()
}

/// A span of time: `7 days` is seven of `day`.
pub(super) fn window(said: Option<&Json>) -> Json {
    let Some(said) = said.and_then(Json::as_str) else { return said.cloned().unwrap_or_default() };
    let mut words = said.split_whitespace();
    let count = words.next().and_then(|count| count.parse::<u64>().ok());
    let granularity = words.next().map(str::to_lowercase);
    match (count, granularity) {
        (Some(count), Some(word)) => {
            // Granularities of one's own may end in an `s`.
            let singular = word.strip_suffix('s').filter(|word| words::is_granularity(word));
            json!({"count": count, "granularity": singular.unwrap_or(&word)})
        }
        (_, _) => json!(said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_a_number_one_space_and_a_word() {
        for fine in ["7 days", "1 WEEK", "007 martian", "7 "] {
            assert!(is_window(fine), "{fine}");
        }
        for wrong in ["", "7days", "7  days", " 7 days", "7 days ", "x days", "-7 days", "month", "7 days more"] {
            assert!(!is_window(wrong), "{wrong}");
        }
    }

    #[test]
    fn short_forms_are_spelt_out() {
        assert_eq!(window(Some(&json!("7 days"))), json!({"count": 7, "granularity": "day"}));
        assert_eq!(filter(Some(&json!("a = 1"))), json!({"where_filters": [{"where_sql_template": "a = 1"}]}));
        assert_eq!(
            measure(Some(&json!("m"))),
            json!({"name": "m", "alias": null, "fill_nulls_with": null, "filter": null, "join_to_timespine": false})
        );
        assert_eq!(
            metric(Some(&json!({"name": "m", "offset_window": "1 week"}))),
            json!({"name": "m", "alias": null, "filter": null, "offset_to_grain": null,
                   "offset_window": {"count": 1, "granularity": "week"}})
        );
    }
}
