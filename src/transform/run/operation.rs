//! What runs and stands in no file: a macro by name, SQL from the command line.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};

use super::linker::Linker;
use super::results::{NodeResult, Status, Timing};
use super::state::{NodeState, Run};
use super::tell::info;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{self, Args, Interpreter, LazyTemplate, SourceFile, Value};
use crate::transform::manifest::{DependsOn, Node, ResourceType, UniqueId};

/// Runs a macro with named arguments. `name` may stand behind its package: `dbt_utils.pretty_time`.
pub fn run_macro(run: &Arc<Run>, name: &str, arguments: &Map<String, Json>) -> Result<NodeResult> {
    let project = run.project.name();
    let (package, plain) = name.split_once('.').unwrap_or((project, name));
    let found = if name.contains('.') {
        run.macros.of_package(package, plain).zip(run.macros.unique_id(package, plain))
    } else {
        run.macros.operation(plain)
    };
    let Some((callable, id)) = found else {
        let error = Error::new(Kind::Compilation, format!("there is no macro `{name}`"));
        return Err(match jinja::nearest(plain, run.macros.names(project).iter().map(String::as_str)) {
            Some(near) => error.hint(format!("there is a macro named `{near}`")),
            None => error.hint("name a macro of the project or of one of its packages"),
        });
    };
    let begun = Instant::now();
    let state = NodeState::new(run, Arc::new(nameless(run, ResourceType::Operation, plain, "")?), 0);
    let given =
        arguments.iter().fold(Args::default(), |given, (name, value)| given.with(name, Value::from_json(value)));
    let linker = Linker(Arc::clone(&state));
    let (outcome, timing) =
        Timing::of("execute", || Interpreter::new(&linker, run.budget()).call(&callable, given).map(drop));
    // What the macro did not commit is undone, as in dbt.
    state.rollback();
    state.let_go();
    let mut result = NodeResult::new(id, ResourceType::Operation, Status::Success);
    result.thread_id = super::task::thread_name(0);
    result.timing = vec![Timing { name: "compile", completed_at: timing.started_at, ..timing }, timing];
    result.elapsed = begun.elapsed();
    result.failures = Some(0);
    if let Err(error) = outcome.map_err(super::compile::where_it_was_asked) {
        info(run, format!("the macro `{name}` failed:\n{error}"));
        result.status = Status::Error;
        result.failures = Some(1);
        result.message = Some(error.to_string());
        result.error = Some(error);
    }
    Ok(result)
}

/// A node around SQL that stands in no file.
pub(super) fn nameless(run: &Run, kind: ResourceType, name: &str, sql: &str) -> Result<Node> {
    let (project, profile) = (&run.project, &run.project.profile);
    let file = SourceFile::new(name, sql);
    let template = Some(LazyTemplate::now(jinja::parse(Arc::clone(&file))?));
    let unique_id: UniqueId = Arc::from(format!("{}.{}.{name}", kind.name(), project.name()));
    let config =
        json!({"enabled": true, "materialized": "view", "tags": [], "meta": {}, "pre-hook": [], "post-hook": []});
    Ok(Node {
        unique_id,
        resource_type: kind,
        name: name.to_owned(),
        package_name: project.name().to_owned(),
        path: PathBuf::from(name),
        original_file_path: PathBuf::from(name),
        root_path: project.root.clone(),
        fqn: vec![project.name().to_owned(), name.to_owned()],
        alias: name.to_owned(),
        database: profile.database.clone(),
        schema: profile.schema.clone(),
        quoted: project.config.quoted(),
        language: "sql".to_owned(),
        raw_code: Arc::from(sql),
        file,
        checksum: String::new(),
        config: if let Json::Object(config) = config { config } else { Map::new() },
        unrendered_config: Map::new(),
        tags: Vec::new(),
        description: String::new(),
        columns: IndexMap::new(),
        meta: json!({}),
        docs: Json::Null,
        group: None,
        patch_path: None,
        refs: Vec::new(),
        sources: Vec::new(),
        depends_on: DependsOn::default(),
        test: None,
        created_at: 0.0,
        extra_ctes: Vec::new(),
        template,
        extra: Map::new(),
    })
}
