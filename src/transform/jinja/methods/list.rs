//! Methods of `list` and `tuple`.

use std::cmp::Ordering;

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::operators::{self, Bounds, equal, integer_index, iterate};
use crate::transform::jinja::{Args, Interpreter, List, Value, limits, methods};

pub(super) const NAMES: &[&str] =
    &["append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort"];
pub(super) const TUPLE_NAMES: &[&str] = &["count", "index"];

pub(super) fn call(interpreter: &mut Interpreter<'_>, list: &List, name: &str, args: Args) -> Result<Value> {
    match name {
        "append" => {
            let ([value], []) = args.bind_places::<1, 0>(name)?;
            limits::items(list.len() + 1)?;
            list.push(value);
        }
        "extend" => {
            let ([more], []) = args.bind_places::<1, 0>(name)?;
            let more = iterate(&more)?;
            limits::items(list.len() + more.len())?;
            list.lock().extend(more);
        }
        "insert" => {
            let ([place, value], []) = args.bind_places::<2, 0>(name)?;
            limits::items(list.len() + 1)?;
            limits::work(list.len() / 8)?;
            let mut items = list.lock();
            let place = insertion(integer_index(&place)?, items.len());
            items.insert(place, value);
        }
        "pop" => {
            let ([], [place]) = args.bind_places::<0, 1>(name)?;
            limits::work(if place.is_some() { list.len() / 8 } else { 0 })?;
            return pop(list, &place.unwrap_or(Value::Int(-1)));
        }
        "remove" => {
            limits::work(list.len())?;
            let ([value], []) = args.bind_places::<1, 0>(name)?;
            let place = position(&list.items(), &value)
                .ok_or_else(|| Error::new(Kind::Compilation, "`list.remove(x)`: x is not in the list"))?;
            let removed = list.lock().remove(place);
            drop(removed);
        }
        "clear" => {
            args.bind_nothing(name)?;
            let before = std::mem::take(&mut *list.lock());
            drop(before);
        }
        "reverse" => {
            args.bind_nothing(name)?;
            limits::work(list.len() / 8)?;
            list.lock().reverse();
        }
        "sort" => {
            let ([], [key, reverse]) = args.bind(name, [], ["key", "reverse"])?;
            let reverse = reverse.is_some_and(|reverse| reverse.truth());
            let sorted = sort_by_callable(interpreter, list.items(), key.as_ref(), reverse)?;
            let before = std::mem::replace(&mut *list.lock(), sorted);
            drop(before);
        }
        "copy" => {
            args.bind_nothing(name)?;
            limits::work(list.len())?;
            return Ok(Value::List(List::new(list.items())));
        }
        _ => return search(&list.items(), name, args),
    }
    Ok(Value::None)
}

pub(super) fn call_tuple(items: &[Value], name: &str, args: Args) -> Result<Value> {
    search(items, name, args)
}

// `count` and `index`, which lists and tuples share.
fn search(items: &[Value], name: &str, args: Args) -> Result<Value> {
    limits::work(items.len())?;
    if name == "count" {
        let ([value], []) = args.bind_places::<1, 0>(name)?;
        return Ok(Value::Int(items.iter().filter(|item| item.is(&value) || equal(item, &value)).count() as i64));
    }
    let ([value], [start, stop]) = args.bind_places::<1, 2>(name)?;
    let none = Value::None;
    let bounds = Bounds::new(start.as_ref().unwrap_or(&none), stop.as_ref().unwrap_or(&none), &none, items.len())?;
    let start = usize::try_from(bounds.start).unwrap_or(0);
    let stop = usize::try_from(bounds.stop).unwrap_or(0).max(start);
    match position(&items[start..stop], &value) {
        Some(place) => Ok(Value::Int((start + place) as i64)),
        None => Err(Error::new(Kind::Compilation, format!("{} is not in the list", value.repr()))),
    }
}

fn position(items: &[Value], value: &Value) -> Option<usize> {
    items.iter().position(|item| item.is(value) || equal(item, value))
}

fn insertion(place: i64, length: usize) -> usize {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let place = if place < 0 { place.saturating_add(length).max(0) } else { place.min(length) };
    usize::try_from(place).expect("a place within the list")
}

fn pop(list: &List, place: &Value) -> Result<Value> {
    let index = integer_index(place)?;
    let mut items = list.lock();
    if items.is_empty() {
        return Err(Error::new(Kind::Compilation, "pop from an empty list"));
    }
    match operators::place(&Value::Int(index), items.len()) {
        Some(place) => Ok(items.remove(place)),
        None => Err(Error::new(Kind::Compilation, "pop index out of range")),
    }
}

fn sort_by_callable(
    interpreter: &mut Interpreter<'_>,
    items: Vec<Value>,
    key: Option<&Value>,
    reverse: bool,
) -> Result<Vec<Value>> {
    let keys = match key {
        None | Some(Value::None) => items.clone(),
        Some(function) => items
            .iter()
            .map(|item| methods::invoke(interpreter, function, Args::positional([item.clone()])))
            .collect::<Result<_>>()?,
    };
    sorted(items, keys, reverse)
}

/// The items in the order of their keys; equal keys keep their order, also when reversed, as in Python.
///
/// # Errors
/// When two keys have no order, such as a text and a number.
pub fn sorted(items: Vec<Value>, keys: Vec<Value>, reverse: bool) -> Result<Vec<Value>> {
    let pairs: Vec<(Value, Value)> = keys.into_iter().zip(items).collect();
    // The standard sort may panic when the order is not total, as with `nan`.
    let sorted = merge_sort(pairs, &mut |a, b| {
        let wanted = if reverse { Ordering::Greater } else { Ordering::Less };
        Ok(operators::partial_compare(a, b)? == Some(wanted))
    })?;
    Ok(sorted.into_iter().map(|(_, item)| item).collect())
}

type Keyed = Vec<(Value, Value)>;

fn merge_sort(mut pairs: Keyed, before: &mut impl FnMut(&Value, &Value) -> Result<bool>) -> Result<Keyed> {
    if pairs.len() < 2 {
        return Ok(pairs);
    }
    let right = pairs.split_off(pairs.len() / 2);
    let mut right = merge_sort(right, before)?.into_iter().peekable();
    let mut merged = Vec::with_capacity(pairs.len() * 2 + 1);
    for left in merge_sort(pairs, before)? {
        while let Some(first) = right.peek() {
            if !before(&first.0, &left.0)? {
                break;
            }
            merged.extend(right.next());
        }
        merged.push(left);
    }
    merged.extend(right);
    Ok(merged)
}
