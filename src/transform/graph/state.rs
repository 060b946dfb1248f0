//! What an earlier run left in the folder of `--state`, for `state:` and `result:`.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use chrono::DateTime;
use serde_json::{Map, Value as Json, json};

use super::contract_change::{self, ContractChange};
use crate::engine::catalog::Relation;
use crate::error::{Error, Kind, Result};
use crate::event::Sink;
use crate::transform::manifest::namespace::BUILTIN_PACKAGES;
use crate::transform::manifest::{Described, Exposure, Manifest, Node, ResourceType, Source, UniqueId};

/// Settings that make no node another one by themselves: where its relation is counts as `relation`.
const NOT_COMPARED: [&str; 5] = ["alias", "database", "schema", "tags", "group"];

/// The artifacts of an earlier run.
#[derive(Debug)]
pub struct State {
    manifest: Json,
    run_results: Option<Json>,
    sources: Option<Json>,
    // Of the project as it is now.
    sources_now: Option<Json>,
}

/// What of a node is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    New,
    Old,
    Modified(Option<Part>),
    Unmodified,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Body,
    Configs,
    Descriptions,
    Relation,
    Macros,
    Contract,
}

impl Change {
    /// What the word after `state:` means.
    pub(super) fn named(word: &str) -> Option<Self> {
        Some(match word {
            "new" => Self::New,
            "old" => Self::Old,
            "unmodified" => Self::Unmodified,
            "modified" => Self::Modified(None),
            "modified.body" => Self::Modified(Some(Part::Body)),
            "modified.configs" => Self::Modified(Some(Part::Configs)),
            "modified.persisted_descriptions" => Self::Modified(Some(Part::Descriptions)),
            "modified.relation" => Self::Modified(Some(Part::Relation)),
            "modified.macros" => Self::Modified(Some(Part::Macros)),
            "modified.contract" => Self::Modified(Some(Part::Contract)),
            _ => return None,
        })
    }
}

impl State {
    /// Reads the artifacts of a folder, and those of now that they are compared with.
    pub fn read(folder: &Path, now: Option<&Path>) -> Result<Self> {
        let read_of = |folder: &Path, name: &str| -> Result<Option<Json>> {
            let path = folder.join(name);
            if !path.is_file() {
                return Ok(None);
            }
            let bytes = std::fs::read(&path).map_err(|error| Error::io(&path, &error))?;
            let document = serde_json::from_slice(&bytes);
            document.map(Some).map_err(|error| {
                Error::new(Kind::Data, format!("`{}` is not an artifact: {error}", path.display()))
                    .hint("name a folder that a whole run has written")
            })
        };
        let read = |name: &str| read_of(folder, name);
        let manifest = read("manifest.json")?.ok_or_else(|| {
            Error::new(Kind::FileNotFound, format!("there is no `manifest.json` in `{}`", folder.display()))
                .hint("`--state` takes the folder with the artifacts of an earlier run")
        })?;
        if !manifest["nodes"].is_object() {
            let message = format!("`{}` is not a manifest: it has no nodes", folder.join("manifest.json").display());
            return Err(Error::new(Kind::Data, message).hint("name a folder that a whole run has written"));
        }
        let sources_now = now.map(|now| read_of(now, "sources.json")).transpose()?.flatten();
        Ok(Self { manifest, run_results: read("run_results.json")?, sources: read("sources.json")?, sources_now })
    }

    /// Where that run left what models, seeds and snapshots make, for `--defer` and `clone`.
    pub fn relations(&self) -> HashMap<UniqueId, Relation> {
        let of = |(id, node): (&String, &Json)| {
            let makes = matches!(node["resource_type"].as_str()?, "model" | "seed" | "snapshot" | "function");
            if !makes || node.pointer("/config/materialized").is_some_and(|materialized| materialized == "ephemeral") {
                return None;
            }
            let part = |key: &str| node[key].as_str();
            Some((UniqueId::from(id.as_str()), Relation::new(part("database")?, part("schema")?, part("alias")?)))
        };
        let nodes = ["nodes", "functions"].into_iter().filter_map(|kind| self.manifest[kind].as_object());
        nodes.flatten().filter_map(of).collect()
    }

    /// The sources whose newest row is newer than it was then; `now` is the `sources.json` of this project.
    pub(super) fn fresher(&self) -> Result<HashSet<&str>> {
        let (Some(then), Some(now)) = (&self.sources, &self.sources_now) else {
            let missing = if self.sources.is_none() { "that of the state" } else { "that of this project" };
            let message = format!("`source_status:` compares two `sources.json`, and {missing} is not there");
            return Err(Error::new(Kind::Selection, message)
                .hint("run `source freshness` then and now; name the folder of the earlier one with `--state`"));
        };
        let loaded = |document: &'_ Json, id: &str| -> Option<Option<String>> {
            let results = document["results"].as_array().into_iter().flatten();
            let found = results.into_iter().find(|result| result["unique_id"] == id)?;
            Some(found["max_loaded_at"].as_str().map(str::to_owned))
        };
        let newer = |id: &&str| match (loaded(now, id), loaded(then, id)) {
            (Some(Some(now)), Some(Some(then))) => {
                DateTime::parse_from_rfc3339(&now).ok() > DateTime::parse_from_rfc3339(&then).ok()
            }
            (Some(Some(_)), None) => true,
            (_, _) => false,
        };
        let ids = now["results"].as_array().into_iter().flatten().filter_map(|result| result["unique_id"].as_str());
        Ok(ids.filter(newer).collect())
    }

    /// Tells of contracts that were broken since then; an error where readers rely on a version.
    pub(super) fn judge_contracts(&self, manifest: &Manifest, sink: &dyn Sink) -> Result<()> {
        contract_change::judge(manifest, &self.manifest, sink)
    }

    /// The nodes that ended with a status, by unique id.
    pub(super) fn results(&self, status: &str) -> Result<HashSet<&str>> {
        let Some(results) = &self.run_results else {
            return Err(Error::new(Kind::Selection, "`result:` needs the `run_results.json` of an earlier run")
                .hint("name a folder that holds one with `--state`"));
        };
        let results = results["results"].as_array().into_iter().flatten();
        Ok(results
            .filter(|result| result["status"] == status)
            .filter_map(|result| result["unique_id"].as_str())
            .collect())
    }

    /// The macros that were changed, added or removed. The built-in ones are not compared: whoever wrote the state has
    /// other texts of the same meaning.
    pub(super) fn changed_macros<'a>(&'a self, manifest: &'a Manifest) -> HashSet<&'a str> {
        let empty = Map::new();
        let old = self.manifest["macros"].as_object();
        let text = |id: &str| old.unwrap_or(&empty).get(id).and_then(|entry| entry["macro_sql"].as_str());
        let changed = manifest.macros.values().filter(|entry| text(&entry.unique_id) != Some(&*entry.macro_sql));
        let removed = old.into_iter().flatten().map(|(id, _)| id.as_str());
        let removed = removed.filter(|id| !manifest.macros.contains_key(*id));
        let is_built_in = |id: &&str| id.split('.').nth(1).is_some_and(|package| BUILTIN_PACKAGES.contains(&package));
        changed.map(|entry| &*entry.unique_id).chain(removed).filter(|id| !is_built_in(id)).collect()
    }

    pub(super) fn node(&self, node: &Node, change: Change, manifest: &Manifest, macros: &HashSet<&str>) -> bool {
        if node.resource_type == ResourceType::UnitTest {
            let old = self.manifest["unit_tests"].get(&*node.unique_id);
            return answer(old, change, |old, part| {
                matches!(part, None | Some(Part::Body)) && old["checksum"] != json!(node.checksum)
            });
        }
        let kind = if node.resource_type == ResourceType::Function { "functions" } else { "nodes" };
        let old = self.manifest[kind].get(&*node.unique_id);
        answer(old, change, |old, part| node_differs(node, old, part, manifest, macros))
    }

    pub(super) fn source(&self, source: &Source, change: Change) -> bool {
        let old = self.manifest["sources"].get(&*source.unique_id);
        answer(old, change, |old, part| match part {
            None => {
                relation_of(old)
                    != [&source.database, &source.schema, &source.identifier].map(|name| Some(name.as_str()))
                    || old["fqn"] != json!(source.fqn)
                    || old["loader"] != json!(source.loader)
                    || !same_config(&object(source.extra.get("unrendered_config")), &old["unrendered_config"])
                    || source.extra.get("quoting").is_some_and(|quoting| *quoting != old["quoting"])
            }
            Some(Part::Relation) => {
                relation_of(old)
                    != [&source.database, &source.schema, &source.identifier].map(|name| Some(name.as_str()))
            }
            Some(Part::Body | Part::Configs | Part::Descriptions | Part::Macros | Part::Contract) => false,
        })
    }

    pub(super) fn exposure(&self, exposure: &Exposure, change: Change) -> bool {
        let old = self.manifest["exposures"].get(&*exposure.unique_id);
        let compared = ["type", "owner", "maturity", "url", "description", "label"];
        answer_beside(old, change, |old, part| {
            part.is_none()
                && (compared.iter().any(|key| exposure.extra.get(*key).is_some_and(|value| *value != old[*key]))
                    || old["fqn"] != json!(exposure.fqn)
                    || old.pointer("/depends_on/nodes") != Some(&json!(ids(&exposure.depends_on.nodes))))
        })
    }

    /// What dbt compares of a metric, a semantic model and a saved query; the rest may change.
    pub(super) fn described(&self, described: Described<'_>, change: Change) -> bool {
        let (kinds, compared): (&str, &[&str]) = match described.kind {
            ResourceType::Metric => ("metrics", &["type", "description", "label", "unrendered_config"]),
            ResourceType::SemanticModel => ("semantic_models", &SEMANTIC_MODEL),
            _ => ("saved_queries", &SAVED_QUERY),
        };
        let old = self.manifest[kinds].get(&**described.id);
        let of = |shape: &Json, key: &str| shape.pointer(&format!("/{key}")).cloned().unwrap_or_default();
        answer_beside(old, change, |old, part| match part {
            None => {
                compared.iter().any(|key| of(described.shape, key) != of(old, key))
                    || written_exports(described.shape) != written_exports(old)
            }
            Some(Part::Configs) => {
                let key = if described.kind == ResourceType::Metric { "unrendered_config" } else { "config" };
                of(described.shape, key) != of(old, key)
            }
            Some(Part::Body | Part::Descriptions | Part::Relation | Part::Macros | Part::Contract) => false,
        })
    }
}

const SEMANTIC_MODEL: [&str; 9] =
    ["model", "description", "defaults", "entities", "dimensions", "measures", "config", "primary_entity", "group"];
const SAVED_QUERY: [&str; 8] = [
    "query_params/metrics",
    "query_params/group_by",
    "query_params/where",
    "description",
    "label",
    "config",
    "group",
    "tags",
];

// Where exports go, as it is written: where that is by now depends on the target.
fn written_exports(shape: &Json) -> Vec<[Option<&Json>; 4]> {
    let exports = shape.get("exports").and_then(Json::as_array).into_iter().flatten();
    let keys = ["/name", "/unrendered_config/export_as", "/unrendered_config/schema", "/unrendered_config/alias"];
    exports.map(|export| keys.map(|key| export.pointer(key))).collect()
}

// What stands beside the nodes is new where it was not there, and dbt does not call it modified.
fn answer_beside(old: Option<&Json>, change: Change, differs: impl Fn(&Json, Option<Part>) -> bool) -> bool {
    match (old, change) {
        (None, Change::Modified(None)) => false,
        (None, Change::Unmodified) => true,
        (_, _) => answer(old, change, differs),
    }
}

fn answer(old: Option<&Json>, change: Change, differs: impl Fn(&Json, Option<Part>) -> bool) -> bool {
    match (old, change) {
        // What a new node calls may be as it was.
        (None, Change::Modified(Some(Part::Macros))) => differs(&Json::Null, Some(Part::Macros)),
        (None, Change::New | Change::Modified(_)) => true,
        (None, Change::Old | Change::Unmodified) | (Some(_), Change::New) => false,
        (Some(_), Change::Old) => true,
        (Some(old), Change::Modified(part)) => differs(old, part),
        (Some(old), Change::Unmodified) => !differs(old, None),
    }
}

fn node_differs(node: &Node, old: &Json, part: Option<Part>, manifest: &Manifest, macros: &HashSet<&str>) -> bool {
    let is_generic = node.test.as_ref().is_some_and(|test| test.metadata.is_some());
    // A file may hold several snapshots, so its checksum says less than the code.
    let body = || match node.resource_type {
        ResourceType::Seed => old.pointer("/checksum/checksum") != Some(&json!(node.checksum)),
        _ => old["raw_code"] != json!(&*node.raw_code),
    };
    let configs = || !same_config(&node.unrendered_config, &old["unrendered_config"]);
    let said = |config: &Json, key: &str| config.get(key).filter(|value| !value.is_null()).cloned();
    let own = Json::Object(node.unrendered_config.clone());
    let relation = || {
        node.resource_type != ResourceType::Test
            && ["database", "schema", "alias"].iter().any(|key| said(&own, key) != said(&old["unrendered_config"], key))
    };
    let persists =
        |key: &str| node.config.get("persist_docs").and_then(|persist| persist.get(key)) == Some(&json!(true));
    let descriptions = || {
        let columns = || {
            node.columns.values().any(|column| old["columns"][&column.name]["description"] != json!(column.description))
        };
        (persists("relation") && old["description"] != json!(node.description)) || (persists("columns") && columns())
    };
    let of_macros = || reaches(&node.depends_on.macros, manifest, macros, &mut HashSet::new());
    let contract =
        || node.resource_type == ResourceType::Model && contract_change::compare(node, old) != ContractChange::Same;
    // What a function takes and gives.
    let is_other = |key: &str| {
        node.resource_type == ResourceType::Function && node.extra.get(key).unwrap_or(&Json::Null) != &old[key]
    };
    match part {
        Some(Part::Body) => body(),
        Some(Part::Configs) => configs(),
        Some(Part::Descriptions) => descriptions(),
        Some(Part::Relation) => relation(),
        Some(Part::Macros) => of_macros(),
        Some(Part::Contract) => contract(),
        None => {
            // The code of a generic test is a call with its settings, which are compared below.
            (!is_generic && body())
                || configs()
                || relation()
                || descriptions()
                || old["fqn"] != json!(node.fqn)
                || contract()
                || of_macros()
                || ["arguments", "returns"].iter().any(|key| is_other(key))
        }
    }
}

// Whether any of these macros, or one that it calls, is among those that changed.
fn reaches<'m>(
    ids: &'m [UniqueId],
    manifest: &'m Manifest,
    changed: &HashSet<&str>,
    seen: &mut HashSet<&'m str>,
) -> bool {
    !changed.is_empty()
        && ids.iter().any(|id| {
            seen.insert(id)
                && (changed.contains(&**id)
                    || manifest
                        .macros
                        .get(id)
                        .is_some_and(|entry| reaches(&entry.depends_on_macros, manifest, changed, seen)))
        })
}

fn same_config(own: &Map<String, Json>, old: &Json) -> bool {
    let old = object(Some(old));
    let compared = |config: &Map<String, Json>| -> Map<String, Json> {
        config
            .iter()
            .filter(|(key, _)| !NOT_COMPARED.contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    };
    compared(own) == compared(&old)
}

fn object(value: Option<&Json>) -> Map<String, Json> {
    value.and_then(Json::as_object).cloned().unwrap_or_default()
}

fn relation_of(old: &Json) -> [Option<&str>; 3] {
    ["database", "schema", "identifier"].map(|key| old[key].as_str())
}

fn ids(ids: &[UniqueId]) -> Vec<&str> {
    ids.iter().map(|id| &**id).collect()
}
