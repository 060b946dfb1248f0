//! Slowly changing dimensions: every version of a row stays, with the time from when and until when it was the valid one.
//!
//! A version is known by its row version, which is the hash of the whole row unless the user names a column. A version that is
//! active and does not arrive is retired; one that arrives and is not active is inserted, also when it was retired before.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

use super::chain::row_key;
use super::ddl::database_type;
use super::disposition::{Arrival, Step};
use super::merge::has_match;
use super::options::MergeOptions;
use super::stage::{Staged, drop_all, fill, follow_parents};
use crate::engine::dialect::{literal, quote};
use crate::error::{Error, Kind, Result};
use crate::schema::time::timestamp;
use crate::schema::{Column, Table};

/// The columns that the strategy works with, quoted.
struct Versions {
    from: String,
    to: String,
    version: String,
    /// The column that nested rows lead to: `_dlt_id`, which is the version itself unless the user named one.
    row_key: String,
    boundary: String,
    active: String,
    is_active: String,
}

/// The steps of `scd2`.
pub fn scd2(arrival: &Arrival<'_>) -> Result<Vec<Step>> {
    let root = arrival.chain.root();
    let columns = Versions::of(root, arrival.made_at)?;
    let Versions { from, to, version, boundary, active, is_active, .. } = &columns;
    let staged = Staged::of(arrival);
    let stage = staged[0].name.as_str();
    let relation = arrival.dataset.relation(&root.name);
    let options = MergeOptions::of(root, &relation, stage)?;
    let is_new = (arrival.is_new)(&root.name);
    let mut steps = fill(&staged)?;
    if let Some(filter) = &options.source_filter {
        steps.push(Step::Run(format!("delete from {stage} where ({filter}) is not true")));
    }
    if !is_new {
        let mut retired =
            vec![format!("there.{is_active}"), format!("not {}", has_match(stage, std::slice::from_ref(version), ""))];
        let merge_key: Vec<String> = root.columns_with("merge_key").map(quote).collect();
        match &options.destination_scope {
            Some(scope) => retired.push(scope.clone()),
            None if merge_key.is_empty() => {}
            None => retired.push(has_match(stage, &merge_key, "")),
        }
        steps.push(Step::Run(format!(
            "update {relation} as there set {to} = {boundary} where {}",
            retired.join(" and ")
        )));
        steps.push(Step::Run(format!(
            "delete from {stage} where {version} in (select there.{version} from {relation} as there where there.{is_active})"
        )));
    }
    if *version == columns.row_key {
        // Rows that are equal in everything are one version.
        steps.push(Step::Run(format!(
            "delete from {stage} where rowid not in (select min(rowid) from {stage} group by {version})"
        )));
    }
    if staged.len() > 1 {
        steps.extend(follow_parents(&staged, &columns.row_key)?);
    }
    let carried: Vec<String> = root
        .complete_columns()
        .map(|column| quote(&column.name))
        .filter(|column| column != from && column != to)
        .collect();
    let carried = carried.join(", ");
    steps.push(Step::Run(format!(
        "insert into {relation} ({carried}, {from}, {to}) select {carried}, {boundary}, {active} from {stage} order by rowid"
    )));
    for nested in &staged[1..] {
        steps.push(Step::Run(insert_nested(arrival, nested)?));
    }
    let temporary: Vec<String> = staged.iter().map(|staged| staged.name.clone()).collect();
    steps.extend(drop_all(&temporary));
    Ok(steps)
}

impl Versions {
    fn of(root: &Table, made_at: DateTime<Utc>) -> Result<Self> {
        let column = |hint: &str, what: &str| {
            root.complete_columns().find(|column| column.is(hint)).ok_or_else(|| no_column(root, what))
        };
        let from = column("x-valid-from", "says from when a version is valid")?;
        let to = column("x-valid-to", "says until when a version is valid")?;
        let version = quote(&column("x-row-version", "tells versions apart (`_dlt_id`)")?.name);
        let boundary = match root.hints.get("x-boundary-timestamp") {
            Some(Value::String(text)) => moment(root, text, "boundary_timestamp")?,
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) | None => {
                made_at
            }
        };
        let active = match to.hints.get("x-active-record-timestamp") {
            Some(Value::String(text)) => Some(moment(root, text, "active_record_timestamp")?),
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) | None => None,
        };
        let to_name = quote(&to.name);
        let active = active.map(|moment| in_type(root, to, moment)).transpose()?;
        let is_active = match &active {
            Some(moment) => format!("{to_name} = {moment}"),
            None => format!("{to_name} is null"),
        };
        let row_key = root.columns_with("row_key").next().map_or_else(|| version.clone(), quote);
        Ok(Self {
            from: quote(&from.name),
            boundary: in_type(root, from, boundary)?,
            active: active.unwrap_or_else(|| "null".to_owned()),
            to: to_name,
            version,
            row_key,
            is_active,
        })
    }
}

// Rows nested in a version that was there before are there already: their ids are made of their parent's.
fn insert_nested(arrival: &Arrival<'_>, nested: &Staged<'_>) -> Result<String> {
    let (table, stage) = (nested.table, &nested.name);
    let key = row_key(table)?;
    let relation = arrival.dataset.relation(&table.name);
    let columns = super::chain::column_list(table);
    let new = if (arrival.is_new)(&table.name) {
        String::new()
    } else {
        format!(" where {key} not in (select {key} from {relation})")
    };
    Ok(format!(
        "insert into {relation} ({columns}) select {columns} from {stage} where rowid in (select min(rowid) from {stage}{new} group by {key}) order by rowid"
    ))
}

fn moment(root: &Table, text: &str, option: &str) -> Result<DateTime<Utc>> {
    timestamp(text).and_then(|moment| DateTime::from_timestamp_micros(moment.micros)).ok_or_else(|| {
        Error::new(Kind::Config, format!("table `{}`: `{option}` is `{text}`, which is not a time", root.name))
            .hint("write it as `2024-01-31T12:00:00Z`; without a zone it is UTC")
    })
}

fn in_type(root: &Table, column: &Column, moment: DateTime<Utc>) -> Result<String> {
    let text = moment.to_rfc3339_opts(SecondsFormat::Micros, false);
    Ok(format!("{}::{}", literal(&text), database_type(root, column)?))
}

fn no_column(root: &Table, what: &str) -> Error {
    Error::new(Kind::Config, format!("table `{}` is merged with `scd2` and has no column that {what}", root.name))
        .hint("give `write_disposition` as a dict with `\"strategy\": \"scd2\"`, which brings the columns; Arrow tables need `row_version_column_name` as well")
}
