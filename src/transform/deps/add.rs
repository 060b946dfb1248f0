//! `deps --add-package`: one more entry in `packages.yml`, in place of those of the same package.

use std::path::Path;

use serde_json::{Map, Value as Json, json};

use super::{Deps, spec};
use crate::error::{Error, Kind, Result};
use crate::transform::project::{read_text, yaml};

/// A package to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    pub name: String,
    /// A version or, for git, a revision; several conditions with commas between them.
    pub version: Option<String>,
    pub from: From,
}

/// Where an added package comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    Hub,
    Git,
    Local,
}

/// Writes the file that the project keeps its packages in, as dbt writes it: in order of keys, without comments.
pub(super) fn add(deps: &Deps<'_>, added: &Added) -> Result<()> {
    if added.version.is_none() && added.from != From::Local {
        return Err(Error::new(Kind::Usage, format!("`--add-package {}` names no version", added.name))
            .hint("write it as `--add-package owner/name@1.0.0`; a local package needs none"));
    }
    let file = [spec::DEPENDENCIES, spec::PACKAGES]
        .into_iter()
        .find(|file| names_packages(&deps.root.join(file), file))
        .unwrap_or(spec::PACKAGES);
    let path = deps.root.join(file);
    let mut content = if path.is_file() {
        match yaml::parse(file, read_text(&path, Path::new(file))?)?.root.to_json() {
            Json::Object(content) => content,
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => Map::new(),
        }
    } else {
        Map::new()
    };
    let mut packages = match content.remove("packages") {
        Some(Json::Array(packages)) => packages,
        None | Some(Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_)) => Vec::new(),
    };
    packages.retain(|entry| {
        let same = is_same(entry, &added.name);
        if same {
            deps.info(format!("Removed the entry of the same package from {file}: {entry}"));
        }
        !same
    });
    packages.push(entry(added));
    content.insert("packages".to_owned(), Json::Array(packages));
    std::fs::write(&path, yaml::write_indented(&Json::Object(content))).map_err(|error| Error::io(&path, &error))?;
    deps.info(format!("Added {} to {file}", added.name));
    Ok(())
}

fn names_packages(path: &Path, file: &str) -> bool {
    let Ok(text) = std::fs::read_to_string(path) else { return false };
    yaml::parse(file, text).is_ok_and(|document| document.root.get("packages").is_some())
}

fn entry(added: &Added) -> Json {
    let (key, version_key) = match added.from {
        From::Hub => ("package", "version"),
        From::Git => ("git", "revision"),
        From::Local => ("local", "version"),
    };
    let mut entry = json!({key: added.name});
    if let Some(version) = added.version.as_ref().filter(|_| added.from != From::Local) {
        entry[version_key] = match version.split_once(',') {
            Some(_) => version.split(',').map(str::trim).collect(),
            None => json!(version),
        };
    }
    entry
}

// The same package may stand there from another source, and repositories spell `_` as `-`.
fn is_same(entry: &Json, name: &str) -> bool {
    let Some(known) = ["package", "git", "local", "tarball", "private"].iter().find_map(|key| entry.get(key)?.as_str())
    else {
        return false;
    };
    let known = known.replace('-', "_");
    let short = name.rsplit('/').next().unwrap_or(name);
    [name, short].iter().any(|name| {
        let name = name.replace('-', "_");
        let boundary = |letter: Option<char>| letter.is_none_or(|letter| matches!(letter, '/' | '.'));
        known.match_indices(&name).any(|(start, found)| {
            boundary(known[..start].chars().next_back()) && boundary(known[start + found.len()..].chars().next())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_package_is_known_by_any_of_its_spellings() {
        let same = [
            json!({"package": "dbt-labs/dbt_utils"}),
            json!({"git": "https://example.com/dbt-labs/dbt-utils.git"}),
            json!({"local": "../dbt_utils"}),
        ];
        for entry in same {
            assert!(is_same(&entry, "dbt-labs/dbt_utils"), "{entry}");
        }
        assert!(!is_same(&json!({"package": "other/dbt_utils_extra"}), "dbt-labs/dbt_utils"));
    }

    #[test]
    fn several_conditions_become_a_list() {
        let added = Added { name: "a/b".into(), version: Some(">=1.0.0,<2.0.0".into()), from: From::Hub };
        assert_eq!(entry(&added), json!({"package": "a/b", "version": [">=1.0.0", "<2.0.0"]}));
    }
}
