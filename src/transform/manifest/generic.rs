//! Generic tests: from a use in a properties file to a node with dbt's names.

use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;
use md5::{Digest, Md5};
use serde_json::{Map, Value as Json};

use super::configure::{Said, configure};
use super::nodes::hex;
use super::placeholder::Placeholder;
use super::recorder::{Notes, Recorder};
use super::{DependsOn, Node, Parsing, Ref, ResourceType, TestInfo, TestMetadata, checks, merge, naming};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{self, Args, Budget, Interpreter, SourceFile, Value};
use crate::transform::project::properties::{CONFIG_KEYS, TestProperties};
use crate::transform::project::yaml::Document;
use crate::transform::project::{PackageConfig, render};

/// What a test is written on.
#[derive(Clone, Debug)]
pub(super) enum Target {
    /// A model, seed or snapshot; the section of the file that says so.
    Node {
        section: &'static str,
        name: String,
        version: Option<String>,
    },
    Source {
        source: String,
        table: String,
    },
}

/// A test and all that is around it in its file.
#[derive(Clone, Debug)]
pub(super) struct Use<'a> {
    pub(super) package: &'a Arc<PackageConfig>,
    pub(super) document: &'a Document,
    /// The properties file: `models/staging/schema.yml`.
    pub(super) original: &'a str,
    pub(super) target: Target,
    pub(super) column: Option<String>,
    /// Tags of the column, or of the source and its table.
    pub(super) tags: Vec<String>,
    pub(super) test: &'a TestProperties,
}

/// Makes the node of a test, and notes what it refers to.
pub(super) fn node(parsing: &Parsing<'_>, used: &Use<'_>) -> Result<(Node, Notes)> {
    let test = used.test;
    let place = used.document.place(test.mark);
    let macro_name = format!("test_{}", test.name);
    let mut config = rendered_config(parsing, used)?;
    // What is switched off need not be there.
    let macro_id = macro_id(parsing, used, &macro_name);
    if macro_id.is_none() && config.get("enabled") != Some(&Json::Bool(false)) {
        return Err(missing_macro(parsing, used).at(place));
    }
    let arguments = arguments(used);
    let (short_name, full_name) = match &test.custom_name {
        Some(name) => (name.clone(), name.clone()),
        None => names(used, &arguments)?,
    };
    if short_name != full_name && !config.contains_key("alias") {
        config.insert("alias".into(), Json::String(short_name.clone()));
    }
    let mut kwargs = arguments;
    kwargs.insert("model".into(), Json::String(model_argument(&used.target)));

    let unique_id = format!("test.{}.{full_name}.{}", used.package.name, hash(&full_name, test, &kwargs)?);
    let raw_code = raw_code(test, &config)?;
    let written_tags = strings(config.get("tags"));
    let (notes, code) = match &macro_id {
        Some(macro_id) => notes(parsing, used, macro_id, &kwargs, &config).map_err(|error| error.at(place.clone()))?,
        None => (Notes::default(), config.clone()),
    };
    let fqn = fqn(used, &full_name);
    let said = Said { code: Some(&code), ..Said::default() };
    let (config, unrendered_config) =
        configure(parsing, used.package, ResourceType::Test, &fqn, said).map_err(|error| error.at(place))?;

    let mut own_tags = used.tags.clone();
    own_tags.extend(written_tags);
    own_tags.sort();
    own_tags.dedup();
    for tag in strings(config.get("tags")) {
        if !own_tags.contains(&tag) {
            own_tags.push(tag);
        }
    }
    let file_key_name = match &used.target {
        Target::Node { section, name, .. } => format!("{section}.{name}"),
        Target::Source { source, .. } => format!("sources.{source}"),
    };
    let mut node = Node {
        unique_id: Arc::from(unique_id),
        resource_type: ResourceType::Test,
        name: full_name,
        package_name: used.package.name.clone(),
        path: PathBuf::from(format!("{short_name}.sql")),
        original_file_path: PathBuf::from(used.original),
        root_path: used.package.root.clone(),
        fqn,
        alias: short_name,
        database: String::new(),
        schema: String::new(),
        quoted: parsing.project.config.quoted(),
        language: "sql".to_owned(),
        raw_code: Arc::from(raw_code.as_str()),
        file: SourceFile::new(used.original, &raw_code),
        checksum: String::new(),
        meta: config.get("meta").cloned().unwrap_or_default(),
        group: None,
        config,
        unrendered_config,
        tags: own_tags,
        description: test.description.clone(),
        columns: IndexMap::new(),
        docs: serde_json::json!({"show": true, "node_color": null}),
        patch_path: None,
        refs: notes.refs.clone(),
        sources: notes.sources.clone(),
        depends_on: DependsOn { nodes: Vec::new(), macros: notes.macros.iter().cloned().collect() },
        test: Some(TestInfo {
            metadata: Some(TestMetadata { name: test.name.clone(), namespace: test.namespace.clone(), kwargs }),
            column_name: used.column.clone(),
            attached_node: None,
            file_key_name: Some(file_key_name),
            written_at: Some(used.document.mark_of(used.test.mark)),
            where_macro: where_macro(parsing, used),
        }),
        created_at: parsing.created_at,
        extra_ctes: Vec::new(),
        template: None,
        extra: Map::new(),
    };
    checks::values(&node, Some((&used.document.path, &used.document.text, test.mark.line)))?;
    naming::name(parsing, &mut node)?;
    Ok((node, notes))
}

fn where_macro(parsing: &Parsing<'_>, used: &Use<'_>) -> Option<Arc<str>> {
    parsing.macros.unique_id(&used.package.name, "get_where_subquery")
}

fn macro_id(parsing: &Parsing<'_>, used: &Use<'_>, macro_name: &str) -> Option<Arc<str>> {
    match &used.test.namespace {
        Some(namespace) => parsing.macros.unique_id(&used.package.name, &format!("{namespace}.{macro_name}")),
        None => parsing.macros.unique_id(&used.package.name, macro_name),
    }
}

fn missing_macro(parsing: &Parsing<'_>, used: &Use<'_>) -> Error {
    let name = match &used.test.namespace {
        Some(namespace) => format!("{namespace}.{}", used.test.name),
        None => used.test.name.clone(),
    };
    let error = Error::new(Kind::Compilation, format!("there is no generic test `{name}`"));
    let names = parsing.macros.names(&used.package.name);
    let tests = names.iter().filter_map(|name| name.strip_prefix("test_"));
    match (jinja::nearest(&used.test.name, tests), &used.test.namespace) {
        (_, Some(namespace)) => {
            error.hint(format!("check that the package `{namespace}` is installed and has this test"))
        }
        (Some(near), None) => error.hint(format!("there is a test named `{near}`")),
        (None, None) => error.hint(format!("define it as {{% test {name}(model) %}} in `macros` or `tests/generic`")),
    }
}

// Configuration is rendered here; arguments when the test is compiled.
fn rendered_config(parsing: &Parsing<'_>, used: &Use<'_>) -> Result<Map<String, Json>> {
    let scope = parsing.yaml_scope(&used.package.name);
    let mut config = Map::new();
    for (key, value) in &used.test.config {
        let value = match value {
            Json::String(text) => render::text(used.document, text, used.test.mark, &*scope)?,
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => value.clone(),
        };
        if !value.is_null() {
            config.insert(key.clone(), value);
        }
    }
    debug_assert!(CONFIG_KEYS.iter().all(|key| !used.test.arguments.contains_key(*key)), "settings are no arguments");
    Ok(config)
}

fn arguments(used: &Use<'_>) -> Map<String, Json> {
    let column = used.column.iter().map(|column| ("column_name".to_owned(), Json::String(column.clone())));
    column.chain(used.test.arguments.clone()).collect()
}

fn model_argument(target: &Target) -> String {
    match target {
        Target::Node { name, version: Some(version), .. } => {
            format!("{{{{ get_where_subquery(ref('{name}', version='{version}')) }}}}")
        }
        Target::Node { name, version: None, .. } => format!("{{{{ get_where_subquery(ref('{name}')) }}}}"),
        Target::Source { source, table } => format!("{{{{ get_where_subquery(source('{source}', '{table}')) }}}}"),
    }
}

/// The short name, for files and relations, and the full one, for ids: `<ns>_<test>_<target>_<arguments>`.
fn names(used: &Use<'_>, arguments: &Map<String, Json>) -> Result<(String, String)> {
    let (prefix, target) = match &used.target {
        Target::Node { name, version: Some(version), .. } => ("", format!("{name}_v{version}")),
        Target::Node { name, version: None, .. } => ("", name.clone()),
        Target::Source { source, table } => ("source_", format!("{source}_{table}")),
    };
    let mut identifier = format!("{prefix}{}_{target}", used.test.name);
    if let Some(namespace) = &used.test.namespace {
        identifier = format!("{namespace}_{identifier}");
    }
    let mut keys: Vec<&String> = arguments.keys().collect();
    keys.sort();
    let mut parts = Vec::new();
    for key in keys {
        let values: Vec<&Json> = match &arguments[key] {
            Json::Object(map) => map.values().collect(),
            Json::Array(list) => list.iter().collect(),
            value @ (Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_)) => vec![value],
        };
        for value in values {
            parts.push(words_only(&Value::from_json(value).text()?));
        }
    }
    let full = format!("{identifier}_{}", parts.join("__"));
    if full.chars().count() < 64 {
        return Ok((full.clone(), full));
    }
    let start: String = identifier.chars().take(30).collect();
    Ok((format!("{start}_{}", md5(&full)), full))
}

// Each run of other characters becomes one underscore.
fn words_only(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() || letter == '_' {
            out.push(letter);
            gap = false;
        } else if !gap {
            out.push('_');
            gap = true;
        }
    }
    out
}

fn md5(text: &str) -> String {
    hex(&Md5::digest(text.as_bytes()))
}

// The last ten digits of the hash of the name and of Python's print of the sorted metadata.
fn hash(name: &str, test: &TestProperties, kwargs: &Map<String, Json>) -> Result<String> {
    let namespace = test.namespace.as_deref().map_or(Value::str("None"), Value::str);
    let metadata = Value::dict([
        ("kwargs", hashable(&Json::Object(kwargs.clone()))?),
        ("name", Value::str(&test.name)),
        ("namespace", namespace),
    ]);
    let digest = md5(&format!("{name}{}", metadata.repr()));
    Ok(digest[digest.len() - 10..].to_owned())
}

fn hashable(value: &Json) -> Result<Value> {
    Ok(match value {
        Json::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let entries: Result<Vec<(&String, Value)>> =
                keys.into_iter().map(|key| Ok((key, hashable(&map[key])?))).collect();
            Value::dict(entries?)
        }
        Json::Array(list) => Value::list(list.iter().map(hashable).collect::<Result<Vec<_>>>()?),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => Value::Str(Value::from_json(value).text()?),
    })
}

// The code that dbt gives a generic test: a call of its macro, and its configuration.
fn raw_code(test: &TestProperties, config: &Map<String, Json>) -> Result<String> {
    let prefix = test.namespace.as_deref().map(|namespace| format!("{namespace}.")).unwrap_or_default();
    let mut settings = Vec::new();
    for (key, value) in config {
        settings.push(match value {
            Json::String(text) => format!("{key}=\"{}\"", text.replace('"', "\\\"")),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => {
                format!("{key}={}", Value::from_json(value).text()?)
            }
        });
    }
    let call = format!("{{{{ {prefix}test_{}(**_dbt_generic_test_kwargs) }}}}", test.name);
    if settings.is_empty() {
        return Ok(call);
    }
    Ok(format!("{call}{{{{ config({}) }}}}", settings.join(",")))
}

/// Macros whose body asks for nothing beyond its arguments, with those: they need not be rendered to know what they
/// refer to.
const PLAIN_TESTS: [(&str, &[&str]); 4] = [
    ("macro.dbt.test_unique", &["model", "column_name"]),
    ("macro.dbt.test_not_null", &["model", "column_name"]),
    ("macro.dbt.test_accepted_values", &["model", "column_name", "values", "quote"]),
    ("macro.dbt.test_relationships", &["model", "column_name", "to", "field"]),
];

// What the test refers to, and its configuration as its code gives it.
fn notes(
    parsing: &Parsing<'_>,
    used: &Use<'_>,
    macro_id: &Arc<str>,
    kwargs: &Map<String, Json>,
    config: &Map<String, Json>,
) -> Result<(Notes, Map<String, Json>)> {
    let mut notes = Notes::default();
    notes.macros.insert(macro_id.clone());
    let plain = PLAIN_TESTS.iter().position(|(known, arguments)| {
        *known == &**macro_id && kwargs.keys().all(|key| arguments.contains(&key.as_str()))
    });
    if plain.is_some_and(|index| index < 2) {
        note_target(&mut notes, used);
        return Ok((notes, config.clone()));
    }
    notes.macros.extend(where_macro(parsing, used));
    let profile = &parsing.project.profile;
    let this = Placeholder::new(&profile.database, &profile.schema, &used.test.name);
    let mut recorder = Recorder::new(parsing.scope(&used.package.name), this, Value::None, None);
    recorder.set_notes(notes);
    // A run knows the macros of the node's package alone, and so the test fails there, as in dbt; it is no reason not to parse.
    recorder.see_siblings(used.test.namespace.as_deref());
    let mut call = Args::default();
    for (key, value) in kwargs {
        call.named.insert(Arc::from(key.as_str()), argument(&recorder, key, value)?);
    }
    if plain.is_none() {
        let name = format!("test_{}", used.test.name);
        let name = used.test.namespace.as_ref().map_or(name.clone(), |namespace| format!("{namespace}.{name}"));
        Interpreter::new(&recorder, Budget::default()).call_named(&name, call)?;
    }
    let mut notes = recorder.notes();
    // dbt adds the configuration twice for these tests: by itself, and after the macro's own in the code that it writes.
    let mut code = config.clone();
    merge::config_calls(&mut code, std::mem::take(&mut notes.config))?;
    merge::config_calls(&mut code, config.clone())?;
    Ok((notes, code))
}

fn note_target(notes: &mut Notes, used: &Use<'_>) {
    match &used.target {
        Target::Node { name, version, .. } => {
            notes.refs.push(Ref {
                package: None,
                name: name.clone(),
                version: version.clone(),
                version_is_text: false,
                span: 0..0,
            });
            notes.ref_places.push(None);
        }
        Target::Source { source, table } => {
            notes.sources.push((source.clone(), table.clone()));
            notes.source_places.push(None);
        }
    }
}

// An argument's texts are templates, and a text that is a call of `ref` or its like is one without braces.
fn argument(recorder: &Recorder, key: &str, value: &Json) -> Result<Value> {
    match value {
        Json::String(text) if key != "column_name" => {
            let text = if render::is_call(text) { format!("{{{{ {text} }}}}") } else { text.clone() };
            if !render::is_template(&text) {
                return Ok(Value::str(text));
            }
            let template = jinja::parse(SourceFile::new("argument", text))?;
            Interpreter::new(recorder, Budget::default()).evaluate(&template)
        }
        Json::Array(list) => {
            Ok(Value::list(list.iter().map(|item| argument(recorder, "", item)).collect::<Result<Vec<_>>>()?))
        }
        Json::Object(map) => {
            let entries: Result<Vec<(&String, Value)>> =
                map.iter().map(|(name, item)| Ok((name, argument(recorder, "", item)?))).collect();
            Ok(Value::dict(entries?))
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => Ok(Value::from_json(value)),
    }
}

// The folders of the properties file, without the first, then the name.
fn fqn(used: &Use<'_>, name: &str) -> Vec<String> {
    let parts: Vec<&str> = used.original.split('/').collect();
    let folders = parts.get(1..parts.len().saturating_sub(1)).unwrap_or_default();
    let names = std::iter::once(used.package.name.as_str()).chain(folders.iter().copied()).chain([name]);
    names.map(str::to_owned).collect()
}

fn strings(value: Option<&Json>) -> Vec<String> {
    crate::transform::project::properties::texts(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_characters_become_one_underscore() {
        assert_eq!(words_only("ref('a b')"), "ref_a_b_");
        assert_eq!(words_only("1.5"), "1_5");
    }
}
