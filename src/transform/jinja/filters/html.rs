//! Filters for markup and for JSON inside of it.

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::operators::{self, integer_index};
use crate::transform::jinja::{Args, Interpreter, Value, json, limits, unicode};

/// A text with the characters that markup gives a meaning replaced by entities.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\'' => out.push_str("&#39;"),
            '"' => out.push_str("&#34;"),
            _ => out.push(character),
        }
    }
    out
}

pub(super) fn escape(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("escape")?;
    let text = value.text()?;
    limits::text(text.len().saturating_mul(5))?;
    Ok(Value::from(escaped(&text)))
}

pub(super) fn xmlattr(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [autospace]) = args.bind("xmlattr", [], ["autospace"])?;
    operators::undefined(&value)?;
    let Value::Dict(dict) = &value else {
        return Err(type_error(format!("`xmlattr` takes a dict, not `{}`", value.type_name())));
    };
    let mut attributes = Vec::new();
    for (key, value) in dict.entries() {
        if matches!(value, Value::None | Value::Undefined(_)) {
            continue;
        }
        let name = key.as_str().ok_or_else(|| type_error("the names of attributes must be texts"))?;
        if name.contains([' ', '\t', '\n', '\r', '\x0b', '\x0c', '/', '>', '=']) {
            let message = format!("invalid character in attribute name {}", key.repr());
            return Err(Error::new(Kind::Compilation, message));
        }
        attributes.push(format!("{}=\"{}\"", escaped(name), escaped(&value.text()?)));
    }
    let text = attributes.join(" ");
    let space = autospace.is_none_or(|autospace| autospace.truth()) && !text.is_empty();
    Ok(Value::from(if space { format!(" {text}") } else { text }))
}

/// Without tags and comments, with single blanks, and with entities as the characters they stand for.
pub(super) fn striptags(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("striptags")?;
    let text = value.text()?;
    let mut kept = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(start) = rest.find('<') {
        let (close, from) = if rest[start..].starts_with("<!--") { ("-->", start + 4) } else { (">", start) };
        let Some(end) = rest[from..].find(close) else { break };
        kept.push_str(&rest[..start]);
        rest = &rest[from + end + close.len()..];
    }
    kept.push_str(rest);
    let words: Vec<&str> = kept.split(unicode::is_space).filter(|word| !word.is_empty()).collect();
    Ok(Value::from(unescaped(&words.join(" "))))
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let (character, length) = entity(&rest[1..]).unwrap_or(('&', 0));
        out.push(character);
        rest = &rest[1 + length..];
    }
    out.push_str(rest);
    out
}

// The character of an entity that a text begins with, and the length of its name.
fn entity(text: &str) -> Option<(char, usize)> {
    if let Some(number) = text.strip_prefix('#') {
        let (digits, radix, skipped) = match number.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16, 2),
            None => (number, 10, 1),
        };
        let length = digits.find(|character: char| !character.is_digit(radix)).unwrap_or(digits.len());
        let code = u32::from_str_radix(&digits[..length], radix).ok()?;
        let closed = usize::from(digits[length..].starts_with(';'));
        return Some((char::from_u32(code).filter(|c| *c != '\0').unwrap_or('\u{fffd}'), skipped + length + closed));
    }
    let length = text.find(';')?;
    let character = match &text[..length] {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "hellip" => '…',
        "mdash" => '—',
        "ndash" => '–',
        "laquo" => '«',
        "raquo" => '»',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "bull" => '•',
        "middot" => '·',
        "euro" => '€',
        "pound" => '£',
        "yen" => '¥',
        "cent" => '¢',
        "sect" => '§',
        "para" => '¶',
        "deg" => '°',
        "plusmn" => '±',
        "times" => '×',
        "divide" => '÷',
        _ => return None,
    };
    Some((character, length + 1))
}

/// JSON that may stand inside of markup, with sorted keys; the function `tojson` writes it plainly.
pub(super) fn tojson(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [indent]) = args.bind("tojson", [], ["indent"])?;
    let indent = indent.filter(|indent| !indent.is_none());
    let indent = indent.as_ref().map(integer_index).transpose()?;
    let indent = indent.map(|indent| usize::try_from(indent).unwrap_or(0));
    let text = json::dumps(&value, json::Layout { indent, sort_keys: true, unicode: false })?;
    limits::text(text.len().saturating_mul(2))?;
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\'' => out.push_str("\\u0027"),
            _ => out.push(character),
        }
    }
    Ok(Value::from(out))
}
