//! Jinja inside YAML: a text with `{{ }}` becomes the value that it renders to, type kept.

use serde_json::Value as Json;

use super::yaml::{Data, Document, Mark, Yaml};
use crate::error::{Error, Result};
use crate::transform::jinja::{self, Budget, Interpreter, Scope, SourceFile};

/// Whether a text holds anything that Jinja would look at.
pub fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("{%") || text.contains("{#")
}

/// Whether a text is a call that dbt renders without braces around it: `ref('orders')`.
pub fn is_call(text: &str) -> bool {
    let text = text.trim();
    let called = |name: &str| text.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('('));
    text.ends_with(')') && ["env_var", "ref", "var", "source", "doc"].into_iter().any(called)
}

/// The keys (and list indexes) that lead to a value.
pub type Path<'a> = &'a [String];

/// Renders every text of `value` for whose path `wanted` says yes; everything else stays as written.
pub fn tree(document: &Document, value: &Yaml, scope: &dyn Scope, wanted: &dyn Fn(Path<'_>) -> bool) -> Result<Json> {
    tree_at(document, value, scope, wanted, &mut Vec::new())
}

/// Renders one text of a document. As dbt renders each, one without a template loses the end of its last line, too: what is
/// written as a block under `|` is the text without it.
pub fn text(document: &Document, text: &str, mark: Mark, scope: &dyn Scope) -> Result<Json> {
    if !is_template(text) {
        return Ok(Json::String(untemplated(text)));
    }
    let render = || {
        let template = jinja::parse(SourceFile::new(&document.path, text))?;
        Interpreter::new(scope, Budget::default()).evaluate(&template).map(|value| value.to_json())
    };
    render().map_err(|error| relocate(&error, document, mark))
}

// What Jinja makes of a text in which it has nothing to do.
fn untemplated(text: &str) -> String {
    let text = jinja::without_last_line_end(text);
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

fn tree_at(
    document: &Document,
    value: &Yaml,
    scope: &dyn Scope,
    wanted: &dyn Fn(Path<'_>) -> bool,
    path: &mut Vec<String>,
) -> Result<Json> {
    match &value.data {
        Data::Text(content) if wanted(path) => text(document, content, value.mark, scope),
        Data::List(list) => {
            let mut out = Vec::with_capacity(list.len());
            for (index, item) in list.iter().enumerate() {
                path.push(index.to_string());
                out.push(tree_at(document, item, scope, wanted, path)?);
                path.pop();
            }
            Ok(Json::Array(out))
        }
        Data::Map(map) => {
            let mut out = serde_json::Map::with_capacity(map.len());
            for (key, entry) in map {
                path.push(key.to_string());
                out.insert(key.to_string(), tree_at(document, &entry.value, scope, wanted, path)?);
                path.pop();
            }
            Ok(Json::Object(out))
        }
        Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) | Data::Date(_) => {
            Ok(value.to_json())
        }
    }
}

// The template knows its own text only; the reader of the error knows the YAML file.
fn relocate(error: &Error, document: &Document, mark: Mark) -> Error {
    error.elsewhere(document.place(mark))
}
