//! `map`, `select`, `reject` and their like.

use super::attributes::Path;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::{Args, Interpreter, Value, did_you_mean, filters, iterators, operators, tests};

pub(super) fn map(interpreter: &mut Interpreter<'_>, value: Value, mut args: Args) -> Result<Value> {
    if !value.truth() {
        return Ok(iterators::generator(Vec::new()));
    }
    let items = operators::iterate(&value)?;
    let mapped: Vec<Value> = if args.positional.is_empty() && args.named.contains_key("attribute") {
        let attribute = args.take("attribute");
        let default = args.take("default");
        args.bind_nothing("map")?;
        let path = Path::new(interpreter, attribute.as_ref()).or(default);
        items.iter().map(|item| path.get(item)).collect::<Result<_>>()?
    } else {
        if args.positional.is_empty() {
            return Err(type_error("`map` needs the name of a filter, or `attribute=`"));
        }
        let name = args.positional.remove(0).text()?;
        let filter = filters::find(&name).ok_or_else(|| unknown("filter", &name, filters::names()))?;
        let mut mapped = Vec::with_capacity(items.len());
        for item in items {
            interpreter.step()?;
            let value = filter(interpreter, item, args.clone())?;
            mapped.push(interpreter.made(value)?);
        }
        mapped
    };
    Ok(iterators::generator(mapped))
}

pub(super) fn select(interpreter: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    chosen(interpreter, &value, args, false, true)
}

pub(super) fn reject(interpreter: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    chosen(interpreter, &value, args, false, false)
}

pub(super) fn selectattr(interpreter: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    chosen(interpreter, &value, args, true, true)
}

pub(super) fn rejectattr(interpreter: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    chosen(interpreter, &value, args, true, false)
}

// The items for which a test, or without one their truth, is as wanted.
fn chosen(
    interpreter: &mut Interpreter<'_>,
    value: &Value,
    mut args: Args,
    by_attribute: bool,
    wanted: bool,
) -> Result<Value> {
    if !value.truth() {
        return Ok(iterators::generator(Vec::new()));
    }
    let attribute = match (by_attribute, args.positional.is_empty()) {
        (true, true) => return Err(type_error("the name of an attribute is missing")),
        (true, false) => Some(args.positional.remove(0)),
        (false, _) => None,
    };
    let path = Path::new(interpreter, attribute.as_ref());
    let test = if args.positional.is_empty() {
        None
    } else {
        let name = args.positional.remove(0).text()?;
        Some(tests::find(&name).ok_or_else(|| unknown("test", &name, tests::names()))?)
    };
    let mut kept = Vec::new();
    for item in operators::iterate(value)? {
        interpreter.step()?;
        let looked_at = path.get(&item)?;
        let holds = match test {
            Some(test) => test(interpreter, &looked_at, args.clone())?,
            None => looked_at.truth(),
        };
        if holds == wanted {
            kept.push(item);
        }
    }
    Ok(iterators::generator(kept))
}

fn unknown(what: &str, name: &str, names: impl Iterator<Item = &'static str>) -> Error {
    let error = Error::new(Kind::Compilation, format!("there is no {what} named `{name}`"));
    did_you_mean(error, name, names)
}
