//! What the type of a column makes of a value: `data_type.cast(value)`.

use chrono::NaiveDateTime;
use num_bigint::BigInt;

use super::column_type::{ColumnType, Kind};
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::transform::jinja::modules::datetime::{Date, Moment, Span, read};
use crate::transform::jinja::{Decimal, Value, limits, operators};

/// What may stand around a number.
pub(super) const CURRENCIES: [&str; 19] =
    ["؋", "$", "ƒ", "៛", "¥", "₡", "₱", "£", "€", "¢", "﷼", "₪", "₩", "₭", "₮", "₦", "฿", "₤", "₫"];

/// The words for no value.
pub(super) fn nulls(column_type: ColumnType) -> &'static [&'static str] {
    match column_type {
        // A text of a query is what it is.
        ColumnType { kind: Kind::Text, is_dbts: true } => &[],
        ColumnType { is_dbts: true, .. } => &["null", ""],
        ColumnType { is_dbts: false, .. } => &["", "na", "n/a", "none", "null", "."],
    }
}

/// The words for true, and those for false.
pub(super) fn truths(column_type: ColumnType) -> (&'static [&'static str], &'static [&'static str]) {
    if column_type.is_dbts {
        (&["true"], &["false"])
    } else {
        (&["yes", "y", "true", "t", "1"], &["no", "n", "false", "f", "0"])
    }
}

pub(super) fn cast(to: ColumnType, value: &Value) -> Result<Value> {
    if value.is_none() {
        return Ok(Value::None);
    }
    if let Value::Str(text) = value {
        limits::reading(text.len())?;
    }
    if to.kind == Kind::Text {
        let is_null = value.as_str().is_some_and(|text| nulls(to).contains(&&*text.trim().to_lowercase()));
        return Ok(if is_null { Value::None } else { Value::Str(value.text()?) });
    }
    let Some(text) = value.as_str() else { return plain(to, value).ok_or_else(|| cannot(to, value)) };
    let text = text.trim();
    if to.kind != Kind::Integer && nulls(to).contains(&&*text.to_lowercase()) {
        return Ok(Value::None);
    }
    let found = match to.kind {
        Kind::Number => number(text).map(Value::object),
        Kind::TimeDelta => span(text).map(Value::object),
        Kind::Date => date(to, text).map(Value::object),
        Kind::DateTime => moment(to, text).map(Value::object),
        Kind::Boolean => {
            let (word, (yes, no)) = (text.replace(',', "").trim().to_lowercase(), truths(to));
            if yes.contains(&&*word) {
                Some(Value::Bool(true))
            } else {
                no.contains(&&*word).then_some(Value::Bool(false))
            }
        }
        Kind::Integer | Kind::Text => None,
    };
    found.ok_or_else(|| cannot(to, value))
}

// Of what is neither a null nor a text.
fn plain(to: ColumnType, value: &Value) -> Option<Value> {
    let integer = |number: &Value| match number {
        Value::Int(number) => Some(BigInt::from(*number)),
        Value::BigInt(number) => Some((**number).clone()),
        _ => None,
    };
    match (to.kind, value) {
        (Kind::Integer, Value::Int(_) | Value::BigInt(_)) => Some(value.clone()),
        (Kind::Number, Value::Int(_) | Value::BigInt(_)) => {
            integer(value).map(|number| Value::object(Decimal::of_integer(&number)))
        }
        (Kind::Number, Value::Float(number)) => Some(Value::object(Decimal::printed(*number))),
        (Kind::Number, Value::Bool(truth)) if !to.is_dbts => Some(Value::object(Decimal::scaled((*truth).into(), 0))),
        (Kind::Number, Value::Object(_)) => value.downcast::<Decimal>().map(|_| value.clone()),
        (Kind::TimeDelta, Value::Object(_)) => value.downcast::<Span>().map(|_| value.clone()),
        (Kind::Date, Value::Object(_)) => value.downcast::<Date>().map(|_| value.clone()),
        (Kind::DateTime, Value::Object(_)) => match value.downcast::<Date>() {
            Some(Date(date)) => Some(Value::object(Moment { at: (*date).into(), zone: None })),
            None => value.downcast::<Moment>().map(|_| value.clone()),
        },
        (Kind::Boolean, Value::Bool(_)) => Some(value.clone()),
        (Kind::Boolean, Value::Int(number)) => (0..2).contains(number).then(|| Value::Bool(*number == 1)),
        (Kind::Boolean, Value::Object(_)) => {
            let is = |number| operators::equal(value, &Value::Int(number));
            value.downcast::<Decimal>().filter(|_| is(0) || is(1)).map(|_| Value::Bool(is(1)))
        }
        _ => None,
    }
}

fn cannot(to: ColumnType, value: &Value) -> Error {
    Error::new(ErrorKind::Compilation, format!("{} is no {}", value.repr(), to.kind.name()))
}

fn number(text: &str) -> Option<Decimal> {
    let text = text.trim_matches('%');
    let (negative, text) = match text.strip_prefix('-') {
        Some(size) => (true, size),
        None => (false, text),
    };
    let bare = CURRENCIES.iter().fold(text, |text, symbol| {
        let symbol = symbol.chars().next().unwrap_or('$');
        text.trim_matches(symbol)
    });
    let digits = bare.replace(',', "");
    // A second sign turns the first one round.
    match (negative, digits.strip_prefix('-')) {
        (true, Some(size)) => Decimal::read(size),
        (true, None) => Decimal::read(&format!("-{}", digits.trim_start_matches('+'))),
        (false, _) => Decimal::read(&digits),
    }
}

fn date(to: ColumnType, text: &str) -> Option<Date> {
    let is_iso = text.len() == 10 && text.as_bytes()[4] == b'-';
    if to.is_dbts || is_iso {
        return read(text).filter(|_| is_iso).and_then(|found| found.downcast::<Date>().copied());
    }
    let mut parts = text.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is_plain = parts.next().is_none() && year.len() == 4 && [month, day].iter().all(|part| part.len() <= 2);
    let iso = is_plain.then(|| read(&format!("{year}-{month:0>2}-{day:0>2}")))??;
    iso.downcast::<Date>().copied()
}

fn moment(to: ColumnType, text: &str) -> Option<Moment> {
    if to.is_dbts {
        let at = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()?;
        return Some(Moment { at, zone: None });
    }
    let found = read(text)?;
    match found.downcast::<Date>() {
        Some(Date(date)) => Some(Moment { at: (*date).into(), zone: None }),
        None => found.downcast::<Moment>().cloned(),
    }
}

// `1:02:03`, `2:03`, `3h 20m`, `5 seconds`.
fn span(text: &str) -> Option<Span> {
    let (negative, size) = match text.strip_prefix('-') {
        Some(size) => (true, size.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text).trim_start()),
    };
    let seconds = clock(size).or_else(|| units(size))?;
    let micros = (seconds * 1e6).round_ties_even();
    (micros.abs() < 1e18).then(|| {
        Span::from_chrono(chrono::TimeDelta::microseconds(if negative { -micros as i64 } else { micros as i64 }))
    })
}

fn clock(text: &str) -> Option<f64> {
    let parts: Vec<&str> = text.split(':').collect();
    if !(2..=4).contains(&parts.len()) {
        return None;
    }
    let scales = [86_400.0, 3600.0, 60.0, 1.0];
    parts.iter().zip(&scales[4 - parts.len()..]).try_fold(0.0, |sum, (part, scale)| {
        let is_number = !part.is_empty() && part.bytes().all(|sign| sign.is_ascii_digit() || sign == b'.');
        Some(sum + part.parse::<f64>().ok().filter(|_| is_number)? * scale)
    })
}

fn units(text: &str) -> Option<f64> {
    let names: [(&[&str], f64); 5] = [
        (&["w", "wk", "wks", "week", "weeks"], 604_800.0),
        (&["d", "day", "days"], 86_400.0),
        (&["h", "hr", "hrs", "hour", "hours"], 3600.0),
        (&["m", "min", "mins", "minute", "minutes"], 60.0),
        (&["s", "sec", "secs", "second", "seconds"], 1.0),
    ];
    let (mut rest, mut sum, mut next) = (text.trim(), 0.0, 0);
    while !rest.is_empty() {
        let end = rest.find(|sign: char| !(sign.is_ascii_digit() || sign == '.'))?;
        let amount: f64 = rest[..end].parse().ok()?;
        let word = rest[end..].trim_start();
        let length = word.find(|sign: char| !sign.is_ascii_alphabetic()).unwrap_or(word.len());
        let unit = (next..5).find(|unit| names[*unit].0.contains(&&*word[..length].to_lowercase()))?;
        sum += amount * names[unit].1;
        next = unit + 1;
        rest = word[length..].trim_start_matches([',', ' ']);
    }
    (next > 0).then_some(sum)
}
