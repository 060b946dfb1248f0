//! Packages in git repositories, fetched with the user's own `git` and its credentials.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Deps;
use super::spec::GitSource;
use crate::error::{Error, Kind, Result};

/// A repository at one revision, on this machine.
#[derive(Clone, Debug)]
pub(super) struct Checkout {
    /// The project's folder in it.
    pub(super) folder: PathBuf,
    /// The commit that the revision stands for.
    pub(super) commit: String,
}

/// Fetches one revision of a repository, without its history.
pub(super) fn checkout(deps: &Deps<'_>, source: &GitSource, number: usize) -> Result<Checkout> {
    let revision = source.revision.as_deref().unwrap_or("HEAD");
    // Both would reach git as options.
    if source.url.starts_with('-') || revision.starts_with('-') {
        return Err(Error::new(Kind::Project, format!("`{}` at `{revision}` is no repository", source.unrendered)));
    }
    let folder = deps.downloads.path(&format!("git-{number}"));
    std::fs::create_dir_all(&folder).map_err(|error| Error::io(&folder, &error))?;
    let git = |arguments: &[&str]| git(&folder, arguments, source);
    git(&["init", "--quiet"])?;
    git(&["remote", "add", "origin", &source.url])?;
    if let Some(subdirectory) = &source.subdirectory {
        git(&["sparse-checkout", "set", subdirectory])?;
    }
    // A tag goes before a branch of its name, as dbt has it.
    let is_commit = revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    let tag = format!("refs/tags/{revision}");
    let wanted: &[&str] = if is_commit || revision == "HEAD" { &[revision] } else { &[&tag, revision] };
    let fetched = wanted.iter().map(|name| git(&["fetch", "--quiet", "--depth", "1", "origin", name]));
    let mut failure = None;
    let mut found = false;
    for outcome in fetched {
        match outcome {
            Ok(_) => {
                found = true;
                break;
            }
            Err(error) => failure = Some(error),
        }
    }
    if let Some(error) = failure.filter(|_| !found) {
        return Err(error);
    }
    git(&["checkout", "--quiet", "--detach", "FETCH_HEAD"])?;
    let commit = git(&["rev-parse", "HEAD"])?;
    Ok(Checkout { folder: within(&folder, source)?, commit })
}

fn within(folder: &Path, source: &GitSource) -> Result<PathBuf> {
    let Some(subdirectory) = &source.subdirectory else { return Ok(folder.to_owned()) };
    let outside = || {
        Error::new(Kind::Project, format!("`{}` has no folder `{subdirectory}`", source.unrendered))
            .hint("`subdirectory:` is the folder of `dbt_project.yml`, as seen from the repository's root")
    };
    let inner = folder.join(subdirectory).canonicalize().map_err(|_| outside())?;
    let root = folder.canonicalize().map_err(|error| Error::io(folder, &error))?;
    if inner.starts_with(&root) { Ok(inner) } else { Err(outside()) }
}

fn git(folder: &Path, arguments: &[&str], source: &GitSource) -> Result<String> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "C")
        // Nobody is there to answer a question for a password.
        .env("GIT_TERMINAL_PROMPT", "0")
        .output()
        .map_err(|error| {
            Error::new(Kind::Io, format!("`git` cannot be run: {error}"))
                .hint("packages with `git:` need git on the PATH: install it and run again")
        })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    // The address may hold a password; git's words repeat it.
    let said = String::from_utf8_lossy(&output.stderr).replace(&source.url, &source.unrendered);
    let said = said.trim().lines().next_back().unwrap_or("it did not say why").to_owned();
    let revision = source.revision.as_deref().unwrap_or("HEAD");
    Err(Error::new(Kind::Project, format!("git cannot fetch `{}` at `{revision}`: {said}", source.unrendered))
        .hint("check the address and the revision with `git ls-remote`, and that you may read the repository"))
}
