//! Dicts, lists and scalars between Python and JSON: hints, schemas, options, states. Rows never take this road.
//!
//! A state may hold more than JSON can say. Decimals, times, UUIDs and bytes are kept as dlt keeps them: as texts that begin
//! with a character of the private use area that tells the type.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use serde_json::{Map, Number, Value};

use super::error::from_python;
use crate::error::{Error, Kind, Result};

/// Nesting is for people to write; a state that is deeper than this is a circle or a mistake.
const DEPTH_MAX: usize = 200;

const DECIMAL: char = '\u{f026}';
const DATETIME: char = '\u{f027}';
const DATE: char = '\u{f028}';
const UUID: char = '\u{f029}';
const BYTES: char = '\u{f02b}';
const TIME: char = '\u{f02d}';

/// A Python object as JSON. `what` names it in an error: `pipeline state`.
pub(crate) fn to_value(object: &Bound<'_, PyAny>, what: &str) -> Result<Value> {
    value(object, what, 0)
}

/// A Python dict as a JSON object.
pub(crate) fn to_map(dict: &Bound<'_, PyDict>, what: &str) -> Result<Map<String, Value>> {
    match value(dict.as_any(), what, 0)? {
        Value::Object(map) => Ok(map),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(Error::internal("a dict became something else than an object"))
        }
    }
}

/// JSON as Python objects; `typed` texts become what they were.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &Value, typed: bool) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(truth) => PyBool::new(py, *truth).to_owned().into_any(),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(integer), _) => integer.into_pyobject(py)?.into_any(),
            (None, Some(integer)) => integer.into_pyobject(py)?.into_any(),
            (None, None) => PyFloat::new(py, number.as_f64().unwrap_or(f64::NAN)).into_any(),
        },
        Value::String(text) if typed => typed_text(py, text)?,
        Value::String(text) => PyString::new(py, text).into_any(),
        Value::Array(items) => {
            let list = PyList::empty(py);
            for item in items {
                list.append(to_python(py, item, typed)?)?;
            }
            list.into_any()
        }
        Value::Object(map) => {
            let dict = PyDict::new(py);
            for (key, item) in map {
                dict.set_item(key, to_python(py, item, typed)?)?;
            }
            dict.into_any()
        }
    })
}

fn value(object: &Bound<'_, PyAny>, what: &str, depth: usize) -> Result<Value> {
    if depth > DEPTH_MAX {
        return Err(Error::new(
            Kind::Data,
            format!("the {what} is nested deeper than {DEPTH_MAX} levels, or contains itself"),
        ));
    }
    if object.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(truth) = object.cast::<PyBool>() {
        return Ok(Value::Bool(truth.is_true()));
    }
    if let Ok(text) = object.cast::<PyString>() {
        let text = text.to_str().map_err(|raised| from_python(object.py(), &raised))?;
        return Ok(Value::String(text.to_owned()));
    }
    if object.is_instance_of::<PyInt>() {
        return integer(object, what);
    }
    if object.is_instance_of::<PyFloat>() {
        let float: f64 = object.extract().map_err(|raised| from_python(object.py(), &raised))?;
        return Number::from_f64(float).map(Value::Number).ok_or_else(|| not_json(&float.to_string(), what));
    }
    if let Ok(dict) = object.cast::<PyDict>() {
        let mut map = Map::with_capacity(dict.len());
        for (key, item) in dict {
            let key = key.str().map_err(|raised| from_python(object.py(), &raised))?.to_string_lossy().into_owned();
            map.insert(key, value(&item, what, depth + 1)?);
        }
        return Ok(Value::Object(map));
    }
    if object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>() {
        let items = object.try_iter().map_err(|raised| from_python(object.py(), &raised))?;
        return items
            .map(|item| value(&item.map_err(|raised| from_python(object.py(), &raised))?, what, depth + 1))
            .collect::<Result<_>>()
            .map(Value::Array);
    }
    marked(object, what)
}

fn integer(object: &Bound<'_, PyAny>, what: &str) -> Result<Value> {
    let small = object.extract::<i64>().map(Value::from);
    small.or_else(|_| object.extract::<u64>().map(Value::from)).map_err(|_| not_json(&object.to_string(), what))
}

// The type is told by its name: importing `decimal` or `uuid` to compare classes would cost every start.
fn marked(object: &Bound<'_, PyAny>, what: &str) -> Result<Value> {
    let raised = |raised: PyErr| from_python(object.py(), &raised);
    if let Ok(bytes) = object.cast::<PyBytes>() {
        return Ok(Value::String(format!("{BYTES}{}", STANDARD.encode(bytes.as_bytes()))));
    }
    let ancestors = object.get_type().mro();
    for class in ancestors {
        let name = class.getattr("__name__").and_then(|name| name.extract::<String>()).map_err(raised)?;
        let module = class.getattr("__module__").and_then(|module| module.extract::<String>()).unwrap_or_default();
        let isoformat = || object.call_method0("isoformat").and_then(|text| text.extract::<String>()).map_err(raised);
        match (module.as_str(), name.as_str()) {
            ("decimal", "Decimal") => return Ok(Value::String(format!("{DECIMAL}{object}"))),
            ("datetime", "datetime") => return Ok(Value::String(format!("{DATETIME}{}", isoformat()?))),
            ("datetime", "date") => return Ok(Value::String(format!("{DATE}{}", isoformat()?))),
            ("datetime", "time") => return Ok(Value::String(format!("{TIME}{}", isoformat()?))),
            ("uuid", "UUID") => return Ok(Value::String(format!("{UUID}{object}"))),
            ("enum", "Enum") => return value(&object.getattr("value").map_err(raised)?, what, 0),
            (_, _) => {}
        }
    }
    if let Ok(items) = object.cast_exact::<pyo3::types::PySet>() {
        return items.iter().map(|item| value(&item, what, 0)).collect::<Result<_>>().map(Value::Array);
    }
    // numpy's scalars and mappings that are no dicts.
    for method in ["item", "asdict", "to_dict"] {
        if let Ok(plain) = object.call_method0(method) {
            return value(&plain, what, DEPTH_MAX / 2);
        }
    }
    let class = object.get_type().name().map_or_else(|_| "object".to_owned(), |name| name.to_string());
    Err(Error::new(Kind::Usage, format!("the {what} holds a value of type `{class}`, which cannot be stored"))
        .hint("store text, numbers, booleans, dates, lists and dicts of those"))
}

fn not_json(number: &str, what: &str) -> Error {
    Error::new(Kind::Usage, format!("the {what} holds the number {number}, which JSON cannot hold"))
        .hint("store it as text")
}

fn typed_text<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    let plain = || Ok(PyString::new(py, text).into_any());
    let Some(mark) = text.chars().next() else { return plain() };
    let rest = &text[mark.len_utf8()..];
    let call = |module: &str, class: &str, method: Option<&str>| {
        let class = py.import(module)?.getattr(class)?;
        match method {
            Some(method) => class.call_method1(method, (rest,)),
            None => class.call1((rest,)),
        }
    };
    match mark {
        DECIMAL => call("decimal", "Decimal", None),
        DATETIME => call("datetime", "datetime", Some("fromisoformat")),
        DATE => call("datetime", "date", Some("fromisoformat")),
        TIME => call("datetime", "time", Some("fromisoformat")),
        UUID => call("uuid", "UUID", None),
        BYTES => match STANDARD.decode(rest) {
            Ok(bytes) => Ok(PyBytes::new(py, &bytes).into_any()),
            Err(_) => plain(),
        },
        _ => plain(),
    }
}
