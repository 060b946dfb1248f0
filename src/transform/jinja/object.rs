//! What a template can hold beyond plain values: functions, relations, modules, macros.
//!
//! An [`Object`] is a listed set of attributes and methods, and nothing beyond them.

use std::any::Any;
use std::cmp::Ordering;
use std::sync::Arc;

use super::eval::Interpreter;
use super::{Args, Value};
use crate::error::Result;

/// Anything else a template can hold: functions, relations, columns, tables, modules, namespaces, macros.
///
/// Each method has a default that says no in Python's words; an implementor lists what it allows.
pub trait Object: Send + Sync {
    /// What errors and `type` tests call it: `macro`, `Relation`, `datetime`.
    fn type_name(&self) -> &'static str;

    /// `object.name`; `None` makes the attribute undefined.
    fn attribute(&self, _name: &str) -> Option<Value> {
        None
    }

    /// `object[key]`.
    fn item(&self, _key: &Value) -> Option<Value> {
        None
    }

    /// `object(args)`. `None` when it is not callable.
    fn call(&self, _interpreter: &mut Interpreter<'_>, _args: Args) -> Option<Result<Value>> {
        None
    }

    /// Whether [`Object::call`] would answer.
    fn is_callable(&self) -> bool {
        false
    }

    /// `object.name(args)`. By default the attribute is looked up and called; override it to avoid building the function.
    fn call_method(&self, _interpreter: &mut Interpreter<'_>, _name: &str, _args: Args) -> Option<Result<Value>> {
        None
    }

    /// The names that one that is not there may have been meant for.
    fn members(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Whether `object.name` is a method that [`Object::call_method`] answers, so that `{% set f = object.name %}` can
    /// give a bound method.
    fn has_method(&self, _name: &str) -> bool {
        false
    }

    /// `{% for x in object %}`; `None` when it is not iterable.
    fn iterate(&self) -> Option<Vec<Value>> {
        None
    }

    /// `needle in object`; `None` when what it iterates over is looked through.
    fn holds(&self, _needle: &Value) -> Option<Result<bool>> {
        None
    }

    /// `dict(object)`: what it is asked for item by item, for one that has a method `keys`.
    fn keys(&self) -> Option<Vec<Value>> {
        self.iterate()
    }

    /// Whether [`Object::iterate`] would answer, without taking anything from an iterator.
    fn is_iterable(&self) -> bool {
        self.iterate().is_some()
    }

    /// What `object[start:stop]` gives of the items that it holds.
    fn sliced(&self, items: Vec<Value>) -> Value {
        Value::list(items)
    }

    /// `object | length`; `None` when it has none.
    fn length(&self) -> Option<usize> {
        None
    }

    /// `object is mapping`.
    fn is_mapping(&self) -> bool {
        false
    }

    /// `object is sequence`, for what has a length: whether items are asked for by key.
    fn is_sequence(&self) -> bool {
        self.is_mapping() || self.item(&Value::Int(0)).is_some()
    }

    /// Whether it counts as true.
    fn truth(&self) -> bool {
        self.length() != Some(0)
    }

    /// `str(object)`: what `{{ object }}` prints.
    fn display(&self) -> String {
        format!("<{}>", self.type_name())
    }

    /// `repr(object)`: how it looks inside a list.
    fn repr(&self) -> String {
        self.display()
    }

    /// `object == other`; `None` means identity.
    fn equals(&self, _other: &Value) -> Option<bool> {
        None
    }

    /// Ordering for `<`, `sort`, `max`; `None` when the two do not compare.
    fn compare(&self, _other: &Value) -> Option<Ordering> {
        None
    }

    /// `object + other` and friends: `+ - * / // % **`; `reflected` when the object stands on the right.
    fn binary(&self, _operator: &str, _other: &Value, _reflected: bool) -> Option<Result<Value>> {
        None
    }

    /// `float(object)`, for what is a number.
    fn as_float(&self) -> Option<f64> {
        None
    }

    /// A hash when it may be a dict key.
    fn hash(&self) -> Option<u64> {
        None
    }

    /// `{% set object.name = value %}`, for namespaces.
    fn set_attribute(&self, _name: &str, _value: Value) -> bool {
        false
    }

    /// For `downcast`: implementors return `self`.
    fn as_any(&self) -> &dyn Any;
}

type Body = Box<dyn Fn(&mut Interpreter<'_>, Args) -> Result<Value> + Send + Sync>;

/// A function under a name, from a Rust closure.
pub(super) struct Function {
    name: Arc<str>,
    body: Body,
}

impl Function {
    pub(super) fn new(
        name: impl Into<Arc<str>>,
        body: impl Fn(&mut Interpreter<'_>, Args) -> Result<Value> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), body: Box::new(body) }
    }
}

impl Object for Function {
    fn type_name(&self) -> &'static str {
        "function"
    }

    /// Whether [`Object::call`] would answer.
    fn is_callable(&self) -> bool {
        true
    }

    fn call(&self, interpreter: &mut Interpreter<'_>, args: Args) -> Option<Result<Value>> {
        Some((self.body)(interpreter, args))
    }

    fn display(&self) -> String {
        format!("<function {}>", self.name)
    }

    fn hash(&self) -> Option<u64> {
        Some(std::ptr::from_ref(self).addr() as u64)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
