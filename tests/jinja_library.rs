//! Every method, filter, test and module function, against what dbt's own environment makes of it.
//!
//! The cases are lines of `expression => expected`, recorded by `tests/parity/jinja_library/record.py`. Of an error
//! only that there is one is compared.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use gristmill::transform::jinja::{Budget, Scope, SourceFile, Value, operators, parse, render};

/// Knows one function, which keeps the `repr` of its argument.
struct Recorder(Arc<Mutex<Option<String>>>);

impl Scope for Recorder {
    fn lookup(&self, name: &str) -> Option<Value> {
        let recorded = Arc::clone(&self.0);
        (name == "record").then(|| {
            Value::function("record", move |_, args| {
                *recorded.lock().expect("no other thread") = Some(shown(&args.positional[0]));
                Ok(Value::str(""))
            })
        })
    }

    fn names(&self) -> Vec<String> {
        vec!["record".to_owned()]
    }
}

// As the recording script shows values: iterators by what they give, sets in the order of their text.
fn shown(value: &Value) -> String {
    let all = |items: &[Value]| items.iter().map(shown).collect::<Vec<_>>().join(", ");
    match value {
        Value::Set(set) if !set.is_empty() => {
            let mut members: Vec<String> = set.items().iter().map(Value::repr).collect();
            members.sort();
            format!("{{{}}}", members.join(", "))
        }
        // What holds itself has no end.
        Value::List(_) | Value::Dict(_) if value.repr().contains("...") => value.repr(),
        Value::List(list) => format!("[{}]", all(&list.items())),
        Value::Tuple(items) if items.len() == 1 => format!("({},)", shown(&items[0])),
        Value::Tuple(items) => format!("({})", all(items)),
        Value::Dict(dict) => {
            let entries = dict.entries();
            let entries = entries.iter().map(|(key, value)| format!("{}: {}", shown(key), shown(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Object(object) if object.repr().ends_with(" object>") && object.is_iterable() => {
            let items = match operators::iterate(value) {
                Ok(items) => items,
                Err(error) => return error.to_string(),
            };
            format!("<iterator {}>", shown(&Value::list(items)))
        }
        _ => value.repr(),
    }
}

fn evaluated(line: &str) -> Result<String, String> {
    let mut statements = 0;
    while line[statements..].starts_with("{%") {
        let Some(end) = line[statements..].find("%}") else { break };
        statements += end + 2;
        statements += line[statements..].len() - line[statements..].trim_start().len();
    }
    let template = format!("{}{{{{ record({}) }}}}", &line[..statements], &line[statements..]);
    let recorded = Arc::default();
    let rendered = parse(SourceFile::new("case.sql", template))
        .and_then(|template| render(&template, &Recorder(Arc::clone(&recorded)), Budget::default()));
    match rendered {
        Ok(_) => Ok(recorded.lock().expect("no other thread").clone().unwrap_or_default()),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn expressions_are_worth_what_dbt_makes_of_them() {
    let mut different = String::new();
    let mut count = 0;
    let cases = glob::glob("tests/fixtures/jinja_library/*.txt").expect("the pattern is valid");
    for path in cases.map(|path| path.expect("the folder can be read")) {
        let text = std::fs::read_to_string(&path).expect("a case can be read");
        for (number, line) in
            text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with("##"))
        {
            let (expression, expected) = line.split_once(" => ").expect("a line holds `expression => expected`");
            count += 1;
            let (actual, detail) = match evaluated(expression) {
                Ok(value) => (value, String::new()),
                Err(error) => ("!".to_owned(), error),
            };
            if actual != expected {
                let place = format!("{}:{}", path.display(), number + 1);
                writeln!(different, "{place}: {expression}\n  expected {expected}\n  actual   {actual} {detail}")
                    .expect("writing to a string does not fail");
            }
        }
    }
    assert!(different.is_empty(), "of {count} expressions these differ:\n{different}");
    assert!(count >= 1_600, "only {count} expressions were found");
}
