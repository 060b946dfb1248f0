//! What a template computes with: values that behave as Python's do.
//!
//! Lists, dicts and sets are shared and mutable, as in Python: a clone of the [`Value`] is another name for the same
//! list. Everything else that a template may touch is an [`Object`]: a listed set of attributes and methods, and
//! nothing beyond them (no host objects, no files, no environment).

use std::fmt;
use std::sync::{Arc, Mutex};

use indexmap::{IndexMap, IndexSet};
use num_bigint::BigInt;

use crate::error::Result;
use crate::transform::jinja::eval::Interpreter;

#[derive(Clone)]
pub enum Value {
    /// A name or attribute that is not there; the text says which, for the error when it is used.
    Undefined(Arc<str>),
    None,
    Bool(bool),
    Int(i64),
    /// An integer outside the range of `i64`; arithmetic comes back to `Int` whenever it fits.
    BigInt(Arc<BigInt>),
    Float(f64),
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
    Tuple(Arc<[Value]>),
    List(List),
    Dict(Dict),
    Set(Set),
    Object(Arc<dyn Object>),
}

/// A Python list: shared, mutable.
#[derive(Clone, Default)]
pub struct List(pub Arc<Mutex<Vec<Value>>>);

/// A Python dict: shared, mutable, in insertion order.
#[derive(Clone, Default)]
pub struct Dict(pub Arc<Mutex<IndexMap<Key, Value>>>);

/// A Python set: shared, mutable. Iterates in insertion order, so that renders are repeatable.
#[derive(Clone, Default)]
pub struct Set(pub Arc<Mutex<IndexSet<Key>>>);

/// A value that may be a dict key or a member of a set: hashable, with Python's equality (`1 == 1.0 == True`).
#[derive(Clone)]
pub struct Key(pub(super) Value);

/// The arguments of a call, as the template wrote them.
#[derive(Clone, Default)]
pub struct Args {
    pub positional: Vec<Value>,
    pub named: IndexMap<Arc<str>, Value>,
}

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

    fn is_callable(&self) -> bool {
        false
    }

    /// `object.name(args)`. By default the attribute is looked up and called; override it to avoid building the function.
    fn call_method(&self, _interpreter: &mut Interpreter<'_>, _name: &str, _args: Args) -> Option<Result<Value>> {
        None
    }

    /// `{% for x in object %}`; `None` when it is not iterable.
    fn iterate(&self) -> Option<Vec<Value>> {
        None
    }

    fn length(&self) -> Option<usize> {
        None
    }

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
    fn compare(&self, _other: &Value) -> Option<std::cmp::Ordering> {
        None
    }

    /// `object + other` and friends: `+ - * / // % **`; `reflected` when the object stands on the right.
    fn binary(&self, _operator: &str, _other: &Value, _reflected: bool) -> Option<Result<Value>> {
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
    fn as_any(&self) -> &dyn std::any::Any;
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.type_name())
    }
}

impl Value {
    pub fn str(text: impl AsRef<str>) -> Self {
        Self::Str(Arc::from(text.as_ref()))
    }

    pub fn list(items: impl IntoIterator<Item = Value>) -> Self {
        Self::List(List(Arc::new(Mutex::new(items.into_iter().collect()))))
    }

    pub fn dict<K: AsRef<str>>(entries: impl IntoIterator<Item = (K, Value)>) -> Self {
        let map = entries.into_iter().map(|(key, value)| (Key(Value::str(key)), value)).collect();
        Self::Dict(Dict(Arc::new(Mutex::new(map))))
    }

    pub fn object(object: impl Object + 'static) -> Self {
        Self::Object(Arc::new(object))
    }

    /// A function under a name, from a Rust closure.
    pub fn function(
        name: &'static str,
        body: impl Fn(&mut Interpreter<'_>, Args) -> Result<Value> + Send + Sync + 'static,
    ) -> Self {
        Self::object(Function { name, body: Box::new(body) })
    }

    /// Python's name of the type: `str`, `int`, `NoneType`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Undefined(_) => "Undefined",
            Self::None => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::BigInt(_) => "int",
            Self::Float(_) => "float",
            Self::Str(_) => "str",
            Self::Bytes(_) => "bytes",
            Self::Tuple(_) => "tuple",
            Self::List(_) => "list",
            Self::Dict(_) => "dict",
            Self::Set(_) => "set",
            Self::Object(object) => object.type_name(),
        }
    }
}

type FunctionBody = Box<dyn Fn(&mut Interpreter<'_>, Args) -> Result<Value> + Send + Sync>;

struct Function {
    name: &'static str,
    body: FunctionBody,
}

impl Object for Function {
    fn type_name(&self) -> &'static str {
        "function"
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn call(&self, interpreter: &mut Interpreter<'_>, args: Args) -> Option<Result<Value>> {
        Some((self.body)(interpreter, args))
    }

    fn display(&self) -> String {
        format!("<function {}>", self.name)
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

// Placeholder equality until Python's is in place.
impl std::hash::Hash for Key {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        if let Value::Str(text) = &self.0 {
            text.hash(state);
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        matches!((&self.0, &other.0), (Value::Str(a), Value::Str(b)) if a == b)
    }
}

impl Eq for Key {}
