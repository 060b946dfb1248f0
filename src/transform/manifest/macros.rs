//! All macros of a project: the built-in ones, the packages', the project's own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

use super::files::{self, FoundFile};
use super::namespace::Macros;
use super::{MacroEntry, UniqueId, parallel};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::SourceFile;
use crate::transform::jinja::blocks::{Block, BlockKind, blocks};
use crate::transform::jinja::builtin_macros;
use crate::transform::jinja::called::Called;
use crate::transform::project::Project;

/// Reads every macro. The entries are in the order of packages, files and places.
pub(super) fn load(project: &Project, created_at: f64) -> Result<(IndexMap<UniqueId, MacroEntry>, Macros)> {
    let mut entries: IndexMap<UniqueId, MacroEntry> = IndexMap::new();
    let installed: Vec<&str> = project.packages.iter().map(|package| package.name.as_str()).collect();
    let built_in: Vec<_> = builtin_macros::FILES.iter().filter(|file| !installed.contains(&file.package)).collect();
    let of_built_in = parallel::map(&built_in, |file| {
        let source = SourceFile::new(format!("{}/{}", file.package, file.path), file.text);
        of_file(&source, &|name| builtin_macros::home(file.package, name), file.path, Allowed::Macros, created_at)
    })?;
    let mut found = Vec::new();
    for package in project.all() {
        for file in files::find(&project.root, package, &package.paths.macros, &["sql"])? {
            found.push((file, Allowed::Macros));
        }
        let generic: Vec<String> =
            package.paths.tests.iter().map(|folder| format!("{}/generic", folder.trim_end_matches('/'))).collect();
        for file in files::find(&project.root, package, &generic, &["sql"])? {
            found.push((file, Allowed::Tests));
        }
    }
    let of_packages = parallel::map(&found, |(file, allowed): &(FoundFile, Allowed)| {
        of_file(&file.read()?, &|_| &file.package.name, &file.original, *allowed, created_at)
    })?;
    let mut calls = Vec::new();
    for (entry, called, source, span) in of_built_in.into_iter().chain(of_packages).flatten() {
        if let Some(first) = entries.get(&entry.unique_id) {
            return Err(Error::new(
                Kind::Compilation,
                format!(
                    "the macro `{}` is defined twice in `{}`; the first is in `{}`",
                    entry.name,
                    entry.package_name,
                    first.original_file_path.display()
                ),
            )
            .at(source.place(span))
            .hint("rename or remove one of the two"));
        }
        calls.push((entry.unique_id.clone(), called));
        entries.insert(entry.unique_id.clone(), entry);
    }
    let callables = entries
        .values()
        .map(|entry| (entry.package_name.clone(), entry.name.clone(), entry.unique_id.clone(), entry.callable.clone()));
    let macros = Macros::new(project.name(), callables, project.config.dispatch.clone());
    for (unique_id, called) in calls {
        let entry = &mut entries[&unique_id];
        entry.depends_on_macros = dependencies(&macros, entry, &called);
    }
    Ok((entries, macros))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Allowed {
    Macros,
    /// `tests/generic` holds generic tests only; other blocks there are not looked at.
    Tests,
}

// The macros that are called, each once.
fn dependencies(macros: &Macros, entry: &MacroEntry, called: &[Called]) -> Vec<UniqueId> {
    let package = entry.package_name.as_str();
    let meant = called.iter().filter_map(|call| match call {
        // A macro that calls its own name means another one, as far as can be read off the text.
        Called::Name(name) if *name == entry.name => None,
        Called::Name(name) => macros.read_id(package, name),
        Called::Dispatch { name, namespace } => {
            macros.dispatched_id(package, name, namespace.as_deref()).filter(|id| *id != entry.unique_id)
        }
    });
    let unique: indexmap::IndexSet<UniqueId> = meant.collect();
    unique.into_iter().collect()
}

type Located = (MacroEntry, Vec<Called>, Arc<SourceFile>, std::ops::Range<usize>);

fn of_file<'a>(
    source: &Arc<SourceFile>,
    home: &dyn Fn(&str) -> &'a str,
    path: &str,
    allowed: Allowed,
    created_at: f64,
) -> Result<Vec<Located>> {
    let entry = |block: &Block| {
        let supported_languages = match &block.kind {
            BlockKind::Materialization { supported_languages, .. } => {
                Some(supported_languages.iter().map(ToString::to_string).collect())
            }
            BlockKind::Test => None,
            BlockKind::Macro if allowed == Allowed::Macros => None,
            BlockKind::Macro | BlockKind::Snapshot | BlockKind::Docs => return None,
        };
        let package = home(&block.macro_name);
        let unique_id = format!("macro.{package}.{}", block.macro_name);
        let entry = MacroEntry {
            unique_id: Arc::from(unique_id.as_str()),
            name: block.macro_name.to_string(),
            package_name: package.to_owned(),
            path: PathBuf::from(path),
            original_file_path: Path::new(path).to_owned(),
            macro_sql: Arc::from(block.text()),
            description: String::new(),
            arguments: serde_json::Value::Array(Vec::new()),
            meta: serde_json::json!({}),
            docs: super::assemble::docs(None),
            patch_path: None,
            supported_languages,
            depends_on_macros: Vec::new(),
            callable: block.as_macro(unique_id),
            created_at,
        };
        Some((entry, block.called(), source.clone(), block.span.clone()))
    };
    Ok(blocks(source)?.iter().filter_map(entry).collect())
}
