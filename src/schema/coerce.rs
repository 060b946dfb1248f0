//! What becomes of a value in a column of another type.
//!
//! The table of conversions is dlt's. Where a conversion would silently change a value, the value is
//! said to be [`Misfit::Altered`] and the caller keeps the original beside it.

use super::DataType;
use super::naming::is_space;
use super::number::Number;
use super::time::{self, Parsed, Timestamp};
use super::types::{Cell, Misfit, Scalar, Shape, double_text};
use base64::Engine as _;
use std::borrow::Cow;

/// Brings a value into a column's form, or says why not.
pub fn coerce<'a>(shape: Shape, value: &Scalar<'a>) -> Result<Cell<'a>, Misfit<'a>> {
    match shape.data_type {
        DataType::Text => Ok(Cell::Text(own(value))),
        DataType::Json => to_json(value),
        DataType::Bool => to_bool(value),
        DataType::Bigint => to_bigint(value),
        DataType::Double => to_double(value),
        DataType::Decimal | DataType::Wei => to_decimal(shape, value),
        DataType::Timestamp => to_timestamp(shape, value),
        DataType::Date => to_date(value),
        DataType::Time => to_time(value),
        DataType::Binary => to_binary(value),
    }
}

fn own<'a>(value: &Scalar<'a>) -> Cow<'a, str> {
    match value {
        Scalar::BigInteger(text)
        | Scalar::Text(text)
        | Scalar::Json(text)
        | Scalar::Decimal(text)
        | Scalar::Wei(text) => Cow::Borrowed(*text),
        Scalar::Bool(_)
        | Scalar::Bigint(_)
        | Scalar::Double(_)
        | Scalar::Binary(_)
        | Scalar::HexBytes(_)
        | Scalar::Timestamp(_)
        | Scalar::Date(_)
        | Scalar::Time(_) => Cow::Owned(value.text().into_owned()),
    }
}

fn to_json<'a>(value: &Scalar<'a>) -> Result<Cell<'a>, Misfit<'a>> {
    match value {
        Scalar::Json(json) => Ok(Cell::Text(Cow::Borrowed(*json))),
        Scalar::Text(text) => match serde_json::from_str::<serde_json::Value>(text) {
            Ok(value) => Ok(Cell::Text(Cow::Owned(value.to_string()))),
            Err(_) => Err(Misfit::Type),
        },
        Scalar::Bool(_)
        | Scalar::Bigint(_)
        | Scalar::BigInteger(_)
        | Scalar::Double(_)
        | Scalar::Binary(_)
        | Scalar::HexBytes(_)
        | Scalar::Decimal(_)
        | Scalar::Wei(_)
        | Scalar::Timestamp(_)
        | Scalar::Date(_)
        | Scalar::Time(_) => Err(Misfit::Type),
    }
}

fn to_bool<'a>(value: &Scalar<'a>) -> Result<Cell<'a>, Misfit<'a>> {
    // A number that is neither 0 nor 1 would lose what it is.
    let number = |is_zero: bool, is_one: bool| match (is_zero, is_one) {
        (true, _) => Ok(Cell::Bool(false)),
        (_, true) => Ok(Cell::Bool(true)),
        (false, false) => Err(Misfit::Altered(Some(Cell::Bool(true)))),
    };
    match value {
        Scalar::Bool(flag) => Ok(Cell::Bool(*flag)),
        Scalar::Bigint(n) => number(*n == 0, *n == 1),
        Scalar::BigInteger(_) => number(false, false),
        Scalar::Double(n) => number(*n == 0.0, (*n - 1.0).abs() < f64::EPSILON),
        Scalar::Decimal(text) | Scalar::Wei(text) => match Number::parse(text) {
            Some(n) => number(n.is_zero(), n.rescale(0) == Some((1, true))),
            None => Err(Misfit::Type),
        },
        Scalar::Text(text) => match text.to_lowercase().as_str() {
            "yes" | "true" | "t" | "y" | "1" => Ok(Cell::Bool(true)),
            "no" | "false" | "f" | "n" | "0" => Ok(Cell::Bool(false)),
            _ => Err(Misfit::Type),
        },
        Scalar::Json(_)
        | Scalar::Binary(_)
        | Scalar::HexBytes(_)
        | Scalar::Timestamp(_)
        | Scalar::Date(_)
        | Scalar::Time(_) => Err(Misfit::Type),
    }
}

fn to_bigint<'a>(value: &Scalar<'a>) -> Result<Cell<'a>, Misfit<'a>> {
    let whole = |n: Number| match n.rescale(0) {
        Some((number, true)) => i64::try_from(number).map(Cell::Integer).map_err(|_| Misfit::Altered(None)),
        Some((_, false)) => Err(Misfit::Type),
        None => Err(Misfit::Altered(None)),
    };
    match value {
        Scalar::Bigint(number) => Ok(Cell::Integer(*number)),
        Scalar::BigInteger(_) => Err(Misfit::Altered(None)),
        Scalar::Double(number) if number.fract() == 0.0 => {
            // 2^63 is the first double that an i64 cannot hold.
            if *number >= -9_223_372_036_854_775_808.0 && *number < 9_223_372_036_854_775_808.0 {
                Ok(Cell::Integer(*number as i64))
            } else {
                Err(Misfit::Altered(None))
            }
        }
        Scalar::Double(_) => Err(Misfit::Type),
        Scalar::Decimal(text) | Scalar::Wei(text) => Number::parse(text).map_or(Err(Misfit::Type), whole),
        Scalar::Text(text) => text_to_bigint(text),
        Scalar::Bool(_)
        | Scalar::Json(_)
        | Scalar::Binary(_)
        | Scalar::HexBytes(_)
        | Scalar::Timestamp(_)
        | Scalar::Date(_)
        | Scalar::Time(_) => Err(Misfit::Type),
    }
}

fn text_to_bigint<'a>(text: &str) -> Result<Cell<'a>, Misfit<'a>> {
    let trimmed = text.trim_matches(is_space);
    if let Some(hex) = trimmed.strip_prefix("0x") {
        let number = i128::from_str_radix(hex, 16).map_err(|_| Misfit::Type)?;
        return i64::try_from(number).map(Cell::Integer).map_err(|_| Misfit::Altered(None));
    }
    let Some(digits) = python_digits(trimmed) else { return Err(Misfit::Type) };
    let Ok(number) = digits.parse::<i64>() else { return Err(Misfit::Altered(None)) };
    // The zeros of `007` belong to a code, not to a number.
    let unsigned = digits.trim_start_matches(['-', '+']);
    if unsigned.len() > 1 && unsigned.starts_with('0') {
        return Err(Misfit::Altered(Some(Cell::Integer(number))));
    }
    Ok(Cell::Integer(number))
}

// Digits as Python's `int` takes them: a sign, and underscores between digits.
fn python_digits(text: &str) -> Option<Cow<'_, str>> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let well_formed = !unsigned.is_empty()
        && unsigned.bytes().all(|c| c.is_ascii_digit() || c == b'_')
        && !unsigned.starts_with('_')
        && !unsigned.ends_with('_')
        && !unsigned.contains("__");
    well_formed.then(|| if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) })
}

fn to_double<'a>(value: &Scalar<'a>) -> Result<Cell<'a>, Misfit<'a>> {
    match value {
        Scalar::Double(number) => Ok(Cell::Double(*number)),
        Scalar::Bigint(number) => {
            let double = *number as f64;
            // Beyond 2^53 not every integer has a double.
            let exact = double as i128 == i128::from(*number);
            if exact { Ok(Cell::Double(double)) } else { Err(Misfit::Altered(Some(Cell::Double(double)))) }
        }
        Scalar::BigInteger(text) => Err(Misfit::Altered(text.parse().ok().map(Cell::Double))),
        Scalar::Decimal(text) | Scalar::Wei(text) => python_float(text).map(Cell::Double).ok_or(Misfit::Type),
        Scalar::Text(text) => {
            let trimmed = text.trim_matches(is_space);
            let hex = trimmed.strip_prefix("0x").map(|hex| u128::from_str_radix(hex, 16).ok().map(|n| n as f64));
            hex.unwrap_or_else(|| python_float(trimmed)).map(Cell::Double).ok_or(Misfit::Type)
        }
        Scalar::Bool(_)
        | Scalar::Json(_)
        | Scalar::Binary(_)
        | Scalar::HexBytes(_)
        | Scalar::Timestamp(_)
        | Scalar::Date(_)
        | Scalar::Time(_) => Err(Misfit::Type),
    }
}

fn python_float(text: &str) -> Option<f64> {
    let unsigned = text.trim_start_matches(['-', '+']).to_ascii_lowercase();
    if unsigned.contains('_') {
        let between_digits =
            unsigned.split('_').all(|part| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit() || c == b'.'));
        return between_digits.then(|| text.replace('_', "").parse().ok())?;
    }
    text.parse().ok()
}

fn to_decimal<'a>(shape: Shape, value: &Scalar<'a>) -> Result<Cell<'a>, Misfit<'a>> {
    let fit = |n: Option<Number>| match n.and_then(|n| n.rescale(i32::from(shape.scale))) {
        Some((number, exact)) if number.unsigned_abs() < 10u128.pow(u32::from(shape.precision)) => {
            if exact {
                Ok(Cell::Decimal(number))
            } else {
                Err(Misfit::Altered(Some(Cell::Decimal(number))))
            }
        }
        Some(_) | None => Err(Misfit::Altered(None)),
    };
    match value {
        Scalar::Bigint(number) => fit(Some(Number { digits: i128::from(*number), scale: 0 })),
        Scalar::BigInteger(text) => fit(Number::parse(text)),
        Scalar::Double(number) if number.is_finite() => fit(Number::parse(&double_text(*number))),
        Scalar::Double(_) => Err(Misfit::Altered(None)),
        Scalar::Decimal(text) | Scalar::Wei(text) => fit(Number::parse(text)),
        Scalar::Text(text) => {
            let trimmed = text.trim_matches(is_space);
            if let Some(hex) = trimmed.strip_prefix("0x") {
                return i128::from_str_radix(hex, 16)
                    .map_or(Err(Misfit::Type), |digits| fit(Some(Number { digits, scale: 0 })));
            }
            if is_decimal_text(trimmed) { fit(Number::parse(trimmed)) } else { Err(Misfit::Type) }
        }
        Scalar::Bool(_)
        | Scalar::Json(_)
        | Scalar::Binary(_)
        | Scalar::HexBytes(_)
        | Scalar::Timestamp(_)
        | Scalar::Date(_)
        | Scalar::Time(_) => Err(Misfit::Type),
    }
}

fn is_decimal_text(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(m, e)| (m, Some(e)));
    let exponent_is_well = exponent.is_none_or(|e| {
        let digits = e.strip_prefix(['-', '+']).unwrap_or(e);
        !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit())
    });
    exponent_is_well
        && mantissa.bytes().any(|c| c.is_ascii_digit())
        && mantissa.bytes().filter(|c| *c == b'.').count() <= 1
        && mantissa.bytes().all(|c| c.is_ascii_digit() || c == b'.' || c == b'_')
}

fn to_timestamp<'a>(shape: Shape, value: &Scalar<'a>) -> Result<Cell<'a>, Misfit<'a>> {
    let timestamp = moment(value)?;
    let (unit, lost) = match shape.fraction {
        9 => {
            let nanos = timestamp.micros.checked_mul(1000).ok_or(Misfit::Altered(None))?;
            (nanos + i64::from(timestamp.nanos), false)
        }
        6 => (timestamp.micros, timestamp.nanos != 0),
        digits => {
            let divisor = if digits == 3 { 1000 } else { 1_000_000 };
            (timestamp.micros.div_euclid(divisor), timestamp.micros.rem_euclid(divisor) != 0 || timestamp.nanos != 0)
        }
    };
    if lost { Err(Misfit::Altered(Some(Cell::Integer(unit)))) } else { Ok(Cell::Integer(unit)) }
}

// What a value means as a point in time: a number counts seconds, a date is its midnight.
fn moment<'a>(value: &Scalar<'a>) -> Result<Timestamp, Misfit<'a>> {
    match value {
        Scalar::Timestamp(timestamp) => Ok(*timestamp),
        Scalar::Text(text) => match time::timestamp(text) {
            Some(timestamp) => Ok(timestamp),
            None if matches!(time::parse(text), Some(Parsed::Time(..))) => Err(Misfit::Type),
            None => from_seconds(python_float(text.trim_matches(is_space)).ok_or(Misfit::Type)?),
        },
        Scalar::Bigint(seconds) => from_seconds(*seconds as f64),
        Scalar::Double(seconds) => from_seconds(*seconds),
        Scalar::Date(days) => Ok(Timestamp { micros: i64::from(*days) * time::DAY_MICROS, nanos: 0, offset: None }),
        Scalar::Bool(_)
        | Scalar::BigInteger(_)
        | Scalar::Json(_)
        | Scalar::Binary(_)
        | Scalar::HexBytes(_)
        | Scalar::Decimal(_)
        | Scalar::Wei(_)
        | Scalar::Time(_) => Err(Misfit::Type),
    }
}

fn from_seconds<'a>(seconds: f64) -> Result<Timestamp, Misfit<'a>> {
    // The years 1 to 9999, which is what Python's datetime holds.
    if !(-62_135_596_800.0..253_402_300_800.0).contains(&seconds) {
        return Err(Misfit::Type);
    }
    Ok(Timestamp { micros: (seconds * 1e6).round_ties_even() as i64, nanos: 0, offset: Some(0) })
}

fn to_date<'a>(value: &Scalar<'a>) -> Result<Cell<'a>, Misfit<'a>> {
    // A day may lie where microseconds no longer count.
    if let Scalar::Date(days) = value {
        return Ok(Cell::Date(*days));
    }
    moment(value).map(|timestamp| Cell::Date(timestamp.micros.div_euclid(time::DAY_MICROS) as i32))
}

fn to_time<'a>(value: &Scalar<'a>) -> Result<Cell<'a>, Misfit<'a>> {
    match value {
        Scalar::Time(micros) => Ok(Cell::Integer(*micros)),
        Scalar::Text(text) => match time::parse(text) {
            Some(Parsed::Time(micros, offset)) => {
                Ok(Cell::Integer((micros - i64::from(offset.unwrap_or(0)) * 1_000_000).rem_euclid(time::DAY_MICROS)))
            }
            Some(Parsed::Timestamp(_) | Parsed::Date(_)) | None => Err(Misfit::Type),
        },
        Scalar::Bool(_)
        | Scalar::Bigint(_)
        | Scalar::BigInteger(_)
        | Scalar::Double(_)
        | Scalar::Json(_)
        | Scalar::Binary(_)
        | Scalar::HexBytes(_)
        | Scalar::Decimal(_)
        | Scalar::Wei(_)
        | Scalar::Timestamp(_)
        | Scalar::Date(_) => Err(Misfit::Type),
    }
}

fn to_binary<'a>(value: &Scalar<'a>) -> Result<Cell<'a>, Misfit<'a>> {
    match value {
        Scalar::Binary(bytes) | Scalar::HexBytes(bytes) => Ok(Cell::Binary(Cow::Borrowed(*bytes))),
        Scalar::Text(text) => {
            let decoded = match text.strip_prefix("0x") {
                Some(hex) => from_hex(hex),
                None => base64::engine::general_purpose::STANDARD.decode(text).ok(),
            };
            decoded.map(|bytes| Cell::Binary(Cow::Owned(bytes))).ok_or(Misfit::Type)
        }
        Scalar::Bigint(number) if *number >= 0 => {
            let length = (64 - number.leading_zeros() as usize).div_ceil(8);
            Ok(Cell::Binary(Cow::Owned(number.to_le_bytes()[..length].to_vec())))
        }
        Scalar::Bool(_)
        | Scalar::Bigint(_)
        | Scalar::BigInteger(_)
        | Scalar::Double(_)
        | Scalar::Json(_)
        | Scalar::Decimal(_)
        | Scalar::Wei(_)
        | Scalar::Timestamp(_)
        | Scalar::Date(_)
        | Scalar::Time(_) => Err(Misfit::Type),
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|c| !c.is_ascii_whitespace()).collect();
    let nibble = |c: u8| (c as char).to_digit(16).map(|n| n as u8);
    if digits.len() % 2 == 1 {
        return None;
    }
    digits.chunks(2).map(|pair| Some(nibble(pair[0])? << 4 | nibble(pair[1])?)).collect()
}
