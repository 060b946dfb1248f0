//! Python values that JSON has no type for, and those of subclasses.
//!
//! The standard library's types, dataclasses, pydantic models, numpy and pandas values are known without importing
//! any of them before one comes.

use std::borrow::Cow;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyFrozenSet, PyInt, PyList, PySet, PyString, PyTuple,
};

use super::error::from_python;
use super::items::{PyElements, PyEntries, PyItem, integer, text_of};
use super::moments::{clock, duration, duration_text, timestamp};
use crate::error::{Error, Kind, Result};
use crate::ingest::item::{Scratch, View};
use crate::schema::time::Timestamp;
use crate::schema::types::Scalar;

/// The classes that are asked for by name, imported when the first unusual value comes.
pub(super) struct Classes {
    pub(super) datetime: Py<PyAny>,
    date: Py<PyAny>,
    time: Py<PyAny>,
    timedelta: Py<PyAny>,
    decimal: Py<PyAny>,
    uuid: Py<PyAny>,
    enumeration: Py<PyAny>,
    mapping: Py<PyAny>,
    sequence: Py<PyAny>,
    dataclass_fields: Py<PyAny>,
    pub(super) utc: Py<PyAny>,
    pub(super) epoch: Py<PyAny>,
    pub(super) naive_epoch: Py<PyAny>,
}

fn classes(py: Python<'_>) -> Result<&'static Classes> {
    static CLASSES: PyOnceLock<Classes> = PyOnceLock::new();
    CLASSES.get_or_try_init(py, || import_classes(py)).map_err(|raised| from_python(py, &raised))
}

fn import_classes(py: Python<'_>) -> PyResult<Classes> {
    let of = |module: &str, name: &str| py.import(module)?.getattr(name).map(Bound::unbind);
    let datetime = py.import("datetime")?;
    let utc = datetime.getattr("timezone")?.getattr("utc")?;
    let class = datetime.getattr("datetime")?;
    let naive_epoch = class.call1((1970, 1, 1))?;
    let epoch = class.call1((1970, 1, 1, 0, 0, 0, 0, &utc))?;
    Ok(Classes {
        datetime: class.unbind(),
        date: of("datetime", "date")?,
        time: of("datetime", "time")?,
        timedelta: of("datetime", "timedelta")?,
        decimal: of("decimal", "Decimal")?,
        uuid: of("uuid", "UUID")?,
        enumeration: of("enum", "Enum")?,
        mapping: of("collections.abc", "Mapping")?,
        sequence: of("collections.abc", "Sequence")?,
        dataclass_fields: of("dataclasses", "fields")?,
        utc: utc.unbind(),
        epoch: epoch.unbind(),
        naive_epoch: naive_epoch.unbind(),
    })
}

// What is not of an exact JSON type. Text is copied to the scratch, because the object that holds it may be
// one that was made here.
pub(super) fn convert<'a, 'py>(object: Bound<'py, PyAny>, scratch: &'a mut Scratch) -> Result<View<'a, PyItem<'py>>> {
    let py = object.py();
    let known = classes(py)?;
    let is = |class: &Py<PyAny>| object.is_instance(class.bind(py)).map_err(|raised| from_python(py, &raised));
    if is(&known.enumeration)? {
        let value = object.getattr("value").map_err(|raised| from_python(py, &raised))?;
        return again(value, scratch);
    }
    let class = class_name(&object);
    if matches!(class.as_str(), "NaTType" | "NAType") {
        return Ok(View::Null);
    }
    if is(&known.datetime)? {
        return timestamp(&object, known).map(|timestamp| View::Scalar(Scalar::Timestamp(timestamp)));
    }
    if is(&known.date)? {
        let ordinal = object.call_method0("toordinal").and_then(|ordinal| ordinal.extract::<i32>());
        return Ok(View::Scalar(Scalar::Date(ordinal.map_err(|raised| from_python(py, &raised))? - 719_163)));
    }
    if is(&known.time)? {
        return Ok(View::Scalar(Scalar::Time(clock(&object)?)));
    }
    if is(&known.decimal)? {
        copy_text(&object.str().map_err(|raised| from_python(py, &raised))?, scratch)?;
        let is_wei = has_ancestor(&object, "Wei");
        return Ok(View::Scalar(if is_wei { Scalar::Wei(&scratch.text) } else { Scalar::Decimal(&scratch.text) }));
    }
    if is(&known.uuid)? {
        copy_text(&object.str().map_err(|raised| from_python(py, &raised))?, scratch)?;
        return Ok(View::Scalar(Scalar::Text(&scratch.text)));
    }
    if is(&known.timedelta)? {
        scratch.text = duration(&object)?;
        return Ok(View::Scalar(Scalar::Text(&scratch.text)));
    }
    if let Ok(bytes) = object.cast::<PyBytes>() {
        bytes.as_bytes().clone_into(&mut scratch.bytes);
        let is_hex = class == "HexBytes";
        return Ok(View::Scalar(if is_hex {
            Scalar::HexBytes(&scratch.bytes)
        } else {
            Scalar::Binary(&scratch.bytes)
        }));
    }
    if object.is_instance_of::<PyByteArray>() || class == "memoryview" {
        let bytes = py.get_type::<PyBytes>().call1((&object,)).map_err(|raised| from_python(py, &raised))?;
        return convert(bytes, scratch);
    }
    if is_plain(&object) { subclass(&object, scratch) } else { container(object, known, &class, scratch) }
}

fn again<'a, 'py>(object: Bound<'py, PyAny>, scratch: &'a mut Scratch) -> Result<View<'a, PyItem<'py>>> {
    if let Ok(text) = object.cast_exact::<PyString>() {
        copy_text(text, scratch)?;
        return Ok(View::Scalar(Scalar::Text(&scratch.text)));
    }
    if let Ok(number) = object.cast_exact::<PyInt>() {
        return integer(number, scratch);
    }
    if let Ok(number) = object.cast_exact::<PyFloat>() {
        return Ok(View::Scalar(Scalar::Double(number.value())));
    }
    if let Ok(flag) = object.cast_exact::<PyBool>() {
        return Ok(View::Scalar(Scalar::Bool(flag.is_true())));
    }
    if object.is_none() {
        return Ok(View::Null);
    }
    if let Ok(dict) = object.cast_exact::<PyDict>() {
        return Ok(View::Object(PyEntries::Dict(dict.clone(), 0)));
    }
    if let Ok(list) = object.cast_exact::<PyList>() {
        return Ok(View::List(PyElements::List(list.clone(), 0)));
    }
    convert(object, scratch)
}

// Whether it is of a built-in class, or of a subclass of one.
fn is_plain(object: &Bound<'_, PyAny>) -> bool {
    object.is_instance_of::<PyString>()
        || object.is_instance_of::<PyInt>()
        || object.is_instance_of::<PyFloat>()
        || object.is_instance_of::<PyDict>()
        || object.is_instance_of::<PyList>()
        || object.is_instance_of::<PyTuple>()
        || object.is_instance_of::<PySet>()
        || object.is_instance_of::<PyFrozenSet>()
}

fn subclass<'a, 'py>(object: &Bound<'py, PyAny>, scratch: &'a mut Scratch) -> Result<View<'a, PyItem<'py>>> {
    let raised = |raised: PyErr| from_python(object.py(), &raised);
    if let Ok(text) = object.cast::<PyString>() {
        copy_text(text, scratch)?;
        return Ok(View::Scalar(Scalar::Text(&scratch.text)));
    }
    if let Ok(number) = object.cast::<PyInt>() {
        return integer(number, scratch);
    }
    if let Ok(number) = object.cast::<PyFloat>() {
        return Ok(View::Scalar(Scalar::Double(number.value())));
    }
    if object.is_instance_of::<PyDict>() {
        return pairs(object);
    }
    if let Ok(list) = object.cast::<PyList>() {
        return Ok(View::List(PyElements::List(list.clone(), 0)));
    }
    if let Ok(tuple) = object.cast::<PyTuple>() {
        if !object.is_exact_instance_of::<PyTuple>() && object.hasattr("_asdict").map_err(raised)? {
            return pairs(&object.call_method0("_asdict").map_err(raised)?);
        }
        return Ok(View::List(PyElements::Tuple(tuple.clone(), 0)));
    }
    Ok(View::List(PyElements::Iterator(object.try_iter().map_err(raised)?)))
}

// Dataclasses, pydantic models, numpy values, mappings, sequences and iterators.
fn container<'a, 'py>(
    object: Bound<'py, PyAny>,
    known: &Classes,
    class: &str,
    scratch: &'a mut Scratch,
) -> Result<View<'a, PyItem<'py>>> {
    let py = object.py();
    let raised = |raised: PyErr| from_python(py, &raised);
    let has = |name: &str| object.hasattr(name).map_err(raised);
    // Traces and what is told of a run are dataclasses that hold more than their data; those of users are their fields, as in dlt.
    let module = object.get_type().module().map_err(raised)?;
    if module.to_string_lossy().starts_with("gristmill.") && has("asdict")? {
        return again(object.call_method0("asdict").map_err(raised)?, scratch);
    }
    if has("__dataclass_fields__")? {
        let mut names = Vec::new();
        for field in
            known.dataclass_fields.bind(py).call1((&object,)).and_then(|fields| fields.try_iter()).map_err(raised)?
        {
            let name = field.and_then(|field| field.getattr("name")).map_err(raised)?;
            if !name.extract::<Cow<'_, str>>().map_err(raised)?.starts_with('_') {
                names.push(name);
            }
        }
        return Ok(View::Object(PyEntries::Fields(object, names.into_iter())));
    }
    if has("model_dump")? {
        let by_alias = PyDict::new(py);
        by_alias.set_item("by_alias", true).map_err(raised)?;
        let dict = object.call_method("model_dump", (), Some(&by_alias)).map_err(raised)?;
        return again(dict, scratch);
    }
    if has("dtype")? {
        return numpy(object, class, scratch);
    }
    for method in ["asdict", "_asdict"] {
        if has(method)? {
            let dict = object.call_method0(method).map_err(raised)?;
            return again(dict, scratch);
        }
    }
    if object.is_instance(known.mapping.bind(py)).map_err(raised)? {
        return pairs(&object);
    }
    let is_sequence = object.is_instance(known.sequence.bind(py)).map_err(raised)?;
    if is_sequence || has("__next__")? || class.starts_with("dict_") {
        return Ok(View::List(PyElements::Iterator(object.try_iter().map_err(raised)?)));
    }
    if class == "complex" {
        copy_text(&object.str().map_err(raised)?, scratch)?;
        return Ok(View::Scalar(Scalar::Text(&scratch.text)));
    }
    Err(Error::new(Kind::Data, format!("a value of type `{class}` cannot be kept"))
        .hint("turn it into text, a number, a date, a dict or a list before it is yielded, for example in `add_map`"))
}

fn numpy<'a, 'py>(object: Bound<'py, PyAny>, class: &str, scratch: &'a mut Scratch) -> Result<View<'a, PyItem<'py>>> {
    let py = object.py();
    let raised = |raised: PyErr| from_python(py, &raised);
    if matches!(class, "datetime64" | "timedelta64") {
        let Some(moment) = Numpy64::of(&object, class).map_err(raised)? else { return Ok(View::Null) };
        if class == "datetime64" {
            let (micros, nanos) = moment.parts();
            return Ok(View::Scalar(Scalar::Timestamp(Timestamp { micros, nanos, offset: None })));
        }
        if let Some(nanos) = moment.whole_nanos() {
            scratch.text = duration_text(nanos);
            return Ok(View::Scalar(Scalar::Text(&scratch.text)));
        }
    }
    let method = if object.hasattr("tolist").map_err(raised)? { "tolist" } else { "item" };
    let plain = object.call_method0(method).map_err(raised)?;
    if plain.hasattr("dtype").map_err(raised)? {
        return Err(Error::new(Kind::Data, format!("a value of type `{class}` cannot be kept"))
            .hint("turn it into a number or text before it is yielded"));
    }
    again(plain, scratch)
}

// What a `datetime64` or `timedelta64` holds. numpy turns one unit into another without a word when it overflows, so the way back
// is looked at as well.
enum Numpy64 {
    Nanos(i64),
    Micros(i64),
}

impl Numpy64 {
    /// None of what is no time at all.
    fn of(object: &Bound<'_, PyAny>, class: &str) -> PyResult<Option<Self>> {
        if object.ne(object)? {
            return Ok(None);
        }
        let own = object.getattr("dtype")?;
        let exact = |unit: &str| {
            let turned = object.call_method1("astype", (format!("{class}[{unit}]"),))?;
            let is_same = turned.call_method1("astype", (&own,))?.eq(object)?;
            let number: i64 = turned.call_method1("astype", ("int64",))?.extract()?;
            PyResult::Ok(is_same.then_some(number))
        };
        if let Some(nanos) = exact("ns")? {
            return Ok(Some(Self::Nanos(nanos)));
        }
        match exact("us")? {
            Some(micros) => Ok(Some(Self::Micros(micros))),
            None => Err(PyValueError::new_err(format!("`{}` is more than microseconds can tell", object.str()?))),
        }
    }

    fn parts(&self) -> (i64, u16) {
        match self {
            Self::Nanos(nanos) => (nanos.div_euclid(1000), nanos.rem_euclid(1000) as u16),
            Self::Micros(micros) => (*micros, 0),
        }
    }

    fn whole_nanos(&self) -> Option<i64> {
        match self {
            Self::Nanos(nanos) => Some(*nanos),
            Self::Micros(micros) => micros.checked_mul(1000),
        }
    }
}

fn pairs<'a, 'py>(object: &Bound<'py, PyAny>) -> Result<View<'a, PyItem<'py>>> {
    let items = object.call_method0("items").and_then(|items| items.try_iter());
    items.map(|items| View::Object(PyEntries::Pairs(items))).map_err(|raised| from_python(object.py(), &raised))
}

fn copy_text(text: &Bound<'_, PyString>, scratch: &mut Scratch) -> Result<()> {
    text_of(text)?.clone_into(&mut scratch.text);
    Ok(())
}

fn class_name(object: &Bound<'_, PyAny>) -> String {
    object.get_type().name().map_or_else(|_| "object".to_owned(), |name| name.to_string())
}

fn has_ancestor(object: &Bound<'_, PyAny>, name: &str) -> bool {
    object
        .get_type()
        .mro()
        .iter()
        .any(|class| class.getattr("__name__").is_ok_and(|of| of.extract::<String>().is_ok_and(|of| of == name)))
}
