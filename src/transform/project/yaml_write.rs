//! Values as YAML text, laid out as Python's safe dumper does it.

use serde_json::Value as Json;

use super::yaml::Data;
use super::yaml_scalar;

/// The document of a value, in block style.
///
/// ```
/// use gristmill::transform::project::yaml::write;
/// assert_eq!(write(&serde_json::json!({"a": [1, "yes"], "b": {}}), false), "a:\n- 1\n- 'yes'\nb: {}\n");
/// ```
pub fn write(value: &Json, sort_keys: bool) -> String {
    document(value, Style { sort_keys, indent_lists: false })
}

/// The document of a value with its keys in order and its lists indented, as dbt writes files of packages.
///
/// ```
/// use gristmill::transform::project::yaml::write_indented;
/// assert_eq!(write_indented(&serde_json::json!({"b": [{"d": 1, "c": [2]}], "a": 3})), "a: 3\nb:\n  - c:\n      - 2\n    d: 1\n");
/// ```
pub fn write_indented(value: &Json) -> String {
    document(value, Style { sort_keys: true, indent_lists: true })
}

#[derive(Clone, Copy)]
struct Style {
    sort_keys: bool,
    indent_lists: bool,
}

fn document(value: &Json, style: Style) -> String {
    let mut out = String::new();
    block(value, 0, style, &mut out);
    if !out.ends_with('\n') {
        out.push('\n');
        // A document of one plain word ends with a mark, so that it cannot be taken for the start of more.
        if !matches!(value, Json::Array(_) | Json::Object(_)) {
            out.push_str("...\n");
        }
    }
    out
}

fn block(value: &Json, indent: usize, style: Style, out: &mut String) {
    match value {
        Json::Object(map) if !map.is_empty() => {
            let mut entries: Vec<_> = map.iter().collect();
            if style.sort_keys {
                entries.sort_by_key(|(key, _)| key.as_str());
            }
            for (index, (key, item)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push_str(&" ".repeat(indent));
                }
                out.push_str(&scalar(key));
                out.push(':');
                match item {
                    Json::Object(map) if !map.is_empty() => {
                        out.push('\n');
                        out.push_str(&" ".repeat(indent + 2));
                        block(item, indent + 2, style, out);
                    }
                    // A list stands at its key's own indent, unless it is asked otherwise.
                    Json::Array(list) if !list.is_empty() => {
                        let indent = if style.indent_lists { indent + 2 } else { indent };
                        out.push('\n');
                        out.push_str(&" ".repeat(indent));
                        block(item, indent, style, out);
                    }
                    Json::Null
                    | Json::Bool(_)
                    | Json::Number(_)
                    | Json::String(_)
                    | Json::Array(_)
                    | Json::Object(_) => {
                        out.push(' ');
                        block(item, indent, style, out);
                        out.push('\n');
                    }
                }
            }
        }
        Json::Array(list) if !list.is_empty() => {
            for (index, item) in list.iter().enumerate() {
                if index > 0 {
                    out.push_str(&" ".repeat(indent));
                }
                out.push_str("- ");
                block(item, indent + 2, style, out);
                if !out.ends_with('\n') {
                    out.push('\n');
                }
            }
        }
        Json::Object(_) => out.push_str("{}"),
        Json::Array(_) => out.push_str("[]"),
        Json::Null => out.push_str("null"),
        Json::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Json::Number(number) => out.push_str(&number.to_string()),
        Json::String(text) => out.push_str(&scalar(text)),
    }
}

// A text goes plain when it reads back as the same text.
fn scalar(text: &str) -> String {
    let reads_back = matches!(yaml_scalar::resolve(text, true, None), Ok(Data::Text(_)));
    let plain = reads_back
        && !text.starts_with([
            ' ', '-', '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`',
        ])
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.chars().any(char::is_control);
    if plain {
        text.to_owned()
    } else if text.chars().any(char::is_control) {
        serde_json::to_string(text).expect("a text has a JSON form")
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}
