//! Filters that compare elements: sort, unique, min, max, groupby.

use std::any::Any;
use std::cmp::Ordering;

use indexmap::IndexSet;

use super::attributes::{Path, lowered};
use super::sequence::sorted_by;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::operators::{self, iterate};
use crate::transform::jinja::{Args, Interpreter, Key, Object, Value, iterators, methods};

pub(super) fn sort(interpreter: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [reverse, case_sensitive, attribute]) =
        args.bind("sort", [], ["reverse", "case_sensitive", "attribute"])?;
    let lower = !truth(case_sensitive);
    // A list of attributes sorts by the first, then the next.
    let paths: Vec<Path> = match &attribute {
        Some(Value::Str(names)) => {
            names.split(',').map(|name| Path::new(interpreter, Some(&Value::str(name))).lowered(lower)).collect()
        }
        other => vec![Path::new(interpreter, other.as_ref()).lowered(lower)],
    };
    let items = iterate(&value)?;
    let key = |item: &Value| -> Result<Value> {
        Ok(Value::list(paths.iter().map(|path| path.get(item)).collect::<Result<Vec<_>>>()?))
    };
    let keys = items.iter().map(key).collect::<Result<_>>()?;
    sorted_by(items, keys, truth(reverse)).map(Value::list)
}

fn truth(value: Option<Value>) -> bool {
    value.is_some_and(|value| value.truth())
}

pub(super) fn unique(interpreter: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [case_sensitive, attribute]) = args.bind("unique", [], ["case_sensitive", "attribute"])?;
    let path = Path::new(interpreter, attribute.as_ref()).lowered(!truth(case_sensitive));
    let mut seen = IndexSet::new();
    let mut kept = Vec::new();
    for item in iterate(&value)? {
        if seen.insert(Key::new(path.get(&item)?)?) {
            kept.push(item);
        }
    }
    Ok(iterators::generator(kept))
}

pub(super) fn min(interpreter: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    extreme(interpreter, &value, args, "min", Ordering::Less)
}

pub(super) fn max(interpreter: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    extreme(interpreter, &value, args, "max", Ordering::Greater)
}

fn extreme(
    interpreter: &mut Interpreter<'_>,
    value: &Value,
    args: Args,
    name: &str,
    wanted: Ordering,
) -> Result<Value> {
    let ([], [case_sensitive, attribute]) = args.bind(name, [], ["case_sensitive", "attribute"])?;
    let path = Path::new(interpreter, attribute.as_ref()).lowered(!truth(case_sensitive));
    let mut best: Option<(Value, Value)> = None;
    for item in iterate(value)? {
        let key = path.get(&item)?;
        let better = match &best {
            None => true,
            Some((_, best)) => operators::partial_compare(&key, best)? == Some(wanted),
        };
        if better {
            best = Some((item, key));
        }
    }
    Ok(match best {
        Some((item, _)) => item,
        None => Value::Undefined("there is nothing to choose from, the sequence is empty".into()),
    })
}

pub(super) fn dictsort(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [case_sensitive, by, reverse]) = args.bind("dictsort", [], ["case_sensitive", "by", "reverse"])?;
    let by_value = match by.as_ref().map(Value::as_str) {
        None | Some(Some("key")) => false,
        Some(Some("value")) => true,
        Some(_) => return Err(Error::new(Kind::Compilation, "`dictsort` sorts by `key` or by `value`")),
    };
    operators::undefined(&value)?;
    let is_dict = match &value {
        Value::Dict(_) => true,
        // A package is a dict of its macros.
        Value::Object(object) => object.is_mapping() && object.is_iterable(),
        _ => false,
    };
    if !is_dict {
        return Err(type_error(format!("`dictsort` takes a dict, not `{}`", value.type_name())));
    }
    let entries = methods::dict_entries("dictsort", Args::positional([value]))?;
    let case_sensitive = truth(case_sensitive);
    let (keys, items) = entries
        .into_iter()
        .map(|(key, value)| {
            let key = key.into_value();
            let by = if by_value { value.clone() } else { key.clone() };
            (if case_sensitive { by } else { lowered(by) }, Value::tuple([key, value]))
        })
        .unzip();
    sorted_by(items, keys, truth(reverse)).map(Value::list)
}

pub(super) fn groupby(interpreter: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([attribute], [default, case_sensitive]) =
        args.bind("groupby", ["attribute"], ["default", "case_sensitive"])?;
    let path = |lower: bool| Path::new(interpreter, Some(&attribute)).or(default.clone()).lowered(lower);
    let (compared, shown) = (path(!truth(case_sensitive)), path(false));
    let items = iterate(&value)?;
    let keys = items.iter().map(|item| compared.get(item)).collect::<Result<_>>()?;
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    for item in sorted_by(items, keys, false)? {
        let key = compared.get(&item)?;
        match groups.last_mut() {
            Some((last, members)) if operators::equal(last, &key) => members.push(item),
            _ => groups.push((key, vec![item])),
        }
    }
    let groups = groups.into_iter().map(|(_, members)| {
        let grouper = shown.get(&members[0])?;
        Ok(Value::object(Group { grouper, members: Value::list(members) }))
    });
    Ok(Value::list(groups.collect::<Result<Vec<_>>>()?))
}

/// A pair that also answers to `.grouper` and `.list`.
struct Group {
    grouper: Value,
    members: Value,
}

impl Group {
    fn pair(&self) -> Value {
        Value::tuple([self.grouper.clone(), self.members.clone()])
    }
}

impl Object for Group {
    fn type_name(&self) -> &'static str {
        "tuple"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "grouper" => Some(self.grouper.clone()),
            "list" => Some(self.members.clone()),
            _ => None,
        }
    }

    fn item(&self, key: &Value) -> Option<Value> {
        match operators::item(&self.pair(), key) {
            Value::Undefined(_) => None,
            found => Some(found),
        }
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        Some(vec![self.grouper.clone(), self.members.clone()])
    }

    fn length(&self) -> Option<usize> {
        Some(2)
    }

    fn display(&self) -> String {
        self.pair().repr()
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        let other = match other.downcast::<Self>() {
            Some(group) => group.pair(),
            None => other.clone(),
        };
        Some(operators::equal(&self.pair(), &other))
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        let other = match other.downcast::<Self>() {
            Some(group) => group.pair(),
            None => other.clone(),
        };
        operators::partial_compare(&self.pair(), &other).ok().flatten()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
