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
    let mut out = String::new();
    block(value, 0, sort_keys, &mut out);
    if !out.ends_with('\n') {
        out.push('\n');
        // A document of one plain word ends with a mark, so that it cannot be taken for the start of more.
        if !matches!(value, Json::Array(_) | Json::Object(_)) {
            out.push_str("...\n");
        }
    }
    out
}

fn block(value: &Json, indent: usize, sort_keys: bool, out: &mut String) {
    match value {
        Json::Object(map) if !map.is_empty() => {
            let mut entries: Vec<_> = map.iter().collect();
            if sort_keys {
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
                        block(item, indent + 2, sort_keys, out);
                    }
                    // A list stands at its key's own indent.
                    Json::Array(list) if !list.is_empty() => {
                        out.push('\n');
                        out.push_str(&" ".repeat(indent));
                        block(item, indent, sort_keys, out);
                    }
                    Json::Null
                    | Json::Bool(_)
                    | Json::Number(_)
                    | Json::String(_)
                    | Json::Array(_)
                    | Json::Object(_) => {
                        out.push(' ');
                        block(item, indent, sort_keys, out);
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
                block(item, indent + 2, sort_keys, out);
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
