//! Words of a closed set, such as a metric's type: they may be written in any case, and are kept in lower case.

use serde_json::Value as Json;

use crate::error::{Error, Kind, Place, Result};
use crate::transform::jinja;

/// Where a word stands, `*` for each of a list, and which words there are.
type Words = (&'static str, &'static [&'static str]);

/// Shortest first.
pub(super) const GRANULARITIES: &[&str] = &[
    "nanosecond",
    "microsecond",
    "millisecond",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
];
pub(super) const AGGREGATIONS: &[&str] =
    &["sum", "min", "max", "count_distinct", "sum_boolean", "average", "percentile", "median", "count"];
pub(super) const METRIC_TYPES: &[&str] = &["simple", "ratio", "cumulative", "derived", "conversion"];
pub(super) const PERIOD_AGGREGATIONS: &[&str] = &["first", "last", "average"];
pub(super) const CALCULATIONS: &[&str] = &["conversions", "conversion_rate"];
pub(super) const ENTITY_TYPES: &[&str] = &["foreign", "natural", "primary", "unique"];
pub(super) const DIMENSION_TYPES: &[&str] = &["categorical", "time"];

pub(super) const OF_METRIC: &[Words] = &[
    ("/type", METRIC_TYPES),
    ("/type_params/grain_to_date", GRANULARITIES),
    ("/type_params/cumulative_type_params/period_agg", PERIOD_AGGREGATIONS),
    ("/type_params/conversion_type_params/calculation", CALCULATIONS),
];
pub(super) const OF_SEMANTIC_MODEL: &[Words] = &[
    ("/entities/*/type", ENTITY_TYPES),
    ("/dimensions/*/type", DIMENSION_TYPES),
    ("/dimensions/*/type_params/time_granularity", GRANULARITIES),
    ("/measures/*/agg", AGGREGATIONS),
    ("/measures/*/non_additive_dimension/window_choice", AGGREGATIONS),
];
pub(super) const OF_SAVED_QUERY: &[Words] = &[("/exports/*/config/export_as", &["table", "view"])];

/// Brings the words of an entry into lower case.
///
/// Fails with the nearest word for one that there is not; `what` is as in "the metric `revenue`".
pub(super) fn settle(fields: &mut Json, words: &[Words], what: &str, place: &Place) -> Result<()> {
    for (path, allowed) in words {
        settle_at(fields, path, allowed, what, place)?;
    }
    Ok(())
}

fn settle_at(value: &mut Json, path: &str, allowed: &[&str], what: &str, place: &Place) -> Result<()> {
    if let Some((list, rest)) = path.split_once("/*") {
        let parts = value.pointer_mut(list).and_then(Json::as_array_mut).into_iter().flatten();
        return parts.into_iter().try_for_each(|part| settle_at(part, rest, allowed, what, place));
    }
    let Some(Json::String(said)) = value.pointer_mut(path) else { return Ok(()) };
    let word = said.to_lowercase();
    if !allowed.contains(&word.as_str()) {
        let key = path.rsplit('/').next().unwrap_or_default();
        let error = Error::new(Kind::Project, format!("{what} has the unknown {} `{said}`", key.replace('_', " ")));
        let error = error.at(place.clone());
        return Err(match jinja::nearest(&word, allowed.iter().copied()) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint(format!("its `{key}` is one of {}", allowed.join(", "))),
        });
    }
    *said = word;
    Ok(())
}

/// A granularity that dbt knows, in one of its words.
pub(super) fn is_granularity(word: &str) -> bool {
    GRANULARITIES.contains(&word)
}

/// Where a granularity stands among the others, by length.
pub(super) fn length(word: &str) -> Option<usize> {
    GRANULARITIES.iter().position(|known| *known == word)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_are_brought_into_lower_case_wherever_they_stand() {
        let place = Place::at("a.yml", 1, 1);
        let mut model = json!({"measures": [{"agg": "SUM"}, {"agg": "Count_Distinct"}, {"name": "m"}]});
        settle(&mut model, OF_SEMANTIC_MODEL, "the semantic model `m`", &place).unwrap();
        assert_eq!(model, json!({"measures": [{"agg": "sum"}, {"agg": "count_distinct"}, {"name": "m"}]}));
        let mut metric = json!({"type": "simpel"});
        let error = settle(&mut metric, OF_METRIC, "the metric `m`", &place).unwrap_err();
        assert_eq!(error.message(), "the metric `m` has the unknown type `simpel`");
    }
}
