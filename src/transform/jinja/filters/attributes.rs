//! Looking up `"address.city"` in each element.

use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Value, operators};

/// A path into a value: `address.city`, `0.name`.
pub(super) struct Path {
    parts: Vec<Value>,
    default: Option<Value>,
    lower: bool,
    lenient: bool,
}

impl Path {
    /// The path that an argument `attribute` names; none means the value itself.
    pub(super) fn new(interpreter: &Interpreter<'_>, attribute: Option<&Value>) -> Self {
        let parts = match attribute {
            None | Some(Value::None) => Vec::new(),
            Some(Value::Str(path)) => path.split('.').map(part).collect(),
            Some(other) => vec![other.clone()],
        };
        Self { parts, default: None, lower: false, lenient: interpreter.lenient() }
    }

    /// Stands for what is not there.
    pub(super) fn or(mut self, default: Option<Value>) -> Self {
        self.default = default.filter(|default| !default.is_none());
        self
    }

    /// Texts in lower case, for comparisons that ignore case.
    pub(super) fn lowered(mut self, lower: bool) -> Self {
        self.lower = lower;
        self
    }

    pub(super) fn get(&self, value: &Value) -> Result<Value> {
        let mut found = value.clone();
        for part in &self.parts {
            if !self.lenient {
                operators::undefined(&found)?;
            }
            found = operators::item(&found, part);
            if let (Value::Undefined(_), Some(default)) = (&found, &self.default) {
                found = default.clone();
            }
        }
        Ok(if self.lower { lowered(found) } else { found })
    }
}

// A part of digits is a place in a sequence.
fn part(text: &str) -> Value {
    let place = if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None };
    place.map_or_else(|| Value::str(text), Value::Int)
}

/// A text in lower case; all else as it is.
pub(super) fn lowered(value: Value) -> Value {
    match &value {
        Value::Str(text) => Value::from(text.to_lowercase()),
        _ => value,
    }
}

/// `value | attr("name")`: the attribute alone, never the item.
pub(super) fn attr(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([name], []) = args.bind("attr", ["name"], [])?;
    let name = name.text()?;
    Ok(match operators::own_attribute(&value, &name) {
        Some(found) => found,
        None if value.is_undefined() => value,
        None => Value::Undefined(format!("`{}` object has no attribute `{name}`", value.type_name()).into()),
    })
}
