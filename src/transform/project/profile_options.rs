//! Which options a DuckDB target has, and of what shape each is.
//!
//! dbt refuses a value of the wrong shape, and passes over an option that it does not know; the latter is told here, with
//! the option that was probably meant. No value is shown: any of them may be a credential.

use serde_json::{Map, Value as Json};

use super::yaml::{Document, Yaml};
use crate::error::{Error, Kind, Place, Result};
use crate::event::{Event, Sink};
use crate::transform::jinja;

#[derive(Clone, Copy)]
enum Shape {
    Text,
    Flag,
    Mapping,
    /// A list of names, or of mappings with these keys.
    Names(&'static [Key]),
    /// A list of mappings with any keys, among them this one.
    Open(&'static str),
    /// A list of mappings with these keys and no others.
    Closed(&'static [Key]),
    /// One mapping with these keys and no others.
    Record(&'static [Key]),
    Texts,
    Anything,
}

/// The name of a key, whether it must be there, and what it holds.
type Key = (&'static str, bool, Shape);

const ATTACH: &[Key] = &[
    ("path", true, Shape::Text),
    ("type", false, Shape::Text),
    ("alias", false, Shape::Text),
    ("secret", false, Shape::Text),
    ("read_only", false, Shape::Flag),
    ("options", false, Shape::Mapping),
    ("is_ducklake", false, Shape::Flag),
];
const EXTENSION: &[Key] = &[("name", true, Shape::Text), ("repo", true, Shape::Text)];
const PLUGIN: &[Key] =
    &[("module", true, Shape::Text), ("alias", false, Shape::Text), ("config", false, Shape::Mapping)];
const REMOTE: &[Key] = &[
    ("host", true, Shape::Text),
    ("port", true, Shape::Anything),
    ("user", true, Shape::Text),
    ("password", false, Shape::Anything),
];
const RETRIES: &[Key] = &[
    ("connect_attempts", false, Shape::Anything),
    ("query_attempts", false, Shape::Anything),
    ("retryable_exceptions", false, Shape::Texts),
];

const OPTIONS: &[Key] = &[
    ("path", false, Shape::Text),
    ("database", false, Shape::Text),
    ("schema", false, Shape::Text),
    ("config_options", false, Shape::Mapping),
    ("extensions", false, Shape::Names(EXTENSION)),
    ("settings", false, Shape::Mapping),
    ("secrets", false, Shape::Open("type")),
    ("external_root", false, Shape::Text),
    ("use_credential_provider", false, Shape::Text),
    ("attach", false, Shape::Closed(ATTACH)),
    ("filesystems", false, Shape::Open("fs")),
    ("remote", false, Shape::Record(REMOTE)),
    ("plugins", false, Shape::Closed(PLUGIN)),
    ("disable_transactions", false, Shape::Flag),
    ("keep_open", false, Shape::Flag),
    ("module_paths", false, Shape::Texts),
    ("retries", false, Shape::Record(RETRIES)),
    ("flights", false, Shape::Mapping),
    ("is_ducklake", false, Shape::Flag),
    ("motherduck_token", false, Shape::Text),
    // What every target may have.
    ("type", false, Shape::Text),
    ("threads", false, Shape::Anything),
    ("dbname", false, Shape::Text),
    ("dataset", false, Shape::Text),
];

/// Refuses what has the wrong shape, and tells of options that do not exist.
pub(super) fn check(options: &Map<String, Json>, document: &Document, output: &Yaml, sink: &dyn Sink) -> Result<()> {
    for (name, value) in options {
        // Without the text of the line, in which a credential may stand.
        let written = document.place(output.get(name).map_or(output.mark, |value| value.mark));
        let place = Place::at(written.file, written.line, written.column);
        match OPTIONS.iter().find(|(known, ..)| known == name) {
            Some((_, _, shape)) => matches(name, value, *shape).map_err(|error| error.at(place))?,
            None => sink.tell(Event::Warning { message: unknown(name, OPTIONS, &place) }),
        }
    }
    // A retry of less than once would be no run at all.
    let retries = options.get("retries").and_then(Json::as_object);
    for key in ["connect_attempts", "query_attempts"] {
        let attempts = retries.and_then(|retries| retries.get(key)).filter(|attempts| !attempts.is_null());
        if attempts.is_some_and(|attempts| attempts.as_u64().is_none_or(|attempts| attempts == 0)) {
            return Err(Error::new(Kind::Profile, format!("`{key}` of `retries` takes a number of at least 1"))
                .at(document.place(output.get("retries").map_or(output.mark, |value| value.mark))));
        }
    }
    Ok(())
}

fn matches(name: &str, value: &Json, shape: Shape) -> Result<()> {
    let entries = || match value {
        Json::Array(entries) => Ok(entries.as_slice()),
        _ => Err(wrong(name, "a list", value)),
    };
    match shape {
        Shape::Anything => Ok(()),
        _ if value.is_null() => Ok(()),
        Shape::Text if matches!(value, Json::Array(_) | Json::Object(_)) => Err(wrong(name, "a text", value)),
        Shape::Text => Ok(()),
        Shape::Flag if value.is_boolean() => Ok(()),
        Shape::Flag => Err(wrong(name, "true or false", value)),
        Shape::Mapping if value.is_object() => Ok(()),
        Shape::Mapping => Err(wrong(name, "a mapping", value)),
        Shape::Texts => entries()?.iter().try_for_each(|entry| match entry {
            Json::String(_) => Ok(()),
            other => Err(wrong(&format!("an entry of `{name}`"), "a text", other)),
        }),
        Shape::Names(keys) => entries()?.iter().try_for_each(|entry| match entry {
            Json::String(_) => Ok(()),
            other => record(name, other, keys),
        }),
        Shape::Closed(keys) => entries()?.iter().try_for_each(|entry| record(name, entry, keys)),
        Shape::Record(keys) => record(name, value, keys),
        Shape::Open(key) => entries()?.iter().try_for_each(|entry| match entry {
            Json::Object(found) if found.contains_key(key) => Ok(()),
            Json::Object(_) => Err(Error::new(Kind::Profile, format!("an entry of `{name}` has no `{key}:`"))),
            other => Err(wrong(&format!("an entry of `{name}`"), "a mapping", other)),
        }),
    }
}

fn record(name: &str, value: &Json, keys: &'static [Key]) -> Result<()> {
    let Json::Object(entries) = value else {
        let (first, ..) = keys[0];
        return Err(
            wrong(&format!("an entry of `{name}`"), "a mapping", value).hint(format!("write it as `{first}: ...`"))
        );
    };
    for (key, _, _) in keys.iter().filter(|(_, needed, _)| *needed) {
        if entries.get(*key).is_none_or(Json::is_null) {
            return Err(Error::new(Kind::Profile, format!("`{name}` has no `{key}:`")));
        }
    }
    for (key, value) in entries {
        let Some((_, _, shape)) = keys.iter().find(|(known, ..)| known == key) else {
            let error = Error::new(Kind::Profile, format!("`{name}` has no option `{key}`"));
            let known: Vec<String> = keys.iter().map(|(known, ..)| format!("`{known}`")).collect();
            return Err(match nearest(key, keys) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint(format!("it has {}", known.join(", "))),
            });
        };
        matches(&format!("{name}.{key}"), value, *shape)?;
    }
    Ok(())
}

fn wrong(name: &str, wanted: &str, value: &Json) -> Error {
    let kind = match value {
        Json::Null => "nothing",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "a mapping",
    };
    let name = if name.contains('`') { name.to_owned() } else { format!("`{name}`") };
    Error::new(Kind::Profile, format!("{name} takes {wanted}, not {kind}"))
}

fn unknown(name: &str, keys: &'static [Key], place: &Place) -> String {
    let hint = nearest(name, keys).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("{place}: the target's option `{name}` means nothing for DuckDB{hint}")
}

fn nearest(name: &str, keys: &'static [Key]) -> Option<&'static str> {
    jinja::nearest(name, keys.iter().map(|(known, ..)| *known))
}
