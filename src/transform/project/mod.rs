//! A dbt project as its files describe it: `dbt_project.yml`, `profiles.yml`, the packages that are installed.
//!
//! Nothing here renders a model. [`load_project`] reads and renders the configuration only; `manifest::parse` goes on
//! from there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::error::{Error, Kind, Place, Result};
use crate::event::{Silent, Sink};

pub mod config;
pub mod context;
pub mod exceptions;
pub mod globals;
pub(in crate::transform) mod known_keys;
pub mod pack;
pub mod packages;
pub mod profile;
mod profile_options;
pub mod properties;
pub mod render;
pub(in crate::transform) mod replace;
mod setting_shape;
pub mod warnings;
pub(in crate::transform) mod wildcard;
pub mod yaml;
mod yaml_pack;
mod yaml_scalar;
mod yaml_shift;
mod yaml_write;

pub use config::PackageConfig;
pub use context::{Environment, Invocation};
pub use profile::Profile;

/// What the caller decides about a project before any file is read.
#[derive(Clone, Debug, Default)]
pub struct ProjectOptions {
    /// Default: the nearest folder at or above the working directory that holds a `dbt_project.yml`.
    pub project_dir: Option<PathBuf>,
    /// Default: `DBT_PROFILES_DIR`, the working directory, the project, then `~/.dbt`.
    pub profiles_dir: Option<PathBuf>,
    pub profile: Option<String>,
    pub target: Option<String>,
    pub threads: Option<usize>,
    /// `--vars`: a YAML mapping.
    pub vars: Option<String>,
    pub target_path: Option<PathBuf>,
    /// What `flags.X` answers in templates, by upper-case name. Defaults stand in for what is not here.
    pub flags: Map<String, Json>,
    /// The environment that `env_var` reads; the process's own by default.
    pub environment: Environment,
    /// The working directory that relative paths start from; the process's own by default.
    pub working_dir: Option<PathBuf>,
    /// The id of the run, when whoever asked has one already.
    pub invocation_id: Option<String>,
}

/// A project that is ready to be parsed.
#[derive(Clone, Debug)]
pub struct Project {
    /// Absolute.
    pub root: PathBuf,
    pub config: Arc<PackageConfig>,
    /// Installed packages, in the order of their names; never the built-in ones.
    pub packages: Vec<Arc<PackageConfig>>,
    pub profile: Profile,
    /// `--vars`.
    pub vars: Map<String, Json>,
    /// Absolute: where artifacts go.
    pub target_path: PathBuf,
    pub invocation: Arc<Invocation>,
}

impl Project {
    pub fn name(&self) -> &str {
        &self.config.name
    }

    /// The root project, then the packages.
    pub fn all(&self) -> impl Iterator<Item = &Arc<PackageConfig>> {
        std::iter::once(&self.config).chain(&self.packages)
    }

    /// The configuration of a package by its name; `None` for a built-in one.
    pub fn package(&self, name: &str) -> Option<&Arc<PackageConfig>> {
        self.all().find(|package| package.name == name)
    }
}

/// Reads `dbt_project.yml`, the profile with its selected target, and the installed packages.
pub fn load_project(options: &ProjectOptions, sink: &dyn Sink) -> Result<Project> {
    let working_dir = working_dir(options)?;
    let (root, invocation) = locate(options)?;
    let vars = invocation.vars.clone();
    let document = config::read(&root)?;
    document.warn(sink);
    let mut profile = profile::load(options, &working_dir, &root, &document, &invocation, sink)?;
    let config =
        Arc::new(config::load(&root, &document, globals::Vars::of_command_line(&invocation), &invocation, &profile)?);
    let packages = packages::load(&config, &invocation, &profile)?;
    if let Some(threads) = options.threads {
        profile.threads = threads.max(1);
    }
    let target_path = options
        .target_path
        .clone()
        .or_else(|| options.environment.get("DBT_TARGET_PATH").map(PathBuf::from))
        .unwrap_or_else(|| PathBuf::from(&config.target_path));
    let target_path = root.join(target_path);
    Ok(Project { root, config, packages, profile, vars, target_path, invocation })
}

/// The profile and the project, each as far as it can be read without the other: for looking at what is wrong.
pub fn load_in_parts(options: &ProjectOptions, sink: &dyn Sink) -> (Result<Profile>, Result<Arc<Project>>) {
    let project = load_project(options, sink).map(Arc::new);
    let profile = match &project {
        Ok(project) => Ok(project.profile.clone()),
        Err(_) => profile_alone(options),
    };
    (profile, project)
}

fn profile_alone(options: &ProjectOptions) -> Result<Profile> {
    let working_dir = working_dir(options)?;
    let (root, invocation) = locate(options)?;
    let document = config::read(&root)?;
    profile::load(options, &working_dir, &root, &document, &invocation, &Silent)
}

/// Where the project is, and what this invocation of a command knows.
pub fn locate(options: &ProjectOptions) -> Result<(PathBuf, Arc<Invocation>)> {
    let root = project_root(options)?;
    let vars = cli_vars(options.vars.as_deref().or(options.environment.get("DBT_VARS")))?;
    let invocation = Invocation::named(
        options.invocation_id.clone().unwrap_or_else(context::new_id),
        options.environment.clone(),
        vars,
        options.flags.clone(),
    );
    Ok((root, Arc::new(invocation)))
}

fn working_dir(options: &ProjectOptions) -> Result<PathBuf> {
    match &options.working_dir {
        Some(folder) => Ok(folder.clone()),
        None => std::env::current_dir().map_err(|error| Error::io(".", &error)),
    }
}

/// `flags:` of the project's file as written, before anything else of it is read.
pub fn flags_of_project(options: &ProjectOptions) -> Result<Map<String, Json>> {
    let document = config::read(&project_root(options)?)?;
    Ok(document.root.get("flags").and_then(|flags| flags.to_json().as_object().cloned()).unwrap_or_default())
}

/// The folder of the project that the options mean.
pub fn project_root(options: &ProjectOptions) -> Result<PathBuf> {
    let working_dir = working_dir(options)?;
    let given = options.project_dir.clone().or_else(|| options.environment.get("DBT_PROJECT_DIR").map(PathBuf::from));
    if let Some(given) = given {
        let root = without_dots(&working_dir.join(given));
        if root.join(config::FILE_NAME).is_file() {
            return Ok(root);
        }
        if !root.is_dir() {
            return Err(not_a_folder("--project-dir", &root));
        }
        let place = Place::file(root.join(config::FILE_NAME));
        return Err(Error::new(
            Kind::FileNotFound,
            format!("there is no `{}` in `{}`", config::FILE_NAME, root.display()),
        )
        .at(place)
        .hint("name the folder that holds it with `--project-dir`"));
    }
    let found = working_dir.ancestors().find(|folder| folder.join(config::FILE_NAME).is_file());
    found.map(without_dots).ok_or_else(|| {
        Error::new(
            Kind::FileNotFound,
            format!("there is no `{}` in `{}` nor above it", config::FILE_NAME, working_dir.display()),
        )
        .hint("go to the project's folder, or name it with `--project-dir`")
    })
}

/// A path without `.` and `..`, which need not exist.
pub fn without_dots(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                out.pop();
            }
            std::path::Component::Prefix(_) | std::path::Component::RootDir | std::path::Component::Normal(_) => {
                out.push(part);
            }
        }
    }
    out
}

fn cli_vars(text: Option<&str>) -> Result<Map<String, Json>> {
    text.map_or_else(|| Ok(Map::new()), |text| mapping("--vars", text))
}

/// The error of a flag that names a folder which is not there.
fn not_a_folder(flag: &str, folder: &Path) -> Error {
    Error::new(Kind::Usage, format!("`{flag}` names `{}`, which is no folder", folder.display()))
        .hint("name a folder that is there")
}

/// The YAML mapping that a flag was given.
pub fn mapping(flag: &str, text: &str) -> Result<Map<String, Json>> {
    let document = yaml::parse(flag, text)?;
    match document.root.to_json() {
        Json::Object(entries) => Ok(entries),
        Json::Null if text.trim().is_empty() => Ok(Map::new()),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
            Err(Error::new(Kind::Usage, format!("`{flag}` takes a YAML mapping, not {}", document.root.kind()))
                .hint("write it as '{name: value}'"))
        }
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads a text file of the project. `shown` is the path that errors name, relative to the project.
pub fn read_text(path: &Path, shown: &Path) -> Result<String> {
    let mut bytes = std::fs::read(path).map_err(|error| Error::io(shown, &error))?;
    // Editors on Windows put a byte order mark before the text, which is no part of it.
    if bytes.starts_with(BYTE_ORDER_MARK) {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    // Latin letters in UTF-16 are valid UTF-8 with a NUL beside each, and no text of a project holds NULs.
    let sixteen = [b"\xff\xfe", b"\xfe\xff"].iter().any(|mark| bytes.starts_with(*mark))
        || bytes.iter().take(64).any(|byte| *byte == 0);
    if sixteen {
        return Err(Error::new(Kind::Data, format!("`{}` is UTF-16 text, not UTF-8", shown.display()))
            .at(Place::at(shown, 1, 1))
            .hint("save the file with the encoding UTF-8"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + memchr::memchr_iter(b'\n', valid).count();
        let begins = memchr::memrchr(b'\n', valid).map_or(0, |end| end + 1);
        let column = 1 + String::from_utf8_lossy(&valid[begins..]).chars().count();
        Error::new(Kind::Data, format!("`{}` is not UTF-8 text", shown.display()))
            .at(Place::at(shown, line as u32, column as u32))
            .hint("save the file with the encoding UTF-8")
    })
}
