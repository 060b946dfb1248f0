//! How configurations from several places become one: each field has its own way of joining.
//!
//! Tags, hooks and packages add up, dicts like `meta` are updated, grants add up under `+`, all else replaces.

use std::sync::OnceLock;

use serde_json::{Map, Value as Json, json};

use super::ResourceType;
use crate::error::{Error, Kind, Result};

type Config = Map<String, Json>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Joining {
    Append,
    Update,
    GrantLists,
    Replace,
}

fn joining(field: &str) -> Joining {
    match field {
        "tags" | "pre-hook" | "post-hook" | "packages" => Joining::Append,
        "meta" | "docs" | "column_types" | "quoting" | "contract" | "snapshot_meta_column_names" => Joining::Update,
        "grants" => Joining::GrantLists,
        _ => Joining::Replace,
    }
}

/// What a resource is configured as when nobody says anything, in dbt's order of fields.
pub fn defaults(kind: ResourceType) -> Config {
    // Every node begins with a copy: a map is copied in a fraction of the time that it takes to be put together.
    const KINDS: usize = ResourceType::SavedQuery as usize + 1;
    static MADE: [OnceLock<Config>; KINDS] = [const { OnceLock::new() }; KINDS];
    MADE[kind as usize].get_or_init(|| defaults_of(kind)).clone()
}

fn defaults_of(kind: ResourceType) -> Config {
    let value = match kind {
        ResourceType::Test => json!({
            "enabled": true, "alias": null, "schema": "dbt_test__audit", "database": null, "tags": [], "meta": {},
            "group": null, "static_analysis": null, "materialized": "test", "severity": "ERROR",
            "store_failures": null, "store_failures_as": null, "where": null, "limit": null, "fail_calc": "count(*)",
            "warn_if": "!= 0", "error_if": "!= 0",
        }),
        ResourceType::Source => json!({
            "enabled": true, "event_time": null,
            "freshness": {
                "warn_after": {"count": null, "period": null}, "error_after": {"count": null, "period": null},
                "filter": null,
            },
            "loaded_at_field": null, "loaded_at_query": null, "meta": {}, "tags": [], "static_analysis": null,
        }),
        ResourceType::Exposure => json!({"enabled": true, "tags": [], "meta": {}}),
        // Their own rooms know these.
        ResourceType::Metric | ResourceType::SemanticModel | ResourceType::SavedQuery => json!({}),
        ResourceType::UnitTest => json!({"tags": [], "meta": {}, "enabled": true, "static_analysis": null}),
        ResourceType::Model
        | ResourceType::Seed
        | ResourceType::Snapshot
        | ResourceType::Analysis
        | ResourceType::Operation
        | ResourceType::SqlOperation
        | ResourceType::Function => json!({
            "enabled": true, "alias": null, "schema": null, "database": null, "tags": [], "meta": {}, "group": null,
            "static_analysis": null, "materialized": "view", "incremental_strategy": null, "batch_size": null,
            "lookback": 1, "begin": null, "persist_docs": {}, "post-hook": [], "pre-hook": [], "quoting": {},
            "column_types": {}, "full_refresh": null, "unique_key": null, "on_schema_change": "ignore",
            "on_configuration_change": "apply", "grants": {}, "packages": [],
            "docs": {"show": true, "node_color": null}, "contract": {"enforced": false, "alias_types": true},
            "event_time": null, "concurrent_batches": null,
        }),
    };
    let mut config = object(value);
    let more = match kind {
        ResourceType::Model => json!({"access": "protected", "freshness": null}),
        ResourceType::Seed => json!({"materialized": "seed", "delimiter": ",", "quote_columns": null}),
        ResourceType::Snapshot => json!({
            "materialized": "snapshot", "strategy": null, "target_schema": null, "target_database": null,
            "updated_at": null, "check_cols": null,
            "snapshot_meta_column_names": {
                "dbt_valid_to": null, "dbt_valid_from": null, "dbt_scd_id": null, "dbt_updated_at": null,
                "dbt_is_deleted": null,
            },
            "dbt_valid_to_current": null,
        }),
        ResourceType::Function => json!({
            "materialized": "function", "type": "scalar", "volatility": null, "runtime_version": null, "entry_point": null,
        }),
        ResourceType::Test
        | ResourceType::Analysis
        | ResourceType::Operation
        | ResourceType::Source
        | ResourceType::Exposure
        | ResourceType::UnitTest
        | ResourceType::Metric
        | ResourceType::SemanticModel
        | ResourceType::SavedQuery
        | ResourceType::SqlOperation => json!({}),
    };
    config.extend(object(more));
    config
}

fn object(value: Json) -> Config {
    if let Json::Object(map) = value { map } else { Map::new() }
}

/// Puts a later layer onto what is configured so far.
pub fn layer(base: &mut Config, update: &Config, kind: ResourceType) -> Result<()> {
    for (key, value) in update {
        let key = spelling(key);
        // The tags of a source do not add up, as dbt has it.
        let joining = if kind == ResourceType::Source && key == "tags" { Joining::Replace } else { joining(key) };
        let joined = match (base.get(key), joining) {
            (None, Joining::Append) => Json::Array(list(value)),
            (None, Joining::Update | Joining::GrantLists | Joining::Replace) | (Some(_), Joining::Replace) => {
                value.clone()
            }
            (Some(old), Joining::Append) => Json::Array([list(old), list(value)].concat()),
            (Some(old), Joining::Update) => Json::Object(updated(key, old, value)?),
            (Some(old), Joining::GrantLists) => Json::Object(grants(key, old, value)?),
        };
        base.insert(key.to_owned(), joined);
    }
    Ok(())
}

/// Puts a further `config()` call of the same template onto the earlier ones.
pub fn config_calls(calls: &mut Config, update: Config) -> Result<()> {
    for said in ["pre_hook", "post_hook"] {
        let other = spelling(said);
        if update.contains_key(said) && update.contains_key(other) {
            let message = format!("`{said}` and `{other}` are two spellings of one config, and this call has both");
            return Err(Error::new(Kind::Compilation, message).hint("put the hooks into one list"));
        }
    }
    for (key, value) in update {
        let key = spelling(&key);
        let joined = match (calls.get(key), joining(key)) {
            (None, _) | (Some(_), Joining::Replace) => value,
            (Some(old), Joining::Append) => Json::Array([list(old), list(&value)].concat()),
            (Some(old), Joining::Update) => Json::Object(updated(key, old, &value)?),
            (Some(old), Joining::GrantLists) => Json::Object(grants(key, old, &value)?),
        };
        calls.insert(key.to_owned(), joined);
    }
    Ok(())
}

/// Other spellings that dbt takes for the same field.
fn spelling(key: &str) -> &str {
    match key {
        "pre_hook" => "pre-hook",
        "post_hook" => "post-hook",
        "dbname" => "database",
        "dataset" => "schema",
        _ => key,
    }
}

fn list(value: &Json) -> Vec<Json> {
    match value {
        Json::Array(items) => items.clone(),
        Json::Null => Vec::new(),
        Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => vec![value.clone()],
    }
}

fn dict<'a>(key: &str, value: &'a Json) -> Result<&'a Config> {
    static EMPTY: std::sync::LazyLock<Config> = std::sync::LazyLock::new(Map::new);
    match value {
        Json::Object(map) => Ok(map),
        Json::Null => Ok(&EMPTY),
        Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
            Err(Error::new(Kind::Project, format!("the configuration `{key}` takes a mapping, not `{value}`")))
        }
    }
}

fn updated(key: &str, old: &Json, new: &Json) -> Result<Config> {
    let mut out = dict(key, old)?.clone();
    out.extend(dict(key, new)?.clone());
    Ok(out)
}

fn grants(key: &str, old: &Json, new: &Json) -> Result<Config> {
    let mut out: Config = dict(key, old)?.iter().map(|(key, value)| (key.clone(), Json::Array(list(value)))).collect();
    for (name, value) in dict(key, new)? {
        let plain = name.trim_start_matches('+');
        let mut names = if plain == name { Vec::new() } else { out.get(plain).map(list).unwrap_or_default() };
        names.extend(list(value));
        out.insert(plain.to_owned(), Json::Array(names));
    }
    Ok(out)
}

/// The layers of a tree of `dbt_project.yml` for a resource, from the root down its path. Keys with `+` are settings;
/// a plain key with a mapping is a folder.
pub fn tree_layers(tree: &Config, fqn: &[String]) -> Vec<Config> {
    let mut layers = vec![settings(tree)];
    let mut level = tree;
    for name in fqn {
        let Some(Json::Object(next)) = level.get(name) else { break };
        layers.push(settings(next));
        level = next;
    }
    layers
}

fn settings(level: &Config) -> Config {
    let setting = |(key, value): (&String, &Json)| match key.strip_prefix('+') {
        Some(key) => Some((key.trim().to_owned(), value.clone())),
        None if value.is_object() => None,
        None => Some((key.clone(), value.clone())),
    };
    level.iter().filter_map(setting).collect()
}

/// Brings a finished configuration into dbt's form: hooks as mappings, a test's two ways of keeping failures in step.
pub fn finish(config: &mut Config, kind: ResourceType) {
    for key in ["pre-hook", "post-hook"] {
        if let Some(hooks) = config.get_mut(key) {
            *hooks = Json::Array(list(hooks).iter().map(hook).collect());
        }
    }
    if let Some(Json::String(text)) = config.get("tags") {
        config.insert("tags".into(), json!([text]));
    }
    if kind == ResourceType::Model {
        // Limits as of a source mean nothing for a model, and dbt drops them.
        let after = config.get("freshness").and_then(|freshness| freshness.get("build_after")).cloned();
        let after = after.map(|after| {
            let of = |key: &str| after.get(key).cloned().unwrap_or_default();
            let updates = after.get("updates_on").cloned().unwrap_or(json!("any"));
            json!({"build_after": {"count": of("count"), "period": of("period"), "updates_on": updates}})
        });
        config.insert("freshness".into(), json!(after));
    }
    if kind == ResourceType::Test {
        let keep = match config.get("store_failures_as") {
            Some(Json::String(form)) => Some((Json::Bool(form != "ephemeral"), json!(form))),
            _ => match config.get("store_failures") {
                Some(Json::Bool(true)) => Some((Json::Bool(true), json!("table"))),
                Some(Json::Bool(false)) => Some((Json::Bool(false), json!("ephemeral"))),
                _ => None,
            },
        };
        if let Some((store, form)) = keep {
            config.insert("store_failures".into(), store);
            config.insert("store_failures_as".into(), form);
        }
    }
    if let Some(Json::Bool(on)) = config.get("static_analysis") {
        let word = if *on { "on" } else { "off" };
        config.insert("static_analysis".into(), json!(word));
    }
}

// A hook is a statement, or a mapping with a statement, perhaps as JSON text.
fn hook(value: &Json) -> Json {
    let from_text = |text: &str| match serde_json::from_str::<Json>(text) {
        Ok(Json::Object(map)) if map.contains_key("sql") => Json::Object(map),
        _ => json!({"sql": text}),
    };
    let mut hook = match value {
        Json::String(text) => from_text(text),
        Json::Object(_) => value.clone(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) => json!({"sql": value.to_string()}),
    };
    if let Json::Object(map) = &mut hook {
        map.entry("transaction").or_insert(json!(true));
        map.entry("index").or_insert(Json::Null);
    }
    hook
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layered(layers: &[Json]) -> Json {
        let mut base = Map::new();
        for update in layers {
            layer(&mut base, update.as_object().unwrap(), ResourceType::Model).unwrap();
        }
        Json::Object(base)
    }

    #[test]
    fn each_field_joins_in_its_own_way() {
        assert_eq!(layered(&[json!({"tags": "a"}), json!({"tags": ["b"]})]), json!({"tags": ["a", "b"]}));
        assert_eq!(
            layered(&[json!({"meta": {"a": 1, "b": 1}}), json!({"meta": {"b": 2}})]),
            json!({"meta": {"a": 1, "b": 2}})
        );
        assert_eq!(
            layered(&[json!({"grants": {"select": "x"}}), json!({"grants": {"+select": ["y"]}})]),
            json!({"grants": {"select": ["x", "y"]}})
        );
        assert_eq!(layered(&[json!({"schema": "a"}), json!({"schema": null})]), json!({"schema": null}));
        assert_eq!(layered(&[json!({"pre_hook": "a"}), json!({"pre-hook": "b"})]), json!({"pre-hook": ["a", "b"]}));
    }

    #[test]
    fn a_folder_is_no_setting() {
        let tree = json!({"shop": {"+tags": ["a"], "staging": {"materialized": "table", "+meta": {"k": 1}}}});
        let fqn = ["shop", "staging", "orders"].map(str::to_owned);
        let layers = tree_layers(tree.as_object().unwrap(), &fqn);
        assert_eq!(layers.len(), 3);
        assert_eq!(Json::Object(layers[2].clone()), json!({"materialized": "table", "meta": {"k": 1}}));
    }
}
