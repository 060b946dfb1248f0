//! Writes an item back as JSON text: for `json` columns, and for the hash of a whole row.

use crate::error::{Error, Kind, Result};
use crate::ingest::item::{Elements, Entries, Item, Key, Scratch, View};
use crate::schema::types::Scalar;

/// Deeper than this, a value that stays JSON is refused: no reader of it would get that far.
const DEPTH_MAX: usize = 20_000;

/// How the text is meant to be used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As the value of a column.
    Column,
    /// As the input of a hash: keys in order, each type marked as dlt marks it while items travel, and
    /// at the top without dlt's own columns.
    Hash,
}

enum Open<I: Item> {
    Object(I::Object),
    Sorted(std::vec::IntoIter<(String, I)>),
    List(I::List),
}

/// What JSON could not hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    Nothing,
    /// A number that is not finite, which became null.
    Number,
}

/// Appends the value as compact JSON. Nested values are held on a stack of our own, so depth is no danger.
pub(super) fn write<I: Item>(item: &I, form: Form, out: &mut String) -> Result<Lost> {
    let mut scratch = Scratch::default();
    let mut open: Vec<(Open<I>, bool)> = Vec::new();
    let mut lost = begin(item, form, out, &mut open, &mut scratch)?;
    while let Some((level, is_first)) = open.last_mut() {
        let next = match level {
            Open::Object(entries) => match entries.next_entry()? {
                Some((key, value)) => {
                    separate(out, is_first);
                    text(out, &key.text()?);
                    out.push(':');
                    Some(value)
                }
                None => None,
            },
            Open::Sorted(entries) => entries.next().map(|(key, value)| {
                separate(out, is_first);
                text(out, &key);
                out.push(':');
                value
            }),
            Open::List(elements) => elements.next_element()?.inspect(|_| separate(out, is_first)),
        };
        if let Some(value) = next {
            if begin(&value, form, out, &mut open, &mut scratch)? == Lost::Number {
                lost = Lost::Number;
            }
        } else {
            let closed = open.pop().map(|(level, _)| level);
            out.push(if matches!(closed, Some(Open::List(_))) { ']' } else { '}' });
        }
    }
    Ok(lost)
}

fn separate(out: &mut String, is_first: &mut bool) {
    if !std::mem::take(is_first) {
        out.push(',');
    }
}

fn begin<I: Item>(
    item: &I,
    form: Form,
    out: &mut String,
    open: &mut Vec<(Open<I>, bool)>,
    scratch: &mut Scratch,
) -> Result<Lost> {
    let level = match item.view(scratch)? {
        View::Null => {
            out.push_str("null");
            return Ok(Lost::Nothing);
        }
        View::Scalar(value) => {
            scalar(&value, form, out);
            let is_lost = matches!(value, Scalar::Double(number) if !number.is_finite());
            return Ok(if is_lost { Lost::Number } else { Lost::Nothing });
        }
        View::Object(mut entries) if form == Form::Hash => {
            let mut sorted = Vec::new();
            while let Some((key, value)) = entries.next_entry()? {
                let key = key.text()?.into_owned();
                if !open.is_empty() || !key.starts_with("_dlt") {
                    sorted.push((key, value));
                }
            }
            sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
            out.push('{');
            Open::Sorted(sorted.into_iter())
        }
        View::Object(entries) => {
            out.push('{');
            Open::Object(entries)
        }
        View::List(elements) => {
            out.push('[');
            Open::List(elements)
        }
    };
    if open.len() >= DEPTH_MAX {
        return Err(Error::new(Kind::Data, format!("a value is nested more than {DEPTH_MAX} levels deep"))
            .hint("a list or dict that contains itself has no end"));
    }
    open.push((level, true));
    Ok(Lost::Nothing)
}

/// Appends one value that is no dict or list.
pub(super) fn scalar(value: &Scalar<'_>, form: Form, out: &mut String) {
    let mark = |mark: char| if form == Form::Hash { Some(mark) } else { None };
    let (mark, written) = match value {
        Scalar::Bool(flag) => return out.push_str(if *flag { "true" } else { "false" }),
        Scalar::Bigint(number) => return out.push_str(itoa::Buffer::new().format(*number)),
        Scalar::BigInteger(digits) => return out.push_str(digits),
        Scalar::Double(number) if number.is_finite() => return double(*number, out),
        Scalar::Double(_) => return out.push_str("null"),
        Scalar::Json(json) => return out.push_str(json),
        Scalar::Text(_) => (None, value.text()),
        Scalar::Decimal(_) => (mark('\u{f026}'), value.text()),
        Scalar::Timestamp(_) => (mark('\u{f027}'), value.text()),
        Scalar::Date(_) => (mark('\u{f028}'), value.text()),
        Scalar::HexBytes(_) => (mark('\u{f02a}'), value.text()),
        Scalar::Binary(_) => (mark('\u{f02b}'), value.text()),
        Scalar::Wei(_) => (mark('\u{f02c}'), value.text()),
        Scalar::Time(_) => (mark('\u{f02d}'), value.text()),
    };
    match mark {
        Some(mark) => text(out, &format!("{mark}{written}")),
        None => text(out, &written),
    }
}

// The shortest digits that read back as the same number: `1.0`, `0.00001`, `1e-6`, `1e+16`.
fn double(number: f64, out: &mut String) {
    let mut buffer = ryu::Buffer::new();
    let shortest = buffer.format_finite(number);
    let Some((mantissa, exponent)) = shortest.split_once('e') else { return out.push_str(shortest) };
    if exponent == "-5" {
        let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |digits| ("-", digits));
        out.push_str(sign);
        out.push_str("0.0000");
        return out.extend(digits.chars().filter(|c| *c != '.'));
    }
    out.push_str(mantissa);
    out.push('e');
    if !exponent.starts_with('-') {
        out.push('+');
    }
    out.push_str(exponent);
}

fn text(out: &mut String, text: &str) {
    use std::fmt::Write as _;
    out.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0x00..=0x1f => "",
            0x20..=0xff => continue,
        };
        out.push_str(&text[from..at]);
        from = at + 1;
        if escape.is_empty() {
            write!(out, "\\u{byte:04x}").expect("writing to a String does not fail");
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(&text[from..]);
    out.push('"');
}
