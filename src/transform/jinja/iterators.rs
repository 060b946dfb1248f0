//! Iterators: what is used up by being read, and may be endless.
//!
//! `map`, `zip` and `itertools` give these. Reading one takes its elements; reading it again finds it empty.

use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Object, Value, limits, operators};
use crate::error::Result;

/// Elements still to come.
pub(super) type Source = Box<dyn Iterator<Item = Result<Value>> + Send>;

/// An iterator that a template holds.
pub(super) struct Iter {
    type_name: &'static str,
    source: Mutex<Source>,
}

impl Iter {
    /// The next element; errors end the iterator.
    pub(super) fn next(&self) -> Option<Result<Value>> {
        if let Err(error) = limits::work(1) {
            return Some(Err(error));
        }
        self.source.lock().unwrap_or_else(PoisonError::into_inner).next()
    }
}

impl Object for Iter {
    fn type_name(&self) -> &'static str {
        self.type_name
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        Some(std::iter::from_fn(|| self.next()?.ok()).take(limits::ITEMS_MAX).collect())
    }

    fn is_iterable(&self) -> bool {
        true
    }

    fn display(&self) -> String {
        format!("<{} object>", self.type_name)
    }

    fn hash(&self) -> Option<u64> {
        Some(std::ptr::from_ref(self).addr() as u64)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// An iterator over elements that are known already, as a Python generator gives them.
pub(super) fn generator(items: Vec<Value>) -> Value {
    lazy("generator", items.into_iter().map(Ok))
}

/// An iterator that computes its elements when they are asked for.
pub(super) fn lazy(type_name: &'static str, source: impl Iterator<Item = Result<Value>> + Send + 'static) -> Value {
    Value::object(Iter { type_name, source: Mutex::new(Box::new(source)) })
}

/// Reads a value element by element; an iterator gives away only what is taken from it.
pub(super) fn source(value: &Value) -> Result<Source> {
    if let Value::Object(object) = value
        && object.as_any().is::<Iter>()
    {
        let shared = Arc::clone(object);
        return Ok(Box::new(std::iter::from_fn(move || shared.as_any().downcast_ref::<Iter>()?.next())));
    }
    Ok(Box::new(operators::iterate(value)?.into_iter().map(Ok)))
}

/// All that an iterator still holds; `None` when the value is none.
pub(super) fn drain(value: &Value) -> Option<Result<Vec<Value>>> {
    let iterator = value.downcast::<Iter>()?;
    Some(collect(std::iter::from_fn(|| iterator.next())))
}

/// All elements, refused when they do not end.
pub(super) fn collect(source: impl Iterator<Item = Result<Value>>) -> Result<Vec<Value>> {
    let mut items = Vec::new();
    for item in source {
        items.push(item?);
        limits::items(items.len())?;
    }
    Ok(items)
}

/// `needle in value` for what answers without being read whole; `None` for all else.
pub(super) fn membership(value: &Value, needle: &Value) -> Option<Result<bool>> {
    if let Some(range) = value.downcast::<super::builtins::Range>() {
        return range.contains(needle).map(Ok);
    }
    let iterator = value.downcast::<Iter>()?;
    let mut read = 0;
    Some(loop {
        match iterator.next() {
            None => break Ok(false),
            Some(Err(error)) => break Err(error),
            Some(Ok(item)) if item.is(needle) || operators::equal(&item, needle) => break Ok(true),
            Some(Ok(_)) => read += 1,
        }
        if let Err(error) = limits::items(read) {
            break Err(error);
        }
    })
}
