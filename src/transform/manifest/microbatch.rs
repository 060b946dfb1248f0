//! What a model that is built in batches must say, checked before anything runs.

use std::any::Any;

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde_json::Value as Json;

use super::namespace::Macros;
use super::{Node, ResourceType};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Key, Object, Value};

const STRATEGY: &str = "get_incremental_microbatch_sql";
const SIZES: [&str; 4] = ["hour", "day", "month", "year"];

/// Whether a model is built in batches. A project with a macro of its own for the strategy gets it as it always was,
/// unless it asks for batches by its flag.
pub fn has_batches(node: &Node, macros: &Macros, flags: &serde_json::Map<String, Json>) -> bool {
    let flag = "require_batched_execution_for_custom_microbatch_strategy";
    node.resource_type == ResourceType::Model
        && node.materialized() == "incremental"
        && node.config_str("incremental_strategy") == Some("microbatch")
        && (!macros.is_overridden(STRATEGY) || flags.get(flag).and_then(Json::as_bool) == Some(true))
}

/// Checks the settings of batches, and writes `begin` as the manifest shows it. The error names the setting.
pub(super) fn settle(node: &mut Node) -> std::result::Result<(), (&'static str, Error)> {
    let wrong = |key: &'static str, what: String, hint: &str| {
        let message = format!("model `{}` is built in batches, and {what}", node.name);
        Err((key, Error::new(Kind::Project, message).hint(hint)))
    };
    match node.config.get("event_time") {
        Some(Json::String(_)) => {}
        None | Some(Json::Null) => {
            return wrong(
                "incremental_strategy",
                "says no `event_time`".to_owned(),
                "name the column with the time of a row: event_time='created_at'",
            );
        }
        Some(other) => {
            return wrong("event_time", format!("its `event_time` is {other}, not a name"), "name a column");
        }
    }
    let begin = match node.config.get("begin") {
        Some(Json::String(text)) => match iso(text) {
            Some(begin) => begin,
            None => {
                return wrong("begin", format!("its `begin` cannot be read: `{text}`"), "write it as `2024-01-31`");
            }
        },
        None | Some(Json::Null) => {
            return wrong(
                "incremental_strategy",
                "says no `begin`".to_owned(),
                "say from when on there are rows: begin='2024-01-31'",
            );
        }
        Some(other) => return wrong("begin", format!("its `begin` is {other}"), "write it as `2024-01-31`"),
    };
    match node.config.get("batch_size") {
        Some(Json::String(size)) if SIZES.contains(&size.as_str()) => {}
        None | Some(Json::Null) => {
            return wrong("incremental_strategy", "says no `batch_size`".to_owned(), "it is hour, day, month or year");
        }
        Some(other) => {
            let size = super::resolve::plain(other);
            return wrong("batch_size", format!("its `batch_size` is `{size}`"), "it is hour, day, month or year");
        }
    }
    if let Some(other) = node.config.get("lookback").filter(|lookback| !lookback.is_i64() && !lookback.is_null()) {
        return wrong("lookback", format!("its `lookback` is {other}"), "write how many batches, as a whole number");
    }
    if let Some(other) = node.config.get("concurrent_batches").filter(|one| !one.is_boolean() && !one.is_null()) {
        return wrong("concurrent_batches", format!("its `concurrent_batches` is {other}"), "write true or false");
    }
    node.config.insert("begin".to_owned(), Json::String(begin));
    Ok(())
}

// As Python writes it: `2024-01-31T00:00:00`, with the zone that was given.
fn iso(text: &str) -> Option<String> {
    if let Ok(time) = DateTime::parse_from_rfc3339(&text.replacen(' ', "T", 1)) {
        return Some(time.format("%Y-%m-%dT%H:%M:%S%:z").to_string());
    }
    let forms = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    let time = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let time = time.or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))?;
    Some(time.format("%Y-%m-%dT%H:%M:%S").to_string())
}

/// Gives `model`, as templates see it while they are parsed, a `batch` that is not known yet.
pub(super) fn with_batch_to_come(model: Value) -> Value {
    if let Some(dict) = model.as_dict() {
        dict.insert(Key::str("batch"), Value::object(ToCome));
    }
    model
}

// False and without text, and so is everything that is asked of it: as dbt's undefined values while it parses.
struct ToCome;

impl Object for ToCome {
    fn type_name(&self) -> &'static str {
        "Undefined"
    }

    fn attribute(&self, _: &str) -> Option<Value> {
        Some(Value::object(Self))
    }

    fn item(&self, _: &Value) -> Option<Value> {
        Some(Value::object(Self))
    }

    fn call_method(&self, _: &mut Interpreter<'_>, _: &str, _: Args) -> Option<Result<Value>> {
        Some(Ok(Value::object(Self)))
    }

    fn has_method(&self, _: &str) -> bool {
        true
    }

    fn truth(&self) -> bool {
        false
    }

    fn display(&self) -> String {
        String::new()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
