//! `dict`, `set`, `zip` and `diff_of_two_dicts`.

use std::any::Any;

use indexmap::IndexMap;

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::methods::{self, expect_text};
use crate::transform::jinja::operators::{self, iterate};
use crate::transform::jinja::{Args, Dict, Interpreter, Key, Object, Value, iterators, unicode};

/// The type `dict`: called, it makes one; `dict.fromkeys` is its one method.
pub(super) fn dict_type() -> Value {
    Value::object(DictType)
}

struct DictType;

impl Object for DictType {
    fn type_name(&self) -> &'static str {
        "type"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        (name == "fromkeys").then(|| Value::function("fromkeys", |_, args| methods::from_keys(args)))
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn call(&self, _interpreter: &mut Interpreter<'_>, args: Args) -> Option<Result<Value>> {
        Some(methods::dict_entries("dict", args).map(|entries| Value::Dict(Dict::new(entries))))
    }

    fn display(&self) -> String {
        "<class 'dict'>".to_owned()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `set(value, default=None)`: what is not iterable, or holds what may not be a member, gives the default.
pub(super) fn set(args: Args, has_default: bool) -> Result<Value> {
    let (value, default) = if has_default {
        let ([value], [default]) = args.bind("set", ["value"], ["default"])?;
        (value, Some(default.unwrap_or(Value::None)))
    } else {
        let ([value], []) = args.bind("set_strict", ["value"], [])?;
        (value, None)
    };
    or_default(iterate(&value).and_then(Value::set), default)
}

// What is not a matter of types, such as a budget, is an error with a default too.
fn or_default(made: Result<Value>, default: Option<Value>) -> Result<Value> {
    match (made, default) {
        (Err(error), Some(default)) if error.kind() == Kind::Compilation => Ok(default),
        (made, _) => made,
    }
}

/// `zip(*iterables, default=None)`: tuples of the first elements, the second, until the shortest ends.
pub(super) fn zip(mut args: Args, has_default: bool) -> Result<Value> {
    let default = has_default.then(|| args.take("default").unwrap_or(Value::None));
    let iterables = args.bind_rest(if has_default { "zip" } else { "zip_strict" })?;
    let sources = iterables.iter().map(iterators::source).collect::<Result<Vec<_>>>();
    or_default(sources.map(|sources| iterators::lazy("zip", Zip(sources))), default)
}

struct Zip(Vec<iterators::Source>);

impl Iterator for Zip {
    type Item = Result<Value>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let mut members = Vec::with_capacity(self.0.len());
        for source in &mut self.0 {
            match source.next()? {
                Ok(member) => members.push(member),
                Err(error) => return Some(Err(error)),
            }
        }
        Some(Ok(Value::tuple(members)))
    }
}

/// What the lists of the first dict hold and those of the second do not; case does not matter.
pub(super) fn difference(args: Args) -> Result<Value> {
    let ([a, b], []) = args.bind("diff_of_two_dicts", ["dict_a", "dict_b"], [])?;
    let (a, b) = (expect_dict(&a)?, expect_dict(&b)?);
    let mut known: IndexMap<String, Vec<String>> = IndexMap::new();
    for (key, values) in b.entries() {
        known.insert(unicode::casefold(expect_text(&key)?), folded(&values)?);
    }
    let mut left = IndexMap::new();
    for (key, values) in a.entries() {
        match known.get(&unicode::casefold(expect_text(&key)?)) {
            None => {
                left.insert(Key::new(key)?, values);
            }
            Some(known) => {
                let mut new = Vec::new();
                for value in iterate(&values)? {
                    if !known.contains(&unicode::casefold(expect_text(&value)?)) {
                        new.push(value);
                    }
                }
                if !new.is_empty() {
                    left.insert(Key::new(key)?, Value::list(new));
                }
            }
        }
    }
    Ok(Value::Dict(Dict::new(left)))
}

fn folded(values: &Value) -> Result<Vec<String>> {
    iterate(values)?.iter().map(|value| expect_text(value).map(unicode::casefold)).collect()
}

fn expect_dict(value: &Value) -> Result<&Dict> {
    operators::undefined(value)?;
    value.as_dict().ok_or_else(|| -> Error { type_error(format!("a dict is required, not `{}`", value.type_name())) })
}
