//! What is said when a value cannot be kept: always the table, the column, the row and the value.

use crate::error::{Error, Kind};
use crate::schema::DataType;
use crate::schema::types::Scalar;

const SHOWN_MAX: usize = 80;

/// A value for a message: short, and never more than a line.
pub(super) fn shown(value: &Scalar<'_>) -> String {
    let text = value.text();
    let mut short: String = text.chars().take(SHOWN_MAX).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(SHOWN_MAX).is_some() {
        short.push_str("...");
    }
    short
}

pub(super) fn place(table: &str, column: &str, row: u64) -> String {
    format!("table `{table}`, column `{column}`, row {}", row + 1)
}

pub(super) fn cannot_hold(table: &str, column: &str, row: u64, data_type: DataType, value: &Scalar<'_>) -> Error {
    let own = value.data_type().name();
    Error::new(
        Kind::Data,
        format!(
            "{}: the {own} value `{}` cannot be kept in a column of type {}",
            place(table, column, row),
            shown(value),
            data_type.name()
        ),
    )
    .hint("give the column a type that holds all its values, for example `columns={...: {\"data_type\": \"text\"}}`")
    .about("refused", "value")
    .about("table_name", table)
    .about("column_name", column)
}

pub(super) fn null_in_required(table: &str, column: &str, row: u64) -> Error {
    Error::new(Kind::Data, format!("{}: the value is null, and the column is not nullable", place(table, column, row)))
        .hint("fill the value in, or declare the column with `nullable: True`")
        .about("refused", "null")
        .about("table_name", table)
        .about("column_name", column)
}

pub(super) fn missing_value(table: &str, column: &str, count: usize) -> Error {
    let rows = if count == 1 { "1 row has".to_owned() } else { format!("{count} rows have") };
    Error::new(
        Kind::Data,
        format!("table `{table}`, column `{column}`: {rows} no value, and the column is not nullable"),
    )
    .hint("fill the value in, or declare the column with `nullable: True`")
    .about("refused", "null")
    .about("table_name", table)
    .about("column_name", column)
}

/// A column that must not be empty, and that no item spoke of.
pub(super) fn unbound(table: &str, column: &str) -> Error {
    let message = format!("table `{table}`, column `{column}`: no item had a value for it, and it is required");
    Error::new(Kind::Data, message)
        .hint("check the name of the key (primary and merge keys must be in the data), or declare its `data_type`")
        .about("refused", "unbound")
        .about("table_name", table)
        .about("column_name", column)
}

/// A strategy that needs a key, on a table without one.
pub(super) fn no_key(table: &str) -> Error {
    Error::new(Kind::Config, format!("table `{table}` is merged by its primary key and has none"))
        .hint("name the column with `primary_key=`")
        .about("refused", "table")
        .about("table_name", table)
}

pub(super) fn missing_key(table: &str, column: &str, row: u64) -> Error {
    Error::new(
        Kind::Data,
        format!("{}: the item has no value for this part of the primary key", place(table, column, row)),
    )
    .hint("rows that are merged by key need the whole key")
}

/// What a frozen contract refuses.
pub(super) struct Refused<'a> {
    pub what: String,
    /// `tables`, `columns` or `data_type`.
    pub entity: &'a str,
    pub table: &'a str,
    pub column: &'a str,
    pub row: u64,
}

pub(super) fn frozen(refused: &Refused<'_>, value: Option<&Scalar<'_>>) -> Error {
    let Refused { what, entity, table, column, row } = refused;
    let shown = value.map(|value| format!("; the value is `{}`", shown(value))).unwrap_or_default();
    let message = format!("table `{table}`, row {}: {what}, and the schema contract freezes {entity}{shown}", row + 1);
    Error::new(Kind::Contract, message)
        .hint(format!("allow it with `schema_contract={{\"{entity}\": \"evolve\"}}`, or leave it out with `discard_value` or `discard_row`"))
        .about("schema_entity", *entity)
        .about("table_name", *table)
        .about("column_name", *column)
}

pub(super) fn frozen_table(table: &str, row: u64) -> Error {
    frozen(&Refused { what: "the table is new".to_owned(), entity: "tables", table, column: "", row }, None)
}
