//! Filters on sequences.

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::builtins::Range;
use crate::transform::jinja::methods::{self, View};
use crate::transform::jinja::operators::{self, integer_index, iterate};
use crate::transform::jinja::{Args, Interpreter, Value, iterators, limits};

pub(super) fn default(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [default, boolean]) = args.bind("default", [], ["default_value", "boolean"])?;
    let replaced = value.is_undefined() || (boolean.is_some_and(|boolean| boolean.truth()) && !value.truth());
    Ok(if replaced { default.unwrap_or_else(|| Value::str("")) } else { value })
}

pub(super) fn length(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("length")?;
    match value.length() {
        Some(length) => Ok(Value::Int(length as i64)),
        None => Err(type_error(format!("object of type `{}` has no length", value.type_name()))
            .hint("an iterator is counted after `| list`")),
    }
}

pub(super) fn list(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("list")?;
    iterate(&value).map(Value::list)
}

pub(super) fn items(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("items")?;
    match &value {
        Value::Undefined(_) => Ok(iterators::generator(Vec::new())),
        Value::Dict(dict) => {
            let pairs = dict.entries().into_iter().map(|(key, value)| Value::tuple([key, value]));
            Ok(iterators::generator(pairs.collect()))
        }
        _ => Err(type_error(format!("`items` takes a mapping, not `{}`", value.type_name()))),
    }
}

pub(super) fn first(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("first")?;
    match iterators::source(&value)?.next() {
        Some(first) => first,
        None => Ok(Value::Undefined("there is no first item, the sequence is empty".into())),
    }
}

pub(super) fn last(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("last")?;
    let reversible = match &value {
        Value::Str(_) | Value::Bytes(_) | Value::Tuple(_) | Value::List(_) | Value::Dict(_) | Value::Undefined(_) => {
            true
        }
        Value::Object(object) => object.length().is_some() && object.is_iterable(),
        Value::None | Value::Bool(_) | Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Set(_) => false,
    };
    if !reversible {
        return Err(type_error(format!("`{}` object has no last item", value.type_name()))
            .hint("an iterator has one after `| list`"));
    }
    operators::undefined(&value)?;
    let last = iterate(&value)?.pop();
    Ok(last.unwrap_or_else(|| Value::Undefined("there is no last item, the sequence is empty".into())))
}

pub(super) fn reverse(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("reverse")?;
    if let Some(range) = value.downcast::<Range>() {
        return Ok(range.reversed());
    }
    if let Some(view) = value.downcast::<View>() {
        return Ok(view.reversed());
    }
    match &value {
        Value::Str(text) => Ok(Value::from(text.chars().rev().collect::<String>())),
        Value::List(_) | Value::Tuple(_) | Value::Bytes(_) | Value::Dict(_) => {
            let type_name = match &value {
                Value::List(_) => "list_reverseiterator",
                Value::Dict(_) => "dict_reversekeyiterator",
                _ => "reversed",
            };
            Ok(iterators::lazy(type_name, iterate(&value)?.into_iter().rev().map(Ok)))
        }
        Value::Set(_)
        | Value::Object(_)
        | Value::Undefined(_)
        | Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::BigInt(_)
        | Value::Float(_) => {
            let mut items = iterate(&value)?;
            items.reverse();
            Ok(Value::list(items))
        }
    }
}

pub(super) fn random(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("random")?;
    let indexed =
        matches!(&value, Value::Str(_) | Value::Bytes(_) | Value::Tuple(_) | Value::List(_) | Value::Undefined(_))
            || value.downcast::<Range>().is_some();
    if !indexed {
        return Err(type_error(format!("`random` takes a sequence, not `{}`", value.type_name())));
    }
    let items = iterate(&value)?;
    if items.is_empty() {
        return Ok(Value::Undefined("there is no random item, the sequence is empty".into()));
    }
    let number = getrandom::u64().map_err(|error| Error::new(Kind::Io, format!("no random number: {error}")))?;
    Ok(items[(number % items.len() as u64) as usize].clone())
}

pub(super) fn batch(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([size], [fill]) = args.bind("batch", ["linecount"], ["fill_with"])?;
    let size = integer_index(&size)?;
    let mut batches: Vec<Value> = Vec::new();
    let mut batch: Vec<Value> = Vec::new();
    for item in iterate(&value)? {
        if batch.len() as i64 == size {
            batches.push(Value::list(std::mem::take(&mut batch)));
        }
        batch.push(item);
    }
    if !batch.is_empty() {
        if let Some(fill) = fill.filter(|fill| !fill.is_none()) {
            let missing = usize::try_from(size.saturating_sub(batch.len() as i64)).unwrap_or(0);
            limits::items(missing)?;
            batch.extend(std::iter::repeat_n(fill, missing));
        }
        batches.push(Value::list(batch));
    }
    Ok(iterators::generator(batches))
}

pub(super) fn slice(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([slices], [fill]) = args.bind("slice", ["slices"], ["fill_with"])?;
    let items = iterate(&value)?;
    let slices = integer_index(&slices)?;
    if slices == 0 {
        return Err(Error::new(Kind::Compilation, "`slice` needs at least one slice"));
    }
    let slices = usize::try_from(slices).unwrap_or(0);
    limits::items(slices)?;
    let fill = fill.filter(|fill| !fill.is_none());
    let (each, longer) = if slices == 0 { (0, 0) } else { (items.len() / slices, items.len() % slices) };
    let mut rest = items.as_slice();
    let mut parts = Vec::with_capacity(slices);
    for index in 0..slices {
        let (part, after) = rest.split_at(each + usize::from(index < longer));
        rest = after;
        let mut part = part.to_vec();
        if index >= longer {
            part.extend(fill.clone());
        }
        parts.push(Value::list(part));
    }
    Ok(iterators::generator(parts))
}

/// Items in the order of their keys.
pub(super) fn sorted_by(items: Vec<Value>, keys: Vec<Value>, reverse: bool) -> Result<Vec<Value>> {
    methods::sorted(items, keys, reverse)
}
