//! Arithmetic on `bool`, `int` of any size and `float`.
//!
//! Each function of two values gives `None` when one of them is no number, so that the caller can ask further.

use std::sync::Arc;

use num_bigint::{BigInt, Sign};

use super::super::args::type_error;
use super::super::{Decimal, Value, limits};
use super::{other, undefined};
use crate::error::{Error, Kind, Result};

/// Two numbers at the width they meet at.
enum Pair {
    Small(i64, i64),
    Large(BigInt, BigInt),
    Float(f64, f64),
}

fn pair(l: &Value, r: &Value) -> Option<Pair> {
    if !is_number(l) || !is_number(r) {
        return None;
    }
    if let (Some(a), Some(b)) = (l.as_int(), r.as_int()) {
        return Some(Pair::Small(a, b));
    }
    if matches!(l, Value::Float(_)) || matches!(r, Value::Float(_)) {
        return Some(Pair::Float(l.as_float()?, r.as_float()?));
    }
    Some(Pair::Large(big(l)?, big(r)?))
}

/// Whether the value is an `int`, a `float` or a `bool`.
pub(in super::super) fn is_number(value: &Value) -> bool {
    matches!(value, Value::Bool(_) | Value::Int(_) | Value::BigInt(_) | Value::Float(_))
}

/// An integer of any size; `None` for all else.
pub(in super::super) fn big(value: &Value) -> Option<BigInt> {
    match value {
        Value::BigInt(number) => Some((**number).clone()),
        _ => value.as_int().map(BigInt::from),
    }
}

/// The nearest float, infinite when the number is beyond all floats.
pub(in super::super) fn big_to_float(number: &BigInt) -> f64 {
    // The decimal text goes through Rust's correctly rounding parser; a cast of the digits would round twice.
    if number.bits() > 1024 {
        return if number.sign() == Sign::Minus { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    number.to_string().parse().unwrap_or(f64::NAN)
}

/// The integer part of a float, as `int(x)` gives it.
pub(in super::super) fn from_float(number: f64) -> Result<Value> {
    use num_bigint::ToBigInt as _;
    if number.is_nan() {
        return Err(Error::new(Kind::Compilation, "cannot convert float NaN to integer"));
    }
    match number.trunc().to_bigint() {
        Some(whole) => Ok(Value::integer(whole)),
        None => Err(Error::new(Kind::Compilation, "cannot convert float infinity to integer")),
    }
}

/// An integer for a place or a count: what Python's `__index__` takes.
pub(in super::super) fn integer_index(value: &Value) -> Result<i64> {
    undefined(value)?;
    match value {
        Value::BigInt(number) if number.sign() == Sign::Minus => Ok(i64::MIN),
        Value::BigInt(_) => Ok(i64::MAX),
        _ => value
            .as_int()
            .ok_or_else(|| type_error(format!("`{}` object cannot be interpreted as an integer", value.type_name()))),
    }
}

pub(super) fn add(l: &Value, r: &Value) -> Option<Result<Value>> {
    Some(Ok(match pair(l, r)? {
        Pair::Small(a, b) => a.checked_add(b).map_or_else(|| Value::integer(BigInt::from(a) + b), Value::Int),
        Pair::Large(a, b) => Value::integer(a + b),
        Pair::Float(a, b) => Value::Float(a + b),
    }))
}

/// `l - r` for numbers.
pub fn subtract_numbers(l: &Value, r: &Value) -> Option<Result<Value>> {
    Some(Ok(match pair(l, r)? {
        Pair::Small(a, b) => a.checked_sub(b).map_or_else(|| Value::integer(BigInt::from(a) - b), Value::Int),
        Pair::Large(a, b) => Value::integer(a - b),
        Pair::Float(a, b) => Value::Float(a - b),
    }))
}

pub(super) fn multiply(l: &Value, r: &Value) -> Option<Result<Value>> {
    Some(match pair(l, r)? {
        Pair::Small(a, b) => Ok(a.checked_mul(b).map_or_else(|| Value::integer(BigInt::from(a) * b), Value::Int)),
        Pair::Large(a, b) => limits::integer(a.bits() + b.bits())
            .and_then(|()| limits::arithmetic(a.bits(), b.bits()))
            .map(|()| Value::integer(a * b)),
        Pair::Float(a, b) => Ok(Value::Float(a * b)),
    })
}

/// `l / r`: always a float, as in Python 3.
pub fn divide(l: &Value, r: &Value) -> Result<Value> {
    let Some(numbers) = pair(l, r) else { return other("/", l, r) };
    match numbers {
        Pair::Small(_, 0) => Err(division_by_zero()),
        Pair::Large(_, b) if b.sign() == Sign::NoSign => Err(division_by_zero()),
        Pair::Float(_, 0.0) => Err(division_by_zero()),
        Pair::Small(a, b) if a.unsigned_abs() <= 1 << 53 && b.unsigned_abs() <= 1 << 53 => {
            Ok(Value::Float(a as f64 / b as f64))
        }
        Pair::Small(a, b) => divide_exactly(&BigInt::from(a), &BigInt::from(b)),
        Pair::Large(a, b) => divide_exactly(&a, &b),
        Pair::Float(a, b) => Ok(Value::Float(a / b)),
    }
}

// The quotient of large integers, rounded once: 66 bits of it and one more that says whether anything was cut off.
fn divide_exactly(a: &BigInt, b: &BigInt) -> Result<Value> {
    limits::arithmetic(a.bits(), b.bits())?;
    let shift = 66 - (a.bits() as i64 - b.bits() as i64);
    let (scaled, divisor) = if shift >= 0 {
        (a.magnitude() << shift.unsigned_abs(), b.magnitude().clone())
    } else {
        (a.magnitude().clone(), b.magnitude() << shift.unsigned_abs())
    };
    let mut quotient = &scaled / &divisor;
    if &quotient * &divisor != scaled {
        quotient |= num_bigint::BigUint::from(1u8);
    }
    let magnitude = u128::try_from(&quotient).unwrap_or(u128::MAX) as f64;
    // Two steps, so that the factor itself stays within what a float can hold.
    let half = (-shift / 2) as i32;
    let float = magnitude * 2f64.powi(half) * 2f64.powi((-shift) as i32 - half);
    if float.is_infinite() {
        return Err(Error::new(Kind::Compilation, "integer division result too large for a float"));
    }
    Ok(Value::Float(if (a.sign() == Sign::Minus) == (b.sign() == Sign::Minus) { float } else { -float }))
}

/// `l // r`: rounded towards minus infinity.
pub fn floor_divide(l: &Value, r: &Value) -> Result<Value> {
    let Some(numbers) = pair(l, r) else { return other("//", l, r) };
    match numbers {
        Pair::Small(_, 0) | Pair::Float(_, 0.0) => Err(division_by_zero()),
        Pair::Small(a, b) => match a.checked_div(b) {
            Some(quotient) if a % b != 0 && (a < 0) != (b < 0) => Ok(Value::Int(quotient - 1)),
            Some(quotient) => Ok(Value::Int(quotient)),
            None => Ok(Value::integer(-BigInt::from(a))),
        },
        Pair::Large(a, b) if b.sign() == Sign::NoSign => {
            drop(a);
            Err(division_by_zero())
        }
        Pair::Large(a, b) => {
            limits::arithmetic(a.bits(), b.bits())?;
            let remainder = floor_remainder(&a, &b);
            Ok(Value::integer((a - remainder) / b))
        }
        Pair::Float(a, b) => Ok(Value::Float(float_divmod(a, b).0)),
    }
}

pub(super) fn remainder(l: &Value, r: &Value) -> Option<Result<Value>> {
    Some(match pair(l, r)? {
        Pair::Small(_, 0) | Pair::Float(_, 0.0) => Err(division_by_zero()),
        Pair::Small(a, b) => {
            let remainder = a.wrapping_rem(b);
            Ok(Value::Int(if remainder != 0 && (remainder < 0) != (b < 0) { remainder + b } else { remainder }))
        }
        Pair::Large(_, b) if b.sign() == Sign::NoSign => Err(division_by_zero()),
        Pair::Large(a, b) => limits::arithmetic(a.bits(), b.bits()).map(|()| Value::integer(floor_remainder(&a, &b))),
        Pair::Float(a, b) => Ok(Value::Float(float_divmod(a, b).1)),
    })
}

fn floor_remainder(a: &BigInt, b: &BigInt) -> BigInt {
    let remainder = a % b;
    if remainder.sign() != Sign::NoSign && remainder.sign() != b.sign() { remainder + b } else { remainder }
}

// As CPython does it, so that `(a // b) * b + a % b` is as close to `a` as there.
fn float_divmod(a: f64, b: f64) -> (f64, f64) {
    let mut remainder = a % b;
    let mut quotient = (a - remainder) / b;
    if remainder == 0.0 {
        remainder = 0.0_f64.copysign(b);
    } else if (b < 0.0) != (remainder < 0.0) {
        remainder += b;
        quotient -= 1.0;
    }
    let mut floor = quotient.floor();
    if quotient == 0.0 {
        floor = 0.0_f64.copysign(a / b);
    } else if quotient - floor > 0.5 {
        floor += 1.0;
    }
    (floor, remainder)
}

/// `l ** r`: an integer for integers, a float when the exponent is negative.
pub fn power(l: &Value, r: &Value) -> Result<Value> {
    let Some(numbers) = pair(l, r) else { return other("**", l, r) };
    let (base, exponent) = match numbers {
        Pair::Float(a, b) => return float_power(a, b),
        Pair::Small(a, b) => (BigInt::from(a), BigInt::from(b)),
        Pair::Large(a, b) => (a, b),
    };
    if exponent.sign() == Sign::Minus {
        return float_power(big_to_float(&base), big_to_float(&exponent));
    }
    if exponent.sign() == Sign::NoSign || base == BigInt::from(1) {
        return Ok(Value::Int(1));
    }
    if base.sign() == Sign::NoSign {
        return Ok(Value::Int(0));
    }
    let times = u32::try_from(&exponent).unwrap_or(u32::MAX);
    if base == BigInt::from(-1) {
        return Ok(Value::Int(if exponent.bit(0) { -1 } else { 1 }));
    }
    limits::integer((base.bits() - 1).max(1).saturating_mul(u64::from(times)))?;
    let result = base.pow(times);
    limits::arithmetic(result.bits(), result.bits())?;
    Ok(Value::integer(result))
}

fn float_power(base: f64, exponent: f64) -> Result<Value> {
    if base == 0.0 && exponent < 0.0 {
        return Err(Error::new(Kind::Compilation, "`0.0` cannot be raised to a negative power"));
    }
    if base < 0.0 && exponent.is_finite() && base.is_finite() && exponent.fract() != 0.0 {
        return Err(Error::new(Kind::Compilation, "a negative number raised to a fraction gives a complex number"));
    }
    let result = base.powf(exponent);
    if result.is_infinite() && base.is_finite() && exponent.is_finite() {
        return Err(Error::new(Kind::Compilation, "the result of `**` is too large for a float"));
    }
    Ok(Value::Float(result))
}

/// `-value`.
pub fn negate(value: &Value) -> Result<Value> {
    match value {
        Value::Bool(truth) => Ok(Value::Int(-i64::from(*truth))),
        Value::Int(number) => {
            Ok(number.checked_neg().map_or_else(|| Value::integer(-BigInt::from(*number)), Value::Int))
        }
        Value::BigInt(number) => Ok(Value::integer(-&**number)),
        Value::Float(number) => Ok(Value::Float(-number)),
        _ => unary(value, true),
    }
}

/// `+value`.
pub fn positive(value: &Value) -> Result<Value> {
    match value {
        Value::Bool(truth) => Ok(Value::Int(i64::from(*truth))),
        Value::Int(_) | Value::Float(_) => Ok(value.clone()),
        Value::BigInt(number) => Ok(Value::BigInt(Arc::clone(number))),
        _ => unary(value, false),
    }
}

fn unary(value: &Value, is_opposite: bool) -> Result<Value> {
    undefined(value)?;
    if let Some(number) = value.downcast::<Decimal>() {
        return number.with_sign(is_opposite).map(Value::object);
    }
    // A time span is the other object that has a sign: it is asked by way of its multiplication.
    let factor = if is_opposite { -1 } else { 1 };
    if matches!(value, Value::Object(_))
        && let Ok(result) = super::multiply(value, &Value::Int(factor))
    {
        return Ok(result);
    }
    let operator = if is_opposite { '-' } else { '+' };
    Err(type_error(format!("bad operand type for unary `{operator}`: `{}`", value.type_name())))
}

fn division_by_zero() -> Error {
    Error::new(Kind::Compilation, "division by zero")
}
