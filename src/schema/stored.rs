//! The stored form of a schema: the JSON that dlt keeps in `_dlt_version`, and its content hash.
//!
//! dlt must read back what is written here and compute the same hash, so every property that was read
//! is written again, also those that mean nothing to us.

use super::naming::Naming;
use super::{Column, DataType, MergeStrategy, Schema, Table, stock};
use crate::error::{Error, Kind, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use indexmap::IndexMap;
use serde_json::{Map, Value};
use sha3::Digest as _;

/// How many hashes of earlier versions a schema remembers.
const PREVIOUS_HASHES_MAX: usize = 10;

impl Schema {
    /// Reads the stored form; names and defaults that it leaves out are put in, as dlt does.
    pub fn from_stored(stored: &Value) -> Result<Self> {
        let stored = stored.as_object().ok_or_else(|| malformed("it is not an object"))?;
        let name = text(stored, "name").ok_or_else(|| malformed("it has no `name`"))?;
        let engine = stored.get("engine_version").and_then(Value::as_i64).unwrap_or(stock::ENGINE_VERSION);
        if !(7..=stock::ENGINE_VERSION).contains(&engine) {
            return Err(malformed(&format!("its engine version is {engine}"))
                .hint(format!("versions 7 to {} are understood", stock::ENGINE_VERSION)));
        }
        let normalizers = object(stored, "normalizers").unwrap_or_else(|| stock::normalizers("snake_case"));
        let naming = normalizers.get("names").and_then(Value::as_str).unwrap_or("snake_case");
        let mut schema = Self::new(name, "snake_case")?;
        schema.naming = Naming::parse(naming).ok_or_else(|| super::unknown_naming(naming))?;
        schema.normalizers = normalizers;
        schema.settings = object(stored, "settings").unwrap_or_default();
        schema.version = stored.get("version").and_then(Value::as_i64);
        schema.version_hash = text(stored, "version_hash");
        schema.imported_version_hash = text(stored, "imported_version_hash");
        schema.description = text(stored, "description");
        let previous = stored.get("previous_hashes").and_then(Value::as_array);
        schema.previous_hashes = previous.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        schema.tables = IndexMap::new();
        for (name, table) in stored.get("tables").and_then(Value::as_object).into_iter().flatten() {
            let table = table.as_object().ok_or_else(|| malformed(&format!("table `{name}` is not an object")))?;
            let mut table = Table::from_stored(name, table)?;
            table.put_defaults();
            if engine < stock::ENGINE_VERSION {
                table.forget_null_marks();
            }
            schema.tables.insert(name.clone(), table);
        }
        for (name, table) in &schema.tables {
            if let Some(parent) = table.parent.as_ref().filter(|parent| !schema.tables.contains_key(*parent)) {
                return Err(malformed(&format!("table `{name}` is nested in `{parent}`, which is not there")));
            }
        }
        Ok(schema)
    }

    /// The stored form as it stands; [`Schema::bump`] first brings version and hash up to date.
    pub fn to_stored(&self) -> Value {
        let mut stored = Map::new();
        stored.insert("version".to_owned(), self.version.map_or(Value::Null, Value::from));
        stored.insert("version_hash".to_owned(), self.version_hash.clone().map_or(Value::Null, Value::from));
        stored.insert("engine_version".to_owned(), stock::ENGINE_VERSION.into());
        stored.insert("name".to_owned(), self.name.clone().into());
        let tables: Map<String, Value> =
            self.tables.iter().map(|(name, table)| (name.clone(), Value::Object(table.to_stored()))).collect();
        stored.insert("tables".to_owned(), Value::Object(tables));
        stored.insert("settings".to_owned(), Value::Object(self.settings.clone()));
        stored.insert("normalizers".to_owned(), Value::Object(self.normalizers.clone()));
        stored.insert("previous_hashes".to_owned(), self.previous_hashes.clone().into());
        if let Some(hash) = &self.imported_version_hash {
            stored.insert("imported_version_hash".to_owned(), hash.clone().into());
        }
        if let Some(description) = &self.description {
            stored.insert("description".to_owned(), description.clone().into());
        }
        Value::Object(stored)
    }

    /// The hash of the content: everything but the version and the hashes, and the order of the columns.
    pub fn content_hash(&self) -> String {
        let mut stored = match self.to_stored() {
            Value::Object(map) => map,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
        };
        for generated in ["version", "version_hash", "imported_version_hash", "previous_hashes"] {
            stored.shift_remove(generated);
        }
        let mut hasher = sha3::Sha3_256::new();
        hasher.update(sorted(Value::Object(stored)).to_string().as_bytes());
        let mut names: Vec<&String> = self.tables.keys().collect();
        names.sort_unstable();
        for name in names {
            hasher.update(name.as_bytes());
            for column in self.tables[name].columns.keys() {
                hasher.update(column.as_bytes());
            }
        }
        STANDARD.encode(hasher.finalize())
    }

    /// Raises the version when the content is not what the hash says. Returns version and hash.
    pub fn bump(&mut self) -> (i64, String) {
        let hash = self.content_hash();
        match self.version_hash.take() {
            None => self.version = Some(self.version.filter(|version| *version != 0).unwrap_or(1)),
            Some(previous) if previous == hash => {}
            Some(previous) => {
                self.version = Some(self.version.unwrap_or(0) + 1);
                if !self.previous_hashes.contains(&previous) {
                    self.previous_hashes.insert(0, previous);
                    self.previous_hashes.truncate(PREVIOUS_HASHES_MAX);
                }
            }
        }
        self.version_hash = Some(hash.clone());
        (self.version.unwrap_or(1), hash)
    }
}

impl Table {
    pub(crate) fn from_stored(name: &str, stored: &Map<String, Value>) -> Result<Self> {
        let mut table = Self { name: name.to_owned(), parent: None, columns: IndexMap::new(), hints: Map::new() };
        for (key, value) in stored {
            match (key.as_str(), value) {
                ("name", _) => {}
                ("parent", Value::String(parent)) => table.parent = Some(parent.clone()),
                ("columns", Value::Object(columns)) => {
                    for (name, column) in columns {
                        table.columns.insert(name.clone(), Column::from_stored(name, column)?);
                    }
                }
                ("columns", Value::Array(columns)) => {
                    for column in columns {
                        let name = column.get("name").and_then(Value::as_str);
                        let name =
                            name.ok_or_else(|| malformed(&format!("a column of table `{}` has no name", table.name)))?;
                        table.columns.insert(name.to_owned(), Column::from_stored(name, column)?);
                    }
                }
                ("columns", Value::Null) => {}
                (_, value) => {
                    table.hints.insert(key.clone(), value.clone());
                }
            }
        }
        Ok(table)
    }

    fn to_stored(&self) -> Map<String, Value> {
        let mut stored = Map::new();
        stored.insert("name".to_owned(), self.name.clone().into());
        let columns: Map<String, Value> =
            self.columns.iter().map(|(name, column)| (name.clone(), Value::Object(column.to_stored()))).collect();
        stored.insert("columns".to_owned(), Value::Object(columns));
        if let Some(parent) = &self.parent {
            stored.insert("parent".to_owned(), parent.clone().into());
        }
        for (key, value) in &self.hints {
            stored.insert(key.clone(), value.clone());
        }
        stored
    }

    /// The stored form of the table alone.
    pub fn stored(&self) -> Value {
        Value::Object(self.to_stored())
    }

    fn put_defaults(&mut self) {
        if self.parent.as_deref().is_some_and(|parent| !parent.is_empty()) {
            return;
        }
        for (hint, default) in [("write_disposition", "append"), ("resource", self.name.as_str())] {
            if self.hints.get(hint).is_none_or(Value::is_null) {
                self.hints.insert(hint.to_owned(), default.into());
            }
        }
    }

    // Versions before 11 kept a column that had only been null so far, with a mark.
    fn forget_null_marks(&mut self) {
        self.columns.retain(|_, column| {
            let Some(Value::Object(marks)) = column.hints.get_mut("x-normalizer") else { return true };
            let was_null = marks.shift_remove("seen-null-first").is_some_and(|mark| mark == Value::Bool(true));
            if marks.is_empty() {
                column.hints.shift_remove("x-normalizer");
            }
            !was_null || column.data_type.is_some()
        });
    }
}

impl Column {
    pub(crate) fn from_stored(name: &str, stored: &Value) -> Result<Self> {
        let stored = stored.as_object().ok_or_else(|| malformed(&format!("column `{name}` is not an object")))?;
        let mut column = Self::new(name, None);
        column.nullable_is_stated = false;
        for (key, value) in stored {
            match (key.as_str(), value) {
                ("name", _) => {}
                ("data_type", Value::String(data_type)) => {
                    let known = DataType::parse(data_type);
                    column.data_type = Some(known.ok_or_else(|| {
                        Error::new(Kind::Usage, format!("column `{name}` has the unknown data type `{data_type}`"))
                            .hint("the types are text, double, bool, timestamp, bigint, json, binary, decimal, date, time, wei")
                    })?);
                }
                ("nullable", Value::Bool(nullable)) => {
                    column.nullable = *nullable;
                    column.nullable_is_stated = true;
                }
                ("precision", Value::Number(number)) if number.is_i64() => column.precision = number.as_i64(),
                ("scale", Value::Number(number)) if number.is_i64() => column.scale = number.as_i64(),
                ("timezone", Value::Bool(timezone)) => column.timezone = Some(*timezone),
                (_, value) => {
                    column.hints.insert(key.clone(), value.clone());
                }
            }
        }
        Ok(column)
    }

    pub(crate) fn to_stored(&self) -> Map<String, Value> {
        let mut stored = Map::new();
        stored.insert("name".to_owned(), self.name.clone().into());
        if let Some(data_type) = self.data_type {
            stored.insert("data_type".to_owned(), data_type.name().into());
        }
        if self.nullable_is_stated {
            stored.insert("nullable".to_owned(), self.nullable.into());
        }
        let numbers = [("precision", self.precision), ("scale", self.scale)];
        for (key, number) in numbers.into_iter().filter_map(|(key, number)| Some((key, number?))) {
            stored.insert(key.to_owned(), number.into());
        }
        if let Some(timezone) = self.timezone {
            stored.insert("timezone".to_owned(), timezone.into());
        }
        for (key, value) in &self.hints {
            stored.insert(key.clone(), value.clone());
        }
        stored
    }
}

impl MergeStrategy {
    /// Whether rows of nested tables carry the id of their root row.
    pub fn needs_root_key(self) -> bool {
        match self {
            Self::DeleteInsert | Self::Upsert | Self::InsertOnly | Self::Cdc => true,
            Self::Scd2 => false,
        }
    }

    /// Whether rows are found by their primary key alone, so that there must be one.
    pub fn needs_primary_key(self) -> bool {
        match self {
            Self::Upsert | Self::InsertOnly | Self::Cdc => true,
            Self::DeleteInsert | Self::Scd2 => false,
        }
    }
}

/// The same value with every object's keys in order.
pub fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        scalar @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => scalar,
    }
}

fn text(map: &Map<String, Value>, key: &str) -> Option<String> {
    map.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn object(map: &Map<String, Value>, key: &str) -> Option<Map<String, Value>> {
    map.get(key).and_then(Value::as_object).cloned()
}

fn malformed(what: &str) -> Error {
    Error::new(Kind::Data, format!("the stored schema cannot be read: {what}"))
}
