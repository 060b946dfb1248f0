//! `clean`: what the project is made of is never touched, and nothing outside of it unless that is asked for.

use std::path::PathBuf;

use super::project::{Project, without_dots};
use super::{Host, info};
use crate::error::{Error, Kind, Result};

/// Removes the folders of `clean-targets`.
pub(super) fn run(project: &Project, outside: bool, host: &Host) -> Result<()> {
    let root = project.root.canonicalize().map_err(|error| Error::io(&project.root, &error))?;
    let resolved = |path: &String| {
        let path = root.join(path);
        path.canonicalize().unwrap_or_else(|_| without_dots(&path))
    };
    let folders: Vec<PathBuf> = project.config.clean_targets.iter().map(resolved).collect();
    let sources: Vec<PathBuf> = project.config.paths.all_sources().iter().map(resolved).collect();
    for (folder, target) in folders.iter().zip(&project.config.clean_targets) {
        // A folder above the sources holds them, too.
        if sources.iter().any(|source| source.starts_with(folder)) || root.starts_with(folder) {
            let message = format!("`clean-targets` names `{target}`, which holds files of the project");
            return Err(Error::new(Kind::Project, message).hint("take it out of `clean-targets`"));
        }
        if !outside && !folder.starts_with(&root) {
            let message = format!("`clean-targets` names `{target}`, which is not inside of the project");
            return Err(Error::new(Kind::Project, message)
                .hint("`--no-clean-project-files-only` lets it be removed, if it is meant"));
        }
    }
    for folder in folders {
        info(host, format!("Checking {}/*", folder.display()));
        if folder.exists() {
            std::fs::remove_dir_all(&folder).map_err(|error| Error::io(&folder, &error))?;
        }
        info(host, format!("Cleaned {}/*", folder.display()));
    }
    info(host, "Finished cleaning all paths.".to_owned());
    Ok(())
}
