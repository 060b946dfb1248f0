//! From items to the rows of tables, as Arrow batches, while the schema grows with what comes.
//!
//! [`Normalizer`] owns the schema of a load. Items go in with [`Normalizer::add`], batches come out with
//! [`Normalizer::drain`]. Files may be flattened by several threads: see [`Normalizer::fork`].

mod arrow_exact;
mod arrow_kinds;
mod arrow_lane;
mod block;
mod close;
mod column;
mod column_rows;
mod error;
mod ids;
mod plan;
mod put;
mod table;
mod walk;
mod write_json;

pub use block::{Absorbed, BlockNormalizer};
pub use column::arrow_type;

use super::item::{Item, Scratch};
use crate::error::Result;
use crate::schema::evolve::Mode;
use crate::schema::{Column, MergeStrategy, Schema, Settings, Table};
use arrow::array::RecordBatch;
use ids::IdSource;
use indexmap::IndexMap;
use plan::{ListPlan, Plan};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};
use std::sync::Arc;
use table::TableBuilder;

/// Text and binary of a table that has gathered so many bytes leave memory, however few the rows are.
const BYTES_PER_BATCH: usize = 4 << 20;

/// What holds for a whole load.
#[derive(Clone, Debug)]
pub struct Options {
    pub load_id: Arc<str>,
    /// Alter values that dlt alters, and say nothing (`normalize.lossy = "dlt"`).
    pub lossy_as_dlt: bool,
    /// Add `_dlt_load_id` and `_dlt_id` to Arrow tables (`normalize.parquet_normalizer.*`).
    pub arrow_load_id: bool,
    pub arrow_row_id: bool,
}

impl Options {
    /// dlt's defaults.
    pub fn new(load_id: impl Into<Arc<str>>) -> Self {
        Self { load_id: load_id.into(), lossy_as_dlt: false, arrow_load_id: false, arrow_row_id: false }
    }
}

/// A table that items are added to: a cheap handle, good for the normalizer that gave it and its forks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RootTable(u32);

/// What items can be added to: a normalizer, or a block of it on another thread.
pub trait Sink {
    fn add<I: Item>(&mut self, root: RootTable, item: &I) -> Result<()>;
}

/// Flattens items and grows the schema.
pub struct Normalizer {
    flattener: Flattener,
    roots: Vec<Root>,
    /// Counts changes of the schema, so that a block knows whether it is of yesterday.
    generation: u64,
}

#[derive(Clone)]
struct Root {
    table: Arc<str>,
    hints: Map<String, Value>,
    is_kept_out: bool,
    plan: u32,
}

/// The part that forks have as well: everything that a walk over an item needs.
struct Flattener {
    schema: Arc<Schema>,
    settings: Arc<Settings>,
    options: Arc<Options>,
    /// A copy of its own: to count the owners of a shared one for each row would make threads wait for each other.
    load_id: Box<str>,
    plans: Vec<Plan>,
    lists: Vec<ListPlan>,
    tables: Vec<TableBuilder>,
    table_by_name: FxHashMap<Arc<str>, u32>,
    row_plans: FxHashMap<(u32, i64), u32>,
    /// By table, parent table and level.
    list_by_table: FxHashMap<(u32, u32, i64), u32>,
    ids: IdSource,
    /// Counts rows, to tell whether two lists belong to the same one.
    serial: u64,
    /// What was added to the schema, in order.
    made: Vec<(Arc<str>, Table)>,
    ready: Vec<(String, RecordBatch)>,
    warnings: IndexMap<String, u64>,
    scratch: Scratch,
    json: String,
    breaks_paths: bool,
    own_names: Arc<OwnNames>,
}

/// dlt's own columns under the schema's naming.
struct OwnNames {
    row_id: Arc<str>,
    load_id: Arc<str>,
    parent_id: Arc<str>,
    list_index: Arc<str>,
}

impl Flattener {
    fn new(schema: Arc<Schema>, settings: Arc<Settings>, options: Arc<Options>) -> Self {
        let name = |name: &str| Arc::from(schema.naming.identifier(name));
        Self {
            own_names: Arc::new(OwnNames {
                row_id: name("_dlt_id"),
                load_id: name("_dlt_load_id"),
                parent_id: name("_dlt_parent_id"),
                list_index: name("_dlt_list_idx"),
            }),
            breaks_paths: schema
                .normalizers
                .get("use_break_path_on_normalize")
                .and_then(Value::as_bool)
                .unwrap_or(true),
            load_id: options.load_id.as_ref().into(),
            schema,
            settings,
            options,
            plans: Vec::new(),
            lists: Vec::new(),
            tables: Vec::new(),
            table_by_name: FxHashMap::default(),
            row_plans: FxHashMap::default(),
            list_by_table: FxHashMap::default(),
            ids: IdSource::new(),
            serial: 0,
            made: Vec::new(),
            ready: Vec::new(),
            warnings: IndexMap::new(),
            scratch: Scratch::default(),
            json: String::new(),
        }
    }

    fn add_table(&mut self, mut table: TableBuilder) -> u32 {
        table.is_filtered = self.settings.filters.leave_out(self.schema.naming, &table.path, &self.own_names.row_id);
        let index = self.tables.len() as u32;
        self.table_by_name.insert(table.name.clone(), index);
        self.tables.push(table);
        index
    }

    /// The plan of a root table's rows.
    fn root_plan(&mut self, name: &Arc<str>) -> Result<u32> {
        let table = match self.table_by_name.get(name) {
            Some(table) => *table,
            None => self.add_table(TableBuilder::new(name.clone(), None, vec![name.clone()], &self.schema)?),
        };
        let level = self.schema.max_nesting(name);
        Ok(self.row_plan(table, level))
    }

    fn drain(&mut self, at_least: usize) -> Result<Vec<(String, RecordBatch)>> {
        let mut batches = std::mem::take(&mut self.ready);
        let is_due = |table: &TableBuilder| table.rows >= at_least || table.byte_size() >= BYTES_PER_BATCH;
        for table in self.tables.iter_mut().filter(|table| table.rows > 0 && is_due(table)) {
            if let Some(batch) = table.take(&self.schema)? {
                batches.push((table.name.to_string(), batch));
            }
        }
        Ok(batches)
    }
}

impl Normalizer {
    /// Fails only when the schema's settings hold a pattern that does not compile; that is said by `register`.
    pub fn new(schema: Schema, options: Options) -> Self {
        let settings = Settings::compile(&schema).unwrap_or_default();
        Self {
            flattener: Flattener::new(Arc::new(schema), Arc::new(settings), Arc::new(options)),
            roots: Vec::new(),
            generation: 0,
        }
    }

    /// Declares a root table, or declares more of it: dlt's table schema, partial. Cheap when nothing is new.
    pub fn register(&mut self, hints: &Map<String, Value>) -> Result<RootTable> {
        match self.registered(hints) {
            Some(root) => Ok(root),
            None => self.register_as(hints, self.flattener.schema.partial_table(hints)?),
        }
    }

    fn registered(&self, hints: &Map<String, Value>) -> Option<RootTable> {
        self.roots.iter().position(|root| root.hints == *hints).map(|root| RootTable(root as u32))
    }

    fn register_as(&mut self, hints: &Map<String, Value>, mut partial: Table) -> Result<RootTable> {
        let flattener = &mut self.flattener;
        flattener.settings = Arc::new(Settings::compile(&flattener.schema)?);
        let name: Arc<str> = partial.name.as_str().into();
        let is_kept_out = declare(&flattener.schema, &mut partial)?;
        if !is_kept_out {
            self.merge(&name, partial)?;
        }
        let plan = self.flattener.root_plan(&name)?;
        let root = self.roots.iter().position(|root| root.table == name);
        let new = Root { table: name, hints: hints.clone(), is_kept_out, plan };
        match root {
            Some(root) => self.roots[root] = new,
            None => self.roots.push(new),
        }
        Ok(RootTable(root.unwrap_or(self.roots.len() - 1) as u32))
    }

    /// Takes hints of a table that no item goes to itself: one nested in another, before its first row or after.
    pub fn announce(&mut self, hints: &Map<String, Value>) -> Result<()> {
        let mut partial = self.flattener.schema.partial_table(hints)?;
        let name: Arc<str> = partial.name.as_str().into();
        if declare(&self.flattener.schema, &mut partial)? { Ok(()) } else { self.merge(&name, partial) }
    }

    fn merge(&mut self, name: &str, partial: Table) -> Result<()> {
        let flattener = &mut self.flattener;
        let before = flattener.schema.tables.get(name).cloned();
        Arc::make_mut(&mut flattener.schema).update_table(partial, false)?;
        check_key(&flattener.schema, name)?;
        if before.as_ref() != flattener.schema.tables.get(name) {
            self.generation += 1;
            flattener.refresh()?;
            for root in &mut self.roots {
                root.plan = flattener.root_plan(&root.table)?;
            }
        }
        Ok(())
    }

    /// Flattens one item into rows of the root table and of those nested in it. An error may leave some of them behind: then
    /// nothing of the load counts.
    pub fn add<I: Item>(&mut self, root: RootTable, item: &I) -> Result<()> {
        let root = &self.roots[root.0 as usize];
        if root.is_kept_out {
            return Ok(());
        }
        let made = self.flattener.made.len();
        let result = self.flattener.add(root.plan, item);
        self.generation += u64::from(self.flattener.made.len() != made);
        result
    }

    /// Makes the table exist with dlt's columns, even if no row comes.
    pub fn materialize(&mut self, root: RootTable) -> Result<()> {
        let root = &self.roots[root.0 as usize];
        if root.is_kept_out || self.flattener.schema.tables.get(&*root.table).is_some_and(Table::seen_data) {
            return Ok(());
        }
        let table = self.flattener.plans[root.plan as usize].table;
        self.flattener.materialize(table)?;
        if let Some(known) = Arc::make_mut(&mut self.flattener.schema).tables.get_mut(&*root.table) {
            mark_seen(known);
        }
        self.generation += 1;
        Ok(())
    }

    /// Batches of the tables that have at least so many rows, or that many bytes of text that they should leave memory; 0 takes
    /// all.
    ///
    /// A batch has the columns that its table has by then, in the schema's order. A later batch of the table may have more
    /// columns, never another type of one.
    pub fn drain(&mut self, at_least: usize) -> Result<Vec<(String, RecordBatch)>> {
        self.flattener.drain(at_least)
    }

    /// After the last item: marks the tables that have seen data, and says which columns were null only.
    pub fn finish(&mut self) -> Result<()> {
        let flattener = &mut self.flattener;
        let mut null_only = Vec::new();
        for table in &flattener.tables {
            let known = flattener.schema.tables.get(&*table.name);
            let is_typed =
                |name: &str| known.and_then(|known| known.columns.get(name)).is_some_and(Column::is_complete);
            let mut names: Vec<&str> =
                table.null_only.iter().map(AsRef::as_ref).filter(|name| !is_typed(name)).collect();
            names.sort_unstable();
            if !names.is_empty() {
                null_only.push((table.name.clone(), names.into_iter().map(str::to_owned).collect::<Vec<_>>()));
            }
            if table.total == 0 {
                continue;
            }
            if let Some(column) =
                known.into_iter().flat_map(|known| known.columns.values()).find(|c| !c.is_complete() && !c.nullable)
            {
                return Err(error::unbound(&table.name, &column.name));
            }
            let schema = Arc::make_mut(&mut flattener.schema);
            if let Some(known) = schema.tables.get_mut(&*table.name) {
                mark_seen(known);
            }
        }
        for (table, columns) in null_only {
            flattener.warnings.insert(all_null(&table, &columns), 1);
        }
        Ok(())
    }

    /// What was kept in an unusual way, one text for each table and column, with its count. Taken once.
    pub fn take_warnings(&mut self) -> Vec<String> {
        let warnings = std::mem::take(&mut self.flattener.warnings);
        let count = |count| if count == 1 { String::new() } else { format!(" ({count} times)") };
        warnings.into_iter().map(|(text, times)| format!("{text}{}", count(times))).collect()
    }

    pub fn schema(&self) -> &Schema {
        &self.flattener.schema
    }

    pub fn into_schema(self) -> Schema {
        Arc::unwrap_or_clone(self.flattener.schema)
    }

    /// How many rows each table got so far.
    pub fn row_counts(&self) -> IndexMap<String, u64> {
        let counted = self.flattener.tables.iter().filter(|table| table.total > 0);
        counted.map(|table| (table.name.to_string(), table.total)).collect()
    }

    /// Whether a registered table that had rows before got none in this load.
    pub fn went_without(&self, root: RootTable) -> bool {
        let name = &*self.roots[root.0 as usize].table;
        let has_rows = self.flattener.tables.iter().any(|table| *table.name == *name && table.total > 0);
        !has_rows && self.flattener.schema.tables.get(name).is_some_and(Table::seen_data)
    }

    /// Whether a contract keeps a registered table out, rows and all.
    pub fn is_kept_out(&self, root: RootTable) -> bool {
        self.roots[root.0 as usize].is_kept_out
    }

    /// The name of a registered table in the schema.
    pub fn table_name(&self, root: RootTable) -> &str {
        &self.roots[root.0 as usize].table
    }
}

impl Sink for Normalizer {
    fn add<I: Item>(&mut self, root: RootTable, item: &I) -> Result<()> {
        Self::add(self, root, item)
    }
}

impl Flattener {
    // New hints may change what a key becomes, so all plans start anew.
    fn refresh(&mut self) -> Result<()> {
        for table in &mut self.tables {
            table.refresh(&self.schema)?;
        }
        self.plans.clear();
        self.row_plans.clear();
        self.lists.clear();
        self.list_by_table.clear();
        Ok(())
    }
}

/// Meets the contract with a declared table. True when the table is kept out.
fn declare(schema: &Schema, partial: &mut Table) -> Result<bool> {
    let known = schema.tables.get(&partial.name);
    let is_new = known.is_none_or(Table::is_new);
    let contract = schema.contract_of_declared(partial)?;
    if is_new && contract.tables != Mode::Evolve && !schema.is_dlt_name(&partial.name) {
        if contract.tables == Mode::Freeze {
            return Err(error::frozen_table(&partial.name, 0));
        }
        return Ok(true);
    }
    if is_new && contract.columns != Mode::Evolve && !schema.is_dlt_name(&partial.name) {
        let marks = partial.hints.entry("x-normalizer").or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(marks) = marks {
            marks.insert("evolve-columns-once".to_owned(), true.into());
        }
    }
    let once = known.and_then(|table| table.normalizer_mark("evolve-columns-once")).is_some_and(|mark| mark == true);
    let Table { name, columns, .. } = partial;
    let complete = |column: &str| known.and_then(|table| table.columns.get(column)).filter(|known| known.is_complete());
    let refused = |column: &Column| {
        if schema.is_dlt_name(&column.name) {
            return None;
        }
        match complete(&column.name) {
            None if is_new || once => None,
            None => Some((contract.columns, "columns", format!("column `{}` is declared and new", column.name))),
            Some(known) if column.changes_type_of(known) => Some((
                contract.data_type,
                "data_type",
                format!("column `{}` is declared with another type", column.name),
            )),
            Some(_) => None,
        }
        .filter(|(mode, ..)| *mode != Mode::Evolve)
    };
    for column in columns.values() {
        if let Some((Mode::Freeze, entity, what)) = refused(column) {
            return Err(error::frozen(
                &error::Refused { what, entity, table: name, column: &column.name, row: 0 },
                None,
            ));
        }
    }
    columns.retain(|_, column| refused(column).is_none());
    if known.is_none() && partial.parent.is_none() {
        let defaults = Table::root(partial.name.clone());
        for (hint, value) in defaults.hints {
            if partial.hints.get(&hint).is_none_or(Value::is_null) {
                partial.hints.insert(hint, value);
            }
        }
    }
    Ok(false)
}

// Told before anything is on disk: a package that cannot be loaded would stand in the way of those behind it.
fn check_key(schema: &Schema, name: &str) -> Result<()> {
    let needs_key = schema.merge_strategy(name).is_some_and(MergeStrategy::needs_primary_key);
    let known = schema.tables.get(name).filter(|table| table.parent.is_none());
    if !needs_key || known.is_none_or(|table| table.columns_with("primary_key").next().is_some()) {
        return Ok(());
    }
    Err(error::no_key(name))
}

fn mark_seen(table: &mut Table) {
    let marks = table.hints.entry("x-normalizer").or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(marks) = marks {
        marks.shift_remove("evolve-columns-once");
        marks.entry("seen-data").or_insert(Value::Bool(true));
    }
}

// One text a table: a wide document can have a hundred such columns.
fn all_null(table: &str, columns: &[String]) -> String {
    const SHOWN: usize = 5;
    if let [column] = columns {
        return format!(
            "table `{table}`, column `{column}`: all values were null, so the column has no type and is not in the table"
        );
    }
    let shown: Vec<String> = columns.iter().take(SHOWN).map(|column| format!("`{column}`")).collect();
    let rest = match columns.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "table `{table}`, columns {}{rest}: all values were null, so the columns have no type and are not in the table",
        shown.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::all_null;

    #[test]
    fn a_table_with_many_empty_columns_gets_one_text() {
        let columns: Vec<String> = (0..7).map(|number| format!("c{number}")).collect();
        assert_eq!(
            all_null("items", &columns),
            "table `items`, columns `c0`, `c1`, `c2`, `c3`, `c4` and 2 more: all values were null, \
             so the columns have no type and are not in the table"
        );
        assert!(all_null("items", &columns[..2]).starts_with("table `items`, columns `c0`, `c1`: all values"));
        assert!(all_null("items", &columns[..1]).starts_with("table `items`, column `c0`: all values"));
    }
}
