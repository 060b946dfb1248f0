//! `namespace(...)`: a place for values that outlives the loops that set them.

use std::any::Any;

use crate::error::Result;
use crate::transform::jinja::{Args, Dict, Object, Value, format, methods};

/// `namespace(mapping, **names)`.
pub(super) fn namespace(args: Args) -> Result<Value> {
    let values = Dict::new(methods::dict_entries("namespace", args)?);
    Ok(Value::object(Namespace { values }))
}

struct Namespace {
    values: Dict,
}

impl Object for Namespace {
    fn type_name(&self) -> &'static str {
        "Namespace"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        self.values.get_str(name)
    }

    fn set_attribute(&self, name: &str, value: Value) -> bool {
        self.values.set(name, value);
        true
    }

    fn display(&self) -> String {
        let values = Value::Dict(self.values.clone());
        format!("<Namespace {}>", format::repr(&values).unwrap_or_else(|_| "{...}".to_owned()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
