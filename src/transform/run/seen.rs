//! What templates see of the project and of what ran: `model`, `graph`, and `results` in the hooks after a run.
//!
//! `graph` has every field of every resource. `model` leaves out what is not set, so that a default in a template
//! (`model.config.get('group', 'none')`) means something. A result is no dict, but has `to_dict()`.

use std::any::Any;

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::results::{NodeResult, Timing};
use super::shape::{self, Ran};
use super::state::Run;
use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Moment, Object, Value, operators};
use crate::transform::manifest::{Node, UniqueId};

/// `model` in templates.
pub(super) fn model(run: &Run, of: &Node) -> Value {
    Value::from_json(&without_unset(shape_of(run, of)))
}

// What a user wrote as a null stays where any key may be written.
const FREE: [&str; 8] =
    ["meta", "unrendered_config", "column_types", "persist_docs", "grants", "given", "expect", "overrides"];

fn without_unset(value: Json) -> Json {
    match value {
        Json::Object(fields) => {
            let set = fields.into_iter().filter(|(_, value)| !value.is_null());
            let set = set.map(|(name, value)| {
                let value = if FREE.contains(&name.as_str()) { value } else { without_unset(value) };
                (name, value)
            });
            Json::Object(set.collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(without_unset).collect()),
        other @ (Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_)) => other,
    }
}

/// `graph` in templates.
pub(super) fn graph(run: &Run) -> Value {
    let manifest = &run.manifest;
    let node = |of: &Node| Value::from_json(&shape_of(run, of));
    let nodes = |functions: bool| Value::dict(shape::nodes(manifest, functions).map(|of| (&*of.unique_id, node(of))));
    let as_they_are = |described: &IndexMap<UniqueId, Json>| {
        Value::dict(described.iter().map(|(id, fields)| (&**id, Value::from_json(fields))))
    };
    Value::dict([
        ("nodes", nodes(false)),
        ("sources", Value::dict(manifest.sources.iter().map(|(id, of)| (&**id, Value::from_json(&shape::source(of)))))),
        (
            "exposures",
            Value::dict(manifest.exposures.iter().map(|(id, of)| (&**id, Value::from_json(&shape::exposure(of))))),
        ),
        ("metrics", as_they_are(&manifest.metrics)),
        ("groups", as_they_are(&manifest.groups)),
        ("semantic_models", as_they_are(&manifest.semantic_models)),
        ("saved_queries", as_they_are(&manifest.saved_queries)),
        ("functions", nodes(true)),
    ])
}

/// One of `results`: what a node came to.
pub(super) fn result(run: &Run, of: &NodeResult) -> Value {
    let Json::Object(mut plain) = of.to_json() else { return Value::None };
    // What `run_results.json` says of a node's code stands in the node here.
    let mut of_node = |name: &str| (name.to_owned(), plain.remove(name).unwrap_or_default());
    let of_node = Map::from_iter(["compiled", "compiled_code", "relation_name"].map(&mut of_node));
    plain.remove("unique_id");
    plain.insert("agate_table".to_owned(), Json::Null);
    let fields = Value::from_json(&Json::Object(plain.clone()));
    let node = node_of(run, &of.unique_id, of_node);
    plain.insert("node".to_owned(), node.clone());
    if let Some(fields) = fields.as_dict() {
        fields.set("timing", Value::list(of.timing.iter().map(timing)));
        let of_node = Value::from_json(&node);
        if let Some(of_node) = of_node.as_dict() {
            of_node.set("config", Value::object(Settings(of_node.get_str("config").unwrap_or(Value::None))));
        }
        fields.set("node", Value::object(Record { kind: "Node", fields: of_node, plain: node }));
    }
    Value::object(Record { kind: "RunResult", fields, plain: Json::Object(plain) })
}

fn timing(step: &Timing) -> Value {
    let at = |time: DateTime<Utc>| Value::object(Moment { at: time.naive_utc(), zone: None });
    Value::dict([
        ("name", Value::str(step.name)),
        ("started_at", at(step.started_at)),
        ("completed_at", at(step.completed_at)),
    ])
}

fn node_of(run: &Run, id: &UniqueId, ran: Map<String, Json>) -> Json {
    let manifest = &run.manifest;
    let node = || {
        let mut shape = shape_of(run, manifest.nodes.get(id)?);
        shape.as_object_mut()?.extend(ran.into_iter().filter(|(_, value)| !value.is_null()));
        Some(shape)
    };
    let unit_test = || manifest.unit_tests.get(id).map(|test| Json::Object(test.shape.clone()));
    let exposure = || manifest.exposures.get(id).map(shape::exposure);
    let source = || manifest.sources.get(id).map(shape::source);
    let saved_query = || manifest.saved_queries.get(id).cloned();
    node().or_else(unit_test).or_else(exposure).or_else(source).or_else(saved_query).unwrap_or_default()
}

fn shape_of(run: &Run, node: &Node) -> Json {
    shape::node(node, Ran { primary_key: run.primary_key(&node.unique_id), ..Ran::default() })
}

/// The config of a node that ran: settings under names, where one that is not there is none.
struct Settings(Value);

impl Settings {
    fn of(&self, name: &str) -> Option<Value> {
        self.0.as_dict()?.get_str(name)
    }

    // `get(name, default)`, `meta_get(name, default)` and `to_dict()`.
    fn answer(&self, name: &str, args: Args) -> Result<Value> {
        if name == "to_dict" {
            return Ok(Value::from_json(&self.0.to_json()));
        }
        let ([key], [default]) = args.bind(name, ["key"], ["default"])?;
        let settings = if name == "get" { Some(self.0.clone()) } else { self.of("meta") };
        let found = settings.as_ref().and_then(Value::as_dict).and_then(|settings| settings.get_str(key.as_str()?));
        Ok(found.or(default).unwrap_or(Value::None))
    }
}

impl Object for Settings {
    fn type_name(&self) -> &'static str {
        "Config"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        self.of(name).or_else(|| (!self.has_method(name)).then_some(Value::None))
    }

    fn item(&self, key: &Value) -> Option<Value> {
        Some(self.of(key.as_str()?).unwrap_or(Value::None))
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "get" | "meta_get" | "to_dict")
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        self.has_method(name).then(|| self.answer(name, args))
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        operators::iterate(&self.0).ok()
    }

    fn is_iterable(&self) -> bool {
        true
    }

    fn length(&self) -> Option<usize> {
        self.iterate().map(|names| names.len())
    }

    fn truth(&self) -> bool {
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Fields under names, and `to_dict()`, which gives them as artifacts have them: times are texts there.
struct Record {
    kind: &'static str,
    fields: Value,
    plain: Json,
}

impl Object for Record {
    fn type_name(&self) -> &'static str {
        self.kind
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        self.fields.as_dict()?.get_str(name)
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
            let ([], [omits_none, _validate]) = args.bind("to_dict", [], ["omit_none", "validate"])?;
            let omits_none = omits_none.is_some_and(|omits| omits.truth());
            Ok(Value::from_json(&if omits_none { without_unset(self.plain.clone()) } else { self.plain.clone() }))
        };
        (name == "to_dict").then(to_dict)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
