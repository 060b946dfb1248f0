//! What a template computes with: values that behave as Python's do.
//!
//! Lists, dicts and sets are shared and mutable, as in Python: a clone of the [`Value`] is another name for the same
//! list. Everything else that a template may touch is an [`Object`]: a listed set of attributes and methods, and
//! nothing beyond them (no host objects, no files, no environment).

use std::fmt;
use std::sync::Arc;

use num_bigint::BigInt;

pub use super::args::Args;
pub use super::containers::{Dict, List, Set, Tuple};
pub use super::key::Key;
use super::object::Function;
pub use super::object::Object;
use super::{eval::Interpreter, format, json};
use crate::error::Result;

/// What the allocator and the counts of holders add to a value that is shared.
const SHARED_BYTES: usize = 32;

/// A value of a template.
#[derive(Clone)]
pub enum Value {
    /// A name or attribute that is not there; the text is the sentence that the error says when it is used.
    Undefined(Arc<str>),
    /// `None`
    None,
    /// `True` and `False`
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// An integer outside the range of `i64`; arithmetic comes back to `Int` whenever it fits.
    BigInt(Arc<BigInt>),
    /// A float.
    Float(f64),
    /// A text.
    Str(Arc<str>),
    /// Bytes.
    Bytes(Arc<[u8]>),
    /// A tuple.
    Tuple(Tuple),
    /// A list.
    List(List),
    /// A dict.
    Dict(Dict),
    /// A set.
    Set(Set),
    /// Anything else.
    Object(Arc<dyn Object>),
}

/// How values are made.
impl Value {
    /// A name that nothing has: using it says `name` is undefined.
    pub fn undefined(name: &str) -> Self {
        Self::Undefined(Arc::from(format!("`{name}` is undefined")))
    }

    /// A text.
    pub fn str(text: impl AsRef<str>) -> Self {
        Self::Str(Arc::from(text.as_ref()))
    }

    /// Bytes.
    pub fn bytes(bytes: impl AsRef<[u8]>) -> Self {
        Self::Bytes(Arc::from(bytes.as_ref()))
    }

    /// A list of its own.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(List::new(items.into_iter().collect()))
    }

    /// A tuple.
    pub fn tuple(items: impl IntoIterator<Item = Self>) -> Self {
        Self::Tuple(items.into_iter().collect())
    }

    /// A dict with texts as keys.
    pub fn dict<K: AsRef<str>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Dict(Dict::new(entries.into_iter().map(|(key, value)| (Key::str(key), value)).collect()))
    }

    /// A set; members that may not be keys are refused.
    pub fn set(members: impl IntoIterator<Item = Self>) -> Result<Self> {
        Ok(Self::Set(Set::new(members.into_iter().map(Key::new).collect::<Result<_>>()?)))
    }

    /// An integer of any size.
    pub fn integer(number: BigInt) -> Self {
        match i64::try_from(&number) {
            Ok(small) => Self::Int(small),
            Err(_) => Self::BigInt(Arc::new(number)),
        }
    }

    /// A value of what implements [`Object`].
    pub fn object(object: impl Object + 'static) -> Self {
        Self::Object(Arc::new(object))
    }

    /// A function under a name, from a Rust closure.
    pub fn function(
        name: impl Into<Arc<str>>,
        body: impl Fn(&mut Interpreter<'_>, Args) -> Result<Self> + Send + Sync + 'static,
    ) -> Self {
        Self::object(Function::new(name, body))
    }

    /// The value of a JSON document.
    pub fn from_json(document: &serde_json::Value) -> Self {
        json::to_value(document)
    }
}

/// What values tell about themselves.
impl Value {
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

    /// Python's `bool(value)`.
    pub fn truth(&self) -> bool {
        match self {
            Self::Undefined(_) | Self::None => false,
            Self::Bool(truth) => *truth,
            Self::Int(number) => *number != 0,
            Self::BigInt(_) => true,
            Self::Float(number) => *number != 0.0,
            Self::Str(text) => !text.is_empty(),
            Self::Bytes(bytes) => !bytes.is_empty(),
            Self::Tuple(items) => !items.is_empty(),
            Self::List(list) => !list.is_empty(),
            Self::Dict(dict) => !dict.is_empty(),
            Self::Set(set) => !set.is_empty(),
            Self::Object(object) => object.truth(),
        }
    }

    /// Python's `len(value)`, in characters for texts; `None` when it has no length.
    pub fn length(&self) -> Option<usize> {
        match self {
            Self::Undefined(_) => Some(0),
            Self::None | Self::Bool(_) | Self::Int(_) | Self::BigInt(_) | Self::Float(_) => None,
            Self::Str(text) => Some(text.chars().count()),
            Self::Bytes(bytes) => Some(bytes.len()),
            Self::Tuple(items) => Some(items.len()),
            Self::List(list) => Some(list.len()),
            Self::Dict(dict) => Some(dict.len()),
            Self::Set(set) => Some(set.len()),
            Self::Object(object) => object.length(),
        }
    }

    /// Whether it stands for what is not there.
    pub fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined(_))
    }

    /// Whether it is `None`.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Whether it can be called.
    pub fn is_callable(&self) -> bool {
        match self {
            Self::Object(object) => object.is_callable(),
            // Jinja's undefined has a `__call__`, so that Python takes it for callable.
            Self::Undefined(_) => true,
            _ => false,
        }
    }

    /// The text, when it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// An `int` that fits, `True` as 1.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Bool(truth) => Some(i64::from(*truth)),
            _ => None,
        }
    }

    /// Any number as a float; a text is none.
    pub fn as_float(&self) -> Option<f64> {
        match self {
            Self::Float(number) => Some(*number),
            Self::Int(number) => Some(*number as f64),
            Self::Bool(truth) => Some(f64::from(u8::from(*truth))),
            Self::BigInt(number) => Some(super::operators::big_to_float(number)),
            Self::Object(object) => object.as_float(),
            _ => None,
        }
    }

    /// The truth value, when it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The list, when it is one.
    pub fn as_list(&self) -> Option<&List> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// The dict, when it is one.
    pub fn as_dict(&self) -> Option<&Dict> {
        match self {
            Self::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    /// The object behind the value, when it is a `T`.
    pub fn downcast<T: 'static>(&self) -> Option<&T> {
        match self {
            Self::Object(object) => object.as_any().downcast_ref(),
            _ => None,
        }
    }

    /// Python's `a is b`, as far as our values can tell.
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undefined(a), Self::Undefined(b)) | (Self::Str(a), Self::Str(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::None, Self::None) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::BigInt(a), Self::BigInt(b)) => Arc::ptr_eq(a, b),
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits(),
            (Self::Bytes(a), Self::Bytes(b)) => Arc::ptr_eq(a, b),
            (Self::Tuple(a), Self::Tuple(b)) => a.is(b) || (a.is_empty() && b.is_empty()),
            (Self::List(a), Self::List(b)) => Arc::ptr_eq(&a.0, &b.0),
            (Self::Dict(a), Self::Dict(b)) => Arc::ptr_eq(&a.0, &b.0),
            (Self::Set(a), Self::Set(b)) => Arc::ptr_eq(&a.0, &b.0),
            (Self::Object(a), Self::Object(b)) => std::ptr::addr_eq(Arc::as_ptr(a), Arc::as_ptr(b)),
            _ => false,
        }
    }

    /// `str(value)`, refused when it grows beyond what a text may be.
    pub fn text(&self) -> Result<Arc<str>> {
        match self {
            Self::Str(text) => Ok(text.clone()),
            _ => format::text(self).map(Arc::from),
        }
    }

    /// `repr(value)`; a text beyond all bounds is cut short.
    pub fn repr(&self) -> String {
        format::repr_cut_short(self)
    }

    /// What the value costs in memory when nobody else holds it, and nothing when somebody does.
    pub(super) fn owned_bytes(&self) -> usize {
        let shared = match self {
            Self::None | Self::Bool(_) | Self::Int(_) | Self::Float(_) => true,
            Self::Undefined(text) | Self::Str(text) => Arc::strong_count(text) > 1,
            Self::BigInt(number) => Arc::strong_count(number) > 1,
            Self::Bytes(bytes) => Arc::strong_count(bytes) > 1,
            Self::Tuple(items) => items.is_shared(),
            Self::List(list) => Arc::strong_count(&list.0) > 1,
            Self::Dict(dict) => Arc::strong_count(&dict.0) > 1,
            Self::Set(set) => Arc::strong_count(&set.0) > 1,
            Self::Object(object) => Arc::strong_count(object) > 1,
        };
        if shared { 0 } else { SHARED_BYTES + self.size_hint_bytes() }
    }

    /// What the value costs in memory by itself, roughly and without what it shares with others.
    pub fn size_hint_bytes(&self) -> usize {
        let inside = match self {
            Self::Undefined(text) | Self::Str(text) => text.len(),
            Self::None | Self::Bool(_) | Self::Int(_) | Self::Float(_) => 0,
            Self::BigInt(number) => number.bits() as usize / 8,
            Self::Bytes(bytes) => bytes.len(),
            Self::Tuple(items) => items.len() * size_of::<Self>(),
            Self::List(list) => list.len() * size_of::<Self>(),
            Self::Dict(dict) => dict.len() * 3 * size_of::<Self>(),
            Self::Set(set) => set.len() * 2 * size_of::<Self>(),
            Self::Object(object) => object.length().map_or(64, |length| length.min(1000) * size_of::<Self>()),
        };
        size_of::<Self>() + inside
    }

    /// The value as a JSON document: tuples and sets become lists, other objects their text.
    pub fn to_json(&self) -> serde_json::Value {
        json::from_value(self)
    }
}

/// Python's `str(value)`; a text beyond all bounds is cut short.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Str(text) => f.write_str(text),
            _ => f.write_str(&format::text_cut_short(self)),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.repr())
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::str(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Str(Arc::from(text))
    }
}

impl From<BigInt> for Value {
    fn from(number: BigInt) -> Self {
        Self::integer(number)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}
