//! Where the rows of a source are: in a table, in files that it names, or with a plugin that reads them.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::relation::RelationObject;
use super::state::NodeState;
use crate::engine::catalog::Relation;
use crate::engine::{PythonJob, PythonTask};
use crate::error::{Error, Kind, Place, Result};
use crate::transform::jinja::{Budget, Interpreter, Scope, SourceFile, Value, parse};
use crate::transform::manifest::Source;

/// The relation of a source; with `external_location`, what to read instead of a table.
pub fn source_relation(source: &Source) -> Result<RelationObject> {
    let relation = Relation::new(&source.database, &source.schema, &source.identifier);
    let plain = RelationObject::of_node(&relation, None, source.quoted);
    let said = said(source);
    let Some(template) = said.get("external_location").filter(|_| !said.contains_key("plugin")) else {
        return Ok(plain);
    };
    let template = template.as_str().map_or_else(|| template.to_string(), str::to_owned);
    let formatter = said.get("formatter").and_then(Json::as_str).unwrap_or("newstyle");
    let location = match formatter {
        "newstyle" => evaluated("{{ template.format_map(names) }}", &template, source, said.clone()),
        "oldstyle" => evaluated("{{ template % names }}", &template, source, said.clone()),
        "template" => substituted(&template, &names(source, said.clone())),
        other => Err(Error::new(Kind::Compilation, format!("there is no formatter `{other}`"))
            .hint("choose `newstyle` ({name}), `oldstyle` (%(name)s) or `template` ($name)")),
    }
    .map_err(|error| {
        let message =
            format!("the `external_location` of `{}.{}`: {}", source.source_name, source.name, error.message());
        let known: Vec<String> = names(source, said.clone()).keys().map(|name| format!("`{name}`")).collect();
        let hint = error.hint_text().map_or_else(|| format!("it may name {}", known.join(", ")), str::to_owned);
        Error::new(Kind::Compilation, message).at(Place::file(&source.original_file_path)).hint(hint)
    })?;
    let as_it_is = location.contains('(') || location.starts_with('\'');
    Ok(RelationObject { external: Some(if as_it_is { location } else { format!("'{location}'") }), ..plain })
}

/// Has the plugin of a source read it, where it has one; its rows are then a table or a view of the source's name.
pub(super) fn load(state: &Arc<NodeState>, source: &Source) -> Result<()> {
    let said = said(source);
    let Some(plugin) = said.get("plugin").and_then(Json::as_str).filter(|_| state.run.flags.which != "check") else {
        return Ok(());
    };
    let description = json!({
        "plugin": plugin,
        "source": {
            "name": source.name,
            "identifier": source.identifier,
            "schema": source.schema,
            "database": source.database,
            "meta": said,
            "tags": source.tags,
        },
    });
    let job = PythonJob { task: PythonTask::Load, description: description.to_string() };
    let loaded = state.with_session(|session| session.python(&job));
    state.run.cache.forget(&source.database, &source.schema);
    loaded.map_err(|error| {
        error
            .at(Place::file(&source.original_file_path))
            .hint(format!("the plugin `{plugin}` reads the source `{}.{}`", source.source_name, source.name))
    })
}

// Its `meta`, with what its config says beside the keys that every source has.
fn said(source: &Source) -> Map<String, Json> {
    const OF_EVERY_SOURCE: [&str; 8] =
        ["enabled", "event_time", "freshness", "loaded_at_field", "loaded_at_query", "meta", "static_analysis", "tags"];
    let mut said = source.meta.as_object().cloned().unwrap_or_default();
    let more = source.config.iter().filter(|(key, _)| !OF_EVERY_SOURCE.contains(&key.as_str()));
    said.extend(more.map(|(key, value)| (key.clone(), value.clone())));
    said
}

fn names(source: &Source, said: Map<String, Json>) -> Map<String, Json> {
    let mut names = Map::from_iter([
        ("name".to_owned(), json!(source.name)),
        ("identifier".to_owned(), json!(source.identifier)),
        ("schema".to_owned(), json!(source.schema)),
        ("database".to_owned(), json!(source.database)),
        ("tags".to_owned(), json!(source.tags)),
    ]);
    names.extend(said);
    names
}

struct Names {
    template: Value,
    names: Value,
}

impl Scope for Names {
    fn lookup(&self, name: &str) -> Option<Value> {
        match name {
            "template" => Some(self.template.clone()),
            "names" => Some(self.names.clone()),
            _ => None,
        }
    }

    fn names(&self) -> Vec<String> {
        vec!["template".to_owned(), "names".to_owned()]
    }
}

// Texts format as Python's do, which templates do anyway.
fn evaluated(code: &str, template: &str, source: &Source, said: Map<String, Json>) -> Result<String> {
    let names = Value::from_json(&Json::Object(names(source, said)));
    let scope = Names { template: Value::str(template), names };
    let code = parse(SourceFile::new("external_location", code))?;
    Ok(Interpreter::new(&scope, Budget::default()).render(&code)?.text)
}

// `$name` and `${name}`; two dollars are one.
fn substituted(template: &str, names: &Map<String, Json>) -> Result<String> {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let inside = rest.strip_prefix('{');
        let text = inside.unwrap_or(rest);
        let length = text.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(text.len());
        let (name, after) = text.split_at(length);
        let value = names
            .get(name)
            .ok_or_else(|| Error::new(Kind::Compilation, format!("`${name}` is the name of nothing")))?;
        out.push_str(&value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        rest = match inside {
            None => after,
            Some(_) => after
                .strip_prefix('}')
                .ok_or_else(|| Error::new(Kind::Compilation, format!("`${{{name}` is not closed")))?,
        };
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_name_values() {
        let names = Map::from_iter([("a".to_owned(), json!("x")), ("n".to_owned(), json!(1))]);
        assert_eq!(substituted("$a-${n}b/$$", &names).unwrap(), "x-1b/$");
        assert!(substituted("$other", &names).is_err());
        assert!(substituted("${a", &names).is_err());
    }
}
