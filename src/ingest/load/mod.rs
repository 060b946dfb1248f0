//! From a package to committed tables, in one transaction.
//!
//! Tables and columns that are missing, the rows of every table, the schema, the state and the row that closes the load become
//! visible together or not at all. The first statement asks whether the load is done already, so a commit whose answer was
//! lost is not repeated.

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde::Serialize;

use crate::engine::dialect::quote;
use crate::engine::{Session, transaction};
use crate::error::Result;
use crate::schema::stock::{LOADS_TABLE, STATE_TABLE, VERSION_TABLE, loads_table, state_table, version_table};
use crate::schema::{Schema, Table};

pub mod chain;
pub mod ddl;
pub mod disposition;
pub mod merge;
pub mod options;
pub mod package;
mod room;
pub mod scd2;
pub mod stage;
pub mod state;
pub mod together;
pub mod upsert;

use chain::{Chain, Dataset, Disposition, chains};
use ddl::{Changes, DdlOptions, Present};
use disposition::{Arrival, ROWS, Step, steps};
use package::{Package, Refresh};
use room::Extent;

#[derive(Clone, Debug)]
pub struct LoadOptions {
    pub ddl: DdlOptions,
    /// Rows stand in the table in the order in which they came, whatever it costs.
    pub keep_order: bool,
    /// The clock, so that a test can hold it.
    pub now: fn() -> DateTime<Utc>,
    /// The memory limit, as text, that the engine has when nobody chose one; None leaves the limit alone.
    pub default_memory: fn() -> Option<String>,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self { ddl: DdlOptions::default(), keep_order: false, now: Utc::now, default_memory: || None }
    }
}

/// What a load did.
#[derive(Debug, Serialize)]
pub struct LoadReport {
    pub load_id: String,
    pub schema_name: String,
    pub dataset: String,
    /// The destination had this load already, and nothing was done.
    pub already_loaded: bool,
    #[serde(serialize_with = "iso")]
    pub started_at: DateTime<Utc>,
    #[serde(serialize_with = "iso")]
    pub finished_at: DateTime<Utc>,
    pub tables: IndexMap<String, TableReport>,
    /// Tables and columns that the load created.
    pub schema_update: Changes,
    /// Whether the load noted a new schema version, and a new state.
    pub schema_noted: bool,
    pub state_noted: bool,
    /// The version hash of the state that the package carried.
    pub state_hash: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct TableReport {
    pub disposition: &'static str,
    /// Rows that the package held for the table.
    pub rows: u64,
    pub statements: Vec<String>,
}

impl LoadReport {
    fn of(package: &Package, schema: &Schema, dataset: &Dataset, started_at: DateTime<Utc>) -> Self {
        Self {
            load_id: package.load_id().to_owned(),
            schema_name: schema.name.clone(),
            dataset: dataset.name.clone(),
            already_loaded: false,
            started_at,
            finished_at: started_at,
            tables: IndexMap::new(),
            schema_update: Changes::new(),
            schema_noted: false,
            state_noted: false,
            state_hash: package.state().and_then(state::hash_of),
        }
    }
}

fn iso<S: serde::Serializer>(time: &DateTime<Utc>, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
}

/// Loads a package into `dataset`, a schema of the session's database.
pub fn load(package: &Package, session: &mut dyn Session, dataset: &str, options: &LoadOptions) -> Result<LoadReport> {
    let mut reports = load_all(std::slice::from_ref(package), session, dataset, options, &mut 0)?;
    Ok(reports.remove(0))
}

/// Loads packages that belong together in one transaction. `at` is the number of the package under way, also when it fails.
pub fn load_all(
    packages: &[Package],
    session: &mut dyn Session,
    dataset: &str,
    options: &LoadOptions,
    at: &mut usize,
) -> Result<Vec<LoadReport>> {
    let dataset = Dataset { database: current_database(session)?, name: dataset.to_owned() };
    let mut schemas = Vec::with_capacity(packages.len());
    for (number, package) in packages.iter().enumerate() {
        *at = number;
        schemas.push(Schema::from_stored(package.schema())?);
    }
    let mut all_chains = Vec::with_capacity(packages.len());
    for (number, (package, schema)) in packages.iter().zip(&schemas).enumerate() {
        *at = number;
        let tables = package.tables().map(|(table, _)| table);
        let touched: Vec<&str> = tables.filter(|table| !is_dlt_table(schema, table)).collect();
        all_chains.push(chains(schema, &touched)?);
    }
    let extent = packages.iter().zip(&all_chains).map(|(package, chains)| extent(package, chains, options));
    let extent = extent.reduce(Extent::and).unwrap_or_default();
    let mut reports = room::within(session, &extent, options.default_memory, |session| {
        transaction(session, |session| {
            let mut reports = Vec::with_capacity(packages.len());
            for (number, package) in packages.iter().enumerate() {
                *at = number;
                let (schema, chains) = (&schemas[number], &all_chains[number]);
                let mut report = LoadReport::of(package, schema, &dataset, (options.now)());
                in_transaction(package, session, schema, &dataset, chains, options, &mut report)?;
                reports.push(report);
            }
            Ok(reports)
        })
    })?;
    for report in &mut reports {
        report.finished_at = (options.now)();
    }
    Ok(reports)
}

/// The state and schemas that a destination holds for a pipeline, as dlt or gristmill left them.
pub fn restore(session: &mut dyn Session, dataset: &str, pipeline: &str) -> Result<Option<serde_json::Value>> {
    let dataset = Dataset { database: current_database(session)?, name: dataset.to_owned() };
    state::restore(session, &dataset, pipeline)
}

/// Makes the tables and columns that a schema knows and the dataset lacks, and notes the schema; no rows come.
pub fn bring_up(session: &mut dyn Session, dataset: &str, schema: &Schema, options: &LoadOptions) -> Result<Changes> {
    let dataset = Dataset { database: current_database(session)?, name: dataset.to_owned() };
    let own = [version_table(schema.naming), loads_table(schema.naming)];
    let tables = schema.tables.values().filter(|table| table.complete_columns().next().is_some());
    let tables: Vec<&Table> =
        own.iter().chain(tables.filter(|table| own.iter().all(|own| own.name != table.name))).collect();
    transaction(session, |session| {
        let present = ddl::present(session, &dataset)?;
        let changes = widen(session, &dataset, &present, &tables, options)?;
        let statement = state::note_schema(session, &dataset, schema, &schema.to_stored(), (options.now)())?;
        note(session, statement)?;
        Ok(changes)
    })
}

fn in_transaction(
    package: &Package,
    session: &mut dyn Session,
    schema: &Schema,
    dataset: &Dataset,
    chains: &[Chain<'_>],
    options: &LoadOptions,
    report: &mut LoadReport,
) -> Result<()> {
    if state::is_loaded(session, dataset, schema, package.load_id())? {
        report.already_loaded = true;
        return Ok(());
    }
    if let (Some(state), Some(follows)) = (package.state(), package.follows()) {
        state::check_follows(session, dataset, schema, state, follows)?;
    }
    clear(package.refresh(), session, schema, dataset)?;
    report.schema_update = bring_up_tables(package, session, schema, dataset, chains, options)?;
    let is_new = |table: &str| report.schema_update.get(table).is_some_and(|change| change.created);
    let made_at = made_at(package.load_id()).unwrap_or_else(options.now);
    for (number, chain) in chains.iter().enumerate() {
        let arrival = Arrival {
            dataset,
            chain,
            rows: &|table| package.rows(table),
            is_new: &is_new,
            is_marked: &|table| package.is_marked(table),
            number,
            made_at,
        };
        for table in &chain.tables {
            let rows = package.rows(&table.name);
            report.tables.insert(
                table.name.clone(),
                TableReport { disposition: chain.disposition.name(), rows, statements: Vec::new() },
            );
        }
        for step in steps(&arrival)? {
            run(package, session, &step)?;
            let table = match &step {
                Step::Take { table, .. } => table.as_str(),
                Step::Run(_) => chain.root().name.as_str(),
            };
            report
                .tables
                .get_mut(table)
                .expect("every table of a chain has its line")
                .statements
                .push(step.sql().to_owned());
        }
    }
    let now = (options.now)();
    if let Some(state) = package.state() {
        let statement = state::note_state(session, dataset, schema, state, package.load_id(), now)?;
        report.state_noted = note(session, statement)?;
    }
    let statement = state::note_schema(session, dataset, schema, package.schema(), now)?;
    report.schema_noted = note(session, statement)?;
    session.execute(&state::note_load(dataset, schema, package.schema(), package.load_id(), now)).map(drop)
}

// A load id is the time at which the load was made, in seconds since 1970; loading it once more gives the same versions.
fn made_at(load_id: &str) -> Option<DateTime<Utc>> {
    let seconds: f64 = load_id.parse().ok()?;
    DateTime::from_timestamp_micros((seconds * 1e6).round() as i64)
}

fn clear(refresh: &Refresh, session: &mut dyn Session, schema: &Schema, dataset: &Dataset) -> Result<()> {
    if refresh == &Refresh::default() {
        return Ok(());
    }
    let present = ddl::present(session, dataset)?;
    for table in &refresh.drop {
        session.execute(&format!("drop table if exists {}", dataset.relation(table)))?;
    }
    let versions = version_table(schema.naming).name;
    if !refresh.drop.is_empty() && present.contains_key(&versions.to_lowercase()) {
        // The versions that described the dropped tables go with them, as they do in dlt.
        session.execute(&state::forget_schema(dataset, schema))?;
    }
    for table in refresh.empty.iter().filter(|table| present.contains_key(&table.to_lowercase())) {
        session.execute(&format!("delete from {}", dataset.relation(table)))?;
    }
    Ok(())
}

fn note(session: &mut dyn Session, statement: Option<String>) -> Result<bool> {
    match statement {
        Some(sql) => session.execute(&sql).map(|_| true),
        None => Ok(false),
    }
}

fn run(package: &Package, session: &mut dyn Session, step: &Step) -> Result<()> {
    match step {
        Step::Run(sql) => session.execute(sql).map(drop),
        Step::Take { table, sql, with_marks } => match package.segments(table, *with_marks)? {
            Some(segments) => session.ingest(ROWS, Box::new(segments), sql).map(drop),
            None => Ok(()),
        },
    }
}

fn bring_up_tables(
    package: &Package,
    session: &mut dyn Session,
    schema: &Schema,
    dataset: &Dataset,
    chains: &[Chain<'_>],
    options: &LoadOptions,
) -> Result<Changes> {
    let mut own = vec![version_table(schema.naming), loads_table(schema.naming)];
    if package.state().is_some() {
        own.push(state_table(schema.naming));
    }
    let present = ddl::present(session, dataset)?;
    let data = chains
        .iter()
        .filter(|chain| chain.disposition != Disposition::Skip)
        .flat_map(|chain| chain.tables.iter().copied());
    let tables: Vec<&Table> = own.iter().chain(data).collect();
    let changes = widen(session, dataset, &present, &tables, options)?;
    for (chain, table) in chains.iter().flat_map(|chain| chain.nested().iter().map(move |table| (chain, *table))) {
        let gained = |column: &str| {
            changes
                .get(&table.name)
                .is_some_and(|change| !change.created && change.columns.iter().any(|name| name == column))
        };
        if table.columns_with("root_key").any(gained)
            && let Some(sql) = chain::fill_root_key(dataset, chain, table)?
        {
            session.execute(&sql)?;
        }
    }
    Ok(changes)
}

fn widen(
    session: &mut dyn Session,
    dataset: &Dataset,
    present: &Present,
    tables: &[&Table],
    options: &LoadOptions,
) -> Result<Changes> {
    if present.is_empty() {
        let name = format!("{}.{}", quote(&dataset.database), quote(&dataset.name));
        session.execute(&format!("create schema if not exists {name}"))?;
    }
    let mut changes = Changes::new();
    for table in tables {
        let relation = dataset.relation(&table.name);
        let known = present.get(&table.name.to_lowercase());
        let widened = known.is_some_and(|known| {
            table.complete_columns().any(|column| !column.nullable && !known.contains(&column.name.to_lowercase()))
        });
        let is_empty = widened && ddl::is_empty(session, &relation)?;
        let (statements, change) = ddl::statements(dataset, table, present, &options.ddl, is_empty)?;
        for sql in statements {
            session.execute(&sql)?;
        }
        if !change.columns.is_empty() {
            changes.insert(table.name.clone(), change);
        }
    }
    Ok(changes)
}

// A merge keeps the first of several rows with one key, so it needs them in order.
fn extent(package: &Package, chains: &[Chain<'_>], options: &LoadOptions) -> Extent {
    Extent {
        rows: package.tables().map(|(_, rows)| rows).sum(),
        rows_max: package.tables().map(|(_, rows)| rows).max().unwrap_or(0),
        bytes: package.bytes(),
        columns: chains.iter().flat_map(|chain| &chain.tables).map(|table| table.columns.len()).max().unwrap_or(0),
        merges: chains.iter().any(|chain| matches!(chain.disposition, Disposition::Merge(_))),
        keep_order: options.keep_order,
    }
}

fn current_database(session: &mut dyn Session) -> Result<String> {
    let rows = session.query("select current_database()")?.texts()?;
    let name = rows.into_iter().next().and_then(|row| row.into_iter().next()).flatten();
    name.ok_or_else(|| crate::error::Error::internal("the database does not tell its name"))
}

fn is_dlt_table(schema: &Schema, name: &str) -> bool {
    [VERSION_TABLE, LOADS_TABLE, STATE_TABLE].into_iter().any(|own| schema.naming.path(own) == name)
}
