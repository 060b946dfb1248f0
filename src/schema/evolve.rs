//! How a schema grows: a table or column that arrives meets what is there, and its contract.

use super::{Column, Schema, Table, stock};
use crate::error::{Error, Kind, Result};
use serde_json::{Map, Value, json};

/// What a contract says to a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Let it happen.
    Evolve,
    /// Fail the load.
    Freeze,
    /// Leave out the rows that would need it.
    DiscardRow,
    /// Leave out the values that would need it.
    DiscardValue,
}

impl Mode {
    fn parse(name: &str) -> Result<Self> {
        Ok(match name {
            "evolve" => Self::Evolve,
            "freeze" => Self::Freeze,
            "discard_row" => Self::DiscardRow,
            "discard_value" => Self::DiscardValue,
            other => {
                return Err(Error::new(Kind::Usage, format!("`{other}` is no mode of a schema contract"))
                    .hint("the modes are `evolve`, `freeze`, `discard_row` and `discard_value`"));
            }
        })
    }
}

/// What holds for the tables, columns and types of one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contract {
    pub tables: Mode,
    pub columns: Mode,
    pub data_type: Mode,
}

impl Contract {
    pub const EVOLVE: Self = Self { tables: Mode::Evolve, columns: Mode::Evolve, data_type: Mode::Evolve };

    /// Reads one mode for all, or an object that may leave some out.
    pub fn parse(settings: &Value) -> Result<Self> {
        match settings {
            Value::String(mode) => {
                let mode = Mode::parse(mode)?;
                Ok(Self { tables: mode, columns: mode, data_type: mode })
            }
            Value::Object(modes) => {
                let mut contract = Self::EVOLVE;
                for (entity, mode) in modes {
                    let Some(mode) = mode.as_str() else { continue };
                    match entity.as_str() {
                        "tables" => contract.tables = Mode::parse(mode)?,
                        "columns" => contract.columns = Mode::parse(mode)?,
                        "data_type" => contract.data_type = Mode::parse(mode)?,
                        other => {
                            return Err(Error::new(Kind::Usage, format!("a schema contract has no `{other}`"))
                                .hint("it is about `tables`, `columns` and `data_type`"));
                        }
                    }
                }
                Ok(contract)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => Ok(Self::EVOLVE),
        }
    }
}

impl Schema {
    /// The contract of a table: its own, its parents', the schema's, and else everything may evolve.
    pub fn contract(&self, table: &str) -> Result<Contract> {
        if self.is_dlt_name(table) {
            return Ok(Contract::EVOLVE);
        }
        let settings = self.inherited_hint(table, "schema_contract").or_else(|| self.settings.get("schema_contract"));
        settings.map_or(Ok(Contract::EVOLVE), Contract::parse)
    }

    /// The contract that a table meets when it is declared: what the declaration says, its parents', the schema's. What the
    /// table said of itself before holds for its rows only, as in dlt.
    pub fn contract_of_declared(&self, partial: &Table) -> Result<Contract> {
        if self.is_dlt_name(&partial.name) {
            return Ok(Contract::EVOLVE);
        }
        let own = partial.hints.get("schema_contract");
        let inherited = || partial.parent.as_ref().and_then(|parent| self.inherited_hint(parent, "schema_contract"));
        let settings = own.or_else(inherited).or_else(|| self.settings.get("schema_contract"));
        settings.map_or(Ok(Contract::EVOLVE), Contract::parse)
    }

    /// Reads a partial table as a resource declares it and gives its names this schema's form.
    ///
    /// Columns whose names fall together are merged, the later one on top.
    pub fn partial_table(&self, partial: &Map<String, Value>) -> Result<Table> {
        let name = partial.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| Error::new(Kind::Usage, "a table needs a name"))?;
        let mut table = Table::from_stored(&self.naming.path(name), partial)?;
        table.parent = table.parent.map(|parent| self.naming.path(&parent));
        let columns = std::mem::take(&mut table.columns);
        for (_, mut column) in columns {
            column.name = self.naming.path(&column.name);
            match table.columns.get_mut(&column.name) {
                Some(existing) => existing.merge(&column),
                None => {
                    table.columns.insert(column.name.clone(), column);
                }
            }
        }
        if let Some(Value::Array(references)) = table.hints.get_mut("references") {
            for reference in references {
                self.name_reference(reference);
            }
        }
        Ok(table)
    }

    fn name_reference(&self, reference: &mut Value) {
        let name = |value: &mut Value| {
            if let Value::String(text) = value {
                *text = self.naming.path(text);
            }
        };
        if let Some(table) = reference.get_mut("referenced_table") {
            name(table);
        }
        for key in ["columns", "referenced_columns"] {
            reference.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten().for_each(name);
        }
    }

    /// Adds a table or merges it into the one that is there. With `compound_keys_add`, a new primary key
    /// column joins the old ones; without, the new key replaces the old.
    pub fn update_table(&mut self, mut partial: Table, compound_keys_add: bool) -> Result<()> {
        if let Some(parent) = partial.parent.as_ref().filter(|parent| !self.tables.contains_key(*parent)) {
            return Err(Error::new(
                Kind::Usage,
                format!("table `{}` is nested in `{parent}`, which is not in the schema", partial.name),
            )
            .hint("declare the tables between them as well"));
        }
        let name = partial.name.clone();
        match self.tables.get_mut(&name) {
            None => {
                self.tables.insert(name.clone(), partial);
            }
            Some(table) => {
                if table.parent != partial.parent && (table.parent.is_some() || partial.parent.is_some()) {
                    return Err(Error::new(
                        Kind::Usage,
                        format!("table `{name}` cannot change the table that it is nested in"),
                    )
                    .hint("give the new table another name"));
                }
                if !compound_keys_add {
                    drop_replaced_keys(table, &partial);
                }
                merge_columns(table, std::mem::take(&mut partial.columns));
                merge_references(table, partial.hints.shift_remove("references"));
                for (hint, value) in partial.hints {
                    table.hints.insert(hint, value);
                }
            }
        }
        self.propagate_root_key(&name);
        Ok(())
    }

    /// Puts the root key into the normalizer's settings where dlt has it: a merge needs it to find the
    /// nested rows of a root row.
    fn propagate_root_key(&mut self, table: &str) {
        let root = self.root_of(table).to_owned();
        let declared = self.normalizer_setting("root_key_propagation").and_then(Value::as_bool);
        let by_merge = !self.is_dlt_name(&root)
            && declared.unwrap_or_else(|| self.merge_strategy(&root).is_some_and(super::MergeStrategy::needs_root_key));
        let needed = by_merge
            || self.chain(&root).iter().any(|name| self.tables[*name].columns_with("root_key").next().is_some());
        if !needed {
            return;
        }
        let row_key = self.tables.get(&root).and_then(|table| table.columns_with("row_key").next().map(str::to_owned));
        let row_key = row_key.unwrap_or_else(|| self.naming.identifier("_dlt_id"));
        let root_key = self.naming.identifier("_dlt_root_id");
        let config = self.normalizer_config();
        let tables = entry(entry(config, "propagation"), "tables");
        tables.insert(root, json!({ row_key: root_key }));
    }

    pub(crate) fn normalizer_setting(&self, key: &str) -> Option<&Value> {
        self.normalizers.get("json")?.get("config")?.get(key)
    }

    fn normalizer_config(&mut self) -> &mut Map<String, Value> {
        if !self.normalizers.contains_key("json") {
            self.normalizers = stock::normalizers("snake_case");
        }
        entry(entry(&mut self.normalizers, "json"), "config")
    }

    /// How deep dicts and lists of this schema's items become columns and tables of their own.
    pub fn set_max_nesting(&mut self, table: Option<&str>, depth: Option<i64>) {
        match (table, depth) {
            (None, Some(depth)) => {
                self.normalizer_config().insert("max_nesting".to_owned(), depth.into());
            }
            (None, None) => {
                self.normalizer_config().shift_remove("max_nesting");
            }
            (Some(table), depth) => {
                let name = self.naming.path(table);
                let table = self.tables.entry(name.clone()).or_insert_with(|| Table::root(name));
                let marks = entry(&mut table.hints, "x-normalizer");
                match depth {
                    Some(depth) => marks.insert("max_nesting".to_owned(), depth.into()),
                    None => marks.shift_remove("max_nesting"),
                };
            }
        }
    }

    /// The nesting that holds for a root table: its own, else the schema's, else 1000.
    pub fn max_nesting(&self, root: &str) -> i64 {
        let own = self.tables.get(root).and_then(|table| table.normalizer_mark("max_nesting"));
        own.or_else(|| self.normalizer_setting("max_nesting")).and_then(Value::as_i64).unwrap_or(1000)
    }

    /// Which columns of a row are handed down to its nested rows, and under what name.
    pub fn propagation(&self, table: &str, is_root: bool) -> Vec<(String, String)> {
        let Some(propagation) = self.normalizer_setting("propagation") else { return Vec::new() };
        let of_root = if is_root { propagation.get("root") } else { None };
        let of_table = propagation.get("tables").and_then(|tables| tables.get(table));
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (from, to) in [of_root, of_table].into_iter().flatten().filter_map(Value::as_object).flatten() {
            let Some(to) = to.as_str() else { continue };
            pairs.retain(|(known, _)| known != from);
            pairs.push((from.clone(), to.to_owned()));
        }
        pairs
    }
}

fn entry<'a>(map: &'a mut Map<String, Value>, key: &str) -> &'a mut Map<String, Value> {
    let value = map.entry(key).or_insert_with(|| Value::Object(Map::new()));
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("an object was just put here")
}

const COMPOUND: [&str; 5] = ["partition", "cluster", "primary_key", "merge_key", "incremental"];

fn drop_replaced_keys(table: &mut Table, partial: &Table) {
    for key in COMPOUND.into_iter().filter(|key| partial.columns.values().any(|column| column.is(key))) {
        for column in table.columns.values_mut() {
            column.hints.shift_remove(key);
        }
    }
}

// A column that becomes complete moves to the end, because only now does the database see it.
fn merge_columns(table: &mut Table, columns: impl IntoIterator<Item = (String, Column)>) {
    for (name, column) in columns {
        let merged = match table.columns.get(&name) {
            None => column,
            Some(existing) => {
                let mut merged = existing.clone();
                if column.is_complete() && !merged.is_complete() {
                    table.columns.shift_remove(&name);
                }
                merged.merge(&column);
                merged
            }
        };
        table.columns.insert(name, merged);
    }
}

fn merge_references(table: &mut Table, references: Option<Value>) {
    let Some(Value::Array(new)) = references else { return };
    let target = |reference: &Value| reference.get("referenced_table").cloned();
    let mut all = match table.hints.shift_remove("references") {
        Some(Value::Array(old)) => old,
        Some(_) | None => Vec::new(),
    };
    for reference in new {
        match all.iter_mut().find(|known| target(known) == target(&reference)) {
            Some(known) => *known = reference,
            None => all.push(reference),
        }
    }
    table.hints.insert("references".to_owned(), Value::Array(all));
}
