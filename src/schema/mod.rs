//! What a table is: its columns, their types and hints, and the schema that holds them.
//!
//! The words are dlt's, because a schema travels: dlt must be able to read back what is stored here.
//! [`stored`] is that stored form, [`types`] decides what type a value has, [`naming`] what it is called,
//! [`evolve`] whether it may come in.

pub mod coerce;
pub mod evolve;
pub mod filters;
pub mod naming;
mod number;
pub mod settings;
pub mod stock;
pub mod stored;
pub mod time;
pub mod types;

use crate::error::{Error, Kind, Result};
use indexmap::IndexMap;
use naming::Naming;
use serde_json::{Map, Value};

pub use settings::Settings;

/// The eleven types of dlt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataType {
    Text,
    Double,
    Bool,
    Timestamp,
    Bigint,
    Json,
    Binary,
    Decimal,
    Date,
    Time,
    Wei,
}

impl DataType {
    /// Reads the name that a schema stores; `complex` is what `json` was called before.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "text" => Self::Text,
            "double" => Self::Double,
            "bool" => Self::Bool,
            "timestamp" => Self::Timestamp,
            "bigint" => Self::Bigint,
            "json" | "complex" => Self::Json,
            "binary" => Self::Binary,
            "decimal" => Self::Decimal,
            "date" => Self::Date,
            "time" => Self::Time,
            "wei" => Self::Wei,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Double => "double",
            Self::Bool => "bool",
            Self::Timestamp => "timestamp",
            Self::Bigint => "bigint",
            Self::Json => "json",
            Self::Binary => "binary",
            Self::Decimal => "decimal",
            Self::Date => "date",
            Self::Time => "time",
            Self::Wei => "wei",
        }
    }
}

/// A column: what dlt calls a column schema. Without a type it is incomplete: hints that wait for data.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub data_type: Option<DataType>,
    pub nullable: bool,
    pub precision: Option<i64>,
    pub scale: Option<i64>,
    pub timezone: Option<bool>,
    /// Everything else: `primary_key`, `merge_key`, `unique`, `row_key`, `variant`, `description`, `x-...`.
    pub hints: Map<String, Value>,
    /// Whether the stored form says `nullable`; a hint given by hand may leave it out.
    pub nullable_is_stated: bool,
}

impl Column {
    pub fn new(name: impl Into<String>, data_type: Option<DataType>) -> Self {
        Self {
            name: name.into(),
            data_type,
            nullable: true,
            precision: None,
            scale: None,
            timezone: None,
            hints: Map::new(),
            nullable_is_stated: true,
        }
    }

    #[must_use]
    pub fn not_null(mut self) -> Self {
        self.nullable = false;
        self
    }

    #[must_use]
    pub fn hint(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.hints.insert(name.to_owned(), value.into());
        self
    }

    /// Whether a boolean hint is set.
    pub fn is(&self, hint: &str) -> bool {
        match self.hints.get(hint) {
            None | Some(Value::Null | Value::Bool(false)) => false,
            Some(Value::Bool(true) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_)) => true,
        }
    }

    pub fn is_complete(&self) -> bool {
        self.data_type.is_some() && !self.name.is_empty()
    }

    /// Whether this column states another type, length or nullability than `known` has.
    pub fn changes_type_of(&self, known: &Self) -> bool {
        let differs = |stated: Option<i64>, known: Option<i64>| stated.is_some() && stated != known;
        (self.data_type.is_some() && self.data_type != known.data_type)
            || (self.nullable_is_stated && self.nullable != known.nullable)
            || differs(self.precision, known.precision)
            || differs(self.scale, known.scale)
            || (self.timezone.is_some() && self.timezone != known.timezone)
    }

    /// Takes over every property that `other` states.
    pub fn merge(&mut self, other: &Self) {
        self.data_type = other.data_type.or(self.data_type);
        if other.nullable_is_stated {
            self.nullable = other.nullable;
            self.nullable_is_stated = true;
        }
        self.precision = other.precision.or(self.precision);
        self.scale = other.scale.or(self.scale);
        self.timezone = other.timezone.or(self.timezone);
        for (name, value) in &other.hints {
            self.hints.insert(name.clone(), value.clone());
        }
    }
}

/// A table: its columns in order, and its hints (`write_disposition`, `resource`, `x-normalizer`, ...).
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub name: String,
    /// The table whose rows hold the lists that these rows come from.
    pub parent: Option<String>,
    pub columns: IndexMap<String, Column>,
    pub hints: Map<String, Value>,
}

impl Table {
    /// A root table as the normalizer makes one: appended to, named by its own resource.
    pub fn root(name: impl Into<String>) -> Self {
        let name = name.into();
        let mut hints = Map::new();
        hints.insert("write_disposition".to_owned(), "append".into());
        hints.insert("resource".to_owned(), name.clone().into());
        Self { name, parent: None, columns: IndexMap::new(), hints }
    }

    pub fn nested(name: impl Into<String>, parent: impl Into<String>) -> Self {
        Self { name: name.into(), parent: Some(parent.into()), columns: IndexMap::new(), hints: Map::new() }
    }

    /// The columns that have a type, which are those that a database sees.
    pub fn complete_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.values().filter(|column| column.is_complete())
    }

    /// Whether the table is not there yet for a database: it has no column with a type.
    pub fn is_new(&self) -> bool {
        self.complete_columns().next().is_none()
    }

    pub fn columns_with<'a>(&'a self, hint: &'a str) -> impl Iterator<Item = &'a str> {
        self.columns.values().filter(move |column| column.is(hint)).map(|column| column.name.as_str())
    }

    pub fn write_disposition(&self) -> Option<&str> {
        self.hints.get("write_disposition").and_then(Value::as_str)
    }

    /// A mark in `x-normalizer`, such as `seen-data` or `evolve-columns-once`.
    pub fn normalizer_mark(&self, mark: &str) -> Option<&Value> {
        self.hints.get("x-normalizer").and_then(|marks| marks.get(mark))
    }

    pub fn seen_data(&self) -> bool {
        self.normalizer_mark("seen-data") == Some(&Value::Bool(true))
    }
}

/// How a merge finds and replaces rows. `None` in [`Schema::merge_strategy`] means that nothing is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeStrategy {
    DeleteInsert,
    Upsert,
    InsertOnly,
    Scd2,
    Cdc,
}

impl MergeStrategy {
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "delete-insert" => Self::DeleteInsert,
            "upsert" => Self::Upsert,
            "insert-only" => Self::InsertOnly,
            "scd2" => Self::Scd2,
            "cdc" => Self::Cdc,
            _ => return None,
        })
    }
}

/// All tables of a source, and how its data is named and typed.
#[derive(Clone, Debug)]
pub struct Schema {
    pub name: String,
    pub tables: IndexMap<String, Table>,
    pub settings: Map<String, Value>,
    pub normalizers: Map<String, Value>,
    pub naming: Naming,
    pub version: Option<i64>,
    pub version_hash: Option<String>,
    pub imported_version_hash: Option<String>,
    pub description: Option<String>,
    pub previous_hashes: Vec<String>,
}

impl Schema {
    /// A new schema with dlt's own tables and settings.
    pub fn new(name: impl Into<String>, naming: &str) -> Result<Self> {
        let name = name.into();
        check_name(&name)?;
        let convention = Naming::parse(naming).ok_or_else(|| unknown_naming(naming))?;
        let mut schema = Self {
            name,
            tables: IndexMap::new(),
            settings: Map::new(),
            normalizers: stock::normalizers(naming),
            naming: convention,
            version: None,
            version_hash: None,
            imported_version_hash: None,
            description: None,
            previous_hashes: Vec::new(),
        };
        schema.settings = stock::settings(schema.naming);
        for table in [stock::version_table(schema.naming), stock::loads_table(schema.naming)] {
            schema.tables.insert(table.name.clone(), table);
        }
        Ok(schema)
    }

    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// Whether a table or column is dlt's own: such are never held back by a contract.
    pub fn is_dlt_name(&self, name: &str) -> bool {
        // Every convention leaves the prefix as it is.
        name.starts_with("_dlt")
    }

    /// The table at the top of a chain of nested tables.
    pub fn root_of<'a>(&'a self, name: &'a str) -> &'a str {
        let mut current = name;
        // A chain longer than the number of tables would be a circle.
        for _ in 0..=self.tables.len() {
            match self.tables.get(current).and_then(|table| table.parent.as_deref()) {
                Some(parent) if !parent.is_empty() => current = parent,
                Some(_) | None => break,
            }
        }
        current
    }

    /// The nearest value of a hint on the way from a table up to its root.
    pub fn inherited_hint(&self, table: &str, hint: &str) -> Option<&Value> {
        let mut current = Some(table);
        for _ in 0..=self.tables.len() {
            let table = self.tables.get(current?)?;
            if let Some(value) = table.hints.get(hint) {
                return Some(value);
            }
            current = table.parent.as_deref();
        }
        None
    }

    /// The tables of a chain: the table itself, then every nested one below it, in order.
    pub fn chain(&self, root: &str) -> Vec<&str> {
        let mut names: Vec<&str> = self.tables.get_key_value(root).map(|(name, _)| name.as_str()).into_iter().collect();
        let mut at = 0;
        while at < names.len() {
            let parent = names[at];
            names.extend(self.tables.values().filter(|t| t.parent.as_deref() == Some(parent)).map(|t| t.name.as_str()));
            at += 1;
        }
        names
    }

    /// How a table with `write_disposition: merge` is merged; dlt's default on DuckDB is delete-insert.
    pub fn merge_strategy(&self, table: &str) -> Option<MergeStrategy> {
        if self.tables.get(table)?.write_disposition() != Some("merge") {
            return None;
        }
        let named = self.inherited_hint(table, "x-merge-strategy").and_then(Value::as_str);
        named.map_or(Some(MergeStrategy::DeleteInsert), MergeStrategy::parse)
    }
}

fn check_name(name: &str) -> Result<()> {
    let starts_well = name.chars().next().is_some_and(|c| c == '_' || c.is_alphabetic());
    if starts_well && name.chars().all(|c| c == '_' || c.is_alphanumeric()) && name.chars().count() <= 64 {
        return Ok(());
    }
    Err(Error::new(Kind::Usage, format!("`{name}` cannot name a schema")).hint(
        "a schema name has letters, digits and `_`, does not start with a digit, and is at most 64 characters long",
    ))
}

fn unknown_naming(reference: &str) -> Error {
    Error::new(Kind::Config, format!("`{reference}` names no naming convention"))
        .hint("the conventions are `snake_case`, `direct`, `sql_cs_v1`, `sql_ci_v1`, `duck_case`, and modules with a class `NamingConvention`")
}
