//! Keys that dbt knows, and the words for one that is nearly such a key.
//!
//! A key of one's own is allowed nearly everywhere, and means nothing; only one that looks like a known key is told of.

use super::yaml::{Document, Yaml};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::nearest;

/// The sections of a properties file.
const SECTIONS: [&str; 16] = [
    "version",
    "models",
    "seeds",
    "snapshots",
    "analyses",
    "data_tests",
    "sources",
    "macros",
    "exposures",
    "groups",
    "unit_tests",
    "metrics",
    "semantic_models",
    "saved_queries",
    "functions",
    "anchors",
];

/// What an entry of models, seeds, snapshots, sources and their tables may say.
const ENTRY: [&str; 40] = [
    "name",
    "description",
    "columns",
    "config",
    "data_tests",
    "tests",
    "meta",
    "tags",
    "docs",
    "group",
    "access",
    "contract",
    "constraints",
    "versions",
    "latest_version",
    "deprecation_date",
    "time_spine",
    "tables",
    "schema",
    "database",
    "loader",
    "freshness",
    "loaded_at_field",
    "loaded_at_query",
    "quoting",
    "overrides",
    "identifier",
    "external",
    "relation",
    "quote_columns",
    "quote",
    "data_type",
    "granularity",
    "entity",
    "dimension",
    "primary_entity",
    "semantic_model",
    "agg_time_dimension",
    "metrics",
    "derived_semantics",
];

/// What `dbt_project.yml` may hold; anything else is refused, as it would be without effect.
const PROJECT: [&str; 48] = [
    "name",
    "version",
    "config-version",
    "project-root",
    "profile",
    "model-paths",
    "source-paths",
    "macro-paths",
    "seed-paths",
    "data-paths",
    "test-paths",
    "analysis-paths",
    "docs-paths",
    "asset-paths",
    "function-paths",
    "snapshot-paths",
    "target-path",
    "log-path",
    "packages-install-path",
    "clean-targets",
    "quoting",
    "on-run-start",
    "on-run-end",
    "require-dbt-version",
    "dispatch",
    "models",
    "seeds",
    "snapshots",
    "analyses",
    "sources",
    "tests",
    "data_tests",
    "unit_tests",
    "metrics",
    "semantic-models",
    "saved-queries",
    "exposures",
    "functions",
    "vars",
    "packages",
    "query-comment",
    "restrict-access",
    "dbt-cloud",
    "flags",
    "modules-paths",
    "sync",
    "anchors",
    "project_id",
];

/// Refuses a `dbt_project.yml` with a key that means nothing.
pub(in crate::transform) fn check_project(document: &Document) -> Result<()> {
    for (key, entry) in document.root.as_map().into_iter().flatten() {
        if PROJECT.contains(&&**key) {
            continue;
        }
        let message = format!("`dbt_project.yml` takes no key `{key}`");
        let error = Error::new(Kind::Project, message).at(document.place(entry.key));
        return Err(match nearest(key, PROJECT) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("remove it; values for templates stand under `vars`"),
        });
    }
    Ok(())
}

/// A line for each key of a properties file that looks like one dbt knows and is not.
pub(super) fn mistaken(document: &Document) -> Vec<String> {
    let mut found = Vec::new();
    let Some(root) = document.root.as_map() else { return found };
    report(document, &document.root, &SECTIONS, &mut found);
    for section in ["models", "seeds", "snapshots", "sources"] {
        for entry in root.get(section).and_then(|entry| entry.value.as_list()).into_iter().flatten() {
            entries(document, entry, &mut found);
        }
    }
    found
}

fn entries(document: &Document, entry: &Yaml, found: &mut Vec<String>) {
    report(document, entry, &ENTRY, found);
    for below in ["columns", "tables"] {
        for inner in entry.get(below).and_then(Yaml::as_list).into_iter().flatten() {
            entries(document, inner, found);
        }
    }
}

fn report(document: &Document, mapping: &Yaml, known: &[&'static str], found: &mut Vec<String>) {
    for (key, entry) in mapping.as_map().into_iter().flatten() {
        if known.contains(&&**key) {
            continue;
        }
        if let Some(near) = near(key, known.iter().copied()) {
            let place = document.place(entry.key);
            found.push(format!("{place}: the key `{key}` means nothing here; did you mean `{near}`?"));
        }
    }
}

/// The known key that is surely meant by one that is not known.
pub(in crate::transform) fn near<'n>(key: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    const LIKENESS_MIN: f64 = 0.93;
    nearest(key, known).filter(|near| strsim::jaro_winkler(key, near) >= LIKENESS_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_looks_like_a_known_key_is_told_of() {
        for (typo, meant) in [("colums", "columns"), ("descripton", "description"), ("data_test", "data_tests")] {
            assert_eq!(near(typo, ENTRY), Some(meant));
        }
        for own in ["owner", "primary_key", "notes", "column_order", "entities"] {
            assert_eq!(near(own, ENTRY), None, "{own}");
        }
    }
}
