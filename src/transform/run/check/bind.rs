//! One node bound against the scratch: does its SQL hold together, and what columns come out of it.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{Trust, scratch};
use crate::engine::catalog::{DatabaseColumn, RelationKind};
use crate::engine::refusal::STATEMENT;
use crate::error::{Error, Kind, Place, Result};
use crate::transform::manifest::{Node, ResourceType, place_of_setting};
use crate::transform::run::adapter::{described, strategy_macro_name, strategy_of};
use crate::transform::run::compile::{self, Compiled, offset_of};
use crate::transform::run::microbatch::Batch;
use crate::transform::run::state::NodeState;
use crate::transform::run::{data_test, materialize, properties_place, seed, stand_ins, suggest, task, unit_test};

/// Why a node does not bind.
pub(super) enum Refusal {
    /// Each with its place.
    Found(Vec<Error>),
    /// It could not be judged, and why.
    Unjudged(String),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Found(vec![error])
    }
}

/// Binds the node of `state` and puts what it makes into the scratch. Gives how far its columns can be trusted, when its
/// inputs can be trusted as far as `inputs`.
pub(super) fn bind(state: &Arc<NodeState>, inputs: Trust) -> Result<Trust, Refusal> {
    let node = &state.node;
    match node.resource_type {
        ResourceType::Seed => {
            seed::fill(state)?;
            state.run.cache.put(&node.relation(), RelationKind::Table);
            Ok(Trust::Whole)
        }
        ResourceType::Model if node.language != "sql" => opaque(state),
        ResourceType::Model => model(state, inputs),
        ResourceType::Snapshot => snapshot(state, inputs),
        ResourceType::Test => test(state, &*compiled_test(state)?, inputs),
        ResourceType::UnitTest => {
            let compiled = compiled(state, unit_test::compile(state))?;
            columns(state, &compiled, compiled.sql(), inputs).map(|_| inputs)
        }
        ResourceType::Analysis | ResourceType::SqlOperation => {
            let compiled = compiled(state, compile::compile(state))?;
            columns(state, &compiled, compiled.sql(), inputs).map(|_| inputs)
        }
        ResourceType::Function => {
            let compiled = compiled(state, compile::compile(state))?;
            materialize::materialize(state, &compiled)?;
            Ok(Trust::Whole)
        }
        ResourceType::Operation
        | ResourceType::Source
        | ResourceType::Exposure
        | ResourceType::Metric
        | ResourceType::SemanticModel
        | ResourceType::SavedQuery => Ok(inputs),
    }
}

/// The SQL of a test.
pub(super) fn compiled_test(state: &Arc<NodeState>) -> Result<Arc<Compiled>, Refusal> {
    compiled(state, compile::compile(state))
}

/// Binds a compiled test.
pub(super) fn test(state: &NodeState, compiled: &Compiled, inputs: Trust) -> Result<Trust, Refusal> {
    columns(state, compiled, &data_test::statement(state, compiled), inputs).map(|_| inputs)
}

/// Whether all of these compiled tests bind, asked in one query. `false` says nothing of any one of them.
pub(super) fn all_bind<'a>(tests: impl Iterator<Item = (&'a NodeState, &'a Compiled)>, asking: &NodeState) -> bool {
    let exists = |(state, compiled): (&NodeState, &Compiled)| {
        let query = data_test::bound(state, compiled);
        format!("exists(\n{}\n)", compile::without_end(&query))
    };
    let asked: Vec<String> = tests.map(exists).collect();
    described(asking, &format!("select {}", asked.join(", "))).is_ok()
}

fn model(state: &Arc<NodeState>, inputs: Trust) -> Result<Trust, Refusal> {
    let node = &state.node;
    let compiled = compiled(state, compile::compile(state))?;
    if compiled.sql().trim().is_empty() {
        return Err(Refusal::Unjudged("there is no SQL in its file".to_owned()));
    }
    match Way::of(state) {
        Way::Query => {}
        Way::Function => return function(state, &compiled).map(|()| inputs),
        Way::Own => {
            // What it makes of the text is the project's affair.
            let found =
                columns(state, &compiled, compiled.sql(), inputs).map_err(|_| Refusal::Unjudged(of_ones_own(node)))?;
            return put(state, found).map(|()| Trust::Open);
        }
    }
    let found = columns(state, &compiled, compiled.sql(), inputs)?;
    // What comes out of rows that were asked for while rendering may be more or less once there are rows.
    let trust = if state.asked_for_rows() { inputs.min(Trust::Open) } else { inputs };
    if node.is_ephemeral() {
        return Ok(trust);
    }
    keeps_contract(state, &found)?;
    put(state, found)?;
    let is_ones_own = stand_ins::own(state, node.materialized()).is_some();
    if node.materialized() == "incremental" && !is_ones_own {
        again(state, inputs)?;
    }
    Ok(if is_ones_own { Trust::Open } else { trust })
}

// What the SQL of a model is to its materialization.
enum Way {
    Query,
    /// The body of a macro of DuckDB.
    Function,
    /// Nobody knows: a materialization of the project's own that has no built-in one's name.
    Own,
}

impl Way {
    fn of(state: &NodeState) -> Self {
        match state.node.materialized() {
            "table" | "view" | "incremental" | "external" | "ephemeral" => Self::Query,
            other if stand_ins::own(state, other).is_some() => Self::Own,
            "table_function" => Self::Function,
            _ => Self::Query,
        }
    }
}

fn of_ones_own(node: &Node) -> String {
    format!("the project says itself what `{}` makes of the text", node.materialized())
}

// Its parameters are no columns, so that it can be bound only where it is used.
fn function(state: &NodeState, compiled: &Compiled) -> Result<(), Refusal> {
    let parameters = match state.config("parameters") {
        Some(Json::Array(_)) => names_in(state, "parameters").join(", "),
        Some(Json::Null) | None => String::new(),
        Some(one) => one.as_str().map_or_else(|| one.to_string(), str::to_owned),
    };
    let name = state.node.relation().quoted();
    let sql = compile::without_end(compiled.sql());
    let statement = format!("create or replace macro {name}({parameters}) as table (\n{sql}\n)");
    let made = state.execute(&statement);
    made.map(drop).map_err(|error| {
        refused(Trust::Whole, vec![compiled.locate(error, &statement, &state.node, &state.compiled_path())])
    })
}

// The SQL of a second run, which may have a branch of its own, and the columns that bring its rows in.
fn again(state: &Arc<NodeState>, inputs: Trust) -> Result<(), Refusal> {
    let (run, node) = (&state.run, Arc::clone(&state.node));
    let second = match state.batch() {
        Some(batch) => NodeState::of_batch(run, node, state.thread, Batch { incremental: true, ..batch.clone() }),
        None => NodeState::new(run, node, state.thread),
    };
    let compiled = compiled(&second, compile::fresh(&second).map(Arc::new))?;
    columns(&second, &compiled, compiled.sql(), inputs)?;
    let keys = if uses_key(state) { names_in(state, "unique_key") } else { Vec::new() };
    for key in keys.into_iter().filter(|key| !key.trim().is_empty()) {
        names_column(&second, &compiled, "unique_key", &key, inputs)?;
    }
    Ok(())
}

// Whether the strategy is a built-in one that finds rows by their key.
fn uses_key(state: &NodeState) -> bool {
    let strategy = strategy_of(state);
    let is_replaced = state.run.macros.is_replaced(&state.node.package_name, &strategy_macro_name(&strategy));
    matches!(strategy.as_str(), "default" | "delete+insert" | "merge") && !is_replaced
}

fn snapshot(state: &Arc<NodeState>, inputs: Trust) -> Result<Trust, Refusal> {
    let compiled = compiled(state, compile::compile(state))?;
    let mut found = columns(state, &compiled, compiled.sql(), inputs)?;
    for option in ["unique_key", "updated_at", "check_cols"] {
        for name in names_in(state, option).iter().filter(|name| *name != "all") {
            names_column(state, &compiled, option, name, inputs)?;
        }
    }
    let renamed = state.config("snapshot_meta_column_names").unwrap_or_default();
    let named = |name: &str| renamed.get(name).and_then(Json::as_str).unwrap_or(name).to_owned();
    let by_time = state.config("strategy").is_some_and(|strategy| strategy == "timestamp");
    let updated = names_in(state, "updated_at").into_iter().next().filter(|_| by_time);
    let of_column = updated.and_then(|name| found.iter().find(|column| column.name.eq_ignore_ascii_case(&name)));
    let time = of_column.map_or_else(|| "TIMESTAMP".to_owned(), |column| column.data_type.clone());
    let mut add = |name: &str, data_type: &str| {
        found.push(DatabaseColumn { name: named(name), data_type: data_type.to_owned() });
    };
    add("dbt_scd_id", "VARCHAR");
    add("dbt_updated_at", &time);
    add("dbt_valid_from", &time);
    add("dbt_valid_to", &time);
    if state.config("hard_deletes").is_some_and(|what| what == "new_record") {
        add("dbt_is_deleted", "VARCHAR");
    }
    put(state, found)?;
    Ok(inputs)
}

// Python is not run here: only a contract says what comes out of it.
fn opaque(state: &Arc<NodeState>) -> Result<Trust, Refusal> {
    let columns: Option<Vec<DatabaseColumn>> = state
        .node
        .columns
        .values()
        .map(|column| Some(DatabaseColumn { name: column.name.clone(), data_type: column.data_type.clone()? }))
        .collect();
    match columns.filter(|columns| !columns.is_empty() && enforces_contract(state)) {
        Some(columns) => put(state, columns).map(|()| Trust::Whole),
        None => Err(Refusal::Unjudged("it is written in Python and has no enforced contract".to_owned())),
    }
}

fn put(state: &Arc<NodeState>, mut columns: Vec<DatabaseColumn>) -> Result<(), Refusal> {
    let stored = state.node.materialized() != "view";
    for column in columns.iter_mut().filter(|column| stored && column.data_type == "\"NULL\"") {
        // A table has no column of that type, and DuckDB makes it one of integers.
        "INTEGER".clone_into(&mut column.data_type);
    }
    let relation = state.node.relation();
    state.with_session(|session| scratch::put(session, &relation, &columns)).map_err(|error| state.here(error))?;
    let kind = if stored { RelationKind::Table } else { RelationKind::View };
    state.run.cache.put(&relation, kind);
    Ok(())
}

// Writes the SQL where the screens of findings say that it stands.
fn compiled(state: &NodeState, compiled: Result<Arc<Compiled>>) -> Result<Arc<Compiled>, Refusal> {
    let compiled = compiled.map_err(|error| {
        if state.asked_for_rows() {
            return without_rows(&error);
        }
        if error.kind() == Kind::Database { refused(Trust::Whole, vec![error]) } else { error.into() }
    })?;
    task::write_compiled(state, compiled.sql())?;
    Ok(compiled)
}

fn columns(
    state: &NodeState,
    compiled: &Compiled,
    statement: &str,
    inputs: Trust,
) -> Result<Vec<DatabaseColumn>, Refusal> {
    let statement = compile::without_end(statement);
    // A line of its own keeps a comment at the end of the SQL from swallowing the bracket.
    let asked = format!("\n{statement}\n");
    described(state, &asked).map_err(|first| {
        if first.kind() != Kind::Database {
            return Refusal::Unjudged(first.message().to_owned());
        }
        // Text that was made of rows is made of nothing here; a name that was written is still wrong.
        let written = suggest::unknown_column(&first).is_some_and(|name| !name.eq_ignore_ascii_case("none"));
        if state.asked_for_rows() && !written {
            return without_rows(&first);
        }
        let located = |error: Error| compiled.locate(error, statement, &state.node, &state.compiled_path());
        refused(inputs, every_unknown(state, statement, first).into_iter().map(located).collect())
    })
}

// A binder stops at the first name that it does not know. With a null in its stead it goes on to the next.
fn every_unknown(state: &NodeState, statement: &str, first: Error) -> Vec<Error> {
    const NAMES_MAX: usize = 20;
    let mut text = statement.to_owned();
    // Where something was replaced in `text`, and how many bytes longer it has become there.
    let mut longer: Vec<(usize, isize)> = Vec::new();
    let mut found: Vec<Error> = Vec::new();
    let mut next = Some(first);
    while let Some(error) = next.take().filter(|_| longer.len() < NAMES_MAX) {
        let place = error.place().filter(|place| place.file.as_os_str() == STATEMENT).cloned();
        // The description puts one line in front.
        let place = place.map(|place| Place { line: place.line.saturating_sub(1), ..place });
        let unknown = suggest::unknown_column(&error).map(str::to_owned);
        let start = place.as_ref().and_then(|place| offset_of(&text, place));
        let known =
            unknown.as_ref().is_some_and(|name| found.iter().any(|one| suggest::unknown_column(one) == Some(name)));
        if let (Some(start), Some(place)) = (start, &place) {
            let shift: isize = longer.iter().filter(|(at, _)| *at < start).map(|(_, more)| more).sum();
            let moved = start.saturating_add_signed(-shift);
            let whole = Place { length: place.length, ..Place::of_span(STATEMENT, statement, moved..moved) };
            if !known {
                found.push(error.elsewhere(whole));
            }
            let length = text[start..].chars().take(place.length as usize).map(char::len_utf8).sum::<usize>();
            if unknown.is_some() && length > 0 {
                text.replace_range(start..start + length, "null");
                let more = 4 - length.cast_signed();
                for (at, _) in longer.iter_mut().filter(|(at, _)| *at > start) {
                    *at = at.saturating_add_signed(more);
                }
                longer.push((start, more));
                // Only more of the same is certain: what else is wrong now may be of our own making.
                next = described(state, &format!("\n{text}\n"))
                    .err()
                    .filter(|error| suggest::unknown_column(error).is_some());
            }
        } else if found.is_empty() {
            found.push(error);
        }
    }
    found
}

fn without_rows(error: &Error) -> Refusal {
    let asks = "it asks the database for rows while it is rendered, and a check has none";
    Refusal::Unjudged(format!("{asks}: {}", error.message()))
}

// Whether the database's word is a finding, given how well the inputs are known.
fn refused(inputs: Trust, errors: Vec<Error>) -> Refusal {
    let Some(first) = errors.first() else { return Refusal::Unjudged("the database gave no reason".to_owned()) };
    match needs(first.message()) {
        Some(needed) if inputs >= needed => Refusal::Found(errors),
        Some(_) => Refusal::Unjudged(format!("not all columns of its inputs are known: {}", first.message())),
        None => Refusal::Unjudged(first.message().to_owned()),
    }
}

// How well the inputs must be known for a refusal to be the SQL's own fault; `None` when it never is.
fn needs(message: &str) -> Option<Trust> {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let class = message.split_once(" Error:").map_or("", |(class, _)| class);
    match class {
        "Parser" | "Syntax" => Some(Trust::Open),
        "Catalog" if says(&["Function with name", "Type with name"]) => Some(Trust::Open),
        "Binder" if says(&["Referenced column", "does not have a column named", "Ambiguous", "Referenced table"]) => {
            Some(Trust::Names)
        }
        "Catalog" => Some(Trust::Names),
        "Binder" | "Conversion" | "Not implemented" | "Invalid Input" | "Out of Range" | "Mismatch Type" => {
            Some(Trust::Whole)
        }
        _ => None,
    }
}

// A config that holds one name or a list of them.
fn names_in(state: &NodeState, option: &str) -> Vec<String> {
    let text = |value: &Json| value.as_str().map(str::to_owned);
    match state.config(option) {
        Some(Json::Array(names)) => names.iter().filter_map(text).collect(),
        Some(one) => text(&one).into_iter().collect(),
        None => Vec::new(),
    }
}

fn names_column(
    state: &NodeState,
    compiled: &Compiled,
    option: &str,
    name: &str,
    inputs: Trust,
) -> Result<(), Refusal> {
    let statement = format!("select {name} from (\n{}\n) as given", compile::without_end(compiled.sql()));
    described(state, &statement).map(drop).map_err(|error| {
        let node = &state.node;
        let message = format!("the `{option}` of `{}` is `{name}`: {}", node.name, error.message());
        let told = Error::new(error.kind(), message).at(place_of_setting(node, option));
        let told = match suggest::hint(&error) {
            Some(hint) => told.hint(hint),
            None => told.hint("name a column that the SQL selects"),
        };
        match refused(inputs, vec![error]) {
            Refusal::Found(_) => told.into(),
            unjudged @ Refusal::Unjudged(_) => unjudged,
        }
    })
}

fn enforces_contract(state: &NodeState) -> bool {
    let contract = state.config("contract").unwrap_or_default();
    contract.get("enforced").and_then(Json::as_bool) == Some(true)
}

// The columns that come out are those of the contract, of its types.
fn keeps_contract(state: &NodeState, found: &[DatabaseColumn]) -> Result<(), Refusal> {
    if !enforces_contract(state) {
        return Ok(());
    }
    let node = &state.node;
    let mut broken = Vec::new();
    for column in node.columns.values() {
        let name = &column.name;
        let Some(data_type) = &column.data_type else { continue };
        match found.iter().find(|made| made.name.eq_ignore_ascii_case(name)) {
            None => broken.push(format!("`{name}` does not come out of the SQL")),
            Some(made) => {
                let promised = described(state, &format!("select cast(null as {data_type})")).map_err(|error| {
                    of_contract(node, &format!("`{name}` has the type `{data_type}`: {}", error.message()))
                })?;
                if promised.first().is_some_and(|promised| promised.data_type != made.data_type) {
                    broken.push(format!("`{name}` is {}, and {data_type} in the contract", made.data_type));
                }
            }
        }
    }
    let promised =
        |made: &&DatabaseColumn| !node.columns.values().any(|column| column.name.eq_ignore_ascii_case(&made.name));
    broken.extend(found.iter().filter(promised).map(|made| format!("`{}` is not in the contract", made.name)));
    if broken.is_empty() { Ok(()) } else { Err(of_contract(node, &broken.join("; ")).into()) }
}

fn of_contract(node: &Node, what: &str) -> Error {
    Error::new(Kind::Contract, format!("`{}` does not keep its contract: {what}", node.name))
        .at(properties_place::said(node, &["contract"]).unwrap_or_else(|| node.written_at()))
        .hint("change the SQL, or the columns in its properties file")
}
