//! Merging by primary key with ids made of the key: `upsert`, `cdc` and `insert-only`.
//!
//! A row that arrives takes the place of the row with its key, and the rows nested in it take the place of those nested there.
//! What a key meets twice in one load counts once, as in `delete-insert`.

use super::chain::{dedup_order, not_deleted, row_key};
use super::disposition::{Arrival, Step, insert_from};
use super::merge::{delete_matching, has_match, insert_nested};
use super::options::MergeOptions;
use super::stage::{Staged, drop_all, fill, follow_parents, temporary_name, unqualified};
use crate::engine::dialect::quote;
use crate::error::{Error, Kind, Result};
use crate::schema::stock::ROW_MARK;
use crate::schema::{Column, Table};

/// What becomes of rows whose key does not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    Stay,
    /// They are deleted, within the merge keys or the scope that the table names.
    Go,
}

/// The steps of `upsert`, and with [`Absent::Go`] of `cdc`.
pub fn upsert(arrival: &Arrival<'_>, absent: Absent) -> Result<Vec<Step>> {
    let root = arrival.chain.root();
    if (arrival.rows)(&root.name) == 0 && absent == Absent::Stay {
        return Ok(Vec::new());
    }
    let key = primary_key(root)?;
    let staged = Staged::of(arrival);
    let stage = staged[0].name.as_str();
    let relation = arrival.dataset.relation(&root.name);
    let options = MergeOptions::of(root, &relation, stage)?;
    let mut temporary: Vec<String> = staged.iter().map(|staged| staged.name.clone()).collect();
    let mut steps = fill(&staged)?;
    if let Some(filter) = &options.source_filter {
        steps.push(Step::Run(format!("delete from {stage} where ({filter}) is not true")));
    }
    if !options.is_deduplicated {
        one_row_for_each_key(arrival, &staged, &key, &mut steps, &mut temporary);
    }
    let is_new = (arrival.is_new)(&root.name);
    if !is_new {
        let mut matches = vec![has_match(stage, &key, "")];
        if absent == Absent::Go {
            matches.push(is_absent(root, stage, &key, &options));
        }
        let spared = options.skips_unchanged.then(|| is_unchanged(root, stage, &key));
        delete_matching(arrival, &matches, spared.as_deref(), &mut steps, &mut temporary)?;
    }
    forget_deleted(root, stage, &mut steps);
    if staged.len() > 1 {
        steps.extend(follow_parents(&staged, &row_key(root)?)?);
    }
    let arrived = if options.skips_unchanged && !is_new {
        // What is there still under a key that arrived was spared.
        let there = has_match_there(&relation, &key);
        format!("{stage} as staged where not {there} order by staged.rowid")
    } else {
        format!("{stage} order by rowid")
    };
    steps.push(Step::Run(insert_from(arrival.dataset, root, &arrived)));
    for nested in &staged[1..] {
        steps.push(Step::Run(insert_nested(arrival, nested, None)?));
    }
    steps.extend(drop_all(&temporary));
    Ok(steps)
}

/// The steps of `insert-only`: a key that is there keeps its row, and the rows nested in it.
pub fn insert_only(arrival: &Arrival<'_>) -> Result<Vec<Step>> {
    let root = arrival.chain.root();
    if (arrival.rows)(&root.name) == 0 {
        return Ok(Vec::new());
    }
    let key = primary_key(root)?;
    let staged = Staged::of(arrival);
    let stage = staged[0].name.as_str();
    let relation = arrival.dataset.relation(&root.name);
    let mut temporary: Vec<String> = staged.iter().map(|staged| staged.name.clone()).collect();
    let mut steps = fill(&staged)?;
    if !MergeOptions::of(root, &relation, stage)?.is_deduplicated {
        one_row_for_each_key(arrival, &staged, &key, &mut steps, &mut temporary);
    }
    forget_deleted(root, stage, &mut steps);
    if !(arrival.is_new)(&root.name) {
        steps.push(Step::Run(format!("delete from {stage} as staged where {}", has_match_there(&relation, &key))));
    }
    if staged.len() > 1 {
        steps.extend(follow_parents(&staged, &row_key(root)?)?);
    }
    steps.push(Step::Run(insert_from(arrival.dataset, root, &format!("{stage} order by rowid"))));
    for nested in &staged[1..] {
        steps.push(Step::Run(insert_nested(arrival, nested, None)?));
    }
    steps.extend(drop_all(&temporary));
    Ok(steps)
}

fn primary_key(root: &Table) -> Result<Vec<String>> {
    let key: Vec<String> = root.columns_with("primary_key").map(quote).collect();
    if key.is_empty() {
        return Err(Error::new(
            Kind::Config,
            format!("table `{}` is merged by its primary key and has none", root.name),
        )
        .hint("name the column with `primary_key=`"));
    }
    Ok(key)
}

// Rows of one key have one id, and so have the rows nested in them; the marks of the normalizer tell whose each of them is.
fn one_row_for_each_key(
    arrival: &Arrival<'_>,
    staged: &[Staged<'_>],
    key: &[String],
    steps: &mut Vec<Step>,
    temporary: &mut Vec<String>,
) {
    let (root, stage, surplus) = (arrival.chain.root(), &staged[0].name, temporary_name(arrival, "surplus"));
    let mark = quote(ROW_MARK);
    let carried = if staged[0].is_marked { format!(", {mark}") } else { String::new() };
    let order = dedup_order(root).map(|order| format!("{order}, ")).unwrap_or_default();
    steps.push(Step::Run(format!(
        "create temporary table {} as select rowid as staged_row{carried} from {stage} qualify row_number() over (partition by {} order by {order}rowid) > 1",
        unqualified(&surplus),
        key.join(", ")
    )));
    for nested in staged[1..].iter().filter(|nested| nested.is_marked && staged[0].is_marked) {
        steps.push(Step::Run(format!("delete from {} where {mark} in (select {mark} from {surplus})", nested.name)));
    }
    steps.push(Step::Run(format!("delete from {stage} where rowid in (select staged_row from {surplus})")));
    temporary.push(surplus);
}

// Rows that arrive marked as deleted have done their work once the rows with their keys are gone.
fn forget_deleted(root: &Table, stage: &str, steps: &mut Vec<Step>) {
    if let Some(kept) = not_deleted(root, "") {
        steps.push(Step::Run(format!("delete from {stage} where not ({kept})")));
    }
}

fn is_absent(root: &Table, stage: &str, key: &[String], options: &MergeOptions) -> String {
    let absent = format!("not {}", has_match(stage, key, ""));
    let merge_key: Vec<String> = root.columns_with("merge_key").map(quote).collect();
    match &options.destination_scope {
        Some(scope) => format!("({absent} and {scope})"),
        None if merge_key.is_empty() => absent,
        None => format!("({absent} and {})", has_match(stage, &merge_key, "")),
    }
}

fn is_unchanged(root: &Table, stage: &str, key: &[String]) -> String {
    let equal: Vec<String> = compared(root)
        .map(|column| {
            let name = quote(&column.name);
            format!("there.{name} is not distinct from staged.{name}")
        })
        .collect();
    let conditions: Vec<String> =
        equal.into_iter().chain(not_deleted(root, "staged.")).map(|condition| format!(" and {condition}")).collect();
    has_match(stage, key, &conditions.concat())
}

// A row version, where the table has one, says alone whether a row changed.
fn compared(root: &Table) -> impl Iterator<Item = &Column> {
    const KEYS: [&str; 5] = ["primary_key", "row_key", "parent_key", "root_key", "hard_delete"];
    let has_version = root.complete_columns().any(|column| column.is("x-row-version"));
    root.complete_columns().filter(move |column| {
        if has_version {
            column.is("x-row-version")
        } else {
            column.name.to_lowercase() != "_dlt_load_id" && !KEYS.iter().any(|key| column.is(key))
        }
    })
}

// The same question as `has_match`, asked from the stage.
fn has_match_there(relation: &str, key: &[String]) -> String {
    let equal: Vec<String> = key.iter().map(|column| format!("there.{column} = staged.{column}")).collect();
    format!("exists (select 1 from {relation} as there where {})", equal.join(" and "))
}
