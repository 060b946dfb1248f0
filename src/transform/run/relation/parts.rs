//! What a relation has for each part of its name, as templates hold it: dbt's `Path` and `Policy`.

use std::any::Any;

use super::Policy;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::operators::equal;
use crate::transform::jinja::{Args, Dict, Interpreter, Object, Value};

const NAMES: [&str; 3] = ["database", "schema", "identifier"];
const METHODS: [&str; 6] = ["get", "get_part", "incorporate", "replace", "replace_dict", "to_dict"];

/// The names themselves, or whether each is quoted or included.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    class: &'static str,
    values: [Value; 3],
}

impl Parts {
    pub(super) fn of_policy(policy: Policy) -> Self {
        Self { class: "Policy", values: [policy.database, policy.schema, policy.identifier].map(Value::Bool) }
    }

    pub(super) fn of_path(names: [&Option<String>; 3]) -> Self {
        Self { class: "Path", values: names.map(|name| Value::from(name.clone())) }
    }

    /// As a dict of plain values.
    pub(super) fn to_dict(&self) -> Value {
        Value::dict(NAMES.into_iter().zip(self.values.clone()))
    }

    // What is not named stays; a name that is no part is refused by dbt's dataclasses too.
    fn replaced(&self, method: &str, args: Args) -> Result<Self> {
        let ([], given) = args.bind(method, [], NAMES)?;
        let mut changed = self.clone();
        for (value, given) in changed.values.iter_mut().zip(given) {
            if let Some(given) = given {
                *value = given;
            }
        }
        Ok(changed)
    }

    fn method(&self, name: &str, args: Args) -> Result<Value> {
        Ok(match name {
            "get" => {
                let ([key], [default]) = args.bind(name, ["key"], ["default"])?;
                self.item(&key).or(default).unwrap_or(Value::None)
            }
            "get_part" => {
                let ([key], []) = args.bind(name, ["key"], [])?;
                let message = || format!("Got a key of {key}, expected one of {}", repr_of_names());
                self.item(&key).ok_or_else(|| Error::new(Kind::Compilation, message()))?
            }
            "replace_dict" => {
                let ([given], []) = args.bind(name, ["dct"], [])?;
                let entries = given.as_dict().map(Dict::entries).unwrap_or_default();
                let named = entries.into_iter().map(|(key, value)| (key.to_string().into(), value)).collect();
                Value::object(self.replaced(name, Args { positional: Vec::new(), named })?)
            }
            "to_dict" => {
                args.bind(name, [], ["omit_none", "validate"]).map(|([], [_, _])| ())?;
                self.to_dict()
            }
            _ => Value::object(self.replaced(name, args)?),
        })
    }
}

fn repr_of_names() -> String {
    NAMES.map(|name| format!("'{name}'")).join(", ")
}

impl Object for Parts {
    fn type_name(&self) -> &'static str {
        self.class
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        NAMES.iter().position(|part| *part == name).map(|part| self.values[part].clone())
    }

    fn item(&self, key: &Value) -> Option<Value> {
        self.attribute(key.as_str()?)
    }

    fn is_mapping(&self) -> bool {
        true
    }

    fn truth(&self) -> bool {
        true
    }

    fn has_method(&self, name: &str) -> bool {
        METHODS.contains(&name)
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        self.has_method(name).then(|| self.method(name, args))
    }

    fn display(&self) -> String {
        let part = |(name, value): (&str, &Value)| format!("{name}={}", value.repr());
        let parts: Vec<String> = NAMES.into_iter().zip(&self.values).map(part).collect();
        format!("{}({})", self.class, parts.join(", "))
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        Some(
            other
                .downcast::<Self>()
                .is_some_and(|other| other.class == self.class && equal(&self.to_dict(), &other.to_dict())),
        )
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
