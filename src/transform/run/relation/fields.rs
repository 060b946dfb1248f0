//! What templates ask of a relation beyond its name and kind: its fields as a mapping, and what dbt makes of classes.

use super::parts::Parts;
use super::{Policy, RelationObject, scd_args};
use crate::error::Result;
use crate::transform::jinja::{Args, Key, Value};
use crate::transform::manifest::placeholder;

/// The methods of this file.
pub(super) const METHODS: &[&str] = &[
    "add_ephemeral_prefix",
    "create_ephemeral_from",
    "create_from_source",
    "get_default_include_policy",
    "get_default_quote_policy",
    "get_function_config",
    "get_function_macro_name",
    "get_relation_type",
    "items",
    "keys",
    "render_event_time_filtered",
    "replace",
    "scd_args",
    "to_dict",
    "values",
];

/// The fields by which a relation is a mapping.
const FIELDS: [&str; 13] = [
    "path",
    "type",
    "quote_character",
    "include_policy",
    "quote_policy",
    "dbt_created",
    "limit",
    "event_time_filter",
    "require_alias",
    "catalog",
    "renameable_relations",
    "replaceable_relations",
    "external",
];

impl RelationObject {
    pub(super) fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "quote_character" => Value::str("\""),
            "dbt_created" => Value::Bool(false),
            "require_alias" => Value::Bool(false),
            "catalog" => Value::None,
            "event_time_filter" => self.filter.as_ref().map_or(Value::None, Value::str),
            "external" => self.external.as_ref().map_or(Value::None, Value::str),
            // DuckDB's relations are replaced by other means than these.
            "renameable_relations" | "replaceable_relations" => Value::tuple([]),
            _ => return None,
        })
    }

    pub(super) fn of_fields(&self, name: &str, args: Args) -> Result<Value> {
        use crate::transform::jinja::Object as _;
        let value = |field: &str| self.attribute(field).unwrap_or(Value::None);
        Ok(match name {
            "add_ephemeral_prefix" => placeholder::add_ephemeral_prefix(args)?,
            "get_default_include_policy" | "get_default_quote_policy" => {
                args.bind_nothing(name)?;
                Value::object(Parts::of_policy(Policy::ALL))
            }
            "get_function_config" => {
                let ([model], []) = args.bind(name, ["model"], [])?;
                function_config(&model.to_json())
            }
            "get_function_macro_name" => {
                let ([config], []) = args.bind(name, ["config"], [])?;
                let of = |key: &str| Some(config.as_dict()?.get(&Key::str(key))?.to_string());
                Value::str(format!(
                    "{}_function_{}",
                    of("type").unwrap_or_default(),
                    of("language").unwrap_or_default()
                ))
            }
            "get_relation_type" => {
                let ([], [kind]) = args.bind(name, [], ["value"])?;
                kind.unwrap_or_else(|| value("type"))
            }
            "render_event_time_filtered" => {
                let ([], [rendered]) = args.bind(name, [], ["rendered"])?;
                let rendered = rendered.filter(Value::truth).map_or_else(|| self.render(), |text| text.to_string());
                Value::str(match &self.filter {
                    Some(filter) => format!("(select * from {rendered} where {filter})"),
                    None => rendered,
                })
            }
            "items" => Value::list(FIELDS.map(|field| Value::tuple([Value::str(field), value(field)]))),
            "keys" => Value::list(FIELDS.map(Value::str)),
            "to_dict" => {
                args.bind(name, [], ["omit_none", "validate"]).map(|([], [_omits, _validates])| ())?;
                let plain = |value: Value| match &value {
                    Value::Tuple(items) => Value::list(items.iter().cloned()),
                    _ => value.downcast::<Parts>().map(Parts::to_dict).unwrap_or(value),
                };
                Value::dict(FIELDS.map(|field| (field, plain(value(field)))))
            }
            "values" => Value::list(FIELDS.map(value)),
            "replace" => Value::object(self.incorporate(&args)?),
            "scd_args" => scd_args(args)?,
            _ => {
                let ([node], _, _, _) = args.bind_open(name, ["node"], [])?;
                of_node(&node, name == "create_ephemeral_from")
            }
        })
    }
}

// What decides which macro writes the SQL of a function; none for what is no function.
fn function_config(model: &serde_json::Value) -> Value {
    if model.get("resource_type").is_none_or(|kind| kind != "function") {
        return Value::None;
    }
    let text =
        |value: Option<&serde_json::Value>| value.and_then(|value| value.as_str()).map_or(Value::None, Value::str);
    let config = |key: &str| text(model.get("config").and_then(|config| config.get(key)));
    Value::dict([
        ("language", text(model.get("language"))),
        ("type", config("type")),
        ("runtime_version", config("runtime_version")),
        ("entry_point", config("entry_point")),
    ])
}

// A node or source in the manifest's shape as a relation.
fn of_node(node: &Value, is_ephemeral: bool) -> Value {
    let node = node.to_json();
    let part = |key: &str| node.get(key).and_then(|part| part.as_str()).unwrap_or_default().to_owned();
    let identifier = ["identifier", "alias", "name"].map(part).into_iter().find(|name| !name.is_empty());
    let identifier = identifier.unwrap_or_default();
    if is_ephemeral {
        return Value::object(RelationObject::cte(&format!("__dbt__cte__{identifier}")));
    }
    let relation = crate::engine::catalog::Relation::new(part("database"), part("schema"), identifier);
    Value::object(RelationObject::new(&relation, None))
}
