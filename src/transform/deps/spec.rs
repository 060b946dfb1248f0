//! What `packages.yml` and `dependencies.yml` ask for.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::semver::Condition;
use crate::error::{Error, Kind, Result};
use crate::transform::project::globals::YamlScope;
use crate::transform::project::profile::reveal_secrets;
use crate::transform::project::yaml::{self, Document, Yaml};
use crate::transform::project::{Invocation, read_text, render};

/// The files that name packages, as dbt has them.
pub(super) const PACKAGES: &str = "packages.yml";
pub(super) const DEPENDENCIES: &str = "dependencies.yml";

/// One entry, rendered.
#[derive(Clone, Debug)]
pub(super) struct Spec {
    pub(super) source: Source,
    /// The entry as dbt keeps it, for the hash of the lock file.
    pub(super) stored: Json,
}

/// Where a package comes from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// Relative to the root project, or absolute.
    Local(String),
    Git(GitSource),
    Tarball {
        url: String,
        unrendered: String,
        name: String,
    },
    Hub {
        package: String,
        conditions: Vec<Condition>,
        prereleases: bool,
    },
}

#[derive(Clone, Debug)]
pub(super) struct GitSource {
    pub(super) url: String,
    /// With `env_var` still in it: a secret is not written to the lock file.
    pub(super) unrendered: String,
    pub(super) revision: Option<String>,
    pub(super) subdirectory: Option<String>,
    pub(super) warn_unpinned: bool,
}

/// Renders what stands in these files: they may read secrets.
pub(super) struct Renderer {
    invocation: Arc<Invocation>,
    scope: YamlScope,
}

impl Renderer {
    pub(super) fn new(invocation: Arc<Invocation>) -> Self {
        let scope = YamlScope::new(Arc::clone(&invocation), None, None).with_secrets();
        Self { invocation, scope }
    }

    pub(super) fn invocation(&self) -> &Arc<Invocation> {
        &self.invocation
    }

    fn render(&self, document: &Document, value: &Yaml) -> Result<Json> {
        let mut rendered = render::tree(document, value, &self.scope, &|_| true)?;
        reveal_secrets(&mut rendered, &self.invocation);
        Ok(rendered)
    }
}

/// What the project in a folder asks for, whichever file says so.
pub(super) fn of_project(root: &Path, renderer: &Renderer) -> Result<Vec<Spec>> {
    let packages = read(root, PACKAGES)?;
    let dependencies = read(root, DEPENDENCIES)?;
    if let Some(document) = &packages
        && let Some(projects) = document.root.get("projects")
    {
        return Err(Error::new(Kind::Project, format!("`{PACKAGES}` cannot name other projects"))
            .at(document.place(projects.mark))
            .hint(format!("move `projects:` to `{DEPENDENCIES}`")));
    }
    let asks =
        |document: &Option<Document>| document.as_ref().is_some_and(|document| document.root.get("packages").is_some());
    match (packages, dependencies) {
        (Some(packages), other) if asks(&other) && packages.root.get("packages").is_some() => {
            let place = packages.root.get("packages").map_or(packages.root.mark, |value| value.mark);
            Err(Error::new(Kind::Project, format!("`{PACKAGES}` and `{DEPENDENCIES}` both have `packages:`"))
                .at(packages.place(place))
                .hint("keep all packages in one of the two files"))
        }
        (_, Some(dependencies)) if dependencies.root.get("packages").is_some() => of_document(&dependencies, renderer),
        (Some(packages), _) => of_document(&packages, renderer),
        (None, _) => Ok(Vec::new()),
    }
}

fn read(root: &Path, name: &str) -> Result<Option<Document>> {
    let path = root.join(name);
    if !path.is_file() {
        return Ok(None);
    }
    yaml::parse(name, read_text(&path, Path::new(name))?).map(Some)
}

/// The entries under `packages:` of a file; the lock file has the same form.
pub(super) fn of_document(document: &Document, renderer: &Renderer) -> Result<Vec<Spec>> {
    if document.root.is_null() {
        return Ok(Vec::new());
    }
    let known = ["packages", "projects", "sha1_hash"];
    let unknown = document.root.as_map().into_iter().flatten().find(|(key, _)| !known.contains(&&***key));
    if let Some((key, entry)) = unknown {
        return Err(Error::new(Kind::Project, format!("`{}` has an unknown key `{key}`", document.path.display()))
            .at(document.place(entry.key))
            .hint("packages are listed under `packages:`"));
    }
    let Some(packages) = document.root.given("packages") else { return Ok(Vec::new()) };
    let Some(entries) = packages.as_list() else {
        return Err(Error::new(Kind::Project, format!("`packages` takes a list, not {}", packages.kind()))
            .at(document.place(packages.mark))
            .hint("write `- package: dbt-labs/dbt_utils` with its `version:` below it"));
    };
    entries.iter().map(|entry| of_entry(document, entry, renderer)).collect()
}

fn of_entry(document: &Document, entry: &Yaml, renderer: &Renderer) -> Result<Spec> {
    let rendered = renderer.render(document, entry)?;
    let malformed = |message: String, key: &str, hint: &str| {
        let mark = entry.get(key).map_or(entry.mark, |value| value.mark);
        Error::new(Kind::Project, message).at(document.place(mark)).hint(hint)
    };
    let Json::Object(fields) = &rendered else {
        return Err(malformed(
            format!("a package is a mapping, not {}", entry.kind()),
            "",
            "write `- local: ../my_package`, `- git: https://...` or `- package: owner/name`",
        ));
    };
    of_fields(fields, &entry.to_json()).map_err(|Malformed { message, key, hint }| malformed(message, key, hint))
}

/// What is wrong with an entry, and at which key.
pub(super) struct Malformed {
    pub(super) message: String,
    pub(super) key: &'static str,
    pub(super) hint: &'static str,
}

/// An entry from its fields; entries of a hub's answer have no other form.
pub(super) fn of_fields(fields: &Map<String, Json>, unrendered: &Json) -> Result<Spec, Malformed> {
    const KINDS: [(&str, &[&str]); 5] = [
        ("local", &["local", "name"]),
        ("tarball", &["tarball", "name"]),
        ("git", &["git", "revision", "warn-unpinned", "subdirectory", "name"]),
        ("package", &["package", "version", "install_prerelease", "name"]),
        ("private", &["private", "provider", "revision", "warn-unpinned", "subdirectory", "name"]),
    ];
    let fail = |message: String, key: &'static str, hint: &'static str| Err(Malformed { message, key, hint });
    let Some((kind, known)) = KINDS.into_iter().find(|(kind, _)| fields.contains_key(*kind)) else {
        return fail(
            "a package says nowhere where it comes from".to_owned(),
            "",
            "give it `package:`, `git:`, `local:` or `tarball:`",
        );
    };
    let given = text(fields, kind).filter(|text| !text.is_empty());
    let Some(given) = given else {
        return fail(format!("`{kind}` of a package is empty"), kind, "write where the package comes from");
    };
    if kind == "private" {
        return fail(
            format!("the private package `{given}` cannot be fetched: there is no provider that knows its repository"),
            "private",
            "name its repository with `git:`",
        );
    }
    if let Some(key) = fields.keys().find(|key| !known.contains(&key.as_str())) {
        return fail(
            format!("`{key}` means nothing for the package `{given}`"),
            kind,
            match kind {
                "local" => "a local package takes `local` alone",
                "tarball" => "a tarball takes `tarball` and `name`",
                "git" => "a repository takes `git`, `revision`, `subdirectory` and `warn-unpinned`",
                _ => "a package of the hub takes `package`, `version` and `install_prerelease`",
            },
        );
    }
    let as_written = |key: &str| text_of(unrendered.get(key)).unwrap_or_else(|| given.clone());
    let mut stored = Map::new();
    stored.insert(kind.to_owned(), Json::from(given.clone()));
    let mut keep =
        |key: &str, default: Json| stored.insert(key.to_owned(), fields.get(key).cloned().unwrap_or(default));
    let source = match kind {
        "local" => Source::Local(given.clone()),
        "tarball" => {
            let Some(name) = text(fields, "name") else {
                return fail(
                    format!("the tarball `{given}` has no `name`"),
                    "tarball",
                    "add `name:`, the package's name",
                );
            };
            Source::Tarball { url: given.clone(), unrendered: as_written("tarball"), name }
        }
        "git" => {
            for key in ["revision", "subdirectory", "warn-unpinned"] {
                keep(key, Json::Null);
            }
            Source::Git(GitSource {
                url: given.clone(),
                unrendered: as_written("git"),
                revision: text(fields, "revision"),
                subdirectory: text(fields, "subdirectory").filter(|folder| !folder.is_empty()),
                warn_unpinned: fields.get("warn-unpinned") != Some(&json!(false)),
            })
        }
        _ => {
            keep("install_prerelease", json!(false));
            keep("version", Json::Null);
            Source::Hub {
                conditions: conditions(&given, fields.get("version"))?,
                prereleases: fields.get("install_prerelease") == Some(&json!(true)),
                package: given.clone(),
            }
        }
    };
    if let Some(name) = fields.get("name").filter(|name| !name.is_null()) {
        stored.insert("name".to_owned(), name.clone());
    }
    stored.insert("unrendered".to_owned(), unrendered.clone());
    Ok(Spec { source, stored: Json::Object(stored) })
}

fn conditions(package: &str, version: Option<&Json>) -> Result<Vec<Condition>, Malformed> {
    let fail = |message: String, key: &'static str, hint: &'static str| Err(Malformed { message, key, hint });
    if !package.contains('/') {
        return fail(
            format!("`{package}` has no owner: packages of the hub are named with both"),
            "package",
            "write `owner/name`, as in `dbt-labs/dbt_utils`",
        );
    }
    let texts: Vec<String> = match version {
        Some(Json::Array(list)) => list.iter().filter_map(|item| text_of(Some(item))).collect(),
        other => text_of(other).into_iter().collect(),
    };
    if texts.is_empty() {
        return fail(
            format!("the package `{package}` has no `version`"),
            "package",
            "add `version:`, one version or a range as `[\">=1.0.0\", \"<2.0.0\"]`",
        );
    }
    let mut conditions = Vec::with_capacity(texts.len());
    for text in texts {
        let Some(condition) = Condition::parse(&text) else {
            return fail(
                format!("`{text}` is not a version of `{package}`"),
                "version",
                "a version is three numbers, as `1.3.0`; a range is a list, as `[\">=1.0.0\", \"<2.0.0\"]`",
            );
        };
        conditions.push(condition);
    }
    Ok(conditions)
}

fn text(fields: &Map<String, Json>, key: &str) -> Option<String> {
    text_of(fields.get(key))
}

// A version or a revision may look like a number.
fn text_of(value: Option<&Json>) -> Option<String> {
    match value? {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}
