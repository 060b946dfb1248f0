//! The package index: which packages there are, in which versions, and where each can be downloaded.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json};

use super::Fetch;
use super::semver::{Condition, Version};
use super::spec::{self, Spec};
use crate::error::{Error, Kind, Result};
use crate::transform::project::context::DBT_VERSION;

const DEFAULT_URL: &str = "https://hub.getdbt.com/";

/// The hub that `DBT_PACKAGE_HUB_URL` names, or dbt's own. Every page is asked for once.
pub(super) struct Hub<'a> {
    fetch: &'a dyn Fetch,
    url: String,
    version_check: bool,
    index: RefCell<Option<Rc<Vec<String>>>>,
    packages: RefCell<FxHashMap<String, Rc<Listed>>>,
}

/// What the hub tells of one package.
pub(super) struct Listed {
    versions: Vec<(Version, Map<String, Json>)>,
    /// The name under which the package is kept now.
    pub(super) moved_to: Option<String>,
}

/// One version of a package.
pub(super) struct Release {
    pub(super) name: String,
    pub(super) tarball: String,
    pub(super) packages: Vec<Spec>,
}

impl<'a> Hub<'a> {
    pub(super) fn new(fetch: &'a dyn Fetch, url: Option<&str>, version_check: bool) -> Self {
        let mut url = url.filter(|url| !url.is_empty()).unwrap_or(DEFAULT_URL).to_owned();
        if !url.ends_with('/') {
            url.push('/');
        }
        Self { fetch, url, version_check, index: RefCell::default(), packages: RefCell::default() }
    }

    /// What the hub tells of a package.
    pub(super) fn package(&self, name: &str) -> Result<Rc<Listed>> {
        if let Some(known) = self.packages.borrow().get(name) {
            return Ok(Rc::clone(known));
        }
        let index = self.index()?;
        if !index.iter().any(|listed| listed == name) {
            let error = Error::new(Kind::Project, format!("there is no package `{name}` at {}", self.url));
            let near = index.iter().map(|listed| (strsim::jaro_winkler(listed, name), listed));
            return Err(match near.max_by(|a, b| a.0.total_cmp(&b.0)) {
                Some((likeness, listed)) if likeness > 0.85 => error.hint(format!("there is one named `{listed}`")),
                _ => error.hint("names are `owner/name`, as the hub lists them"),
            });
        }
        let page = self.page(name)?;
        let listed = Rc::new(self.listed(name, &page)?);
        self.packages.borrow_mut().insert(name.to_owned(), Rc::clone(&listed));
        Ok(listed)
    }

    fn index(&self) -> Result<Rc<Vec<String>>> {
        if let Some(index) = &*self.index.borrow() {
            return Ok(Rc::clone(index));
        }
        let Json::Array(names) = self.page("index")? else { return Err(self.unexpected("index")) };
        let names = names.iter().filter_map(Json::as_str).map(str::to_owned).collect();
        Ok(Rc::clone(self.index.borrow_mut().insert(Rc::new(names))))
    }

    fn page(&self, name: &str) -> Result<Json> {
        let url = format!("{}api/v1/{name}.json", self.url);
        let body = self.fetch.get(&url)?;
        serde_json::from_slice(&body).map_err(|_| self.unexpected(name))
    }

    fn unexpected(&self, name: &str) -> Error {
        Error::new(Kind::Data, format!("{}api/v1/{name}.json is not what a package hub answers", self.url))
            .hint("check DBT_PACKAGE_HUB_URL, or try again later")
    }

    fn listed(&self, name: &str, page: &Json) -> Result<Listed> {
        let versions = page.get("versions").and_then(Json::as_object);
        let versions = versions.filter(|_| page.get("name").is_some()).ok_or_else(|| self.unexpected(name))?;
        let mut known = Vec::with_capacity(versions.len());
        for (text, fields) in versions {
            let (Some(version), Some(fields)) = (Version::parse(text), fields.as_object()) else {
                return Err(self.unexpected(name));
            };
            if !self.version_check || works_here(fields) {
                known.push((version, fields.clone()));
            }
        }
        known.sort_by(|(one, _), (two, _)| one.cmp(two));
        let redirect = |key: &str| page.get(key).and_then(Json::as_str).filter(|name| !name.is_empty());
        let given = |key: &str| page.get(key).and_then(Json::as_str).unwrap_or_default();
        let moved = redirect("redirectnamespace").is_some() || redirect("redirectname").is_some();
        let moved_to = moved.then(|| {
            format!(
                "{}/{}",
                redirect("redirectnamespace").unwrap_or_else(|| given("namespace")),
                redirect("redirectname").unwrap_or_else(|| given("name"))
            )
        });
        Ok(Listed { versions: known, moved_to })
    }
}

impl Listed {
    /// All versions that work with this version of dbt, the oldest first.
    pub(super) fn versions(&self, prereleases: bool) -> impl DoubleEndedIterator<Item = &Version> {
        self.versions
            .iter()
            .map(|(version, _)| version)
            .filter(move |version| prereleases || version.prerelease.is_none())
    }

    /// The newest version that meets all conditions.
    pub(super) fn newest(&self, conditions: &[Condition], prereleases: bool) -> Option<&Version> {
        self.versions(prereleases).rfind(|version| conditions.iter().all(|condition| condition.holds(version)))
    }

    /// What one version is and needs.
    pub(super) fn release(&self, package: &str, version: &str) -> Result<Release> {
        let wanted = Version::parse(version);
        let found = self.versions.iter().find(|(listed, _)| Some(listed) == wanted.as_ref());
        let fields = found.map(|(_, fields)| fields).ok_or_else(|| {
            Error::new(Kind::Project, format!("the hub has no version {version} of `{package}` that works here"))
                .hint("run `deps --upgrade` to resolve the packages again")
        })?;
        let text = |value: Option<&Json>| value.and_then(Json::as_str).map(str::to_owned);
        let tarball = text(fields.get("downloads").and_then(|downloads| downloads.get("tarball")));
        let (Some(name), Some(tarball)) = (text(fields.get("name")), tarball) else {
            return Err(Error::new(
                Kind::Data,
                format!("the hub does not say where `{package}` {version} can be downloaded"),
            ));
        };
        let packages = fields.get("packages").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
        let packages = packages.iter().map(|entry| {
            let fields = entry.as_object().cloned().unwrap_or_default();
            spec::of_fields(&fields, entry).map_err(|malformed| {
                Error::new(Kind::Project, malformed.message)
                    .hint(format!("this is what `{package}` {version} asks for: {}", malformed.hint))
            })
        });
        Ok(Release { name, tarball, packages: packages.collect::<Result<_>>()? })
    }
}

// A package that says nothing works with every version.
fn works_here(fields: &Map<String, Json>) -> bool {
    let required: Vec<&str> = match fields.get("require_dbt_version") {
        Some(Json::String(text)) => text.split(',').collect(),
        Some(Json::Array(list)) => list.iter().filter_map(Json::as_str).flat_map(|text| text.split(',')).collect(),
        None | Some(Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_)) => Vec::new(),
    };
    let ours = Version::parse(DBT_VERSION).expect("our own version is one");
    required.into_iter().filter_map(Condition::parse).all(|condition| condition.holds(&ours))
}
