//! Methods of `bytes`.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::{Args, Value, limits};

use super::str;

pub(super) const NAMES: &[&str] = &[
    "count",
    "decode",
    "endswith",
    "find",
    "hex",
    "index",
    "join",
    "lower",
    "replace",
    "split",
    "startswith",
    "strip",
    "upper",
];

pub(super) fn call(bytes: &Arc<[u8]>, name: &str, args: Args) -> Result<Value> {
    match name {
        "decode" => {
            let ([], [encoding, errors]) = args.bind(name, [], ["encoding", "errors"])?;
            let encoding = str::encoding(encoding.as_ref())?;
            let errors = errors.as_ref().map_or(Ok("strict"), str::expect_text)?;
            str::decode(bytes, encoding, errors).map(Value::from)
        }
        "hex" => {
            args.bind_nothing(name)?;
            let mut out = String::with_capacity(bytes.len() * 2);
            bytes.iter().for_each(|byte| write!(out, "{byte:02x}").expect("writing to a string does not fail"));
            Ok(Value::from(out))
        }
        "lower" | "upper" => {
            args.bind_nothing(name)?;
            let changed = if name == "lower" { bytes.to_ascii_lowercase() } else { bytes.to_ascii_uppercase() };
            Ok(Value::bytes(changed))
        }
        "strip" => {
            args.bind_nothing(name)?;
            Ok(Value::bytes(bytes.trim_ascii()))
        }
        "startswith" | "endswith" => {
            let ([part], []) = args.bind_places::<1, 0>(name)?;
            let part = expect_bytes(&part)?;
            Ok(Value::Bool(if name == "startswith" { bytes.starts_with(part) } else { bytes.ends_with(part) }))
        }
        "count" | "find" | "index" => {
            let ([part], []) = args.bind_places::<1, 0>(name)?;
            let part = expect_bytes(&part)?;
            let places = places(bytes, part);
            match (name, places.first()) {
                ("count", _) => Ok(Value::Int(places.len() as i64)),
                (_, Some(place)) => Ok(Value::Int(*place as i64)),
                ("find", None) => Ok(Value::Int(-1)),
                (_, None) => Err(Error::new(Kind::Compilation, "subsection not found")),
            }
        }
        "split" => {
            let ([], [separator]) = args.bind_places::<0, 1>(name)?;
            let separator = separator.filter(|separator| !separator.is_none());
            let parts = split(bytes, separator.as_ref().map(expect_bytes).transpose()?)?;
            Ok(Value::list(parts.into_iter().map(Value::bytes)))
        }
        "join" => {
            let ([parts], []) = args.bind_places::<1, 0>(name)?;
            let parts = super::operators::iterate(&parts)?;
            let parts = parts.iter().map(expect_bytes).collect::<Result<Vec<_>>>()?;
            limits::text(parts.iter().map(|part| part.len() + bytes.len()).sum())?;
            Ok(Value::bytes(parts.join(&bytes[..])))
        }
        _ => {
            let ([old, new], []) = args.bind_places::<2, 0>(name)?;
            let (old, new) = (expect_bytes(&old)?, expect_bytes(&new)?);
            if old.is_empty() {
                return Err(Error::new(Kind::Compilation, "`bytes.replace()` needs something to replace"));
            }
            let parts = split(bytes, Some(old))?;
            limits::text(bytes.len().saturating_add(parts.len().saturating_mul(new.len())))?;
            Ok(Value::bytes(parts.join(new)))
        }
    }
}

fn expect_bytes(value: &Value) -> Result<&[u8]> {
    match value {
        Value::Bytes(bytes) => Ok(bytes),
        _ => Err(type_error(format!("a bytes-like object is required, not `{}`", value.type_name()))),
    }
}

// Where the part stands, without overlaps; an empty part stands between all bytes.
fn places(bytes: &[u8], part: &[u8]) -> Vec<usize> {
    if part.is_empty() {
        return (0..=bytes.len()).collect();
    }
    memchr::memmem::find_iter(bytes, part).collect()
}

fn split<'b>(bytes: &'b [u8], separator: Option<&[u8]>) -> Result<Vec<&'b [u8]>> {
    let Some(separator) = separator else {
        return Ok(bytes.split(u8::is_ascii_whitespace).filter(|part| !part.is_empty()).collect());
    };
    if separator.is_empty() {
        return Err(Error::new(Kind::Compilation, "empty separator"));
    }
    let mut parts = Vec::new();
    let mut start = 0;
    for place in places(bytes, separator) {
        parts.push(&bytes[start..place]);
        start = place + separator.len();
    }
    parts.push(&bytes[start..]);
    limits::items(parts.len())?;
    Ok(parts)
}
