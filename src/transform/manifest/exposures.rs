//! Exposures: what is made of the models outside of the project.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::configure::{Said, configure};
use super::placeholder::Placeholder;
use super::properties_file::PropertiesFile;
use super::recorder::{Notes, Recorder};
use super::{DependsOn, Exposure, Parsing, ResourceType};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{self, Budget, Interpreter, SourceFile, Value};
use crate::transform::project::properties::{Entry, texts};

/// The node of an exposure, and what it depends on. Disabled ones have `enabled: false` in their configuration.
pub(super) fn node(parsing: &Parsing<'_>, file: &PropertiesFile, entry: &Entry) -> Result<(Exposure, Notes)> {
    let place = || file.properties.document.place(entry.mark);
    let mut fqn = vec![file.package.name.clone()];
    fqn.extend(file.folders().map(str::to_owned));
    fqn.push(entry.name.clone());
    let mut said = entry.fields.get("config").and_then(Json::as_object).cloned().unwrap_or_default();
    // Tags of both places count.
    let both = [said.get("tags"), entry.fields.get("tags")].map(texts);
    if both.iter().any(|tags| !tags.is_empty()) {
        let mut tags = both.concat();
        tags.sort();
        tags.dedup();
        said.insert("tags".into(), json!(tags));
    }
    for key in ["meta", "enabled"] {
        if let Some(value) = entry.fields.get(key) {
            said.entry(key).or_insert_with(|| value.clone());
        }
    }
    let of_file = Said { properties: Some(&said), code: None };
    let (config, mut unrendered_config) =
        configure(parsing, &file.package, ResourceType::Exposure, &fqn, of_file).map_err(|error| error.at(place()))?;
    // What stands beside `config:` counts, and is not shown as written.
    unrendered_config.retain(|key, _| entry.fields.get("config").is_some_and(|config| config.get(key).is_some()));
    if let Some(tags) = entry.fields.get("config").and_then(|config| config.get("tags")) {
        unrendered_config.insert("tags".into(), tags.clone());
    }
    check_type(entry).map_err(|error| error.at(place()))?;
    let notes = notes(parsing, file, entry).map_err(|error| {
        let moved =
            Error::new(error.kind(), format!("in `depends_on` of the exposure `{}`: {}", entry.name, error.message()));
        match error.hint_text() {
            Some(hint) => moved.at(place()).hint(hint),
            None => moved.at(place()),
        }
    })?;
    let field = |key: &str| entry.fields.get(key).cloned().unwrap_or(Json::Null);
    let extra = json!({
        "type": field("type"),
        "owner": owner(&field("owner")),
        "description": field("description").as_str().unwrap_or_default(),
        "label": field("label"),
        "maturity": field("maturity"),
        "meta": config.get("meta"),
        "tags": texts(config.get("tags")),
        "config": config,
        "unrendered_config": unrendered_config,
        "url": field("url"),
        "refs": notes.refs.iter().map(|asked| json!({"name": asked.name, "package": asked.package, "version": asked.version.as_deref().map(version)})).collect::<Vec<_>>(),
        "metrics": metrics(entry).iter().map(|name| json!([name])).collect::<Vec<_>>(),
        "sources": notes.sources.iter().map(|(source, table)| json!([source, table])).collect::<Vec<_>>(),
    });
    let exposure = Exposure {
        unique_id: Arc::from(format!("exposure.{}.{}", file.package.name, entry.name)),
        name: entry.name.clone(),
        package_name: file.package.name.clone(),
        path: PathBuf::from(&file.relative),
        original_file_path: PathBuf::from(&file.original),
        fqn,
        depends_on: DependsOn::default(),
        extra: if let Json::Object(extra) = extra { extra } else { Map::new() },
        created_at: parsing.created_at,
    };
    Ok((exposure, notes))
}

// More may be said of an owner than a name and an address.
fn owner(said: &Json) -> Json {
    let mut owner = Map::from_iter([("email".to_owned(), Json::Null), ("name".to_owned(), Json::Null)]);
    owner.extend(said.as_object().cloned().unwrap_or_default());
    Json::Object(owner)
}

// The metrics among what it depends on: `metric('name')`.
fn metrics(entry: &Entry) -> Vec<String> {
    let calls = texts(entry.fields.get("depends_on"));
    let metrics = calls.iter().filter(|call| call.trim().starts_with("metric"));
    metrics.filter_map(|call| call.split(['\'', '"']).rev().nth(1).map(str::to_owned)).collect()
}

fn check_type(entry: &Entry) -> Result<()> {
    const TYPES: [&str; 5] = ["dashboard", "notebook", "analysis", "ml", "application"];
    let kind = entry.fields.get("type").and_then(Json::as_str).unwrap_or_default();
    if TYPES.contains(&kind) {
        return Ok(());
    }
    let error = Error::new(Kind::Project, format!("the exposure `{}` has the unknown type `{kind}`", entry.name));
    Err(match jinja::nearest(kind, TYPES) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint(format!("its `type` is one of {}", TYPES.join(", "))),
    })
}

fn notes(parsing: &Parsing<'_>, file: &PropertiesFile, entry: &Entry) -> Result<Notes> {
    let recorder = Recorder::new(parsing.scope(&file.package.name), Placeholder::default(), Value::None, None);
    for call in texts(entry.fields.get("depends_on")) {
        let call = call.trim();
        if call.starts_with("metric") {
            continue;
        }
        if !call.starts_with("ref") && !call.starts_with("source") {
            let error = Error::new(Kind::Project, format!("`{call}` is neither a ref, a source nor a metric"));
            return Err(error.hint("write \"ref('model')\", \"source('source', 'table')\" or \"metric('name')\""));
        }
        let template = jinja::parse(SourceFile::new("depends_on", format!("{{{{ {call} }}}}")))?;
        Interpreter::new(&recorder, Budget::default()).render(&template)?;
    }
    let mut notes = recorder.notes();
    // What was rendered is a text of ours: the entry is what its author knows.
    let place = file.properties.document.place(entry.mark);
    for known in notes.ref_places.iter_mut().chain(&mut notes.source_places) {
        *known = Some(place.clone());
    }
    Ok(notes)
}

// `v=2` is a number in dbt's files, `v='beta'` a text.
fn version(text: &str) -> Json {
    text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number))
}
