//! Methods of `bytes`.

use std::fmt::Write as _;
use std::sync::Arc;

use memchr::memmem;

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::operators::{Bounds, integer_index};
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
            let ([part], [start, stop]) = args.bind_places::<1, 2>(name)?;
            let window = Window::new(bytes, start.as_ref(), stop.as_ref())?;
            Ok(Value::Bool(affix(&window, name, &part)?))
        }
        "count" | "find" | "index" => {
            let ([part], [start, stop]) = args.bind_places::<1, 2>(name)?;
            let window = Window::new(bytes, start.as_ref(), stop.as_ref())?;
            search(&window, name, expect_bytes(&part)?)
        }
        "split" => {
            let ([], [separator, most]) = args.bind(name, [], ["sep", "maxsplit"])?;
            let most = most.as_ref().map_or(Ok(-1), integer_index)?;
            // One part too many is enough to be refused.
            let most = usize::try_from(most).unwrap_or(usize::MAX).min(limits::ITEMS_MAX);
            let separator = separator.filter(|separator| !separator.is_none());
            let parts = match separator.as_ref().map(expect_bytes).transpose()? {
                Some(separator) => split(bytes, separator, most)?,
                None => split_blanks(bytes, most),
            };
            limits::items(parts.len())?;
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
            let ([old, new], [count]) = args.bind_places::<2, 1>(name)?;
            let (old, new) = (expect_bytes(&old)?, expect_bytes(&new)?);
            let count = count.as_ref().map_or(Ok(-1), integer_index)?;
            replace(bytes, old, new, usize::try_from(count).unwrap_or(usize::MAX))
        }
    }
}

// The bytes between two places. Beyond the end there is nothing, not even no bytes.
struct Window<'b> {
    start: usize,
    inside: Option<&'b [u8]>,
}

impl<'b> Window<'b> {
    fn new(bytes: &'b [u8], start: Option<&Value>, stop: Option<&Value>) -> Result<Self> {
        let none = Value::None;
        let (given, stop) = (start.unwrap_or(&none), stop.unwrap_or(&none));
        let bounds = Bounds::new(given, stop, &none, bytes.len())?;
        let beyond = given.as_int().is_some_and(|start| start > bytes.len() as i64);
        let start = usize::try_from(bounds.start).unwrap_or(0);
        let stop = usize::try_from(bounds.stop).unwrap_or(0);
        Ok(Self { start, inside: if beyond { None } else { bytes.get(start..stop) } })
    }
}

fn affix(window: &Window<'_>, name: &str, part: &Value) -> Result<bool> {
    let one = |part: &Value| -> Result<bool> {
        let part = expect_bytes(part)?;
        Ok(window
            .inside
            .is_some_and(|inside| if name == "startswith" { inside.starts_with(part) } else { inside.ends_with(part) }))
    };
    match part {
        Value::Tuple(parts) => parts.iter().try_fold(false, |found, part| Ok(found || one(part)?)),
        _ => one(part),
    }
}

fn search(window: &Window<'_>, name: &str, part: &[u8]) -> Result<Value> {
    let inside = window.inside;
    match (name, inside.and_then(|inside| memmem::find(inside, part))) {
        ("count", None) => Ok(Value::Int(0)),
        ("count", Some(_)) => {
            let inside = inside.unwrap_or_default();
            let count = if part.is_empty() { inside.len() + 1 } else { memmem::find_iter(inside, part).count() };
            Ok(Value::Int(count as i64))
        }
        (_, Some(place)) => Ok(Value::Int((window.start + place) as i64)),
        ("find", None) => Ok(Value::Int(-1)),
        (_, None) => Err(Error::new(Kind::Compilation, "subsection not found").hint("`find()` gives -1 instead")),
    }
}

fn expect_bytes(value: &Value) -> Result<&[u8]> {
    match value {
        Value::Bytes(bytes) => Ok(bytes),
        _ => Err(type_error(format!("a bytes-like object is required, not `{}`", value.type_name()))),
    }
}

fn split<'b>(bytes: &'b [u8], separator: &[u8], most: usize) -> Result<Vec<&'b [u8]>> {
    if separator.is_empty() {
        return Err(Error::new(Kind::Compilation, "empty separator"));
    }
    let mut parts = Vec::new();
    let mut start = 0;
    for place in memmem::find_iter(bytes, separator).take(most) {
        parts.push(&bytes[start..place]);
        start = place + separator.len();
    }
    parts.push(&bytes[start..]);
    Ok(parts)
}

fn split_blanks(bytes: &[u8], most: usize) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = bytes.trim_ascii_start();
    while !rest.is_empty() {
        if parts.len() == most {
            parts.push(rest);
            break;
        }
        let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        parts.push(&rest[..end]);
        rest = rest[end..].trim_ascii_start();
    }
    parts
}

// Nothing stands before each byte and at the end.
fn replace(bytes: &[u8], old: &[u8], new: &[u8], most: usize) -> Result<Value> {
    let count = if old.is_empty() { bytes.len() + 1 } else { memmem::find_iter(bytes, old).count() }.min(most);
    limits::text((bytes.len() - count * old.len()).saturating_add(count.saturating_mul(new.len())))?;
    let mut out = Vec::new();
    let mut start = 0;
    for place in memmem::find_iter(bytes, old).take(count) {
        out.extend_from_slice(&bytes[start..place]);
        out.extend_from_slice(new);
        start = place + old.len();
    }
    out.extend_from_slice(&bytes[start..]);
    Ok(Value::bytes(out))
}
