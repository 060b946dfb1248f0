//! From what is asked for to one version of each package, with everything that packages need in turn.

use indexmap::IndexMap;
use rustc_hash::FxHashSet;

use super::Deps;
use super::package::{self, Package, Pinned};
use super::semver::Condition;
use super::spec::{GitSource, Source, Spec};
use crate::error::{Error, Kind, Result};

/// A package that is asked for, by one or several.
#[derive(Clone, Debug)]
struct Request {
    source: Source,
    /// Who asks, and for which version.
    by: Vec<(String, String)>,
}

type Requests = IndexMap<String, Request>;

/// Every package that is needed, each at one version, in the order in which they were first asked for.
pub(super) fn resolve(deps: &Deps<'_>, wanted: &[Spec]) -> Result<Vec<Package>> {
    let mut pending = Requests::new();
    for spec in wanted {
        incorporate(&mut pending, spec.source.clone(), "this project")?;
    }
    let mut all = Requests::new();
    // A package that was read at this version needs nothing new; packages that need each other end here.
    let mut read = FxHashSet::default();
    while !pending.is_empty() {
        let mut next = Requests::new();
        for request in std::mem::take(&mut pending).into_values() {
            let key = join(&mut all, request)?;
            let pinned = pin(deps, &all[&key])?;
            if read.insert(pinned.identity()) {
                let package = package::read(deps, pinned)?;
                for spec in package.packages {
                    incorporate(&mut next, spec.source, &package.name)?;
                }
            }
        }
        pending = next;
    }
    let packages: Vec<Package> =
        all.values().map(|request| package::read(deps, pin(deps, request)?)).collect::<Result<_>>()?;
    check_names(deps, &packages)?;
    Ok(packages)
}

/// The packages of a lock file: nothing is left to decide.
pub(super) fn pinned(deps: &Deps<'_>, locked: &[Spec]) -> Result<Vec<Package>> {
    locked
        .iter()
        .map(|spec| {
            let request = Request { source: spec.source.clone(), by: Vec::new() };
            package::read(deps, pin(deps, &request)?)
        })
        .collect()
}

fn check_names(deps: &Deps<'_>, packages: &[Package]) -> Result<()> {
    for (index, package) in packages.iter().enumerate() {
        let name = &package.name;
        if *name == deps.name {
            return Err(Error::new(
                Kind::Project,
                format!("the package `{}` has the name of this project, `{name}`", package.pinned.shown()),
            )
            .hint("a project cannot be a package of itself: rename one of them in its `dbt_project.yml`"));
        }
        if let Some(twin) = packages[..index].iter().find(|other| other.name == *name) {
            return Err(Error::new(
                Kind::Project,
                format!("two packages are named `{name}`: `{}` and `{}`", twin.pinned.shown(), package.pinned.shown()),
            )
            .hint("it may be one package from two places: ask for it from one place only"));
        }
    }
    Ok(())
}

fn incorporate(requests: &mut Requests, source: Source, by: &str) -> Result<()> {
    let asked = version_asked(&source);
    join(requests, Request { source, by: vec![(by.to_owned(), asked)] }).map(|_| ())
}

// Adds a request to those for the same package; gives the key that it is kept under.
fn join(requests: &mut Requests, request: Request) -> Result<String> {
    let names = names(&request.source);
    let Some(key) = names.iter().find(|name| requests.contains_key(*name)) else {
        requests.insert(names[0].clone(), request);
        return Ok(names[0].clone());
    };
    let known = &mut requests[key];
    let mut by = known.by.clone();
    by.extend(request.by);
    match (&mut known.source, request.source) {
        (Source::Hub { conditions, .. }, Source::Hub { conditions: others, .. }) => conditions.extend(others),
        (Source::Git(git), Source::Git(other)) => {
            git.warn_unpinned &= other.warn_unpinned;
            match (&git.revision, other.revision) {
                (Some(one), Some(two)) if *one != two => return Err(conflict(&git.unrendered, &by)),
                (None, Some(revision)) => git.revision = Some(revision),
                (Some(_) | None, _) => {}
            }
        }
        (Source::Local(_), Source::Local(_)) | (Source::Tarball { .. }, Source::Tarball { .. }) => {}
        (Source::Hub { .. } | Source::Git(_) | Source::Local(_) | Source::Tarball { .. }, _) => {
            return Err(Error::new(Kind::Project, format!("`{key}` is asked for as two kinds of packages"))
                .hint("ask for it in one way"));
        }
    }
    known.by = by;
    Ok(key.clone())
}

// What a package may be known under; the first is used when it is new.
fn names(source: &Source) -> Vec<String> {
    match source {
        Source::Local(path) => vec![path.clone()],
        Source::Tarball { url, .. } => vec![url.clone()],
        Source::Hub { package, .. } => vec![package.clone()],
        Source::Git(GitSource { url, subdirectory, .. }) => {
            let other = url.strip_suffix(".git").map_or_else(|| format!("{url}.git"), str::to_owned);
            let within =
                |url: &str| subdirectory.as_ref().map_or_else(|| url.to_owned(), |folder| format!("{url}/{folder}"));
            vec![within(url), within(&other)]
        }
    }
}

fn version_asked(source: &Source) -> String {
    match source {
        Source::Local(path) => path.clone(),
        Source::Tarball { unrendered, .. } => unrendered.clone(),
        Source::Git(git) => git.revision.clone().unwrap_or_else(|| "HEAD".to_owned()),
        Source::Hub { conditions, .. } => shown(conditions),
    }
}

fn shown(conditions: &[Condition]) -> String {
    conditions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn pin(deps: &Deps<'_>, request: &Request) -> Result<Pinned> {
    match &request.source {
        Source::Local(path) => Ok(Pinned::Local(path.clone())),
        Source::Git(source) => Pinned::git(deps, source),
        Source::Tarball { url, unrendered, name } => Pinned::tarball(deps, url, unrendered, name),
        Source::Hub { package, conditions, prereleases } => {
            let listed = deps.hub.package(package)?;
            if let Some(name) = &listed.moved_to {
                deps.warn_once(format!("the package `{package}` is kept as `{name}` now: name it so in packages.yml"));
            }
            let prereleases = *prereleases || conditions.iter().any(Condition::names_prerelease);
            match (listed.newest(conditions, prereleases), listed.versions(prereleases).next_back()) {
                (Some(version), Some(latest)) => {
                    Ok(Pinned::Hub { package: package.clone(), version: version.clone(), latest: latest.clone() })
                }
                (None, _) | (_, None) if request.by.len() > 1 => Err(conflict(package, &request.by)),
                (None, _) | (_, None) => {
                    let known: Vec<String> = listed.versions(true).rev().take(5).map(ToString::to_string).collect();
                    Err(Error::new(Kind::Project, format!("the hub has no version {} of `{package}` that works here", shown(conditions)))
                        .hint(if known.is_empty() {
                            "none of its versions works with this version of dbt; `--no-version-check` installs one all the same".to_owned()
                        } else {
                            format!("its newest versions are {}", known.join(", "))
                        }))
                }
            }
        }
    }
}

fn conflict(package: &str, by: &[(String, String)]) -> Error {
    let asked: Vec<String> = by.iter().map(|(who, what)| format!("{what} ({who})")).collect();
    Error::new(Kind::Project, format!("no version of `{package}` is what all ask for: {}", asked.join(" and ")))
        .hint("widen the range in packages.yml, or choose versions of the other packages that agree")
}
