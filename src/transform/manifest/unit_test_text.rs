//! What the checksum of a unit test is made of: the text that Python gives for dbt's objects.
//!
//! A manifest that dbt wrote is then comparable: `state:modified` names the unit tests that were changed, and no others.

use serde_json::{Map, Value as Json};

use crate::transform::jinja::Value;

/// The text of a test's model, versions, inputs, expectation and overrides.
pub(super) fn text(
    model: &str,
    versions: Option<&Json>,
    given: &[Json],
    expect: &Map<String, Json>,
    overrides: Option<&Json>,
) -> String {
    let versions = of(versions, "UnitTestNodeVersions", &["include", "exclude"]);
    let inputs: Vec<String> = given.iter().filter_map(Json::as_object).map(input).collect();
    let overrides = of(overrides, "UnitTestOverrides", &["macros", "vars", "env_vars"]);
    let expect = fixture("UnitTestOutputFixture", Vec::new(), expect);
    let mut text = format!("{model}-{versions}-[{}]-{expect}-{overrides}", inputs.join(", "));
    // Rows of a file count once more, as they are.
    for input in given.iter().filter(|input| input["fixture"].as_str().is_some_and(|name| !name.is_empty())) {
        text.push('-');
        text.push_str(&input["rows"].as_str().map_or_else(|| repr(&input["rows"]), str::to_owned));
    }
    text
}

fn input(input: &Map<String, Json>) -> String {
    fixture("UnitTestInputFixture", vec![format!("input={}", repr(&input["input"]))], input)
}

fn fixture(class: &str, mut fields: Vec<String>, said: &Map<String, Json>) -> String {
    let format = match said.get("format").and_then(Json::as_str).unwrap_or("dict") {
        "csv" => "<UnitTestFormat.CSV: 'csv'>",
        "sql" => "<UnitTestFormat.SQL: 'sql'>",
        _ => "<UnitTestFormat.Dict: 'dict'>",
    };
    let value = |key: &str| repr(said.get(key).unwrap_or(&Json::Null));
    fields.extend([
        format!("rows={}", value("rows")),
        format!("format={format}"),
        format!("fixture={}", value("fixture")),
    ]);
    format!("{class}({})", fields.join(", "))
}

fn of(said: Option<&Json>, class: &str, fields: &[&str]) -> String {
    let Some(said) = said else { return "None".to_owned() };
    let fields: Vec<String> = fields.iter().map(|field| format!("{field}={}", repr(&said[*field]))).collect();
    format!("{class}({})", fields.join(", "))
}

fn repr(value: &Json) -> String {
    Value::from_json(value).repr()
}
