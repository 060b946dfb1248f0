//! `dbt_project.yml`: names, folders, variables and the trees of configuration.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::context::Invocation;
use super::globals::Vars;
use super::profile::Profile;
use super::setting_shape::{Settings, mapping};
use super::yaml::{self, Document, Yaml};
use super::{globals, known_keys, read_text, render};
use crate::error::{Error, Kind, Result};

pub const FILE_NAME: &str = "dbt_project.yml";
const PACKAGES_FOLDER: &str = "dbt_packages";

/// One project: the root one or an installed package.
#[derive(Clone, Debug)]
pub struct PackageConfig {
    pub name: String,
    pub version: Option<String>,
    /// Absolute.
    pub root: PathBuf,
    /// The parsed file, for the places of errors.
    pub document: Document,
    pub paths: Paths,
    /// Global and package-scoped variables, as written: texts are rendered when a template reads them.
    pub vars: Map<String, Json>,
    /// The trees under `models:`, `seeds:`, ... rendered, by dbt's key (`data_tests` also holds `tests`).
    pub trees: IndexMap<Tree, Map<String, Json>>,
    /// The same trees before rendering.
    pub unrendered: IndexMap<Tree, Map<String, Json>>,
    pub on_run_start: Vec<String>,
    pub on_run_end: Vec<String>,
    /// Where `adapter.dispatch` looks for a namespace, when the project says so.
    pub dispatch: IndexMap<String, Vec<String>>,
    pub quoting: Map<String, Json>,
    /// `flags:`, as written.
    pub flags: Map<String, Json>,
    /// As written; relative to the project.
    pub target_path: String,
    pub log_path: String,
    pub packages_install_path: String,
    pub clean_targets: Vec<String>,
    pub query_comment: Json,
    /// `selectors.yml`, a list of definitions.
    pub selectors: Vec<Json>,
}

impl PackageConfig {
    /// Whether database, schema and identifier of a relation are quoted, as `quoting` says; each is, unless it says no.
    pub fn quoted(&self) -> [bool; 3] {
        ["database", "schema", "identifier"].map(|part| self.quoting.get(part).and_then(Json::as_bool).unwrap_or(true))
    }
}

/// The folders of a project, each relative to its root.
#[derive(Clone, Debug)]
pub struct Paths {
    pub models: Vec<String>,
    pub seeds: Vec<String>,
    pub snapshots: Vec<String>,
    pub analyses: Vec<String>,
    pub tests: Vec<String>,
    pub functions: Vec<String>,
    pub macros: Vec<String>,
    pub docs: Vec<String>,
}

impl Paths {
    /// Every folder that may hold a properties file, each once.
    pub fn all_sources(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        let groups =
            [&self.models, &self.seeds, &self.snapshots, &self.analyses, &self.macros, &self.tests, &self.functions];
        for path in groups.into_iter().flatten() {
            let path = path.trim_end_matches('/').to_owned();
            if !all.contains(&path) {
                all.push(path);
            }
        }
        all
    }
}

/// The kinds of resources that have a tree of configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tree {
    Models,
    Seeds,
    Snapshots,
    Sources,
    DataTests,
    UnitTests,
    Exposures,
    SemanticModels,
    Metrics,
    SavedQueries,
    Functions,
}

impl Tree {
    const ALL: [Self; 11] = [
        Self::Models,
        Self::Seeds,
        Self::Snapshots,
        Self::Sources,
        Self::DataTests,
        Self::UnitTests,
        Self::Exposures,
        Self::SemanticModels,
        Self::Metrics,
        Self::SavedQueries,
        Self::Functions,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Self::Models => "models",
            Self::Seeds => "seeds",
            Self::Snapshots => "snapshots",
            Self::Sources => "sources",
            Self::DataTests => "data_tests",
            Self::UnitTests => "unit_tests",
            Self::Exposures => "exposures",
            Self::SemanticModels => "semantic-models",
            Self::Metrics => "metrics",
            Self::SavedQueries => "saved-queries",
            Self::Functions => "functions",
        }
    }
}

/// Reads and parses `dbt_project.yml`, without rendering it.
pub fn read(root: &Path) -> Result<Document> {
    let text = read_text(&root.join(FILE_NAME), Path::new(FILE_NAME))?;
    let document = yaml::parse(FILE_NAME, text)?;
    if document.root.as_map().is_none() {
        return Err(Error::new(Kind::Project, format!("`{FILE_NAME}` holds {}, not a mapping", document.root.kind()))
            .at(document.place(document.root.mark))
            .hint("a project needs at least `name:` and `profile:`"));
    }
    Ok(document)
}

/// Renders a parsed `dbt_project.yml`, whose templates see `vars`.
pub fn load(
    root: &Path,
    document: &Document,
    vars: Vars,
    invocation: &std::sync::Arc<Invocation>,
    profile: &Profile,
) -> Result<PackageConfig> {
    let name = name(document)?;
    let scope = globals::YamlScope::new(invocation.clone(), Some(&name), Some(profile)).seeing(vars);
    let yaml = &document.root;
    known_keys::check_project(document)?;
    check_version(document)?;
    let rendered = render::tree(document, yaml, &scope, &rendered_here)?;
    let Json::Object(rendered) = rendered else { unreachable!("the root is a mapping") };
    let settings = Settings { document, rendered: &rendered };

    let mut trees = IndexMap::new();
    let mut unrendered = IndexMap::new();
    for tree in Tree::ALL {
        let key = if tree == Tree::DataTests && yaml.get("data_tests").is_none() { "tests" } else { tree.key() };
        trees.insert(tree, settings.mapping(key)?);
        unrendered.insert(tree, mapping(document, yaml.get(key).map(Yaml::to_json).as_ref(), key)?);
    }
    settings.check_idle()?;
    let list = |key: &str, default: &[&str]| settings.texts(key, default);
    let models = if yaml.given("model-paths").is_some() { "model-paths" } else { "source-paths" };
    let seeds = if yaml.given("seed-paths").is_some() { "seed-paths" } else { "data-paths" };
    let mut paths = Paths {
        models: list(models, &["models"])?,
        seeds: list(seeds, &["seeds"])?,
        snapshots: list("snapshot-paths", &["snapshots"])?,
        analyses: list("analysis-paths", &["analyses"])?,
        tests: list("test-paths", &["tests"])?,
        functions: list("function-paths", &["functions"])?,
        macros: list("macro-paths", &["macros"])?,
        docs: Vec::new(),
    };
    paths.docs = if yaml.given("docs-paths").is_some() { list("docs-paths", &[])? } else { paths.all_sources() };
    let target_path = settings.text("target-path", "target")?;
    Ok(PackageConfig {
        name,
        version: rendered.get("version").filter(|value| !value.is_null()).map(plain),
        root: root.to_owned(),
        document: document.clone(),
        paths,
        vars: settings.mapping("vars")?,
        trees,
        unrendered,
        on_run_start: settings.text_or_texts("on-run-start")?,
        on_run_end: settings.text_or_texts("on-run-end")?,
        dispatch: dispatch(document, yaml.given("dispatch"))?,
        quoting: settings.quoting()?,
        flags: settings.mapping("flags")?,
        log_path: settings.text("log-path", "logs")?,
        packages_install_path: settings.text("packages-install-path", PACKAGES_FOLDER)?,
        clean_targets: list("clean-targets", &[&target_path])?,
        query_comment: rendered.get("query-comment").cloned().unwrap_or(Json::Null),
        target_path,
        selectors: selectors(root, invocation, profile)?,
    })
}

/// The profile that the project names, unrendered.
pub fn profile_name(document: &Document) -> Option<(&str, yaml::Mark)> {
    let value = document.root.given("profile")?;
    value.as_str().map(|name| (name, value.mark))
}

/// What can be read of a project without its profile.
pub struct Head {
    pub name: String,
    /// As written; relative to the project.
    pub packages_install_path: String,
}

/// The project's name and where its packages go.
pub fn head(document: &Document, invocation: &std::sync::Arc<Invocation>) -> Result<Head> {
    let name = name(document)?;
    let scope = globals::YamlScope::new(invocation.clone(), Some(&name), None);
    let folder = match document.root.given("packages-install-path") {
        Some(value) => render::text(document, value.as_str().unwrap_or_default(), value.mark, &scope)?,
        None => Json::from(PACKAGES_FOLDER),
    };
    Ok(Head { name, packages_install_path: plain(&folder) })
}

/// Whether a project may be called so: letters, digits and underscores, beginning with a letter.
pub fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

fn name(document: &Document) -> Result<String> {
    let Some(value) = document.root.given("name") else {
        return Err(Error::new(Kind::Project, format!("`{FILE_NAME}` has no `name:`"))
            .at(document.place(document.root.mark))
            .hint("add `name: my_project`: letters, digits and underscores"));
    };
    let name = value.as_str().unwrap_or_default();
    if is_name(name) {
        Ok(name.to_owned())
    } else {
        Err(Error::new(Kind::Project, format!("`{name}` cannot be the name of a project"))
            .at(document.place(value.mark))
            .hint("use letters, digits and underscores, beginning with a letter"))
    }
}

// `require-dbt-version` is a range or a list of them; each condition must hold for the version that this is.
fn check_version(document: &Document) -> Result<()> {
    let Some(required) = document.root.given("require-dbt-version") else { return Ok(()) };
    let conditions: Vec<&str> = match (required.as_str(), required.as_list()) {
        (Some(text), _) => text.split(',').collect(),
        (None, Some(list)) => list.iter().filter_map(Yaml::as_str).collect(),
        (None, None) => Vec::new(),
    };
    let numbers = |text: &str| -> Vec<u32> {
        text.split(['.', '-', 'a', 'b', 'r']).take(3).map(|part| part.parse().unwrap_or(0)).collect()
    };
    let ours = numbers(super::context::DBT_VERSION);
    for condition in conditions.iter().map(|condition| condition.trim()) {
        let split = condition.find(|letter: char| letter.is_ascii_digit()).unwrap_or(condition.len());
        let (operator, theirs) = (condition[..split].trim().trim_end_matches('v'), numbers(&condition[split..]));
        let holds = match operator {
            ">=" => ours >= theirs,
            ">" => ours > theirs,
            "<=" => ours <= theirs,
            "<" => ours < theirs,
            "" | "=" | "==" => ours == theirs,
            _ => false,
        };
        if !holds {
            return Err(Error::new(
                Kind::Project,
                format!("this project requires dbt `{condition}`, and this is dbt {}", super::context::DBT_VERSION),
            )
            .at(document.place(required.mark))
            .hint("widen `require-dbt-version` if the project works with this version"));
        }
    }
    Ok(())
}

// Hooks, variables and the query comment are rendered later, by whoever runs them.
fn rendered_here(path: render::Path<'_>) -> bool {
    let Some(first) = path.first() else { return true };
    match first.as_str() {
        "on-run-start" | "on-run-end" | "query-comment" | "vars" => false,
        "seeds" | "models" | "snapshots" | "tests" | "data_tests" => !path.iter().any(|key| {
            matches!(key.trim_start_matches(['+', ' ']), "pre-hook" | "post-hook" | "pre_hook" | "post_hook")
        }),
        _ => true,
    }
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn dispatch(document: &Document, value: Option<&Yaml>) -> Result<IndexMap<String, Vec<String>>> {
    let mut out = IndexMap::new();
    for entry in value.and_then(Yaml::as_list).unwrap_or_default() {
        let namespace = entry.given("macro_namespace").and_then(Yaml::as_str);
        let order = entry.given("search_order").and_then(Yaml::as_list);
        let (Some(namespace), Some(order)) = (namespace, order) else {
            return Err(Error::new(Kind::Project, "an entry of `dispatch` needs `macro_namespace` and `search_order`")
                .at(document.place(entry.mark)));
        };
        out.insert(namespace.to_owned(), order.iter().filter_map(Yaml::as_str).map(str::to_owned).collect());
    }
    Ok(out)
}

fn selectors(root: &Path, invocation: &std::sync::Arc<Invocation>, profile: &Profile) -> Result<Vec<Json>> {
    let path = root.join("selectors.yml");
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let document = yaml::parse("selectors.yml", read_text(&path, Path::new("selectors.yml"))?)?;
    let Some(list) = document.root.get("selectors") else { return Ok(Vec::new()) };
    let scope = globals::YamlScope::new(invocation.clone(), None, Some(profile));
    match render::tree(&document, list, &scope, &|_| true)? {
        Json::Array(list) => Ok(list),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => {
            Err(Error::new(Kind::Project, format!("`selectors` takes a list, not {}", list.kind()))
                .at(document.place(list.mark)))
        }
    }
}
