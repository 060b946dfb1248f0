//! `?` in a statement, with values for each: what `adapter.add_query(sql, bindings=...)` takes.

use crate::engine::dialect::literal;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::Value;

/// The statement with each `?` replaced by its value; one inside of quotes or of a comment is text.
///
/// ```
/// # use gristmill::transform::{jinja::Value, run::placeholders::filled};
/// let values = [Value::Int(1), Value::str("it's"), Value::None];
/// assert_eq!(filled("values (?, ?, ?, '?')", &values)?, "values (1, 'it''s', null, '?')");
/// assert!(filled("values (?)", &values).is_err());
/// # Ok::<(), gristmill::Error>(())
/// ```
pub fn filled(sql: &str, values: &[Value]) -> Result<String> {
    let mut out = String::with_capacity(sql.len() + values.len() * 8);
    let mut given = values.iter();
    let mut wanted = 0;
    let mut rest = sql;
    while let Some(at) = rest.find(['?', '\'', '"', '-', '/']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match rest.as_bytes() {
            [b'?', ..] => {
                wanted += 1;
                out.push_str(&given.next().map(shown).unwrap_or_default());
                rest = &rest[1..];
                continue;
            }
            [quote @ (b'\'' | b'"'), ..] => rest[1..].find(char::from(*quote)).map(|end| end + 2),
            [b'-', b'-', ..] => rest.find('\n'),
            [b'/', b'*', ..] => rest[2..].find("*/").map(|end| end + 4),
            _ => Some(1),
        };
        let (text, after) = rest.split_at(length.unwrap_or(rest.len()));
        out.push_str(text);
        rest = after;
    }
    out.push_str(rest);
    if wanted != values.len() {
        return Err(Error::new(
            Kind::Compilation,
            format!("a statement has {wanted} places for values and got {}", values.len()),
        ));
    }
    Ok(out)
}

fn shown(value: &Value) -> String {
    match value {
        Value::None | Value::Undefined(_) => "null".to_owned(),
        Value::Bool(_) | Value::Int(_) => value.to_string().to_lowercase(),
        Value::Float(number) if number.is_finite() => value.to_string(),
        Value::BigInt(_) => value.to_string(),
        other if other.as_float().is_some_and(f64::is_finite) => other.to_string(),
        other => literal(&other.to_string()),
    }
}
