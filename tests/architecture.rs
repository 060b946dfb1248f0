//! The import table of `src/README.md`, checked: no room names a room that it may not use.
//!
//! Files are read as text, so that a forbidden `use` fails here even behind a feature that this build leaves out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Which other rooms each room may name. A room may always name itself.
const MAY_USE: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("event", &[]),
    ("schema", &["error"]),
    ("engine", &["schema", "error"]),
    ("ingest", &["engine", "schema", "error", "event"]),
    ("transform", &["engine", "error", "event"]),
    ("flow", &["transform", "ingest", "engine", "error", "event"]),
    ("cli", &["flow", "transform", "ingest", "engine", "error", "event"]),
    ("bindings", &["cli", "flow", "transform", "ingest", "engine", "schema", "error", "event"]),
];

/// Inside the wings: rooms of the same wing that must not name each other.
const APART: &[(&str, &[&str])] = &[
    ("ingest::extract", &["ingest::normalize", "ingest::load"]),
    ("ingest::normalize", &["ingest::extract", "ingest::load"]),
    ("ingest::load", &["ingest::extract", "ingest::normalize"]),
    (
        "transform::jinja",
        &["transform::project", "transform::manifest", "transform::graph", "transform::run", "transform::artifacts"],
    ),
    // Project files are templates themselves (`path: "{{ env_var('X') }}"`), so `project` renders them with `jinja`.
    ("transform::project", &["transform::manifest", "transform::graph", "transform::run", "transform::artifacts"]),
    ("transform::deps", &["transform::manifest", "transform::graph", "transform::run", "transform::artifacts"]),
    ("transform::manifest", &["transform::graph", "transform::run", "transform::artifacts"]),
    ("transform::graph", &["transform::run", "transform::artifacts"]),
    ("transform::run", &["transform::artifacts"]),
];

#[test]
fn no_room_names_a_room_above_or_beside_it() {
    let found = violations(&source_files(Path::new("src")));
    assert!(found.is_empty(), "forbidden imports:\n{}", found.join("\n"));
}

/// The check itself is checked: each kind of forbidden import, planted in a text, is found.
#[test]
fn a_planted_import_is_found() {
    let planted = [
        ("src/ingest/load/mod.rs", "use crate::transform::run;", "ingest names transform"),
        ("src/transform/run/mod.rs", "use crate::{error::Result, ingest::load};", "transform names ingest"),
        ("src/schema/types.rs", "fn f() -> crate::engine::Rows { todo!() }", "schema names engine"),
        ("src/engine/mod.rs", "use pyo3::prelude::*;", "pyo3 outside bindings"),
        ("src/ingest/normalize/flatten.rs", "use super::super::load::package;", "ingest::normalize names ingest::load"),
        (
            "src/transform/jinja/eval.rs",
            "use crate::transform::manifest::Node;",
            "transform::jinja names transform::manifest",
        ),
        ("src/ingest/load/state.rs", "fn f() { println!(\"x\"); }", "prints outside cli/report.rs"),
    ];
    for (file, text, expected) in planted {
        let found = violations(&BTreeMap::from([(PathBuf::from(file), text.to_owned())]));
        assert!(
            found.iter().any(|line| line.contains(expected)),
            "`{text}` in {file}: expected `{expected}`, found {found:?}"
        );
    }
}

#[test]
fn every_room_has_a_row_in_the_map() {
    let map = std::fs::read_to_string("src/README.md").expect("the map is there");
    for entry in std::fs::read_dir("src").expect("src is there") {
        let name = entry.expect("readable").file_name().to_string_lossy().trim_end_matches(".rs").to_owned();
        if name != "lib" && name != "README.md" {
            assert!(map.contains(&format!("`{name}`")), "src/README.md does not tell what `{name}` is");
            assert!(MAY_USE.iter().any(|(room, _)| *room == name), "`{name}` has no row in the import table");
        }
    }
}

fn source_files(root: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root).into_iter().map(|entry| entry.expect("src is readable")) {
        if entry.path().extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(entry.path()).expect("source files are UTF-8");
            files.insert(entry.path().to_owned(), text);
        }
    }
    assert!(!files.is_empty(), "run from the repository's root");
    files
}

fn violations(files: &BTreeMap<PathBuf, String>) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files {
        let module = module_of(path);
        let Some(room) = module.first().cloned() else { continue };
        let code = without_comments(text);
        for named in crate_paths(&module, &code) {
            let other = &named[0];
            let known = MAY_USE.iter().find(|(name, _)| *name == room);
            let allowed = other == &room || known.is_some_and(|(_, rooms)| rooms.contains(&other.as_str()));
            if !allowed && MAY_USE.iter().any(|(name, _)| name == other) {
                found.push(format!("{}: {room} names {other}", path.display()));
            }
            for (inner, others) in APART {
                let inner_path: Vec<&str> = inner.split("::").collect();
                if starts_with(&module, &inner_path)
                    && let Some(hit) =
                        others.iter().find(|other| starts_with(&named, &other.split("::").collect::<Vec<_>>()))
                {
                    found.push(format!("{}: {inner} names {hit}", path.display()));
                }
            }
        }
        if room != "bindings" && (code.contains("pyo3::") || code.contains("pyo3_arrow::")) {
            found.push(format!("{}: pyo3 outside bindings", path.display()));
        }
        let prints = ["println!(", "eprintln!(", "print!(", "eprint!("].iter().any(|word| code.contains(word));
        if prints && !path.ends_with("cli/report.rs") {
            found.push(format!("{}: prints outside cli/report.rs", path.display()));
        }
    }
    found
}

fn starts_with(path: &[String], prefix: &[&str]) -> bool {
    path.len() >= prefix.len() && path.iter().zip(prefix).all(|(a, b)| a == b)
}

/// `src/ingest/load/state.rs` -> `[ingest, load, state]`.
fn module_of(path: &Path) -> Vec<String> {
    let mut parts: Vec<String> =
        path.with_extension("").components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    parts.remove(0);
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    if parts == ["lib"] { Vec::new() } else { parts }
}

fn without_comments(text: &str) -> String {
    text.lines()
        .map(|line| {
            let trimmed = line.trim_start();
            if trimmed.starts_with("//") { "" } else { line.split(" // ").next().unwrap_or(line) }
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// Every `crate::...` and `super::...` path in the code, as modules from the crate's root; groups are opened.
fn crate_paths(module: &[String], code: &str) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    for (index, _) in code.match_indices("crate::") {
        let before = code[..index].chars().next_back();
        if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '$') {
            expand(&code[index + "crate::".len()..], &mut Vec::new(), &mut paths);
        }
    }
    for (index, _) in code.match_indices("super::") {
        // Only the first `super` of a chain starts a path.
        if code[..index].ends_with("::") {
            continue;
        }
        let mut rest = &code[index..];
        let mut prefix = module.to_vec();
        while let Some(after) = rest.strip_prefix("super::") {
            prefix.pop();
            rest = after;
        }
        expand(rest, &mut prefix, &mut paths);
    }
    paths.retain(|path| !path.is_empty());
    paths
}

fn expand(rest: &str, prefix: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    if let Some(group) = rest.strip_prefix('{') {
        let mut depth = 0_usize;
        let mut start = 0;
        for (index, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => {
                    expand(group[start..index].trim(), &mut prefix.clone(), paths);
                    return;
                }
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    expand(group[start..index].trim(), &mut prefix.clone(), paths);
                    start = index + 1;
                }
                _ => {}
            }
        }
        return;
    }
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    if word.is_empty() {
        return;
    }
    prefix.push(word.clone());
    match rest[word.len()..].strip_prefix("::") {
        Some(after) if after.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '{') => {
            expand(after, prefix, paths);
        }
        _ => paths.push(prefix.clone()),
    }
}
