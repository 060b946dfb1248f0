//! What the author likely meant, when the database does not know a name.

use std::sync::LazyLock;

use regex::Regex;

use crate::engine::refusal::STATEMENT;
use crate::error::{Error, Place};
use crate::transform::jinja::nearest;

// Long lists of candidates push the screen away that they belong to.
const ADVICE_LINES_MAX: usize = 6;

static UNKNOWN: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = concat!(
        r#"(?:(?:Referenced column|does not have a column named|Referenced table) "([^"]+)""#,
        r"|Referenced update column (.+) not found in table)",
    );
    Regex::new(pattern).expect("the pattern is valid")
});

static QUOTED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#""([^"]+)""#).expect("the pattern is valid"));

/// The column that a refusal says is not there.
pub(super) fn unknown_column(error: &Error) -> Option<&str> {
    unknown_name(error).filter(|_| !error.message().contains("Referenced table"))
}

fn unknown_name(error: &Error) -> Option<&str> {
    let found = UNKNOWN.captures(error.message())?;
    Some(found.get(1).or(found.get(2))?.as_str())
}

/// Where the unknown column stands in a statement, when the database does not say and it stands there once.
pub(super) fn place_in(error: &Error, statement: &str) -> Option<Place> {
    let name = unknown_column(error).filter(|_| error.place().is_none())?;
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    let whole = |(at, _): &(usize, &str)| {
        !statement[..*at].ends_with(part_of_name) && !statement[at + name.len()..].starts_with(part_of_name)
    };
    let mut found = statement.match_indices(name).filter(whole);
    match (found.next(), found.next()) {
        (Some((at, _)), None) => Some(Place::of_span(STATEMENT, statement, at..at + name.len())),
        _ => None,
    }
}

/// The hint of a refusal: first the name that was likely meant, then the database's own advice, kept short.
pub(super) fn hint(error: &Error) -> Option<String> {
    let advice = error.hint_text()?;
    let candidates = || {
        advice
            .lines()
            .find_map(|line| line.strip_prefix("Candidate").or(line.strip_prefix("Did you mean")))
            .unwrap_or_default()
    };
    let likely = unknown_name(error).and_then(|unknown| {
        let names: Vec<&str> =
            QUOTED.captures_iter(candidates()).filter_map(|found| found.get(1)).map(|name| name.as_str()).collect();
        nearest(unknown, names)
    });
    let lines: Vec<&str> = advice.lines().collect();
    let mut told: Vec<String> = likely.map(|likely| format!("did you mean `{likely}`?")).into_iter().collect();
    told.extend(lines.iter().take(ADVICE_LINES_MAX).map(|line| (*line).to_owned()));
    if lines.len() > ADVICE_LINES_MAX {
        told.push(format!("... and {} more", lines.len() - ADVICE_LINES_MAX));
    }
    Some(told.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::refusal::refused;

    #[test]
    fn the_likely_name_comes_first() {
        let error = refused(
            "Binder Error: Table \"t\" does not have a column named \"nam\"\n\nCandidate bindings: : \"id\", \"name\"",
            "",
        );
        assert_eq!(unknown_column(&error), Some("nam"));
        assert_eq!(hint(&error).unwrap(), "did you mean `name`?\nCandidate bindings: : \"id\", \"name\"");
    }

    #[test]
    fn a_long_list_is_cut() {
        let said = format!("Binder Error: No function matches\n\tCandidate functions:\n{}", "\tf(x)\n".repeat(20));
        assert!(hint(&refused(&said, "")).unwrap().ends_with("... and 15 more"));
    }
}
