//! From the lock file to `dbt_packages/`: everything is fetched first, then the folder is replaced.

use std::path::Path;

use super::package::{Package, Pinned};
use super::spec::Spec;
use super::{Deps, archive, resolve};
use crate::error::{Error, Kind, Result};

/// Installs what the lock file names. Until everything is there, the packages of before stay as they are.
pub(super) fn install(deps: &Deps<'_>, locked: &[Spec]) -> Result<()> {
    let packages = resolve::pinned(deps, locked)?;
    let fresh = deps.downloads.path("install");
    std::fs::create_dir_all(&fresh).map_err(|error| Error::io(&fresh, &error))?;
    let mut outdated = Vec::new();
    for package in &packages {
        deps.info(format!("Installing {}", package.pinned.shown()));
        place(deps, package, &fresh.join(&package.name))?;
        match &package.pinned {
            Pinned::Local(path) => deps.info(format!("Installed from <local @ {path}>")),
            Pinned::Git { source, checkout } => {
                deps.info(format!("Installed from revision {}", checkout.commit));
                if let Some(folder) = &source.subdirectory {
                    deps.info(format!("   and subdirectory {folder}"));
                }
            }
            Pinned::Tarball { unrendered, .. } => deps.info(format!("Installed from tarball (url: {unrendered})")),
            Pinned::Hub { package, version, latest } => {
                deps.info(format!("Installed from version {version}"));
                if version == latest {
                    deps.info("Up to date!");
                } else {
                    deps.info(format!("Updated version available: {latest}"));
                    outdated.push(package.clone());
                }
            }
        }
    }
    replace(&deps.folder, &fresh, &deps.downloads.path("before"))?;
    if !outdated.is_empty() {
        deps.info(format!(
            "Updates available for packages: {}. Update your versions in packages.yml, then run `deps` again",
            outdated.join(", ")
        ));
    }
    Ok(())
}

fn place(deps: &Deps<'_>, package: &Package, target: &Path) -> Result<()> {
    match &package.pinned {
        Pinned::Local(path) => link(&deps.root.join(path), target),
        Pinned::Git { checkout, .. } => copy(&checkout.folder, target),
        Pinned::Tarball { folder, .. } => copy(folder, target),
        Pinned::Hub { package, version, .. } => {
            let release = deps.hub.package(package)?.release(package, &version.to_string())?;
            archive::unpack(&deps.fetch.get(&release.tarball)?, target, &release.tarball)
        }
    }
}

// A local package stays where it is, so that changes there are seen here.
fn link(source: &Path, target: &Path) -> Result<()> {
    let source = source.canonicalize().map_err(|error| Error::io(source, &error))?;
    #[cfg(unix)]
    if std::os::unix::fs::symlink(&source, target).is_ok() {
        return Ok(());
    }
    copy(&source, target)
}

// Links in a package are not followed: they may lead anywhere. What git keeps for itself stays behind.
fn copy(source: &Path, target: &Path) -> Result<()> {
    for entry in walkdir::WalkDir::new(source).into_iter().filter_entry(|entry| entry.file_name() != ".git") {
        let entry = entry.map_err(|error| Error::new(Kind::Io, format!("a package cannot be read: {error}")))?;
        let inner = entry.path().strip_prefix(source).expect("what is walked is inside");
        let path = target.join(inner);
        let made = match entry.file_type() {
            kind if kind.is_dir() => std::fs::create_dir_all(&path),
            kind if kind.is_file() => std::fs::copy(entry.path(), &path).map(|_| ()),
            _ => Ok(()),
        };
        made.map_err(|error| Error::io(&path, &error))?;
    }
    Ok(())
}

fn replace(folder: &Path, fresh: &Path, before: &Path) -> Result<()> {
    if folder.symlink_metadata().is_ok() {
        std::fs::rename(folder, before).map_err(|error| Error::io(folder, &error))?;
    }
    std::fs::rename(fresh, folder).map_err(|error| Error::io(folder, &error))
}
