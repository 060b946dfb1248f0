//! The tests of a template: `value is name(args)`.

use std::cmp::Ordering;

use super::eval::Interpreter;
use super::key::Key;
use super::{Args, Value, filters, operators};
use crate::error::Result;

/// A test: takes the value on its left and the arguments.
pub type Test = fn(&mut Interpreter<'_>, &Value, Args) -> Result<bool>;

/// All tests, by name.
const TESTS: &[(&str, Test)] = &[
    ("!=", not_equal),
    ("<", less),
    ("<=", less_or_equal),
    ("==", equal),
    (">", greater),
    (">=", greater_or_equal),
    ("boolean", |_, value, args| plain("boolean", args, matches!(value, Value::Bool(_)))),
    ("callable", |_, value, args| plain("callable", args, value.is_callable())),
    ("defined", |_, value, args| plain("defined", args, !value.is_undefined())),
    ("divisibleby", divisible_by),
    ("eq", equal),
    ("equalto", equal),
    ("escaped", |_, _, args| plain("escaped", args, false)),
    ("even", |_, value, args| plain("even", args, remainder_is(value, &Value::Int(2), 0)?)),
    ("false", |_, value, args| plain("false", args, matches!(value, Value::Bool(false)))),
    ("filter", |_, value, args| {
        plain("filter", args, Key::new(value.clone())?.as_str().is_some_and(|name| filters::find(name).is_some()))
    }),
    ("float", |_, value, args| plain("float", args, matches!(value, Value::Float(_)))),
    ("ge", greater_or_equal),
    ("greaterthan", greater),
    ("gt", greater),
    ("in", is_in),
    ("integer", |_, value, args| plain("integer", args, matches!(value, Value::Int(_) | Value::BigInt(_)))),
    ("iterable", |_, value, args| plain("iterable", args, is_iterable(value))),
    ("le", less_or_equal),
    ("lessthan", less),
    ("lower", |_, value, args| plain("lower", args, has_case(value, false)?)),
    ("lt", less),
    ("mapping", |_, value, args| plain("mapping", args, is_mapping(value))),
    ("ne", not_equal),
    ("none", |_, value, args| plain("none", args, value.is_none())),
    ("number", |_, value, args| plain("number", args, value.as_float().is_some())),
    ("odd", |_, value, args| plain("odd", args, remainder_is(value, &Value::Int(2), 1)?)),
    ("sameas", same_as),
    ("sequence", |_, value, args| plain("sequence", args, is_sequence(value))),
    ("string", |_, value, args| plain("string", args, matches!(value, Value::Str(_)))),
    ("test", |_, value, args| {
        plain("test", args, Key::new(value.clone())?.as_str().is_some_and(|name| find(name).is_some()))
    }),
    ("true", |_, value, args| plain("true", args, matches!(value, Value::Bool(true)))),
    ("undefined", |_, value, args| plain("undefined", args, value.is_undefined())),
    ("upper", |_, value, args| plain("upper", args, has_case(value, true)?)),
];

/// The test of this name.
pub fn find(name: &str) -> Option<Test> {
    let place = TESTS.binary_search_by(|(known, _)| known.cmp(&name)).ok()?;
    Some(TESTS[place].1)
}

/// The names of all tests, for suggestions.
pub fn names() -> impl Iterator<Item = &'static str> {
    TESTS.iter().map(|(name, _)| *name)
}

// The answer of a test that takes no arguments.
fn plain(name: &str, args: Args, answer: bool) -> Result<bool> {
    args.bind_nothing(name)?;
    Ok(answer)
}

fn other(name: &str, args: Args) -> Result<Value> {
    let ([other], []) = args.bind_places::<1, 0>(name)?;
    Ok(other)
}

fn equal(_: &mut Interpreter<'_>, value: &Value, args: Args) -> Result<bool> {
    operators::try_equal(value, &other("eq", args)?)
}

fn not_equal(_: &mut Interpreter<'_>, value: &Value, args: Args) -> Result<bool> {
    Ok(!operators::try_equal(value, &other("ne", args)?)?)
}

fn order(value: &Value, name: &str, args: Args) -> Result<Option<Ordering>> {
    operators::partial_compare(value, &other(name, args)?)
}

fn less(_: &mut Interpreter<'_>, value: &Value, args: Args) -> Result<bool> {
    Ok(order(value, "lt", args)?.is_some_and(Ordering::is_lt))
}

fn less_or_equal(_: &mut Interpreter<'_>, value: &Value, args: Args) -> Result<bool> {
    Ok(order(value, "le", args)?.is_some_and(Ordering::is_le))
}

fn greater(_: &mut Interpreter<'_>, value: &Value, args: Args) -> Result<bool> {
    Ok(order(value, "gt", args)?.is_some_and(Ordering::is_gt))
}

fn greater_or_equal(_: &mut Interpreter<'_>, value: &Value, args: Args) -> Result<bool> {
    Ok(order(value, "ge", args)?.is_some_and(Ordering::is_ge))
}

fn divisible_by(_: &mut Interpreter<'_>, value: &Value, args: Args) -> Result<bool> {
    let ([number], []) = args.bind("divisibleby", ["num"], [])?;
    remainder_is(value, &number, 0)
}

fn remainder_is(value: &Value, divisor: &Value, expected: i64) -> Result<bool> {
    Ok(operators::equal(&operators::remainder(value, divisor)?, &Value::Int(expected)))
}

fn is_in(_: &mut Interpreter<'_>, value: &Value, args: Args) -> Result<bool> {
    let ([sequence], []) = args.bind("in", ["seq"], [])?;
    operators::contains(value, &sequence)
}

fn same_as(_: &mut Interpreter<'_>, value: &Value, args: Args) -> Result<bool> {
    let ([other], []) = args.bind("sameas", ["other"], [])?;
    Ok(value.is(&other))
}

fn is_iterable(value: &Value) -> bool {
    match value {
        Value::None | Value::Bool(_) | Value::Int(_) | Value::BigInt(_) | Value::Float(_) => false,
        Value::Object(object) => object.is_iterable(),
        Value::Undefined(_)
        | Value::Str(_)
        | Value::Bytes(_)
        | Value::Tuple(_)
        | Value::List(_)
        | Value::Dict(_)
        | Value::Set(_) => true,
    }
}

// Whatever answers to `items()` and to `[key]`, as a mapping does.
fn is_mapping(value: &Value) -> bool {
    match value {
        Value::Dict(_) => true,
        Value::Object(object) => object.is_mapping(),
        _ => false,
    }
}

// A length and items by key: dicts count too.
fn is_sequence(value: &Value) -> bool {
    match value {
        Value::Undefined(_) | Value::Str(_) | Value::Bytes(_) | Value::Tuple(_) | Value::List(_) | Value::Dict(_) => {
            true
        }
        Value::Object(object) => object.length().is_some() && object.is_sequence(),
        Value::None | Value::Bool(_) | Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Set(_) => false,
    }
}

fn has_case(value: &Value, upper: bool) -> Result<bool> {
    let text = value.text()?;
    let (has_upper, has_lower) = (text.chars().any(char::is_uppercase), text.chars().any(char::is_lowercase));
    Ok(if upper { has_upper && !has_lower } else { has_lower && !has_upper })
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        assert!(names().is_sorted());
        assert!(names().all(|name| find(name).is_some()));
    }
}
