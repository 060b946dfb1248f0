//! Methods and attributes of `int`, `bool` and `float`.

use num_bigint::{BigInt, Sign};

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::operators::{big, from_float};
use crate::transform::jinja::{Args, Value};

pub(super) const INTEGER_NAMES: &[&str] =
    &["as_integer_ratio", "bit_count", "bit_length", "conjugate", "from_bytes", "to_bytes"];
pub(super) const FLOAT_NAMES: &[&str] = &["as_integer_ratio", "conjugate", "fromhex", "hex", "is_integer"];

pub(super) fn attribute(receiver: &Value, name: &str) -> Option<Value> {
    match (receiver, name) {
        (Value::Float(_), "real") => Some(receiver.clone()),
        (Value::Float(_), "imag") => Some(Value::Float(0.0)),
        (Value::Bool(_) | Value::Int(_) | Value::BigInt(_), "real" | "numerator") => {
            Some(Value::integer(big(receiver)?))
        }
        (Value::Bool(_) | Value::Int(_) | Value::BigInt(_), "imag") => Some(Value::Int(0)),
        (Value::Bool(_) | Value::Int(_) | Value::BigInt(_), "denominator") => Some(Value::Int(1)),
        _ => None,
    }
}

pub(super) fn call(receiver: &Value, name: &str, args: Args) -> Result<Value> {
    match receiver {
        Value::Float(number) => float(*number, name, args),
        _ => integer(&big(receiver).unwrap_or_default(), name, args),
    }
}

fn integer(number: &BigInt, name: &str, args: Args) -> Result<Value> {
    match name {
        "as_integer_ratio" => {
            args.bind_nothing(name)?;
            Ok(Value::tuple([Value::integer(number.clone()), Value::Int(1)]))
        }
        "bit_length" => {
            args.bind_nothing(name)?;
            Ok(Value::Int(number.bits() as i64))
        }
        "bit_count" => {
            args.bind_nothing(name)?;
            Ok(Value::Int(number.iter_u64_digits().map(|digit| i64::from(digit.count_ones())).sum()))
        }
        "conjugate" => {
            args.bind_nothing(name)?;
            Ok(Value::integer(number.clone()))
        }
        "to_bytes" => {
            let ([], [length, order, signed]) = args.bind(name, [], ["length", "byteorder", "signed"])?;
            to_bytes(number, length, order, signed.is_some_and(|signed| signed.truth()))
        }
        _ => {
            let ([bytes], [order, signed]) = args.bind(name, ["bytes"], ["byteorder", "signed"])?;
            from_bytes(&bytes, order, signed.is_some_and(|signed| signed.truth()))
        }
    }
}

fn big_endian(order: Option<Value>) -> Result<bool> {
    match order.as_ref().map(Value::as_str) {
        None | Some(Some("big")) => Ok(true),
        Some(Some("little")) => Ok(false),
        Some(_) => Err(Error::new(Kind::Compilation, "`byteorder` must be either `little` or `big`")),
    }
}

fn to_bytes(number: &BigInt, length: Option<Value>, order: Option<Value>, signed: bool) -> Result<Value> {
    let length = match length {
        Some(length) => usize::try_from(super::operators::integer_index(&length)?)
            .map_err(|_| Error::new(Kind::Compilation, "the length of `to_bytes()` must not be negative"))?,
        None => 1,
    };
    crate::transform::jinja::limits::text(length)?;
    let too_big = || Error::new(Kind::Compilation, "int too big to convert");
    if number.sign() == Sign::Minus && !signed {
        return Err(Error::new(Kind::Compilation, "cannot convert a negative int to unsigned bytes"));
    }
    let mut bytes = if number.sign() == Sign::NoSign {
        Vec::new()
    } else if signed {
        number.to_signed_bytes_le()
    } else {
        number.magnitude().to_bytes_le()
    };
    if bytes.len() > length {
        return Err(too_big());
    }
    bytes.resize(length, if number.sign() == Sign::Minus { 0xff } else { 0 });
    if big_endian(order)? {
        bytes.reverse();
    }
    Ok(Value::bytes(bytes))
}

fn from_bytes(bytes: &Value, order: Option<Value>, signed: bool) -> Result<Value> {
    let bytes: Vec<u8> = match bytes {
        Value::Bytes(bytes) => bytes.to_vec(),
        _ => super::operators::iterate(bytes)?
            .iter()
            .map(|byte| super::operators::integer_index(byte).map(|byte| byte as u8))
            .collect::<Result<_>>()?,
    };
    crate::transform::jinja::limits::integer(bytes.len() as u64 * 8)?;
    let number = match (big_endian(order)?, signed) {
        (true, true) => BigInt::from_signed_bytes_be(&bytes),
        (true, false) => BigInt::from_bytes_be(Sign::Plus, &bytes),
        (false, true) => BigInt::from_signed_bytes_le(&bytes),
        (false, false) => BigInt::from_bytes_le(Sign::Plus, &bytes),
    };
    Ok(Value::integer(number))
}

fn float(number: f64, name: &str, args: Args) -> Result<Value> {
    match name {
        "is_integer" => {
            args.bind_nothing(name)?;
            Ok(Value::Bool(number.is_finite() && number.fract() == 0.0))
        }
        "as_integer_ratio" => {
            args.bind_nothing(name)?;
            integer_ratio(number)
        }
        "conjugate" => {
            args.bind_nothing(name)?;
            Ok(Value::Float(number))
        }
        "hex" => {
            args.bind_nothing(name)?;
            Ok(Value::from(hex(number)))
        }
        _ => {
            let ([text], []) = args.bind_places::<1, 0>(name)?;
            from_hex(text.as_str().unwrap_or_default())
        }
    }
}

// A float is a whole number times a power of two; both are taken from its bits.
fn parts(number: f64) -> (u64, i32) {
    let bits = number.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    if exponent == 0 { (fraction, -1074) } else { (fraction | (1 << 52), exponent - 1075) }
}

fn integer_ratio(number: f64) -> Result<Value> {
    if !number.is_finite() {
        return from_float(number)
            .map_err(|_| Error::new(Kind::Compilation, format!("cannot convert {number:?} to an integer ratio")));
    }
    let (mantissa, exponent) = parts(number);
    if mantissa == 0 {
        return Ok(Value::tuple([Value::Int(0), Value::Int(1)]));
    }
    let zeros = mantissa.trailing_zeros() as i32;
    let (mantissa, exponent) = (BigInt::from(mantissa >> zeros), exponent + zeros);
    let signed = if number < 0.0 { -mantissa } else { mantissa };
    let (numerator, denominator) = if exponent >= 0 {
        (signed << exponent.unsigned_abs(), BigInt::from(1))
    } else {
        (signed, BigInt::from(1) << exponent.unsigned_abs())
    };
    Ok(Value::tuple([Value::integer(numerator), Value::integer(denominator)]))
}

fn hex(number: f64) -> String {
    if !number.is_finite() {
        return crate::transform::jinja::format::float::repr(number);
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    if number == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = number.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = ((bits >> 52) & 0x7ff) as i32;
    let (lead, exponent) = if biased == 0 { (0, -1022) } else { (1, biased - 1023) };
    format!("{sign}0x{lead}.{fraction:013x}p{exponent:+}")
}

fn from_hex(text: &str) -> Result<Value> {
    let invalid = || Error::new(Kind::Compilation, format!("invalid hexadecimal floating-point text `{text}`"));
    let trimmed = text.trim().to_ascii_lowercase();
    let (negative, rest) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix('+').unwrap_or(&trimmed)),
    };
    let magnitude = match rest {
        "inf" | "infinity" => f64::INFINITY,
        "nan" => f64::NAN,
        _ => {
            let rest = rest.strip_prefix("0x").unwrap_or(rest);
            let (digits, exponent) = rest.split_once('p').unwrap_or((rest, "0"));
            let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
            let all = format!("{whole}{fraction}");
            let exponent: i32 = exponent.parse().map_err(|_| invalid())?;
            // Sixteen digits hold all 53 bits of a float.
            if all.is_empty() || all.len() > 16 {
                return Err(invalid());
            }
            let mantissa = u64::from_str_radix(&all, 16).map_err(|_| invalid())?;
            let exponent = exponent.saturating_sub(4 * fraction.len() as i32).clamp(-2200, 2200);
            mantissa as f64 * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2)
        }
    };
    Ok(Value::Float(if negative { -magnitude } else { magnitude }))
}
