//! `validation.any[...]`: checks that a config's value is of a kind, for `config.get(name, validator=...)`.

use std::any::Any;

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Object, Value};

/// `validation` in templates.
pub fn value() -> Value {
    Value::object(Validation)
}

struct Validation;

impl Object for Validation {
    fn type_name(&self) -> &'static str {
        "validation"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        (name == "any").then(|| Value::object(AnyOf(Vec::new())))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

// `any`, and with choices `any[choice, choice]`: a validator to call.
struct AnyOf(Vec<Value>);

impl AnyOf {
    fn check(&self, args: Args) -> Result<Value> {
        let ([value], []) = args.bind("validator", ["value"], [])?;
        let fits = self.0.iter().any(|choice| {
            choice.repr() == value.repr() || choice.to_string().contains(&format!("'{}'", value.type_name()))
        });
        if fits || self.0.is_empty() {
            return Ok(Value::None);
        }
        let choices: Vec<String> = self.0.iter().map(Value::repr).collect();
        Err(Error::new(Kind::Compilation, format!("expected one of {}, not {}", choices.join(", "), value.repr())))
    }
}

impl Object for AnyOf {
    fn type_name(&self) -> &'static str {
        "validator"
    }

    fn item(&self, key: &Value) -> Option<Value> {
        Some(Value::object(Self(match key {
            Value::Tuple(choices) => choices.to_vec(),
            one => vec![one.clone()],
        })))
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn call(&self, _: &mut Interpreter<'_>, args: Args) -> Option<Result<Value>> {
        Some(self.check(args))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
