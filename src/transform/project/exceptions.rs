//! `exceptions` in templates: how a macro says that something is wrong.

use std::sync::Arc;

use super::warnings::Warnings;
use crate::error::{Error, Kind, Result};
use crate::event::{Event, Sink};
use crate::transform::jinja::{Args, Interpreter, Object, Value};

/// The object behind `exceptions`.
pub(super) struct Exceptions {
    pub(super) sink: Arc<dyn Sink>,
    /// Which warnings are errors.
    pub(super) warnings: Warnings,
}

/// Each function that raises, and what its error says around the arguments.
const RAISING: [(&str, &str); 21] = [
    ("raise_compiler_error", ""),
    ("raise_not_implemented", ""),
    ("raise_database_error", ""),
    ("raise_dependency_error", ""),
    ("raise_contract_error", "the contract does not match the columns of the model"),
    ("raise_fail_fast_error", ""),
    ("raise_invalid_property_yml_version", "the properties file has a version that is not known"),
    ("raise_duplicate_patch_name", "two properties files describe the same resource"),
    ("raise_duplicate_resource_name", "two resources have the same name"),
    ("raise_duplicate_alias", "two resources have the same alias"),
    ("raise_ambiguous_alias", "two relations have the same name but for upper and lower case"),
    ("raise_ambiguous_catalog_match", "a relation matches more than one entry of the catalog"),
    ("raise_cache_inconsistent", "the cache of relations does not match the database"),
    ("raise_dataclass_not_dict", "a dict is needed here"),
    ("raise_dep_not_found", "what the node depends on does not exist"),
    ("raise_parsing_error", ""),
    ("missing_config", "the model lacks a required configuration"),
    ("missing_materialization", "no materialization of this name exists"),
    ("missing_relation", "the relation does not exist"),
    ("relation_wrong_type", "the relation is of another type than expected"),
    ("column_type_missing", "a column of a contract has no data type"),
];

impl Object for Exceptions {
    fn type_name(&self) -> &'static str {
        "exceptions"
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "warn" | "warn_snapshot_timestamp_data_types" | "keys")
            || RAISING.iter().any(|(known, _)| *known == name)
    }

    fn call_method(&self, interpreter: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        if name == "warn" {
            return Some(self.warn(interpreter, "JinjaLogWarning", &args).map(|()| Value::str("")));
        }
        if name == "warn_snapshot_timestamp_data_types" {
            return Some(
                snapshot_times(args)
                    .and_then(|said| self.warn(interpreter, "SnapshotTimestampWarning", &said))
                    .map(|()| Value::str("")),
            );
        }
        if name == "keys" {
            return Some(Ok(Value::list(names().map(Value::str))));
        }
        let (_, sentence) = RAISING.iter().find(|(known, _)| *known == name)?;
        let kind = if name == "raise_database_error" { Kind::Database } else { Kind::Compilation };
        let said = words(&args);
        let message = match (sentence.is_empty(), said.is_empty()) {
            (true, true) => "the template raised an error without a message".to_owned(),
            (true, false) => said,
            (false, true) => (*sentence).to_owned(),
            (false, false) => format!("{sentence}: {said}"),
        };
        let error = Error::new(kind, message);
        Some(Err(match interpreter.place() {
            Some(place) => error.at(place),
            None => error,
        }))
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        Some(names().map(Value::str).collect())
    }

    fn length(&self) -> Option<usize> {
        Some(names().count())
    }

    fn is_mapping(&self) -> bool {
        true
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

// dbt has no more than these; the others stand for what its older versions had.
fn names() -> impl Iterator<Item = &'static str> {
    let raising = RAISING.iter().map(|(name, _)| *name);
    let raising = raising.filter(|name| !matches!(*name, "raise_duplicate_alias" | "raise_parsing_error"));
    ["warn", "warn_snapshot_timestamp_data_types"].into_iter().chain(raising)
}

impl Exceptions {
    fn warn(&self, interpreter: &Interpreter<'_>, name: &'static str, args: &Args) -> Result<()> {
        let (message, place) = (words(args), interpreter.place());
        if self.warnings.is_error(name) {
            let error = Error::new(Kind::Compilation, message);
            return Err(place.into_iter().fold(error, Error::at));
        }
        let message = match place {
            Some(place) => format!("{message}\n  --> {place}"),
            None => message,
        };
        self.sink.tell(Event::Named { name, message });
        Ok(())
    }
}

// A snapshot compares two times of different types.
fn snapshot_times(args: Args) -> Result<Args> {
    let ([snapshot, updated_at], []) =
        args.bind("warn_snapshot_timestamp_data_types", ["snapshot_time_data_type", "updated_at_data_type"], [])?;
    let said = format!("the time of a snapshot is of type {snapshot}, and its `updated_at` of type {updated_at}");
    Ok(Args::positional([Value::str(said)]))
}

// The arguments as text, but for the node that some of these functions take along.
fn words(args: &Args) -> String {
    let shown = args
        .positional
        .iter()
        .chain(args.named.iter().filter(|(name, _)| &***name != "node").map(|(_, value)| value))
        .filter(|value| !matches!(value, Value::None | Value::Dict(_)))
        .map(ToString::to_string);
    shown.collect::<Vec<_>>().join(", ")
}

/// `try_or_compiler_error(message, function, ...)`: calls a function; whatever goes wrong in it is told in the words of
/// the template.
pub fn try_or_compiler_error(interpreter: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let ([message, function], [], rest, named) =
        args.bind_open("try_or_compiler_error", ["message_if_exception", "func"], [])?;
    let given = Args { positional: rest, named };
    interpreter
        .call(&function, given)
        .map_err(|error| Error::new(Kind::Compilation, message.to_string()).hint(error.message().to_owned()))
}
