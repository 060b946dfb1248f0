//! What a Python model asks of `dbt`, read from its text: refs, sources and configuration with literal arguments.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value as Json};

use super::Ref;
use super::merge;
use super::recorder::Notes;
use crate::error::{Error, Kind, Place, Result};
use crate::transform::jinja::{self, Budget, EmptyScope, Interpreter, SourceFile};

static CALL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\bdbt\s*\.\s*(ref|source|config(?:\s*\.\s*(?:get|meta_get))?)\s*\(").expect("the pattern is fixed")
});

static DEFINITION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^(async\s+)?def\s+model\s*\(|^model\s*=").expect("the pattern is fixed"));
static RETURN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\breturn\b|\blambda\b").expect("the pattern is fixed"));

/// The notes of a Python model. An argument that is no literal is left out, as only a run can know it.
pub(super) fn notes(source: &SourceFile) -> Result<Notes> {
    let mut notes = Notes::default();
    let mut asks = Map::new();
    let text = without_comments(&source.text);
    check(source, &text)?;
    for call in CALL.captures_iter(&text) {
        let (Some(whole), Some(function)) = (call.get(0), call.get(1)) else { continue };
        let Some(arguments) = until_bracket(&text[whole.end()..]) else { continue };
        let span = whole.start()..whole.end() + arguments.len() + 1;
        let place = source.place(span.clone());
        let Some((positional, named)) = literals(arguments) else { continue };
        let names: Vec<String> = positional.iter().filter_map(Json::as_str).map(str::to_owned).collect();
        let function: String = function.as_str().chars().filter(|letter| !letter.is_whitespace()).collect();
        match (function.as_str(), names.as_slice()) {
            ("config.get", [key, ..]) => asked(&mut asks, "config", key, &positional, &named),
            ("config.meta_get", [key, ..]) => asked(&mut asks, "meta", key, &positional, &named),
            ("ref", [name]) => {
                notes.refs.push(reference(None, name, &named, span));
                notes.ref_places.push(Some(place));
            }
            ("ref", [package, name]) => {
                notes.refs.push(reference(Some(package), name, &named, span));
                notes.ref_places.push(Some(place));
            }
            ("source", [source, table]) => {
                notes.sources.push((source.clone(), table.clone()));
                notes.source_places.push(Some(place));
            }
            ("config", _) => merge::config_calls(&mut notes.config, named)?,
            _ => {}
        }
    }
    if !asks.is_empty() {
        for key in ["config_keys_used", "config_keys_defaults", "meta_keys_used", "meta_keys_defaults"] {
            asks.entry(key).or_insert_with(|| Json::Array(Vec::new()));
        }
    }
    notes.config.extend(asks);
    Ok(notes)
}

// What can be known to be missing before anything runs.
fn check(source: &SourceFile, text: &str) -> Result<()> {
    if let Some(at) = ["{{", "{%", "{#"].iter().filter_map(|opening| text.find(opening)).min() {
        let message =
            format!("the Python model `{}` holds Jinja, which is not rendered in Python", source.path.display());
        return Err(Error::new(Kind::Compilation, message)
            .at(source.place(at..at + 2))
            .hint("use `dbt.this`, `dbt.ref` and `dbt.config.get`; hooks and other configuration with Jinja go into a YAML file"));
    }
    let (what, place) = match DEFINITION.find(text) {
        None => ("has no function `model(dbt, session)`", Place::file(&source.path)),
        Some(found) if !RETURN.is_match(text) => ("returns nothing", source.place(found.range())),
        Some(_) => return Ok(()),
    };
    Err(Error::new(Kind::Compilation, format!("the Python model `{}` {what}", source.path.display()))
        .at(place)
        .hint("write `def model(dbt, session):` and let it return a relation, a frame or a table"))
}

// What the model asks of its config, and what stands in where it is not set: dbt lists both in the config itself.
fn asked(asks: &mut Map<String, Json>, of: &str, key: &str, positional: &[Json], named: &Map<String, Json>) {
    let default = positional.get(1).or_else(|| named.get("default")).cloned().unwrap_or_default();
    for (list, value) in [("used", Json::from(key)), ("defaults", default)] {
        let entry = asks.entry(format!("{of}_keys_{list}")).or_insert_with(|| Json::Array(Vec::new()));
        entry.as_array_mut().into_iter().for_each(|entry| entry.push(value.clone()));
    }
}

fn reference(package: Option<&String>, name: &str, named: &Map<String, Json>, span: std::ops::Range<usize>) -> Ref {
    let version = named.get("v").or_else(|| named.get("version"));
    Ref {
        package: package.cloned(),
        name: name.to_owned(),
        version: version.map(super::resolve::plain),
        version_is_text: version.is_some_and(Json::is_string),
        span,
    }
}

// Python's literals are those of a template, so that the interpreter reads them.
fn literals(arguments: &str) -> Option<(Vec<Json>, Map<String, Json>)> {
    let (named, positional): (Vec<&str>, Vec<&str>) = split(arguments).into_iter().partition(|part| is_named(part));
    let entry = |part: &&str| part.split_once('=').map(|(name, value)| format!("'{}': {value}", name.trim()));
    let named: Vec<String> = named.iter().filter_map(entry).collect();
    let code = format!("{{{{ [[{}], {{ {} }} ] | tojson }}}}", positional.join(","), named.join(","));
    let template = jinja::parse(SourceFile::new("call", code)).ok()?;
    let text = Interpreter::new(&EmptyScope, Budget::default()).render(&template).ok()?.text;
    let read: Json = serde_json::from_str(&text).ok()?;
    Some((read.get(0)?.as_array()?.clone(), read.get(1)?.as_object()?.clone()))
}

fn is_named(argument: &str) -> bool {
    argument.split_once('=').is_some_and(|(name, _)| {
        let name = name.trim();
        !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
    })
}

// What stands before the bracket that closes a call. Brackets in quotes are text.
fn until_bracket(text: &str) -> Option<&str> {
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => return Some(&text[..at]),
            (None, ')') => depth -= 1,
            (None, _) => {}
        }
    }
    None
}

// At the commas outside of quotes and brackets.
fn split(arguments: &str) -> Vec<&str> {
    let (mut depth, mut quote, mut start, mut parts) = (0_i32, None, 0, Vec::new());
    for (at, letter) in arguments.char_indices() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '[' | '{' | '(') => depth += 1,
            (None, ']' | '}' | ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&arguments[start..at]);
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    parts.push(&arguments[start..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

// Comments become blanks, so that places stay.
fn without_comments(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| {
            // Byte for byte, as places are counted in bytes.
            let blank = || line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
            if line.trim_start().starts_with('#') { blank() } else { line.to_owned() }
        })
        .collect()
}
