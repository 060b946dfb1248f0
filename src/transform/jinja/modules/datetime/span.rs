//! `timedelta`: a span of time, exact to the microsecond.

use std::any::Any;
use std::cmp::Ordering;

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::{Args, Interpreter, Object, Value, operators};

const SECOND: i128 = 1_000_000;
const DAY: i128 = 86_400 * SECOND;

/// A span of time in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    microseconds: i128,
}

pub(super) fn make(_: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let names = ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"];
    let ([], parts) = args.bind("timedelta", [], names)?;
    let units = [DAY, SECOND, 1, 1000, 60 * SECOND, 3600 * SECOND, 7 * DAY];
    let mut whole: i128 = 0;
    let mut fraction = 0.0;
    for (part, unit) in parts.iter().zip(units) {
        match part {
            None => {}
            Some(Value::Float(number)) => {
                whole = whole.saturating_add((number.trunc() as i128).saturating_mul(unit));
                fraction += number.fract() * unit as f64;
            }
            Some(number) => {
                operators::undefined(number)?;
                let number = number
                    .as_int()
                    .ok_or_else(|| type_error(format!("`timedelta` takes numbers, not `{}`", number.type_name())))?;
                whole = whole.saturating_add(i128::from(number).saturating_mul(unit));
            }
        }
    }
    Span::checked(whole.saturating_add(fraction.round_ties_even() as i128)).map(Value::object)
}

pub(super) fn class_attribute(name: &str) -> Option<Value> {
    let microseconds = match name {
        "min" => -999_999_999 * DAY,
        "max" => 1_000_000_000 * DAY - 1,
        "resolution" => 1,
        _ => return None,
    };
    Some(Value::object(Span { microseconds }))
}

impl Span {
    pub(super) fn checked(microseconds: i128) -> Result<Self> {
        if microseconds.div_euclid(DAY).abs() > 999_999_999 {
            return Err(Error::new(Kind::Compilation, "a timedelta may have at most 999999999 days"));
        }
        Ok(Self { microseconds })
    }

    pub fn from_seconds(seconds: i64) -> Self {
        Self { microseconds: i128::from(seconds) * SECOND }
    }

    pub fn from_chrono(delta: chrono::TimeDelta) -> Self {
        Self { microseconds: i128::from(delta.num_seconds()) * SECOND + i128::from(delta.subsec_nanos() / 1000) }
    }

    pub(super) fn to_chrono(self) -> Option<chrono::TimeDelta> {
        let seconds = i64::try_from(self.microseconds.div_euclid(SECOND)).ok()?;
        chrono::TimeDelta::new(seconds, self.microseconds.rem_euclid(SECOND) as u32 * 1000)
    }

    pub(super) fn days(self) -> i64 {
        self.microseconds.div_euclid(DAY) as i64
    }

    fn seconds(self) -> i64 {
        (self.microseconds.rem_euclid(DAY) / SECOND) as i64
    }

    fn rest(self) -> i64 {
        self.microseconds.rem_euclid(SECOND) as i64
    }

    pub fn total_seconds(self) -> f64 {
        self.microseconds as f64 / SECOND as f64
    }

    fn scaled(self, factor: &Value) -> Option<Result<Value>> {
        let microseconds = match factor {
            Value::Float(factor) => (self.microseconds as f64 * factor).round_ties_even() as i128,
            _ => self.microseconds.checked_mul(i128::from(factor.as_int()?))?,
        };
        Some(Self::checked(microseconds).map(Value::object))
    }

    fn divided(self, operator: &str, other: &Value) -> Option<Result<Value>> {
        let by_zero = || Some(Err(Error::new(Kind::Compilation, "division by zero")));
        if let Some(other) = other.downcast::<Self>() {
            let (a, b) = (self.microseconds, other.microseconds);
            if b == 0 {
                return by_zero();
            }
            let floor = a.div_euclid(b) - i128::from(b < 0 && a.rem_euclid(b) != 0);
            return Some(match operator {
                "/" => Ok(Value::Float(a as f64 / b as f64)),
                "//" => Ok(Value::integer(floor.into())),
                _ => Self::checked(a - floor * b).map(Value::object),
            });
        }
        let microseconds = match (operator, other) {
            ("/", Value::Float(0.0)) | (_, Value::Int(0) | Value::Bool(false)) => return by_zero(),
            ("/", Value::Float(divisor)) => (self.microseconds as f64 / divisor).round_ties_even() as i128,
            ("/", _) => rounded(self.microseconds, i128::from(other.as_int()?)),
            ("//", _) => {
                let divisor = i128::from(other.as_int()?);
                let euclid = self.microseconds.div_euclid(divisor);
                euclid - i128::from(divisor < 0 && self.microseconds.rem_euclid(divisor) != 0)
            }
            _ => return None,
        };
        Some(Self::checked(microseconds).map(Value::object))
    }
}

// Half goes to the even neighbour.
fn rounded(a: i128, b: i128) -> i128 {
    let (quotient, remainder) = (a.div_euclid(b), a.rem_euclid(b));
    match (remainder * 2).cmp(&b.abs()) {
        Ordering::Less => quotient,
        Ordering::Greater => quotient + b.signum(),
        Ordering::Equal => quotient + if quotient % 2 == 0 { 0 } else { b.signum() },
    }
}

impl Object for Span {
    fn type_name(&self) -> &'static str {
        "timedelta"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "days" => Some(Value::Int(self.days())),
            "seconds" => Some(Value::Int(self.seconds())),
            "microseconds" => Some(Value::Int(self.rest())),
            _ => class_attribute(name),
        }
    }

    fn has_method(&self, name: &str) -> bool {
        name == "total_seconds"
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        self.has_method(name).then(|| args.bind_nothing(name).map(|()| Value::Float(self.total_seconds())))
    }

    fn truth(&self) -> bool {
        self.microseconds != 0
    }

    fn display(&self) -> String {
        let (days, seconds, rest) = (self.days(), self.seconds(), self.rest());
        let days = match days {
            0 => String::new(),
            1 | -1 => format!("{days} day, "),
            _ => format!("{days} days, "),
        };
        let rest = if rest == 0 { String::new() } else { format!(".{rest:06}") };
        format!("{days}{}:{:02}:{:02}{rest}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    fn repr(&self) -> String {
        let parts = [("days", self.days()), ("seconds", self.seconds()), ("microseconds", self.rest())];
        let parts: Vec<String> =
            parts.iter().filter(|(_, number)| *number != 0).map(|(name, number)| format!("{name}={number}")).collect();
        format!("datetime.timedelta({})", if parts.is_empty() { "0".to_owned() } else { parts.join(", ") })
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        Some(other.downcast::<Self>() == Some(self))
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        Some(self.microseconds.cmp(&other.downcast::<Self>()?.microseconds))
    }

    fn hash(&self) -> Option<u64> {
        Some(self.microseconds as u64)
    }

    fn binary(&self, operator: &str, other: &Value, reflected: bool) -> Option<Result<Value>> {
        match operator {
            "+" | "-" => {
                let other = other.downcast::<Self>()?.microseconds;
                let sum = match (operator, reflected) {
                    ("+", _) => self.microseconds + other,
                    (_, false) => self.microseconds - other,
                    (_, true) => other - self.microseconds,
                };
                Some(Self::checked(sum).map(Value::object))
            }
            "*" => self.scaled(other),
            "/" | "//" | "%" if !reflected => self.divided(operator, other),
            _ => None,
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
