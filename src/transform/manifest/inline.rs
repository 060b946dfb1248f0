//! SQL of the command line, read as a model is before anything runs: what cannot be read is no node that failed.

use std::sync::Arc;

use super::Manifest;
use super::namespace::Macros;
use super::nodes::asked_while_parsed;
use super::placeholder::Placeholder;
use super::recorder::{PackageScope, Recorder};
use super::resolve::check_notes;
use crate::error::Result;
use crate::event::Sink;
use crate::transform::jinja::{self, Budget, Interpreter, SourceFile, Value};
use crate::transform::project::Project;
use crate::transform::project::globals::{Globals, Vars};

/// What such SQL is called, where a model has its name.
pub const NAME: &str = "inline_query";

/// Refuses SQL that is no template, or that names what is not in the project.
pub fn check(
    sql: &str,
    project: &Project,
    manifest: &Manifest,
    macros: &Arc<Macros>,
    sink: &Arc<dyn Sink>,
) -> Result<()> {
    let file = SourceFile::new(NAME, sql);
    let template = jinja::parse(Arc::clone(&file))?;
    let vars = Arc::new(Vars::new(&project.invocation, &project.config, &project.config));
    let globals = Globals::new(Arc::clone(&project.invocation), vars, Arc::clone(sink))
        .of_project(project.name(), &project.profile)
        .with_lenient_vars();
    let scope = PackageScope { package: Arc::from(project.name()), macros: Arc::clone(macros), globals };
    let this = Placeholder::new(&project.profile.database, &project.profile.schema, NAME);
    let model = Value::dict([("name", NAME), ("alias", NAME)].map(|(key, name)| (key, Value::str(name))));
    let recorder = Recorder::new(Arc::new(scope), this, model, Some(file));
    Interpreter::new(&recorder, Budget::default()).render(&template).map_err(asked_while_parsed)?;
    check_notes(manifest, &recorder.notes(), NAME)
}
