//! `profiles.yml`: which database, and as what.
//!
//! Only the selected target is rendered, so that a missing variable of another target stops nobody.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::context::{Invocation, SECRET_PREFIX};
use super::yaml::{self, Document, Yaml};
use super::{ProjectOptions, config, globals, profile_options, read_text, render};
use crate::error::{Error, Kind, Place, Result};
use crate::event::Sink;

pub const FILE_NAME: &str = "profiles.yml";

/// The selected target of the selected profile, for DuckDB.
#[derive(Clone)]
pub struct Profile {
    pub name: String,
    pub target_name: String,
    pub threads: usize,
    /// What to open: an absolute path, or what the user wrote when it is no file (`:memory:`, `md:...`).
    pub path: String,
    /// DuckDB's name of the database, from the file's name.
    pub database: String,
    pub schema: String,
    /// Everything the target says, rendered: `extensions`, `settings`, `config_options`, `attach`, `secrets`, ...
    pub options: Map<String, Json>,
    /// The folder that the file was found in.
    pub folder: PathBuf,
    places: HashMap<String, Place>,
}

// Options may hold credentials, and are never shown.
impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Profile")
            .field("name", &self.name)
            .field("target_name", &self.target_name)
            .field("database", &self.database)
            .field("schema", &self.schema)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

/// What dbt-duckdb shows of a connection beside its database, schema and path, in its order.
pub const SHOWN: [&str; 10] = [
    "config_options",
    "extensions",
    "settings",
    "external_root",
    "use_credential_provider",
    "attach",
    "filesystems",
    "remote",
    "plugins",
    "disable_transactions",
];

// Where each option stands, and each part of one. The text of the line is left out: it may hold a password.
fn places(document: &Document, output: &Yaml) -> HashMap<String, Place> {
    let mut places = HashMap::new();
    for (key, option) in output.as_map().into_iter().flatten() {
        places.insert(key.to_string(), document.mark_of(option.value.mark));
        for (part, entry) in option.value.as_map().into_iter().flatten() {
            places.insert(format!("{key}.{part}"), document.mark_of(entry.value.mark));
        }
        for (at, item) in option.value.as_list().into_iter().flatten().enumerate() {
            places.insert(format!("{key}.{at}"), document.mark_of(item.mark));
        }
    }
    places
}

impl Profile {
    /// Where an option of the target stands, or a part of one: `settings.threads`, `attach.0`.
    pub fn place_of(&self, option: &str) -> Option<&Place> {
        let whole = option.split('.').next().unwrap_or_default();
        self.places.get(option).or_else(|| self.places.get(whole))
    }

    /// `disable_transactions`: statements of templates and around hooks stand alone.
    pub fn disables_transactions(&self) -> bool {
        self.options.get("disable_transactions").and_then(Json::as_bool).unwrap_or(false)
    }

    /// Whether a database is one of DuckLake: by its path, or because the profile says so.
    pub fn is_ducklake(&self, database: &str) -> bool {
        let is_one = |options: &Map<String, Json>| {
            let path = options.get("path").and_then(Json::as_str).unwrap_or_default();
            options.get("is_ducklake") == Some(&Json::Bool(true)) || path.to_lowercase().contains("ducklake:")
        };
        self.attached().any(|(name, options)| is_one(options) && name == database)
            || (is_one(&self.options)
                && database_name(self.options.get("path").and_then(Json::as_str).unwrap_or(":memory:")) == database)
    }

    /// The databases that the profile attaches: the alias of each, or the name that DuckDB makes of its path, and its options.
    pub fn attached(&self) -> impl Iterator<Item = (String, &Map<String, Json>)> {
        let entries = self.options.get("attach").and_then(Json::as_array).into_iter().flatten();
        entries.filter_map(Json::as_object).map(|options| {
            let alias = options.get("alias").and_then(Json::as_str).map(str::to_owned);
            let path = options.get("path").and_then(Json::as_str).unwrap_or_default();
            (alias.unwrap_or_else(|| database_name(path)), options)
        })
    }

    /// `target` in templates: what dbt-duckdb shows of a connection, which is no credential.
    pub fn target(&self) -> Map<String, Json> {
        let mut target = Map::new();
        target.insert("database".into(), json!(self.database));
        target.insert("schema".into(), json!(self.schema));
        target.insert("path".into(), self.options.get("path").cloned().unwrap_or_else(|| json!(":memory:")));
        for key in SHOWN {
            let default = match key {
                "external_root" => json!("."),
                "settings" => json!({}),
                "disable_transactions" => json!(false),
                _ => Json::Null,
            };
            target.insert(key.into(), self.options.get(key).cloned().unwrap_or(default));
        }
        target.insert("type".into(), json!("duckdb"));
        target.insert("threads".into(), json!(self.threads));
        target.insert("name".into(), json!(self.target_name));
        target.insert("target_name".into(), json!(self.target_name));
        target.insert("profile_name".into(), json!(self.name));
        target
    }
}

/// Finds `profiles.yml` and renders the target that the options, the environment and the project select.
pub fn load(
    options: &ProjectOptions,
    working_dir: &Path,
    root: &Path,
    project: &Document,
    invocation: &Arc<Invocation>,
    sink: &dyn Sink,
) -> Result<Profile> {
    let scope = globals::YamlScope::new(invocation.clone(), None, None).with_secrets();
    let folder = find(options, working_dir, root)?;
    let file = folder.join(FILE_NAME);
    // The file is named from where the user stands.
    let shown = file.strip_prefix(working_dir).unwrap_or(&file);
    let document = yaml::parse(shown, read_text(&file, shown)?)?;
    document.warn(sink);

    let name =
        match (options.profile.as_deref().or(options.environment.get("DBT_PROFILE")), config::profile_name(project)) {
            (Some(name), _) => name.to_owned(),
            (None, Some((name, mark))) => plain(&render::text(project, name, mark, &scope)?),
            (None, None) => {
                return Err(Error::new(Kind::Profile, format!("`{}` names no profile", config::FILE_NAME))
                    .at(project.place(project.root.mark))
                    .hint(format!("add `profile: <name>`, one of those in `{}`", shown.display())));
            }
        };
    let Some(profile) = document.root.given(&name) else {
        let error = Error::new(Kind::Profile, format!("there is no profile `{name}` in `{}`", shown.display()));
        let error = match config::profile_name(project) {
            Some((_, mark)) if options.profile.is_none() => error.at(project.place(mark)),
            _ => error.at(Place::file(shown)),
        };
        return Err(error.hint(one_of("profiles", &document.root, &["config"])));
    };
    let target_name = match options.target.as_deref().or(options.environment.get("DBT_TARGET")) {
        Some(target) => target.to_owned(),
        None => match profile.given("target") {
            Some(target) => plain(&render::text(&document, target.as_str().unwrap_or_default(), target.mark, &scope)?),
            None => "default".to_owned(),
        },
    };
    let Some(outputs) = profile.given("outputs") else {
        return Err(Error::new(Kind::Profile, format!("the profile `{name}` has no `outputs:`"))
            .at(document.place(profile.mark))
            .hint("list its targets under `outputs:`, each with `type: duckdb` and a `path:`"));
    };
    let Some(output) = outputs.given(&target_name) else {
        let mark =
            profile.get("target").filter(|_| options.target.is_none()).map_or(outputs.mark, |target| target.mark);
        return Err(Error::new(Kind::Profile, format!("the profile `{name}` has no target `{target_name}`"))
            .at(document.place(mark))
            .hint(one_of("targets", outputs, &[])));
    };
    let Json::Object(mut rendered) = render::tree(&document, output, &scope, &|_| true)? else {
        return Err(Error::new(
            Kind::Profile,
            format!("the target `{target_name}` holds {}, not a mapping", output.kind()),
        )
        .at(document.place(output.mark)));
    };
    for value in rendered.values_mut() {
        reveal_secrets(value, invocation);
    }
    if rendered.get("type").and_then(Json::as_str) == Some("duckdb") {
        profile_options::check(&rendered, &document, output, sink)?;
    }
    build(name, target_name, rendered, &document, output, root, folder)
}

fn build(
    name: String,
    target_name: String,
    mut options: Map<String, Json>,
    document: &Document,
    output: &Yaml,
    root: &Path,
    folder: PathBuf,
) -> Result<Profile> {
    let at = |key: &str| document.place(output.get(key).map_or(output.mark, |value| value.mark));
    match options.remove("type").as_ref().and_then(Json::as_str) {
        Some("duckdb") => {}
        Some(other) => {
            return Err(Error::new(
                Kind::Profile,
                format!("the target `{target_name}` is of type `{other}`, and only `duckdb` runs here"),
            )
            .at(at("type"))
            .hint("choose a DuckDB target with `--target`"));
        }
        None => {
            return Err(Error::new(Kind::Profile, format!("the target `{target_name}` has no `type:`"))
                .at(document.place(output.mark))
                .hint("add `type: duckdb`"));
        }
    }
    let threads = match options.remove("threads") {
        None | Some(Json::Null) => 1,
        Some(value) => value
            .as_u64()
            .or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))
            .filter(|threads| *threads > 0)
            .ok_or_else(|| Error::new(Kind::Profile, "`threads` takes a number of at least 1").at(at("threads")))?
            as usize,
    };
    // dbt's own aliases of the two names.
    for (alias, name) in [("dbname", "database"), ("dataset", "schema")] {
        if let Some(value) = options.remove(alias) {
            options.entry(name).or_insert(value);
        }
    }
    let text = |key: &str| options.get(key).and_then(Json::as_str);
    let written = text("path").unwrap_or(":memory:").to_owned();
    let derived = database_name(&written);
    let database = match text("database") {
        None => derived,
        Some(given) if given == derived || is_attached(&options, given) || options.contains_key("remote") => {
            given.to_owned()
        }
        Some(given) => {
            return Err(Error::new(
                Kind::Profile,
                format!("`database: {given}` does not match `path`, whose database DuckDB calls `{derived}`"),
            )
            .at(at("database"))
            .hint(format!("remove `database`, or set it to `{derived}`")));
        }
    };
    if database.is_empty() {
        return Err(Error::new(Kind::Profile, format!("`{written}` gives the database no name")).at(at("path")));
    }
    Ok(Profile {
        name,
        target_name,
        threads,
        path: if is_file(&written) { root.join(&written).to_string_lossy().into_owned() } else { written.clone() },
        database,
        schema: text("schema").unwrap_or("main").to_owned(),
        options,
        folder,
        places: places(document, output),
    })
}

/// Whether DuckDB opens a path as a file: neither memory nor what has a scheme.
pub fn is_file(path: &str) -> bool {
    let scheme = path.split_once(':').map(|(scheme, _)| scheme);
    // One letter is a Windows drive.
    path != ":memory:" && scheme.is_none_or(|scheme| scheme.len() == 1)
}

fn is_attached(options: &Map<String, Json>, alias: &str) -> bool {
    let attached = options.get("attach").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    attached.iter().any(|entry| entry.get("alias").and_then(Json::as_str) == Some(alias))
}

/// What DuckDB calls the database in a file: the name's first part, `my.db.duckdb` -> `my`.
///
/// ```
/// use gristmill::transform::project::profile::database_name;
/// assert_eq!(database_name("data/my.db.duckdb"), "my");
/// assert_eq!(database_name(":memory:"), "memory");
/// assert_eq!(database_name("md:"), "my_db");
/// ```
pub fn database_name(path: &str) -> String {
    if path == ":memory:" {
        return "memory".to_owned();
    }
    let (scheme, rest) = path.split_once(':').filter(|(scheme, _)| scheme.len() > 1).unwrap_or(("", path));
    let rest = rest.split('?').next().unwrap_or_default();
    let file = rest.rsplit(['/', '\\']).next().unwrap_or_default();
    match scheme {
        "md" | "motherduck" if file.is_empty() => "my_db".to_owned(),
        "md" | "motherduck" => file.to_owned(),
        "ducklake" => {
            let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
            stem.rsplit_once(':').map_or(stem, |(_, name)| name).to_owned()
        }
        _ => file.trim_start_matches('.').split('.').next().unwrap_or_default().to_owned(),
    }
}

// The first of these folders that holds the file: what was asked for, else the working directory, the project, the home.
/// The folder of the `profiles.yml` that the options mean; without a project too.
pub fn folder(options: &ProjectOptions) -> Result<PathBuf> {
    let working_dir = super::working_dir(options)?;
    let root = super::project_root(options).unwrap_or_else(|_| working_dir.clone());
    find(options, &working_dir, &root)
}

fn find(options: &ProjectOptions, working_dir: &Path, root: &Path) -> Result<PathBuf> {
    let asked = options.profiles_dir.clone().or_else(|| options.environment.get("DBT_PROFILES_DIR").map(PathBuf::from));
    if let Some(asked) = asked {
        let folder = super::without_dots(&working_dir.join(asked));
        if folder.join(FILE_NAME).is_file() {
            return Ok(folder);
        }
        if !folder.is_dir() {
            return Err(super::not_a_folder("--profiles-dir", &folder));
        }
        return Err(Error::new(Kind::Profile, format!("there is no `{FILE_NAME}` in `{}`", folder.display()))
            .hint("name the folder that holds it with `--profiles-dir`"));
    }
    let home = options
        .environment
        .get("HOME")
        .or(options.environment.get("USERPROFILE"))
        .map(|home| Path::new(home).join(".dbt"));
    let places: Vec<PathBuf> = [working_dir.to_owned(), root.to_owned()].into_iter().chain(home).collect();
    if let Some(folder) = places.iter().find(|folder| folder.join(FILE_NAME).is_file()) {
        return Ok(folder.clone());
    }
    let mut looked: Vec<String> = places.iter().map(|folder| format!("`{}`", folder.display())).collect();
    looked.dedup();
    Err(Error::new(Kind::Profile, format!("there is no `{FILE_NAME}`; looked in {}", looked.join(", ")))
        .hint("write one in the project's folder, or name its folder with `--profiles-dir`"))
}

fn one_of(what: &str, map: &Yaml, without: &[&str]) -> String {
    let keys =
        map.as_map().into_iter().flat_map(indexmap::IndexMap::keys).filter(|key| !without.contains(&key.as_ref()));
    let names: Vec<String> = keys.map(|key| format!("`{key}`")).collect();
    if names.is_empty() {
        format!("there are no {what} there yet")
    } else {
        format!("its {what} are {}", names.join(", "))
    }
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What stands for a secret while templates handle it, so that none can print or change it.
pub(super) fn secret_placeholder(name: &str) -> String {
    format!("\u{e000}{name}\u{e001}")
}

/// Puts secrets in the place of what stood for them.
pub(in crate::transform) fn reveal_secrets(value: &mut Json, invocation: &Invocation) {
    match value {
        Json::String(text) => {
            while let Some(start) = text.find('\u{e000}') {
                let Some(length) = text[start..].find('\u{e001}') else { break };
                let name = text[start + '\u{e000}'.len_utf8()..start + length].to_owned();
                // The two marks may be a user's own characters.
                if !name.starts_with(SECRET_PREFIX) {
                    break;
                }
                let secret = invocation.environment.get(&name).unwrap_or_default();
                text.replace_range(start..start + length + '\u{e001}'.len_utf8(), secret);
            }
        }
        Json::Array(list) => list.iter_mut().for_each(|item| reveal_secrets(item, invocation)),
        Json::Object(map) => map.values_mut().for_each(|item| reveal_secrets(item, invocation)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}
