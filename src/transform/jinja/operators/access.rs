//! Attributes, items, slices and iteration.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::args::type_error;
use super::super::{Key, Value, iterators, limits, methods};
use super::{integer_index, undefined};
use crate::error::{Error, Kind, Result};

/// `value.name`: an attribute or a bound method, else the item under that name, else undefined.
///
/// What starts with an underscore is no attribute, as in Jinja's sandbox; it may still be the key of a dict.
pub fn attribute(value: &Value, name: &str) -> Value {
    if let Value::Undefined(_) = value {
        return value.clone();
    }
    own_attribute(value, name).or_else(|| named_item(value, name)).unwrap_or_else(|| missing(value, name))
}

/// `value[key]`: the item, else for a text the attribute of that name, else undefined.
pub fn item(value: &Value, key: &Value) -> Value {
    if let Value::Undefined(_) = value {
        return value.clone();
    }
    if let Some(found) = own_item(value, key) {
        return found;
    }
    match key {
        Value::Str(name) => own_attribute(value, name).unwrap_or_else(|| missing(value, name)),
        _ => Value::Undefined(Arc::from(format!("`{}` object has no element {}", value.type_name(), key.repr()))),
    }
}

fn missing(value: &Value, name: &str) -> Value {
    Value::Undefined(Arc::from(format!("`{}` object has no attribute `{name}`", value.type_name())))
}

/// The attribute or bound method alone, without falling back to an item.
pub(in super::super) fn own_attribute(value: &Value, name: &str) -> Option<Value> {
    if name.starts_with('_') {
        return None;
    }
    match value {
        Value::Object(object) => {
            object.attribute(name).or_else(|| object.has_method(name).then(|| methods::bound(value, name)))
        }
        _ => methods::attribute(value, name),
    }
}

fn named_item(value: &Value, name: &str) -> Option<Value> {
    match value {
        Value::Dict(dict) => dict.get_str(name),
        Value::Object(object) => object.item(&Value::str(name)),
        _ => None,
    }
}

fn own_item(value: &Value, key: &Value) -> Option<Value> {
    match value {
        Value::Dict(dict) => match key {
            Value::Str(name) => dict.get_str(name),
            _ => dict.get(&Key::new(key.clone()).ok()?),
        },
        Value::List(list) => {
            let items = list.lock();
            items.get(place(key, items.len())?).cloned()
        }
        Value::Tuple(items) => items.get(place(key, items.len())?).cloned(),
        Value::Str(text) => {
            let wanted = key.as_int()?;
            let character = if text.is_ascii() {
                text.as_bytes().get(place(key, text.len())?).map(|byte| char::from(*byte))
            } else if wanted >= 0 {
                text.chars().nth(usize::try_from(wanted).ok()?)
            } else {
                text.chars().nth_back(usize::try_from(wanted.unsigned_abs() - 1).ok()?)
            };
            character.map(|character| Value::str(character.encode_utf8(&mut [0; 4])))
        }
        Value::Bytes(bytes) => bytes.get(place(key, bytes.len())?).map(|byte| Value::Int(i64::from(*byte))),
        Value::Object(object) => object.item(key),
        Value::Undefined(_)
        | Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::BigInt(_)
        | Value::Float(_)
        | Value::Set(_) => None,
    }
}

/// Where an index that may count from the end points to.
pub(in super::super) fn place(key: &Value, length: usize) -> Option<usize> {
    let index = key.as_int()?;
    let from_start = if index < 0 { index.checked_add(i64::try_from(length).ok()?)? } else { index };
    usize::try_from(from_start).ok().filter(|place| *place < length)
}

/// `value[start:stop:step]`; `None` stands for what was left out.
pub fn slice(value: &Value, start: &Value, stop: &Value, step: &Value) -> Result<Value> {
    undefined(value)?;
    if let Value::Object(object) = value
        && let Some(range) = object.as_any().downcast_ref::<super::super::builtins::Range>()
    {
        return Ok(range.slice(&Bounds::new(start, stop, step, range.len())?));
    }
    let Some(length) = value.length() else { return Err(not_sliceable(value)) };
    limits::work(length / 4)?;
    let bounds = Bounds::new(start, stop, step, length)?;
    Ok(match value {
        Value::Str(text) if bounds.step == 1 && text.is_ascii() => Value::str(&text[bounds.range()]),
        Value::Str(text) if bounds.step == 1 => {
            let range = bounds.range();
            Value::from(text.chars().skip(range.start).take(range.len()).collect::<String>())
        }
        Value::Str(text) => {
            let characters: Vec<char> = text.chars().collect();
            Value::from(bounds.places().map(|place| characters[place]).collect::<String>())
        }
        Value::Bytes(bytes) => Value::bytes(bounds.places().map(|place| bytes[place]).collect::<Vec<_>>()),
        Value::Tuple(items) => Value::tuple(bounds.places().map(|place| items[place].clone())),
        Value::List(list) => {
            let items = list.items();
            // The list may have changed since its length was read.
            Value::list(bounds.places().filter_map(|place| items.get(place).cloned()))
        }
        Value::Object(object) => match object.iterate() {
            Some(items) if object.item(&Value::Int(0)).is_some() || items.is_empty() => {
                object.sliced(bounds.places().filter_map(|place| items.get(place).cloned()).collect())
            }
            Some(_) | None => return Err(not_sliceable(value)),
        },
        Value::Undefined(_)
        | Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::BigInt(_)
        | Value::Float(_)
        | Value::Dict(_)
        | Value::Set(_) => return Err(not_sliceable(value)),
    })
}

fn not_sliceable(value: &Value) -> Error {
    type_error(format!("`{}` cannot be sliced", value.type_name()))
}

/// What `start:stop:step` means for a sequence of some length.
pub(in super::super) struct Bounds {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
}

impl Bounds {
    pub(in super::super) fn new(start: &Value, stop: &Value, step: &Value, length: usize) -> Result<Self> {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        let given = |value: &Value| if value.is_none() { Ok(None) } else { integer_index(value).map(Some) };
        let step = given(step)?.unwrap_or(1);
        if step == 0 {
            return Err(Error::new(Kind::Compilation, "the step of a slice may not be zero"));
        }
        let (least, most) = if step > 0 { (0, length) } else { (-1, length - 1) };
        let clamp = |bound: i64| {
            if bound < 0 { bound.saturating_add(length).max(least) } else { bound.min(most) }
        };
        let start = given(start)?.map_or(if step > 0 { least } else { most }, clamp);
        let stop = given(stop)?.map_or(if step > 0 { most } else { least }, clamp);
        Ok(Self { start, stop, step })
    }

    // For a step of one.
    fn range(&self) -> std::ops::Range<usize> {
        let start = usize::try_from(self.start).unwrap_or(0);
        start..usize::try_from(self.stop).unwrap_or(0).max(start)
    }

    fn places(&self) -> impl Iterator<Item = usize> {
        let (stop, step) = (self.stop, self.step);
        std::iter::successors(Some(self.start), move |place| place.checked_add(step))
            .take_while(move |place| if step > 0 { *place < stop } else { *place > stop })
            .map(|place| usize::try_from(place).expect("a bound lies within the sequence"))
    }
}

/// The elements of an iterable: characters of a text, keys of a dict; an undefined value has none.
pub fn iterate(value: &Value) -> Result<Vec<Value>> {
    let items = elements(value)?;
    limits::work(items.len())?;
    Ok(items)
}

fn elements(value: &Value) -> Result<Vec<Value>> {
    match value {
        Value::Undefined(_) => Ok(Vec::new()),
        Value::List(list) => Ok(list.items()),
        Value::Tuple(items) => Ok(items.to_vec()),
        Value::Dict(dict) => Ok(dict.keys()),
        Value::Set(set) => Ok(set.items()),
        Value::Str(text) => {
            limits::items(text.chars().count())?;
            // Equal characters share their text.
            let mut known = HashMap::new();
            let shared = |character: char| {
                known.entry(character).or_insert_with(|| Value::str(character.encode_utf8(&mut [0; 4]))).clone()
            };
            Ok(text.chars().map(shared).collect())
        }
        Value::Bytes(bytes) => {
            limits::items(bytes.len())?;
            Ok(bytes.iter().map(|byte| Value::Int(i64::from(*byte))).collect())
        }
        Value::Object(object) => match iterators::drain(value) {
            Some(items) => items,
            None => object.iterate().ok_or_else(|| not_iterable(value)),
        },
        Value::None | Value::Bool(_) | Value::Int(_) | Value::BigInt(_) | Value::Float(_) => Err(not_iterable(value)),
    }
}

fn not_iterable(value: &Value) -> Error {
    type_error(format!("`{}` object is not iterable", value.type_name()))
}
