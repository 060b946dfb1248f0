//! Filters on numbers.

use num_bigint::BigInt;

use super::attributes::Path;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::operators::{self, integer_index};
use crate::transform::jinja::{Args, Decimal, Interpreter, Value, limits, numerals};

pub(super) fn abs(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("abs")?;
    operators::undefined(&value)?;
    match &value {
        Value::Float(number) => Ok(Value::Float(number.abs())),
        Value::Object(_) => {
            let negative = operators::negate(&value)?;
            let below = operators::partial_compare(&value, &negative)? == Some(std::cmp::Ordering::Less);
            Ok(if below { negative } else { value })
        }
        _ => match operators::big(&value) {
            Some(number) => Ok(Value::integer(BigInt::from(number.magnitude().clone()))),
            None => Err(type_error(format!("bad operand type for `abs`: `{}`", value.type_name()))),
        },
    }
}

/// What is no number becomes the default, as `"42.23"` becomes 42.
pub(super) fn int(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [default, base]) = args.bind("int", [], ["default", "base"])?;
    let base = base.as_ref().map_or(Ok(10), integer_index)?;
    operators::undefined(&value)?;
    let default = default.unwrap_or(Value::Int(0));
    let whole = match &value {
        Value::Str(text) => {
            let read = u32::try_from(base).ok().and_then(|base| numerals::integer(text, base));
            return Ok(match read {
                Some(number) => Value::integer(number),
                None => numerals::float(text).and_then(|number| operators::from_float(number).ok()).unwrap_or(default),
            });
        }
        // An infinite float is an error that the default does not cover.
        Value::Float(number) if number.is_infinite() => operators::from_float(*number)?,
        Value::Float(number) => operators::from_float(*number).unwrap_or(default),
        Value::Object(_) => match value.downcast::<Decimal>() {
            Some(number) => number.whole().map_or(default, Value::integer),
            None => default,
        },
        _ => operators::big(&value).map_or(default, Value::integer),
    };
    Ok(whole)
}

pub(super) fn float(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [default]) = args.bind("float", [], ["default"])?;
    operators::undefined(&value)?;
    let number = match &value {
        Value::Str(text) => numerals::float(text),
        _ => value.as_float(),
    };
    if let (Value::BigInt(_), Some(number)) = (&value, number)
        && number.is_infinite()
    {
        return Err(Error::new(Kind::Compilation, "the integer is too large for a float"));
    }
    Ok(number.map(Value::Float).or(default).unwrap_or(Value::Float(0.0)))
}

pub(super) fn round(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [precision, method]) = args.bind("round", [], ["precision", "method"])?;
    let method = method.map_or(Ok("common".into()), |method| method.text())?;
    operators::undefined(&value)?;
    let precision = precision.unwrap_or(Value::Int(0));
    match &*method {
        "common" => rounded(&value, integer_index(&precision)?),
        "ceil" | "floor" => {
            let factor = operators::power(&Value::Int(10), &precision)?;
            let whole = match operators::multiply(&value, &factor)? {
                Value::Float(number) if &*method == "ceil" => operators::from_float(number.ceil())?,
                Value::Float(number) => operators::from_float(number.floor())?,
                whole if operators::is_number(&whole) => whole,
                other => match other.downcast::<Decimal>() {
                    Some(number) => Value::integer(number.toward(&method)?),
                    None => return Err(not_a_number(&other)),
                },
            };
            operators::divide(&whole, &factor)
        }
        _ => Err(Error::new(Kind::Compilation, "the method of `round` must be `common`, `ceil` or `floor`")),
    }
}

fn not_a_number(value: &Value) -> Error {
    type_error(format!("`round` takes a number, not `{}`", value.type_name()))
}

// Half goes to the even neighbour, as in Python.
fn rounded(value: &Value, places: i64) -> Result<Value> {
    if let Value::Float(number) = value {
        return Ok(Value::Float(round_float(*number, places)));
    }
    if let Some(number) = value.downcast::<Decimal>() {
        return number.rounded_to(places).map(Value::object);
    }
    let number = operators::big(value).ok_or_else(|| not_a_number(value))?;
    Ok(Value::integer(if places >= 0 { number } else { round_integer(&number, places.unsigned_abs())? }))
}

fn round_integer(number: &BigInt, zeros: u64) -> Result<BigInt> {
    if zeros > number.bits() {
        return Ok(BigInt::from(0));
    }
    limits::integer(zeros * 4)?;
    let step = BigInt::from(10).pow(zeros as u32);
    let half = &step / 2;
    let quotient = operators::floor_divide(&Value::integer(number.clone()), &Value::integer(step.clone()))?;
    let quotient = operators::big(&quotient).unwrap_or_default();
    let remainder = number - &quotient * &step;
    let up = remainder > half || (remainder == half && quotient.bit(0));
    Ok((if up { quotient + 1 } else { quotient }) * step)
}

fn round_float(number: f64, places: i64) -> f64 {
    if !number.is_finite() || places > 330 {
        return number;
    }
    if places >= 0 {
        return format!("{number:.*}", places as usize).parse().unwrap_or(number);
    }
    // Round the digits before the point: as many significant ones as stay.
    let scientific = format!("{number:e}");
    let exponent: i64 = scientific.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    let digits = exponent + 1 + places;
    let zero = 0.0_f64.copysign(number);
    if digits < 0 {
        return zero;
    }
    if digits == 0 {
        let step: f64 = format!("1e{}", -places).parse().unwrap_or(f64::INFINITY);
        return if number.abs() > step / 2.0 { step.copysign(number) } else { zero };
    }
    format!("{number:.*e}", digits as usize - 1).parse().unwrap_or(number)
}

pub(super) fn sum(interpreter: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [attribute, start]) = args.bind("sum", [], ["attribute", "start"])?;
    let path = Path::new(interpreter, attribute.as_ref());
    let start = start.unwrap_or(Value::Int(0));
    if let Value::Str(_) | Value::Bytes(_) = start {
        return Err(type_error("`sum` adds no texts").hint("join them with `| join`"));
    }
    operators::iterate(&value)?.iter().try_fold(start, |sum, item| operators::add(&sum, &path.get(item)?))
}

/// `13 kB`, `4.1 MB`; with `binary` in steps of 1024.
pub(super) fn filesizeformat(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [binary]) = args.bind("filesizeformat", [], ["binary"])?;
    operators::undefined(&value)?;
    let bytes = match &value {
        Value::Str(text) => numerals::float(text),
        _ => value.as_float(),
    };
    let bytes = bytes.ok_or_else(|| type_error(format!("`{}` is no number of bytes", value.type_name())))?;
    let binary = binary.is_some_and(|binary| binary.truth());
    let (base, suffix): (f64, &str) = if binary { (1024.0, "iB") } else { (1000.0, "B") };
    #[allow(clippy::float_cmp, reason = "one byte is exactly one")]
    let one = bytes == 1.0;
    if one {
        return Ok(Value::str("1 Byte"));
    }
    if bytes < base {
        let whole = operators::from_float(bytes)?;
        return Ok(Value::from(format!("{whole} Bytes")));
    }
    let letters = if binary { "KMGTPEZY" } else { "kMGTPEZY" };
    let last = letters.len() as i32 - 1;
    let index = (0..last).find(|index| bytes < base.powi(index + 2)).unwrap_or(last);
    let letter = letters.chars().nth(index as usize).unwrap_or('Y');
    Ok(Value::from(format!("{:.1} {letter}{suffix}", base * bytes / base.powi(index + 2))))
}
