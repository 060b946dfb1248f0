//! The methods of Python's built-in types.
//!
//! Each type lists its methods by name in one `match`; what is not listed is not there.

mod bytes;
mod dict;
mod list;
mod number;
mod set;
mod str;

use std::any::Any;
use std::sync::Arc;

use super::args::type_error;
use super::eval::Interpreter;
use super::{Args, Object, Value, operators};
use crate::error::{Error, Kind, Result};

pub use dict::NAMES as DICT;
pub(super) use dict::{View, entries as dict_entries, from_keys};
pub use list::sorted;
pub(super) use str::{Side, capitalize, expect_text, lines, pad, replace, strip};

/// `receiver.name(args)`.
///
/// An attribute that holds something callable is called too: a function in a dict, a member of a module.
pub fn call(interpreter: &mut Interpreter<'_>, receiver: &Value, name: &str, args: Args) -> Result<Value> {
    if let Value::Object(object) = receiver
        && !name.starts_with('_')
        && object.has_method(name)
        && let Some(result) = object.call_method(interpreter, name, args.clone())
    {
        return result;
    }
    if has_method(receiver, name) {
        return own(interpreter, receiver, name, args);
    }
    if let Value::Object(object) = receiver
        && !name.starts_with('_')
        && object.attribute(name).is_none()
        && let Some(result) = object.call_method(interpreter, name, args.clone())
    {
        return result;
    }
    match operators::attribute(receiver, name) {
        Value::Undefined(_) => {
            operators::undefined(receiver)?;
            Err(no_method(receiver, name))
        }
        callable => invoke(interpreter, &callable, args),
    }
}

/// Calls any callable value.
pub fn invoke(interpreter: &mut Interpreter<'_>, callable: &Value, args: Args) -> Result<Value> {
    if let Value::Object(object) = callable
        && let Some(result) = object.call(interpreter, args)
    {
        return result.and_then(|value| interpreter.made(value));
    }
    operators::undefined(callable)?;
    Err(type_error(format!("`{}` object is not callable", callable.type_name())))
}

/// A method as a value, or a plain attribute such as `(1).real`.
pub(super) fn attribute(receiver: &Value, name: &str) -> Option<Value> {
    if has_method(receiver, name) {
        return Some(bound(receiver, name));
    }
    number::attribute(receiver, name)
}

/// `receiver.name` as something to be called later.
pub(super) fn bound(receiver: &Value, name: &str) -> Value {
    Value::object(BoundMethod { receiver: receiver.clone(), name: Arc::from(name) })
}

fn names(receiver: &Value) -> &'static [&'static str] {
    match receiver {
        Value::Str(_) => str::NAMES,
        Value::Bytes(_) => bytes::NAMES,
        Value::Tuple(_) => list::TUPLE_NAMES,
        Value::List(_) => list::NAMES,
        Value::Dict(_) => dict::NAMES,
        Value::Set(_) => set::NAMES,
        Value::Bool(_) | Value::Int(_) | Value::BigInt(_) => number::INTEGER_NAMES,
        Value::Float(_) => number::FLOAT_NAMES,
        Value::Undefined(_) | Value::None | Value::Object(_) => &[],
    }
}

fn has_method(receiver: &Value, name: &str) -> bool {
    names(receiver).contains(&name)
}

fn own(interpreter: &mut Interpreter<'_>, receiver: &Value, name: &str, args: Args) -> Result<Value> {
    let before = if holds_values(receiver) { receiver.size_hint_bytes() } else { 0 };
    let result = own_method(interpreter, receiver, name, args);
    if holds_values(receiver) {
        interpreter.charge(receiver.size_hint_bytes().saturating_sub(before))?;
    }
    result
}

// What grows by its methods: a list that `append` is called on.
fn holds_values(receiver: &Value) -> bool {
    matches!(receiver, Value::List(_) | Value::Dict(_) | Value::Set(_))
}

fn own_method(interpreter: &mut Interpreter<'_>, receiver: &Value, name: &str, args: Args) -> Result<Value> {
    match receiver {
        Value::Str(text) => str::call(interpreter, text, name, args),
        Value::Bytes(bytes) => bytes::call(bytes, name, args),
        Value::Tuple(items) => list::call_tuple(items, name, args),
        Value::List(list) => list::call(interpreter, list, name, args),
        Value::Dict(dict) => dict::call(dict, name, args),
        Value::Set(set) => set::call(set, name, args),
        Value::Bool(_) | Value::Int(_) | Value::BigInt(_) | Value::Float(_) => number::call(receiver, name, args),
        Value::Undefined(_) | Value::None | Value::Object(_) => Err(no_method(receiver, name)),
    }
}

fn no_method(receiver: &Value, name: &str) -> Error {
    let error = Error::new(Kind::Compilation, format!("`{}` object has no attribute `{name}`", receiver.type_name()));
    if let Value::Object(object) = receiver {
        return super::did_you_mean(error, name, object.members());
    }
    match super::nearest(name, names(receiver).iter().copied()) {
        Some(near) => error.hint(format!("there is a method named `{near}`")),
        None => error,
    }
}

struct BoundMethod {
    receiver: Value,
    name: Arc<str>,
}

impl Object for BoundMethod {
    fn type_name(&self) -> &'static str {
        "builtin_function_or_method"
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn call(&self, interpreter: &mut Interpreter<'_>, args: Args) -> Option<Result<Value>> {
        Some(match &self.receiver {
            Value::Object(object) => object.call_method(interpreter, &self.name, args)?,
            receiver => own(interpreter, receiver, &self.name, args),
        })
    }

    fn display(&self) -> String {
        format!("<built-in method {} of {} object>", self.name, self.receiver.type_name())
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        let other = other.downcast::<Self>()?;
        Some(self.name == other.name && self.receiver.is(&other.receiver))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
