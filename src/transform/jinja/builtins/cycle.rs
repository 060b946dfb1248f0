//! `cycler` and `joiner`: small things that remember how often they were asked.

use std::any::Any;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Object, Value};

/// `cycler(*items)`.
pub(super) fn cycler(args: Args) -> Result<Value> {
    let items = args.bind_rest("cycler")?;
    if items.is_empty() {
        return Err(Error::new(Kind::Compilation, "`cycler` needs at least one item"));
    }
    Ok(Value::object(Cycler { items, place: AtomicUsize::new(0) }))
}

struct Cycler {
    items: Vec<Value>,
    place: AtomicUsize,
}

impl Object for Cycler {
    fn type_name(&self) -> &'static str {
        "Cycler"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "current" => Some(self.items[self.place.load(Ordering::Relaxed) % self.items.len()].clone()),
            "items" => Some(Value::tuple(self.items.iter().cloned())),
            "pos" => Some(Value::Int((self.place.load(Ordering::Relaxed) % self.items.len()) as i64)),
            _ => None,
        }
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "next" | "reset")
    }

    fn call_method(&self, _interpreter: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        match name {
            "next" => Some(args.bind_nothing(name).map(|()| {
                let place = self.place.fetch_add(1, Ordering::Relaxed);
                self.items[place % self.items.len()].clone()
            })),
            "reset" => Some(args.bind_nothing(name).map(|()| {
                self.place.store(0, Ordering::Relaxed);
                Value::None
            })),
            _ => None,
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `joiner(sep=", ")`: nothing on the first call, then the separator.
pub(super) fn joiner(args: Args) -> Result<Value> {
    let ([], [separator]) = args.bind("joiner", [], ["sep"])?;
    let separator = separator.unwrap_or_else(|| Value::str(", "));
    Ok(Value::object(Joiner { separator, used: AtomicBool::new(false) }))
}

struct Joiner {
    separator: Value,
    used: AtomicBool,
}

impl Object for Joiner {
    fn type_name(&self) -> &'static str {
        "Joiner"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "sep" => Some(self.separator.clone()),
            "used" => Some(Value::Bool(self.used.load(Ordering::Relaxed))),
            _ => None,
        }
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn call(&self, _interpreter: &mut Interpreter<'_>, args: Args) -> Option<Result<Value>> {
        Some(
            args.bind_nothing("joiner").map(|()| {
                if self.used.swap(true, Ordering::Relaxed) { self.separator.clone() } else { Value::str("") }
            }),
        )
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
