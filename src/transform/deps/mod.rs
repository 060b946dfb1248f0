//! `deps`: the packages that a project asks for, brought into `dbt_packages/`.
//!
//! What is asked for is read ([`spec`]), resolved to one version each with everything that packages ask for in turn
//! ([`resolve`]), written to `package-lock.yml` ([`lock`]) and installed from there ([`install`]). Nothing here opens a
//! connection: whoever starts the command hands in a [`Fetch`], and it is used only when a package is on a hub or is a
//! tarball.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::event::{Event, Sink};
use crate::transform::project::{self, ProjectOptions, config, known_keys};

mod add;
mod archive;
mod git;
mod hub;
mod install;
mod lock;
mod package;
mod resolve;
pub mod semver;
mod spec;

pub use add::{Added, From};

/// Where packages that are not on this machine come from.
pub trait Fetch: Send + Sync {
    /// What a server answers to a GET of `url`, redirects followed.
    fn get(&self, url: &str) -> Result<Vec<u8>>;
}

/// What a call of `deps` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Resolve again, also when the lock file is up to date.
    pub upgrade: bool,
    /// Write the lock file and install nothing.
    pub lock_only: bool,
    /// A package to write into `packages.yml` first.
    pub add: Option<Added>,
    /// Leave out versions of packages that say they do not work with this version of dbt.
    pub version_check: bool,
}

/// What every step needs to know.
struct Deps<'a> {
    root: PathBuf,
    /// Where packages go, absolute.
    folder: PathBuf,
    name: String,
    scope: spec::Renderer,
    hub: hub::Hub<'a>,
    fetch: &'a dyn Fetch,
    sink: &'a dyn Sink,
    /// Where repositories and archives wait until they are installed; removed at the end.
    downloads: Downloads,
    /// Repositories and archives that are there already.
    fetched: RefCell<FxHashMap<String, package::Pinned>>,
    told: RefCell<Vec<String>>,
}

impl Deps<'_> {
    fn info(&self, message: impl Into<String>) {
        self.sink.tell(Event::Info { message: message.into() });
    }

    fn warn_once(&self, message: String) {
        if !self.told.borrow().contains(&message) {
            self.told.borrow_mut().push(message.clone());
            self.warn(message);
        }
    }

    fn warn(&self, message: impl Into<String>) {
        self.sink.tell(Event::Warning { message: message.into() });
    }
}

/// Carries out `deps` for the project that the options name.
pub fn run(options: &ProjectOptions, ask: &Ask, fetch: &dyn Fetch, sink: &dyn Sink) -> Result<()> {
    let (root, invocation) = project::locate(options)?;
    let document = config::read(&root)?;
    known_keys::check_project(&document)?;
    let scope = spec::Renderer::new(Arc::clone(&invocation));
    let head = config::head(&document, &invocation)?;
    let downloads = Downloads::beside(&root.join(&head.packages_install_path), &invocation.id);
    let deps = Deps {
        folder: root.join(&head.packages_install_path),
        name: head.name,
        hub: hub::Hub::new(fetch, invocation.environment.get("DBT_PACKAGE_HUB_URL"), ask.version_check),
        root,
        scope,
        fetch,
        sink,
        downloads,
        fetched: RefCell::default(),
        told: RefCell::default(),
    };
    if let Some(added) = &ask.add {
        add::add(&deps, added)?;
    }
    let wanted = spec::of_project(&deps.root, &deps.scope)?;
    if wanted.is_empty() {
        deps.info("No packages were found in packages.yml or dependencies.yml");
        return Ok(());
    }
    if ask.upgrade || !lock::is_of(&deps.root, &wanted)? {
        let resolved = resolve::resolve(&deps, &wanted)?;
        lock::write(&deps, &wanted, &resolved)?;
    }
    if ask.lock_only { Ok(()) } else { install::install(&deps, &lock::read(&deps)?) }
}

/// A folder for what is on its way, on the same disk as its destination so that installing is a rename.
struct Downloads(PathBuf);

impl Downloads {
    fn beside(install_folder: &Path, id: &str) -> Self {
        let name = install_folder.file_name().map_or_else(|| "dbt_packages".into(), |name| name.to_string_lossy());
        Self(install_folder.with_file_name(format!(".{name}-{}", &id[..8])))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Downloads {
    fn drop(&mut self) {
        // What cannot be removed is only in the way of a person who looks.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
