//! Cases of dbt's Jinja dialect: a template, then `---`, then what it renders to or the error it shows.
//!
//! `tests/parity/jinja/check.py` renders the same files in dbt's own environment and compares. To record what this
//! interpreter gives, run with `UPDATE_JINJA=1`, and let the check say whether dbt agrees.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gristmill::Result;
use gristmill::transform::jinja::blocks::blocks;
use gristmill::transform::jinja::{Budget, Interpreter, Scope, SourceFile, Value, parse, render};

/// The values of `shared/context.json`, the macros of `shared/macros.sql` and those of the case itself.
struct Case {
    names: BTreeMap<String, Value>,
    lenient: bool,
}

impl Scope for Case {
    fn lookup(&self, name: &str) -> Option<Value> {
        self.names.get(name).cloned()
    }

    fn names(&self) -> Vec<String> {
        self.names.keys().cloned().collect()
    }

    fn lenient(&self) -> bool {
        self.lenient
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/jinja")
}

fn case(file: &Arc<SourceFile>, lenient: bool) -> Result<Case> {
    let shared = |name: &str| std::fs::read_to_string(fixtures().join("shared").join(name)).unwrap();
    let context: serde_json::Value = serde_json::from_str(&shared("context.json")).unwrap();
    let mut names: BTreeMap<String, Value> =
        context.as_object().unwrap().iter().map(|(name, value)| (name.clone(), Value::from_json(value))).collect();
    let macros = SourceFile::new("macros/shared.sql", shared("macros.sql"));
    for block in blocks(&macros)?.iter().chain(&blocks(file)?) {
        let name = block.macro_name.to_string();
        names.insert(name.clone(), block.as_macro(format!("macro.test.{name}")));
    }
    Ok(Case { names, lenient })
}

fn check(folder: &str, show: impl Fn(&Arc<SourceFile>) -> String) {
    let mut failures = Vec::new();
    let mut count = 0;
    let mut paths: Vec<_> =
        std::fs::read_dir(fixtures().join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "sql")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let (template, expected) = text.split_once("\n---\n").unwrap_or((text.trim_end_matches('\n'), ""));
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let found = show(&SourceFile::new(format!("models/{name}"), template));
        count += 1;
        if std::env::var_os("UPDATE_JINJA").is_some() {
            std::fs::write(&path, format!("{template}\n---\n{found}\n")).unwrap();
        } else if found != expected.strip_suffix('\n').unwrap_or(expected) {
            failures.push(format!("== {name}\n-- expected\n{expected}-- found\n{found}\n"));
        }
    }
    assert!(count > 0, "no cases in {folder}");
    assert!(failures.is_empty(), "{} of {count} cases differ\n{}", failures.len(), failures.join("\n"));
}

fn shown<T>(result: Result<T>, show: impl Fn(T) -> String) -> String {
    match result {
        Ok(value) => show(value),
        Err(error) => error.to_string(),
    }
}

#[test]
fn templates_render_as_in_dbt() {
    check(".", |file| {
        let text =
            case(file, false).and_then(|scope| Ok(render(&parse(file.clone())?, &scope, Budget::default())?.text));
        shown(text, |text| text)
    });
}

#[test]
fn yaml_values_keep_their_type_as_in_dbt() {
    check("native", |file| {
        let value = case(file, false)
            .and_then(|scope| Interpreter::new(&scope, Budget::default()).evaluate(&parse(file.clone())?));
        shown(value, |value| value.repr())
    });
}

#[test]
fn names_that_are_not_there_yet_are_tolerated_while_parsing() {
    check("lenient", |file| {
        let text =
            case(file, true).and_then(|scope| Ok(render(&parse(file.clone())?, &scope, Budget::default())?.text));
        shown(text, |text| text)
    });
}
