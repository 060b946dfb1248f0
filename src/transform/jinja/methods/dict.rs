//! Methods of `dict`, and the views that `keys()`, `values()` and `items()` give.

use std::any::Any;

use indexmap::{IndexMap, IndexSet};

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::{named_entries, type_error};
use crate::transform::jinja::operators::{self, iterate};
use crate::transform::jinja::{Args, Dict, Key, Object, Set, Value, format, iterators, limits};

/// The methods of a dict.
pub const NAMES: &[&str] =
    &["clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"];

pub(super) fn call(dict: &Dict, name: &str, args: Args) -> Result<Value> {
    match name {
        "get" => {
            let ([key], [default]) = args.bind_places::<1, 1>(name)?;
            let found = match &key {
                Value::Str(text) => dict.get_str(text),
                _ => dict.get(&Key::new(key)?),
            };
            Ok(found.or(default).unwrap_or(Value::None))
        }
        "items" | "keys" | "values" => {
            args.bind_nothing(name)?;
            let part = match name {
                "items" => Part::Items,
                "keys" => Part::Keys,
                _ => Part::Values,
            };
            Ok(Value::object(View { dict: dict.clone(), part }))
        }
        "update" => {
            let entries = entries(name, args)?;
            limits::items(dict.len() + entries.len())?;
            let mut replaced = Vec::new();
            {
                let mut own = dict.lock();
                replaced.extend(entries.into_iter().filter_map(|(key, value)| own.insert(key, value)));
            }
            drop(replaced);
            Ok(Value::None)
        }
        "setdefault" => {
            let ([key], [default]) = args.bind_places::<1, 1>(name)?;
            let key = Key::new(key)?;
            limits::items(dict.len() + 1)?;
            Ok(dict.lock().entry(key).or_insert_with(|| default.unwrap_or(Value::None)).clone())
        }
        "pop" => {
            let ([key], [default]) = args.bind_places::<1, 1>(name)?;
            let key = Key::new(key)?;
            // Those behind it move up.
            limits::work(dict.len() / 8)?;
            match (dict.remove(&key), default) {
                (Some(value), _) | (None, Some(value)) => Ok(value),
                (None, None) => Err(missing(key.value())),
            }
        }
        "popitem" => {
            args.bind_nothing(name)?;
            let last = dict.lock().pop();
            match last {
                Some((key, value)) => Ok(Value::tuple([key.into_value(), value])),
                None => Err(Error::new(Kind::Compilation, "`popitem()`: the dict is empty")),
            }
        }
        "clear" => {
            args.bind_nothing(name)?;
            let before = std::mem::take(&mut *dict.lock());
            drop(before);
            Ok(Value::None)
        }
        "copy" => {
            args.bind_nothing(name)?;
            limits::work(dict.len())?;
            Ok(Value::Dict(Dict::new(dict.snapshot())))
        }
        _ => from_keys(args),
    }
}

/// `dict.fromkeys(keys, value=None)`.
pub(in super::super) fn from_keys(args: Args) -> Result<Value> {
    let ([keys], [value]) = args.bind_places::<1, 1>("fromkeys")?;
    let value = value.unwrap_or(Value::None);
    let entries = iterate(&keys)?.into_iter().map(|key| Ok((Key::new(key)?, value.clone())));
    Ok(Value::Dict(Dict::new(entries.collect::<Result<_>>()?)))
}

/// The entries that `dict(...)` and `update(...)` take: a mapping or pairs, and names.
pub(in super::super) fn entries(function: &str, args: Args) -> Result<IndexMap<Key, Value>> {
    let Args { mut positional, named } = args;
    if positional.len() > 1 {
        return Err(type_error(format!("`{function}` expected at most 1 argument, got {}", positional.len())));
    }
    let mut entries = match positional.pop() {
        None => IndexMap::new(),
        Some(Value::Dict(dict)) => dict.snapshot(),
        Some(other) => pairs(&other)?,
    };
    entries.extend(named_entries(named));
    Ok(entries)
}

fn pairs(value: &Value) -> Result<IndexMap<Key, Value>> {
    if let Value::Object(object) = value
        && let Value::Object(_) = operators::attribute(value, "keys")
        && let Some(keys) = object.keys()
    {
        return keys.into_iter().map(|key| Ok((Key::new(key.clone())?, operators::item(value, &key)))).collect();
    }
    let mut entries = IndexMap::new();
    for (index, pair) in iterate(value)?.iter().enumerate() {
        let parts = iterate(pair)
            .map_err(|_| type_error(format!("cannot convert element {index} of the sequence to a pair")))?;
        let [key, value] = <[Value; 2]>::try_from(parts).map_err(|parts| {
            let message = format!("element {index} of the sequence has length {}; 2 is required", parts.len());
            Error::new(Kind::Compilation, message)
        })?;
        entries.insert(Key::new(key)?, value);
    }
    Ok(entries)
}

fn missing(key: &Value) -> Error {
    Error::new(Kind::Compilation, format!("the dict has no key {}", key.repr()))
        .hint("give a second argument as the default")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Keys,
    Values,
    Items,
}

/// What `dict.keys()`, `dict.values()` and `dict.items()` give: a window on the dict as it is now.
pub(in super::super) struct View {
    dict: Dict,
    part: Part,
}

impl View {
    fn elements(&self) -> Vec<Value> {
        match self.part {
            Part::Keys => self.dict.keys(),
            Part::Values => self.dict.values(),
            Part::Items => self.dict.entries().into_iter().map(|(key, value)| Value::tuple([key, value])).collect(),
        }
    }

    /// The elements from the last to the first.
    pub(in super::super) fn reversed(&self) -> Value {
        let mut elements = self.elements();
        elements.reverse();
        iterators::generator(elements)
    }

    fn as_set(&self) -> Result<IndexSet<Key>> {
        self.elements().into_iter().map(Key::new).collect()
    }
}

impl Object for View {
    fn type_name(&self) -> &'static str {
        match self.part {
            Part::Keys => "dict_keys",
            Part::Values => "dict_values",
            Part::Items => "dict_items",
        }
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        Some(self.elements())
    }

    fn is_iterable(&self) -> bool {
        true
    }

    fn length(&self) -> Option<usize> {
        Some(self.dict.len())
    }

    fn display(&self) -> String {
        let elements = Value::list(self.elements());
        format!("{}({})", self.type_name(), format::repr(&elements).unwrap_or_else(|_| "[...]".to_owned()))
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        if self.part == Part::Values {
            return None;
        }
        let other = match other {
            Value::Set(set) => set.snapshot(),
            _ => match other.downcast::<Self>() {
                Some(view) if view.part != Part::Values => view.as_set().ok()?,
                Some(_) | None => return Some(false),
            },
        };
        Some(self.as_set().ok()? == other)
    }

    fn binary(&self, operator: &str, other: &Value, reflected: bool) -> Option<Result<Value>> {
        if operator != "-" || self.part == Part::Values {
            return None;
        }
        let difference = || -> Result<Value> {
            let own = self.as_set()?;
            let other: IndexSet<Key> = iterate(other)?.into_iter().map(Key::new).collect::<Result<_>>()?;
            let (from, without) = if reflected { (other, own) } else { (own, other) };
            Ok(Value::Set(Set::new(from.into_iter().filter(|key| !without.contains(key)).collect())))
        };
        Some(difference())
    }

    fn has_method(&self, name: &str) -> bool {
        name == "isdisjoint" && self.part != Part::Values
    }

    fn call_method(
        &self,
        _interpreter: &mut crate::transform::jinja::Interpreter<'_>,
        name: &str,
        args: Args,
    ) -> Option<Result<Value>> {
        if !self.has_method(name) {
            return None;
        }
        let disjoint = || -> Result<Value> {
            let ([other], []) = args.bind_places::<1, 0>(name)?;
            let own = self.as_set()?;
            let shared = iterate(&other)?.into_iter().map(Key::new).collect::<Result<Vec<_>>>()?;
            Ok(Value::Bool(!shared.iter().any(|key| own.contains(key))))
        };
        Some(disjoint())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
