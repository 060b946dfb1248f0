//! Files that are nodes: models, snapshots, analyses, singular tests, seeds, and the hooks of a run.

use std::ops::Range;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::cache::{Cache, Kind};
use super::checks;
use super::configure::{Said, configure};
use super::files::{self, FoundFile};
use super::literal::Literal;
use super::placeholder::Placeholder;
use super::properties_file::PropertiesFile;
use super::recorder::{Notes, Recorder};
use super::{Parsing, ResourceType, microbatch, parallel, python};
use crate::error::{Error, Result};
use crate::transform::jinja::blocks::snapshots;
use crate::transform::jinja::{self, Budget, Interpreter, LazyTemplate, SourceFile, Template, Value};
use crate::transform::project::PackageConfig;
use crate::transform::project::properties::Section;

/// A node as its file alone tells it: not configured, not resolved.
#[derive(Debug)]
pub(super) struct RawNode {
    pub(super) kind: ResourceType,
    pub(super) package: Arc<PackageConfig>,
    pub(super) name: String,
    pub(super) path: String,
    pub(super) original: String,
    pub(super) fqn: Vec<String>,
    pub(super) raw_code: Arc<str>,
    pub(super) file: Arc<SourceFile>,
    pub(super) template: Option<Arc<LazyTemplate>>,
    pub(super) checksum: String,
    pub(super) language: &'static str,
    pub(super) tags: Vec<String>,
    pub(super) notes: Notes,
    /// Of a hook: its place among those of its kind.
    pub(super) index: Option<usize>,
}

impl RawNode {
    pub(super) fn unique_id(&self) -> String {
        format!("{}.{}.{}", self.kind.name(), self.package.name, self.name)
    }
}

/// Reads and records every such node of all packages, in dbt's order.
pub(super) fn load(parsing: &Parsing<'_>) -> Result<Vec<RawNode>> {
    let root = &parsing.project.root;
    let mut nodes = Vec::new();
    for package in parsing.project.all() {
        let paths = &package.paths;
        let kinds: [(ResourceType, &[String], &[&str]); 6] = [
            (ResourceType::Model, &paths.models, &["sql", "py"]),
            (ResourceType::Snapshot, &paths.snapshots, &["sql"]),
            (ResourceType::Analysis, &paths.analyses, &["sql"]),
            (ResourceType::Test, &paths.tests, &["sql"]),
            (ResourceType::Seed, &paths.seeds, &["csv"]),
            (ResourceType::Function, &paths.functions, &["sql", "py", "js"]),
        ];
        let mut found: Vec<(ResourceType, FoundFile)> = Vec::new();
        for (kind, folders, extensions) in kinds {
            let files = files::find(root, package, folders, extensions)?;
            found.extend(files.into_iter().filter(|file| is_node(kind, file)).map(|file| (kind, file)));
        }
        let read = parallel::map(&found, |(kind, file)| of_file(parsing, *kind, file))?;
        nodes.extend(read.into_iter().flatten());
        nodes.extend(hooks(parsing, package)?);
    }
    Ok(nodes)
}

// Generic tests and fixtures live below the folder of singular tests, and are none.
fn is_node(kind: ResourceType, file: &FoundFile) -> bool {
    kind != ResourceType::Test || !matches!(file.relative.split('/').next(), Some("generic" | "fixtures"))
}

fn of_file(parsing: &Parsing<'_>, kind: ResourceType, file: &FoundFile) -> Result<Vec<RawNode>> {
    if kind == ResourceType::Seed {
        return seed(file).map(|node| vec![node]);
    }
    let source = file.read()?;
    let code: Arc<str> = Arc::from(source.text.trim());
    // dbt leaves empty files out.
    if code.is_empty() && kind != ResourceType::Model {
        return Ok(Vec::new());
    }
    let checksum = checksum(code.as_bytes());
    let node = |name: &str, path: String, fqn: Vec<String>, raw_code: Arc<str>| RawNode {
        kind,
        package: file.package.clone(),
        name: name.to_owned(),
        path,
        original: file.original.clone(),
        fqn,
        raw_code,
        file: source.clone(),
        template: None,
        checksum: checksum.clone(),
        language: "sql",
        tags: Vec::new(),
        notes: Notes::default(),
        index: None,
    };
    if kind == ResourceType::Snapshot {
        let mut nodes = Vec::new();
        for block in &snapshots(&source)? {
            let stem = file.stem().to_owned();
            let fqn = fqn(file, file.folders().chain([stem.as_str(), &block.name]));
            let snapshot = node(&block.name, file.relative.clone(), fqn, Arc::from(block.raw_text()));
            let template = block.template().expect("the block of a snapshot is a template");
            nodes.push(recorded(parsing, snapshot, template)?);
        }
        return Ok(nodes);
    }
    let name = file.stem();
    let (path, fqn) = if kind == ResourceType::Analysis {
        (format!("analysis/{}", file.relative), fqn(file, ["analysis"].into_iter().chain(file.folders()).chain([name])))
    } else {
        (file.relative.clone(), fqn(file, file.folders().chain([name])))
    };
    if kind == ResourceType::Function && file.extension() != "sql" {
        // Its text is the function, and names nothing of the project.
        let mut function = node(name, path, fqn, code);
        function.language = if file.extension() == "py" { "python" } else { "javascript" };
        return Ok(vec![function]);
    }
    if file.extension() == "py" {
        let mut model = node(name, path, fqn, code);
        model.language = "python";
        model.notes = python::notes(&source)?;
        return Ok(vec![model]);
    }
    let start = source.text.len() - source.text.trim_start().len();
    plain_or_rendered(parsing, node(name, path, fqn, code), start).map(|node| vec![node])
}

// What a plain file asks for may be known from an earlier run; all others are rendered, as what they ask for depends on
// more than their text.
fn plain_or_rendered(parsing: &Parsing<'_>, mut node: RawNode, start: usize) -> Result<RawNode> {
    let (file, range) = (node.file.clone(), start..node.file.text.len());
    let scope = parsing.scope(&node.package.name);
    let slot = Cache::slot(Kind::Sql, &file.text);
    if let Some(literal) = parsing.cache.get(slot, |from| Literal::unpack(&file, from)) {
        if let Some(notes) = literal.notes(&scope) {
            node.template = Some(LazyTemplate::later(file, range));
            node.notes = notes;
            return Ok(node);
        }
        let template = jinja::parse_range(file, range)?;
        return rendered(parsing, node, &template);
    }
    let template = jinja::parse_range(file, range)?;
    let literal = Literal::of(&template);
    if let Some(literal) = &literal {
        parsing.cache.put(slot, |out| literal.pack(out));
    }
    noted(parsing, node, &template, literal)
}

fn fqn<'a>(file: &'a FoundFile, parts: impl Iterator<Item = &'a str>) -> Vec<String> {
    std::iter::once(file.package.name.as_str()).chain(parts).map(str::to_owned).collect()
}

// The rows of a seed are not looked at here; a large one is known by its path alone, as in dbt.
fn seed(file: &FoundFile) -> Result<RawNode> {
    const HASHED_BYTES_MAX: u64 = 1 << 20;
    let io = |error: std::io::Error| crate::error::Error::io(&file.shown, &error);
    let size = std::fs::metadata(&file.absolute).map_err(io)?.len();
    let checksum = if size > HASHED_BYTES_MAX {
        format!("path:{}", file.original)
    } else {
        let bytes = std::fs::read(&file.absolute).map_err(io)?;
        checksum(bytes.trim_ascii())
    };
    let name = file.stem();
    Ok(RawNode {
        kind: ResourceType::Seed,
        package: file.package.clone(),
        name: name.to_owned(),
        path: file.relative.clone(),
        original: file.original.clone(),
        fqn: fqn(file, file.folders().chain([name])),
        raw_code: Arc::from(""),
        file: SourceFile::new(&file.shown, ""),
        template: None,
        checksum,
        language: "sql",
        tags: Vec::new(),
        notes: Notes::default(),
        index: None,
    })
}

fn hooks(parsing: &Parsing<'_>, package: &Arc<PackageConfig>) -> Result<Vec<RawNode>> {
    let mut nodes = Vec::new();
    for (kind, hooks) in [("on-run-start", &package.on_run_start), ("on-run-end", &package.on_run_end)] {
        for (index, sql) in hooks.iter().enumerate() {
            let name = format!("{}-{kind}-{index}", package.name);
            let (file, range) = hook_source(package, kind, index, sql);
            let node = RawNode {
                kind: ResourceType::Operation,
                package: package.clone(),
                path: format!("hooks/{name}.sql"),
                original: "./dbt_project.yml".to_owned(),
                fqn: vec![package.name.clone(), "hooks".to_owned(), name.clone()],
                raw_code: Arc::from(sql.as_str()),
                file: file.clone(),
                template: None,
                checksum: checksum(package.document.text.trim().as_bytes()),
                language: "sql",
                tags: vec![kind.to_owned()],
                notes: Notes::default(),
                index: Some(index),
                name,
            };
            nodes.push(recorded(parsing, node, &jinja::parse_range(file, range)?)?);
        }
    }
    Ok(nodes)
}

// The text of a hook where it stands in its file, so that errors point there. A text that YAML has changed (escapes, the
// indentation of a block) stands by itself, on the line that it begins on.
fn hook_source(package: &PackageConfig, kind: &str, index: usize, sql: &str) -> (Arc<SourceFile>, Range<usize>) {
    let (path, text) = (&package.document.path, &*package.document.text);
    let given = package.document.root.given(kind);
    let Some(mark) =
        given.and_then(|given| given.as_list().map_or(Some(given), |list| list.get(index))).map(|one| one.mark)
    else {
        return (SourceFile::new(path, sql), 0..sql.len());
    };
    let first = sql.trim_start().lines().next().unwrap_or_default().trim();
    let lines = text.split_inclusive('\n').scan(0, |start, line| {
        *start += line.len();
        Some((*start - line.len(), line))
    });
    let before = mark.line.saturating_sub(1) as usize;
    let begins = lines.enumerate().skip(before).find(|(_, (_, line))| !first.is_empty() && line.contains(first));
    let Some((line, (start, _))) = begins else {
        return (SourceFile::new(path, sql), 0..sql.len());
    };
    match text[start..].find(sql).filter(|_| !sql.is_empty()) {
        // The rest of its own line at most stands before it.
        Some(at) if !text[start..start + at].contains('\n') => {
            (SourceFile::new(path, text), start + at..start + at + sql.len())
        }
        Some(_) | None => {
            let padded = format!("{}{sql}", "\n".repeat(line));
            let range = line..padded.len();
            (SourceFile::new(path, padded), range)
        }
    }
}

/// Snapshots that stand in properties files alone: `relation:` says what they take.
pub(super) fn snapshots_of(parsing: &Parsing<'_>, files: &[PropertiesFile]) -> Result<Vec<RawNode>> {
    let mut nodes = Vec::new();
    for file in files {
        let described = file.properties.nodes.iter().filter(|entry| entry.section == Section::Snapshots);
        for entry in described {
            let Some(relation) = entry.fields.get("relation").and_then(Json::as_str) else { continue };
            let code = format!("select * from {{{{ {relation} }}}}");
            let document = &file.properties.document;
            let place = checks::place_of_value(document, entry.mark, "relation", relation);
            let source = SourceFile::made(place.unwrap_or_else(|| document.place(entry.mark)), &code);
            let template = jinja::parse(source.clone())?;
            let folders = file.folders().map(str::to_owned);
            let node = RawNode {
                kind: ResourceType::Snapshot,
                package: file.package.clone(),
                name: entry.name.clone(),
                path: format!("{}/{}.sql", file.relative, entry.name),
                original: file.original.clone(),
                fqn: std::iter::once(file.package.name.clone()).chain(folders).chain([entry.name.clone()]).collect(),
                raw_code: Arc::from(code),
                file: source,
                template: None,
                checksum: checksum(file.properties.document.text.trim().as_bytes()),
                language: "sql",
                tags: Vec::new(),
                notes: Notes::default(),
                index: None,
            };
            nodes.push(recorded(parsing, node, &template)?);
        }
    }
    Ok(nodes)
}

// Takes the notes of a node's template.
fn recorded(parsing: &Parsing<'_>, node: RawNode, template: &Arc<Template>) -> Result<RawNode> {
    noted(parsing, node, template, Literal::of(template))
}

fn noted(
    parsing: &Parsing<'_>,
    mut node: RawNode,
    template: &Arc<Template>,
    literal: Option<Literal>,
) -> Result<RawNode> {
    let Some(notes) = literal.and_then(|literal| literal.notes(&parsing.scope(&node.package.name))) else {
        return rendered(parsing, node, template);
    };
    node.template = Some(LazyTemplate::now(template.clone()));
    node.notes = notes;
    Ok(node)
}

fn rendered(parsing: &Parsing<'_>, mut node: RawNode, template: &Arc<Template>) -> Result<RawNode> {
    let profile = &parsing.project.profile;
    let this = Placeholder::new(&profile.database, &profile.schema, &node.name);
    let scope = parsing.scope(&node.package.name);
    let recorder = Recorder::new(scope, this, model(parsing, &node)?, Some(node.file.clone()));
    Interpreter::new(&recorder, Budget::default()).render(template).map_err(asked_while_parsed)?;
    node.template = Some(LazyTemplate::now(template.clone()));
    node.notes = recorder.notes();
    Ok(node)
}

// A query gives nothing while the project is read, which is the first surprise for whoever writes one.
pub(super) fn asked_while_parsed(error: Error) -> Error {
    let of_nothing = error.message().starts_with("`NoneType` object has no attribute");
    if !of_nothing || error.hint_text().is_some() {
        return error;
    }
    error.hint(
        "queries give nothing while the project is read: use their rows within `{% if execute %}` ... `{% endif %}`",
    )
}

// `model` in a template that is being parsed: its configuration is what the project file says.
fn model(parsing: &Parsing<'_>, node: &RawNode) -> Result<Value> {
    let profile = &parsing.project.profile;
    let (config, _) = configure(parsing, &node.package, node.kind, &node.fqn, Said::default())?;
    Ok(microbatch::with_batch_to_come(Value::from_json(&json!({
        "name": node.name,
        "alias": node.name,
        "resource_type": node.kind.name(),
        "unique_id": node.unique_id(),
        "package_name": node.package.name,
        "path": node.path,
        "original_file_path": node.original,
        "fqn": node.fqn,
        "database": profile.database,
        "schema": profile.schema,
        "tags": node.tags,
        "meta": {},
        "columns": {},
        "config": config,
        "refs": [],
        "sources": [],
        "depends_on": {"macros": [], "nodes": []},
        "description": "",
        "language": node.language,
        "raw_code": Json::String(node.raw_code.to_string()),
    }))))
}

/// sha256 in hexadecimal digits.
pub(super) fn checksum(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[digit as usize]))
        .collect()
}
