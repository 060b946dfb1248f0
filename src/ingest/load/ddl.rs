//! The tables as the schema wants them: created, or widened by one column at a time.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::chain::Dataset;
use crate::engine::Session;
use crate::engine::dialect::{literal, quote};
use crate::error::{Error, Kind, Result};
use crate::schema::{Column, DataType, Table};

/// Precision and scale of a decimal that states none, as dlt has them on DuckDB.
const DECIMAL: (i64, i64) = (38, 9);

/// What the destination holds before a load: table name in lower case -> column names in lower case.
pub type Present = HashMap<String, Vec<String>>;

/// What a load changed in the tables: the columns that each one gained.
pub type Changes = IndexMap<String, TableChange>;

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct TableChange {
    pub created: bool,
    pub columns: Vec<String>,
}

/// The tables and columns of the dataset. DuckDB's names are equal in any case, so they are kept in lower case.
pub fn present(session: &mut dyn Session, dataset: &Dataset) -> Result<Present> {
    let sql = format!(
        "select table_name, column_name from duckdb_columns() where database_name = {} and schema_name = {} order by table_name, column_index",
        literal(&dataset.database),
        literal(&dataset.name)
    );
    let mut present = Present::new();
    for row in session.query(&sql)?.texts()? {
        if let [Some(table), Some(column)] = row.as_slice() {
            present.entry(table.to_lowercase()).or_default().push(column.to_lowercase());
        }
    }
    Ok(present)
}

/// The statements that bring `table` to what the schema says, and what they change.
pub fn statements(
    dataset: &Dataset,
    table: &Table,
    present: &Present,
    options: &DdlOptions,
    is_empty: bool,
) -> Result<(Vec<String>, TableChange)> {
    let relation = dataset.relation(&table.name);
    let Some(known) = present.get(&table.name.to_lowercase()) else {
        let columns: Vec<&Column> = table.complete_columns().collect();
        let definitions =
            columns.iter().map(|column| definition(table, column, options, true)).collect::<Result<Vec<_>>>()?;
        let change = TableChange { created: true, columns: columns.iter().map(|column| column.name.clone()).collect() };
        return Ok((vec![format!("create table {relation} ({})", definitions.join(", "))], change));
    };
    let mut statements = Vec::new();
    let mut change = TableChange::default();
    for column in table.complete_columns().filter(|column| !known.contains(&column.name.to_lowercase())) {
        // Rows that are there have no value for it, so only an empty table can take a column that must have one.
        statements.push(format!("alter table {relation} add column {}", definition(table, column, options, is_empty)?));
        change.columns.push(column.name.clone());
    }
    Ok((statements, change))
}

/// How columns are stored; what a reader sees of them is the same in any case.
#[derive(Clone, Debug)]
pub struct DdlOptions {
    /// The compression of row keys: random texts, which DuckDB spends half of a load's time on when left to itself.
    pub row_key_compression: Option<String>,
}

impl Default for DdlOptions {
    fn default() -> Self {
        Self { row_key_compression: Some("uncompressed".to_owned()) }
    }
}

fn definition(table: &Table, column: &Column, options: &DdlOptions, not_null: bool) -> Result<String> {
    let mut text = format!("{} {}", quote(&column.name), database_type(table, column)?);
    let is_text = column.data_type == Some(DataType::Text);
    if let Some(compression) = options.row_key_compression.as_deref().filter(|_| is_text && column.is("row_key")) {
        text.push_str(" using compression ");
        text.push_str(compression);
    }
    if not_null && !column.nullable {
        text.push_str(" not null");
    }
    Ok(text)
}

/// The type that a column has in DuckDB.
pub fn database_type(table: &Table, column: &Column) -> Result<String> {
    let data_type = column
        .data_type
        .ok_or_else(|| Error::internal(format!("column `{}` has no type to create it with", column.name)))?;
    Ok(match data_type {
        DataType::Text => "VARCHAR".to_owned(),
        DataType::Double => "DOUBLE".to_owned(),
        DataType::Bool => "BOOLEAN".to_owned(),
        DataType::Timestamp => timestamp(table, column)?.to_owned(),
        DataType::Bigint => integer(table, column)?.to_owned(),
        DataType::Json => "JSON".to_owned(),
        DataType::Binary => "BLOB".to_owned(),
        DataType::Decimal => {
            let precision = column.precision.unwrap_or(DECIMAL.0);
            format!("DECIMAL({precision},{})", column.scale.unwrap_or(DECIMAL.1.min(precision)))
        }
        DataType::Wei => format!("DECIMAL({},{})", column.precision.unwrap_or(DECIMAL.0), column.scale.unwrap_or(0)),
        DataType::Date => "DATE".to_owned(),
        DataType::Time => "TIME".to_owned(),
    })
}

// A precision of an integer counts bits.
fn integer(table: &Table, column: &Column) -> Result<&'static str> {
    match column.precision {
        None => Ok("BIGINT"),
        Some(..=8) => Ok("TINYINT"),
        Some(..=16) => Ok("SMALLINT"),
        Some(..=32) => Ok("INTEGER"),
        Some(..=64) => Ok("BIGINT"),
        Some(..=128) => Ok("HUGEINT"),
        Some(bits) => Err(too_precise(table, column, bits, "an integer has at most 128 bits")),
    }
}

// DuckDB keeps a time zone with microseconds only, so the zone wins, as in dlt.
fn timestamp(table: &Table, column: &Column) -> Result<&'static str> {
    if column.timezone.unwrap_or(true) {
        return Ok("TIMESTAMP WITH TIME ZONE");
    }
    match column.precision {
        None => Ok("TIMESTAMP"),
        Some(..=0) => Ok("TIMESTAMP_S"),
        Some(..=3) => Ok("TIMESTAMP_MS"),
        Some(..=6) => Ok("TIMESTAMP"),
        Some(..=9) => Ok("TIMESTAMP_NS"),
        Some(digits) => Err(too_precise(table, column, digits, "a timestamp has at most 9 digits after the second")),
    }
}

fn too_precise(table: &Table, column: &Column, precision: i64, limit: &str) -> Error {
    Error::new(
        Kind::Config,
        format!(
            "column `{}` of table `{}` asks for the precision {precision}, which DuckDB has no type for",
            column.name, table.name
        ),
    )
    .hint(limit)
}

/// Whether the table holds no row.
pub fn is_empty(session: &mut dyn Session, relation: &str) -> Result<bool> {
    Ok(session.query(&format!("select 1 from {relation} limit 1"))?.count() == 0)
}
