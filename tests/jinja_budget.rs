//! Templates that would never end, or use all memory: each is stopped at the place that does it.
//!
//! A case is a template, then `---`, then the error that stops it. What stops it is counted, never timed: steps, bytes,
//! elements, levels. The tests allow a twentieth of the default, so that they are quick without optimization; with the
//! default, none takes more than about two seconds and 256 MB. `UPDATE_JINJA=1` records the errors.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

use gristmill::transform::jinja::blocks::blocks;
use gristmill::transform::jinja::{Budget, Scope, SourceFile, Value, parse, render};
use gristmill::{Error, Kind};

/// The macros of the template itself.
struct Macros(BTreeMap<String, Value>);

impl Scope for Macros {
    fn lookup(&self, name: &str) -> Option<Value> {
        self.0.get(name).cloned()
    }

    fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

fn budget() -> Budget {
    let Budget { steps, bytes, .. } = Budget::default();
    Budget { steps: steps / 20, bytes: bytes / 20, ..Budget::default() }
}

fn error_of(name: &str, template: &str) -> Error {
    let file = SourceFile::new("models/bomb.sql", template);
    let blocks = blocks(&file).unwrap();
    let macros = blocks.iter().map(|block| {
        let name = block.macro_name.to_string();
        let value = block.as_macro(format!("macro.p.{name}"));
        (name, value)
    });
    match render(&parse(file).unwrap(), &Macros(macros.collect()), budget()) {
        Ok(rendered) => panic!("`{name}` rendered {} bytes", rendered.text.len()),
        Err(error) => error,
    }
}

#[test]
fn bombs_are_stopped_where_they_go_off() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/jinja_budget");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 70, "only {} cases were found", paths.len());
    let mut different = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let (template, expected) = text.split_once("\n---\n").unwrap();
        let name = path.file_stem().unwrap().to_string_lossy();
        let error = error_of(&name, template);
        assert_eq!(error.kind(), Kind::Budget, "`{name}`: {error}");
        assert!(error.place().is_some(), "`{name}`: {error}");
        let found = format!("{error}\n");
        if std::env::var_os("UPDATE_JINJA").is_some() {
            std::fs::write(&path, format!("{template}\n---\n{found}")).unwrap();
        } else if found != expected {
            different.push(format!("== {name}\n-- expected\n{expected}-- found\n{found}"));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn what_real_templates_do_is_far_from_the_budget() {
    let template = "{% set rows = [] %}{% for i in range(10000) %}{% do rows.append({'id': i, 'name': 'n' ~ i}) %}\
        {% endfor %}{% for row in rows | sort(attribute='name') %}{{ row.id }},{% endfor %}\
        {{ rows | map(attribute='id') | join(', ') }}{{ tojson(rows) | length }}";
    let file = SourceFile::new("models/a.sql", template);
    render(&parse(file).unwrap(), &Macros(BTreeMap::new()), budget()).unwrap();
}
