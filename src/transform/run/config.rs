//! `config` while a node runs: what its config says, by name.

use std::any::Any;
use std::sync::Arc;

use super::snapshot;
use super::state::NodeState;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Object, Value};
use crate::transform::manifest::ResourceType;

pub struct ConfigObject(pub Arc<NodeState>);

const METHODS: &[&str] =
    &["get", "meta_get", "meta_require", "persist_column_docs", "persist_relation_docs", "require", "set"];

impl ConfigObject {
    fn value(&self, name: &str) -> Option<Value> {
        if name == "snapshot_table_column_names" && self.0.node.resource_type == ResourceType::Snapshot {
            return Some(snapshot::column_names(&self.0));
        }
        self.0.config(name).map(|value| Value::from_json(&value))
    }

    fn meta(&self, name: &str) -> Option<Value> {
        self.0.config("meta").and_then(|meta| meta.get(name).map(Value::from_json))
    }

    fn missing(&self, name: &str) -> Error {
        let node = &self.0.node;
        Error::new(Kind::Compilation, format!("`{}` does not set `{name}`, which its code requires", node.name))
            .hint(format!("add `{name}` to its config"))
    }

    fn persists(&self, what: &str) -> Value {
        let wanted = self.0.config("persist_docs").and_then(|docs| docs.get(what).cloned());
        Value::Bool(wanted.and_then(|wanted| wanted.as_bool()).unwrap_or(false))
    }

    fn method(&self, interpreter: &mut Interpreter<'_>, method: &str, args: Args) -> Result<Value> {
        Ok(match method {
            "get" | "meta_get" => {
                let ([name], [default, validator]) = args.bind(method, ["name"], ["default", "validator"])?;
                let name = name.to_string();
                let found = if method == "get" { self.value(&name) } else { self.meta(&name) };
                // Who gives no default does not ask for a check either, in dbt.
                let checks = default.as_ref().is_some_and(|default| !default.is_none());
                let value = found.or(default).unwrap_or(Value::None);
                if let Some(validator) = validator.filter(|validator| checks && !validator.is_none()) {
                    interpreter.call(&validator, Args::positional([value.clone()]))?;
                }
                value
            }
            "require" | "meta_require" => {
                let ([name], [_validator]) = args.bind(method, ["name"], ["validator"])?;
                let name = name.to_string();
                let found = if method == "require" { self.value(&name) } else { self.meta(&name) };
                found.ok_or_else(|| self.missing(&name))?
            }
            "set" => {
                let ([name, value], []) = args.bind(method, ["name", "value"], [])?;
                let mut overlay = self.0.overlay.lock().expect("no thread panics while it holds a config");
                overlay.insert(name.to_string(), value.to_json());
                Value::str("")
            }
            "persist_column_docs" => self.persists("columns"),
            _ => self.persists("relation"),
        })
    }
}

impl Object for ConfigObject {
    fn type_name(&self) -> &'static str {
        "RuntimeConfigObject"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "model" => Some(super::seen::model(&self.0.run, &self.0.node)),
            _ => None,
        }
    }

    // `{{ config(...) }}` did its work when the project was parsed.
    fn call(&self, _: &mut Interpreter<'_>, _: Args) -> Option<Result<Value>> {
        Some(Ok(Value::str("")))
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn call_method(&self, interpreter: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        self.has_method(name).then(|| self.method(interpreter, name, args))
    }

    fn has_method(&self, name: &str) -> bool {
        METHODS.contains(&name)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
