//! A table that remembers: each version of a row, from when to when it was the current one.
//!
//! What changed is staged beside the snapshot, then one transaction closes the versions that ended and adds the new ones.
//! Columns, values and their order are those that dbt writes, so that either can go on with the other's snapshots.

use std::sync::Arc;

use serde_json::Value as Json;

use super::adapter::{described, find};
use super::compile::Compiled;
use super::materialize::{Made, run_compiled};
use super::snapshot_strategy;
use super::state::NodeState;
use crate::engine::catalog::{DatabaseColumn, Relation, RelationKind};
use crate::engine::dialect::quote;
use crate::error::{Error, Kind, Result};
use crate::event::Event;
use crate::transform::jinja::Value;
use crate::transform::manifest::place_of_setting;

/// What happens to a row that the query does not give any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deletes {
    Ignore,
    /// Its version ends.
    Invalidate,
    /// Its version ends, and one follows that says it is gone.
    NewRecord,
}

/// How a snapshot is configured.
struct Settings {
    keys: Vec<String>,
    /// When a row came to be as it is, in SQL.
    updated_at: String,
    change: Change,
    /// The id of a version in SQL, where a strategy of the project's own makes it.
    version_id: Option<String>,
    deletes: Deletes,
    /// What stands in `dbt_valid_to` of current rows in place of null, in SQL.
    valid_to_current: Option<String>,
    names: Names,
}

/// What tells a new version of a row.
enum Change {
    /// `updated_at` is later than the version that is there.
    Later,
    AnyColumn,
    Columns(Vec<String>),
    /// A condition in SQL, from a strategy of the project's own.
    Own(String),
}

/// The names of dbt's own columns.
struct Names {
    valid_from: String,
    valid_to: String,
    scd_id: String,
    updated_at: String,
    is_deleted: String,
}

/// The time of a run in SQL: one moment for all statements of a transaction.
const NOW: &str = "now()::timestamp";
/// The type of that.
const TIME: &str = "TIMESTAMP";

/// Takes the snapshot of a compiled query.
pub(super) fn take(state: &Arc<NodeState>, compiled: &Compiled, made: &mut Made) -> Result<()> {
    let target = state.node.relation();
    let existing = find(state, &target)?;
    let settings = settings(state, existing.is_some())?;
    doubt_time(state, compiled, &settings, existing.is_some())?;
    match existing {
        None => first(state, compiled, &settings, made),
        Some((relation, RelationKind::Table)) => next(state, compiled, &settings, &relation, made),
        Some((relation, RelationKind::View)) => Err(Error::new(
            Kind::Database,
            format!("cannot take the snapshot `{}` into {}: it is a view", state.node.name, relation.quoted()),
        )
        .hint("drop the view, or give the snapshot another alias")),
    }
}

// Says when `updated_at` has another type than the clock, whose times end versions. Whether the query is sound, and has that
// column, is seen when it runs.
fn doubt_time(state: &NodeState, compiled: &Compiled, settings: &Settings, is_there: bool) -> Result<()> {
    if settings.updated_at == NOW {
        return Ok(());
    }
    let rows = format!("select {} as at from (\n{}\n) as source_rows", settings.updated_at, compiled.sql());
    // The times of rows that are gone are the clock's.
    let ends = is_there && settings.deletes != Deletes::Ignore;
    let asked = if ends { format!("{rows}\nunion all select {NOW}") } else { rows };
    let Ok(found) = described(state, &asked) else { return Ok(()) };
    match found.first() {
        Some(column) if column.data_type != TIME => {
            const NAME: &str = "SnapshotTimestampWarning";
            let message = format!(
                "the times of the snapshot `{}` are of type {TIME}, and its `updated_at` is of type {}",
                state.node.name, column.data_type
            );
            let error = Error::new(Kind::Data, message)
                .at(place_of_setting(&state.node, "updated_at"))
                .hint(format!("cast it in the query: `{}::timestamp`", settings.updated_at));
            if state.run.project.invocation.warnings().is_error(NAME) {
                return Err(error);
            }
            state.run.sink.tell(Event::Named { name: NAME, message: error.to_string() });
            Ok(())
        }
        Some(_) | None => Ok(()),
    }
}

fn first(state: &Arc<NodeState>, compiled: &Compiled, settings: &Settings, made: &mut Made) -> Result<()> {
    let target = state.node.relation();
    let deleted = match settings.deletes {
        Deletes::NewRecord => format!(",\n  'False' as {}", settings.names.is_deleted),
        Deletes::Ignore | Deletes::Invalidate => String::new(),
    };
    made.statement = format!(
        "create table {} as (\nselect *,\n  {} as {},\n  {} as {},\n  {} as {},\n  {} as {}{deleted}\nfrom (\n{}\n) as source_rows\n);",
        target.quoted(),
        settings.version_id(),
        settings.names.scd_id,
        settings.updated_at,
        settings.names.updated_at,
        settings.updated_at,
        settings.names.valid_from,
        settings.open_end(&settings.updated_at),
        settings.names.valid_to,
        compiled.sql()
    );
    run_compiled(state, compiled, &made.statement)?;
    made.is_new = true;
    state.run.cache.put(&target, RelationKind::Table);
    Ok(())
}

fn next(
    state: &Arc<NodeState>,
    compiled: &Compiled,
    settings: &Settings,
    target: &Relation,
    made: &mut Made,
) -> Result<()> {
    let there = described(state, &format!("select * from {}", target.quoted()))?;
    check_target(state, settings, target, &there)?;
    let queried = described(state, &format!("select * from (\n{}\n)", compiled.sql()))
        .map_err(|error| compiled.locate(error, "", &state.node, &state.compiled_path()))?;
    state.begin()?;
    let staged = Relation::new("", "", format!("{}__dbt_tmp", target.identifier)).quoted();
    let staging = format!(
        "create or replace temporary table {staged} as (\n{}\n);",
        changes(settings, target, compiled.sql(), &queried, &there)
    );
    run_compiled(state, compiled, &staging)?;
    let columns: Vec<DatabaseColumn> = described(state, &format!("select * from {staged}"))?
        .into_iter()
        .filter(|column| column.name != CHANGE && !column.name.starts_with(KEY))
        .collect();
    let table = target.quoted();
    for column in columns.iter().filter(|column| !holds(&there, &column.name)) {
        state.execute(&format!("alter table {table} add column {} {}", quote(&column.name), column.data_type))?;
    }
    let Names { valid_to, scd_id, .. } = &settings.names;
    let close = format!(
        "update {table} as version set {valid_to} = change.{valid_to} from {staged} as change\nwhere change.{scd_id}::varchar = version.{scd_id}::varchar and change.{CHANGE} in ('update', 'delete') and {};",
        settings.is_open("version.")
    );
    let names: Vec<String> = columns.iter().map(|column| quote(&column.name)).collect();
    let add =
        format!("insert into {table} ({0})\nselect {0} from {staged} where {CHANGE} = 'insert';", names.join(", "));
    state.execute(&close)?;
    state.execute(&add)?;
    state.execute(&format!("drop table {staged}"))?;
    made.statement = format!("{staging}\n{close}\n{add}");
    Ok(())
}

const CHANGE: &str = "dbt_change_type";
const KEY: &str = "dbt_unique_key";

// One row for each version that begins (`insert`) or ends (`update`, `delete`).
fn changes(
    settings: &Settings,
    target: &Relation,
    sql: &str,
    queried: &[DatabaseColumn],
    there: &[DatabaseColumn],
) -> String {
    let Names { valid_from, valid_to, scd_id, updated_at, is_deleted } = &settings.names;
    let keys: Vec<String> =
        settings.keys.iter().enumerate().map(|(at, key)| format!("{key} as {KEY}_{}", at + 1)).collect();
    let joined: Vec<String> =
        (1..=keys.len()).map(|at| format!("current_rows.{KEY}_{at} = source_rows.{KEY}_{at}")).collect();
    let (keys, joined) = (keys.join(", "), joined.join(" and "));
    let new_record = settings.deletes == Deletes::NewRecord;
    let came_back = if new_record { format!(" or current_rows.{is_deleted} = 'True'") } else { String::new() };
    let changed = format!("({}{came_back})", settings.changed(queried, there));
    let with_deleted = |value: &str| if new_record { format!(", {value} as {is_deleted}") } else { String::new() };
    let mut parts = vec![
        format!(
            "select source_rows.*{}, 'insert' as {CHANGE}\nfrom source_rows left join current_rows on {joined}\nwhere current_rows.{KEY}_1 is null or {changed}",
            with_deleted("'False'")
        ),
        format!(
            "select source_rows.* exclude ({valid_to}, {scd_id}), source_rows.{updated_at} as {valid_to}, current_rows.{scd_id}{}, 'update' as {CHANGE}\nfrom source_rows join current_rows on {joined}\nwhere {changed}",
            with_deleted(&format!("current_rows.{is_deleted}"))
        ),
    ];
    let gone = if new_record {
        format!("source_rows.{KEY}_1 is null and current_rows.{is_deleted} is distinct from 'True'")
    } else {
        format!("source_rows.{KEY}_1 is null")
    };
    if settings.deletes != Deletes::Ignore {
        parts.push(format!(
            "select {NOW} as {valid_to}, current_rows.{scd_id}, 'delete' as {CHANGE}\nfrom current_rows left join source_rows on {joined}\nwhere {gone}"
        ));
    }
    if new_record {
        let kept: Vec<String> = queried
            .iter()
            .filter(|column| holds(there, &column.name))
            .map(|column| format!("current_rows.{}", quote(&column.name)))
            .collect();
        let id = hash(&[format!("current_rows.{scd_id}"), NOW.to_owned()]);
        parts.push(format!(
            "select {}, {NOW} as {valid_from}, {NOW} as {updated_at}, current_rows.{valid_to}, {id} as {scd_id}, 'True' as {is_deleted}, 'insert' as {CHANGE}\nfrom current_rows left join source_rows on {joined}\nwhere {gone}",
            kept.join(", ")
        ));
    }
    format!(
        "with source_rows as (\nselect *, {keys}, {} as {updated_at}, {} as {valid_from}, {} as {valid_to}, {} as {scd_id}\nfrom (\n{sql}\n)\n),\ncurrent_rows as (\nselect *, {keys} from {} where {}\n)\n{}",
        settings.updated_at,
        settings.updated_at,
        settings.open_end(&settings.updated_at),
        settings.version_id(),
        target.quoted(),
        settings.is_open(""),
        parts.join("\nunion all by name\n")
    )
}

impl Settings {
    // The id of a version: its key and when it began.
    fn version_id(&self) -> String {
        if let Some(id) = &self.version_id {
            return id.clone();
        }
        let mut parts = self.keys.clone();
        parts.push(self.updated_at.clone());
        hash(&parts)
    }

    // The end of a version that has none, in the type of its beginning.
    fn open_end(&self, updated_at: &str) -> String {
        format!("coalesce(nullif({updated_at}, {updated_at}), {})", self.valid_to_current.as_deref().unwrap_or("null"))
    }

    fn is_open(&self, prefix: &str) -> String {
        let valid_to = format!("{prefix}{}", self.names.valid_to);
        match &self.valid_to_current {
            Some(value) => format!("({valid_to} = {value} or {valid_to} is null)"),
            None => format!("{valid_to} is null"),
        }
    }

    fn changed(&self, queried: &[DatabaseColumn], there: &[DatabaseColumn]) -> String {
        let compared: Vec<String> = match &self.change {
            Change::Later => {
                let Names { valid_from, updated_at, .. } = &self.names;
                return format!("current_rows.{valid_from} < source_rows.{updated_at}");
            }
            Change::Own(condition) => return condition.clone(),
            Change::AnyColumn => queried.iter().map(|column| column.name.clone()).collect(),
            Change::Columns(columns) => columns.iter().map(|name| plain_name(name)).collect(),
        };
        // With a column that the snapshot does not know yet, every row is a new version.
        if compared.iter().any(|name| !holds(there, name)) {
            return "true".to_owned();
        }
        let differs = compared.iter().map(|name| {
            let name = quote(name);
            format!("current_rows.{name} is distinct from source_rows.{name}")
        });
        differs.collect::<Vec<_>>().join(" or ")
    }
}

fn hash(parts: &[String]) -> String {
    let texts: Vec<String> = parts.iter().map(|part| format!("coalesce(cast({part} as varchar), '')")).collect();
    format!("md5({})", texts.join(" || '|' || "))
}

fn holds(columns: &[DatabaseColumn], name: &str) -> bool {
    columns.iter().any(|column| column.name.eq_ignore_ascii_case(name))
}

// A column of `check_cols` may be written in quotes.
fn plain_name(name: &str) -> String {
    let inner = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.map_or_else(|| name.to_owned(), |inner| inner.replace("\"\"", "\""))
}

fn settings(state: &Arc<NodeState>, exists: bool) -> Result<Settings> {
    let text = |name: &str| state.config(name).and_then(|value| value.as_str().map(str::to_owned));
    let strategy = text("strategy").unwrap_or_default();
    let [valid_from, valid_to, scd_id, updated_at, is_deleted] = names(state);
    let names = Names { valid_from, valid_to, scd_id, updated_at, is_deleted };
    let valid_to_current = text("dbt_valid_to_current").map(|value| value.trim().to_owned());
    if let Some(callable) = snapshot_strategy::own_macro(state, &strategy) {
        let own = snapshot_strategy::ask(state, &callable, "current_rows", "source_rows", exists)?;
        return Ok(Settings {
            keys: own.keys,
            updated_at: own.updated_at,
            change: Change::Own(own.row_changed),
            version_id: Some(own.scd_id),
            deletes: deletes_named(state, own.hard_deletes.as_deref())?,
            valid_to_current,
            names,
        });
    }
    let keys = texts(state.config("unique_key").as_ref());
    let updated_at = text("updated_at");
    // What is missing was told when the project was read.
    let (updated_at, change) = match (strategy.as_str(), state.config("check_cols")) {
        ("timestamp", _) => (updated_at.unwrap_or_default(), Change::Later),
        ("check", Some(Json::String(_))) => (updated_at.unwrap_or_else(|| NOW.to_owned()), Change::AnyColumn),
        ("check", given) => (updated_at.unwrap_or_else(|| NOW.to_owned()), Change::Columns(texts(given.as_ref()))),
        (other, _) => return Err(snapshot_strategy::unknown(state, other)),
    };
    let deletes = deletes_named(state, Some(hard_deletes(state)?.as_str()))?;
    Ok(Settings { keys, updated_at, change, version_id: None, deletes, valid_to_current, names })
}

// dbt's columns under the names that this snapshot gives them.
const OWN_COLUMNS: [&str; 5] = ["dbt_valid_from", "dbt_valid_to", "dbt_scd_id", "dbt_updated_at", "dbt_is_deleted"];

fn names(state: &NodeState) -> [String; 5] {
    let given = state.config("snapshot_meta_column_names").unwrap_or_default();
    OWN_COLUMNS.map(|name| given.get(name).and_then(Json::as_str).unwrap_or(name).to_owned())
}

/// The same as macros ask for it: dbt's names and the snapshot's.
pub(super) fn column_names(state: &NodeState) -> Value {
    Value::dict(OWN_COLUMNS.into_iter().zip(names(state)).map(|(name, own)| (name, Value::str(own))))
}

/// What the snapshot does with rows that are gone, in either of the two spellings: `ignore` unless it says.
pub(super) fn hard_deletes(state: &NodeState) -> Result<String> {
    let legacy = state.config("invalidate_hard_deletes").filter(|value| !value.is_null());
    let given = state.config("hard_deletes").and_then(|value| value.as_str().map(str::to_owned));
    match (given, legacy) {
        (Some(_), Some(_)) => Err(Error::new(
            Kind::Config,
            format!("the snapshot `{}` sets both `hard_deletes` and `invalidate_hard_deletes`", state.node.name),
        )
        .hint("keep `hard_deletes`")),
        (Some(given), None) => Ok(given),
        (None, Some(Json::Bool(true))) => Ok("invalidate".to_owned()),
        (None, _) => Ok("ignore".to_owned()),
    }
}

fn deletes_named(state: &NodeState, name: Option<&str>) -> Result<Deletes> {
    match name {
        Some("ignore") | None => Ok(Deletes::Ignore),
        Some("invalidate") => Ok(Deletes::Invalidate),
        Some("new_record") => Ok(Deletes::NewRecord),
        Some(other) => {
            Err(Error::new(Kind::Config, format!("the snapshot `{}` has `hard_deletes: {other}`", state.node.name))
                .hint("choose `ignore`, `invalidate` or `new_record`"))
        }
    }
}

fn texts(value: Option<&Json>) -> Vec<String> {
    match value {
        Some(Json::String(text)) => vec![text.clone()],
        Some(Json::Array(items)) => items.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        Some(Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_)) | None => Vec::new(),
    }
}

fn check_target(state: &NodeState, settings: &Settings, target: &Relation, there: &[DatabaseColumn]) -> Result<()> {
    let Names { valid_from, valid_to, scd_id, updated_at, is_deleted } = &settings.names;
    let mut wanted = vec![scd_id, updated_at, valid_from, valid_to];
    if settings.deletes == Deletes::NewRecord {
        wanted.push(is_deleted);
    }
    let missing: Vec<String> =
        wanted.into_iter().filter(|name| !holds(there, name)).map(|name| format!("`{name}`")).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        Kind::Database,
        format!(
            "{} is not a snapshot as `{}` is configured: it has no {}",
            target.quoted(),
            state.node.name,
            missing.join(", ")
        ),
    )
    .hint("give the snapshot another alias, add these columns, or correct `snapshot_meta_column_names`"))
}
