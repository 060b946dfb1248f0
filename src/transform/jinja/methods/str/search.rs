//! Where a part stands in a text; places count in characters.

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::operators::Bounds;
use crate::transform::jinja::{Args, Value};

use super::expect_text;

pub(super) fn call(text: &str, name: &str, args: Args) -> Result<Value> {
    let ([part], [start, stop]) = args.bind_places::<1, 2>(name)?;
    let window = Window::new(text, start.as_ref(), stop.as_ref())?;
    if matches!(name, "startswith" | "endswith") {
        return affix(&window, name, &part).map(Value::Bool);
    }
    let part = expect_text(&part)?;
    let Some(inside) = window.inside else {
        return if name == "count" { Ok(Value::Int(0)) } else { not_found(name) };
    };
    let place = match name {
        "count" if part.is_empty() => return Ok(Value::Int(inside.chars().count() as i64 + 1)),
        "count" => return Ok(Value::Int(inside.matches(part).count() as i64)),
        "find" | "index" => inside.find(part),
        _ => inside.rfind(part),
    };
    match place {
        Some(place) => Ok(Value::Int((window.start + inside[..place].chars().count()) as i64)),
        None => not_found(name),
    }
}

fn not_found(name: &str) -> Result<Value> {
    if name.ends_with("find") {
        return Ok(Value::Int(-1));
    }
    Err(Error::new(Kind::Compilation, "substring not found").hint("`find()` gives -1 instead"))
}

fn affix(window: &Window<'_>, name: &str, part: &Value) -> Result<bool> {
    let one = |part: &Value| -> Result<bool> {
        let part = expect_text(part).map_err(|_| {
            type_error(format!("`{name}` takes a text or a tuple of texts, not `{}`", part.type_name()))
        })?;
        Ok(window
            .inside
            .is_some_and(|inside| if name == "startswith" { inside.starts_with(part) } else { inside.ends_with(part) }))
    };
    match part {
        Value::Tuple(parts) => {
            for part in parts.iter() {
                if one(part)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        _ => one(part),
    }
}

// The part of a text between two places. Beyond the end there is nothing, not even an empty text.
struct Window<'t> {
    start: usize,
    inside: Option<&'t str>,
}

impl<'t> Window<'t> {
    fn new(text: &'t str, start: Option<&Value>, stop: Option<&Value>) -> Result<Self> {
        let none = Value::None;
        let length = text.chars().count();
        let (given, stop) = (start.unwrap_or(&none), stop.unwrap_or(&none));
        let bounds = Bounds::new(given, stop, &none, length)?;
        let beyond = given.as_int().is_some_and(|start| start > length as i64);
        let start = usize::try_from(bounds.start).unwrap_or(0);
        let stop = usize::try_from(bounds.stop).unwrap_or(0);
        if beyond || start > stop {
            return Ok(Self { start, inside: None });
        }
        let offset = |place: usize| text.char_indices().nth(place).map_or(text.len(), |(offset, _)| offset);
        Ok(Self { start, inside: Some(&text[offset(start)..offset(stop)]) })
    }
}
