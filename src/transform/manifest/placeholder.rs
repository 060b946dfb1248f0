//! The relation that a template holds while it is parsed: it has a name, and nothing is known of it.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::engine::catalog::Relation;
use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Object, Value};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placeholder {
    pub database: String,
    pub schema: String,
    pub identifier: String,
}

impl Placeholder {
    pub fn new(database: &str, schema: &str, identifier: &str) -> Self {
        Self { database: database.to_owned(), schema: schema.to_owned(), identifier: identifier.to_owned() }
    }
}

/// `relation.get(key, default)`: a relation is a mapping of its fields. By `metadata`, which is none of them, packages tell
/// relations from dicts.
pub fn get(relation: &dyn Object, args: Args) -> Result<Value> {
    let ([key], [default]) = args.bind("get", ["key"], ["default"])?;
    let key = key.to_string();
    let metadata = (key == "metadata").then(|| Value::dict([("type", Value::str("DuckDBRelation"))]));
    Ok(metadata.or_else(|| relation.attribute(&key)).or(default).unwrap_or(Value::None))
}

/// `api.Relation.add_ephemeral_prefix(name)`: what an ephemeral model is called within the SQL that it stands in.
pub fn add_ephemeral_prefix(args: Args) -> Result<Value> {
    let ([name], []) = args.bind("add_ephemeral_prefix", ["name"], [])?;
    Ok(Value::str(format!("__dbt__cte__{name}")))
}

impl Object for Placeholder {
    fn type_name(&self) -> &'static str {
        "Relation"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        Some(match name {
            "database" => Value::str(&self.database),
            "schema" => Value::str(&self.schema),
            "identifier" | "name" | "table" => Value::str(&self.identifier),
            "type" => Value::None,
            "is_table" | "is_view" | "is_cte" | "is_dynamic_table" | "is_materialized_view" | "is_pointer" => {
                Value::Bool(false)
            }
            _ => return None,
        })
    }

    fn is_mapping(&self) -> bool {
        true
    }

    // Packages keep what they know of relations under them.
    fn hash(&self) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        (&self.database, &self.schema, &self.identifier).hash(&mut hasher);
        Some(hasher.finish())
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        Some(other.downcast::<Self>().is_some_and(|other| self == other))
    }

    fn item(&self, key: &Value) -> Option<Value> {
        self.attribute(key.as_str()?)
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(
            name,
            "include"
                | "quote"
                | "incorporate"
                | "replace_path"
                | "without_identifier"
                | "information_schema"
                | "information_schema_only"
                | "render"
                | "render_limited"
                | "quoted"
                | "matches"
                | "get"
        )
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        Some(match name {
            "render" | "render_limited" => Ok(Value::str(self.display())),
            "quoted" => args
                .bind("quoted", ["identifier"], [])
                .and_then(|([name], [])| Ok(Value::str(crate::engine::dialect::quote(&name.text()?)))),
            "matches" => Ok(Value::Bool(false)),
            "get" => get(self, args),
            _ if self.has_method(name) => Ok(Value::object(self.clone())),
            _ => return None,
        })
    }

    fn display(&self) -> String {
        Relation::new(&self.database, &self.schema, &self.identifier).quoted()
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}
