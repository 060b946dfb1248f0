//! The packages that are installed in `dbt_packages/`: each a project of its own.

use std::path::Path;
use std::sync::Arc;

use super::context::Invocation;
use super::profile::Profile;
use super::{PackageConfig, config};
use crate::error::{Error, Kind, Place, Result};
use crate::event::{Event, Sink};

/// Reads every installed package of `root`, in the order of their folders' names.
pub fn load(
    root: &PackageConfig,
    invocation: &Arc<Invocation>,
    profile: &Profile,
    sink: &dyn Sink,
) -> Result<Vec<Arc<PackageConfig>>> {
    let folder = root.root.join(&root.packages_install_path);
    let mut folders: Vec<_> = match std::fs::read_dir(&folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect(),
        Err(_) => Vec::new(),
    };
    folders.sort();
    let mut packages: Vec<Arc<PackageConfig>> = Vec::new();
    for path in folders {
        if !path.join(config::FILE_NAME).is_file() {
            continue;
        }
        let package = load_one(&path, root, invocation, profile)?;
        let twin = packages.iter().map(AsRef::as_ref).chain([root]).find(|other| other.name == package.name);
        if let Some(twin) = twin {
            return Err(Error::new(
                Kind::Project,
                format!(
                    "two packages are named `{}`: in `{}` and in `{}`",
                    package.name,
                    twin.root.display(),
                    path.display()
                ),
            )
            .at(Place::file(path.join(config::FILE_NAME)))
            .hint("rename one of them, or remove it"));
        }
        packages.push(Arc::new(package));
    }
    if packages.is_empty() && wants_packages(&root.root) {
        sink.tell(Event::Warning {
            message: format!(
                "`packages.yml` names packages, and none is installed in `{}`: macros of packages that are not built in will be missing",
                root.packages_install_path
            ),
        });
    }
    Ok(packages)
}

fn load_one(
    path: &Path,
    root: &PackageConfig,
    invocation: &Arc<Invocation>,
    profile: &Profile,
) -> Result<PackageConfig> {
    let mut document = config::read(path)?;
    // Errors name the file as a user sees it from the project's folder.
    document.path = path.strip_prefix(&root.root).unwrap_or(path).join(config::FILE_NAME);
    config::load(path, &document, invocation, profile)
}

fn wants_packages(root: &Path) -> bool {
    ["packages.yml", "dependencies.yml"].iter().any(|name| {
        let text = std::fs::read_to_string(root.join(name)).unwrap_or_default();
        text.lines().any(|line| line.trim_start().starts_with("- "))
    })
}
