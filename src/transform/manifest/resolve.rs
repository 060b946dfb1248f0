//! From the names that templates say to the nodes they mean.

use rustc_hash::FxHashMap;
use serde_json::{Value as Json, json};

use super::recorder::Notes;
use super::{Manifest, Node, Ref, ResourceType, UniqueId};
use crate::error::{Error, Kind, Place, Result};
use crate::event::{Event, Sink};
use crate::transform::jinja;

/// Every name that `ref` and `source` may say, ready to be looked up.
#[derive(Debug, Default)]
pub struct Names {
    root: String,
    own_package_first: bool,
    // Name (and version) to the nodes that have it, by package.
    refs: FxHashMap<String, Vec<(String, UniqueId)>>,
    latest: FxHashMap<String, String>,
    sources: FxHashMap<(String, String), Vec<(String, UniqueId)>>,
    disabled_refs: FxHashMap<String, Vec<String>>,
    disabled_sources: Vec<(String, String)>,
}

impl Names {
    /// The names of a manifest whose nodes are in place.
    pub fn of(manifest: &Manifest) -> Self {
        let mut names = Self {
            root: manifest.project_name.clone(),
            own_package_first: manifest.own_package_first,
            disabled_sources: manifest
                .disabled_sources
                .values()
                .flatten()
                .map(|source| (source.source_name.clone(), source.name.clone()))
                .collect(),
            ..Self::default()
        };
        for node in manifest.nodes.values().filter(|node| is_refable(node.resource_type)) {
            let home = (node.package_name.clone(), node.unique_id.clone());
            match version_of(node) {
                Some(version) => {
                    names.refs.entry(versioned(&node.name, &version)).or_default().push(home);
                    if let Some(latest) = node.extra.get("latest_version").filter(|latest| !latest.is_null()) {
                        names.latest.insert(node.name.clone(), plain(latest));
                    }
                }
                None => names.refs.entry(node.name.clone()).or_default().push(home),
            }
        }
        for nodes in manifest.disabled.values() {
            for node in nodes.iter().filter(|node| is_refable(node.resource_type)) {
                names.disabled_refs.entry(node.name.clone()).or_default().push(node.package_name.clone());
            }
        }
        for source in manifest.sources.values() {
            let key = (source.source_name.clone(), source.name.clone());
            names.sources.entry(key).or_default().push((source.package_name.clone(), source.unique_id.clone()));
        }
        names
    }

    /// The node that a ref of `package` means: of the package it names, else of the root project, of the own package (or
    /// the other way round, where the project asks for it), of any.
    pub fn find_ref(&self, reference: &Ref, package: &str) -> Option<&UniqueId> {
        let key = match (&reference.version, self.latest.get(&reference.name)) {
            (Some(version), _) => versioned(&reference.name, version),
            (None, Some(latest)) if !self.refs.contains_key(&reference.name) => versioned(&reference.name, latest),
            (None, _) => reference.name.clone(),
        };
        let homes = self.refs.get(&key)?;
        match &reference.package {
            Some(wanted) => of(homes, wanted),
            None => self.at_home(homes, package),
        }
    }

    /// The table that `source(source, table)` of `package` means.
    pub fn find_source(&self, source: &str, table: &str, package: &str) -> Option<&UniqueId> {
        self.at_home(self.sources.get(&(source.to_owned(), table.to_owned()))?, package)
    }

    fn at_home<'a>(&self, homes: &'a [(String, UniqueId)], package: &str) -> Option<&'a UniqueId> {
        let (first, second) = if self.own_package_first { (package, &*self.root) } else { (&*self.root, package) };
        of(homes, first).or_else(|| of(homes, second)).or_else(|| homes.first().map(|(_, id)| id))
    }

    fn is_disabled(&self, reference: &Ref) -> bool {
        let homes = self.disabled_refs.get(&reference.name);
        homes.is_some_and(|homes| reference.package.as_ref().is_none_or(|package| homes.contains(package)))
    }
}

fn of<'a>(homes: &'a [(String, UniqueId)], package: &str) -> Option<&'a UniqueId> {
    homes.iter().find(|(home, _)| home == package).map(|(_, id)| id)
}

/// Whether `ref` may name such a node.
pub fn is_refable(kind: ResourceType) -> bool {
    match kind {
        ResourceType::Model | ResourceType::Seed | ResourceType::Snapshot => true,
        ResourceType::Test
        | ResourceType::Analysis
        | ResourceType::Operation
        | ResourceType::Source
        | ResourceType::Exposure
        | ResourceType::UnitTest
        | ResourceType::SqlOperation
        | ResourceType::Function
        | ResourceType::Metric
        | ResourceType::SemanticModel
        | ResourceType::SavedQuery => false,
    }
}

/// The version of a model that has some.
pub fn version_of(node: &Node) -> Option<String> {
    node.extra.get("version").filter(|version| !version.is_null()).map(plain)
}

fn versioned(name: &str, version: &str) -> String {
    format!("{name}.v{version}")
}

/// A version as text.
pub fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Who asks, for the words of an error.
struct Asker<'a> {
    kind: &'a str,
    name: &'a str,
    package: &'a str,
    file: &'a std::path::Path,
}

/// Turns the notes of every node into `depends_on`. A test whose target is missing is switched off with a warning;
/// anything else is an error.
pub(super) fn resolve(manifest: &mut Manifest, notes: &FxHashMap<UniqueId, Notes>, sink: &dyn Sink) -> Result<()> {
    let names = Names::of(manifest);
    let mut resolved: Vec<(UniqueId, Vec<UniqueId>, Option<Error>, bool)> = Vec::with_capacity(manifest.nodes.len());
    for node in manifest.nodes.values() {
        let Some(notes) = notes.get(&node.unique_id) else { continue };
        let asker = Asker {
            kind: node.resource_type.name(),
            name: &node.name,
            package: &node.package_name,
            file: &node.file.path,
        };
        let (nodes, missing) = of_notes(&names, manifest, notes, &asker);
        warn_of_root(&names, notes, node, sink);
        let disabled = missing.is_some() && only_disabled_are_missing(&names, notes, &asker);
        resolved.push((node.unique_id.clone(), nodes, missing, disabled));
    }
    let mut unresolved = Vec::new();
    for (id, nodes, missing, disabled) in resolved {
        let node = manifest.nodes.get_mut(&id).expect("it was just read from there");
        node.depends_on.nodes = nodes;
        if let Some(error) = missing {
            if node.resource_type == ResourceType::Test {
                node.config.insert("enabled".into(), json!(false));
                // Who disables a model does not ask for its tests, either.
                if !disabled {
                    sink.tell(Event::Named {
                        name: "NodeNotFoundOrDisabled",
                        message: format!("the test `{}` is left out: {}", node.name, error.message()),
                    });
                }
            } else {
                unresolved.push(error);
            }
        }
    }
    let mut of_exposures = Vec::new();
    for exposure in manifest.exposures.values() {
        let Some(notes) = notes.get(&exposure.unique_id) else { continue };
        let asker = Asker {
            kind: "exposure",
            name: &exposure.name,
            package: &exposure.package_name,
            file: &exposure.original_file_path,
        };
        let (nodes, missing) = of_notes(&names, manifest, notes, &asker);
        match missing {
            Some(error) => unresolved.push(error),
            None => of_exposures.push((exposure.unique_id.clone(), nodes)),
        }
    }
    if let Some(error) = Error::several(unresolved) {
        return Err(error);
    }
    for (id, nodes) in of_exposures {
        manifest.exposures.get_mut(&id).expect("it was just read from there").depends_on.nodes = nodes;
    }
    attach_tests(manifest, &names);
    check_access(manifest, notes)
}

// A package that meets a model of the root project under a name that it says without a package.
fn warn_of_root(names: &Names, notes: &Notes, node: &Node, sink: &dyn Sink) {
    if names.own_package_first || node.package_name == names.root {
        return;
    }
    let root = format!(".{}.", names.root);
    for reference in notes.refs.iter().filter(|reference| reference.package.is_none()) {
        let found = names.find_ref(reference, &node.package_name);
        if found.is_some_and(|id| id.find('.').is_some_and(|dot| id[dot..].starts_with(&root))) {
            let message = format!(
                "`{}` of the package `{}` refers to `{}` of the root project; the flag \
                 `require_ref_searches_node_package_before_root` makes it look into its own package first",
                node.name, node.package_name, reference.name
            );
            sink.tell(Event::Named { name: "PackageNodeDependsOnRootProjectNode", message });
        }
    }
}

fn only_disabled_are_missing(names: &Names, notes: &Notes, asker: &Asker<'_>) -> bool {
    let is_there = |source: &str, table: &str| names.find_source(source, table, asker.package).is_some();
    let is_disabled = |source: &String, table: &String| {
        names.disabled_sources.iter().any(|(known, name)| known == source && name == table)
    };
    let refs = notes.refs.iter().filter(|reference| names.find_ref(reference, asker.package).is_none());
    let sources = notes.sources.iter().filter(|(source, table)| !is_there(source, table));
    refs.into_iter().all(|reference| names.is_disabled(reference))
        && sources.into_iter().all(|(source, table)| is_disabled(source, table))
}

// What was found, and the errors of what was not.
fn of_notes(names: &Names, manifest: &Manifest, notes: &Notes, asker: &Asker<'_>) -> (Vec<UniqueId>, Option<Error>) {
    let mut nodes: Vec<UniqueId> = Vec::new();
    let mut missing: Vec<Error> = Vec::new();
    let mut add = |id: &UniqueId| {
        if !nodes.contains(id) {
            nodes.push(id.clone());
        }
    };
    for (index, (source, table)) in notes.sources.iter().enumerate() {
        let error = || source_not_found(names, manifest, source, table, asker, place(&notes.source_places, index));
        match names.find_source(source, table, asker.package) {
            Some(found) => add(found),
            None => missing.push(error()),
        }
    }
    for (index, reference) in notes.refs.iter().enumerate() {
        match names.find_ref(reference, asker.package) {
            Some(found) => add(found),
            None => {
                missing.push(ref_not_found(names, reference, asker, place(&notes.ref_places, index)));
            }
        }
    }
    for (index, (wanted, name)) in notes.functions.iter().enumerate() {
        match find_function(manifest, wanted.as_deref(), name, asker.package) {
            Some(found) => add(&found),
            None => missing.push(function_not_found(manifest, name, asker, place(&notes.function_places, index))),
        }
    }
    (nodes, Error::several(missing))
}

/// Refuses SQL of the root project that stands in no file and names what is not there.
pub(super) fn check_notes(manifest: &Manifest, notes: &Notes, name: &str) -> Result<()> {
    let asker = Asker { kind: "the query", name, package: &manifest.project_name, file: std::path::Path::new(name) };
    of_notes(&Names::of(manifest), manifest, notes, &asker).1.map_or(Ok(()), Err)
}

/// The function that `function(name)` of `package` means.
pub fn find_function(manifest: &Manifest, wanted: Option<&str>, name: &str, package: &str) -> Option<UniqueId> {
    let functions = || manifest.nodes.values().filter(|node| node.resource_type == ResourceType::Function);
    let of = |package: &str| functions().find(|node| node.package_name == package && node.name == name);
    let found = match wanted {
        Some(wanted) => of(wanted),
        None => manifest.at_home(package, of).or_else(|| functions().find(|node| node.name == name)),
    };
    found.map(|node| node.unique_id.clone())
}

fn function_not_found(manifest: &Manifest, name: &str, asker: &Asker<'_>, place: Option<Place>) -> Error {
    let message = format!("{} `{}` calls the function `{name}`, which is not in this project", asker.kind, asker.name);
    let error = Error::new(Kind::RefNotFound, message).at(place.unwrap_or_else(|| Place::file(asker.file)));
    let functions = manifest.nodes.values().filter(|node| node.resource_type == ResourceType::Function);
    match jinja::nearest(name, functions.map(|node| node.name.as_str())) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("write its SQL into a file in `functions/`, and describe it under `functions:`"),
    }
}

fn place(places: &[Option<Place>], index: usize) -> Option<Place> {
    places.get(index).cloned().flatten()
}

fn ref_not_found(names: &Names, reference: &Ref, asker: &Asker<'_>, place: Option<Place>) -> Error {
    let shown = match (&reference.package, &reference.version) {
        (Some(package), _) => format!("{package}.{}", reference.name),
        (None, Some(version)) => format!("{}.v{version}", reference.name),
        (None, None) => reference.name.clone(),
    };
    let fate = if names.is_disabled(reference) { "which is disabled" } else { "which is not in this project" };
    let error = Error::new(Kind::RefNotFound, format!("{} `{}` refers to `{shown}`, {fate}", asker.kind, asker.name))
        .at(place.unwrap_or_else(|| Place::file(asker.file)));
    if names.is_disabled(reference) {
        return error.hint("enable it with `enabled: true`, or remove the ref");
    }
    let mut known: Vec<&str> = names.refs.keys().map(String::as_str).collect();
    known.sort_unstable();
    if names.sources.keys().any(|(_, table)| *table == reference.name) {
        let (source, table) =
            names.sources.keys().find(|(_, table)| *table == reference.name).expect("one was just found");
        return error.hint(format!("there is a source table of this name: write source('{source}', '{table}')"));
    }
    if reference.version.is_some() {
        let prefix = format!("{}.v", reference.name);
        let versions: Vec<String> =
            known.iter().filter_map(|name| name.strip_prefix(&prefix)).map(str::to_owned).collect();
        if !versions.is_empty() {
            return error.hint(format!("`{}` has the versions {}", reference.name, listed(&versions)));
        }
    }
    match jinja::nearest(&reference.name, known) {
        Some(near) => error.hint(format!("there is a model named `{near}`")),
        None => error.hint("check the name: it is that of the file, without its extension"),
    }
}

fn source_not_found(
    names: &Names,
    manifest: &Manifest,
    source: &str,
    table: &str,
    asker: &Asker<'_>,
    place: Option<Place>,
) -> Error {
    let disabled = names.disabled_sources.iter().any(|(known, name)| known == source && name == table);
    let fate = if disabled { "which is disabled" } else { "which is not in this project" };
    let message = format!("{} `{}` reads the source `{source}.{table}`, {fate}", asker.kind, asker.name);
    let error = Error::new(Kind::SourceNotFound, message).at(place.unwrap_or_else(|| Place::file(asker.file)));
    if disabled {
        return error.hint("enable it with `enabled: true`, or read another source");
    }
    let mut known: Vec<String> =
        manifest.sources.values().map(|found| format!("{}.{}", found.source_name, found.name)).collect();
    known.sort_unstable();
    known.dedup();
    match jinja::nearest(&format!("{source}.{table}"), known.iter().map(String::as_str)) {
        Some(near) => error.hint(format!("there is a source table `{near}`")),
        None if known.is_empty() => error.hint("describe it under `sources:` in a properties file"),
        None => error.hint(format!("its sources hold {}", listed(&known))),
    }
}

fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(8).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > 8 { ", ..." } else { "" };
    format!("{}{more}", shown.join(", "))
}

// A generic test on a node knows it, even when it is disabled, and belongs to its group.
fn attach_tests(manifest: &mut Manifest, names: &Names) {
    let mut attached = Vec::new();
    for node in manifest.nodes.values().chain(manifest.disabled.values().flatten()) {
        let Some(key) = node.test.as_ref().and_then(|test| test.file_key_name.as_deref()) else { continue };
        let Some((section, name)) = key.split_once('.').filter(|(section, _)| *section != "sources") else { continue };
        debug_assert!(!section.is_empty(), "the key begins with a section");
        let version = node.refs.iter().find(|found| found.name == name).and_then(|found| found.version.clone());
        // A properties file describes what is in its own package.
        let package = Some(node.package_name.clone());
        let own = Ref { package, name: name.to_owned(), version, version_is_text: false, span: 0..0 };
        let disabled =
            || manifest.disabled.values().flatten().find(|node| node.name == name).map(|node| &node.unique_id);
        // As in dbt, which looks for what is disabled in all packages, and for what is enabled in this one.
        if let Some(target) = names.find_ref(&own, &node.package_name).or_else(disabled) {
            let group = manifest.nodes.get(target).and_then(|target| target.group.clone());
            attached.push((node.unique_id.clone(), target.clone(), group));
        }
    }
    for (test, target, group) in attached {
        if let Some(node) = manifest.nodes.get_mut(&test) {
            node.group = group;
        }
        let disabled = manifest.disabled.get_mut(&test).into_iter().flatten();
        for test in manifest.nodes.get_mut(&test).into_iter().chain(disabled).filter_map(|node| node.test.as_mut()) {
            test.attached_node = Some(target.clone());
        }
    }
}

// A private model is seen from its own group only; a generic test is in the group of the model that it is written at, and
// an exposure in none.
fn check_access(manifest: &Manifest, notes: &FxHashMap<UniqueId, Notes>) -> Result<()> {
    let is_private = |parent: &&Node| parent.extra.get("access").and_then(Json::as_str) == Some("private");
    for node in manifest.nodes.values() {
        for parent in node.depends_on.nodes.iter().filter_map(|id| manifest.nodes.get(id)).filter(is_private) {
            if node.group.is_none() || parent.group != node.group {
                let index = node.refs.iter().position(|found| found.name == parent.name).unwrap_or_default();
                let at = notes.get(&node.unique_id).and_then(|notes| place(&notes.ref_places, index));
                let written = node.test.as_ref().and_then(|test| test.written_at.clone());
                return Err(private(node.resource_type.name(), &node.name, parent)
                    .at(at.or(written).unwrap_or_else(|| Place::file(&node.file.path)))
                    .hint("add the model to that group, or make the other one `protected`"));
            }
        }
    }
    for exposure in manifest.exposures.values() {
        let mut parents = exposure.depends_on.nodes.iter().filter_map(|id| manifest.nodes.get(id));
        if let Some(parent) = parents.find(is_private) {
            return Err(private("exposure", &exposure.name, parent)
                .at(Place::file(&exposure.original_file_path))
                .hint("what is shown to others rests on models that are `protected` or `public`"));
        }
    }
    Ok(())
}

fn private(kind: &str, name: &str, parent: &Node) -> Error {
    let group = parent.group.as_deref().unwrap_or_default();
    let message = format!("{kind} `{name}` refers to `{}`, which is private to the group `{group}`", parent.name);
    Error::new(Kind::Compilation, message)
}
