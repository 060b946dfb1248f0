//! [`Item`] over Python objects: read where they are, never copied into a tree.
//!
//! The types that JSON has are told by their exact class; everything else takes the slower road below, which
//! knows the standard library, dataclasses, pydantic, numpy and pandas without importing any of them.

use std::any::Any;
use std::borrow::Cow;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyFrozenSet, PyInt, PyIterator, PyList, PySet, PyString, PyTuple,
};

use super::error::from_python;
use crate::error::{Error, Kind, Result};
use crate::ingest::item::{Elements, Entries, Item, Key, Scratch, View};
use crate::ingest::normalize::{RootTable, Sink};
use crate::schema::time::{DAY_MICROS, Timestamp, days};
use crate::schema::types::Scalar;

/// A Python object that is looked at as an item.
#[derive(Clone)]
pub(crate) struct PyItem<'py>(pub(crate) Bound<'py, PyAny>);

/// Adds every item of a sequence or iterable, and returns how many there were.
pub(crate) fn add_items(sink: &mut impl Sink, root: RootTable, items: &Bound<'_, PyAny>) -> Result<u64> {
    let mut elements = match items.cast_exact::<PyList>() {
        Ok(list) => PyElements::List(list.clone(), 0),
        Err(_) => PyElements::Iterator(items.try_iter().map_err(|raised| from_python(items.py(), &raised))?),
    };
    let mut count = 0;
    while let Some(item) = elements.next_element()? {
        sink.add(root, &item)?;
        count += 1;
    }
    Ok(count)
}

/// The entries of a dict, or of what is like one.
pub(crate) enum PyEntries<'py> {
    Dict(Bound<'py, PyDict>, ffi::Py_ssize_t),
    /// Pairs of key and value.
    Pairs(Bound<'py, PyIterator>),
    /// A dataclass and the names of its fields.
    Fields(Bound<'py, PyAny>, std::vec::IntoIter<Bound<'py, PyAny>>),
}

pub(crate) enum PyElements<'py> {
    List(Bound<'py, PyList>, usize),
    Tuple(Bound<'py, PyTuple>, usize),
    Iterator(Bound<'py, PyIterator>),
}

pub(crate) struct PyKey<'py>(Bound<'py, PyAny>);

impl<'py> Item for PyItem<'py> {
    type Object = PyEntries<'py>;
    type List = PyElements<'py>;

    #[inline]
    fn view<'a>(&'a self, scratch: &'a mut Scratch) -> Result<View<'a, Self>> {
        let object = &self.0;
        if let Ok(text) = object.cast_exact::<PyString>() {
            return Ok(View::Scalar(Scalar::Text(text_of(text)?)));
        }
        if object.is_none() {
            return Ok(View::Null);
        }
        if let Ok(number) = object.cast_exact::<PyInt>() {
            return integer(number, scratch);
        }
        if let Ok(number) = object.cast_exact::<PyFloat>() {
            return Ok(View::Scalar(Scalar::Double(number.value())));
        }
        if let Ok(dict) = object.cast_exact::<PyDict>() {
            return Ok(View::Object(PyEntries::Dict(dict.clone(), 0)));
        }
        if let Ok(list) = object.cast_exact::<PyList>() {
            return Ok(View::List(PyElements::List(list.clone(), 0)));
        }
        if let Ok(flag) = object.cast_exact::<PyBool>() {
            return Ok(View::Scalar(Scalar::Bool(flag.is_true())));
        }
        convert(object.clone(), scratch)
    }
}

impl<'py> Entries for PyEntries<'py> {
    type Key = PyKey<'py>;
    type Item = PyItem<'py>;

    #[inline]
    fn next_entry(&mut self) -> Result<Option<(PyKey<'py>, PyItem<'py>)>> {
        match self {
            Self::Dict(dict, position) => Ok(next_of_dict(dict, position)),
            Self::Pairs(pairs) => {
                let py = pairs.py();
                let Some(pair) = pairs.next() else { return Ok(None) };
                let (key, value) = pair.and_then(|pair| pair.extract()).map_err(|raised| from_python(py, &raised))?;
                Ok(Some((PyKey(key), PyItem(value))))
            }
            Self::Fields(object, names) => {
                let Some(name) = names.next() else { return Ok(None) };
                let value = name.cast::<PyString>().map_err(PyErr::from).and_then(|name| object.getattr(name));
                let value = value.map_err(|raised| from_python(object.py(), &raised))?;
                Ok(Some((PyKey(name), PyItem(value))))
            }
        }
    }
}

#[allow(unsafe_code)]
#[inline]
fn next_of_dict<'py>(dict: &Bound<'py, PyDict>, position: &mut ffi::Py_ssize_t) -> Option<(PyKey<'py>, PyItem<'py>)> {
    let (mut key, mut value) = (std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: the dict is alive and the interpreter attached. `PyDict_Next` lends references, which are made
    // our own at once; it stays in bounds even when the dict was changed between two calls.
    unsafe {
        if ffi::PyDict_Next(dict.as_ptr(), position, &raw mut key, &raw mut value) == 0 {
            return None;
        }
        let py = dict.py();
        Some((PyKey(Bound::from_borrowed_ptr(py, key)), PyItem(Bound::from_borrowed_ptr(py, value))))
    }
}

impl<'py> Elements for PyElements<'py> {
    type Item = PyItem<'py>;

    #[inline]
    fn next_element(&mut self) -> Result<Option<PyItem<'py>>> {
        match self {
            Self::List(list, at) => {
                if *at >= list.len() {
                    return Ok(None);
                }
                let item = list.get_item(*at).map_err(|raised| from_python(list.py(), &raised))?;
                *at += 1;
                Ok(Some(PyItem(item)))
            }
            Self::Tuple(tuple, at) => {
                if *at >= tuple.len() {
                    return Ok(None);
                }
                let item = tuple.get_item(*at).map_err(|raised| from_python(tuple.py(), &raised))?;
                *at += 1;
                Ok(Some(PyItem(item)))
            }
            Self::Iterator(iterator) => {
                let py = iterator.py();
                iterator.next().transpose().map(|item| item.map(PyItem)).map_err(|raised| from_python(py, &raised))
            }
        }
    }
}

impl Key for PyKey<'_> {
    #[inline]
    fn token(&self) -> usize {
        if self.0.is_exact_instance_of::<PyString>() { self.0.as_ptr() as usize } else { 0 }
    }

    fn text(&self) -> Result<Cow<'_, str>> {
        if let Ok(text) = self.0.cast::<PyString>() {
            return Ok(Cow::Borrowed(text_of(text)?));
        }
        // Keys that are no text are written as JSON would write them.
        let mut scratch = Scratch::default();
        match PyItem(self.0.clone()).view(&mut scratch)? {
            View::Null => Ok(Cow::Borrowed("null")),
            View::Scalar(Scalar::Bool(flag)) => Ok(Cow::Borrowed(if flag { "true" } else { "false" })),
            View::Scalar(value) => Ok(Cow::Owned(value.text().into_owned())),
            View::Object(_) | View::List(_) => {
                let text = self.0.str().map_err(|raised| from_python(self.0.py(), &raised))?;
                Ok(Cow::Owned(text_of(&text)?.to_owned()))
            }
        }
    }

    fn keep(&self) -> Option<Box<dyn Any + Send + Sync>> {
        Some(Box::new(self.0.clone().unbind()))
    }
}

fn text_of<'a>(text: &'a Bound<'_, PyString>) -> Result<&'a str> {
    text.to_str().map_err(|_| {
        Error::new(Kind::Data, "a text holds a lone surrogate, which no encoding can store")
            .hint("decode the bytes that it came from with `errors=\"replace\"`, or take the character out")
    })
}

#[allow(unsafe_code)]
#[inline]
fn integer<'a, 'py>(number: &Bound<'py, PyInt>, scratch: &'a mut Scratch) -> Result<View<'a, PyItem<'py>>> {
    let mut overflow = 0;
    // SAFETY: the object is an int, so the call only reads it; an overflow is told by the flag, not raised.
    let small = unsafe { ffi::PyLong_AsLongLongAndOverflow(number.as_ptr(), &raw mut overflow) };
    if overflow == 0 {
        return Ok(View::Scalar(Scalar::Bigint(small)));
    }
    // `str` refuses more than 4300 digits; hexadecimal has no such limit, and no column takes so many.
    match number.as_any().str() {
        Ok(text) => {
            text_of(&text)?.clone_into(&mut scratch.text);
            Ok(View::Scalar(Scalar::BigInteger(&scratch.text)))
        }
        Err(raised) => Err(from_python(number.py(), &raised)),
    }
}

/// The classes that are asked for by name, imported when the first unusual value comes.
struct Classes {
    datetime: Py<PyAny>,
    date: Py<PyAny>,
    time: Py<PyAny>,
    timedelta: Py<PyAny>,
    decimal: Py<PyAny>,
    uuid: Py<PyAny>,
    enumeration: Py<PyAny>,
    mapping: Py<PyAny>,
    sequence: Py<PyAny>,
    dataclass_fields: Py<PyAny>,
    utc: Py<PyAny>,
    epoch: Py<PyAny>,
    naive_epoch: Py<PyAny>,
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
fn convert<'a, 'py>(object: Bound<'py, PyAny>, scratch: &'a mut Scratch) -> Result<View<'a, PyItem<'py>>> {
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
        let unit = if class == "datetime64" { "datetime64[ns]" } else { "timedelta64[ns]" };
        let nanos: i64 = object
            .call_method1("astype", (unit,))
            .and_then(|n| n.call_method1("astype", ("int64",))?.extract())
            .map_err(raised)?;
        if nanos == i64::MIN {
            return Ok(View::Null);
        }
        if class == "datetime64" {
            let timestamp =
                Timestamp { micros: nanos.div_euclid(1000), nanos: nanos.rem_euclid(1000) as u16, offset: None };
            return Ok(View::Scalar(Scalar::Timestamp(timestamp)));
        }
        scratch.text = duration_text(nanos);
        return Ok(View::Scalar(Scalar::Text(&scratch.text)));
    }
    let method = if object.hasattr("tolist").map_err(raised)? { "tolist" } else { "item" };
    let plain = object.call_method0(method).map_err(raised)?;
    if plain.hasattr("dtype").map_err(raised)? {
        return Err(Error::new(Kind::Data, format!("a value of type `{class}` cannot be kept"))
            .hint("turn it into a number or text before it is yielded"));
    }
    again(plain, scratch)
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

fn number(object: &Bound<'_, PyAny>, name: &str) -> Result<i64> {
    object.getattr(name).and_then(|value| value.extract()).map_err(|raised| from_python(object.py(), &raised))
}

fn clock(object: &Bound<'_, PyAny>) -> Result<i64> {
    let seconds = number(object, "hour")? * 3600 + number(object, "minute")? * 60 + number(object, "second")?;
    Ok(seconds * 1_000_000 + number(object, "microsecond")?)
}

fn timestamp(object: &Bound<'_, PyAny>, known: &Classes) -> Result<Timestamp> {
    let py = object.py();
    let raised = |raised: PyErr| from_python(py, &raised);
    let zone = object.getattr("tzinfo").map_err(raised)?;
    let offset = if zone.is_none() {
        None
    } else if zone.is(known.utc.bind(py)) {
        Some(0)
    } else {
        let offset = object.call_method0("utcoffset").map_err(raised)?;
        if offset.is_none() {
            None
        } else {
            Some((number(&offset, "days")? * 86_400 + number(&offset, "seconds")?) as i32)
        }
    };
    if object.get_type().is(known.datetime.bind(py)) {
        // One subtraction in C takes the date apart, whatever its zone.
        let epoch = if offset.is_some() { &known.epoch } else { &known.naive_epoch };
        let since = object.sub(epoch.bind(py)).map_err(raised)?;
        let micros = number(&since, "days")? * DAY_MICROS
            + number(&since, "seconds")? * 1_000_000
            + number(&since, "microseconds")?;
        return Ok(Timestamp { micros, nanos: 0, offset });
    }
    let date = days(number(object, "year")? as i32, number(object, "month")? as u32, number(object, "day")? as u32);
    let date = date.ok_or_else(|| Error::new(Kind::Data, "a date is not in the years 1 to 9999"))?;
    let nanos = if object.hasattr("nanosecond").map_err(raised)? { number(object, "nanosecond")? } else { 0 };
    let micros = i64::from(date) * DAY_MICROS + clock(object)? - i64::from(offset.unwrap_or(0)) * 1_000_000;
    Ok(Timestamp { micros, nanos: nanos as u16, offset })
}

// `P1DT2H3M4.5S`, as ISO 8601 and pydantic write a span of time.
fn duration(object: &Bound<'_, PyAny>) -> Result<String> {
    let micros = i128::from(number(object, "days")?) * i128::from(DAY_MICROS)
        + i128::from(number(object, "seconds")? * 1_000_000 + number(object, "microseconds")?);
    let nanos = if object.hasattr("nanoseconds").unwrap_or(false) { number(object, "nanoseconds")? } else { 0 };
    Ok(iso_duration(micros * 1000 + i128::from(nanos)))
}

fn duration_text(nanos: i64) -> String {
    iso_duration(i128::from(nanos))
}

fn iso_duration(nanos: i128) -> String {
    use std::fmt::Write as _;
    let (sign, mut rest) = if nanos < 0 { ("-", -nanos) } else { ("", nanos) };
    let mut text = format!("{sign}P");
    let mut take = |unit: i128| {
        let count = rest / unit;
        rest %= unit;
        count
    };
    let (days, hours, minutes, seconds) =
        (take(86_400_000_000_000), take(3_600_000_000_000), take(60_000_000_000), take(1_000_000_000));
    if days > 0 {
        write!(text, "{days}D").expect("writing to a String does not fail");
    }
    let fraction = format!("{rest:09}");
    let fraction = fraction.trim_end_matches('0');
    if hours + minutes + seconds > 0 || !fraction.is_empty() || days == 0 {
        text.push('T');
    }
    for (count, unit) in [(hours, 'H'), (minutes, 'M')] {
        if count > 0 {
            write!(text, "{count}{unit}").expect("writing to a String does not fail");
        }
    }
    if seconds > 0 || !fraction.is_empty() || text.ends_with('T') {
        let point = if fraction.is_empty() { "" } else { "." };
        write!(text, "{seconds}{point}{fraction}S").expect("writing to a String does not fail");
    }
    text
}
