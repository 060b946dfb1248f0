//! From a node to the SQL that the database gets, with the way back to the author's files kept.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use regex::Regex;
use serde_json::Value as Json;

use super::cte::{Injected, cte_name, inject};
use super::linker::Linker;
use super::state::{NodeState, Run};
use super::{blame, contract, suggest, task};
use crate::engine::refusal::STATEMENT;
use crate::error::{Error, Place, Result, line_start};
use crate::transform::jinja::builtin_macros;
use crate::transform::jinja::{Interpreter, Rendered, SourceFile, Template, Value, parse};
use crate::transform::manifest::{Node, ResourceType, UniqueId, place_of_setting};

// How many calls of macros an error names.
const CALLERS_MAX: usize = 5;

/// A node's SQL.
#[derive(Debug)]
pub struct Compiled {
    rendered: Rendered,
    injected: Injected,
    // Each ephemeral model that it stands on, in the order of need, with the SQL of the model itself.
    ctes: Vec<(UniqueId, String, Arc<str>)>,
    // What its foreign keys name, as it is written, and the relation.
    keys: Vec<(String, String)>,
    // The ephemeral models in front with what they were compiled to.
    ephemeral: Vec<(Arc<str>, Arc<Compiled>)>,
}

impl Compiled {
    /// The SQL with its ephemeral models in front.
    pub fn sql(&self) -> &Arc<str> {
        &self.injected.sql
    }

    /// The ephemeral models in front: id and SQL, as the manifest lists them.
    pub fn ctes(&self) -> impl Iterator<Item = (&UniqueId, String)> {
        self.ctes.iter().map(|(id, name, sql)| (id, format!(" {name} as (\n{sql}\n)")))
    }

    /// The node with the relations that its foreign keys name, where it has some.
    pub fn with_keys(&self, node: &Node) -> Option<Node> {
        if self.keys.is_empty() {
            return None;
        }
        let mut node = node.clone();
        let of_model = node.extra.get_mut("constraints").and_then(Json::as_array_mut);
        let of_columns = node.columns.values_mut().flat_map(|column| &mut column.constraints);
        for constraint in of_model.into_iter().flatten().chain(of_columns) {
            let named = self.keys.iter().find(|(to, _)| constraint["to"].as_str() == Some(to));
            if let Some((_, relation)) = named {
                constraint["to"] = Json::from(relation.as_str());
            }
        }
        Some(node)
    }

    /// The place in the author's files that wrote the byte at `offset` of the SQL.
    pub fn source_of(&self, offset: usize) -> Option<Place> {
        self.rendered.source_of(self.injected.original_offset(offset)?)
    }

    // What to do about SQL that stops before it is whole.
    fn without_rest(&self, node: &Node) -> String {
        let is_blank = self.sql().lines().all(|line| line.trim().is_empty() || line.trim().starts_with("--"));
        if !is_blank {
            return "the SQL ends here, where something has to follow".to_owned();
        }
        if node.raw_code.contains("macro ") {
            return "there is no SQL in this file: macros stand in a file under `macro-paths`".to_owned();
        }
        "there is no SQL in this file: write a `select`, or remove it".to_owned()
    }

    // The same place, and the calls of macros that led there, innermost first. What stands in a macro of ours is the fault
    // of the call that an author wrote.
    fn trail_of(&self, offset: usize) -> Option<(Place, Vec<(String, Place)>)> {
        let Some(offset) = self.injected.original_offset(offset) else { return self.in_ephemeral(offset) };
        self.trail_of_author(offset)
    }

    // The same for an ephemeral model in front.
    fn in_ephemeral(&self, offset: usize) -> Option<(Place, Vec<(String, Place)>)> {
        let mut from = self.injected.at;
        self.ephemeral.iter().find_map(|(sql, compiled)| {
            let start = from + self.sql()[from..].find(&**sql)?;
            from = start + sql.len();
            (start..from).contains(&offset).then(|| compiled.trail_of_author(offset - start))?
        })
    }

    fn trail_of_author(&self, offset: usize) -> Option<(Place, Vec<(String, Place)>)> {
        let mut place = self.rendered.source_of(offset)?;
        let mut callers = Vec::new();
        for (name, call) in self.rendered.callers_of(offset) {
            if builtin_macros::holds(&place.file) {
                place = call;
            } else if !builtin_macros::holds(&call.file) {
                callers.push((format!("macro `{name}`"), call));
            }
        }
        callers.truncate(CALLERS_MAX);
        Some((place, callers))
    }

    /// Moves an error of the database from the statement to the author's file.
    ///
    /// `shown` is where the compiled SQL stands for the user, relative to the project.
    #[must_use]
    pub fn locate(&self, error: Error, statement: &str, node: &Node, shown: &str) -> Error {
        let found = suggest::place_in(&error, statement);
        let place = error.place().filter(|place| place.file.as_os_str() == STATEMENT).or(found.as_ref());
        let pointed = place.and_then(|place| offset_of(statement, place));
        let holds = statement.find(without_end(self.sql()));
        let pointed = pointed.and_then(|offset| offset.checked_sub(holds?));
        let said_nowhere = place.is_none() && holds.is_some() && !self.sql().trim().is_empty();
        let ends_early = error.message().starts_with("Parser Error: syntax error")
            && pointed.is_some_and(|offset| offset >= self.sql().len());
        // What stands behind the SQL is ours: its author stopped before.
        let last = self.sql().trim_end().char_indices().next_back().map(|(offset, _)| offset);
        let blamed = if said_nowhere { blame::blamed(error.message(), self.sql()) } else { None };
        let length = blamed.clone().map(|range| self.sql()[range].chars().count() as u32);
        let pointed = pointed.or_else(|| blamed.map(|range| range.start));
        let offset = if ends_early { last } else { pointed.filter(|offset| *offset < self.sql().len()) };
        let source = offset.and_then(|offset| {
            let (mut found, callers) = self.trail_of(offset)?;
            found.length = place.map(|place| place.length).or(length).unwrap_or(1).max(found.length);
            Some((found, callers))
        });
        let compiled = offset.map(|offset| Place::of_span(shown, self.sql(), offset..offset));
        // The macro of a generic test is seldom at fault: who asks for the test named a column.
        let asked_for = node.test.as_ref().filter(|_| node.resource_type == ResourceType::Test);
        let asked_for = asked_for.and_then(|test| test.written_at.clone());
        let (source, callers) = match (asked_for, source) {
            (Some(place), _) => (place, Vec::new()),
            (None, Some(found)) => found,
            // What speaks of the whole is told where it begins.
            (None, None) => {
                let begin = || self.trail_of_author(blame::begin(&self.rendered.text)?.start);
                let setting = || setting_that_names(&error, node).or_else(|| location_that_fails(&error, node));
                let place = || setting().unwrap_or_else(|| node.written_at());
                begin().filter(|_| said_nowhere).unwrap_or_else(|| (place(), Vec::new()))
            }
        };
        let outermost = callers.last().map_or(&source, |(_, place)| place);
        let elsewhere = outermost.line > 0 && !outermost.file.ends_with(&node.original_file_path);
        let mut moved = Error::new(error.kind(), error.message()).at(source);
        if let Some(text) = line_text(&node.root_path, moved.place()) {
            moved = moved.showing(&text);
        }
        for (what, place) in callers {
            moved = moved.called_from(what, place);
        }
        if elsewhere {
            let what = format!("{} `{}`", node.resource_type.name(), node.name);
            moved = moved.called_from(what, Place::file(&node.original_file_path));
        }
        let place = compiled.unwrap_or_else(|| Place::file(shown));
        let hint = if ends_early { Some(self.without_rest(node)) } else { suggest::hint(&error) };
        match (hint, task::is_written(node, self.sql())) {
            (Some(hint), true) => moved.hint(format!("{hint}\ncompiled SQL: {place}")),
            (None, true) => moved.hint(format!("the compiled SQL is in {place}")),
            (Some(hint), false) => moved.hint(hint),
            (None, false) => moved,
        }
    }
}

/// An error of a statement that a template sent: its place is the call in the author's file, and what it says is shown.
pub(super) fn where_it_was_asked(error: Error) -> Error {
    let Some(said) = error.place().filter(|place| place.file.as_os_str() == STATEMENT) else { return error };
    let mut calls = error.callers().iter().skip_while(|(_, place)| builtin_macros::holds(&place.file));
    let Some((_, call)) = calls.next() else { return error };
    let hint = match (&said.line_text, suggest::hint(&error)) {
        (Some(text), Some(hint)) => format!("{hint}\nthe statement says: {}", text.trim()),
        (Some(text), None) => format!("the statement says: {}", text.trim()),
        (None, hint) => hint.unwrap_or_default(),
    };
    let moved = Error::new(error.kind(), error.message()).at(call.clone());
    let moved = if hint.is_empty() { moved } else { moved.hint(hint) };
    calls.fold(moved, |moved, (what, place)| moved.called_from(what.clone(), place.clone()))
}

// Those that the SQL around a model is made of.
const SETTINGS_OF_COLUMNS: [&str; 7] = [
    "unique_key",
    "updated_at",
    "check_cols",
    "incremental_predicates",
    "predicates",
    "merge_update_columns",
    "merge_exclude_columns",
];

// What stands around the SQL is ours, and the columns that it names are those of settings.
fn setting_that_names(error: &Error, node: &Node) -> Option<Place> {
    let unknown = suggest::unknown_column(error)?;
    // A setting may be an expression, in which the column is one word.
    let is_said = |text: &str| {
        let mut words = text.split(|sign: char| !sign.is_alphanumeric() && sign != '_');
        text == unknown || words.any(|word| word.eq_ignore_ascii_case(unknown))
    };
    let names = |value: &Json| match value {
        Json::Array(names) => names.iter().filter_map(Json::as_str).any(is_said),
        one => one.as_str().is_some_and(is_said),
    };
    let setting = SETTINGS_OF_COLUMNS.into_iter().find(|key| node.config.get(*key).is_some_and(names));
    setting.map(|key| place_of_setting(node, key)).filter(|place| place.line > 0)
}

/// A file that cannot be written is named by `location`.
pub(super) fn location_that_fails(error: &Error, node: &Node) -> Option<Place> {
    let location = node.config_str("location").filter(|location| !location.is_empty())?;
    let named = error.message().contains(location).then(|| place_of_setting(node, "location"));
    named.filter(|place| place.line > 0)
}

/// SQL without what ends a statement, ready to stand between brackets. Positions in it stay as they are.
pub(super) fn without_end(sql: &str) -> &str {
    sql.trim_end().trim_end_matches(';').trim_end()
}

// The line of a properties file whose text was not kept.
pub(super) fn line_text(root: &Path, place: Option<&Place>) -> Option<String> {
    let place = place.filter(|place| place.line > 0 && place.line_text.is_none())?;
    let text = std::fs::read_to_string(root.join(&place.file)).ok()?;
    text.lines().nth(place.line as usize - 1).map(str::to_owned)
}

// The byte at a line and column of a text, both from 1.
pub(super) fn offset_of(text: &str, place: &Place) -> Option<usize> {
    if place.line == 0 {
        return None;
    }
    let start = line_start(text, place.line);
    let rest = text.get(start..)?;
    let column = place.column.max(1) as usize - 1;
    Some(start + rest.char_indices().nth(column).map_or(rest.len(), |(byte, _)| byte))
}

/// Compiles the node of `state`, once per run.
pub fn compile(state: &Arc<NodeState>) -> Result<Arc<Compiled>> {
    if let Some(known) = state.run.compiled(&state.node.unique_id).filter(|_| state.batch().is_none()) {
        return Ok(known);
    }
    let compiled = fresh(state);
    if state.batch().is_none() {
        // What a template called before it failed is told as well.
        state.note_calls();
    }
    let compiled = Arc::new(compiled?);
    // Each batch of a model has SQL of its own.
    if state.batch().is_none() {
        state.run.remember(&state.node.unique_id, &compiled);
    }
    Ok(compiled)
}

/// Compiles the node of `state` as the database is now, whatever was compiled before.
pub(super) fn fresh(state: &Arc<NodeState>) -> Result<Compiled> {
    let rendered = render(state)?;
    let ephemeral: Vec<UniqueId> =
        state.ctes.lock().expect("no thread panics while it holds the expressions").keys().cloned().collect();
    let mut ctes: Vec<(UniqueId, String, Arc<str>)> = Vec::new();
    for id in ephemeral {
        for cte in expressions(&state.run, &id, state.thread)? {
            if !ctes.iter().any(|(known, _, _)| *known == cte.0) {
                ctes.push(cte);
            }
        }
    }
    let named: Vec<(String, Arc<str>)> = ctes.iter().map(|(_, name, sql)| (name.clone(), Arc::clone(sql))).collect();
    let front = if state.run.flags.no_ephemeral { &[][..] } else { &named };
    let injected = inject(&rendered.text, front);
    let keys = contract::keys(state)?;
    let known = |(id, _, sql): &(UniqueId, String, Arc<str>)| Some((Arc::clone(sql), state.run.compiled(id)?));
    let ephemeral = ctes.iter().filter_map(known).collect();
    Ok(Compiled { rendered, injected, ctes, keys, ephemeral })
}

/// Compiles the model of a unit test, with what is given to it in front. Nobody else needs it, so it is not kept.
pub(super) fn compile_given(state: &Arc<NodeState>, inputs: &[(UniqueId, String, Arc<str>)]) -> Result<Arc<Compiled>> {
    let rendered = render(state)?;
    let ctes = inputs.to_vec();
    let named: Vec<(String, Arc<str>)> = ctes.iter().map(|(_, name, sql)| (name.clone(), Arc::clone(sql))).collect();
    let injected = inject(&rendered.text, &named);
    Ok(Arc::new(Compiled { rendered, injected, ctes, keys: Vec::new(), ephemeral: Vec::new() }))
}

/// Compiles an ephemeral model, which is a part of others, and writes its SQL like that of others.
pub(super) fn part(run: &Arc<Run>, node: &Node, thread: usize) -> Result<Arc<Compiled>> {
    let state = NodeState::new(run, Arc::new(node.clone()), thread);
    let compiled = compile(&state)?;
    task::write_compiled(&state, compiled.sql())?;
    Ok(compiled)
}

// What an ephemeral model puts in front of others: the models it stands on, then itself.
fn expressions(run: &Arc<Run>, id: &UniqueId, thread: usize) -> Result<Vec<(UniqueId, String, Arc<str>)>> {
    let node = run
        .manifest
        .nodes
        .get(id)
        .ok_or_else(|| Error::internal(format!("ephemeral model `{id}` is not in the manifest")))?;
    let compiled = part(run, node, thread)?;
    let mut ctes = compiled.ctes.clone();
    ctes.push((id.clone(), cte_name(&node.alias), Arc::from(compiled.rendered.text.as_str())));
    Ok(ctes)
}

fn render(state: &Arc<NodeState>) -> Result<Rendered> {
    if state.node.language == "python" {
        // Its text is what runs: Python has no templates in it.
        return Ok(Rendered::of_text(&state.node.raw_code));
    }
    let template = template_of(state)?;
    let linker = Linker(Arc::clone(state));
    if let Some(kwargs) = test_kwargs(state, &linker)? {
        state
            .extra
            .lock()
            .expect("no thread panics while it holds the names")
            .insert("_dbt_generic_test_kwargs".to_owned(), kwargs);
    }
    Interpreter::new(&linker, state.run.budget()).render(&template).map_err(|error| state.here(error))
}

// A generic test is one call of its macro, so parsing keeps no template of it.
fn template_of(state: &NodeState) -> Result<Arc<Template>> {
    let node = &state.node;
    match &node.template {
        Some(template) => template.template(),
        None if node.language == "sql" => parse(Arc::clone(&node.file)),
        None => Err(Error::internal(format!("`{}` has no template", node.name))),
    }
}

static CALL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s*(env_var|ref|var|source|doc)\s*\(.+\)\s*$").expect("the pattern is valid"));

// A generic test's arguments are templates: `ref('a')` gives the relation, everything else keeps its type.
fn test_kwargs(state: &Arc<NodeState>, linker: &Linker) -> Result<Option<Value>> {
    let Some(metadata) = state.node.test.as_ref().and_then(|test| test.metadata.as_ref()) else { return Ok(None) };
    let mut entries = Vec::with_capacity(metadata.kwargs.len());
    for (name, value) in &metadata.kwargs {
        let value = if name == "column_name" { Value::from_json(value) } else { argument(state, linker, value)? };
        entries.push((name.as_str(), value));
    }
    Ok(Some(Value::dict(entries)))
}

fn argument(state: &Arc<NodeState>, linker: &Linker, value: &Json) -> Result<Value> {
    Ok(match value {
        Json::String(text) if CALL.is_match(text) => template(state, linker, &format!("{{{{ {text} }}}}"))?,
        Json::String(text) if text.contains("{{") || text.contains("{%") => template(state, linker, text)?,
        Json::Array(items) => {
            Value::list(items.iter().map(|item| argument(state, linker, item)).collect::<Result<Vec<_>>>()?)
        }
        Json::Object(map) => Value::dict(
            map.iter()
                .map(|(key, item)| Ok((key.as_str(), argument(state, linker, item)?)))
                .collect::<Result<Vec<_>>>()?,
        ),
        plain => Value::from_json(plain),
    })
}

fn template(state: &Arc<NodeState>, linker: &Linker, text: &str) -> Result<Value> {
    let parsed = parse(SourceFile::new(&state.node.original_file_path, text))?;
    Interpreter::new(linker, state.run.budget()).evaluate(&parsed).map_err(|error| state.here(error))
}
