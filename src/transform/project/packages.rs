//! The packages that are installed in `dbt_packages/`: each a project of its own.

use std::path::Path;
use std::sync::Arc;

use super::context::Invocation;
use super::globals::Vars;
use super::profile::Profile;
use super::yaml::{self, Yaml};
use super::{PackageConfig, Project, config};
use crate::error::{Error, Kind, Place, Result};
use crate::event::{Event, Sink};
use crate::transform::jinja::builtin_macros::FILES;

/// Reads every installed package of `root`, in the order of their folders' names.
pub fn load(root: &PackageConfig, invocation: &Arc<Invocation>, profile: &Profile) -> Result<Vec<Arc<PackageConfig>>> {
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
    Ok(packages)
}

/// Refuses a project whose packages are not installed, as dbt does: by their number, since a repository's name need not be
/// that of the package in it. A name that no package may go by is a warning.
pub fn check_installed(project: &Project, sink: &dyn Sink) -> Result<()> {
    let root = &project.config;
    let asked: Vec<String> = wanted(&root.root)?.into_iter().filter(|name| !is_built_in(name)).collect();
    let is_missing = |name: &&String| !project.packages.iter().any(|package| package.name == **name);
    let missing: Vec<String> = asked.iter().filter(is_missing).map(|name| format!("`{name}`")).collect();
    if asked.len() > project.packages.len() {
        return Err(not_installed(root, &missing));
    }
    // A package may have another name than its repository or folder.
    let is_unknown = |package: &&Arc<PackageConfig>| package.name != root.name && !asked.contains(&package.name);
    if missing.len() > project.packages.iter().filter(is_unknown).count() {
        sink.tell(Event::Warning {
            message: format!(
                "{} {} named in this project's packages and not installed in `{}`: macros and models from there will be missing",
                missing.join(", "),
                if missing.len() == 1 { "is" } else { "are" },
                root.packages_install_path
            ),
        });
    }
    Ok(())
}

// The hint is word for word what orchestrators look for in the output of dbt.
fn not_installed(root: &PackageConfig, missing: &[String]) -> Error {
    let message = format!(
        "{} {} named in this project's packages and not installed in `{}`",
        missing.join(", "),
        if missing.len() == 1 { "is" } else { "are" },
        root.packages_install_path
    );
    let list = LISTS.into_iter().find(|list| root.root.join(list).is_file()).unwrap_or(LISTS[0]);
    Error::new(Kind::Project, message)
        .at(Place::file(list))
        .hint("Run \"dbt deps\" to install package dependencies (or `gristmill deps`, which is the same)")
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
    // As in dbt, variables of the command line mean nothing to its file.
    config::load(path, &document, Vars::default(), invocation, profile)
}

/// The files that name packages, as dbt has them.
const LISTS: [&str; 2] = ["packages.yml", "dependencies.yml"];

fn is_built_in(name: &str) -> bool {
    FILES.iter().any(|file| file.package == name)
}

/// The packages that a project asks for, by the names that a reader knows them under: `dbt_utils` for
/// `dbt-labs/dbt_utils`, the last part of a repository's address or of a path.
fn wanted(root: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for list in LISTS {
        let Ok(text) = std::fs::read_to_string(root.join(list)) else { continue };
        let document = yaml::parse(list, text)?;
        let entries = document.root.given("packages").and_then(Yaml::as_list).unwrap_or_default();
        names.extend(entries.iter().filter_map(name_of));
    }
    Ok(names)
}

fn name_of(entry: &Yaml) -> Option<String> {
    let given = ["name", "package", "git", "local", "tarball"].iter().find_map(|key| entry.given(key)?.as_str())?;
    let last = given.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or(given);
    Some(last.trim_end_matches(".git").trim_end_matches(".tar.gz").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_known_by_the_last_part_of_where_they_come_from() {
        let folder = tempfile::tempdir().unwrap();
        let text = "packages:\n  - {package: dbt-labs/dbt_utils, version: 1.3.0}\n  - git: https://example.com/shop/tools.git\n  - local: ../shared/\n  - {tarball: https://example.com/a.tar.gz, name: archive}\n";
        std::fs::write(folder.path().join("packages.yml"), text).unwrap();
        assert_eq!(wanted(folder.path()).unwrap(), ["dbt_utils", "tools", "shared", "archive"]);
        assert!(is_built_in("dbt_utils") && !is_built_in("tools"));
    }
}
