//! Which files of a package are parsed as what.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::WalkDir;

use crate::error::{Error, Result};
use crate::transform::jinja::SourceFile;
use crate::transform::project::{PackageConfig, read_text, wildcard};

/// A file of a package, by its several names.
#[derive(Clone, Debug)]
pub(super) struct FoundFile {
    pub(super) package: Arc<PackageConfig>,
    /// Below the folder that was searched: `staging/stg_orders.sql`.
    pub(super) relative: String,
    /// Below the package: `models/staging/stg_orders.sql`.
    pub(super) original: String,
    pub(super) absolute: PathBuf,
    /// As errors show it: below the root project.
    pub(super) shown: PathBuf,
}

impl FoundFile {
    /// The file's name without its extension.
    pub(super) fn stem(&self) -> &str {
        let name = self.relative.rsplit('/').next().unwrap_or(&self.relative);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    pub(super) fn extension(&self) -> &str {
        self.relative.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// The folders of a relative path.
    pub(super) fn folders(&self) -> impl Iterator<Item = &str> {
        let parts: Vec<&str> = self.relative.split('/').collect();
        let count = parts.len().saturating_sub(1);
        parts.into_iter().take(count)
    }

    /// The text without the space at its end, which dbt strips too.
    pub(super) fn read(&self) -> Result<Arc<SourceFile>> {
        read_text(&self.absolute, &self.shown).map(|text| SourceFile::new(&self.shown, text.trim_end()))
    }
}

/// The files below some folders of a package that end in one of `extensions`, in the order of their paths.
pub(super) fn find(
    root: &Path,
    package: &Arc<PackageConfig>,
    folders: &[String],
    extensions: &[&str],
) -> Result<Vec<FoundFile>> {
    let ignored = Ignored::of(&package.root);
    let mut found = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for folder in folders {
        let folder = folder.trim_start_matches("./").trim_end_matches('/');
        let start = package.root.join(folder);
        if !start.is_dir() {
            continue;
        }
        // A link is followed, as a folder of models may be one; walkdir finds loops.
        for entry in WalkDir::new(&start).follow_links(true).sort_by_file_name() {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(&start).to_owned();
                Error::io(path, &error.into())
            })?;
            let extension = entry.path().extension().and_then(|extension| extension.to_str()).unwrap_or_default();
            if !entry.file_type().is_file() || !extensions.contains(&extension) {
                continue;
            }
            let relative = slashes(entry.path().strip_prefix(&start).unwrap_or(entry.path()));
            let original =
                if folder.is_empty() || folder == "." { relative.clone() } else { format!("{folder}/{relative}") };
            if ignored.holds(&original) || !seen.insert(original.clone()) {
                continue;
            }
            let shown = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_owned();
            found.push(FoundFile { package: package.clone(), relative, original, absolute: entry.into_path(), shown });
        }
    }
    Ok(found)
}

fn slashes(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// `.dbtignore`: patterns as in `.gitignore`.
struct Ignored(Vec<(bool, Vec<String>)>);

impl Ignored {
    fn of(root: &Path) -> Self {
        let text = std::fs::read_to_string(root.join(".dbtignore")).unwrap_or_default();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self(lines.map(pattern).collect())
    }

    // The last pattern that matches decides; a folder takes everything in it along.
    fn holds(&self, path: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let parts: Vec<&str> = path.split('/').collect();
        let matches = |pattern: &Vec<String>| {
            let pattern: Vec<&str> = pattern.iter().map(String::as_str).collect();
            (1..=parts.len()).any(|length| wildcard::path_matches(&parts[..length], &pattern))
        };
        self.0.iter().rev().find(|(_, pattern)| matches(pattern)).is_some_and(|(ignore, _)| *ignore)
    }
}

fn pattern(line: &str) -> (bool, Vec<String>) {
    let (ignore, line) = line.strip_prefix('!').map_or((true, line), |rest| (false, rest));
    let anchored = line.trim_end_matches('/').contains('/');
    let mut parts: Vec<String> = line.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    if !anchored {
        parts.insert(0, "**".to_owned());
    }
    (ignore, parts)
}
