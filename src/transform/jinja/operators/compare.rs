//! Equality, order and membership.

use std::cmp::Ordering;

use super::super::args::type_error;
use super::super::{Dict, Key, Value, limits};
use super::{big, is_number, undefined};
use crate::error::{Error, Kind, Result};

/// `l == r`; values nested beyond all bounds count as different.
pub fn equal(l: &Value, r: &Value) -> bool {
    try_equal(l, r).unwrap_or(false)
}

/// `l == r`, refused for values nested beyond all bounds.
pub fn try_equal(l: &Value, r: &Value) -> Result<bool> {
    equal_within(l, r, 0)
}

// Lists that share their parts can be huge without using memory, so that each pair counts as work.
fn equal_within(l: &Value, r: &Value, depth: usize) -> Result<bool> {
    limits::work(1)?;
    if depth > limits::DEPTH_MAX {
        return Err(limits::too_deep());
    }
    let all = |a: &[Value], b: &[Value]| -> Result<bool> {
        if a.len() != b.len() {
            return Ok(false);
        }
        for (a, b) in a.iter().zip(b) {
            if !a.is(b) && !equal_within(a, b, depth + 1)? {
                return Ok(false);
            }
        }
        Ok(true)
    };
    Ok(match (l, r) {
        (Value::Undefined(_), Value::Undefined(_)) | (Value::None, Value::None) => true,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::Bytes(a), Value::Bytes(b)) => a == b,
        (Value::Tuple(a), Value::Tuple(b)) => all(a, b)?,
        (Value::List(a), Value::List(b)) => l.is(r) || all(&a.items(), &b.items())?,
        (Value::Dict(a), Value::Dict(b)) => l.is(r) || equal_dicts(a, b, depth)?,
        (Value::Set(a), Value::Set(b)) => {
            l.is(r) || {
                limits::work(a.len() + b.len())?;
                let (a, b) = (a.snapshot(), b.snapshot());
                a.len() == b.len() && a.iter().all(|key| b.contains(key))
            }
        }
        (Value::Object(a), _) => match a.equals(r) {
            Some(same) => same,
            None => reflected(r, l),
        },
        (_, Value::Object(b)) => b.equals(l).unwrap_or(false),
        _ => are_numbers(l, r) && numeric_order(l, r) == Some(Ordering::Equal),
    })
}

fn reflected(r: &Value, l: &Value) -> bool {
    match r {
        Value::Object(object) => object.equals(l).unwrap_or_else(|| l.is(r)),
        _ => false,
    }
}

fn equal_dicts(a: &Dict, b: &Dict, depth: usize) -> Result<bool> {
    let (a, b) = (a.snapshot(), b.snapshot());
    if a.len() != b.len() {
        return Ok(false);
    }
    for (key, value) in &a {
        match b.get(key) {
            Some(other) if value.is(other) || equal_within(value, other, depth + 1)? => {}
            Some(_) | None => return Ok(false),
        }
    }
    Ok(true)
}

/// The order of `l` and `r`; `nan` and sets of which neither holds the other count as equal here.
pub fn compare(l: &Value, r: &Value) -> Result<Ordering> {
    Ok(partial_compare(l, r)?.unwrap_or(Ordering::Equal))
}

/// The order of `l` and `r`; `None` when all of `<`, `<=`, `>`, `>=` are false, as for `nan`.
pub fn partial_compare(l: &Value, r: &Value) -> Result<Option<Ordering>> {
    compare_within(l, r, 0)
}

fn compare_within(l: &Value, r: &Value, depth: usize) -> Result<Option<Ordering>> {
    if depth > limits::DEPTH_MAX {
        return Err(limits::too_deep());
    }
    limits::work(1)?;
    match (l, r) {
        (Value::Int(a), Value::Int(b)) => Ok(Some(a.cmp(b))),
        // UTF-8 sorts as its characters do.
        (Value::Str(a), Value::Str(b)) => Ok(Some(a.cmp(b))),
        (Value::Bytes(a), Value::Bytes(b)) => Ok(Some(a.cmp(b))),
        (Value::Tuple(a), Value::Tuple(b)) => compare_items(a, b, depth),
        (Value::List(a), Value::List(b)) => compare_items(&a.items(), &b.items(), depth),
        (Value::Set(a), Value::Set(b)) => {
            limits::work(a.len() + b.len())?;
            let (a, b) = (a.snapshot(), b.snapshot());
            let below = a.iter().all(|key| b.contains(key));
            let above = b.iter().all(|key| a.contains(key));
            Ok(match (below, above) {
                (true, true) => Some(Ordering::Equal),
                (true, false) => Some(Ordering::Less),
                (false, true) => Some(Ordering::Greater),
                (false, false) => None,
            })
        }
        _ if are_numbers(l, r) => Ok(numeric_order(l, r)),
        _ => compare_objects(l, r),
    }
}

fn compare_objects(l: &Value, r: &Value) -> Result<Option<Ordering>> {
    if let Value::Object(object) = l
        && let Some(order) = object.compare(r)
    {
        return Ok(Some(order));
    }
    if let Value::Object(object) = r
        && let Some(order) = object.compare(l)
    {
        return Ok(Some(order.reverse()));
    }
    undefined(l)?;
    undefined(r)?;
    Err(type_error(format!("`<` is not supported between `{}` and `{}`", l.type_name(), r.type_name())))
}

fn compare_items(a: &[Value], b: &[Value], depth: usize) -> Result<Option<Ordering>> {
    for (a, b) in a.iter().zip(b) {
        if !a.is(b) && !try_equal(a, b)? {
            return compare_within(a, b, depth + 1);
        }
    }
    Ok(Some(a.len().cmp(&b.len())))
}

fn are_numbers(l: &Value, r: &Value) -> bool {
    is_number(l) && is_number(r)
}

// The order of two numbers; `None` when one is `nan`.
fn numeric_order(l: &Value, r: &Value) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (l.as_int(), r.as_int()) {
        return Some(a.cmp(&b));
    }
    match (l, r) {
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::Float(a), _) => integer_order(&big(r)?, *a).map(Ordering::reverse),
        (_, Value::Float(b)) => integer_order(&big(l)?, *b),
        _ => Some(big(l)?.cmp(&big(r)?)),
    }
}

// Exact: a float is compared by its integer part and its fraction, never by rounding the integer.
fn integer_order(integer: &num_bigint::BigInt, float: f64) -> Option<Ordering> {
    use num_bigint::ToBigInt as _;
    if float.is_nan() {
        return None;
    }
    let Some(floor) = float.floor().to_bigint() else {
        return Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater });
    };
    Some(integer.cmp(&floor).then(if float.fract() == 0.0 { Ordering::Equal } else { Ordering::Less }))
}

/// `needle in haystack`.
pub fn contains(needle: &Value, haystack: &Value) -> Result<bool> {
    match haystack {
        Value::Str(text) => {
            if let Value::Str(part) = needle {
                limits::reading(text.len())?;
                return Ok(text.contains(&**part));
            }
            undefined(needle)?;
            Err(type_error(format!("`in` a text requires a text on the left, not `{}`", needle.type_name())))
        }
        Value::Bytes(bytes) => match needle {
            Value::Bytes(part) => Ok(part.is_empty() || bytes.windows(part.len()).any(|window| window == &part[..])),
            _ => Ok(bytes.contains(&u8::try_from(super::integer_index(needle)?).map_err(|_| byte_range())?)),
        },
        Value::Dict(dict) => Ok(dict.contains(&Key::new(needle.clone())?)),
        Value::Set(set) => Ok(set.contains(&Key::new(needle.clone())?)),
        Value::Object(_)
        | Value::Tuple(_)
        | Value::List(_)
        | Value::Undefined(_)
        | Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::BigInt(_)
        | Value::Float(_) => {
            if let Some(found) = super::super::iterators::membership(haystack, needle) {
                return found;
            }
            if let Value::Object(object) = haystack
                && let Some(found) = object.holds(needle)
            {
                return found;
            }
            for item in super::iterate(haystack)? {
                if item.is(needle) || try_equal(&item, needle)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
    }
}

fn byte_range() -> Error {
    Error::new(Kind::Compilation, "a byte must be in 0 to 255")
}
