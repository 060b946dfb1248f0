//! What becomes of warnings: `--warn-error`, and `--warn-error-options` by dbt's names of them.

use serde_json::{Map, Value as Json, json};

use super::yaml;
use crate::error::{Error, Kind, Result};
use crate::event::Event;
use crate::transform::jinja::nearest;

/// What becomes of one warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It ends the command, or the node that it is about.
    Error,
    Told,
    Silent,
}

/// What the flags say of all warnings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warnings {
    all: bool,
    is_strict: bool,
    error: Vec<String>,
    warn: Vec<String>,
    silence: Vec<String>,
}

/// What dbt tells past its flags of warnings, unless a flag of the project says that they are for all of them.
const UNHANDLED: [&str; 1] = ["SemanticValidationFailure"];
const STRICT: &str = "REQUIRE_ALL_WARNINGS_HANDLED_BY_WARN_ERROR";

/// The name of all warnings of something that will go away.
const DEPRECATIONS: &str = "Deprecations";

/// dbt's names of what it warns of, but for deprecations, whose names end in their kind.
const NAMES: [&str; 42] = [
    "AdapterEventWarning",
    "CatalogGenerationError",
    "CollectFreshnessReturnSignature",
    "ConstraintNotEnforced",
    "ConstraintNotSupported",
    "DeprecatedModel",
    "DeprecatedReference",
    "DeprecationsSummary",
    "DepsScrubbedPackageName",
    "DepsUnpinned",
    "FreshnessConfigProblem",
    "InvalidConcurrentBatchesConfig",
    "InvalidMacroAnnotation",
    "InvalidValueForField",
    "JinjaLogWarning",
    "LogFreshnessResult",
    "LogTestResult",
    "MacroNotFoundForPatch",
    "MicrobatchModelNoEventTimeInputs",
    "NoNodeForYamlKey",
    "NoNodesForSelectionCriteria",
    "NoNodesSelected",
    "NodeNotFoundOrDisabled",
    "NothingToDo",
    "PackageNodeDependsOnRootProjectNode",
    "RunResultWarning",
    "RunResultWarningMessage",
    "SeedExceedsLimitAndPathChanged",
    "SeedExceedsLimitChecksumChanged",
    "SeedExceedsLimitSamePath",
    "SeedIncreased",
    "SemanticValidationFailure",
    "SnapshotTimestampWarning",
    "SourceFreshnessProjectHooksNotRun",
    "UnsupportedConstraintMaterialization",
    "UnusedResourceConfigPath",
    "UnusedTables",
    "UnversionedBreakingChange",
    "UpcomingReferenceDeprecation",
    "ValidationWarning",
    "WarnStateTargetEqual",
    "WrongResourceSchemaFile",
];

impl Warnings {
    /// Reads `WARN_ERROR` and `WARN_ERROR_OPTIONS` as [`options`] leaves them.
    pub fn of(flags: &Map<String, Json>) -> Self {
        let given = flags.get("WARN_ERROR_OPTIONS").unwrap_or(&Json::Null);
        let warn_error = flags.get("WARN_ERROR").and_then(Json::as_bool).unwrap_or(false);
        Self {
            all: warn_error || given["error"].as_str().is_some(),
            is_strict: flags.get(STRICT).and_then(Json::as_bool).unwrap_or(false),
            error: names(&given["error"]),
            warn: names(&given["warn"]),
            silence: names(&given["silence"]),
        }
    }

    /// What becomes of the warning that dbt calls `name`. What is named counts before what is meant by a word for many.
    pub fn fate(&self, name: &str) -> Fate {
        if !self.is_strict && UNHANDLED.contains(&name) {
            return Fate::Told;
        }
        let deprecation = name.ends_with("Deprecation");
        let named = |list: &[String]| list.iter().any(|one| one == name);
        let meant = |list: &[String]| deprecation && list.iter().any(|one| one == DEPRECATIONS);
        let rules = [
            (named(&self.silence), Fate::Silent),
            (named(&self.warn), Fate::Told),
            (named(&self.error), Fate::Error),
            (meant(&self.silence), Fate::Silent),
            (meant(&self.warn), Fate::Told),
            (self.all || meant(&self.error), Fate::Error),
        ];
        rules.into_iter().find(|(holds, _)| *holds).map_or(Fate::Told, |(_, fate)| fate)
    }

    /// Whether that warning is an error.
    pub fn is_error(&self, name: &str) -> bool {
        self.fate(name) == Fate::Error
    }
}

/// dbt's name of a warning and its text; `None` of other events.
pub fn warning(event: &Event) -> Option<(&str, &str)> {
    match event {
        Event::Warning { message } => Some(("ValidationWarning", message)),
        Event::Named { name, message } => Some((name, message)),
        Event::NoneSelected { message, .. } => Some(("NoNodesForSelectionCriteria", message)),
        Event::NothingToDo => Some(("NothingToDo", "nothing to do: nothing is selected")),
        _ => None,
    }
}

/// The text of `--warn-error-options` with its older words replaced: `{"error": "all", "warn": [...], "silence": [...]}`.
pub fn options(text: &str) -> Result<Json> {
    let wrong = |message: String| Error::new(Kind::Config, message);
    let Json::Object(given) = yaml::parse("--warn-error-options", text)?.root.to_json() else {
        let hint = "write it like '{error: all, warn: [NoNodesForSelectionCriteria], silence: []}'";
        return Err(wrong("`--warn-error-options` is no YAML mapping".to_owned()).hint(hint));
    };
    let mut read = Map::new();
    for (key, value) in given {
        let name = match key.as_str() {
            "include" => "error",
            "exclude" => "warn",
            "error" | "warn" | "silence" => key.as_str(),
            // What dbt does not know here it passes over.
            _ => continue,
        };
        let value = match value {
            Json::Null => json!([]),
            Json::String(word) if name == "error" && ["all", "*"].contains(&word.as_str()) => json!(word),
            Json::Array(_) if names(&value).iter().all(|name| is_known(name)) => value,
            Json::Array(_) => {
                let unknown = names(&value).into_iter().find(|name| !is_known(name)).unwrap_or_default();
                let error = wrong(format!("`--warn-error-options` names `{unknown}`, which is no warning"));
                let near = nearest(&unknown, NAMES);
                return Err(near.into_iter().fold(error, |error, near| error.hint(format!("did you mean `{near}`?"))));
            }
            _ => return Err(wrong(format!("`{key}` of `--warn-error-options` is no list of names"))),
        };
        if read.insert(name.to_owned(), value).is_some() {
            return Err(wrong(format!("`--warn-error-options` gives `{name}` twice, by two of its names")));
        }
    }
    let listed = |key: &str, name: &str| read.get(key).is_some_and(|list| names(list).iter().any(|one| one == name));
    let many = read.get("error").is_some_and(Json::is_string);
    let warns = read.get("warn").is_some_and(|list| !names(list).is_empty());
    if warns && !many && !listed("error", DEPRECATIONS) && !listed("silence", DEPRECATIONS) {
        let message = "`warn` of `--warn-error-options` takes nothing out, because `error` means no more than it names";
        return Err(wrong(message.to_owned()).hint("with `error: all`, `warn` names what stays a warning"));
    }
    for name in ["error", "warn", "silence"] {
        read.entry(name).or_insert_with(|| json!([]));
    }
    Ok(Json::Object(read))
}

fn names(list: &Json) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect()
}

fn is_known(name: &str) -> bool {
    name == DEPRECATIONS || name.ends_with("Deprecation") || NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fate(text: &str, name: &str) -> Fate {
        let flags = Map::from_iter([("WARN_ERROR_OPTIONS".to_owned(), options(text).unwrap())]);
        Warnings::of(&flags).fate(name)
    }

    #[test]
    fn what_is_named_counts_first() {
        assert_eq!(fate("{error: all}", "NothingToDo"), Fate::Error);
        assert_eq!(fate("{errors: all}", "NothingToDo"), Fate::Told);
        assert_eq!(fate("{include: '*', exclude: [NothingToDo]}", "NothingToDo"), Fate::Told);
        assert_eq!(fate("{error: [NothingToDo]}", "NothingToDo"), Fate::Error);
        assert_eq!(fate("{error: [NothingToDo]}", "JinjaLogWarning"), Fate::Told);
        assert_eq!(fate("{error: all, silence: [NothingToDo]}", "NothingToDo"), Fate::Silent);
        assert_eq!(fate("{error: [SemanticValidationFailure]}", "SemanticValidationFailure"), Fate::Told);
        let deprecations = "{error: [Deprecations], silence: [MissingPlusPrefixDeprecation]}";
        assert_eq!(fate(deprecations, "MissingPlusPrefixDeprecation"), Fate::Silent);
        assert_eq!(fate(deprecations, "DuplicateYAMLKeysDeprecation"), Fate::Error);
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for text in ["x", "{error: some}", "{warn: [NothingToDo]}", "{error: [NothingTodo]}"] {
            assert!(options(text).is_err(), "{text}");
        }
    }
}
