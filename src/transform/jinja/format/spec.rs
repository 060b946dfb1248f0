//! The format specifications of `str.format` and `format()`: `>10`, `,.2f`, `08b`.

use num_bigint::{BigInt, Sign};

use super::float;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::methods::Side;
use crate::transform::jinja::{Decimal, Object as _, Value, limits, methods, operators};

/// `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`, read.
struct Spec {
    fill: char,
    align: Option<char>,
    sign: char,
    alternate: bool,
    zero: bool,
    width: usize,
    grouping: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

/// `format(value, spec)`.
pub(in super::super) fn format(value: &Value, spec: &str) -> Result<String> {
    if spec.is_empty() {
        return super::text(value);
    }
    match value {
        Value::Object(object) => {
            if let Some(number) = value.downcast::<Decimal>() {
                return format_decimal(number, &parse(spec)?);
            }
            // Dates read the specification in their own way.
            match crate::transform::jinja::modules::datetime::formatted(object.as_ref(), spec) {
                Some(formatted) => formatted,
                None => Err(unsupported(value)),
            }
        }
        Value::Str(text) => format_text(text, &parse(spec)?),
        Value::Bool(_) | Value::Int(_) | Value::BigInt(_) => {
            let spec = parse(spec)?;
            match spec.kind {
                Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => {
                    format_float(value.as_float().unwrap_or(f64::NAN), &spec)
                }
                _ => format_integer(&operators::big(value).unwrap_or_default(), &spec),
            }
        }
        Value::Float(number) => format_float(*number, &parse(spec)?),
        Value::Undefined(_)
        | Value::None
        | Value::Bytes(_)
        | Value::Tuple(_)
        | Value::List(_)
        | Value::Dict(_)
        | Value::Set(_) => Err(unsupported(value)),
    }
}

fn unsupported(value: &Value) -> Error {
    type_error(format!("`{}` takes no format specification", value.type_name()))
        .hint("turn the value into a text first, with `| string` or `!s`")
}

fn parse(text: &str) -> Result<Spec> {
    let mut rest: Vec<char> = text.chars().collect();
    let mut spec = Spec {
        fill: ' ',
        align: None,
        sign: '-',
        alternate: false,
        zero: false,
        width: 0,
        grouping: None,
        precision: None,
        kind: None,
    };
    let is_align = |character: Option<&char>| character.is_some_and(|c| matches!(c, '<' | '>' | '=' | '^'));
    if is_align(rest.get(1)) {
        spec.fill = rest[0];
        spec.align = Some(rest[1]);
        rest.drain(..2);
    } else if is_align(rest.first()) {
        spec.align = Some(rest.remove(0));
    }
    let mut take = |wanted: &[char]| {
        let found = rest.first().copied().filter(|character| wanted.contains(character));
        if found.is_some() {
            rest.remove(0);
        }
        found
    };
    if let Some(sign) = take(&['+', '-', ' ']) {
        spec.sign = sign;
    }
    take(&['z']);
    spec.alternate = take(&['#']).is_some();
    spec.zero = take(&['0']).is_some();
    spec.width = number(&mut rest)?.unwrap_or(0);
    if rest.first().is_some_and(|character| matches!(character, ',' | '_')) {
        spec.grouping = Some(rest.remove(0));
    }
    if rest.first() == Some(&'.') {
        rest.remove(0);
        let precision = number(&mut rest)?;
        spec.precision = Some(precision.ok_or_else(|| invalid("the precision is missing after the point"))?);
    }
    spec.kind = match rest[..] {
        [] => None,
        [kind] => Some(kind),
        _ => return Err(invalid(&format!("invalid format specifier `{text}`"))),
    };
    limits::text(spec.width.max(spec.precision.unwrap_or(0)))?;
    if spec.zero && spec.align.is_none() {
        spec.align = Some('=');
        spec.fill = '0';
    } else if spec.zero && spec.fill == ' ' {
        spec.fill = '0';
    }
    Ok(spec)
}

// The digits at the front, as a number.
fn number(rest: &mut Vec<char>) -> Result<Option<usize>> {
    let digits: String = rest.iter().take_while(|character| character.is_ascii_digit()).collect();
    rest.drain(..digits.len());
    if digits.is_empty() {
        return Ok(None);
    }
    digits.parse().map(Some).map_err(|_| limits::text(usize::MAX).expect_err("no text is that long"))
}

fn invalid(message: &str) -> Error {
    Error::new(Kind::Compilation, message)
}

fn format_text(text: &str, spec: &Spec) -> Result<String> {
    if !matches!(spec.kind, None | Some('s')) {
        return Err(unknown_code(spec, "str"));
    }
    if spec.sign != '-' || spec.alternate || spec.grouping.is_some() || (spec.align == Some('=') && !spec.zero) {
        return Err(invalid("a sign, `#`, `=` or a grouping is for numbers only"));
    }
    let cut: String = match spec.precision {
        Some(precision) => text.chars().take(precision).collect(),
        None => text.to_owned(),
    };
    methods::pad(&cut, spec.width as i64, spec.fill, side(spec, Side::Left))
}

fn side(spec: &Spec, otherwise: Side) -> Side {
    match spec.align {
        Some('<') => Side::Left,
        Some('>') => Side::Right,
        Some('^') => Side::Center,
        _ => otherwise,
    }
}

fn unknown_code(spec: &Spec, type_name: &str) -> Error {
    let code = spec.kind.unwrap_or('s');
    invalid(&format!("unknown format code `{code}` for a value of type `{type_name}`"))
}

fn format_integer(number: &BigInt, spec: &Spec) -> Result<String> {
    if spec.precision.is_some() {
        return Err(invalid("a precision is not allowed for an integer"));
    }
    let magnitude = number.magnitude();
    let (prefix, digits, group) = match spec.kind {
        None | Some('d' | 'n') => ("", magnitude.to_string(), 3),
        Some('b') => ("0b", magnitude.to_str_radix(2), 4),
        Some('o') => ("0o", magnitude.to_str_radix(8), 4),
        Some('x') => ("0x", magnitude.to_str_radix(16), 4),
        Some('X') => ("0X", magnitude.to_str_radix(16).to_uppercase(), 4),
        Some('c') => {
            let character = u32::try_from(number).ok().and_then(char::from_u32);
            let character = character.ok_or_else(|| invalid("`%c` takes a number in the range of Unicode"))?;
            return methods::pad(&character.to_string(), spec.width as i64, spec.fill, side(spec, Side::Right));
        }
        Some(_) => return Err(unknown_code(spec, "int")),
    };
    if spec.grouping == Some(',') && group == 4 {
        return Err(invalid("a comma does not group digits of this base: use `_`"));
    }
    let prefix = if spec.alternate { prefix } else { "" };
    Ok(laid_out(number.sign() == Sign::Minus, prefix, &digits, "", group, spec))
}

fn format_decimal(number: &Decimal, spec: &Spec) -> Result<String> {
    let precision = spec.precision.map(|precision| u32::try_from(precision).unwrap_or(u32::MAX));
    match number.presented(spec.kind, precision)? {
        Some((negative, digits, mut rest)) => {
            rest.extend((spec.kind == Some('%')).then_some('%'));
            Ok(laid_out(negative, "", &digits, &rest, 3, spec))
        }
        None => format_float(number.as_float().unwrap_or(f64::NAN), spec),
    }
}

fn format_float(number: f64, spec: &Spec) -> Result<String> {
    let magnitude = number.abs();
    let negative = number.is_sign_negative() && !number.is_nan();
    let mut text = match spec.kind {
        None => match spec.precision {
            Some(precision) => short_general(magnitude, precision),
            None => float::repr(magnitude),
        },
        Some(kind @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G')) => {
            float::presented(magnitude, kind, spec.precision.unwrap_or(6), spec.alternate)
        }
        Some('n') => float::presented(magnitude, 'g', spec.precision.unwrap_or(6), spec.alternate),
        Some('%') => float::presented(magnitude * 100.0, '%', spec.precision.unwrap_or(6), spec.alternate),
        Some(_) => return Err(unknown_code(spec, "float")),
    };
    if spec.kind == Some('%') {
        text.push('%');
    }
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Ok(laid_out(negative, "", digits, rest, 3, spec))
}

// Without a type, a precision means `g`, but one digit after the point always stays.
fn short_general(number: f64, precision: usize) -> String {
    if !number.is_finite() {
        return float::not_finite(number).to_owned();
    }
    let precision = precision.max(1);
    let exponent = if number == 0.0 { 0 } else { float::exponent_after_rounding(number, precision) };
    if exponent < -4 || exponent >= precision as i32 {
        return float::presented(number, 'g', precision, false);
    }
    if exponent == precision as i32 - 1 {
        // As many digits before the point as are asked for: Python changes to the exponent here.
        let general = float::presented(number, 'e', precision - 1, false);
        let (digits, exponent) = general.split_once('e').expect("an exponent was written");
        let digits = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
        return format!("{digits}e{exponent}");
    }
    let text = float::presented(number, 'g', precision, false);
    if text.contains('.') { text } else { text + ".0" }
}

// Sign, prefix, grouped digits, the rest of a float, and the field around all.
fn laid_out(negative: bool, prefix: &str, digits: &str, rest: &str, group: usize, spec: &Spec) -> String {
    let sign = match (negative, spec.sign) {
        (true, _) => "-",
        (false, '+') => "+",
        (false, ' ') => " ",
        (false, _) => "",
    };
    let inside = spec.align == Some('=');
    let fixed = sign.len() + prefix.len() + rest.len();
    let mut digits = match spec.grouping {
        Some(separator) if !digits.is_empty() => {
            // Zeros that fill the field are grouped too.
            let zeros = if inside && spec.fill == '0' { spec.width.saturating_sub(fixed) } else { 0 };
            grouped(digits, separator, group, zeros)
        }
        _ => digits.to_owned(),
    };
    if inside {
        let missing = spec.width.saturating_sub(fixed + digits.chars().count());
        digits.insert_str(0, &String::from(spec.fill).repeat(missing));
    }
    let text = format!("{sign}{prefix}{digits}{rest}");
    methods::pad(&text, spec.width as i64, spec.fill, side(spec, Side::Right)).unwrap_or(text)
}

fn grouped(digits: &str, separator: char, group: usize, width: usize) -> String {
    let mut digits = digits.to_owned();
    // A separator never comes first, so a field may become one wider than asked for.
    while digits.len() + (digits.len() - 1) / group < width {
        digits.insert(0, '0');
    }
    let mut out = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(group) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}
