//! The empty database that a check binds against, and the look at the real one that fills it with names.
//!
//! Both are opened the way that a run opens its database, over a profile that was changed to be harmless: the scratch
//! lives in memory, the real one is opened for reading and only when it is there.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::engine::catalog::{DatabaseColumn, Relation};
use crate::engine::dialect::quote;
use crate::engine::{Engine, Session};
use crate::error::Result;
use crate::transform::project::{Profile, Project};
use crate::transform::run::state::Open;

/// A database in memory whose catalogs carry the names of the project's databases.
pub(super) fn open(open: &Open, project: &Project, databases: &[String]) -> Result<Arc<dyn Engine>> {
    const IN_MEMORY: &str = "memory";
    let mut profile = project.profile.clone();
    ":memory:".clone_into(&mut profile.path);
    for key in ["attach", "secrets"] {
        profile.options.remove(key);
    }
    if let Some(options) = profile.options.get_mut("config_options").and_then(Json::as_object_mut) {
        options.remove("access_mode");
    }
    let engine = open(&with(project, profile))?;
    let mut session = engine.session()?;
    for database in databases.iter().filter(|name| !name.eq_ignore_ascii_case(IN_MEMORY)) {
        session.execute(&format!("attach if not exists ':memory:' as {}", quote(database)))?;
    }
    drop(session);
    Ok(Arc::new(Scratch { engine, database: project.profile.database.clone() }))
}

/// The project's own database, to read names from; `None` when there is no such file yet.
pub(super) fn real(open: &Open, project: &Project) -> Option<Result<Arc<dyn Engine>>> {
    let mut profile = project.profile.clone();
    let is_there_yet = Path::new(&profile.path).is_file();
    if let Some(attached) = profile.options.get_mut("attach").and_then(Json::as_array_mut) {
        attached.retain(is_there);
        for entry in attached.iter_mut().filter_map(Json::as_object_mut) {
            entry.insert("read_only".to_owned(), json!(true));
        }
    }
    if !is_there_yet {
        // What is attached may be there already.
        let attached =
            profile.options.get("attach").and_then(Json::as_array).is_some_and(|attached| !attached.is_empty());
        ":memory:".clone_into(&mut profile.path);
        return attached.then(|| open(&with(project, profile)));
    }
    let as_it_is = with(project, profile.clone());
    let options = profile.options.entry("config_options").or_insert_with(|| json!({}));
    match options.as_object_mut() {
        Some(options) => _ = options.insert("access_mode".to_owned(), json!("read_only")),
        None => *options = json!({"access_mode": "read_only"}),
    }
    // A connection of this process that writes shares its instance with those that write only.
    let shared = |text: &str| text.contains("different configuration than existing connections");
    Some(match open(&with(project, profile)) {
        Err(error) if shared(error.message()) => open(&as_it_is),
        opened => opened,
    })
}

// Attaching a file that is not there would make it.
fn is_there(attached: &Json) -> bool {
    let path = attached.get("path").and_then(Json::as_str).unwrap_or_default();
    path.contains(':') || Path::new(path).is_file()
}

fn with(project: &Project, profile: Profile) -> Project {
    Project { profile, ..project.clone() }
}

/// Makes an empty table of these columns.
pub(super) fn put(session: &mut dyn Session, relation: &Relation, columns: &[DatabaseColumn]) -> Result<()> {
    let mut taken = HashSet::new();
    let columns: Vec<String> = columns
        .iter()
        .map(|column| format!("{} {}", quote(&free_name(&mut taken, &column.name)), column.data_type))
        .collect();
    session.execute(&format!("create or replace table {} ({})", relation.quoted(), columns.join(", "))).map(drop)
}

// A second column of a name gets a number, as DuckDB gives it to the columns of a query that becomes a table.
fn free_name(taken: &mut HashSet<String>, name: &str) -> String {
    let numbered = (1..).map(|number| format!("{name}_{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| taken.insert(name.to_lowercase())).unwrap_or_default()
}

struct Scratch {
    engine: Arc<dyn Engine>,
    database: String,
}

impl Engine for Scratch {
    // What stands in the database of the profile may be named without it.
    fn session(&self) -> Result<Box<dyn Session>> {
        let mut session = self.engine.session()?;
        session.execute(&format!("use {}", quote(&self.database)))?;
        Ok(session)
    }

    fn location(&self) -> String {
        self.engine.location()
    }
}
