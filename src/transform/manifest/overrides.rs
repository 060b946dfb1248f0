//! `overrides: <package>` of a source: what the project says about a source of a package it has installed.
//!
//! Each field that is given replaces the package's, for the source and for each table of the same name.

use serde_json::Value as Json;

use super::properties_file::PropertiesFile;
use crate::event::{Event, Sink};
use crate::transform::project::properties::{SourceProperties, TableProperties};

/// Lays every override onto the source that it means, and takes it off the list of sources.
pub(super) fn apply(files: &mut [PropertiesFile], sink: &dyn Sink) {
    for file in 0..files.len() {
        let (overrides, own) = std::mem::take(&mut files[file].properties.sources)
            .into_iter()
            .partition(|source| package(source).is_some());
        files[file].properties.sources = own;
        for update in overrides {
            let package = package(&update).unwrap_or_default().to_owned();
            let found = files
                .iter_mut()
                .filter(|other| other.package.name == package)
                .flat_map(|other| &mut other.properties.sources)
                .find(|source| source.name == update.name);
            if let Some(source) = found {
                lay(source, update);
            } else {
                let place = files[file].properties.document.place(update.mark);
                let message = format!("{place}: the package `{package}` has no source `{}` to override", update.name);
                sink.tell(Event::Warning { message });
            }
        }
    }
}

fn package(source: &SourceProperties) -> Option<&str> {
    source.fields.get("overrides").and_then(Json::as_str)
}

fn lay(source: &mut SourceProperties, update: SourceProperties) {
    if !update.description.is_empty() {
        source.description = update.description;
    }
    if update.fields.contains_key("config") {
        source.config = update.config;
    }
    if update.unrendered_schema.is_some() {
        source.unrendered_schema = update.unrendered_schema;
    }
    if update.unrendered_database.is_some() {
        source.unrendered_database = update.unrendered_database;
    }
    let given = update.fields.into_iter().filter(|(key, _)| !matches!(key.as_str(), "name" | "overrides"));
    source.fields.extend(given);
    for table in update.tables {
        if let Some(known) = source.tables.iter_mut().find(|known| known.name == table.name) {
            lay_table(known, table);
        }
    }
}

fn lay_table(known: &mut TableProperties, update: TableProperties) {
    if !update.description.is_empty() {
        known.description = update.description;
    }
    if update.fields.contains_key("config") {
        known.config = update.config;
    }
    if update.fields.contains_key("columns") {
        known.columns = update.columns;
    }
    if !update.tests.is_empty() {
        known.tests = update.tests;
    }
    known.fields.extend(update.fields.into_iter().filter(|(key, _)| key != "name"));
}
