//! A generic test as it stands under `data_tests:` (or `tests:`).

use serde_json::{Map, Value as Json};

use super::super::yaml::{Data, Document, Mark, Yaml};
use crate::error::{Error, Kind, Result};

/// A use of a generic test, its arguments apart from its configuration. Nothing is rendered yet.
#[derive(Clone, Debug)]
pub struct TestProperties {
    /// `accepted_range`
    pub name: String,
    /// `dbt_utils`
    pub namespace: Option<String>,
    /// In the order they are written.
    pub arguments: Map<String, Json>,
    /// In dbt's order of fields.
    pub config: Map<String, Json>,
    /// The name that the user gives instead of the one made from the arguments.
    pub custom_name: Option<String>,
    pub description: String,
    pub mark: Mark,
}

/// Configuration that may stand among a test's arguments, in the order dbt reads it.
pub const CONFIG_KEYS: [&str; 14] = [
    "severity",
    "tags",
    "enabled",
    "where",
    "limit",
    "warn_if",
    "error_if",
    "fail_calc",
    "store_failures",
    "store_failures_as",
    "meta",
    "database",
    "schema",
    "alias",
];

/// The tests of an entry, under either name of the key.
pub(super) fn of(document: &Document, entry: &Yaml) -> Result<Vec<TestProperties>> {
    let (old, new) = (entry.given("tests"), entry.given("data_tests"));
    if let (Some(old), Some(_)) = (old, new) {
        return Err(Error::new(Kind::Project, "`tests` and `data_tests` mean the same, and both are given")
            .at(document.place(old.mark))
            .hint("keep `data_tests`"));
    }
    let Some(tests) = new.or(old) else { return Ok(Vec::new()) };
    let Some(list) = tests.as_list() else {
        return Err(Error::new(Kind::Project, format!("tests are a list, not {}", tests.kind()))
            .at(document.place(tests.mark))
            .hint("write each test as an entry: `- unique`"));
    };
    list.iter().map(|test| read(document, test)).collect()
}

fn read(document: &Document, test: &Yaml) -> Result<TestProperties> {
    let error = |message: String, mark: Mark| Error::new(Kind::Project, message).at(document.place(mark));
    let (full_name, mark, mut arguments) = match &test.data {
        Data::Text(name) => (name.to_string(), test.mark, Map::new()),
        Data::Map(map) if map.contains_key("test_name") => {
            let mut arguments = object(test);
            let name = arguments.remove("test_name").and_then(|name| name.as_str().map(str::to_owned));
            let name = name.ok_or_else(|| error("`test_name` takes the name of a test".to_owned(), test.mark))?;
            (name, test.mark, arguments)
        }
        Data::Map(map) => {
            let Some((name, entry)) = map.first().filter(|_| map.len() == 1) else {
                return Err(error(
                    format!("a test is one name with its arguments below, and this has {} keys", map.len()),
                    test.mark,
                )
                .hint("indent the arguments deeper than the test's name"));
            };
            if entry.value.as_map().is_none() {
                return Err(error(
                    format!("the arguments of `{name}` are a mapping, not {}", entry.value.kind()),
                    entry.key,
                )
                .hint(format!("write `- {name}` alone, or its arguments indented below it")));
            }
            (name.to_string(), entry.key, object(&entry.value))
        }
        Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Date(_) | Data::List(_) => {
            return Err(error(format!("a test is a name, or a name with arguments, not {}", test.kind()), test.mark));
        }
    };
    let (namespace, name) = match full_name.split_once('.') {
        Some((namespace, name)) => (Some(namespace.to_owned()), name.to_owned()),
        None => (None, full_name),
    };
    let mut written = match arguments.remove("config") {
        Some(Json::Object(map)) => map,
        Some(Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_)) | None => Map::new(),
    };
    if let Some(Json::Object(nested)) = arguments.remove("arguments") {
        arguments.extend(nested);
    }
    if arguments.contains_key("model") {
        return Err(error(format!("`model` is given to `{name}` by itself, and cannot be an argument"), mark));
    }
    let mut config = Map::new();
    for key in CONFIG_KEYS {
        let beside = arguments.shift_remove(key).filter(is_given);
        if beside.is_some() && written.contains_key(key) {
            return Err(error(format!("the test `{name}` has `{key}` twice: beside `config` and in it"), mark)
                .hint("keep the one under `config:`"));
        }
        if let Some(value) = beside.or_else(|| written.shift_remove(key)).filter(|value| !value.is_null()) {
            config.insert(key.to_owned(), value);
        }
    }
    config.extend(written);
    let custom_name = arguments.shift_remove("name").and_then(|name| name.as_str().map(str::to_owned));
    let description = arguments.shift_remove("description").and_then(|text| text.as_str().map(str::to_owned));
    Ok(TestProperties {
        name,
        namespace,
        arguments,
        config,
        custom_name,
        description: description.unwrap_or_default(),
        mark,
    })
}

// What Python holds for true: an empty value beside `config` leaves the word to the one in it.
fn is_given(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Bool(truth) => *truth,
        Json::Number(number) => number.as_f64() != Some(0.0),
        Json::String(text) => !text.is_empty(),
        Json::Array(list) => !list.is_empty(),
        Json::Object(map) => !map.is_empty(),
    }
}

fn object(value: &Yaml) -> Map<String, Json> {
    if let Json::Object(map) = value.to_json() { map } else { Map::new() }
}
