//! What a database says about a statement, as templates see it: attributes, of which those that nobody told are none.

use std::any::Any;

use serde_json::{Map, Value as Json};

use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Object, Value};

/// The answer to one statement. As text it is its message.
#[derive(Clone, Debug)]
pub(super) struct Response {
    pub message: Value,
    pub code: Value,
    pub rows_affected: Value,
}

impl Response {
    /// DuckDB says no more than that it went well.
    pub(super) fn ok() -> Self {
        Self { message: Value::str("OK"), code: Value::None, rows_affected: Value::None }
    }

    /// As `run_results.json` shows it: what was told.
    pub(super) fn told(&self) -> Map<String, Json> {
        let told = self.fields().into_iter().filter(|(_, value)| !value.is_none());
        told.map(|(name, value)| (name.to_owned(), value.to_json())).collect()
    }

    /// With nulls for what was not told, as `show` has it of the rows that it fetched.
    pub(super) fn whole(&self) -> Map<String, Json> {
        self.fields().into_iter().map(|(name, value)| (name.to_owned(), value.to_json())).collect()
    }

    fn fields(&self) -> [(&'static str, Value); 4] {
        [
            ("_message", self.message.clone()),
            ("code", self.code.clone()),
            ("rows_affected", self.rows_affected.clone()),
            // No warehouse that it could be looked up in.
            ("query_id", Value::None),
        ]
    }
}

impl Object for Response {
    fn type_name(&self) -> &'static str {
        "AdapterResponse"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "code" => Some(self.code.clone()),
            "rows_affected" => Some(self.rows_affected.clone()),
            "query_id" => Some(Value::None),
            _ => None,
        }
    }

    fn item(&self, key: &Value) -> Option<Value> {
        self.attribute(key.as_str()?)
    }

    fn truth(&self) -> bool {
        true
    }

    fn has_method(&self, name: &str) -> bool {
        name == "to_dict"
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        let to_dict = || {
            let ([], [omits_none]) = args.bind("to_dict", [], ["omit_none"])?;
            let omits_none = omits_none.is_some_and(|omits| omits.truth());
            Ok(Value::dict(self.fields().into_iter().filter(|(_, value)| !(omits_none && value.is_none()))))
        };
        (name == "to_dict").then(to_dict)
    }

    fn display(&self) -> String {
        self.message.to_string()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
