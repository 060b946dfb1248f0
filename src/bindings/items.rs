//! [`Item`] over Python objects: read where they are, never copied into a tree.
//!
//! The types that JSON has are told by their exact class; everything else takes the slower road in
//! `unusual.rs`.

use std::any::Any;
use std::borrow::Cow;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyIterator, PyList, PyString, PyTuple};

use super::error::from_python;
use super::unusual::convert;
use crate::error::{Error, Kind, Result};
use crate::ingest::item::{Elements, Entries, Item, Key, Scratch, View};
use crate::ingest::normalize::{RootTable, Sink};
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

pub(super) fn text_of<'a>(text: &'a Bound<'_, PyString>) -> Result<&'a str> {
    text.to_str().map_err(|_| {
        Error::new(Kind::Data, "a text holds a lone surrogate, which no encoding can store")
            .hint("decode the bytes that it came from with `errors=\"replace\"`, or take the character out")
    })
}

#[allow(unsafe_code)]
#[inline]
pub(super) fn integer<'a, 'py>(number: &Bound<'py, PyInt>, scratch: &'a mut Scratch) -> Result<View<'a, PyItem<'py>>> {
    let mut overflow = 0;
    // SAFETY: the object is an int, so the call only reads it; an overflow is told by the flag, not raised.
    let small = unsafe { ffi::PyLong_AsLongLongAndOverflow(number.as_ptr(), &raw mut overflow) };
    if overflow == 0 {
        return Ok(View::Scalar(Scalar::Bigint(small)));
    }
    // `str` refuses more than 4300 digits, and no column takes so many.
    match number.as_any().str() {
        Ok(text) => {
            text_of(&text)?.clone_into(&mut scratch.text);
            Ok(View::Scalar(Scalar::BigInteger(&scratch.text)))
        }
        Err(_) => Err(Error::new(Kind::Data, "an integer has more digits than Python turns into text")
            .hint("yield it as text, or raise the limit with `sys.set_int_max_str_digits`")),
    }
}
