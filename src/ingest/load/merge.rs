//! Merging by keys: rows whose key arrives go, the rows that arrived stay.
//!
//! The rows are staged in temporary tables first, because both the delete and the insert look at them. Rows of nested tables
//! follow their root: they go with the old root's row key and come with the new one's.

use super::chain::{column_list, dedup_order, not_deleted, root_key, row_key};
use super::disposition::{Arrival, Step, insert_from, take_all};
use super::options::MergeOptions;
use super::stage::{Staged, fill, temporary_name, unqualified};
use crate::engine::dialect::quote;
use crate::error::Result;
use crate::schema::Table;
use crate::schema::stock::ROW_MARK;

/// The steps of dlt's default strategy. Without any key there is nothing to match, and the rows are appended.
pub fn delete_insert(arrival: &Arrival<'_>) -> Result<Vec<Step>> {
    let root = arrival.chain.root();
    if (arrival.rows)(&root.name) == 0 {
        return Ok(Vec::new());
    }
    let primary_key: Vec<String> = root.columns_with("primary_key").map(quote).collect();
    let merge_key: Vec<String> = root.columns_with("merge_key").map(quote).collect();
    let staged = Staged::of(arrival);
    let root_stage = &staged[0].name;
    let options = MergeOptions::of(root, &arrival.dataset.relation(&root.name), root_stage)?;
    let kept: Vec<String> = not_deleted(root, "")
        .into_iter()
        .chain(options.source_filter.iter().map(|filter| format!("({filter})")))
        .collect();
    let kept = Some(kept.join(" and ")).filter(|kept| !kept.is_empty());
    if primary_key.is_empty() && merge_key.is_empty() && kept.is_none() && options.destination_scope.is_none() {
        return Ok(take_all(arrival));
    }
    let nested_have_rows = staged.len() > 1;
    let mut steps = fill(&staged)?;
    let mut temporary: Vec<String> = staged.iter().map(|staged| staged.name.clone()).collect();

    // A scope says itself which rows this load replaces; the keys only tell the rows of the load apart then.
    let matches = match &options.destination_scope {
        Some(scope) => vec![scope.clone()],
        None => key_matches(&options.rows_of(root_stage), &[&primary_key, &merge_key]),
    };
    if !matches.is_empty() && !(arrival.is_new)(&root.name) {
        delete_matching(arrival, &matches, None, &mut steps, &mut temporary)?;
    }

    let chosen = temporary_name(arrival, "kept");
    let row_key_column = if nested_have_rows { Some(row_key(root)?) } else { None };
    if primary_key.is_empty() && kept.is_none() {
        steps.push(Step::Run(insert_from(arrival.dataset, root, root_stage)));
    } else {
        steps.push(Step::Run(choose(
            &staged[0],
            &chosen,
            if options.is_deduplicated { &[] } else { &primary_key },
            kept.as_deref(),
            row_key_column.as_deref(),
        )));
        temporary.push(chosen.clone());
        let source = format!("{root_stage} where rowid in (select staged_row from {chosen}) order by rowid");
        steps.push(Step::Run(insert_from(arrival.dataset, root, &source)));
    }
    let follows = temporary.contains(&chosen).then_some(chosen.as_str());
    for nested in &staged[1..] {
        steps.push(Step::Run(insert_nested(arrival, nested, follows)?));
    }
    steps.extend(temporary.iter().map(|name| Step::Run(format!("drop table {name}"))));
    Ok(steps)
}

// One condition for each key; a null matches nothing, as in dlt.
fn key_matches(stage: &str, keys: &[&Vec<String>]) -> Vec<String> {
    keys.iter().filter(|key| !key.is_empty()).map(|key| has_match(stage, key, "")).collect()
}

/// Whether a row `there` has a row `staged` with the same key, for which `also` (` and ...`) holds.
pub fn has_match(stage: &str, key: &[String], also: &str) -> String {
    let equal: Vec<String> = key.iter().map(|column| format!("there.{column} = staged.{column}")).collect();
    format!("exists (select 1 from {stage} as staged where {}{also})", equal.join(" and "))
}

/// Deletes the rows `there` that one of the conditions holds for, and all rows nested in them.
/// Roots that are `spared` stay; the rows nested in them go all the same, because those that arrive take their place.
pub fn delete_matching(
    arrival: &Arrival<'_>,
    matches: &[String],
    spared: Option<&str>,
    steps: &mut Vec<Step>,
    temporary: &mut Vec<String>,
) -> Result<()> {
    let root = arrival.chain.root();
    let relation = arrival.dataset.relation(&root.name);
    let condition = matches.join(" or ");
    let unspared = spared.map(|spared| format!(" and not {spared}")).unwrap_or_default();
    let nested: Vec<&&Table> = arrival.chain.nested().iter().filter(|table| !(arrival.is_new)(&table.name)).collect();
    if nested.is_empty() {
        steps.push(Step::Run(format!(
            "delete from {relation} as there where {}",
            if spared.is_some() { format!("({condition}){unspared}") } else { condition }
        )));
        return Ok(());
    }
    let gone = temporary_name(arrival, "gone");
    let key = row_key(root)?;
    steps.push(Step::Run(format!(
        "create temporary table {} as select there.{key} as row_key from {relation} as there where {condition}",
        unqualified(&gone)
    )));
    for table in nested {
        let root_key = root_key(table, root)?;
        let relation = arrival.dataset.relation(&table.name);
        steps.push(Step::Run(format!("delete from {relation} where {root_key} in (select row_key from {gone})")));
    }
    steps.push(Step::Run(format!(
        "delete from {relation} as there where there.{key} in (select row_key from {gone}){unspared}"
    )));
    temporary.push(gone);
    Ok(())
}

// One row for each primary key: the first by `dedup_sort`, else the first that came. Marked rows go after that choice, so that
// a delete that is the newest word on a key is not answered by an older row of it.
fn choose(
    root: &Staged<'_>,
    chosen: &str,
    primary_key: &[String],
    kept: Option<&str>,
    row_key: Option<&str>,
) -> String {
    let rank = if primary_key.is_empty() {
        "1".to_owned()
    } else {
        let order = dedup_order(root.table).map(|order| format!("{order}, ")).unwrap_or_default();
        format!("row_number() over (partition by {} order by {order}rowid)", primary_key.join(", "))
    };
    let mut carried = row_key.map(|key| format!(", {key} as row_key")).unwrap_or_default();
    if root.is_marked {
        carried = format!("{carried}, {}", quote(ROW_MARK));
    }
    let is_kept = kept.unwrap_or("true");
    format!(
        "create temporary table {} as select * from (select rowid as staged_row{carried}, {rank} as rank, {is_kept} as is_kept from {}) where rank = 1 and is_kept",
        unqualified(chosen),
        root.name
    )
}

// Rows of a nested table are told apart by their row key: the same row twice in one load is one row.
pub fn insert_nested(arrival: &Arrival<'_>, nested: &Staged<'_>, follows: Option<&str>) -> Result<String> {
    let (table, stage) = (nested.table, &nested.name);
    let key = row_key(table)?;
    let root = arrival.chain.root();
    let mut condition = match follows {
        Some(chosen) => format!(" where {} in (select row_key from {chosen})", root_key(table, root)?),
        None => String::new(),
    };
    if let Some(chosen) = follows.filter(|_| nested.is_marked && (arrival.is_marked)(&root.name)) {
        // Roots whose ids were given may share one.
        let mark = quote(ROW_MARK);
        let marks = format!("select {mark} from {chosen} where {mark} is not null");
        condition = format!("{condition} and ({mark} is null or {mark} in ({marks}))");
    }
    let columns = column_list(table);
    let source =
        format!("{stage} where rowid in (select min(rowid) from {stage}{condition} group by {key}) order by rowid");
    Ok(format!("insert into {} ({columns}) select {columns} from {source}", arrival.dataset.relation(&table.name)))
}
