//! What a source may not say: settings of another type would be passed over in silence.

use serde_json::{Map, Value as Json};

use super::resolve::plain;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::nearest;
use crate::transform::project::properties::{SourceProperties, TableProperties};
use crate::transform::project::yaml::Mark;

/// What `quoting` speaks of.
pub(super) const QUOTED: [&str; 4] = ["database", "schema", "identifier", "column"];

// Of these, `loader` alone may not be null.
const TEXTS: [&str; 6] = ["database", "schema", "identifier", "loader", "loaded_at_field", "loaded_at_query"];
const TEXTS_OF_CONFIG: [&str; 2] = ["loaded_at_field", "loaded_at_query"];

/// Refuses what is wrong with a source or a table of it, at the mark of the one that says it.
pub(super) fn check(source: &SourceProperties, table: &TableProperties) -> std::result::Result<(), (Mark, Error)> {
    let name = format!("{}.{}", source.name, table.name);
    let places = [
        (&source.fields, &source.config, &source.name, source.mark),
        (&table.fields, &table.config, &name, table.mark),
    ];
    for (fields, config, name, mark) in places {
        texts(fields, &TEXTS, name)
            .and_then(|()| texts(config, &TEXTS_OF_CONFIG, name))
            .and_then(|()| quoting(fields, name))
            .map_err(|error| (mark, error))?;
    }
    thresholds(source, table).map_err(|error| (table.mark, error))
}

fn wrong<T>(what: String, hint: impl Into<String>) -> Result<T> {
    Err(Error::new(Kind::Project, what).hint(hint))
}

fn texts(fields: &Map<String, Json>, keys: &[&str], name: &str) -> Result<()> {
    let given = keys.iter().filter_map(|key| Some((*key, fields.get(*key)?)));
    for (key, value) in given {
        if !value.is_string() && (!value.is_null() || key == "loader") {
            let what = format!("`{key}` of the source `{name}` is `{}`, which is no text", plain(value));
            return wrong(what, format!("write it in quotes: `{key}: '...'`"));
        }
    }
    Ok(())
}

fn quoting(fields: &Map<String, Json>, name: &str) -> Result<()> {
    let Some(quoting) = fields.get("quoting") else { return Ok(()) };
    let Some(quoting) = quoting.as_object() else {
        let what = format!("`quoting` of the source `{name}` is `{}`, which is no mapping", plain(quoting));
        return wrong(what, "write what is quoted, and whether it is: `quoting: {identifier: false}`");
    };
    for (key, value) in quoting {
        if !QUOTED.contains(&key.as_str()) {
            let what = format!("`quoting` of the source `{name}` has `{key}`");
            let near = nearest(key, QUOTED).map(|near| format!("did you mean `{near}`?"));
            return wrong(what, near.unwrap_or_else(|| format!("it may have {}", QUOTED.join(", "))));
        }
        if !value.is_boolean() && !value.is_null() {
            let what =
                format!("`quoting` of the source `{name}` has `{key}: {}`, which is not true or false", plain(value));
            return wrong(
                what,
                "write `true` or `false` without quotes; a text of a template becomes one by `| as_bool`",
            );
        }
    }
    Ok(())
}

// A threshold that nothing can be compared with would be passed over in silence.
fn thresholds(source: &SourceProperties, table: &TableProperties) -> Result<()> {
    const PERIODS: [&str; 3] = ["minute", "hour", "day"];
    let name = format!("{}.{}", source.name, table.name);
    for place in [&source.fields, &source.config, &table.fields, &table.config] {
        let Some(freshness) = place.get("freshness") else { continue };
        for key in ["warn_after", "error_after"] {
            let Some(limit) = freshness.get(key).and_then(Json::as_object) else { continue };
            if let Some(period) = limit.get("period").filter(|period| !period.is_null()) {
                let said = period.as_str().unwrap_or_default();
                if !PERIODS.contains(&said) {
                    let near = nearest(said, PERIODS).map(|near| format!("did you mean `{near}`?"));
                    let what = format!("`{key}` of the source `{name}` has `period: {}`", plain(period));
                    return wrong(what, near.unwrap_or_else(|| format!("a period is one of {}", PERIODS.join(", "))));
                }
            }
            if let Some(count) = limit.get("count").filter(|count| !count.is_null() && !count.is_i64()) {
                let what = format!("`{key}` of the source `{name}` has `count: {}`", plain(count));
                return wrong(what, "a count is a whole number, without quotes".to_owned());
            }
        }
    }
    Ok(())
}
