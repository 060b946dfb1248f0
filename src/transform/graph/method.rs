//! The selection methods: which nodes `tag:daily` or `source:shop.*` names by itself.

use std::path::Path;

use serde_json::Value as Json;

use super::selector::{Method, Part};
use super::state::{Change, State};
use super::{Graph, NodeSet};
use crate::error::{Error, Kind, Result};
use crate::transform::manifest::{Described, Exposure, Manifest, Node, ResourceType, Source};
use crate::transform::project::wildcard;

/// The nodes that a part names, before its graph operators.
pub(super) fn matching(part: &Part, graph: &Graph, manifest: &Manifest, state: Option<&State>) -> Result<NodeSet> {
    let test = matcher(part, manifest, state)?;
    let members =
        (0..graph.len()).filter(|&number| member(manifest, graph.id(number)).is_some_and(|member| test(&member)));
    Ok(NodeSet::of(graph.len(), members))
}

/// Something of the graph, whatever its kind.
#[derive(Clone, Copy)]
enum Member<'a> {
    Node(&'a Node),
    Source(&'a Source),
    Exposure(&'a Exposure),
    Described(Described<'a>),
}

fn member<'a>(manifest: &'a Manifest, id: &str) -> Option<Member<'a>> {
    manifest
        .find(id)
        .map(Member::Node)
        .or_else(|| manifest.sources.get(id).map(Member::Source))
        .or_else(|| manifest.exposures.get(id).map(Member::Exposure))
        .or_else(|| manifest.find_described(id).map(Member::Described))
}

impl<'a> Member<'a> {
    fn id(self) -> &'a str {
        match self {
            Self::Node(node) => &node.unique_id,
            Self::Source(source) => &source.unique_id,
            Self::Exposure(exposure) => &exposure.unique_id,
            Self::Described(described) => described.id,
        }
    }

    fn package(self) -> &'a str {
        match self {
            Self::Node(node) => &node.package_name,
            Self::Source(source) => &source.package_name,
            Self::Exposure(exposure) => &exposure.package_name,
            Self::Described(described) => described.text("package_name"),
        }
    }

    fn path(self) -> &'a Path {
        match self {
            Self::Node(node) => &node.original_file_path,
            Self::Source(source) => &source.original_file_path,
            Self::Exposure(exposure) => &exposure.original_file_path,
            Self::Described(described) => Path::new(described.text("original_file_path")),
        }
    }

    fn patch_path(self) -> Option<&'a str> {
        match self {
            Self::Node(node) => {
                node.patch_path.as_deref().and_then(|path| path.split_once("://")).map(|(_, path)| path)
            }
            Self::Source(_) | Self::Exposure(_) | Self::Described(_) => None,
        }
    }

    fn kind(self) -> ResourceType {
        match self {
            Self::Node(node) => node.resource_type,
            Self::Source(_) => ResourceType::Source,
            Self::Exposure(_) => ResourceType::Exposure,
            Self::Described(described) => described.kind,
        }
    }

    fn tags(self) -> Vec<&'a str> {
        match self {
            Self::Node(node) => node.tags.iter().map(String::as_str).collect(),
            Self::Source(source) => source.tags.iter().map(String::as_str).collect(),
            Self::Exposure(exposure) => {
                let tags = exposure.extra.get("tags").and_then(Json::as_array);
                tags.into_iter().flatten().filter_map(Json::as_str).collect()
            }
            Self::Described(described) => described.texts("tags"),
        }
    }

    fn config(self) -> Option<&'a serde_json::Map<String, Json>> {
        match self {
            // dbt asks nobody else for a config, not even a unit test.
            Self::Node(node) if node.resource_type == ResourceType::UnitTest => None,
            Self::Exposure(_) | Self::Described(_) => None,
            Self::Node(node) => Some(&node.config),
            Self::Source(source) => Some(&source.config),
        }
    }
}

type Matcher<'a> = Box<dyn Fn(&Member<'_>) -> bool + 'a>;

fn matcher<'a>(part: &'a Part, manifest: &'a Manifest, state: Option<&'a State>) -> Result<Matcher<'a>> {
    let value = part.value.as_str();
    Ok(match part.method {
        Method::Fqn => Box::new(move |member| match member {
            Member::Node(node) => fqn_matches(&node.fqn, value, is_versioned(node)),
            Member::Exposure(exposure) => fqn_matches(&exposure.fqn, value, false),
            Member::Described(described) => fqn_matches(&described.texts("fqn"), value, false),
            Member::Source(_) => false,
        }),
        Method::Tag => Box::new(move |member| member.tags().iter().any(|tag| wildcard::matches(tag, value))),
        Method::Group => Box::new(move |member| match member {
            // A test runs with the group of its model, and is no member of it.
            Member::Node(node) => node.config_str("group").is_some_and(|group| wildcard::matches(group, value)),
            Member::Described(described) if described.kind == ResourceType::Metric => {
                wildcard::matches(described.text("group"), value)
            }
            Member::Source(_) | Member::Exposure(_) | Member::Described(_) => false,
        }),
        Method::Access => Box::new(move |member| match member {
            Member::Node(node) => {
                node.resource_type == ResourceType::Model
                    && node.extra.get("access").and_then(Json::as_str).unwrap_or("protected") == value
            }
            Member::Source(_) | Member::Exposure(_) | Member::Described(_) => false,
        }),
        Method::Source => {
            let (package, source, table) = match value.split('.').collect::<Vec<_>>()[..] {
                [source] => ("*", source, "*"),
                [source, table] => ("*", source, table),
                [package, source, table] => (package, source, table),
                _ => return Err(invalid(part, "a source is `source`, `source.table` or `package.source.table`")),
            };
            Box::new(move |member| match member {
                Member::Source(found) => {
                    wildcard::matches(&found.package_name, package)
                        && wildcard::matches(&found.source_name, source)
                        && wildcard::matches(&found.name, table)
                }
                Member::Node(_) | Member::Exposure(_) | Member::Described(_) => false,
            })
        }
        Method::Exposure => of_kind(part, ResourceType::Exposure),
        Method::UnitTest => of_kind(part, ResourceType::UnitTest),
        Method::Metric => of_kind(part, ResourceType::Metric),
        Method::SemanticModel => of_kind(part, ResourceType::SemanticModel),
        Method::SavedQuery => of_kind(part, ResourceType::SavedQuery),
        Method::Path => {
            let pattern: Vec<&str> = value.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".").collect();
            let is_own = |node: &&Node| node.package_name == manifest.project_name;
            let root = manifest.nodes.values().find(is_own).map(|node| node.root_path.as_path());
            Box::new(move |member| {
                // As in dbt, the files that a pattern means are those of the project: one of a package is selected by a name
                // that is there as well.
                let foreign_to = root.filter(|_| member.package() != manifest.project_name);
                path_selected(member, &pattern, &|path| foreign_to.is_none_or(|root| root.join(path).exists()))
            })
        }
        Method::File => Box::new(move |member| {
            let names = [member.path().file_name(), member.path().file_stem()];
            names.into_iter().flatten().any(|name| wildcard::matches(&name.to_string_lossy(), value))
        }),
        Method::Package => {
            let package = if value == "this" { manifest.project_name.as_str() } else { value };
            Box::new(move |member| wildcard::matches(member.package(), package))
        }
        Method::Config => Box::new(move |member| {
            let config = member.config();
            config.is_some_and(|config| config_matches(config, &part.arguments, value))
        }),
        Method::ResourceType => {
            let kind = kind_named(value).ok_or_else(|| {
                invalid(
                    part,
                    "a resource type is model, seed, snapshot, test, unit_test, analysis, source, exposure, metric, \
                     semantic_model, saved_query or function",
                )
            })?;
            Box::new(move |member| kind == member.kind())
        }
        Method::TestName => Box::new(move |member| match member {
            Member::Node(node) if node.resource_type == ResourceType::UnitTest => wildcard::matches(&node.name, value),
            Member::Node(node) => {
                let metadata = node.test.as_ref().and_then(|test| test.metadata.as_ref());
                metadata.is_some_and(|metadata| wildcard::matches(&metadata.name, value))
            }
            Member::Source(_) | Member::Exposure(_) | Member::Described(_) => false,
        }),
        Method::TestType => {
            let (generic, singular, unit) = match value {
                "generic" | "schema" => (true, false, false),
                "data" => (true, true, false),
                "singular" => (false, true, false),
                "unit" => (false, false, true),
                _ => return Err(invalid(part, "a test type is generic, singular, data or unit")),
            };
            Box::new(move |member| match member {
                Member::Node(node) => match &node.test {
                    Some(test) if node.resource_type == ResourceType::Test => {
                        if test.metadata.is_some() {
                            generic
                        } else {
                            singular
                        }
                    }
                    Some(_) | None => unit && node.resource_type == ResourceType::UnitTest,
                },
                Member::Source(_) | Member::Exposure(_) | Member::Described(_) => false,
            })
        }
        Method::Version => {
            if !matches!(value, "latest" | "prerelease" | "old" | "none") {
                return Err(invalid(part, "a version is latest, prerelease, old or none"));
            }
            Box::new(move |member| match member {
                Member::Node(node) => node.resource_type == ResourceType::Model && version_is(node, value),
                Member::Source(_) | Member::Exposure(_) | Member::Described(_) => false,
            })
        }
        Method::State => {
            let change = Change::named(value).ok_or_else(|| {
                invalid(
                    part,
                    "a state is new, old, modified, unmodified, or modified with what changed: `modified.body`",
                )
            })?;
            let state = known(state, part)?;
            let macros = state.changed_macros(manifest);
            Box::new(move |member| match member {
                Member::Node(node) => state.node(node, change, manifest, &macros),
                Member::Source(source) => state.source(source, change),
                Member::Exposure(exposure) => state.exposure(exposure, change),
                Member::Described(described) => state.described(*described, change),
            })
        }
        Method::Result => {
            let results = known(state, part)?.results(value)?;
            Box::new(move |member| results.contains(member.id()))
        }
        Method::SourceStatus => {
            let state = known(state, part)?;
            let mut fresher = state.fresher()?;
            if value != "fresher" {
                fresher.clear();
            }
            Box::new(move |member| fresher.contains(member.id()))
        }
    })
}

// `name` or `package.name` of what is of one kind.
fn of_kind(part: &Part, wanted: ResourceType) -> Matcher<'_> {
    let (package, name) = part.value.split_once('.').unwrap_or(("*", &part.value));
    Box::new(move |member| {
        let found = match member {
            Member::Exposure(exposure) => exposure.name.as_str(),
            Member::Node(node) => node.name.as_str(),
            Member::Described(described) => described.text("name"),
            Member::Source(_) => return false,
        };
        member.kind() == wanted && wildcard::matches(member.package(), package) && wildcard::matches(found, name)
    })
}

fn known<'a>(state: Option<&'a State>, part: &Part) -> Result<&'a State> {
    state.ok_or_else(|| {
        invalid(part, "it compares with an earlier run")
            .hint("name the folder with the artifacts of that run: `--state <folder>`")
    })
}

// How the version of a model stands to the latest one.
fn version_is(node: &Node, value: &str) -> bool {
    let of = |key: &str| node.extra.get(key).filter(|version| !version.is_null());
    let (Some(version), Some(latest)) = (of("version"), of("latest_version")) else { return value == "none" };
    let order = match (version.as_f64(), latest.as_f64()) {
        (Some(version), Some(latest)) => version.total_cmp(&latest),
        (None, _) | (_, None) => version.to_string().cmp(&latest.to_string()),
    };
    match order {
        std::cmp::Ordering::Less => value == "old",
        std::cmp::Ordering::Equal => value == "latest",
        std::cmp::Ordering::Greater => value == "prerelease",
    }
}

fn invalid(part: &Part, message: &str) -> Error {
    Error::new(Kind::Selection, format!("the selector `{}` is not valid: {message}", part.raw))
}

/// The kind that dbt calls `name`.
pub fn kind_named(name: &str) -> Option<ResourceType> {
    Some(match name {
        "model" => ResourceType::Model,
        "seed" => ResourceType::Seed,
        "snapshot" => ResourceType::Snapshot,
        "test" => ResourceType::Test,
        "analysis" => ResourceType::Analysis,
        "operation" => ResourceType::Operation,
        "source" => ResourceType::Source,
        "exposure" => ResourceType::Exposure,
        "unit_test" => ResourceType::UnitTest,
        "function" => ResourceType::Function,
        "metric" => ResourceType::Metric,
        "semantic_model" => ResourceType::SemanticModel,
        "saved_query" => ResourceType::SavedQuery,
        _ => return None,
    })
}

fn is_versioned(node: &Node) -> bool {
    node.extra.get("version").is_some_and(|version| !version.is_null())
}

// The name by itself, or the dotted path from the package or from below it.
fn fqn_matches(fqn: &[impl AsRef<str>], selector: &str, versioned: bool) -> bool {
    let fqn: Vec<&str> = fqn.iter().map(AsRef::as_ref).collect();
    fqn_matches_from(&fqn, selector, versioned) || (fqn.len() > 1 && fqn_matches_from(&fqn[1..], selector, versioned))
}

fn fqn_matches_from(fqn: &[&str], selector: &str, versioned: bool) -> bool {
    let leaf = if versioned { fqn.len().checked_sub(2).map(|at| fqn[at]) } else { fqn.last().copied() };
    if leaf == Some(selector) {
        return true;
    }
    let wanted: Vec<&str> = selector.split('.').collect();
    // `orders.v2` and `orders_v2` both name a version.
    if versioned && fqn[fqn.len().saturating_sub(2)..].join("_") == wanted[wanted.len().saturating_sub(2)..].join("_") {
        return true;
    }
    let flat: Vec<&str> = fqn.iter().flat_map(|part| part.split('.')).collect();
    if flat.len() < wanted.len() {
        return false;
    }
    for (at, part) in wanted.iter().enumerate() {
        if part.contains(['*', '?', '[', ']']) {
            let rest = wildcard::matches(&flat[at..].join("."), &wanted[at..].join("."));
            return rest || (wanted.len() == 1 && leaf.is_some_and(|leaf| wildcard::matches(leaf, selector)));
        }
        if flat[at] != *part {
            return false;
        }
    }
    true
}

fn path_selected(member: &Member<'_>, pattern: &[&str], is_there: &dyn Fn(&str) -> bool) -> bool {
    if pattern.is_empty() {
        return true;
    }
    let text = member.path().to_string_lossy();
    let parts: Vec<&str> = text.split(['/', '\\']).collect();
    let selected = |parts: &[&str]| wildcard::path_matches(parts, pattern) && is_there(&parts.join("/"));
    let own = (1..=parts.len()).any(|length| selected(&parts[..length]));
    own || member.patch_path().is_some_and(|path| selected(&path.split('/').collect::<Vec<_>>()))
}

fn config_matches(config: &serde_json::Map<String, Json>, path: &[String], wanted: &str) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    // `pre_hook` is how code names what the manifest calls `pre-hook`.
    let start = config.get(first).or_else(|| config.get(&first.replace('_', "-")));
    let Some(found) = rest.iter().try_fold(start, |value, key| Some(value?.get(key))).flatten() else {
        return false;
    };
    let severity = path == ["severity"];
    let one = |value: &Json| match value {
        Json::String(text) if severity => text.eq_ignore_ascii_case(wanted),
        Json::String(text) => text == wanted,
        Json::Bool(truth) => wanted.eq_ignore_ascii_case(if *truth { "true" } else { "false" }),
        Json::Null | Json::Number(_) | Json::Array(_) | Json::Object(_) => false,
    };
    match found {
        Json::Array(list) => list.iter().any(one),
        // In a mapping the keys are what can be asked for.
        Json::Object(map) => map.contains_key(wanted),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => one(found),
    }
}
