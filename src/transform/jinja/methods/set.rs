//! Methods of `set`.

use indexmap::IndexSet;

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::operators::iterate;
use crate::transform::jinja::{Args, Key, Set, Value, limits};

pub(super) const NAMES: &[&str] = &[
    "add",
    "clear",
    "copy",
    "difference",
    "difference_update",
    "discard",
    "intersection",
    "intersection_update",
    "isdisjoint",
    "issubset",
    "issuperset",
    "pop",
    "remove",
    "symmetric_difference",
    "symmetric_difference_update",
    "union",
    "update",
];

pub(super) fn call(set: &Set, name: &str, args: Args) -> Result<Value> {
    if name != "add" {
        limits::work(set.len())?;
    }
    match name {
        "add" => {
            let ([member], []) = args.bind_places::<1, 0>(name)?;
            let member = Key::new(member)?;
            limits::items(set.len() + 1)?;
            set.insert(member);
            Ok(Value::None)
        }
        "clear" => {
            args.bind_nothing(name)?;
            replace(set, IndexSet::new());
            Ok(Value::None)
        }
        "copy" => {
            args.bind_nothing(name)?;
            Ok(Value::Set(Set::new(set.snapshot())))
        }
        "discard" => {
            let ([member], []) = args.bind_places::<1, 0>(name)?;
            let member = Key::new(member)?;
            set.lock().shift_remove(&member);
            Ok(Value::None)
        }
        "remove" => {
            let ([member], []) = args.bind_places::<1, 0>(name)?;
            let key = Key::new(member)?;
            let removed = set.lock().shift_remove(&key);
            if removed { Ok(Value::None) } else { Err(missing(key.value())) }
        }
        "pop" => {
            args.bind_nothing(name)?;
            let first = set.lock().shift_remove_index(0);
            first.map(Key::into_value).ok_or_else(|| Error::new(Kind::Compilation, "pop from an empty set"))
        }
        "isdisjoint" | "issubset" | "issuperset" => {
            let ([other], []) = args.bind_places::<1, 0>(name)?;
            let (own, other) = (set.snapshot(), members(&other)?);
            Ok(Value::Bool(match name {
                "isdisjoint" => own.is_disjoint(&other),
                "issubset" => own.is_subset(&other),
                _ => own.is_superset(&other),
            }))
        }
        "symmetric_difference" | "symmetric_difference_update" => {
            let ([other], []) = args.bind_places::<1, 0>(name)?;
            let (own, other) = (set.snapshot(), members(&other)?);
            Ok(changed(set, name, own.symmetric_difference(&other).cloned().collect()))
        }
        _ => {
            let others = args.bind_rest(name)?.iter().map(members).collect::<Result<Vec<_>>>()?;
            let mut result = set.snapshot();
            for other in others {
                if name.starts_with("union") || name == "update" {
                    result.extend(other);
                } else if name.starts_with("intersection") {
                    result.retain(|key| other.contains(key));
                } else {
                    result.retain(|key| !other.contains(key));
                }
                limits::items(result.len())?;
            }
            Ok(changed(set, name, result))
        }
    }
}

// `x.union(y)` gives the result, `x.update(y)` becomes it.
fn changed(set: &Set, name: &str, result: IndexSet<Key>) -> Value {
    if name.ends_with("update") {
        replace(set, result);
        return Value::None;
    }
    Value::Set(Set::new(result))
}

// What was there is dropped only once the lock is gone.
fn replace(set: &Set, members: IndexSet<Key>) {
    let before = std::mem::replace(&mut *set.lock(), members);
    drop(before);
}

fn members(value: &Value) -> Result<IndexSet<Key>> {
    match value {
        Value::Set(set) => Ok(set.snapshot()),
        _ => iterate(value)?.into_iter().map(Key::new).collect(),
    }
}

fn missing(member: &Value) -> Error {
    Error::new(Kind::Compilation, format!("the set has no member {}", member.repr()))
}
