//! The Python modules that dbt gives to templates: `modules.datetime`, `modules.re`, `modules.pytz`, `modules.itertools`.

mod countries;
pub mod datetime;
pub mod decimal;
mod itertools;
mod pytz;
mod re;

use std::any::Any;

use super::eval::Interpreter;
use super::{Args, Object, Value};
use crate::error::Result;

/// What `modules` is: a dict of dicts, as in dbt.
pub(super) fn modules() -> Value {
    Value::dict([
        ("pytz", pytz::module()),
        ("datetime", datetime::module()),
        ("re", re::module()),
        ("itertools", itertools::module()),
    ])
}

/// A Python type that a template may call and ask for what belongs to the type.
struct Type {
    name: &'static str,
    repr: &'static str,
    call: fn(&mut Interpreter<'_>, Args) -> Result<Value>,
    attribute: fn(&str) -> Option<Value>,
}

impl Object for Type {
    fn type_name(&self) -> &'static str {
        "type"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        (self.attribute)(name)
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn call(&self, interpreter: &mut Interpreter<'_>, args: Args) -> Option<Result<Value>> {
        Some((self.call)(interpreter, args))
    }

    fn display(&self) -> String {
        self.repr.to_owned()
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other.downcast::<Self>().map(|other| other.repr == self.repr)
    }

    fn hash(&self) -> Option<u64> {
        Some(self.name.as_ptr().addr() as u64)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
