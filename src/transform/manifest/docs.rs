//! Docs blocks, and the descriptions that call `doc()` for them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use indexmap::IndexMap;

use super::files;
use super::{BUILTIN_PACKAGE, Doc, Manifest, Parsing, UniqueId, parallel};
use crate::error::{Error, Kind, Place, Result};
use crate::transform::jinja::blocks::{BlockKind, blocks};
use crate::transform::jinja::{self, Budget, Interpreter, Scope, SourceFile, Value};
use crate::transform::project::globals::YamlScope;
use crate::transform::project::render;

/// Reads the docs blocks of all packages.
pub(super) fn load(parsing: &Parsing<'_>) -> Result<IndexMap<UniqueId, Doc>> {
    let mut found = Vec::new();
    for package in parsing.project.all() {
        found.extend(files::find(&parsing.project.root, package, &package.paths.docs, &["md"])?);
    }
    let read = parallel::map(&found, |file| {
        let source = file.read()?;
        let doc = |block: &jinja::blocks::Block| Doc {
            unique_id: Arc::from(format!("doc.{}.{}", file.package.name, block.name)),
            name: block.name.to_string(),
            package_name: file.package.name.clone(),
            path: PathBuf::from(&file.relative),
            original_file_path: PathBuf::from(&file.original),
            contents: block.raw_text().trim().to_owned(),
        };
        let docs: Vec<(Doc, Place)> = blocks(&source)?
            .iter()
            .filter(|block| block.kind == BlockKind::Docs)
            .map(|block| (doc(block), source.place(block.span.clone())))
            .collect();
        Ok(docs)
    })?;
    let overview = overview();
    let mut docs = IndexMap::from([(overview.unique_id.clone(), overview)]);
    for (doc, place) in read.into_iter().flatten() {
        if let Some(first) = docs.get(&doc.unique_id) {
            let message = format!(
                "two docs blocks are named `{}`; the other is in `{}`",
                doc.name,
                first.original_file_path.display()
            );
            return Err(Error::new(Kind::Project, message).at(place).hint("rename one of them"));
        }
        docs.insert(doc.unique_id.clone(), doc);
    }
    Ok(docs)
}

// The page that a reader sees first, where the project has no block of that name: readers of the manifest look for it.
fn overview() -> Doc {
    const NAME: &str = "__overview__";
    Doc {
        unique_id: Arc::from(format!("doc.{BUILTIN_PACKAGE}.{NAME}")),
        name: NAME.to_owned(),
        package_name: BUILTIN_PACKAGE.to_owned(),
        path: PathBuf::from("overview.md"),
        original_file_path: PathBuf::from("docs/overview.md"),
        contents: include_str!("overview.md").trim().to_owned(),
    }
}

/// Renders the descriptions of everything in the manifest.
pub(super) fn render_descriptions(parsing: &Parsing<'_>, manifest: &mut Manifest) -> Result<()> {
    let docs = Arc::new(std::mem::take(&mut manifest.docs));
    let result = render_all(parsing, manifest, &docs);
    manifest.docs = Arc::try_unwrap(docs).unwrap_or_else(|shared| (*shared).clone());
    result
}

fn render_all(parsing: &Parsing<'_>, manifest: &mut Manifest, docs: &Arc<IndexMap<UniqueId, Doc>>) -> Result<()> {
    let run = |text: &mut String, package: &str, file: &Path| -> Result<Vec<String>> {
        if render::is_template(text) { description(parsing, docs, text, package, file) } else { Ok(Vec::new()) }
    };
    for node in manifest.nodes.values_mut() {
        let file = node.patch_path.as_deref().and_then(|path| path.split_once("://")).map_or("", |(_, path)| path);
        let file = if file.is_empty() { node.original_file_path.clone() } else { PathBuf::from(file) };
        let used = run(&mut node.description, &node.package_name, &file)?;
        node.extra.insert("doc_blocks".into(), serde_json::json!(used));
        for column in node.columns.values_mut() {
            column.doc_blocks = run(&mut column.description, &node.package_name, &file)?;
        }
    }
    for source in manifest.sources.values_mut() {
        let used = run(&mut source.description, &source.package_name, &source.original_file_path)?;
        source.extra.insert("doc_blocks".into(), serde_json::json!(used));
        run(&mut source.source_description, &source.package_name, &source.original_file_path)?;
        for column in source.columns.values_mut() {
            column.doc_blocks = run(&mut column.description, &source.package_name, &source.original_file_path)?;
        }
    }
    for entry in manifest.macros.values_mut() {
        run(&mut entry.description, &entry.package_name, &entry.original_file_path)?;
    }
    for exposure in manifest.exposures.values_mut() {
        if let Some(serde_json::Value::String(text)) = exposure.extra.get_mut("description") {
            run(text, &exposure.package_name, &exposure.original_file_path)?;
        }
    }
    Ok(())
}

// Renders in place, and tells which docs blocks were used.
fn description(
    parsing: &Parsing<'_>,
    docs: &Arc<IndexMap<UniqueId, Doc>>,
    text: &mut String,
    package: &str,
    file: &Path,
) -> Result<Vec<String>> {
    let scope = DocScope {
        yaml: parsing.yaml_scope(package),
        docs: docs.clone(),
        root: Arc::from(parsing.project.name()),
        package: Arc::from(package),
        used: Arc::default(),
    };
    let rendered = jinja::parse(SourceFile::new(file, &*text))
        .and_then(|template| Interpreter::new(&scope, Budget::default()).render(&template));
    *text = rendered.map_err(|error| in_file(&error, parsing, package, file, text))?.text;
    let used = std::mem::take(&mut *scope.used.lock().expect("no thread panics while it notes a docs block"));
    Ok(used)
}

// The template knows the description alone; its reader looks for it in the properties file.
fn in_file(error: &Error, parsing: &Parsing<'_>, package: &str, file: &Path, text: &str) -> Error {
    let root = parsing.project.package(package).map_or(&parsing.project.root, |package| &package.root);
    let shown = root.join(file);
    let shown = shown.strip_prefix(&parsing.project.root).unwrap_or(file);
    let content = std::fs::read_to_string(root.join(file)).unwrap_or_default();
    let wanted = text.lines().next().unwrap_or_default().trim();
    let place = match content.find(wanted) {
        Some(start) => Place::of_span(shown, &content, start..start + wanted.len()),
        None => Place::file(shown),
    };
    error.elsewhere(place)
}

struct DocScope {
    yaml: Arc<YamlScope>,
    docs: Arc<IndexMap<UniqueId, Doc>>,
    root: Arc<str>,
    package: Arc<str>,
    used: Arc<Mutex<Vec<String>>>,
}

impl Scope for DocScope {
    fn lookup(&self, name: &str) -> Option<Value> {
        if name != "doc" {
            return self.yaml.lookup(name);
        }
        let (docs, root, package, used) =
            (self.docs.clone(), self.root.clone(), self.package.clone(), self.used.clone());
        Some(Value::function("doc", move |_, args| {
            let names: Option<Vec<&str>> = args.positional.iter().map(Value::as_str).collect();
            let found = match names.as_deref() {
                Some([name]) => {
                    let of = |package: &str| docs.get(format!("doc.{package}.{name}").as_str());
                    of(&root).or_else(|| of(&package)).or_else(|| docs.values().find(|doc| doc.name == *name))
                }
                Some([package, name]) => docs.get(format!("doc.{package}.{name}").as_str()),
                Some(_) | None => {
                    return Err(Error::new(
                        Kind::Compilation,
                        "`doc()` takes the name of a docs block, perhaps after that of its package",
                    ));
                }
            };
            let Some(doc) = found else {
                let name = names.and_then(|names| names.last().map(|name| (*name).to_owned())).unwrap_or_default();
                let error = Error::new(Kind::Compilation, format!("there is no docs block `{name}`"));
                return Err(match jinja::nearest(&name, docs.values().map(|doc| doc.name.as_str())) {
                    Some(near) => error.hint(format!("there is one named `{near}`")),
                    None => error.hint(format!("write {{% docs {name} %}} ... {{% enddocs %}} in a Markdown file")),
                });
            };
            let mut used = used.lock().expect("no thread panics while it notes a docs block");
            if !used.iter().any(|id| **id == *doc.unique_id) {
                used.push(doc.unique_id.to_string());
            }
            Ok(Value::str(&doc.contents))
        }))
    }

    fn names(&self) -> Vec<String> {
        let mut names = self.yaml.names();
        names.push("doc".to_owned());
        names
    }
}
