//! What `adapter` knows of external models: how their files are written and read, and the plugins that take them.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::relation::RelationObject;
use super::state::NodeState;
use crate::engine::{PythonJob, PythonTask};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Dict, List, Value};
use crate::transform::manifest::column::ColumnObject;
use crate::transform::project::profile::is_file;

/// The methods of `adapter` that are answered here.
pub(super) const METHODS: [&str; 5] =
    ["external_read_location", "external_write_options", "location_exists", "place_in_project", "store_relation"];

/// Answers one of [`METHODS`].
pub(super) fn method(state: &Arc<NodeState>, method: &str, args: Args) -> Result<Value> {
    match method {
        "external_read_location" => {
            let ([location, options], []) = args.bind(method, ["write_location", "rendered_options"], [])?;
            Ok(Value::str(read_location(&location.to_string(), options_of(&options)?)))
        }
        "external_write_options" => {
            let ([location, options], []) = args.bind(method, ["write_location", "rendered_options"], [])?;
            let options = options_of(&options)?;
            complete(&location.to_string(), options);
            Ok(Value::str(written(options)))
        }
        "location_exists" => {
            let ([location], []) = args.bind(method, ["location"], [])?;
            let asked = format!("select 1 from '{location}' where 1=0");
            state.begin_for_statement(false)?;
            let exists = state.query(&asked).is_ok();
            if !exists {
                state.rollback();
            }
            Ok(Value::Bool(exists))
        }
        // Not one of dbt's, which changes the working directory to the project's.
        "place_in_project" => {
            let ([location], []) = args.bind(method, ["location"], [])?;
            Ok(Value::str(place(&state.run.project.root, &location.to_string())))
        }
        _ => store(state, method, args),
    }
}

fn options_of(value: &Value) -> Result<&Dict> {
    value.as_dict().ok_or_else(|| {
        Error::new(
            Kind::Compilation,
            format!("the options of an external model are a mapping, not {}", value.type_name()),
        )
        .hint("write them as `options: {name: value}`")
    })
}

// What is not said follows from the name of the file: its format, and how it is compressed.
fn complete(location: &str, options: &Dict) {
    if options.get_str("format").is_none() {
        let (stem, ending) = split_ending(location);
        let compression = match ending.to_lowercase().as_str() {
            ".gz" => Some("gzip"),
            ".zst" => Some("zstd"),
            _ => None,
        };
        let ending = if compression.is_some() { split_ending(stem).1 } else { ending }.to_lowercase();
        if let Some(format) = ending.strip_prefix('.') {
            options.set("format", Value::str(format));
            // DuckDB knows these endings in lower case only.
            if let Some(compression) = compression.filter(|_| options.get_str("compression").is_none()) {
                options.set("compression", Value::str(compression));
            }
        } else if options.get_str("delimiter").is_some() {
            options.set("format", Value::str("csv"));
        } else {
            options.set("format", Value::str("parquet"));
        }
    }
    if options.get_str("format").is_some_and(|format| format.as_str() == Some("csv"))
        && options.get_str("header").is_none()
    {
        options.set("header", Value::Int(1));
    }
    if let Some(columns) = options.get_str("partition_by").map(|columns| columns.to_string())
        && columns.contains(',')
        && !columns.starts_with('(')
    {
        options.set("partition_by", Value::str(format!("({columns})")));
    }
}

// `a/b.csv` is `a/b` and `.csv`; dots that begin a name are a part of it.
fn split_ending(path: &str) -> (&str, &str) {
    let name = path.rfind('/').map_or(0, |slash| slash + 1);
    let first = name + path[name..].len() - path[name..].trim_start_matches('.').len();
    path[first..].rfind('.').map_or((path, ""), |dot| path.split_at(first + dot))
}

// Between the brackets of `copy ... to`.
fn written(options: &Dict) -> String {
    let entries = options.entries().into_iter().map(|(name, value)| {
        let (name, value) = (name.to_string(), value.to_string());
        let is_text = matches!(name.to_lowercase().as_str(), "delimiter" | "quote" | "escape" | "null");
        if is_text && !value.starts_with('\'') { format!("{name} '{value}'") } else { format!("{name} {value}") }
    });
    entries.collect::<Vec<_>>().join(", ")
}

// A pattern, where DuckDB writes a folder.
fn read_location(location: &str, options: &Dict) -> String {
    let set = |name: &str| options.get_str(name).filter(Value::truth);
    let parts = set("partition_by").map(|columns| columns.to_string().split(',').count());
    if parts.is_none() && set("per_thread_output").is_none() {
        return location.to_owned();
    }
    let format = options.get_str("format").map_or_else(|| "parquet".to_owned(), |format| format.to_string());
    format!("{location}/*{}.{format}", "/*".repeat(parts.unwrap_or_default()))
}

// Where `copy` writes: a relative place is one in the project, wherever the command was given.
fn place(root: &Path, location: &str) -> String {
    let elsewhere = std::env::current_dir().is_ok_and(|here| here != root);
    if elsewhere && is_file(location) {
        root.join(location).to_string_lossy().into_owned()
    } else {
        location.to_owned()
    }
}

fn store(state: &Arc<NodeState>, method: &str, args: Args) -> Result<Value> {
    let names = ["plugin_name", "relation", "column_list", "path", "format", "config"];
    let ([plugin, relation, columns, path, format, _config], []) = args.bind(method, names, [])?;
    let plugin = plugin.to_string();
    if plugin == "glue" || plugin.starts_with("glue|") {
        let message = format!("`{}` is to be registered in AWS Glue, which gristmill does not do", state.node.name);
        return Err(state.here(Error::new(Kind::Config, message).hint(
            "remove `glue_register`, or write a plugin whose `store` does it, and name it as the model's `plugin`",
        )));
    }
    let Some(relation) = relation.downcast::<RelationObject>() else {
        return Err(Error::new(
            Kind::Compilation,
            format!("`{method}` takes a relation, not {}", relation.type_name()),
        ));
    };
    let columns = columns.as_list().map(List::items).unwrap_or_default();
    let columns: Vec<Json> = columns
        .iter()
        .filter_map(|column| column.downcast::<ColumnObject>())
        .map(|column| json!({"column": column.name, "dtype": column.dtype}))
        .collect();
    let mut config = state.node.config.clone();
    config.extend(state.overlay.lock().expect("no thread panics while it holds a config").clone());
    let description = json!({
        "plugin": plugin,
        "relation": {
            "database": relation.database,
            "schema": relation.schema,
            "identifier": relation.identifier,
            "type": relation.kind,
            "rendered": relation.render(),
        },
        "columns": columns,
        "path": place(&state.run.project.root, &path.to_string()),
        "format": format.to_string(),
        "config": config,
    });
    let job = PythonJob { task: PythonTask::Store, description: description.to_string() };
    state.with_session(|session| session.python(&job)).map_err(|error| state.here(error))?;
    Ok(Value::None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(entries: &[(&str, &str)]) -> Value {
        Value::dict(entries.iter().map(|(name, value)| (*name, Value::str(value))))
    }

    fn write(location: &str, entries: &[(&str, &str)]) -> String {
        let options = options(entries);
        complete(location, options.as_dict().unwrap());
        written(options.as_dict().unwrap())
    }

    #[test]
    fn the_name_of_a_file_tells_its_format() {
        assert_eq!(write("out/a", &[]), "format parquet");
        assert_eq!(write("out.d/.a", &[]), "format parquet");
        assert_eq!(write("a.CSV.GZ", &[]), "format csv, compression gzip, header 1");
        assert_eq!(write("a", &[("delimiter", "|")]), "delimiter '|', format csv, header 1");
        assert_eq!(write("a.csv", &[("header", "0"), ("null", "'-'")]), "header 0, null '-', format csv");
        assert_eq!(write("a", &[("partition_by", "x, y")]), "partition_by (x, y), format parquet");
    }

    #[test]
    fn folders_are_read_by_a_pattern() {
        let read = |entries: &[(&str, &str)]| read_location("out", options(entries).as_dict().unwrap());
        assert_eq!(read(&[]), "out");
        assert_eq!(read(&[("per_thread_output", "True"), ("format", "csv")]), "out/*.csv");
        assert_eq!(read(&[("partition_by", "(a, b)")]), "out/*/*/*.parquet");
    }
}
