//! Where a properties file says something of a node.
//!
//! A manifest keeps what files say and not where; the file is read again when an error needs the place.

use crate::error::Place;
use crate::transform::manifest::Node;

/// The place of the last of `words`, which stand behind each other in what the node's properties file says of it.
pub(super) fn said(node: &Node, words: &[&str]) -> Option<Place> {
    let path = node.patch_path.as_deref()?;
    let path = path.split_once("://").map_or(path, |(_, path)| path);
    let text = std::fs::read_to_string(node.root_path.join(path)).ok()?;
    let (mut at, end) = entry(&text, &node.name)?;
    let mut found = None;
    for word in words {
        let start = at + find(&text[at..end], word)?;
        at = start + word.len();
        found = Some(start..at);
    }
    found.map(|span| Place::of_span(path, &text, span))
}

/// The place of a setting in the node's `dbt_project.yml`, when it stands there once.
pub(super) fn in_project(node: &Node, setting: &str) -> Option<Place> {
    let path = "dbt_project.yml";
    let text = std::fs::read_to_string(node.root_path.join(path)).ok()?;
    let at = find(&text, setting)?;
    let again = find(&text[at + setting.len()..], setting).is_some();
    (!again).then(|| Place::of_span(path, &text, at..at + setting.len()))
}

// From the name of an entry to the next line that is as far to the left as its own.
fn entry(text: &str, name: &str) -> Option<(usize, usize)> {
    let named = |line: &str| {
        let line = line.trim_start().trim_start_matches("- ").trim_start();
        let value = line.strip_prefix("name:").map(|value| value.trim().trim_matches(['"', '\'']));
        value == Some(name)
    };
    let in_line = |line: &str| {
        let at = find(line, name)?;
        let is_name =
            line[..at].trim_end_matches(['"', '\'']).trim_end().ends_with("name:") && line[..at].contains('{');
        is_name.then_some(at)
    };
    let mut at = 0;
    let mut start = None;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        match start {
            // All of it in one line.
            None if in_line(line).is_some() => return Some((at + in_line(line)?, at + line.len())),
            None if named(line.trim_end()) => {
                // The dash of an entry may stand before another key of it.
                let dash = line.trim_start().starts_with('-');
                start = Some((at, if dash { indent } else { indent.saturating_sub(2) }));
            }
            Some((start, margin)) if indent <= margin && !line.trim().is_empty() => return Some((start, at)),
            None | Some(_) => {}
        }
        at += line.len();
    }
    start.map(|(start, _)| (start, text.len()))
}

fn find(text: &str, word: &str) -> Option<usize> {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .find(|(at, _)| !text[..*at].ends_with(part_of_word) && !text[at + word.len()..].starts_with(part_of_word))
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_ends_where_the_next_begins() {
        let text = "seeds:\n  - name: other\n    config: {a: 1}\n  - name: s\n    config:\n      column_types: {n: itn}\n  - name: t\n";
        let (start, end) = entry(text, "s").unwrap();
        assert!(
            text[start..end].contains("itn")
                && !text[start..end].contains("other")
                && !text[start..end].contains("t\n  -")
        );
        assert_eq!(find("column_types: {n: itn}", "n"), Some(15));
    }
}
