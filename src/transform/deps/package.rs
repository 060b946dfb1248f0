//! One package at one version: what it is called, what it needs, how it comes into the project.

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use super::git::{self, Checkout};
use super::semver::Version;
use super::spec::{self, GitSource, Spec};
use super::{Deps, archive};
use crate::error::{Error, Kind, Place, Result};
use crate::transform::project::config;

/// A package whose version is decided.
#[derive(Clone, Debug)]
pub(super) enum Pinned {
    Local(String),
    Git { source: GitSource, checkout: Checkout },
    Tarball { url: String, unrendered: String, name: String, folder: PathBuf },
    Hub { package: String, version: Version, latest: Version },
}

/// A package with what its own files say.
pub(super) struct Package {
    pub(super) pinned: Pinned,
    /// The project's name, which is that of its folder in `dbt_packages/`.
    pub(super) name: String,
    /// What it asks for in turn.
    pub(super) packages: Vec<Spec>,
}

/// Reads what a package says of itself; one that is not on this machine is fetched.
pub(super) fn read(deps: &Deps<'_>, pinned: Pinned) -> Result<Package> {
    let (name, packages) = match &pinned {
        Pinned::Local(path) => of_folder(deps, &deps.root.join(path), &format!("local package `{path}`"))?,
        Pinned::Git { source, checkout } => {
            of_folder(deps, &checkout.folder, &format!("package `{}`", source.unrendered))?
        }
        Pinned::Tarball { unrendered, name, folder, .. } => {
            (name.clone(), of_folder(deps, folder, &format!("package `{unrendered}`"))?.1)
        }
        Pinned::Hub { package, version, .. } => {
            let release = deps.hub.package(package)?.release(package, &version.to_string())?;
            (release.name, release.packages)
        }
    };
    // The name becomes a folder's.
    if !config::is_name(&name) {
        return Err(Error::new(Kind::Project, format!("`{name}` cannot be the name of a package"))
            .hint("names are letters, digits and underscores, beginning with a letter"));
    }
    Ok(Package { pinned, name, packages })
}

fn of_folder(deps: &Deps<'_>, folder: &Path, what: &str) -> Result<(String, Vec<Spec>)> {
    let file = folder.join(config::FILE_NAME);
    if !file.is_file() {
        return Err(Error::new(Kind::FileNotFound, format!("the {what} has no `{}`", config::FILE_NAME))
            .at(Place::file(file))
            .hint("name the folder that holds it; a local path starts from the project's own folder"));
    }
    let name = config::head(&config::read(folder)?, deps.scope.invocation())?.name;
    Ok((name, spec::of_project(folder, &deps.scope)?))
}

impl Pinned {
    /// A git repository at its revision, fetched.
    pub(super) fn git(deps: &Deps<'_>, source: &GitSource) -> Result<Self> {
        let key = format!("{:?} {:?} {}", source.subdirectory, source.revision, source.url);
        if let Some(Self::Git { checkout, .. }) = deps.fetched.borrow().get(&key) {
            return Ok(Self::Git { source: source.clone(), checkout: checkout.clone() });
        }
        let revision = source.revision.as_deref().unwrap_or("HEAD");
        if matches!(revision, "HEAD" | "main" | "master") && source.warn_unpinned {
            deps.warn(format!(
                "the package `{}` is taken as it is at `{revision}` today: pin it with `revision:`, a tag or a commit, or say `warn-unpinned: false`",
                source.unrendered
            ));
        }
        let checkout = git::checkout(deps, source, deps.fetched.borrow().len())?;
        let pinned = Self::Git { source: source.clone(), checkout };
        deps.fetched.borrow_mut().insert(key, pinned.clone());
        Ok(pinned)
    }

    /// An archive, fetched and unpacked.
    pub(super) fn tarball(deps: &Deps<'_>, url: &str, unrendered: &str, name: &str) -> Result<Self> {
        if let Some(known) = deps.fetched.borrow().get(url) {
            return Ok(known.clone());
        }
        let folder = deps.downloads.path(&format!("tarball-{}", deps.fetched.borrow().len()));
        archive::unpack(&deps.fetch.get(url)?, &folder, unrendered)?;
        let (unrendered, name) = (unrendered.to_owned(), name.to_owned());
        let pinned = Self::Tarball { url: url.to_owned(), unrendered, name, folder };
        deps.fetched.borrow_mut().insert(url.to_owned(), pinned.clone());
        Ok(pinned)
    }

    /// Whether two are the same package at the same version.
    pub(super) fn identity(&self) -> String {
        match self {
            Self::Local(path) => format!("local {path}"),
            Self::Git { source, checkout } => {
                format!("git {} {:?} {}", source.url, source.subdirectory, checkout.commit)
            }
            Self::Tarball { url, .. } => format!("tarball {url}"),
            Self::Hub { package, version, .. } => format!("hub {package} {version}"),
        }
    }

    /// How a person names it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Local(path) => path.clone(),
            Self::Git { source, .. } => source.unrendered.clone(),
            Self::Tarball { unrendered, .. } => unrendered.clone(),
            Self::Hub { package, .. } => package.clone(),
        }
    }

    /// The entry of the lock file.
    pub(super) fn locked(&self, name: &str) -> Json {
        let mut entry = match self {
            Self::Local(path) => json!({"local": path}),
            Self::Git { source, checkout } => json!({"git": source.unrendered, "revision": checkout.commit}),
            Self::Tarball { unrendered, .. } => json!({"tarball": unrendered}),
            Self::Hub { package, version, .. } => json!({"package": package, "version": version.to_string()}),
        };
        if let Self::Git { source: GitSource { subdirectory: Some(folder), .. }, .. } = self {
            entry["subdirectory"] = json!(folder);
        }
        entry["name"] = json!(name);
        entry
    }
}
