//! Unit tests: what a model makes of given rows, described in a properties file.
//!
//! A test of a model with versions becomes one for each version that it names.

use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json, json};

use super::configure::{Said, configure};
use super::files::{self, FoundFile};
use super::nodes::checksum;
use super::properties_file::PropertiesFile;
use super::unit_test_text;
use super::{DependsOn, Manifest, Node, Parsing, ResourceType, TestInfo, UniqueId, UnitTest, resolve};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja;
use crate::transform::project::properties::Entry;
use crate::transform::project::read_text;

/// Adds the unit tests of all files to a manifest whose nodes are in place.
pub(super) fn add(parsing: &Parsing<'_>, manifest: &mut Manifest, files: &[PropertiesFile]) -> Result<()> {
    let tests: Vec<(&PropertiesFile, &Entry)> =
        files.iter().flat_map(|file| file.properties.unit_tests.iter().map(move |entry| (file, entry))).collect();
    if tests.is_empty() {
        return Ok(());
    }
    let fixtures = Fixtures::of(parsing)?;
    for (file, entry) in tests {
        let at = |error: Error| error.at(file.properties.document.place(entry.mark));
        let mut test = described(parsing, file, entry, manifest, &fixtures).map_err(at)?;
        let off = test.get("config").and_then(|config| config.get("enabled")) == Some(&json!(false));
        if off || is_of_disabled_model(manifest, text(&test, "model")) {
            if let Some(config) = test.get_mut("config").and_then(Json::as_object_mut) {
                config.insert("enabled".into(), json!(false));
            }
            let id = id_of(file, &test);
            test.insert("unique_id".into(), json!(id));
            manifest.disabled_unit_tests.entry(Arc::from(id)).or_default().push(Json::Object(test));
            continue;
        }
        for (id, mut test) in of_versions(file, test, manifest).map_err(at)? {
            let written_at = Some(file.properties.document.mark_of(entry.mark));
            test.node.test = Some(TestInfo { written_at, ..TestInfo::default() });
            if manifest.unit_tests.insert(id, test).is_some() {
                let message = format!("the unit test `{}` is given twice for this model", entry.name);
                return Err(at(Error::new(Kind::Project, message).hint("rename one of the two")));
            }
        }
    }
    Ok(())
}

// A model that is switched off takes its unit tests along.
fn is_of_disabled_model(manifest: &Manifest, model: &str) -> bool {
    let is_it = |node: &Node| node.resource_type == ResourceType::Model && node.name == model;
    manifest.disabled.values().flatten().any(is_it) && !manifest.nodes.values().any(is_it)
}

fn text<'a>(test: &'a Map<String, Json>, key: &str) -> &'a str {
    test.get(key).and_then(Json::as_str).unwrap_or_default()
}

fn id_of(file: &PropertiesFile, test: &Map<String, Json>) -> String {
    format!("unit_test.{}.{}.{}", file.package.name, text(test, "model"), text(test, "name"))
}

fn described(
    parsing: &Parsing<'_>,
    file: &PropertiesFile,
    entry: &Entry,
    manifest: &Manifest,
    fixtures: &Fixtures,
) -> Result<Map<String, Json>> {
    let missing = |key: &str, hint: &str| {
        Error::new(Kind::Project, format!("the unit test `{}` has no `{key}`", entry.name)).hint(hint)
    };
    let model =
        entry.fields.get("model").and_then(Json::as_str).ok_or_else(|| missing("model", "name the model it tests"))?;
    let given = entry.fields.get("given").and_then(Json::as_array);
    let given =
        given.ok_or_else(|| missing("given", "list its inputs: `given: [{input: ref('model'), rows: [...]}]`"))?;
    let expect = entry.fields.get("expect").and_then(Json::as_object);
    let expect = expect.ok_or_else(|| missing("expect", "say what comes out: `expect: {rows: [...]}`"))?;

    let mut fqn = vec![file.package.name.clone()];
    let folders = file.original.split('/').collect::<Vec<_>>();
    fqn.extend(folders[1.min(folders.len())..folders.len() - 1].iter().map(|&folder| folder.to_owned()));
    fqn.extend([model.to_owned(), entry.name.clone()]);
    let said = entry.fields.get("config").and_then(Json::as_object);
    let said = Said { properties: said, code: None };
    let (config, _) = configure(parsing, &file.package, ResourceType::UnitTest, &fqn, said)?;

    let mut inputs = Vec::new();
    for input in given {
        let input = input
            .as_object()
            .filter(|input| input.contains_key("input"))
            .ok_or_else(|| missing("input", "begin each entry of `given` with `- input: ref('model')`"))?;
        let mut shaped = Map::new();
        shaped.insert("input".into(), input["input"].clone());
        shaped.extend(fixtures.rows(input, &entry.name, &file.package.name, manifest)?);
        inputs.push(Json::Object(shaped));
    }
    let expect = fixtures.rows(expect, &entry.name, &file.package.name, manifest)?;
    let overrides = entry.fields.get("overrides").and_then(Json::as_object).map(|overrides| {
        let of = |key: &str| overrides.get(key).cloned().unwrap_or_else(|| json!({}));
        json!({"macros": of("macros"), "vars": of("vars"), "env_vars": of("env_vars")})
    });
    let versions = entry.fields.get("versions").and_then(Json::as_object).map(|versions| {
        let of = |key: &str| versions.get(key).cloned().unwrap_or(Json::Null);
        json!({"include": of("include"), "exclude": of("exclude")})
    });
    let content = unit_test_text::text(model, versions.as_ref(), &inputs, &expect, overrides.as_ref());
    let shape = json!({
        "model": model,
        "given": inputs,
        "expect": expect,
        "name": entry.name,
        "resource_type": "unit_test",
        "package_name": file.package.name,
        "path": file.relative,
        "original_file_path": file.original,
        "unique_id": null,
        "fqn": fqn,
        "description": text(&entry.fields, "description"),
        "overrides": overrides,
        "depends_on": {"macros": [], "nodes": []},
        "config": config,
        "checksum": checksum(content.as_bytes()),
        "schema": null,
        "created_at": parsing.created_at,
        "versions": versions,
        "version": null,
    });
    Ok(if let Json::Object(shape) = shape { shape } else { Map::new() })
}

// One test for each version of the model that the test names; of a model without versions there is one.
fn of_versions(
    file: &PropertiesFile,
    test: Map<String, Json>,
    manifest: &Manifest,
) -> Result<Vec<(UniqueId, UnitTest)>> {
    let model = text(&test, "model");
    let named = |node: &&Node| node.resource_type == ResourceType::Model && node.name == model;
    let own = |node: &&Node| node.package_name == file.package.name;
    let mut models: Vec<&Node> = manifest.nodes.values().filter(named).filter(own).collect();
    if models.is_empty() {
        models = manifest.nodes.values().filter(named).take(1).collect();
    }
    if models.is_empty() {
        let message = format!("the unit test `{}` tests `{model}`, which is not in this project", text(&test, "name"));
        let known = manifest.nodes.values().filter(|node| node.resource_type == ResourceType::Model);
        return Err(Error::new(Kind::RefNotFound, message).hint(
            match jinja::nearest(model, known.map(|node| node.name.as_str())) {
                Some(near) => format!("there is a model named `{near}`"),
                None => "name a model of the project".to_owned(),
            },
        ));
    }
    let listed = |key: &str| test.get("versions").and_then(|versions| versions.get(key)).and_then(Json::as_array);
    let (include, exclude) = (listed("include"), listed("exclude"));
    let wanted = |version: &Json| {
        let holds = |list: &Vec<Json>| list.iter().any(|entry| resolve::plain(entry) == resolve::plain(version));
        include.is_none_or(holds) && !exclude.is_some_and(holds)
    };
    let mut tests = Vec::new();
    for node in models {
        let version = node.extra.get("version").filter(|version| !version.is_null());
        let mut id = id_of(file, &test);
        let mut file_name = format!("{}.sql", text(&test, "name"));
        if let Some(version) = version {
            if !wanted(version) {
                continue;
            }
            id = format!("{id}_v{}", resolve::plain(version));
            file_name = format!("{}_v{}.sql", text(&test, "name"), resolve::plain(version));
        }
        let mut test = test.clone();
        test.insert("unique_id".into(), json!(id));
        test.insert("depends_on".into(), json!({"macros": [], "nodes": [&*node.unique_id]}));
        test.insert("schema".into(), json!(node.schema));
        test.insert("version".into(), version.cloned().unwrap_or(Json::Null));
        check_incremental(node, &test)?;
        let id: UniqueId = Arc::from(id);
        tests.push((id.clone(), UnitTest { node: as_node(file, node, &id, &test, &file_name), shape: test }));
    }
    Ok(tests)
}

// A model that asks `is_incremental()` means two queries: a test says which of them it tests.
fn check_incremental(model: &Node, test: &Map<String, Json>) -> Result<()> {
    if !model.depends_on.macros.iter().any(|id| &**id == "macro.dbt.is_incremental") {
        return Ok(());
    }
    let said = test.get("overrides").and_then(|overrides| overrides.pointer("/macros/is_incremental"));
    let has_this = || {
        let given = test.get("given").and_then(Json::as_array);
        given.into_iter().flatten().any(|input| input["input"] == "this")
    };
    let (what, hint) = match said.and_then(Json::as_bool) {
        None => (
            "does not say whether the incremental model is there already",
            "add `overrides: {macros: {is_incremental: false}}` to it, or true with an input `this`",
        ),
        Some(true) if !has_this() => (
            "says that the incremental model is there already, and not what is in it",
            "add `- input: this` with `rows:` to its `given`",
        ),
        Some(_) => return Ok(()),
    };
    let message = format!("the unit test `{}` of `{}` {what}", text(test, "name"), model.name);
    Err(Error::new(Kind::Project, message).hint(hint))
}

// The code and the names of the model, in the place of the test.
fn as_node(file: &PropertiesFile, model: &Node, id: &UniqueId, test: &Map<String, Json>, file_name: &str) -> Node {
    let config = test.get("config").and_then(Json::as_object).cloned().unwrap_or_default();
    let texts = |list: Option<&Json>| -> Vec<String> {
        list.and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect()
    };
    Node {
        unique_id: id.clone(),
        resource_type: ResourceType::UnitTest,
        name: text(test, "name").to_owned(),
        package_name: file.package.name.clone(),
        path: Path::new(&file.original).with_file_name(file_name),
        original_file_path: file.original.clone().into(),
        fqn: texts(test.get("fqn")),
        checksum: text(test, "checksum").to_owned(),
        tags: texts(config.get("tags")),
        meta: config.get("meta").cloned().unwrap_or_default(),
        config,
        unrendered_config: Map::new(),
        description: text(test, "description").to_owned(),
        columns: indexmap::IndexMap::new(),
        group: None,
        patch_path: None,
        refs: Vec::new(),
        sources: Vec::new(),
        depends_on: DependsOn { nodes: vec![model.unique_id.clone()], macros: Vec::new() },
        test: None,
        extra: Map::new(),
        ..model.clone()
    }
}

/// The files below `tests/fixtures`, by package and name.
struct Fixtures(FxHashMap<(String, String), FoundFile>);

impl Fixtures {
    fn of(parsing: &Parsing<'_>) -> Result<Self> {
        let mut found = FxHashMap::default();
        for package in parsing.project.all() {
            let folders: Vec<String> =
                package.paths.tests.iter().map(|folder| format!("{}/fixtures", folder.trim_end_matches('/'))).collect();
            for file in files::find(&parsing.project.root, package, &folders, &["csv", "sql"])? {
                found.insert((package.name.clone(), file.stem().to_owned()), file);
            }
        }
        Ok(Self(found))
    }

    // `rows`, `format` and `fixture` as dbt shows them: rows of CSV text and of files are read.
    fn rows(
        &self,
        block: &Map<String, Json>,
        test: &str,
        package: &str,
        manifest: &Manifest,
    ) -> Result<Map<String, Json>> {
        let format = block.get("format").and_then(Json::as_str).unwrap_or("dict");
        let fixture = block.get("fixture").and_then(Json::as_str);
        let rows = block.get("rows").filter(|rows| !rows.is_null());
        let wrong = |expected: &str| {
            Error::new(Kind::Project, format!("the unit test `{test}` has rows that are not {expected}"))
                .hint(format!("`format: {format}` takes {expected}"))
        };
        let rows = match (format, fixture, rows) {
            ("dict", None, None) => Self::of_seed(block, test, manifest)?,
            ("dict", None, Some(rows @ Json::Array(_))) => rows.clone(),
            ("csv" | "sql", Some(name), _) => {
                let file = self.0.get(&(package.to_owned(), name.to_owned())).ok_or_else(|| {
                    let known: Vec<&str> = self.0.keys().map(|(_, name)| name.as_str()).collect();
                    let error = Error::new(
                        Kind::FileNotFound,
                        format!("the unit test `{test}` names the fixture `{name}`, which does not exist"),
                    );
                    match jinja::nearest(name, known) {
                        Some(near) => error.hint(format!("there is one named `{near}`")),
                        None => error.hint(format!("write it to `tests/fixtures/{name}.{format}`")),
                    }
                })?;
                let text = read_text(&file.absolute, &file.shown)?;
                if format == "csv" { of_csv(&text, &file.shown)? } else { json!(text.trim()) }
            }
            ("csv", None, Some(Json::String(text))) => of_csv(text, Path::new("rows"))?,
            ("sql", None, Some(rows @ Json::String(_))) => rows.clone(),
            ("dict", _, _) => return Err(wrong("a list of mappings")),
            ("csv", _, _) => return Err(wrong("CSV text, or a `fixture`")),
            ("sql", _, _) => return Err(wrong("a SQL text, or a `fixture`")),
            _ => {
                return Err(Error::new(
                    Kind::Project,
                    format!("the unit test `{test}` has the unknown format `{format}`"),
                )
                .hint("a format is dict, csv or sql"));
            }
        };
        let rows = whole_row_first(rows);
        Ok(Map::from_iter([
            ("rows".to_owned(), rows),
            ("format".to_owned(), json!(format)),
            ("fixture".to_owned(), json!(fixture)),
        ]))
    }

    // An input without rows is a seed, whose own rows are taken.
    fn of_seed(block: &Map<String, Json>, test: &str, manifest: &Manifest) -> Result<Json> {
        let input = block.get("input").and_then(Json::as_str).unwrap_or_default();
        let name = input.split(['\'', '"']).rev().nth(1).unwrap_or_default();
        let is_it = |node: &&Node| node.resource_type == ResourceType::Seed && node.name == name;
        let Some(seed) = manifest.nodes.values().find(is_it) else {
            return Err(Error::new(Kind::Project, format!("the unit test `{test}` gives no rows for `{input}`"))
                .hint("add `rows:`; only a seed's own rows are taken when there are none"));
        };
        let path = seed.root_path.join(&seed.original_file_path);
        of_csv(&read_text(&path, &seed.original_file_path)?, &seed.original_file_path)
    }
}

// The first row without a null changes places with the first row, as in dbt: some databases take types from that.
fn whole_row_first(mut rows: Json) -> Json {
    let is_whole = |row: &Json| row.as_object().is_some_and(|row| !row.values().any(Json::is_null));
    if let Some(rows) = rows.as_array_mut()
        && let Some(whole) = rows.iter().position(is_whole)
    {
        rows.swap(0, whole);
    }
    rows
}

// Each value is a text, and an empty one is null.
fn of_csv(text: &str, shown: &Path) -> Result<Json> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let text = lines.join("\n");
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let wrong = |error: csv::Error| Error::new(Kind::Data, format!("`{}` is not CSV: {error}", shown.display()));
    let header = reader.headers().map_err(wrong)?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(wrong)?;
        let value = |text: &str| if text.is_empty() { Json::Null } else { json!(text) };
        let row = header.iter().zip(&record).map(|(name, text)| (name.to_owned(), value(text)));
        rows.push(Json::Object(row.collect()));
    }
    Ok(Json::Array(rows))
}
