//! What a profile wants done with a database, as statements and settings.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::secrets;
use crate::engine::dialect::literal;
use crate::engine::{Engine, Session};
use crate::error::{Error, Kind, Place, Result};
use crate::transform::project::Project;
use crate::transform::project::profile::is_file;

/// Everything between a profile and a session that is ready: what to open, and what to say to it in which order.
pub struct Plan {
    pub path: String,
    /// DuckDB's settings for opening the file: `config_options` of the target.
    pub config: Vec<(String, String)>,
    /// Once, before plugins and file systems: extensions and secrets.
    before: Vec<Statement>,
    /// Once, after them: databases to attach.
    after: Vec<Statement>,
    /// For each session: the target's `settings`.
    each: Vec<Statement>,
    // What only Python can do: plugins, file systems, modules, attempts. The whole target, for it to see.
    environment: Option<Json>,
}

/// A statement, and where the option stands that it is made of.
struct Statement {
    sql: String,
    place: Option<Place>,
}

/// The options that plain SQL cannot serve.
const OF_PYTHON: [&str; 4] = ["plugins", "filesystems", "module_paths", "retries"];

/// The plan for a project's target. What cannot be served here is refused by name.
pub fn plan(project: &Project) -> Result<Plan> {
    let profile = &project.profile;
    let options = &profile.options;
    refuse_remote(options, &profile.path)?;
    let in_project = |path: &str| -> String {
        if is_file(path) { project.root.join(path).to_string_lossy().into_owned() } else { path.to_owned() }
    };
    let of = |option: String, sql: String| Statement { sql, place: profile.place_of(&option).cloned() };
    let mut before: Vec<Statement> = Vec::new();
    for (at, one) in list(options, "extensions").iter().enumerate() {
        before.extend(extension(one).into_iter().map(|sql| of(format!("extensions.{at}"), sql)));
    }
    before.extend(secrets::statements(options)?.into_iter().map(|sql| of("secrets".to_owned(), sql)));
    let mut after = Vec::new();
    for (at, one) in list(options, "attach").iter().enumerate() {
        after.push(of(format!("attach.{at}"), attach(one, &in_project)?));
    }
    let settings = options.get("settings").and_then(Json::as_object);
    let setting = |(name, value): (&String, &Json)| {
        of(format!("settings.{name}"), format!("set {name} = {}", literal(&text(value))))
    };
    let mut each: Vec<Statement> = settings.into_iter().flatten().map(setting).collect();
    // Relative names of files are meant from the project, wherever the command was given.
    let elsewhere = std::env::current_dir().is_ok_and(|here| here != project.root);
    if elsewhere && !settings.is_some_and(|settings| settings.contains_key("file_search_path")) {
        let sql = format!("set file_search_path = {}", literal(&project.root.to_string_lossy()));
        each.insert(0, Statement { sql, place: None });
    }
    let config = options.get("config_options").and_then(Json::as_object);
    let config: Vec<_> = config.into_iter().flatten().map(|(name, value)| (name.clone(), text(value))).collect();
    let needs_python = OF_PYTHON.iter().any(|key| options.get(*key).is_some_and(|value| !value.is_null()));
    let environment = needs_python.then(|| {
        let mut options = options.clone();
        let folders = list(&options, "module_paths");
        if !folders.is_empty() {
            options.insert("module_paths".into(), folders.iter().map(|folder| in_project(&text(folder))).collect());
        }
        json!({"database": profile.database, "schema": profile.schema, "options": options})
    });
    Ok(Plan { path: profile.path.clone(), config, before, after, each, environment })
}

impl Plan {
    /// What `Environment` in `gristmill/environment.py` takes, when the profile needs it.
    pub fn for_python(&self) -> Option<String> {
        let mut plan = self.environment.clone()?;
        let config: Map<String, Json> = self.config.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        for (name, value) in [("path", json!(self.path)), ("config", Json::Object(config))] {
            plan[name] = value;
        }
        Some(plan.to_string())
    }

    /// The engine with extensions loaded, secrets made and databases attached; each session gets the settings.
    /// `configure` is what stands between the two: the turn of plugins and file systems.
    pub fn carry_out(self, engine: Arc<dyn Engine>, configure: impl FnOnce() -> Result<()>) -> Result<Arc<dyn Engine>> {
        run(engine.as_ref(), &self.before)?;
        configure()?;
        run(engine.as_ref(), &self.after)?;
        if self.each.is_empty() { Ok(engine) } else { Ok(Arc::new(Prepared { engine, each: self.each })) }
    }
}

impl Statement {
    // A place in the statement says nothing to who wrote the profile.
    fn in_profile(&self, error: Error) -> Error {
        match &self.place {
            Some(place) => error.elsewhere(place.clone()),
            None => error,
        }
    }
}

fn run(engine: &dyn Engine, statements: &[Statement]) -> Result<()> {
    if statements.is_empty() {
        return Ok(());
    }
    let mut session = engine.session()?;
    for statement in statements {
        if !is_installed(session.as_mut(), &statement.sql) {
            session.execute(&statement.sql).map_err(|error| statement.in_profile(told(&statement.sql, error)))?;
        }
    }
    Ok(())
}

// An extension that is there needs no download, which may be impossible where we are.
fn is_installed(session: &mut dyn Session, statement: &str) -> bool {
    let Some(name) = statement.strip_prefix("install ").filter(|rest| !rest.contains(' ')) else { return false };
    let asked = format!(
        "select 1 from duckdb_extensions() where (installed or loaded) and (extension_name = {0} or list_contains(aliases, {0}))",
        literal(name)
    );
    session.query(&asked).is_ok_and(|rows| rows.count() > 0)
}

// What went wrong, by the option that it comes from; nothing of a secret's statement is shown.
fn told(statement: &str, error: Error) -> Error {
    match statement.split_whitespace().next() {
        Some("install" | "load") => {
            let name = statement.split_whitespace().nth(1).unwrap_or_default();
            let hint = "DuckDB fetches an extension once: install it where there is a network (`install` in DuckDB), or \
                        point `extension_directory` under `config_options:` to where it is";
            Error::new(
                error.kind(),
                format!("the extension `{name}` of the profile cannot be used: {}", error.message()),
            )
            .hint(hint)
        }
        Some("create") => secrets::refused(statement, &error),
        _ => error.hint("this is the profile's `attach:`"),
    }
}

fn refuse_remote(options: &Map<String, Json>, path: &str) -> Result<()> {
    if options.get("remote").is_some_and(|remote| !remote.is_null()) {
        return Err(Error::new(
            Kind::Profile,
            "`remote` asks for a Buena Vista server, and gristmill runs DuckDB in this process",
        )
        .hint("choose a target without `remote:`, whose `path` is a file"));
    }
    let attached = list(options, "attach");
    let paths = attached.iter().filter_map(|one| one.get("path").and_then(Json::as_str)).chain([path]);
    for path in paths {
        if path.starts_with("md:") || path.starts_with("motherduck:") {
            return Err(Error::new(
                Kind::Profile,
                format!("`{}` is a database of MotherDuck, which gristmill does not run", without_query(path)),
            )
            .hint("choose a target whose `path` is a file; to read one table, copy it there with DuckDB first"));
        }
    }
    Ok(())
}

// A token may stand behind the question mark.
fn without_query(path: &str) -> &str {
    path.split('?').next().unwrap_or_default()
}

fn extension(extension: &Json) -> Vec<String> {
    let name = extension.get("name").map_or_else(|| text(extension), text);
    let install = match extension.get("repo").map(text) {
        Some(repository) => format!("install {name} from {repository}"),
        None => format!("install {name}"),
    };
    vec![install, format!("load {name}")]
}

fn attach(attached: &Json, in_project: &dyn Fn(&str) -> String) -> Result<String> {
    let path = attached.get("path").map(text).unwrap_or_default();
    let alias = attached.get("alias").filter(|alias| !alias.is_null());
    let alias = alias.map(|alias| format!(" as {}", text(alias))).unwrap_or_default();
    let said = |key: &str| attached.get(key).filter(|value| !value.is_null() && **value != Json::Bool(false));
    let more = attached.get("options").and_then(Json::as_object);
    let mut options = Vec::new();
    for key in ["type", "secret", "read_only"] {
        let also = more.and_then(|more| more.get(key));
        if said(key).is_some() && also.is_some() {
            return Err(Error::new(
                Kind::Profile,
                format!("`attach` says `{key}` of `{path}` twice: beside its `options`, and in them"),
            )
            .hint("remove one of the two"));
        }
        match said(key).or(also) {
            None | Some(Json::Null | Json::Bool(false)) => {}
            Some(Json::Bool(true)) => options.push(key.to_owned()),
            Some(value) if key == "read_only" && text(value).eq_ignore_ascii_case("false") => {}
            Some(_) if key == "read_only" => options.push(key.to_owned()),
            Some(value) => options.push(format!("{key} {}", text(value))),
        }
    }
    for (name, value) in more.into_iter().flatten() {
        match value {
            _ if matches!(name.as_str(), "type" | "secret" | "read_only") => {}
            Json::Null | Json::Bool(false) => {}
            Json::Bool(true) => options.push(name.clone()),
            Json::String(value) if is_quoted(value.trim()) => options.push(format!("{name} {value}")),
            Json::String(value) => options.push(format!("{name} {}", literal(value))),
            other => options.push(format!("{name} {other}")),
        }
    }
    let options = if options.is_empty() { String::new() } else { format!(" ({})", options.join(", ")) };
    // Another kind of database has a connection string where DuckDB has a file.
    let is_other = said("type").or(more.and_then(|more| more.get("type"))).is_some();
    let path = if is_other { path } else { in_project(&path) };
    Ok(format!("attach if not exists {}{alias}{options}", literal(&path)))
}

fn is_quoted(text: &str) -> bool {
    text.len() >= 2 && ['\'', '"'].iter().any(|quote| text.starts_with(*quote) && text.ends_with(*quote))
}

fn list(options: &Map<String, Json>, key: &str) -> Vec<Json> {
    options.get(key).and_then(Json::as_array).cloned().unwrap_or_default()
}

/// A value of a profile as SQL and DuckDB's settings have it.
pub(super) fn text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

struct Prepared {
    engine: Arc<dyn Engine>,
    each: Vec<Statement>,
}

impl Engine for Prepared {
    fn session(&self) -> Result<Box<dyn Session>> {
        let mut session = self.engine.session()?;
        for statement in &self.each {
            session.execute(&statement.sql).map_err(|error| statement.in_profile(error))?;
        }
        Ok(session)
    }

    fn location(&self) -> String {
        self.engine.location()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attached(described: &Json) -> String {
        attach(described, &|path| format!("/project/{path}")).unwrap()
    }

    #[test]
    fn databases_are_attached_with_their_options() {
        assert_eq!(attached(&json!({"path": "a.duckdb"})), "attach if not exists '/project/a.duckdb'");
        let described = json!({
            "path": "postgres:dbname=it's", "alias": "pg", "type": "postgres", "read_only": true,
            "options": {"schema": "public", "encryption_key": "'x'", "compress": true, "block_size": 4096, "off": false}
        });
        assert_eq!(
            attached(&described),
            "attach if not exists 'postgres:dbname=it''s' as pg (type postgres, read_only, schema 'public', \
             encryption_key 'x', compress, block_size 4096)"
        );
    }

    #[test]
    fn an_option_that_is_said_twice_is_refused() {
        let twice = json!({"path": "a", "read_only": true, "options": {"read_only": true}});
        let error = attach(&twice, &str::to_owned).unwrap_err();
        assert_eq!(error.message(), "`attach` says `read_only` of `a` twice: beside its `options`, and in them");
    }

    #[test]
    fn what_runs_elsewhere_is_refused_without_its_token() {
        let error = refuse_remote(&Map::new(), "md:shop?motherduck_token=abc").unwrap_err();
        assert_eq!(error.message(), "`md:shop` is a database of MotherDuck, which gristmill does not run");
        let remote = Map::from_iter([("remote".to_owned(), json!({"host": "a"}))]);
        assert!(refuse_remote(&remote, "a.duckdb").unwrap_err().message().contains("Buena Vista"));
    }
}
