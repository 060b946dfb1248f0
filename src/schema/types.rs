//! What type a value has, and in which form its column stores it.

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
