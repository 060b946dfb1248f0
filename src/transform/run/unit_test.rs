//! A unit test: a model's SQL over given rows, compared with the rows that are expected.
//!
//! Each input becomes a common table expression in front of the model's SQL, with the columns and types of the relation
//! that it stands in for, so that nothing is read but the types.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::adapter::described;
use super::by_macro;
use super::cells;
use super::compile::{self, Compiled};
use super::linker::Linker;
use super::relation::RelationObject;
use super::source_place::source_relation;
use super::stand_ins;
use super::state::{NodeState, Run};
use super::unit_test_diff::{Rows, difference};
use crate::engine::catalog::DatabaseColumn;
use crate::engine::dialect::{literal, quote};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{self, Interpreter, SourceFile, Value, parse};
use crate::transform::manifest::{Node, Source, UniqueId, UnitTest};
use crate::transform::project::context::Invocation;
use crate::transform::project::globals::Globals;

/// How a unit test ended.
pub(super) struct Verdict {
    /// What comes out otherwise than expected; none when all is as it should be.
    pub(super) difference: Option<String>,
    /// The statement that was run, for `target/run`.
    pub(super) statement: String,
}

/// What stands in for a model's inputs, variables and macros.
pub(super) struct Given {
    test: String,
    model: String,
    // Unique id of the input, name of its expression, its SQL.
    inputs: Vec<(UniqueId, String, Arc<str>)>,
    tested: UniqueId,
    macros: Map<String, Json>,
    globals: Globals,
}

impl Given {
    /// The expression that stands in for a node or source that the model reads.
    pub(super) fn input(&self, id: &UniqueId, call: &str) -> Result<Value> {
        let found = self.inputs.iter().find(|(input, _, _)| input == id);
        let (_, name, _) = found.ok_or_else(|| {
            Error::new(
                Kind::Compilation,
                format!("the unit test `{}` gives no rows for {call}, which `{}` reads", self.test, self.model),
            )
            .hint(format!("add this to its `given`:\n- input: {call}\n  rows: []"))
        })?;
        Ok(Value::object(RelationObject::cte(name)))
    }

    /// The expression that stands in for the model's own relation, when there is one.
    pub(super) fn this(&self) -> Option<Value> {
        let own = self.inputs.iter().find(|(input, _, _)| *input == self.tested);
        own.map(|(_, name, _)| Value::object(RelationObject::cte(name)))
    }

    /// The value of a name whose macro, variables or environment the test replaces.
    pub(super) fn overridden(&self, name: &str, state: &NodeState) -> Option<Value> {
        if let Some(value) = self.macros.get(name) {
            return Some(constant(value));
        }
        let prefix = format!("{name}.");
        if self.macros.keys().any(|key| key.starts_with(&prefix)) {
            // As in dbt a package is a dict of its macros, of which some are replaced.
            let package = state.run.macros.lookup(&state.node.package_name, name);
            let mut macros: IndexMap<String, Value> = IndexMap::new();
            if let Some(Value::Object(package)) = package {
                let named = |key: Value| Some((key.to_string(), package.item(&key)?));
                macros.extend(package.iterate().into_iter().flatten().filter_map(named));
            }
            let replaced =
                |(key, value): (&String, &Json)| Some((key.strip_prefix(&prefix)?.to_owned(), constant(value)));
            macros.extend(self.macros.iter().filter_map(replaced));
            return Some(Value::dict(macros));
        }
        if matches!(name, "var" | "env_var") { self.globals.lookup(name) } else { None }
    }

    /// What stands in for the macro that `adapter.dispatch` found: replaced is what is named with its package.
    pub(super) fn dispatched(&self, unique_id: &str) -> Option<Value> {
        self.macros.get(unique_id.strip_prefix("macro.")?).map(constant)
    }
}

// A macro that gives the same value whatever it is called with.
fn constant(value: &Json) -> Value {
    let value = Value::from_json(value);
    Value::function("override", move |_, _| Ok(value.clone()))
}

/// A unit test's node as it is compiled: with the config that the model's code asks for. Any other node stays as it is.
pub(super) fn with_config_of_model(run: &Run, node: &Arc<Node>) -> Arc<Node> {
    let Some(model) = tested(run, node) else { return Arc::clone(node) };
    let mut config = model.config.clone();
    config.extend(node.config.clone());
    config.insert("materialized".to_owned(), "unit".into());
    let depends_on = model.depends_on.clone();
    Arc::new(Node { config, depends_on, ..(**node).clone() })
}

fn tested<'a>(run: &'a Run, node: &Node) -> Option<&'a Node> {
    let test = run.manifest.unit_tests.get(&node.unique_id)?;
    run.manifest.nodes.get(test.node.depends_on.nodes.first()?)
}

/// Compiles the tested model over the given rows.
pub(super) fn compile(state: &Arc<NodeState>) -> Result<Arc<Compiled>> {
    let gone = || Error::internal(format!("unit test `{}` is not in the manifest", state.node.unique_id));
    let test = state.run.manifest.unit_tests.get(&state.node.unique_id).ok_or_else(gone)?;
    let model = tested(&state.run, &state.node).ok_or_else(gone)?;
    let overrides = |key: &str| {
        let found = test.shape.get("overrides").and_then(|overrides| overrides.get(key)).and_then(Json::as_object);
        found.cloned().unwrap_or_default()
    };
    let mut inputs = Vec::new();
    for input in test.shape.get("given").and_then(Json::as_array).into_iter().flatten() {
        inputs.push(expression(state, test, model, input)?);
    }
    let invocation = Arc::new(replaced(&state.run.project.invocation, overrides("vars"), &overrides("env_vars")));
    state.give(Given {
        test: test.node.name.clone(),
        model: model.name.clone(),
        inputs: inputs.clone(),
        tested: model.unique_id.clone(),
        macros: overrides("macros"),
        globals: state.run.globals_of(&state.node.package_name, &invocation),
    });
    compile::compile_given(state, &inputs)
}

fn replaced(invocation: &Invocation, vars: Map<String, Json>, env_vars: &Map<String, Json>) -> Invocation {
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    invocation.replacing(vars, env_vars.iter().map(|(name, value)| (name.clone(), text(value))))
}

/// What an entry of `given` names.
enum Input<'a> {
    Node(&'a Node),
    Source(&'a Source),
}

fn expression(
    state: &Arc<NodeState>,
    test: &UnitTest,
    model: &Node,
    input: &Json,
) -> Result<(UniqueId, String, Arc<str>)> {
    let call = input["input"].as_str().unwrap_or_default().trim();
    let target = if call == "this" { Input::Node(model) } else { target(state, test, call)? };
    let (id, name) = match target {
        Input::Node(node) => (&node.unique_id, node.unique_id.splitn(3, '.').last().unwrap_or(&node.name)),
        Input::Source(source) => (&source.unique_id, source.unique_id.splitn(3, '.').last().unwrap_or(&source.name)),
    };
    let cte = super::cte::cte_name(&name.replace(|c: char| !c.is_alphanumeric(), "_"));
    let sql = match input["rows"].as_array() {
        None => rendered(state, input["rows"].as_str().unwrap_or_default())?,
        Some(rows) => select(rows, &columns(state, &target, call)?, call)?,
    };
    Ok((id.clone(), cte, Arc::from(sql)))
}

fn target<'a>(state: &'a Arc<NodeState>, test: &UnitTest, call: &str) -> Result<Input<'a>> {
    let wrong = || {
        Error::new(Kind::Project, format!("the unit test `{}` has the input `{call}`", test.node.name))
            .hint("an input is `ref('model')`, `source('source', 'table')` or `this`")
    };
    let manifest = &state.run.manifest;
    let (function, arguments) = call.strip_suffix(')').and_then(|call| call.split_once('(')).ok_or_else(wrong)?;
    let parts: Vec<&str> = arguments.split(',').map(str::trim).collect();
    let text = |part: &&str| part.trim_matches(['\'', '"']).to_owned();
    let found = match function.trim() {
        "ref" => {
            let is_version = |part: &&&str| part.contains('=');
            let version = parts.iter().find(is_version).and_then(|part| part.split_once('='));
            let version = version.map(|(_, version)| version.trim().trim_matches(['\'', '"']).to_owned());
            let names: Vec<String> = parts.iter().filter(|part| !is_version(part)).map(text).collect();
            let (package, name) = match names.as_slice() {
                [name] => (None, name),
                [package, name] => (Some(package.as_str()), name),
                _ => return Err(wrong()),
            };
            super::linker::find_ref(state, package, name, version.as_deref()).map(Input::Node)
        }
        "source" => {
            let [source, table] = parts.as_slice() else { return Err(wrong()) };
            let (source, table) = (text(source), text(table));
            let is_it = |known: &&Source| known.source_name == source && known.name == table;
            manifest.sources.values().find(is_it).map(Input::Source)
        }
        _ => return Err(wrong()),
    };
    found.ok_or_else(|| {
        let message = format!("the unit test `{}` gives rows for {call}, which is not in this project", test.node.name);
        let name = parts.last().map(text).unwrap_or_default();
        let known = manifest.nodes.values().map(|node| node.name.as_str());
        let near = jinja::nearest(&name, known.chain(manifest.sources.values().map(|source| source.name.as_str())));
        let error = Error::new(Kind::RefNotFound, message);
        match near {
            Some(near) => error.hint(format!("there is one named `{near}`")),
            None => error.hint("name an input of the model"),
        }
    })
}

fn columns(state: &Arc<NodeState>, input: &Input<'_>, call: &str) -> Result<Vec<DatabaseColumn>> {
    let from = match input {
        Input::Source(source) => format!("select * from {}", source_relation(source)?.render()),
        Input::Node(node) if node.is_ephemeral() => {
            let own = NodeState::new(&state.run, Arc::new((*node).clone()), state.thread);
            compile::compile(&own)?.sql().to_string()
        }
        Input::Node(node) => format!("select * from {}", node.relation().quoted()),
    };
    described(state, &from).map_err(|error| {
        Error::new(Kind::Data, format!("the columns of {call} are not known: {}", error.message()))
            .hint("build it first, with `--empty` if its rows are not needed; or give the rows as SQL: `format: sql`")
    })
}

fn rendered(state: &Arc<NodeState>, sql: &str) -> Result<String> {
    let template = parse(SourceFile::new(&state.node.original_file_path, sql))?;
    let linker = Linker(Arc::clone(state));
    Ok(Interpreter::new(&linker, state.run.budget()).render(&template).map_err(|error| state.here(error))?.text)
}

// Rows as a query: every column of the relation, those that a row does not name as null.
fn select(rows: &[Json], columns: &[DatabaseColumn], whose: &str) -> Result<String> {
    let mut selects = Vec::with_capacity(rows.len());
    for row in rows {
        let row = cells_of(row, columns, whose)?;
        let cells: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| cast(row.iter().find(|(place, _)| *place == at).map(|(_, value)| *value), column))
            .collect();
        selects.push(format!("select {}", cells.join(", ")));
    }
    if selects.is_empty() {
        let nulls: Vec<String> = columns.iter().map(|column| cast(None, column)).collect();
        return Ok(format!("select {} limit 0", nulls.join(", ")));
    }
    Ok(selects.join("\nunion all\n"))
}

// The columns that a row names, by their place.
fn cells_of<'a>(row: &'a Json, columns: &[DatabaseColumn], whose: &str) -> Result<Vec<(usize, &'a Json)>> {
    let row = row.as_object().ok_or_else(|| {
        Error::new(Kind::Data, format!("a row of {whose} is not a mapping of columns to values"))
            .hint("write each row as `{column: value}`")
    })?;
    let place = |name: &String| {
        columns.iter().position(|column| column.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
            let known: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            let error = Error::new(Kind::Data, format!("a row of {whose} has the column `{name}`, which is not there"));
            match jinja::nearest(name, known.iter().copied()) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint(format!("its columns are {}", known.join(", "))),
            }
        })
    };
    row.iter().map(|(name, value)| Ok((place(name)?, value))).collect()
}

fn cast(value: Option<&Json>, column: &DatabaseColumn) -> String {
    let value = value.map_or_else(|| "null".to_owned(), sql_literal);
    format!("cast({value} as {}) as {}", column.data_type, quote(&column.name))
}

// Lists and mappings are lists and structs to DuckDB.
fn sql_literal(value: &Json) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::String(text) => literal(text),
        Json::Bool(_) | Json::Number(_) => value.to_string(),
        Json::Array(items) => format!("[{}]", items.iter().map(sql_literal).collect::<Vec<_>>().join(", ")),
        Json::Object(map) => {
            let entry = |(key, value): (&String, &Json)| format!("{}: {}", literal(key), sql_literal(value));
            format!("{{{}}}", map.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Runs the compiled model over the given rows and compares what comes out.
pub(super) fn run(state: &Arc<NodeState>, compiled: &Compiled) -> Result<Verdict> {
    let test = state.run.manifest.unit_tests.get(&state.node.unique_id);
    let expect = test.and_then(|test| test.shape.get("expect")).cloned().unwrap_or_default();
    if let Some(callable) = stand_ins::macro_of(state, "unit") {
        return asked(state, compiled, &callable, &expect);
    }
    state.begin_behind_statements()?;
    let sql = compiled.sql();
    let locate = |error, statement: &str| compiled.locate(error, statement, &state.node, &state.compiled_path());
    let actual = described(state, sql).map_err(|error| locate(error, &format!("describe {sql}")))?;
    let whose = "`expect`";
    let (names, expected) = match expect["rows"].as_array() {
        None => {
            let names = actual.iter().map(|column| quote(&column.name)).collect();
            (names, rendered(state, expect["rows"].as_str().unwrap_or_default())?)
        }
        Some(rows) => {
            let mut places: Vec<usize> = match rows.first() {
                Some(first) => cells_of(first, &actual, whose)?.into_iter().map(|(place, _)| place).collect(),
                None => (0..actual.len()).collect(),
            };
            places.dedup();
            let compared: Vec<DatabaseColumn> = places.iter().map(|&place| actual[place].clone()).collect();
            (compared.iter().map(|column| quote(&column.name)).collect::<Vec<_>>(), complete(rows, &compared, whose)?)
        }
    };
    let columns = names.join(", ");
    let statement = format!(
        "select 'actual' as actual_or_expected, {columns} from (\n{sql}\n) as dbt_internal_unit_test_actual\n\
         union all\n\
         select 'expected', {columns} from (\n{expected}\n) as dbt_internal_unit_test_expected"
    );
    let answer = state.query(&statement).map_err(|error| {
        locate(error, &statement).hint("the values of `expect` are cast to the types of the model's columns")
    })?;
    let mut found = (Rows::default(), Rows::default());
    for batch in &answer.batches {
        for row in 0..batch.num_rows() {
            let cell = |column: usize| {
                let column = batch.column(column);
                if column.is_null(row) { Ok(None) } else { cells::formatted(column, row).map(Some) }
            };
            let is_actual = cell(0)?.as_deref() == Some("actual");
            let cells: Vec<Option<String>> = (1..batch.num_columns()).map(cell).collect::<Result<_>>()?;
            if is_actual { found.0.push(cells) } else { found.1.push(cells) }
        }
    }
    let names: Vec<String> = names.iter().map(|name| name.trim_matches('"').to_owned()).collect();
    Ok(Verdict { difference: difference(&names, found.0, found.1), statement })
}

// A materialization of unit tests: it gives all rows, each marked as one that came out or one that was expected.
fn asked(state: &Arc<NodeState>, compiled: &Compiled, callable: &Value, expect: &Json) -> Result<Verdict> {
    let given = match expect["rows"].as_str() {
        Some(sql) => [("expected_rows", Json::Array(Vec::new())), ("expected_sql", rendered(state, sql)?.into())],
        None => [("expected_rows", expect["rows"].clone()), ("expected_sql", Json::Null)],
    };
    let mut overlay = state.overlay.lock().expect("no thread panics while it holds a config");
    overlay.extend(given.map(|(name, value)| (name.to_owned(), value)));
    drop(overlay);
    let (answer, statement) = by_macro::ask(state, Some(compiled), callable)?;
    let table = by_macro::rows(&answer);
    let place = table.0.names.iter().position(|name| &**name == "actual_or_expected").ok_or_else(|| {
        let message = format!("the materialization of the unit test `{}` marks no rows", state.node.name);
        Error::new(Kind::Data, message).hint("its `main` gives a column `actual_or_expected`")
    })?;
    let mut found = (Rows::default(), Rows::default());
    for row in &table.0.rows {
        let others = row.iter().enumerate().filter(|(at, _)| *at != place);
        let cells = others.map(|(_, cell)| (!cell.is_none()).then(|| cell.to_string())).collect();
        if row[place].as_str() == Some("actual") { found.0.push(cells) } else { found.1.push(cells) }
    }
    let names = table.0.names.iter().enumerate().filter(|(at, _)| *at != place);
    let names: Vec<String> = names.map(|(_, name)| name.to_string()).collect();
    Ok(Verdict { difference: difference(&names, found.0, found.1), statement })
}

// Expected rows name the same columns, in any order.
fn complete(rows: &[Json], columns: &[DatabaseColumn], whose: &str) -> Result<String> {
    for (number, row) in rows.iter().enumerate() {
        let named = cells_of(row, columns, whose)?;
        if let Some(missing) = (0..columns.len()).find(|place| !named.iter().any(|(known, _)| known == place)) {
            let message = format!("row {} of {whose} has no `{}`", number + 1, columns[missing].name);
            return Err(Error::new(Kind::Data, message).hint("name the same columns in each row; a null is `null`"));
        }
    }
    select(rows, columns, whose)
}
