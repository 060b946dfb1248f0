//! Python's operators on values.
//!
//! Numbers promote as in Python: `bool` to `int` to `float`, and an integer never overflows.

mod access;
mod compare;
mod numbers;

use std::sync::Arc;

pub(super) use access::{Bounds, own_attribute, place};
pub use access::{attribute, item, iterate, slice};
pub use compare::{compare, contains, equal, partial_compare, try_equal};
pub(super) use numbers::{big, big_to_float, from_float, integer_index, is_number};
pub use numbers::{divide, floor_divide, negate, positive, power, subtract_numbers};

use super::args::type_error;
use super::{Dict, Key, Value, format, limits};
use crate::error::{Error, Kind, Result};

/// `l + r`: numbers add, texts, lists and tuples join.
pub fn add(l: &Value, r: &Value) -> Result<Value> {
    match (l, r) {
        (Value::Int(a), Value::Int(b)) if a.checked_add(*b).is_some() => Ok(Value::Int(a + b)),
        (Value::Str(a), Value::Str(b)) => joined(a, b),
        (Value::Bytes(a), Value::Bytes(b)) => {
            limits::text(a.len() + b.len())?;
            Ok(Value::bytes([&a[..], &b[..]].concat()))
        }
        (Value::List(a), Value::List(b)) => {
            let (a, b) = (a.items(), b.items());
            limits::items(a.len() + b.len())?;
            Ok(Value::list(a.into_iter().chain(b)))
        }
        (Value::Tuple(a), Value::Tuple(b)) => {
            limits::items(a.len() + b.len())?;
            Ok(Value::tuple(a.iter().chain(b.iter()).cloned()))
        }
        _ => numbers::add(l, r).unwrap_or_else(|| other("+", l, r)),
    }
}

/// `l - r`: numbers subtract, sets lose members.
pub fn subtract(l: &Value, r: &Value) -> Result<Value> {
    match (l, r) {
        (Value::Int(a), Value::Int(b)) if a.checked_sub(*b).is_some() => Ok(Value::Int(a - b)),
        (Value::Set(a), Value::Set(b)) => {
            let b = b.snapshot();
            Ok(Value::Set(super::Set::new(a.snapshot().into_iter().filter(|key| !b.contains(key)).collect())))
        }
        _ => subtract_numbers(l, r).unwrap_or_else(|| other("-", l, r)),
    }
}

/// `l * r`: numbers multiply, texts, lists and tuples repeat.
pub fn multiply(l: &Value, r: &Value) -> Result<Value> {
    match (l, r) {
        (Value::Int(a), Value::Int(b)) if a.checked_mul(*b).is_some() => Ok(Value::Int(a * b)),
        _ => match (repeated(l, r), repeated(r, l)) {
            (Some(result), _) | (None, Some(result)) => result,
            (None, None) => numbers::multiply(l, r).unwrap_or_else(|| other("*", l, r)),
        },
    }
}

fn repeated(sequence: &Value, count: &Value) -> Option<Result<Value>> {
    let times = || -> Result<usize> {
        match count {
            Value::BigInt(number) if number.sign() == num_bigint::Sign::Minus => Ok(0),
            Value::BigInt(_) => Ok(usize::MAX),
            _ => Ok(usize::try_from(count.as_int().unwrap_or(0)).unwrap_or(0)),
        }
    };
    if !matches!(count, Value::Int(_) | Value::Bool(_) | Value::BigInt(_)) {
        return None;
    }
    match sequence {
        Value::Str(text) => Some(times().and_then(|times| {
            limits::text(text.len().saturating_mul(times))?;
            Ok(Value::str(text.repeat(if text.is_empty() { 0 } else { times })))
        })),
        Value::Bytes(bytes) => Some(times().and_then(|times| {
            limits::text(bytes.len().saturating_mul(times))?;
            Ok(Value::bytes(bytes.repeat(if bytes.is_empty() { 0 } else { times })))
        })),
        Value::List(list) => Some(times().and_then(|times| repeat_items(&list.items(), times).map(Value::list))),
        Value::Tuple(items) => Some(times().and_then(|times| repeat_items(items, times).map(Value::tuple))),
        _ => None,
    }
}

fn repeat_items(items: &[Value], times: usize) -> Result<Vec<Value>> {
    limits::items(items.len().saturating_mul(times))?;
    Ok(items.iter().cycle().take(items.len().saturating_mul(times)).cloned().collect())
}

/// `l % r`: the remainder with the sign of `r`, or `"%s" % x` when `l` is a text.
pub fn remainder(l: &Value, r: &Value) -> Result<Value> {
    match l {
        Value::Str(template) => format::percent::format(template, r).map(Value::from),
        _ => numbers::remainder(l, r).unwrap_or_else(|| other("%", l, r)),
    }
}

/// `l ~ r`: both as texts, one after the other.
pub fn concat(l: &Value, r: &Value) -> Result<Value> {
    let (l, r) = (l.text()?, r.text()?);
    joined(&l, &r)
}

fn joined(a: &Arc<str>, b: &Arc<str>) -> Result<Value> {
    limits::text(a.len() + b.len())?;
    Ok(match (a.is_empty(), b.is_empty()) {
        (true, _) => Value::Str(b.clone()),
        (_, true) => Value::Str(a.clone()),
        (false, false) => Value::from([&**a, &**b].concat()),
    })
}

/// A dict of the pairs, the last one of equal keys standing.
pub fn dict(pairs: impl IntoIterator<Item = (Value, Value)>) -> Result<Value> {
    let entries = pairs.into_iter().map(|(key, value)| Ok((Key::new(key)?, value))).collect::<Result<_>>()?;
    Ok(Value::Dict(Dict::new(entries)))
}

/// What no built-in type answers: objects may, an undefined value says its name, all else is a type error.
pub(super) fn other(operator: &str, l: &Value, r: &Value) -> Result<Value> {
    if let Value::Object(object) = l
        && let Some(result) = object.binary(operator, r, false)
    {
        return result;
    }
    if let Value::Object(object) = r
        && let Some(result) = object.binary(operator, l, true)
    {
        return result;
    }
    undefined(l)?;
    undefined(r)?;
    Err(match (operator, l, r) {
        ("+", Value::Str(_), _) => type_error(format!("can only concatenate `str` (not `{}`) to `str`", r.type_name()))
            .hint("turn the other side into a text with `| string`, or join both with `~`"),
        ("+", _, Value::Str(_)) => {
            unsupported(operator, l, r).hint("turn the number into a text with `| string`, or join both with `~`")
        }
        _ => unsupported(operator, l, r),
    })
}

fn unsupported(operator: &str, l: &Value, r: &Value) -> Error {
    type_error(format!("unsupported operand types for `{operator}`: `{}` and `{}`", l.type_name(), r.type_name()))
}

/// The error of using an undefined value.
pub(super) fn undefined(value: &Value) -> Result<()> {
    match value {
        Value::Undefined(text) => Err(Error::new(Kind::Compilation, &**text)),
        _ => Ok(()),
    }
}
