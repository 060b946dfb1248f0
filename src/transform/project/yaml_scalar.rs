//! What a plain word of YAML means, by the rules of YAML 1.1 as Python's safe loader applies them.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::yaml::Data;

static FLOAT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|[-+]?\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$")
        .expect("the pattern is fixed")
});
static INTEGER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[-+]?(?:0b[0-1_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$")
        .expect("the pattern is fixed")
});
static SEXAGESIMAL_FLOAT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$").expect("the pattern is fixed"));
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|[-+]\d\d?(?::?\d\d)?))?)?$",
    )
    .expect("the pattern is fixed")
});

/// The value of a scalar. `tag` is the handle and suffix of an explicit tag such as `!!str`.
///
/// # Errors
/// The message says what is wrong with the tag or the number.
pub(super) fn resolve(text: &str, plain: bool, tag: Option<(&str, &str)>) -> Result<Data, String> {
    match tag {
        None if plain => Ok(plain_word(text)),
        None | Some(("!", "") | ("tag:yaml.org,2002:", "str")) => Ok(Data::Text(Arc::from(text))),
        Some(("tag:yaml.org,2002:", "int" | "float" | "bool" | "null" | "timestamp")) => Ok(plain_word(text)),
        Some((handle, suffix)) => Err(format!("the tag `{handle}{suffix}` is not known here")),
    }
}

fn plain_word(text: &str) -> Data {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Data::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return Data::Bool(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => return Data::Bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Data::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Data::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Data::Float(f64::NAN),
        _ => {}
    }
    // Most words of a properties file begin with a letter, and no pattern below does.
    let first = text.as_bytes()[0];
    if first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.') {
        number(text).or_else(|| date(text)).unwrap_or_else(|| Data::Text(Arc::from(text)))
    } else {
        Data::Text(Arc::from(text))
    }
}

fn number(text: &str) -> Option<Data> {
    if INTEGER.is_match(text) {
        return integer(&text.replace('_', ""));
    }
    if FLOAT.is_match(text) {
        return text.replace('_', "").parse().ok().map(Data::Float);
    }
    if SEXAGESIMAL_FLOAT.is_match(text) {
        let plain = text.replace('_', "");
        let (sign, digits) = signed(&plain);
        let total = digits.split(':').try_fold(0.0, |sum, part| part.parse::<f64>().ok().map(|n| sum * 60.0 + n))?;
        return Some(Data::Float(sign as f64 * total));
    }
    None
}

fn signed(text: &str) -> (i128, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    }
}

// A number beyond 128 bits stays text: no setting of a project holds one, and text loses nothing.
fn integer(text: &str) -> Option<Data> {
    let (sign, digits) = signed(text);
    let value = if let Some(binary) = digits.strip_prefix("0b") {
        i128::from_str_radix(binary, 2).ok()?
    } else if let Some(hexadecimal) = digits.strip_prefix("0x") {
        i128::from_str_radix(hexadecimal, 16).ok()?
    } else if digits.contains(':') {
        digits.split(':').try_fold(0_i128, |sum, part| sum.checked_mul(60)?.checked_add(part.parse().ok()?))?
    } else if digits.len() > 1 && digits.starts_with('0') {
        i128::from_str_radix(digits, 8).ok()?
    } else {
        digits.parse().ok()?
    };
    Some(Data::Int(sign * value))
}

// Python prints a date as `2024-01-02` and a timestamp as `2024-01-02 03:04:05.600000`.
fn date(text: &str) -> Option<Data> {
    let parts = DATE.captures(text)?;
    let number = |index: usize| parts.get(index).and_then(|part| part.as_str().parse::<u32>().ok());
    let day = chrono::NaiveDate::from_ymd_opt(number(1)? as i32, number(2)?, number(3)?)?;
    if parts.get(4).is_none() {
        // A date alone takes two digits in each place; anything shorter is text.
        return (text.len() == 10).then(|| Data::Date(Arc::from(day.to_string())));
    }
    let time = chrono::NaiveTime::from_hms_opt(number(4)?, number(5)?, number(6)?)?;
    let fraction = parts.get(7).map_or("", |part| part.as_str());
    let mut shown = format!("{day} {time}");
    if fraction.bytes().any(|digit| digit != b'0') {
        shown.push('.');
        shown.push_str(&format!("{fraction:0<6}")[..6]);
    }
    match parts.get(8).map(|part| part.as_str()) {
        None => {}
        Some("Z") => shown.push_str("+00:00"),
        Some(offset) => {
            let (hours, minutes) = offset[1..].split_once(':').unwrap_or((&offset[1..], "00"));
            let sign = &offset[..1];
            shown.extend([sign, &format!("{hours:0>2}"), ":", &format!("{minutes:0>2}")]);
        }
    }
    Some(Data::Date(Arc::from(shown)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        format!("{:?}", plain_word(text))
    }

    #[test]
    fn words_mean_what_python_says() {
        for (text, expected) in [
            ("yes", "Bool(true)"),
            ("Off", "Bool(false)"),
            ("y", "Text(\"y\")"),
            ("017", "Int(15)"),
            ("0o17", "Text(\"0o17\")"),
            ("08", "Text(\"08\")"),
            ("0x1F", "Int(31)"),
            ("1_000", "Int(1000)"),
            ("1:30", "Int(90)"),
            ("1e3", "Text(\"1e3\")"),
            ("1.0e+3", "Float(1000.0)"),
            (".5", "Float(0.5)"),
            ("-", "Text(\"-\")"),
            ("~", "Null"),
            ("2024-01-02", "Date(\"2024-01-02\")"),
            ("2024-01-02T03:04:05.6Z", "Date(\"2024-01-02 03:04:05.600000+00:00\")"),
            ("1.2.3", "Text(\"1.2.3\")"),
            ("99999999999999999999", "Int(99999999999999999999)"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
