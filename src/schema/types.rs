//! What type a value has, and what becomes of it in a column of another type.
//!
//! The table of conversions is dlt's. Where a conversion would silently change a value, the value is
//! said to be [`Misfit::Altered`] and the caller keeps the original beside it.

use super::settings::{Detection, Settings};
use super::time::{self, Parsed, Timestamp};
use super::{Column, DataType};
use base64::Engine as _;
use std::borrow::Cow;

/// One value that is not a dict or list, borrowed from the item it stands in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'a> {
    Bool(bool),
    Bigint(i64),
    /// The digits of an integer that does not fit 64 bits.
    BigInteger(&'a str),
    Double(f64),
    Text(&'a str),
    /// A dict or list, written as JSON.
    Json(&'a str),
    Binary(&'a [u8]),
    /// Bytes that are written in hexadecimal.
    HexBytes(&'a [u8]),
    /// A decimal in the form that Python's `str` gives it.
    Decimal(&'a str),
    Wei(&'a str),
    Timestamp(Timestamp),
    Date(i32),
    Time(i64),
}

impl Scalar<'_> {
    /// The type that the value has by itself.
    pub fn data_type(&self) -> DataType {
        match self {
            Self::Bool(_) => DataType::Bool,
            Self::Bigint(_) | Self::BigInteger(_) => DataType::Bigint,
            Self::Double(_) => DataType::Double,
            Self::Text(_) => DataType::Text,
            Self::Json(_) => DataType::Json,
            Self::Binary(_) | Self::HexBytes(_) => DataType::Binary,
            Self::Decimal(_) => DataType::Decimal,
            Self::Wei(_) => DataType::Wei,
            Self::Timestamp(_) => DataType::Timestamp,
            Self::Date(_) => DataType::Date,
            Self::Time(_) => DataType::Time,
        }
    }

    /// The value as text, exactly: what a text column takes of it.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Bool(true) => "True".into(),
            Self::Bool(false) => "False".into(),
            Self::Bigint(number) => number.to_string().into(),
            Self::Double(number) => double_text(*number).into(),
            Self::BigInteger(text) | Self::Text(text) | Self::Json(text) | Self::Decimal(text) | Self::Wei(text) => {
                (*text).into()
            }
            Self::Binary(bytes) => base64::engine::general_purpose::STANDARD.encode(bytes).into(),
            Self::HexBytes(bytes) => format!("0x{}", hex(bytes)).into(),
            Self::Timestamp(timestamp) => timestamp.text().into(),
            Self::Date(days) => time::date_text(*days).into(),
            Self::Time(micros) => time::time_text(*micros).into(),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A float as Python writes it: `1.0`, `1e+16`, `1e-05`.
pub fn double_text(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf".to_owned() } else { "-inf".to_owned() };
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').expect("the e format has an exponent");
    let exponent: i32 = exponent.parse().expect("the exponent is an integer");
    if (-4..16).contains(&exponent) {
        let text = number.to_string();
        return if text.contains('.') { text } else { format!("{text}.0") };
    }
    format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// How the values of a column are held: its type, with what its hints say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub data_type: DataType,
    /// Digits of a decimal, before and after the point together.
    pub precision: u8,
    /// Digits of a decimal after the point.
    pub scale: i8,
    /// Digits of a second's fraction: 0, 3, 6 or 9.
    pub fraction: u8,
    pub timezone: bool,
}

impl Shape {
    /// The shape of a complete column; `None` while it has no type.
    pub fn of(column: &Column) -> Option<Self> {
        let data_type = column.data_type?;
        let default_scale = if data_type == DataType::Wei { 0 } else { 9 };
        let precision =
            if data_type == DataType::Decimal || data_type == DataType::Wei { column.precision } else { None };
        let timezone = column.timezone.unwrap_or(true);
        let fraction = match column.precision {
            // A timestamp with a time zone has microseconds, whatever the hint says.
            _ if timezone => 6,
            None => 6,
            Some(..=0) => 0,
            Some(1..=3) => 3,
            Some(4..=6) => 6,
            Some(7..) => 9,
        };
        Some(Self {
            data_type,
            precision: precision.unwrap_or(38).clamp(1, 38) as u8,
            scale: column.scale.unwrap_or(default_scale).clamp(0, 38) as i8,
            fraction,
            timezone,
        })
    }

    pub fn plain(data_type: DataType) -> Self {
        Self::of(&Column::new("_", Some(data_type))).expect("a type was given")
    }
}

/// A value in the form that its column stores.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    Bool(bool),
    Double(f64),
    /// Bigint; timestamp in the column's unit; time in microseconds.
    Integer(i64),
    Date(i32),
    /// A decimal times ten to its scale.
    Decimal(i128),
    /// Text and JSON.
    Text(Cow<'a, str>),
    Binary(Cow<'a, [u8]>),
}

/// Why a value is not in its column as it came.
#[derive(Clone, Debug, PartialEq)]
pub enum Misfit<'a> {
    /// The types do not go together: dlt's variant column takes the value.
    Type,
    /// The column can hold only an altered value. dlt stores that one when there is one.
    Altered(Option<Cell<'a>>),
}

/// The type of the column that a value makes: detected, then preferred by name, then its own.
pub fn infer(value: &Scalar<'_>, column: &str, settings: &Settings, may_prefer: bool) -> DataType {
    let preferred = if may_prefer { settings.preferred_type(column) } else { None };
    preferred.or_else(|| detect(value, &settings.detections)).unwrap_or_else(|| value.data_type())
}

fn detect(value: &Scalar<'_>, detections: &[Detection]) -> Option<DataType> {
    const FIVE_YEARS: f64 = 5.0 * 31_536_000.0;
    let near_now = |seconds: f64| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64());
        (seconds - now).abs() <= FIVE_YEARS
    };
    detections.iter().find_map(|detection| match (detection, value) {
        (Detection::IsoTimestamp, Scalar::Text(text)) => {
            matches!(time::parse(text), Some(Parsed::Timestamp(_))).then_some(DataType::Timestamp)
        }
        (Detection::IsoDate, Scalar::Text(text)) => {
            matches!(time::parse(text), Some(Parsed::Date(_))).then_some(DataType::Date)
        }
        (Detection::Timestamp, Scalar::Bigint(seconds)) => near_now(*seconds as f64).then_some(DataType::Timestamp),
        (Detection::Timestamp, Scalar::Double(seconds)) => near_now(*seconds).then_some(DataType::Timestamp),
        (Detection::LargeInteger, Scalar::BigInteger(digits)) if !digits.starts_with('-') => {
            Some(if digits.len() <= 38 { DataType::Wei } else { DataType::Text })
        }
        (Detection::HexBytesToText, Scalar::HexBytes(_)) => Some(DataType::Text),
        (Detection::WeiToDouble, Scalar::Wei(_)) => Some(DataType::Double),
        (
            Detection::IsoTimestamp
            | Detection::IsoDate
            | Detection::Timestamp
            | Detection::LargeInteger
            | Detection::HexBytesToText
            | Detection::WeiToDouble,
            _,
        ) => None,
    })
}

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
    let trimmed = text.trim_matches(super::naming::is_space);
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
            let trimmed = text.trim_matches(super::naming::is_space);
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
            let trimmed = text.trim_matches(super::naming::is_space);
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

/// A decimal number: digits divided by ten to the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    pub digits: i128,
    pub scale: i32,
}

impl Number {
    /// Reads what Python's `str` writes of an int or Decimal; `None` when it has more than 38 digits or is no number.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, "0"), |(m, e)| (m, e));
        let exponent: i32 = exponent.parse().ok()?;
        let (negative, unsigned) = match mantissa.as_bytes().first()? {
            b'-' => (true, &mantissa[1..]),
            b'+' => (false, &mantissa[1..]),
            _ => (false, mantissa),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let mut digits: i128 = 0;
        let mut any = false;
        for c in whole.bytes().chain(fraction.bytes()).filter(|c| *c != b'_') {
            if !c.is_ascii_digit() {
                return None;
            }
            any = true;
            digits = digits.checked_mul(10)?.checked_add(i128::from(c - b'0'))?;
        }
        let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        any.then_some(Self { digits: if negative { -digits } else { digits }, scale })
    }

    pub fn is_zero(self) -> bool {
        self.digits == 0
    }

    /// The digits at another scale, rounded half away from zero, and whether that is exact.
    pub fn rescale(self, scale: i32) -> Option<(i128, bool)> {
        if self.digits == 0 {
            return Some((0, true));
        }
        if scale >= self.scale {
            let factor = 10i128.checked_pow(u32::try_from(scale - self.scale).ok()?)?;
            return self.digits.checked_mul(factor).map(|digits| (digits, true));
        }
        let Some(divisor) = 10i128.checked_pow((self.scale - scale) as u32) else { return Some((0, false)) };
        let (quotient, remainder) = (self.digits / divisor, self.digits % divisor);
        let round_up = remainder.unsigned_abs() >= (divisor - remainder.abs()).unsigned_abs();
        let rounded = if round_up { quotient + self.digits.signum() } else { quotient };
        Some((rounded, remainder == 0))
    }
}

fn to_timestamp<'a>(shape: Shape, value: &Scalar<'a>) -> Result<Cell<'a>, Misfit<'a>> {
    let timestamp = match value {
        Scalar::Timestamp(timestamp) => *timestamp,
        Scalar::Text(text) => match time::timestamp(text) {
            Some(timestamp) => timestamp,
            None if matches!(time::parse(text), Some(Parsed::Time(..))) => return Err(Misfit::Type),
            None => from_seconds(python_float(text.trim_matches(super::naming::is_space)).ok_or(Misfit::Type)?)?,
        },
        Scalar::Bigint(seconds) => from_seconds(*seconds as f64)?,
        Scalar::Double(seconds) => from_seconds(*seconds)?,
        Scalar::Date(days) => Timestamp { micros: i64::from(*days) * time::DAY_MICROS, nanos: 0, offset: None },
        Scalar::Bool(_)
        | Scalar::BigInteger(_)
        | Scalar::Json(_)
        | Scalar::Binary(_)
        | Scalar::HexBytes(_)
        | Scalar::Decimal(_)
        | Scalar::Wei(_)
        | Scalar::Time(_) => {
            return Err(Misfit::Type);
        }
    };
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

fn from_seconds<'a>(seconds: f64) -> Result<Timestamp, Misfit<'a>> {
    // The years 1 to 9999, which is what Python's datetime holds.
    if !(-62_135_596_800.0..253_402_300_800.0).contains(&seconds) {
        return Err(Misfit::Type);
    }
    Ok(Timestamp { micros: (seconds * 1e6).round_ties_even() as i64, nanos: 0, offset: Some(0) })
}

fn to_date<'a>(value: &Scalar<'a>) -> Result<Cell<'a>, Misfit<'a>> {
    let day_of = |timestamp: Timestamp| Cell::Date(timestamp.micros.div_euclid(time::DAY_MICROS) as i32);
    match value {
        Scalar::Date(days) => Ok(Cell::Date(*days)),
        Scalar::Timestamp(timestamp) => Ok(day_of(*timestamp)),
        Scalar::Text(text) => match time::timestamp(text) {
            Some(timestamp) => Ok(day_of(timestamp)),
            None if matches!(time::parse(text), Some(Parsed::Time(..))) => Err(Misfit::Type),
            None => python_float(text.trim_matches(super::naming::is_space))
                .ok_or(Misfit::Type)
                .and_then(from_seconds)
                .map(day_of),
        },
        Scalar::Bigint(seconds) => from_seconds(*seconds as f64).map(day_of),
        Scalar::Double(seconds) => from_seconds(*seconds).map(day_of),
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
