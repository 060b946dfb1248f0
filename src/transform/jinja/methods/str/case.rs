//! Upper and lower case.

use crate::error::Result;
use crate::transform::jinja::{Value, limits, unicode};

pub(super) fn change(text: &str, name: &str) -> Result<Value> {
    // One character becomes three at most.
    limits::text(text.len())?;
    Ok(Value::from(match name {
        "lower" => text.to_lowercase(),
        "upper" => text.to_uppercase(),
        "casefold" => unicode::casefold(text),
        "capitalize" => capitalize(text),
        "title" => title(text),
        _ => swapcase(text),
    }))
}

/// `str.capitalize`.
pub(in super::super::super) fn capitalize(text: &str) -> String {
    let mut characters = text.chars();
    let mut out = String::with_capacity(text.len());
    if let Some(first) = characters.next() {
        unicode::push_title(first, &mut out);
    }
    // Lowered as a whole: the last sigma of a word differs from the others.
    let first_length = text.len() - characters.as_str().len();
    let lowered = text.to_lowercase();
    if text.is_ascii() {
        out.push_str(&lowered[first_length..]);
    } else {
        let skip: usize = text[..first_length].chars().flat_map(char::to_lowercase).count();
        out.extend(lowered.chars().skip(skip));
    }
    out
}

/// `str.title`: a capital after every character without case.
fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for character in text.chars() {
        if inside {
            out.extend(character.to_lowercase());
        } else {
            unicode::push_title(character, &mut out);
        }
        inside = unicode::is_cased(character);
    }
    out
}

fn swapcase(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_uppercase() {
            out.extend(character.to_lowercase());
        } else if character.is_lowercase() {
            out.extend(character.to_uppercase());
        } else {
            out.push(character);
        }
    }
    out
}

pub(super) fn holds(text: &str, name: &str) -> bool {
    match name {
        "islower" => cased(text) && !text.chars().any(|c| c.is_uppercase() || unicode::is_titlecase(c)),
        "isupper" => cased(text) && !text.chars().any(|c| c.is_lowercase() || unicode::is_titlecase(c)),
        _ => is_title(text),
    }
}

fn cased(text: &str) -> bool {
    text.chars().any(unicode::is_cased)
}

fn is_title(text: &str) -> bool {
    let (mut inside, mut any) = (false, false);
    for character in text.chars() {
        let starts = character.is_uppercase() || unicode::is_titlecase(character);
        if (starts && inside) || (character.is_lowercase() && !inside) {
            return false;
        }
        inside = unicode::is_cased(character);
        any |= inside;
    }
    any
}
