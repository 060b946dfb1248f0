//! From a file's node and what properties files say about it to a node of the manifest.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::configure::{Said, configure};
use super::nodes::RawNode;
use super::placeholder::Placeholder;
use super::properties_file::PropertiesFile;
use super::recorder::{Notes, Recorder};
use super::{
    Column, DependsOn, Node, Parsing, ResourceType, TestInfo, checks, contract, functions, microbatch, naming,
    snapshot_config, time_spine,
};
use crate::error::{Place, Result};
use crate::transform::jinja::{self, Budget, Interpreter, SourceFile, Value};
use crate::transform::project::properties::{ColumnProperties, NodeProperties};

/// Configures and names a node. What its hooks refer to is added to its notes.
pub(super) fn node(
    parsing: &Parsing<'_>,
    mut raw: RawNode,
    described: Option<(&PropertiesFile, &NodeProperties)>,
) -> Result<(Node, Notes)> {
    let mut unique_id = raw.unique_id();
    let version = described.and_then(|(_, properties)| Some((properties, properties.version.as_ref()?)));
    if let Some((properties, version)) = version {
        raw.name.clone_from(&properties.name);
        unique_id = format!("{}.v{}", raw.unique_id(), version.text());
        raw.fqn.pop();
        raw.fqn.extend([raw.name.clone(), format!("v{}", version.text())]);
    }
    let mut properties = described.map(|(_, properties)| properties.config.clone());
    if raw.language == "python" && raw.kind == ResourceType::Model {
        properties.get_or_insert_default().entry("materialized").or_insert(json!("table"));
    }
    let said = Said { properties: properties.as_ref(), code: Some(&raw.notes.config) };
    let (config, unrendered_config) = configure(parsing, &raw.package, raw.kind, &raw.fqn, said)
        .map_err(|error| error.at(Place::file(&raw.file.path)))?;

    let mut tags = std::mem::take(&mut raw.tags);
    // dbt reads the file itself first: its tags come before those of a properties file.
    let without_properties = match properties.as_ref().filter(|said| said.contains_key("tags")) {
        Some(_) if raw.notes.config.contains_key("tags") => {
            let said = Said { properties: None, code: Some(&raw.notes.config) };
            Some(configure(parsing, &raw.package, raw.kind, &raw.fqn, said)?.0)
        }
        _ => None,
    };
    let of = |config: &Map<String, Json>| crate::transform::project::properties::texts(config.get("tags"));
    for tag in without_properties.iter().flat_map(of).chain(of(&config)) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    let notes = std::mem::take(&mut raw.notes);
    let described_fields = described.map(|(_, properties)| &properties.fields);
    let mut node = Node {
        unique_id: Arc::from(unique_id),
        resource_type: raw.kind,
        name: raw.name.clone(),
        package_name: raw.package.name.clone(),
        path: PathBuf::from(&raw.path),
        original_file_path: PathBuf::from(&raw.original),
        root_path: raw.package.root.clone(),
        fqn: raw.fqn,
        alias: raw.name,
        database: parsing.project.profile.database.clone(),
        schema: parsing.project.profile.schema.clone(),
        quoted: parsing.project.config.quoted(),
        language: raw.language.to_owned(),
        raw_code: raw.raw_code,
        file: raw.file,
        checksum: raw.checksum,
        tags,
        description: described.map(|(_, properties)| properties.description.clone()).unwrap_or_default(),
        columns: described
            .into_iter()
            .flat_map(|(_, properties)| &properties.columns)
            .map(|found| (found.name.clone(), column(found)))
            .collect(),
        meta: config.get("meta").cloned().unwrap_or_default(),
        docs: docs(config.get("docs")),
        group: config.get("group").and_then(Json::as_str).map(str::to_owned),
        patch_path: described.map(|(file, _)| file.id()),
        extra: extra(raw.kind, raw.index, &config, described_fields),
        config,
        unrendered_config,
        refs: Vec::new(),
        sources: Vec::new(),
        depends_on: DependsOn::default(),
        test: (raw.kind == ResourceType::Test).then(TestInfo::default),
        created_at: parsing.created_at,
        extra_ctes: Vec::new(),
        template: raw.template,
    };
    if let Some((_, version)) = version {
        node.extra.insert("version".into(), version.number.clone());
        node.extra.insert("latest_version".into(), version.latest.clone());
    }
    let said = described.map(|(file, properties)| {
        let document = &file.properties.document;
        (document.path.as_path(), &*document.text, properties.mark.line)
    });
    checks::values(&node, said)?;
    let place = described.map_or_else(
        || Place::file(&node.file.path),
        |(file, properties)| file.properties.document.place(properties.mark),
    );
    time_spine::check(&node).map_err(|error| error.at(place.clone()))?;
    functions::check(&node).map_err(|error| error.at(place.clone()))?;
    contract::settle(&mut node, described.is_some()).map_err(|error| error.at(place.clone()))?;
    snapshot_config::check(&node).map_err(|error| error.at(place.clone()))?;
    let scope = parsing.scope(&node.package_name);
    if microbatch::has_batches(&node, &scope.macros, &parsing.project.config.flags) {
        microbatch::settle(&mut node).map_err(|(key, error)| error.at(checks::place(&node, said, key)))?;
    }
    naming::name(parsing, &mut node)?;
    let notes = with_hooks(parsing, &node, notes)?;
    let notes = with_foreign_keys(parsing, &node, notes, &place)?;
    node.refs.clone_from(&notes.refs);
    node.sources.clone_from(&notes.sources);
    if !notes.functions.is_empty() {
        let called = notes.functions.iter().map(|(package, name)| package.iter().chain([name]).collect::<Vec<_>>());
        node.extra.insert("functions".into(), called.map(|parts| json!(parts)).collect());
    }
    node.depends_on.macros = notes.macros.iter().cloned().collect();
    Ok((node, notes))
}

/// A column as the manifest has it.
pub(super) fn column(found: &ColumnProperties) -> Column {
    Column {
        name: found.name.clone(),
        description: found.description.clone(),
        data_type: found.data_type.clone(),
        granularity: found.granularity.clone(),
        tags: found.tags.clone(),
        meta: Json::Object(found.meta.clone()),
        quote: found.quote,
        constraints: found.constraints.clone(),
        config: json!({"meta": found.meta, "tags": found.tags}),
        doc_blocks: Vec::new(),
        extra: found.extra.clone(),
    }
}

/// What the documents show of a resource, as its `docs` say.
pub(super) fn docs(config: Option<&Json>) -> Json {
    let of = |key: &str| config.and_then(|docs| docs.get(key)).cloned();
    json!({"show": of("show").unwrap_or(json!(true)), "node_color": of("node_color").unwrap_or(Json::Null)})
}

// Fields of dbt's shape that have no field of their own here.
fn extra(
    kind: ResourceType,
    index: Option<usize>,
    config: &Map<String, Json>,
    described: Option<&Map<String, Json>>,
) -> Map<String, Json> {
    let said = |key: &str| described.and_then(|fields| fields.get(key)).cloned().unwrap_or(Json::Null);
    let contract = config.get("contract");
    let of_contract =
        |key: &str, default: Json| contract.and_then(|contract| contract.get(key)).cloned().unwrap_or(default);
    let mut extra = Map::new();
    let value = json!({
        "enforced": of_contract("enforced", json!(false)),
        "alias_types": of_contract("alias_types", json!(true)),
        "checksum": null,
    });
    extra.insert("contract".into(), value);
    if kind == ResourceType::Model {
        extra.insert("access".into(), config.get("access").cloned().unwrap_or(json!("protected")));
        let constraints = if said("constraints").is_null() { json!([]) } else { said("constraints") };
        extra.insert("constraints".into(), constraints);
        for key in ["version", "latest_version"] {
            extra.insert(key.into(), said(key));
        }
        extra.insert("deprecation_date".into(), moment(said("deprecation_date")));
        extra.insert("time_spine".into(), time_spine::shape(said("time_spine")));
    }
    if kind == ResourceType::Function {
        extra.extend(functions::declared(described));
    }
    if let Some(index) = index {
        extra.insert("index".into(), json!(index));
    }
    extra
}

// A day is its first moment, in UTC.
fn moment(said: Json) -> Json {
    let day = said.as_str().filter(|text| chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok());
    day.map(|day| json!(format!("{day}T00:00:00+00:00"))).unwrap_or(said)
}

// Hooks are rendered with the node's own scope, so that what they refer to counts as the node's.
fn with_hooks(parsing: &Parsing<'_>, node: &Node, notes: Notes) -> Result<Notes> {
    let hooks = ["pre-hook", "post-hook"].into_iter().filter_map(|key| node.config.get(key)?.as_array()).flatten();
    let texts: Vec<&str> = hooks.filter_map(|hook| hook.get("sql")?.as_str()).collect();
    if texts.is_empty() {
        return Ok(notes);
    }
    let this = Placeholder::new(&node.database, &node.schema, &node.alias);
    let model = microbatch::with_batch_to_come(Value::from_json(&naming::description(node)));
    let mut recorder = Recorder::new(parsing.scope(&node.package_name), this, model, None);
    recorder.set_notes(notes);
    for text in &texts {
        let template = jinja::parse(SourceFile::new(&node.file.path, *text))?;
        Interpreter::new(&recorder, Budget::default()).render(&template).map_err(|error| {
            crate::Error::new(error.kind(), format!("in a hook of `{}`: {}", node.name, error.message()))
                .at(Place::file(&node.file.path))
        })?;
    }
    let notes = recorder.notes();
    if node.resource_type == ResourceType::Seed && !(notes.refs.is_empty() && notes.sources.is_empty()) {
        let hooks = texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ");
        let message = format!("seeds cannot depend on other nodes, and a hook of `{}` does: {hooks}", node.name);
        return Err(crate::Error::new(crate::error::Kind::Project, message)
            .at(Place::file(&node.file.path))
            .hint("make it a hook of a model that refers to the seed, or name the table without `ref` and `source`"));
    }
    Ok(notes)
}

// What a foreign key names is built before the node.
fn with_foreign_keys(parsing: &Parsing<'_>, node: &Node, notes: Notes, place: &Place) -> Result<Notes> {
    let targets = contract::targets(node)?;
    let mut notes = notes;
    for target in targets {
        let (refs, sources) = (notes.refs.len(), notes.sources.len());
        let this = Placeholder::new(&node.database, &node.schema, &node.alias);
        let mut recorder = Recorder::new(parsing.scope(&node.package_name), this, Value::None, None);
        recorder.set_notes(notes);
        let rendered = jinja::parse(SourceFile::new(&node.file.path, format!("{{{{ {target} }}}}")))
            .and_then(|template| Interpreter::new(&recorder, Budget::default()).render(&template));
        notes = recorder.notes();
        if rendered.is_err() || (notes.refs.len(), notes.sources.len()) == (refs, sources) {
            let message = format!("the foreign key of `{}` refers to `{target}`", node.name);
            return Err(crate::Error::new(crate::error::Kind::Project, message)
                .at(place.clone())
                .hint("write `to: ref('model')` or `to: source('source', 'table')`"));
        }
        // It stands in a properties file, and what was noted points into the text of the call.
        notes.ref_places.truncate(refs);
        notes.ref_places.resize(notes.refs.len(), Some(place.clone()));
        notes.source_places.truncate(sources);
        notes.source_places.resize(notes.sources.len(), Some(place.clone()));
    }
    Ok(notes)
}
