//! Names that programs may ask for: what they are made of, and what they may not be.

use std::sync::LazyLock;

use regex::Regex;

use super::Fault;
use crate::transform::manifest::semantics::words;

static NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\A[a-z][a-z0-9_]*[a-z0-9]\z").expect("a fixed pattern"));

/// Words that stand in the SQL of every database, and so are no name of a column. `NATURAL` and `FULL` are among them.
const KEYWORDS: &[&str] = &[
    "and", "as", "create", "distinct", "for", "from", "full", "having", "in", "inner", "into", "is", "join", "left",
    "like", "natural", "not", "null", "on", "or", "right", "select", "union", "using", "where", "with",
];

/// What is wrong with a name; `what` is as in "the metric", without the article.
pub(super) fn faults(what: &str, name: &str) -> Option<Fault> {
    if words::is_granularity(&name.to_lowercase()) {
        let message = format!("the {what} cannot be named `{name}`: that is a span of time");
        return Some(Fault::error(message, "rename it"));
    }
    if matches!(name.to_lowercase().as_str(), "metric_time" | "mf_internal_uuid") {
        let message = format!("the {what} cannot be named `{name}`: queries have it for a column of theirs");
        return Some(Fault::error(message, "rename it"));
    }
    if !NAME.is_match(name) || name.contains("__") {
        let hint =
            "write two or more small letters, digits and single underscores, a letter first and no underscore last";
        return Some(Fault::error(format!("the {what} cannot be named `{name}`"), hint));
    }
    None
}

/// Whether a word is one of SQL's.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_small_letters_digits_and_single_underscores() {
        for name in ["ab", "a1", "a_b", "select"] {
            assert!(faults("metric", name).is_none(), "{name}");
        }
        for name in ["", "a", "1a", "_a", "a_", "a__b", "N2", "a-b", "ab\n", "day", "DAY", "metric_time"] {
            assert!(faults("metric", name).is_some(), "{name}");
        }
    }
}
