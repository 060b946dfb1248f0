//! `Decimal`: a decimal number that keeps its places, as Python's `decimal` has it. Cells of results hold them.
//!
//! Results are rounded to 28 digits, half to even, which is Python's usual context.

mod arithmetic;

use std::any::Any;
use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Object, Value, operators};

/// The longest text of a number that is read as one.
const DIGITS_READ_MAX: usize = 10_000;

/// A number of decimal digits and the power of ten it stands at.
#[derive(Clone, Debug)]
pub struct Decimal {
    negative: bool,
    size: Size,
}

#[derive(Clone, Debug)]
enum Size {
    Finite { digits: BigUint, exponent: i64 },
    Infinite,
    NotANumber,
}

impl Decimal {
    /// `unscaled` with its last `scale` digits behind the point.
    ///
    /// ```
    /// use gristmill::transform::jinja::Decimal;
    /// assert_eq!(Decimal::scaled(150, 2).to_string(), "1.50");
    /// ```
    pub fn scaled(unscaled: i128, scale: i8) -> Self {
        Self::finite(unscaled < 0, BigUint::from(unscaled.unsigned_abs()), -i64::from(scale))
    }

    /// `Decimal(repr(number))`: the digits that the float is printed with.
    ///
    /// ```
    /// use gristmill::transform::jinja::Decimal;
    /// assert_eq!(Decimal::printed(1e-5).to_string(), "0.00001");
    /// assert_eq!(Decimal::printed(1e20).to_string(), "1E+20");
    /// ```
    pub fn printed(number: f64) -> Self {
        let negative = number.is_sign_negative();
        if number.is_nan() {
            return Self { negative: false, size: Size::NotANumber };
        }
        if number.is_infinite() {
            return Self { negative, size: Size::Infinite };
        }
        let text = super::super::format::float::repr(number.abs());
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{part}").parse().unwrap_or_default();
        let exponent: i64 = exponent.parse().unwrap_or(0);
        Self::finite(negative, digits, exponent - part.len() as i64)
    }

    /// `Decimal(text)`, for what is written in digits: `1.50`, `-3e4`, `Infinity`.
    ///
    /// ```
    /// use gristmill::transform::jinja::Decimal;
    /// assert_eq!(Decimal::read("1.50").map(|number| number.to_string()), Some("1.50".to_owned()));
    /// assert!(Decimal::read("1,5").is_none());
    /// ```
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().replace('_', "").to_ascii_lowercase();
        let (negative, size) = match text.strip_prefix('-') {
            Some(size) => (true, size),
            None => (false, text.strip_prefix('+').unwrap_or(&text)),
        };
        match size {
            "inf" | "infinity" => return Some(Self { negative, size: Size::Infinite }),
            "nan" => return Some(Self { negative, size: Size::NotANumber }),
            _ => {}
        }
        let (mantissa, exponent) = size.split_once('e').unwrap_or((size, "0"));
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [whole, part].concat();
        if digits.is_empty() || digits.len() > DIGITS_READ_MAX || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let exponent: i64 = exponent.parse().ok().filter(|power: &i64| power.abs() <= arithmetic::EXPONENT_MAX)?;
        Some(Self::finite(negative, digits.parse().ok()?, exponent - part.len() as i64))
    }

    /// `Decimal(number)`: what a float is worth, to its last binary digit.
    pub fn worth(number: f64) -> Self {
        if !number.is_finite() {
            return Self::printed(number);
        }
        let bits = number.to_bits();
        let (stored, fraction) = ((bits >> 52) & 0x7ff, bits & ((1 << 52) - 1));
        let (mantissa, power) =
            if stored == 0 { (fraction, -1074) } else { (fraction | (1 << 52), stored as i64 - 1075) };
        let mantissa = BigUint::from(mantissa);
        if power >= 0 {
            return Self::finite(number.is_sign_negative(), mantissa << power.unsigned_abs(), 0);
        }
        let fives = BigUint::from(5u8).pow(power.unsigned_abs() as u32);
        Self::finite(number.is_sign_negative(), mantissa * fives, power)
    }

    fn finite(negative: bool, digits: BigUint, exponent: i64) -> Self {
        Self { negative, size: Size::Finite { digits, exponent } }
    }

    /// `Decimal(number)` of an integer.
    pub fn of_integer(number: &BigInt) -> Self {
        Self::finite(number.sign() == Sign::Minus, number.magnitude().clone(), 0)
    }

    // A number that may meet a decimal in arithmetic: floats may not, as in Python.
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Object(object) => object.as_any().downcast_ref::<Self>().cloned(),
            _ => operators::big(value).as_ref().map(Self::of_integer),
        }
    }

    fn is_zero(&self) -> bool {
        matches!(&self.size, Size::Finite { digits, .. } if digits.bits() == 0)
    }

    /// `int(number)`: without what is behind the point. Infinity and NaN are refused.
    pub fn whole(&self) -> Result<BigInt> {
        let Size::Finite { digits, exponent } = &self.size else {
            return Err(Error::new(Kind::Compilation, format!("{self} cannot be converted to an integer")));
        };
        let shift = arithmetic::power_of_ten(exponent.unsigned_abs())?;
        let magnitude = if *exponent >= 0 { digits * shift } else { digits / shift };
        Ok(BigInt::from_biguint(if self.negative { Sign::Minus } else { Sign::Plus }, magnitude))
    }

    /// `-number`, or `+number`.
    pub(in super::super) fn with_sign(&self, is_opposite: bool) -> Result<Self> {
        arithmetic::with_sign(self, is_opposite)
    }

    /// `round(number, places)`: half to even. A number that is not finite stays what it is.
    pub fn rounded_to(&self, places: i64) -> Result<Self> {
        arithmetic::at_exponent(self, -places)
    }

    /// The nearest integer above (`ceil`) or below.
    pub(in super::super) fn toward(&self, method: &str) -> Result<BigInt> {
        let whole = self.whole()?;
        let is_whole = self.order(&Self::of_integer(&whole)) == Some(Ordering::Equal);
        Ok(match (is_whole, method, self.negative) {
            (false, "ceil", false) => whole + 1,
            (false, "floor", true) => whole - 1,
            _ => whole,
        })
    }

    /// Towards plus infinity when `up`, else towards minus infinity: a whole number of units of `10 ** power`.
    ///
    /// ```
    /// use gristmill::transform::jinja::Decimal;
    /// assert_eq!(Decimal::scaled(-125, 1).outward(1, false)?.to_string(), "-2E+1");
    /// # Ok::<(), gristmill::Error>(())
    /// ```
    ///
    /// # Errors
    /// When there are more digits than a template may compute with, or it is infinite.
    pub fn outward(&self, power: i64, up: bool) -> Result<Self> {
        let Size::Finite { digits, exponent } = &self.size else { return Ok(self.clone()) };
        let shifted = Self::finite(self.negative, digits.clone(), exponent - power);
        let Size::Finite { digits, .. } = Self::of_integer(&shifted.toward(if up { "ceil" } else { "floor" })?).size
        else {
            return Ok(self.clone());
        };
        Ok(Self::finite(self.negative, digits, power))
    }

    /// How many digits stand before and behind the point, without zeros at the end; `None` for infinity and NaN.
    ///
    /// ```
    /// use gristmill::transform::jinja::Decimal;
    /// assert_eq!(Decimal::scaled(12_340, 3).extent(), Some((2, 2)));
    /// ```
    pub fn extent(&self) -> Option<(i64, i64)> {
        match &self.trimmed().size {
            Size::Finite { digits, exponent } => Some((arithmetic::length(digits) + exponent, -exponent)),
            Size::Infinite | Size::NotANumber => None,
        }
    }

    /// With `places` digits behind the point and commas between the thousands.
    ///
    /// ```
    /// use gristmill::transform::jinja::Decimal;
    /// assert_eq!(Decimal::scaled(-123_456_789, 3).grouped(1)?, "-123,456.8");
    /// # Ok::<(), gristmill::Error>(())
    /// ```
    ///
    /// # Errors
    /// When there are more digits than a template may compute with.
    pub fn grouped(&self, places: u32) -> Result<String> {
        let (whole, part) = self.fixed(places)?;
        let mut text = if self.negative { "-".to_owned() } else { String::new() };
        for (at, digit) in whole.char_indices() {
            if at > 0 && (whole.len() - at) % 3 == 0 {
                text.push(',');
            }
            text.push(digit);
        }
        Ok(text + &part)
    }

    // Without a sign: the digits before the point, and the point with those behind it.
    fn fixed(&self, places: u32) -> Result<(String, String)> {
        let Size::Finite { digits, .. } = &self.rounded_to(places.into())?.size else {
            return Ok((self.to_string(), String::new()));
        };
        let places = places as usize;
        let digits = format!("{:0>width$}", digits.to_string(), width = places + 1);
        let (whole, part) = digits.split_at(digits.len() - places);
        Ok((whole.to_owned(), if part.is_empty() { String::new() } else { format!(".{part}") }))
    }

    /// Its sign and its digits before and behind the point, for a format of `f` or `%`, or of no type, which shows all of
    /// them; `None` for other formats.
    pub(in super::super) fn presented(
        &self,
        kind: Option<char>,
        precision: Option<u32>,
    ) -> Result<Option<(bool, String, String)>> {
        let percent = || match &self.size {
            Size::Finite { digits, exponent } => Self::finite(self.negative, digits.clone(), exponent + 2),
            Size::Infinite | Size::NotANumber => self.clone(),
        };
        let usual = |number: &Self| number.extent().and_then(|(_, places)| u32::try_from(places).ok()).unwrap_or(0);
        let (whole, part) = match kind {
            Some('f' | 'F') => self.fixed(precision.unwrap_or_else(|| usual(self)))?,
            Some('%') => {
                let number = percent();
                number.fixed(precision.unwrap_or_else(|| usual(&number)))?
            }
            None if precision.is_none() => {
                let text = self.to_string();
                let text = text.trim_start_matches('-');
                let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
                (text[..end].to_owned(), text[end..].to_owned())
            }
            _ => return Ok(None),
        };
        Ok(Some((self.negative, whole, part)))
    }

    fn is_finite(&self) -> bool {
        matches!(self.size, Size::Finite { .. })
    }

    // Without zeros at the end.
    fn trimmed(&self) -> Self {
        let Size::Finite { digits, exponent } = &self.size else { return self.clone() };
        if digits.bits() == 0 {
            return Self::finite(self.negative, BigUint::ZERO, 0);
        }
        let text = digits.to_string();
        let kept = text.trim_end_matches('0');
        let zeros = (text.len() - kept.len()) as i64;
        Self::finite(self.negative, kept.parse().unwrap_or_default(), exponent + zeros)
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        let rank = |number: &Self| match number.size {
            Size::NotANumber => None,
            Size::Infinite if number.negative => Some(-2),
            Size::Infinite => Some(2),
            Size::Finite { .. } if number.is_zero() => Some(0),
            Size::Finite { .. } => Some(if number.negative { -1 } else { 1 }),
        };
        let (mine, others) = (rank(self)?, rank(other)?);
        if mine != others || !matches!(mine, -1 | 1) {
            return Some(mine.cmp(&others));
        }
        let order = self.magnitude_order(other);
        Some(if self.negative { order.reverse() } else { order })
    }

    // Of two finite numbers that are not zero.
    fn magnitude_order(&self, other: &Self) -> Ordering {
        let (Size::Finite { digits: a, exponent: e }, Size::Finite { digits: b, exponent: f }) =
            (&self.size, &other.size)
        else {
            return Ordering::Equal;
        };
        let (a, b) = (a.to_string(), b.to_string());
        let tops = (a.len() as i64 + e).cmp(&(b.len() as i64 + f));
        // At the same power of ten, digits compare from the left, whatever zeros follow.
        tops.then_with(|| a.trim_end_matches('0').cmp(b.trim_end_matches('0')))
    }

    fn against(value: &Value) -> Option<Self> {
        match value {
            Value::Float(number) => Some(Self::worth(*number)),
            _ => Self::of(value),
        }
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let (digits, exponent) = match &self.size {
            Size::Infinite => return write!(f, "{sign}Infinity"),
            Size::NotANumber => return write!(f, "{sign}NaN"),
            Size::Finite { digits, exponent } => (digits.to_string(), *exponent),
        };
        let left = digits.len() as i64 + exponent;
        let is_plain = exponent <= 0 && left > -6;
        let point = if is_plain { left } else { 1 };
        match usize::try_from(point) {
            Ok(point @ 1..) if point < digits.len() => write!(f, "{sign}{}.{}", &digits[..point], &digits[point..])?,
            Ok(1..) => write!(f, "{sign}{digits}")?,
            _ => write!(f, "{sign}0.{}{digits}", "0".repeat(point.unsigned_abs() as usize))?,
        }
        if is_plain { Ok(()) } else { write!(f, "E{:+}", left - 1) }
    }
}

impl Object for Decimal {
    fn type_name(&self) -> &'static str {
        "decimal.Decimal"
    }

    fn truth(&self) -> bool {
        !self.is_zero()
    }

    fn display(&self) -> String {
        self.to_string()
    }

    fn repr(&self) -> String {
        format!("Decimal('{self}')")
    }

    fn as_float(&self) -> Option<f64> {
        self.to_string().parse().ok()
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        Some(Self::against(other)?.order(self) == Some(Ordering::Equal))
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        self.order(&Self::against(other)?)
    }

    fn binary(&self, operator: &str, other: &Value, reflected: bool) -> Option<Result<Value>> {
        let other = Self::of(other)?;
        let (left, right) = if reflected { (&other, self) } else { (self, &other) };
        arithmetic::binary(operator, left, right).map(|result| result.map(Value::object))
    }

    fn hash(&self) -> Option<u64> {
        self.as_float().map(f64::to_bits)
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        let answer = match name {
            "is_nan" => Value::Bool(matches!(self.size, Size::NotANumber)),
            "is_infinite" => Value::Bool(matches!(self.size, Size::Infinite)),
            "is_finite" => Value::Bool(self.is_finite()),
            "is_signed" => Value::Bool(self.negative),
            "is_zero" => Value::Bool(self.is_zero()),
            "normalize" => Value::object(self.trimmed()),
            _ => return None,
        };
        Some(args.bind_nothing(name).map(|()| answer))
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "is_nan" | "is_infinite" | "is_finite" | "is_signed" | "is_zero" | "normalize")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_of_python() {
        let text = |unscaled, scale| Decimal::scaled(unscaled, scale).to_string();
        assert_eq!(
            [text(150, 2), text(-5, 3), text(12, -2), text(1, 6), text(1, 7), text(123, 9), text(0, 2)],
            ["1.50", "-0.005", "1.2E+3", "0.000001", "1E-7", "1.23E-7", "0.00"],
        );
    }

    #[test]
    fn a_float_equals_only_what_it_is_worth() {
        let tenth = Decimal::printed(0.1);
        assert_eq!(tenth.equals(&Value::Float(0.1)), Some(false));
        assert_eq!(tenth.compare(&Value::Float(0.1)), Some(Ordering::Less));
        assert_eq!(Decimal::printed(1.5).equals(&Value::Float(1.5)), Some(true));
        assert_eq!(Decimal::printed(f64::NAN).compare(&Value::Int(1)), None);
    }
}
