//! Texts of a given width.

use crate::error::Result;
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::operators::integer_index;
use crate::transform::jinja::{Args, Value, limits};

use super::expect_text;

/// Where the text stands in its field.
#[derive(Clone, Copy)]
pub(in super::super::super) enum Side {
    Left,
    Center,
    Right,
}

pub(super) fn call(text: &str, name: &str, args: Args) -> Result<Value> {
    match name {
        "expandtabs" => {
            let ([], [size]) = args.bind(name, [], ["tabsize"])?;
            return expand_tabs(text, size.as_ref().map_or(Ok(8), integer_index)?);
        }
        "zfill" => {
            let ([width], []) = args.bind_places::<1, 0>(name)?;
            return zero_fill(text, integer_index(&width)?);
        }
        _ => {}
    }
    let ([width], [fill]) = args.bind_places::<1, 1>(name)?;
    let fill = match &fill {
        Some(fill) => one_character(expect_text(fill)?)?,
        None => ' ',
    };
    let side = match name {
        "center" => Side::Center,
        "ljust" => Side::Left,
        _ => Side::Right,
    };
    pad(text, integer_index(&width)?, fill, side).map(Value::from)
}

fn one_character(fill: &str) -> Result<char> {
    let mut characters = fill.chars();
    match (characters.next(), characters.next()) {
        (Some(fill), None) => Ok(fill),
        _ => Err(type_error("the fill character must be exactly one character long")),
    }
}

/// The text in a field of some width.
pub(in super::super::super) fn pad(text: &str, width: i64, fill: char, side: Side) -> Result<String> {
    let length = text.chars().count();
    let width = usize::try_from(width).unwrap_or(0);
    let missing = width.saturating_sub(length);
    limits::text(text.len().saturating_add(missing.saturating_mul(fill.len_utf8())))?;
    // The odd blank goes to the left when the width is odd, as in Python.
    let left = match side {
        Side::Left => 0,
        Side::Right => missing,
        Side::Center => missing / 2 + (missing & width & 1),
    };
    let mut out = String::with_capacity(text.len() + missing * fill.len_utf8());
    out.extend(std::iter::repeat_n(fill, left));
    out.push_str(text);
    out.extend(std::iter::repeat_n(fill, missing - left));
    Ok(out)
}

fn zero_fill(text: &str, width: i64) -> Result<Value> {
    let (sign, digits) = match text.as_bytes().first() {
        Some(b'+' | b'-') => text.split_at(1),
        _ => ("", text),
    };
    let padded = pad(digits, width.saturating_sub(sign.len() as i64), '0', Side::Right)?;
    Ok(Value::from(format!("{sign}{padded}")))
}

fn expand_tabs(text: &str, size: i64) -> Result<Value> {
    let size = usize::try_from(size).unwrap_or(0);
    limits::text(text.len().saturating_add(text.matches('\t').count().saturating_mul(size)))?;
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    for character in text.chars() {
        match character {
            '\t' if size > 0 => {
                let blanks = size - column % size;
                out.extend(std::iter::repeat_n(' ', blanks));
                column += blanks;
            }
            '\t' => {}
            '\n' | '\r' => {
                out.push(character);
                column = 0;
            }
            _ => {
                out.push(character);
                column += 1;
            }
        }
    }
    Ok(Value::from(out))
}
