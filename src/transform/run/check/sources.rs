//! What is known of the relations that no model makes: tables of sources, and tables that SQL names outright.
//!
//! The database knows best, then what pipelines keep of the tables that they loaded, then what properties files declare.

use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value as Json;

use super::Trust;
use crate::engine::Session;
use crate::engine::catalog::{DatabaseColumn, Relation};
use crate::error::Result;
use crate::transform::manifest::Source;
use crate::transform::project::Environment;
use crate::transform::run::cells;

/// Names in lower case: database, schema, relation.
pub(super) type Name = (String, String, String);

/// Relations with their columns.
pub(super) type Catalog = FxHashMap<Name, (Relation, Vec<DatabaseColumn>)>;

pub(super) fn name_of(relation: &Relation) -> Name {
    (relation.database.to_lowercase(), relation.schema.to_lowercase(), relation.identifier.to_lowercase())
}

/// Every relation of the database and of those attached to it.
pub(super) fn catalog(session: &mut dyn Session) -> Result<Catalog> {
    let rows = session.query(
        "select database_name, schema_name, table_name, column_name, data_type from duckdb_columns() \
         where not internal and column_name is not null order by database_name, schema_name, table_name, column_index",
    )?;
    let mut catalog = Catalog::default();
    for batch in &rows.batches {
        for row in 0..batch.num_rows() {
            let cell = |column: usize| cells::formatted(batch.column(column), row);
            let relation = Relation::new(cell(0)?, cell(1)?, cell(2)?);
            let column = DatabaseColumn { name: cell(3)?, data_type: cell(4)? };
            catalog.entry(name_of(&relation)).or_insert_with(|| (relation, Vec::new())).1.push(column);
        }
    }
    Ok(catalog)
}

/// The macros of the database, as statements that make them again.
pub(super) fn macros(session: &mut dyn Session) -> Result<Vec<String>> {
    let rows = session.query(
        "select 'create or replace macro \"' || database_name || '\".\"' || schema_name || '\".\"' || function_name || '\"(' || \
         array_to_string(parameters, ', ') || ') as ' || \
         case when function_type = 'table_macro' then 'table ' else '' end || macro_definition \
         from duckdb_functions() where not internal and function_type in ('macro', 'table_macro')",
    )?;
    Ok(rows.texts()?.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect())
}

/// The columns that `source` is declared with, and how far they can be trusted; `None` when none are.
pub(super) fn declared(source: &Source) -> Option<(Vec<DatabaseColumn>, Trust)> {
    let typed = source.columns.values().all(|column| column.data_type.is_some());
    let columns: Vec<DatabaseColumn> = source
        .columns
        .values()
        .map(|column| DatabaseColumn {
            name: column.name.clone(),
            // DuckDB's type of a bare null goes with everything.
            data_type: column.data_type.clone().unwrap_or_else(|| "\"NULL\"".to_owned()),
        })
        .collect();
    (!columns.is_empty()).then_some((columns, if typed { Trust::Whole } else { Trust::Names }))
}

/// The tables that pipelines keep a schema of, by dataset and table, in lower case.
pub(super) fn loaded(environment: &Environment) -> FxHashMap<(String, String), Vec<DatabaseColumn>> {
    let mut tables = FxHashMap::default();
    for folder in folders(&pipelines(environment)) {
        let read = |path: PathBuf| serde_json::from_slice::<Json>(&std::fs::read(path).ok()?).ok();
        let Some(state) = read(folder.join("state.json")) else { continue };
        let text = |value: &Json, name: &str| value.get(name).and_then(Json::as_str).map(str::to_lowercase);
        let Some(dataset) = text(&state, "dataset_name") else { continue };
        let schemas = std::fs::read_dir(folder.join("schemas")).into_iter().flatten().flatten();
        let schemas: Vec<Json> = schemas.filter_map(|entry| read(entry.path())).collect();
        let plain = schemas.len() == 1;
        for schema in &schemas {
            // A schema that is not the pipeline's default has a dataset of its own.
            let name = text(schema, "name").unwrap_or_default();
            let own = plain || text(&state, "default_schema_name").as_deref() == Some(&name);
            let dataset = if own { dataset.clone() } else { format!("{dataset}_{name}") };
            for (table, shape) in schema.get("tables").and_then(Json::as_object).into_iter().flatten() {
                let columns = shape.get("columns").and_then(Json::as_object).into_iter().flatten();
                let columns: Option<Vec<DatabaseColumn>> =
                    columns.filter(|(_, column)| column.get("data_type").is_some()).map(stored).collect();
                if let Some(columns) = columns.filter(|columns| !columns.is_empty()) {
                    tables.insert((dataset.clone(), table.to_lowercase()), columns);
                }
            }
        }
    }
    tables
}

// One folder a pipeline.
fn folders(root: &std::path::Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn pipelines(environment: &Environment) -> PathBuf {
    let home = environment.get("DLT_DATA_DIR").map(PathBuf::from);
    let home = home.or_else(|| environment.get("HOME").map(|home| PathBuf::from(home).join(".dlt")));
    home.unwrap_or_default().join("pipelines")
}

// The type that a load gives the column in DuckDB.
fn stored((name, column): (&String, &Json)) -> Option<DatabaseColumn> {
    let number = |key: &str| column.get(key).and_then(Json::as_u64);
    let data_type = match column.get("data_type")?.as_str()? {
        "text" => "VARCHAR".to_owned(),
        "double" => "DOUBLE".to_owned(),
        "bool" => "BOOLEAN".to_owned(),
        "timestamp" if column.get("timezone").and_then(Json::as_bool) == Some(false) => "TIMESTAMP".to_owned(),
        "timestamp" => "TIMESTAMP WITH TIME ZONE".to_owned(),
        "date" => "DATE".to_owned(),
        "time" => "TIME".to_owned(),
        "bigint" => match number("precision") {
            Some(..=8) => "TINYINT".to_owned(),
            Some(..=16) => "SMALLINT".to_owned(),
            Some(..=32) => "INTEGER".to_owned(),
            Some(65..) => "HUGEINT".to_owned(),
            Some(_) | None => "BIGINT".to_owned(),
        },
        "binary" => "BLOB".to_owned(),
        "json" => "JSON".to_owned(),
        "decimal" => {
            format!("DECIMAL({},{})", number("precision").unwrap_or(38), number("scale").unwrap_or(9))
        }
        "wei" => "DECIMAL(38,0)".to_owned(),
        _ => return None,
    };
    Some(DatabaseColumn { name: name.clone(), data_type })
}

/// The names that nodes of the project make themselves: what stands in the database under them is of an earlier run.
pub(super) fn made(relations: impl Iterator<Item = Relation>) -> FxHashSet<Name> {
    relations.map(|relation| name_of(&relation)).collect()
}
