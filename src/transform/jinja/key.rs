//! A value that may be a key of a dict or a member of a set, with Python's equality: `1 == 1.0 == True`.

use std::hash::{Hash, Hasher};

use indexmap::Equivalent;
use num_bigint::BigInt;
use num_bigint::ToBigInt as _;

use super::{Value, limits, operators};
use crate::error::{Error, Kind, Result};

/// A hashable value.
#[derive(Clone)]
pub struct Key(Value);

/// More members than this make a tuple too large to be a key: hashing it at every look-up would cost too much.
const MEMBERS_MAX: usize = 10_000;

impl Key {
    /// The value as a key; lists, dicts and sets are refused.
    ///
    /// ```
    /// use gristmill::transform::jinja::{Key, Value};
    /// assert!(Key::new(Value::Int(1))? == Key::new(Value::Float(1.0))?);
    /// assert!(Key::new(Value::list([])).is_err());
    /// # Ok::<(), gristmill::Error>(())
    /// ```
    pub fn new(value: Value) -> Result<Self> {
        hashable(&value, &mut 0, 0)?;
        Ok(Self(value))
    }

    /// A text as a key.
    pub fn str(text: impl AsRef<str>) -> Self {
        Self(Value::str(text))
    }

    /// The value.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// The value, taken out.
    pub fn into_value(self) -> Value {
        self.0
    }

    /// The text, when it is one.
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_str()
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::str(text)
    }
}

fn hashable(value: &Value, members: &mut usize, depth: usize) -> Result<()> {
    match value {
        Value::List(_) | Value::Dict(_) | Value::Set(_) => Err(unhashable(value)),
        Value::Object(object) if object.hash().is_none() => Err(unhashable(value)),
        Value::Tuple(items) => {
            limits::work(items.len())?;
            *members += items.len();
            if *members > MEMBERS_MAX || depth > limits::DEPTH_MAX {
                return Err(Error::new(Kind::Budget, format!("a key may have at most {MEMBERS_MAX} members")));
            }
            items.iter().try_for_each(|item| hashable(item, members, depth + 1))
        }
        Value::Undefined(_)
        | Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::BigInt(_)
        | Value::Float(_)
        | Value::Str(_)
        | Value::Bytes(_)
        | Value::Object(_) => Ok(()),
    }
}

fn unhashable(value: &Value) -> Error {
    Error::new(Kind::Compilation, format!("unhashable type: `{}`", value.type_name()))
        .hint("only values that cannot change may be keys of a dict or members of a set: use a tuple instead of a list")
}

// Equal values hash alike: numbers by what they are worth, texts as `str` does so that look-ups need no `Key`.
impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Value::Str(text) => text.as_ref().hash(state),
            Value::Undefined(_) => 0u8.hash(state),
            Value::None => 1u8.hash(state),
            Value::Bool(truth) => i64::from(*truth).hash(state),
            Value::Int(number) => number.hash(state),
            Value::BigInt(number) => operators::big_to_float(number).to_bits().hash(state),
            Value::Float(number) => hash_float(*number, state),
            Value::Bytes(bytes) => bytes.hash(state),
            Value::Tuple(items) => items.iter().for_each(|item| Self(item.clone()).hash(state)),
            Value::Object(object) => match object.as_float() {
                Some(number) => hash_float(number, state),
                None => object.hash().hash(state),
            },
            Value::List(_) | Value::Dict(_) | Value::Set(_) => {}
        }
    }
}

fn hash_float<H: Hasher>(number: f64, state: &mut H) {
    match whole(number) {
        Some(whole) => whole.hash(state),
        None => number.to_bits().hash(state),
    }
}

fn whole(number: f64) -> Option<i64> {
    if number.fract() != 0.0 {
        return None;
    }
    number.to_bigint().and_then(|whole: BigInt| i64::try_from(whole).ok())
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Value::Str(a), Value::Str(b)) => a == b,
            (a, b) => operators::equal(a, b),
        }
    }
}

impl Eq for Key {}

impl Equivalent<Key> for str {
    fn equivalent(&self, key: &Key) -> bool {
        key.as_str() == Some(self)
    }
}
