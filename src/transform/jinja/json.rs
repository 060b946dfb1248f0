//! Values as JSON and back, as Python's `json` module writes and reads it.

mod read;
mod write;

use num_bigint::BigInt;
use serde_json::Value as Document;

use super::{Value, limits};
use crate::error::Result;

/// How `json.dumps` lays out its text.
#[derive(Clone, Copy, Default)]
pub struct Layout {
    /// The blanks of each level; none for one line.
    pub indent: Option<usize>,
    /// Whether keys are sorted.
    pub sort_keys: bool,
    /// Whether letters beyond ASCII stay what they are.
    pub unicode: bool,
}

/// `json.dumps(value)`.
pub fn dumps(value: &Value, layout: Layout) -> Result<String> {
    Ok(write::text(value, layout)?)
}

/// `json.dumps(value)`; `None` for a value that holds itself.
pub(super) fn try_dumps(value: &Value, layout: Layout) -> Result<Option<String>> {
    match write::text(value, layout) {
        Ok(text) => Ok(Some(text)),
        Err(write::Failure::Circular) => Ok(None),
        Err(write::Failure::Other(error)) => Err(error),
    }
}

/// `json.loads(text)`; `None` when the text is no JSON.
pub fn loads(text: &str) -> Option<Value> {
    read::value(text)
}

/// The value of a JSON document.
pub(super) fn to_value(document: &Document) -> Value {
    match document {
        Document::Null => Value::None,
        Document::Bool(truth) => Value::Bool(*truth),
        Document::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(small), _) => Value::Int(small),
            (None, Some(large)) => Value::integer(BigInt::from(large)),
            (None, None) => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Document::String(text) => Value::str(text),
        Document::Array(items) => Value::list(items.iter().map(to_value)),
        Document::Object(entries) => Value::dict(entries.iter().map(|(key, value)| (key, to_value(value)))),
    }
}

/// The value as a JSON document: tuples and sets become lists, other objects their text.
pub(super) fn from_value(value: &Value) -> Document {
    document(value, 0)
}

fn document(value: &Value, depth: usize) -> Document {
    if depth > limits::DEPTH_MAX {
        return Document::Null;
    }
    let many = |items: Vec<Value>| Document::Array(items.iter().map(|item| document(item, depth + 1)).collect());
    match value {
        Value::Undefined(_) | Value::None => Document::Null,
        Value::Bool(truth) => Document::Bool(*truth),
        Value::Int(number) => Document::from(*number),
        Value::BigInt(number) => match u64::try_from(&**number) {
            Ok(large) => Document::from(large),
            Err(_) => Document::from(super::operators::big_to_float(number)),
        },
        Value::Float(number) => Document::from(*number),
        Value::Str(text) => Document::from(&**text),
        Value::Bytes(bytes) => Document::from(String::from_utf8_lossy(bytes).into_owned()),
        Value::Tuple(items) => many(items.to_vec()),
        Value::List(list) => many(list.items()),
        Value::Set(set) => many(set.items()),
        Value::Dict(dict) => Document::Object(
            dict.entries().iter().map(|(key, value)| (key.to_string(), document(value, depth + 1))).collect(),
        ),
        Value::Object(object) => match object.iterate() {
            Some(items) => many(items),
            None => object.as_float().map_or_else(|| Document::from(object.display()), Document::from),
        },
    }
}
