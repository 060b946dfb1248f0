//! `"%s of %05.2f" % (a, b)`: formatting as C's printf has it.

use num_bigint::{BigInt, Sign};

use super::float;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::{Decimal, Value, limits, operators};

#[derive(Default)]
struct Directive {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

/// `template % values`.
pub(in super::super) fn format(template: &str, values: &Value) -> Result<String> {
    let mut out = String::with_capacity(template.len());
    let mut values = Values::new(values);
    let mut rest = template;
    while let Some(start) = rest.find('%') {
        out.push_str(&rest[..start]);
        rest = directive(&rest[start + 1..], &mut values, &mut out)?;
        limits::text(out.len())?;
    }
    out.push_str(rest);
    values.finish()?;
    Ok(out)
}

// Reads one directive after its `%`, writes its value and gives what follows.
fn directive<'t>(text: &'t str, values: &mut Values<'_>, out: &mut String) -> Result<&'t str> {
    let mut rest = text;
    let mut named = None;
    if let Some(inside) = rest.strip_prefix('(') {
        let end = closing(inside).ok_or_else(|| incomplete("the name after `%` has no closing parenthesis"))?;
        named = Some(values.named(&inside[..end])?);
        rest = &inside[end + 1..];
    }
    let mut directive = Directive::default();
    loop {
        match rest.as_bytes().first() {
            Some(b'-') => directive.left = true,
            Some(b'+') => directive.plus = true,
            Some(b' ') => directive.space = true,
            Some(b'#') => directive.alternate = true,
            Some(b'0') => directive.zero = true,
            _ => break,
        }
        rest = &rest[1..];
    }
    if let Some(width) = size(&mut rest, values)? {
        directive.left |= width < 0;
        directive.width = usize::try_from(width.unsigned_abs()).unwrap_or(usize::MAX);
    }
    if let Some(after) = rest.strip_prefix('.') {
        rest = after;
        directive.precision = Some(usize::try_from(size(&mut rest, values)?.unwrap_or(0)).unwrap_or(0));
    }
    limits::text(directive.width.max(directive.precision.unwrap_or(0)))?;
    rest = rest.trim_start_matches(['h', 'l', 'L']);
    let mut characters = rest.chars();
    let code = characters.next().ok_or_else(|| incomplete("incomplete format: a `%` stands at the end"))?;
    if code == '%' {
        out.push('%');
        return Ok(characters.as_str());
    }
    let value = match named {
        Some(value) => value,
        None => values.next()?,
    };
    out.push_str(&converted(code, &value, &directive)?);
    Ok(characters.as_str())
}

fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(offset, character)| match character {
        ')' if depth == 0 => Some(offset),
        ')' => {
            depth -= 1;
            None
        }
        '(' => {
            depth += 1;
            None
        }
        _ => None,
    })
}

fn size(rest: &mut &str, values: &mut Values<'_>) -> Result<Option<i64>> {
    if let Some(after) = rest.strip_prefix('*') {
        *rest = after;
        let size = values.next()?;
        return size.as_int().map(Some).ok_or_else(|| type_error("`*` wants an integer"));
    }
    let digits = rest.len() - rest.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    if digits == 0 {
        return Ok(None);
    }
    let number = rest[..digits].parse().unwrap_or(i64::MAX);
    *rest = &rest[digits..];
    Ok(Some(number))
}

fn converted(code: char, value: &Value, directive: &Directive) -> Result<String> {
    let cut = |text: String| match directive.precision {
        Some(precision) => text.chars().take(precision).collect(),
        None => text,
    };
    match code {
        's' => Ok(field("", &cut(super::text(value)?), directive, false)),
        'r' => Ok(field("", &cut(super::repr(value)?), directive, false)),
        'a' => Ok(field("", &cut(ascii(&super::repr(value)?)), directive, false)),
        'c' => Ok(field("", &character(value)?, directive, false)),
        'd' | 'i' | 'u' => integer(&truncated(code, value)?, 10, "", code, directive),
        'x' => integer(&whole(code, value)?, 16, "0x", code, directive),
        'X' => integer(&whole(code, value)?, 16, "0X", code, directive),
        'o' => integer(&whole(code, value)?, 8, "0o", code, directive),
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            operators::undefined(value)?;
            let number = value
                .as_float()
                .ok_or_else(|| type_error(format!("`%{code}` needs a number, not `{}`", value.type_name())))?;
            let text = float::presented(number.abs(), code, directive.precision.unwrap_or(6), directive.alternate);
            let negative = number.is_sign_negative() && !number.is_nan();
            Ok(field(sign(negative, directive), &text, directive, true))
        }
        _ => Err(Error::new(Kind::Compilation, format!("unsupported format character `{code}`"))
            .hint("a percent sign in a text that is formatted is written `%%`")),
    }
}

fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() { out.push(character) } else { super::escape(character, &mut out) }
    }
    out
}

fn character(value: &Value) -> Result<String> {
    match value {
        Value::Str(text) if text.chars().count() == 1 => Ok(text.to_string()),
        _ => value
            .as_int()
            .and_then(|code| u32::try_from(code).ok())
            .and_then(char::from_u32)
            .map(String::from)
            .ok_or_else(|| type_error("`%c` requires a character or its number")),
    }
}

fn truncated(code: char, value: &Value) -> Result<BigInt> {
    match value {
        Value::Float(number) => Ok(operators::big(&operators::from_float(*number)?).unwrap_or_default()),
        _ => match value.downcast::<Decimal>() {
            Some(number) => number.whole(),
            None => whole(code, value),
        },
    }
}

fn whole(code: char, value: &Value) -> Result<BigInt> {
    operators::undefined(value)?;
    operators::big(value).ok_or_else(|| type_error(format!("`%{code}` needs an integer, not `{}`", value.type_name())))
}

fn integer(number: &BigInt, radix: u32, prefix: &str, code: char, directive: &Directive) -> Result<String> {
    let mut digits = number.magnitude().to_str_radix(radix);
    if code == 'X' {
        digits.make_ascii_uppercase();
    }
    if let Some(precision) = directive.precision {
        limits::text(precision)?;
        digits.insert_str(0, &"0".repeat(precision.saturating_sub(digits.len())));
    }
    let prefix = if directive.alternate { prefix } else { "" };
    let sign = format!("{}{prefix}", sign(number.sign() == Sign::Minus, directive));
    Ok(field(&sign, &digits, directive, true))
}

fn sign(negative: bool, directive: &Directive) -> &'static str {
    match (negative, directive.plus, directive.space) {
        (true, _, _) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        (false, false, false) => "",
    }
}

fn field(sign: &str, text: &str, directive: &Directive, numeric: bool) -> String {
    let missing = directive.width.saturating_sub(sign.len() + text.chars().count());
    if directive.left {
        format!("{sign}{text}{}", " ".repeat(missing))
    } else if directive.zero && numeric {
        format!("{sign}{}{text}", "0".repeat(missing))
    } else {
        format!("{}{sign}{text}", " ".repeat(missing))
    }
}

fn incomplete(message: &str) -> Error {
    Error::new(Kind::Compilation, message).hint("a percent sign in a text that is formatted is written `%%`")
}

/// The values on the right of `%`: a tuple gives its members, all else stands for itself.
struct Values<'v> {
    whole: &'v Value,
    taken: usize,
    by_name: bool,
}

impl<'v> Values<'v> {
    fn new(whole: &'v Value) -> Self {
        Self { whole, taken: 0, by_name: false }
    }

    fn next(&mut self) -> Result<Value> {
        let found = match self.whole {
            Value::Tuple(items) => items.get(self.taken).cloned(),
            whole if self.taken == 0 => Some(whole.clone()),
            _ => None,
        };
        self.taken += 1;
        found.ok_or_else(|| type_error("not enough arguments for the format text"))
    }

    fn named(&mut self, name: &str) -> Result<Value> {
        self.by_name = true;
        let Value::Dict(dict) = self.whole else {
            return Err(type_error("a format with names requires a dict"));
        };
        dict.get_str(name)
            .ok_or_else(|| Error::new(Kind::Compilation, format!("the dict has no key `{name}` that the format names")))
    }

    fn finish(&self) -> Result<()> {
        let left = match self.whole {
            Value::Tuple(items) => self.taken < items.len(),
            // What could be looked up by name may stay unused, and so may what is undefined: it takes any name.
            Value::Dict(_) | Value::List(_) | Value::Bytes(_) | Value::Undefined(_) => false,
            Value::Object(object) => object.as_float().is_some() && self.taken == 0,
            _ => self.taken == 0 && !self.by_name,
        };
        if left {
            return Err(type_error("not all arguments were used by the format text"));
        }
        Ok(())
    }
}
