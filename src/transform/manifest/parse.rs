//! From the files of a project to its manifest.
//!
//! Files are read, parsed and recorded in parallel; what follows (configuring, naming, resolving) is one pass over the
//! results, in dbt's order.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;
use serde_json::{Value as Json, json};

use super::cache::Cache;
use super::configure::{Said, configure};
use super::generic::{Target, Use};
use super::nodes::RawNode;
use super::properties_file::PropertiesFile;
use super::recorder::{Notes, PackageScope};
use super::{
    Macros, Manifest, Node, ResourceType, UniqueId, assemble, checks, docs, exposures, generic, lifetimes, macros,
    nodes, overrides, parallel, properties_file, resolve, semantics, sources, unit_tests,
};
use crate::engine::dialect::quote;
use crate::error::{Error, Kind, Place, Result};
use crate::event::{Event, Recording, Sink};
use crate::transform::project::globals::{Globals, Vars, YamlScope};
use crate::transform::project::properties::{ColumnProperties, NodeProperties, Section, Version};
use crate::transform::project::{Project, packages};

/// A manifest, and what is needed to render its nodes.
pub struct ParsedProject {
    pub manifest: Manifest,
    pub macros: Arc<Macros>,
}

/// What all steps of parsing share.
pub(super) struct Parsing<'a> {
    pub(super) project: &'a Project,
    pub(super) macros: Arc<Macros>,
    pub(super) created_at: f64,
    pub(super) cache: Cache,
    scopes: FxHashMap<String, Arc<PackageScope>>,
    yaml_scopes: FxHashMap<String, Arc<YamlScope>>,
}

impl Parsing<'_> {
    /// The scope that templates of a package share.
    pub(super) fn scope(&self, package: &str) -> Arc<PackageScope> {
        self.scopes
            .get(package)
            .or_else(|| self.scopes.get(self.project.name()))
            .expect("every package has a scope")
            .clone()
    }

    pub(super) fn yaml_scope(&self, package: &str) -> Arc<YamlScope> {
        let found = self.yaml_scopes.get(package).or_else(|| self.yaml_scopes.get(self.project.name()));
        found.expect("every package has a scope").clone()
    }
}

/// Parses every file of the project and its packages.
pub fn parse_project(project: &Project, sink: &dyn Sink) -> Result<ParsedProject> {
    parse_with(project, Cache::default(), sink)
}

/// The same, with what earlier parses have left in the target folder, where this one leaves the like.
pub fn parse_project_again(project: &Project, sink: &dyn Sink) -> Result<ParsedProject> {
    parse_with(project, Cache::open(project, sink), sink)
}

fn parse_with(project: &Project, cache: Cache, sink: &dyn Sink) -> Result<ParsedProject> {
    packages::check_installed(project, sink)?;
    let created_at = project.invocation.started_at.timestamp_micros() as f64 / 1e6;
    // Templates tell from many threads; what they said is passed on when they are done.
    let told = Arc::new(Recording::default());
    let result = parse(project, created_at, cache, &told, sink);
    told.events().into_iter().for_each(|event| sink.tell(event));
    result
}

fn parse(
    project: &Project,
    created_at: f64,
    cache: Cache,
    told: &Arc<Recording>,
    sink: &dyn Sink,
) -> Result<ParsedProject> {
    let (macro_entries, macros) = macros::load(project, created_at)?;
    let mut parsing = parsing(project, macros, created_at, told);
    parsing.cache = cache;
    let mut raw = nodes::load(&parsing)?;
    let mut files = properties_file::load(&parsing)?;
    for file in &files {
        file.properties.document.warn(sink);
        file.properties.mistaken().into_iter().for_each(|message| sink.tell(Event::Warning { message }));
    }
    overrides::apply(&mut files, sink);
    raw.extend(nodes::snapshots_of(&parsing, &files)?);
    // All that is kept has been read by now. What is wrong further on does not make it wrong.
    std::mem::take(&mut parsing.cache).save(sink);

    let mut manifest = Manifest {
        project_name: project.name().to_owned(),
        own_package_first: project.config.flags.get("require_ref_searches_node_package_before_root")
            == Some(&Json::Bool(true)),
        macros: macro_entries,
        docs: docs::load(&parsing)?,
        selectors: Json::Array(project.config.selectors.clone()),
        ..Manifest::default()
    };
    let mut notes: FxHashMap<UniqueId, Notes> = FxHashMap::default();
    let described = describe(&parsing, &files, &raw, sink)?;
    let paired: Vec<(RawNode, Option<(usize, usize)>)> = raw.into_iter().zip(described).collect();
    for (raw, described) in paired {
        let described = described.map(|(file, entry)| (&files[file], &files[file].properties.nodes[entry]));
        let (node, asked) = assemble::node(&parsing, raw, described)?;
        add(&mut manifest, &mut notes, node, asked)?;
    }
    describe_macros(&mut manifest, &files, sink);
    add_sources(&parsing, &mut manifest, &files)?;
    let tests = uses(&files);
    let made = parallel::map(&tests, |used| {
        let (node, asked) = generic::node(&parsing, used)?;
        Ok((node, asked))
    })?;
    for ((node, asked), used) in made.into_iter().zip(&tests) {
        if manifest.nodes.contains_key(&node.unique_id) {
            return Err(Error::new(Kind::Project, format!("the test `{}` is given twice", node.name))
                .at(used.document.place(used.test.mark))
                .hint("remove one of the two, or give one a `name:` of its own"));
        }
        add(&mut manifest, &mut notes, node, asked)?;
    }
    add_exposures(&parsing, &mut manifest, &mut notes, &files)?;
    add_groups(&mut manifest, &files);
    checks::groups(&manifest, &files)?;
    checks::warn(&manifest, &project.config, &files, sink);
    manifest.sources.values().filter_map(sources::ageless).for_each(|message| sink.tell(Event::Info { message }));
    lifetimes::warn_of_constraints(&manifest, sink);
    resolve::resolve(&mut manifest, &notes, sink)?;
    lifetimes::warn(&manifest, project.invocation.started_at, sink);
    unit_tests::add(&parsing, &mut manifest, &files)?;
    semantics::add(&parsing, &mut manifest, &files, sink)?;
    docs::render_descriptions(&parsing, &mut manifest)?;
    check_relations(&manifest)?;
    Ok(ParsedProject { manifest, macros: parsing.macros })
}

fn parsing<'a>(project: &'a Project, macros: Macros, created_at: f64, told: &Arc<Recording>) -> Parsing<'a> {
    let macros = Arc::new(macros);
    let mut parsing = Parsing {
        project,
        macros: macros.clone(),
        created_at,
        cache: Cache::default(),
        scopes: FxHashMap::default(),
        yaml_scopes: FxHashMap::default(),
    };
    for package in project.all() {
        let vars = Arc::new(Vars::new(&project.invocation, &project.config, package));
        let globals = || {
            Globals::new(project.invocation.clone(), vars.clone(), told.clone())
                .of_project(project.name(), &project.profile)
        };
        let scope = PackageScope {
            package: Arc::from(package.name.as_str()),
            macros: macros.clone(),
            globals: globals().with_lenient_vars(),
        };
        parsing.scopes.insert(package.name.clone(), Arc::new(scope));
        parsing.yaml_scopes.insert(package.name.clone(), Arc::new(YamlScope::of(globals())));
    }
    parsing
}

fn add(manifest: &mut Manifest, notes: &mut FxHashMap<UniqueId, Notes>, node: Node, asked: Notes) -> Result<()> {
    if node.config_bool("enabled") == Some(false) {
        manifest.disabled.entry(node.unique_id.clone()).or_default().push(node);
        return Ok(());
    }
    if let Some(first) = manifest.nodes.get(&node.unique_id) {
        return Err(Error::new(
            Kind::Project,
            format!(
                "two {}s are named `{}`: here and in `{}`",
                node.resource_type.name(),
                node.name,
                first.original_file_path.display()
            ),
        )
        .at(Place::file(&node.file.path))
        .hint("rename one of the files, or disable one of the two"));
    }
    notes.insert(node.unique_id.clone(), asked);
    manifest.nodes.insert(node.unique_id.clone(), node);
    Ok(())
}

// Which entry of which properties file describes each raw node.
fn describe(
    parsing: &Parsing<'_>,
    files: &[PropertiesFile],
    raw: &[RawNode],
    sink: &dyn Sink,
) -> Result<Vec<Option<(usize, usize)>>> {
    let mut by_name: FxHashMap<(Section, &str), Vec<usize>> = FxHashMap::default();
    for (index, node) in raw.iter().enumerate() {
        if let Some(section) = section_of(node.kind) {
            by_name.entry((section, &node.name)).or_default().push(index);
        }
    }
    let mut described: Vec<Option<(usize, usize)>> = vec![None; raw.len()];
    for (file_index, file) in files.iter().enumerate() {
        for (entry_index, entry) in file.properties.nodes.iter().enumerate() {
            let named = |name| of_name(&by_name, entry.section, name);
            let found = match &entry.version {
                None => named(&entry.name),
                // The latest version may stand in a file of the model's plain name.
                Some(version) if named(&version.file).is_empty() && version.is_latest() => named(&entry.name),
                Some(version) => named(&version.file),
            };
            let targets = targets(parsing, raw, found, &file.package.name);
            if targets.is_empty() {
                sink.tell(Event::Named { name: "NoNodeForYamlKey", message: nothing_described(file, entry, raw) });
            }
            for target in targets {
                if let Some((first, _)) = described[target] {
                    let message = format!(
                        "`{}` is described twice; the other place is in `{}`",
                        entry.name, files[first].original
                    );
                    return Err(Error::new(Kind::Project, message)
                        .at(file.properties.document.place(entry.mark))
                        .hint("bring both into one entry"));
                }
                described[target] = Some((file_index, entry_index));
            }
        }
    }
    Ok(described)
}

// Of the nodes of a name, those that an entry in a file of `package` is about, as dbt has it: the one of the package, else
// one of another package, and what is disabled only where nothing else goes by the name, and only in the package.
fn targets(parsing: &Parsing<'_>, raw: &[RawNode], found: &[usize], package: &str) -> Vec<usize> {
    let (own, others): (Vec<usize>, Vec<usize>) =
        found.iter().copied().partition(|&index| raw[index].package.name == package);
    if own.len() == 1 && others.is_empty() {
        return own;
    }
    let enabled = |index: &usize| is_enabled(parsing, &raw[*index]);
    let of_package: Vec<usize> = own.iter().copied().filter(enabled).collect();
    if !of_package.is_empty() {
        return of_package;
    }
    others.into_iter().find(enabled).map_or(own, |other| vec![other])
}

// By the project files and by its own code, which is all that is known before its entry is. What is wrong there is told
// when the node is made.
fn is_enabled(parsing: &Parsing<'_>, raw: &RawNode) -> bool {
    let said = Said { properties: None, code: Some(&raw.notes.config) };
    let configured = configure(parsing, &raw.package, raw.kind, &raw.fqn, said);
    configured.map_or(true, |(config, _)| config.get("enabled") != Some(&json!(false)))
}

fn of_name<'m>(by_name: &'m FxHashMap<(Section, &'m str), Vec<usize>>, section: Section, name: &'m str) -> &'m [usize] {
    by_name.get(&(section, name)).map(Vec::as_slice).unwrap_or_default()
}

fn section_of(kind: ResourceType) -> Option<Section> {
    match kind {
        ResourceType::Model => Some(Section::Models),
        ResourceType::Seed => Some(Section::Seeds),
        ResourceType::Snapshot => Some(Section::Snapshots),
        ResourceType::Analysis => Some(Section::Analyses),
        ResourceType::Test => Some(Section::DataTests),
        ResourceType::Function => Some(Section::Functions),
        ResourceType::Operation
        | ResourceType::Source
        | ResourceType::Exposure
        | ResourceType::UnitTest
        | ResourceType::Metric
        | ResourceType::SemanticModel
        | ResourceType::SavedQuery
        | ResourceType::SqlOperation => None,
    }
}

fn nothing_described(file: &PropertiesFile, entry: &NodeProperties, raw: &[RawNode]) -> String {
    let place = file.properties.document.place(entry.mark);
    let section = entry.section.key();
    match raw.iter().find(|node| node.name == entry.name) {
        Some(other) if section_of(other.kind) == Some(entry.section) => {
            format!("{place}: `{}` is disabled, and in another package", entry.name)
        }
        Some(other) => format!("{place}: `{}` stands under `{section}`, and it is a {}", entry.name, other.kind.name()),
        None => format!("{place}: nothing under `{section}` is named `{}`", entry.name),
    }
}

fn describe_macros(manifest: &mut Manifest, files: &[PropertiesFile], sink: &dyn Sink) {
    for (file, entry) in files.iter().flat_map(|file| file.properties.macros.iter().map(move |entry| (file, entry))) {
        let id = format!("macro.{}.{}", file.package.name, entry.name);
        let Some(found) = manifest.macros.get_mut(id.as_str()) else {
            let place = file.properties.document.place(entry.mark);
            let message = format!("{place}: there is no macro named `{}`", entry.name);
            sink.tell(Event::Named { name: "MacroNotFoundForPatch", message });
            continue;
        };
        entry.fields.get("description").and_then(Json::as_str).unwrap_or_default().clone_into(&mut found.description);
        found.arguments = entry.fields.get("arguments").cloned().unwrap_or_else(|| json!([]));
        let config = |key: &str| entry.fields.get("config").and_then(|config| config.get(key));
        let meta = [entry.fields.get("meta"), config("meta")].into_iter().flatten().filter_map(Json::as_object);
        found.meta = Json::Object(meta.flatten().map(|(key, value)| (key.clone(), value.clone())).collect());
        found.docs = super::assemble::docs(config("docs").or_else(|| entry.fields.get("docs")));
        found.patch_path = Some(file.id());
    }
}

fn add_sources(parsing: &Parsing<'_>, manifest: &mut Manifest, files: &[PropertiesFile]) -> Result<()> {
    for file in files {
        for source in &file.properties.sources {
            for table in &source.tables {
                let node = sources::node(parsing, file, source, table)?;
                if node.config.get("enabled") == Some(&json!(false)) {
                    manifest.disabled_sources.entry(node.unique_id.clone()).or_default().push(node);
                    continue;
                }
                if let Some(first) = manifest.sources.get(&node.unique_id) {
                    let message = format!(
                        "the source table `{}.{}` is described twice; the other place is in `{}`",
                        source.name,
                        table.name,
                        first.original_file_path.display()
                    );
                    return Err(Error::new(Kind::Project, message)
                        .at(file.properties.document.place(table.mark))
                        .hint("remove one of the two"));
                }
                manifest.sources.insert(node.unique_id.clone(), node);
            }
        }
    }
    Ok(())
}

// Every use of a generic test: those of nodes first, those of sources last, as dbt has them.
fn uses(files: &[PropertiesFile]) -> Vec<Use<'_>> {
    let mut uses = Vec::new();
    let described = [Section::Models, Section::Seeds, Section::Snapshots];
    for file in files {
        for section in described {
            for entry in file.properties.nodes.iter().filter(|entry| entry.section == section) {
                let version = entry.version.as_ref().map(Version::text);
                let target = Target::Node { section: section.key(), name: entry.name.clone(), version };
                let quoted = entry.fields.get("quote_columns").and_then(Json::as_bool);
                uses.extend(of_columns(file, &target, &entry.columns, quoted, &[]));
                uses.extend(entry.tests.iter().map(|test| used(file, &target, None, Vec::new(), test)));
            }
        }
    }
    for file in files {
        for source in &file.properties.sources {
            for table in &source.tables {
                let target = Target::Source { source: source.name.clone(), table: table.name.clone() };
                let tags = sources::test_tags(source, table);
                uses.extend(table.tests.iter().map(|test| used(file, &target, None, tags.clone(), test)));
                let quoted =
                    table.fields.get("quoting").and_then(|quoting| quoting.get("column")).and_then(Json::as_bool);
                uses.extend(of_columns(file, &target, &table.columns, quoted, &tags));
            }
        }
    }
    uses
}

fn of_columns<'a>(
    file: &'a PropertiesFile,
    target: &Target,
    columns: &'a [ColumnProperties],
    quoted: Option<bool>,
    tags: &[String],
) -> Vec<Use<'a>> {
    let mut uses = Vec::new();
    for column in columns {
        let name = if column.quote.or(quoted) == Some(true) { quote(&column.name) } else { column.name.clone() };
        let tags: Vec<String> = tags.iter().chain(&column.tags).cloned().collect();
        uses.extend(column.tests.iter().map(|test| used(file, target, Some(name.clone()), tags.clone(), test)));
    }
    uses
}

fn used<'a>(
    file: &'a PropertiesFile,
    target: &Target,
    column: Option<String>,
    tags: Vec<String>,
    test: &'a crate::transform::project::properties::TestProperties,
) -> Use<'a> {
    Use {
        package: &file.package,
        document: &file.properties.document,
        original: &file.original,
        target: target.clone(),
        column,
        tags,
        test,
    }
}

fn add_exposures(
    parsing: &Parsing<'_>,
    manifest: &mut Manifest,
    notes: &mut FxHashMap<UniqueId, Notes>,
    files: &[PropertiesFile],
) -> Result<()> {
    for file in files {
        for entry in &file.properties.exposures {
            let (exposure, asked) = exposures::node(parsing, file, entry)?;
            let enabled = exposure.extra.get("config").and_then(|config| config.get("enabled")) != Some(&json!(false));
            if enabled {
                notes.insert(exposure.unique_id.clone(), asked);
                manifest.exposures.insert(exposure.unique_id.clone(), exposure);
            } else {
                manifest.disabled_exposures.entry(exposure.unique_id.clone()).or_default().push(exposure);
            }
        }
    }
    Ok(())
}

fn add_groups(manifest: &mut Manifest, files: &[PropertiesFile]) {
    let mut groups: IndexMap<UniqueId, Json> = IndexMap::new();
    for file in files {
        for entry in &file.properties.groups {
            let id = format!("group.{}.{}", file.package.name, entry.name);
            let mut fields = entry.fields.clone();
            fields.entry("description").or_insert(Json::Null);
            let meta = fields.get("config").and_then(|config| config.get("meta")).or(fields.get("meta"));
            let config = json!({"meta": meta.cloned().unwrap_or_else(|| json!({}))});
            fields.insert("config".into(), config);
            if let Some(owner) = fields.get_mut("owner").and_then(Json::as_object_mut) {
                for name in ["email", "name"] {
                    owner.entry(name).or_insert(Json::Null);
                }
            }
            fields.insert("resource_type".into(), json!("group"));
            fields.insert("unique_id".into(), json!(id));
            fields.insert("package_name".into(), json!(file.package.name));
            fields.insert("original_file_path".into(), json!(file.original));
            fields.insert("path".into(), json!(file.relative));
            groups.insert(Arc::from(id), Json::Object(fields));
        }
    }
    manifest.groups = groups;
}

// Two nodes may not write the same relation.
fn check_relations(manifest: &Manifest) -> Result<()> {
    let mut seen: FxHashMap<(String, String, String), &Node> = FxHashMap::default();
    let made = manifest.nodes.values().filter(|node| resolve::is_refable(node.resource_type) && !node.is_ephemeral());
    for node in made {
        let lower = |text: &str| text.to_lowercase();
        let key = (lower(&node.database), lower(&node.schema), lower(&node.alias));
        if let Some(first) = seen.insert(key, node) {
            let message = format!(
                "`{}` and `{}` would both be the relation {}",
                first.unique_id,
                node.unique_id,
                node.relation_name()
            );
            return Err(Error::new(Kind::Project, message)
                .at(Place::file(&node.file.path))
                .hint("give one of them another `alias` or `schema`"));
        }
    }
    Ok(())
}
