//! The packages of one run, loaded as one: a run over several schemas has a package for each, and one state for all of them.
//!
//! If one of them were loaded and the one with the state were not, the next run would read rows that are there already. So they
//! share a transaction, and a package that can never load takes the others of its run along.

use std::path::PathBuf;

use super::package::{Package, can_never_load, set_aside};
use super::{LoadOptions, LoadReport, load_all};
use crate::engine::Session;
use crate::error::{Error, Kind, Result};

/// What becomes of the folders afterwards.
#[derive(Clone, Copy, Debug, Default)]
pub struct Afterwards {
    /// Leave the packages where they are once they are loaded.
    pub keep: bool,
    /// Move packages that can never load to `failed`, each with the reason.
    pub set_aside: bool,
}

/// Loads the packages in `folders` in one transaction, and clears them away.
pub fn load_together(
    folders: &[PathBuf],
    session: &mut dyn Session,
    dataset: &str,
    options: &LoadOptions,
    afterwards: Afterwards,
) -> Result<Vec<LoadReport>> {
    let mut at = 0;
    let loaded = open(folders, &mut at).and_then(|packages| {
        let reports = load_all(&packages, session, dataset, options, &mut at)?;
        Ok((packages, reports))
    });
    let (packages, reports) = match loaded {
        Ok(loaded) => loaded,
        Err(error) => {
            if afterwards.set_aside && can_never_load(&error) {
                set_all_aside(folders, at, &error)?;
            }
            return Err(error);
        }
    };
    if !afterwards.keep {
        for package in packages {
            package.discard()?;
        }
    }
    Ok(reports)
}

fn open(folders: &[PathBuf], at: &mut usize) -> Result<Vec<Package>> {
    let mut packages = Vec::with_capacity(folders.len());
    for (number, folder) in folders.iter().enumerate() {
        *at = number;
        packages.push(Package::open(folder)?);
    }
    Ok(packages)
}

// The one at fault first: if this process ends in between, the reason for the others is there already.
fn set_all_aside(folders: &[PathBuf], at: usize, error: &Error) -> Result<()> {
    let Some(culprit) = folders.get(at) else { return Ok(()) };
    set_aside(culprit, error)?;
    let name = culprit.file_name().unwrap_or_default().to_string_lossy();
    for (_, other) in folders.iter().enumerate().filter(|(number, _)| *number != at) {
        let reason = format!("package `{name}` of the same run cannot load: {}", error.message());
        set_aside(other, &Error::new(Kind::Data, reason))?;
    }
    Ok(())
}
