//! One look into a JSON answer: what stands at some paths, and whether its records are of a bearable size.

use crate::ingest::extract::json_tape;
use simd_json::StaticNode;
use simd_json::tape::{Node, Tape};

/// One step of a path into a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Key(String),
    /// Counted from the end when negative.
    Index(i64),
}

/// What stands at a path.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    Missing,
    Null,
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    /// A list of so many elements.
    List(usize),
    Object,
    /// A value that this look does not carry out: a text beyond all measure, a number beyond 64 bits.
    Other,
}

/// What was seen.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// For each path, in their order; empty when the answer is not JSON.
    pub found: Vec<Found>,
    /// Why the answer is not JSON.
    pub fault: Option<String>,
    /// The first element at the first path that is larger than it may be.
    pub oversized: Option<usize>,
}

const TEXT_MAX: usize = 64 << 10;

/// Looks at `body`; elements at the first path may have up to `row_bytes_max`.
pub fn look(body: &[u8], paths: &[Vec<Step>], row_bytes_max: usize) -> Look {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    // The parser overwrites what it reads, and the body is still needed.
    let mut text = body.to_vec();
    let mut again;
    let tape = match simd_json::to_tape(&mut text) {
        Ok(tape) => tape,
        Err(error) => {
            again = body.to_vec();
            match json_tape::read(&mut again) {
                Some((tape, _)) => tape,
                None => return Look { fault: Some(error.to_string()), ..Look::default() },
            }
        }
    };
    let found = paths.iter().map(|path| at(&tape, path).map_or(Found::Missing, |node| found(&tape, node))).collect();
    let oversized = (body.len() > row_bytes_max)
        .then(|| paths.first().and_then(|path| at(&tape, path)).and_then(|node| oversized(&tape, node, row_bytes_max)))
        .flatten();
    Look { found, fault: None, oversized }
}

/// Whether a body begins like JSON and does not end like it: the connection ended before the answer did.
///
/// ```
/// # use gristmill::ingest::extract::http::look::is_cut_off;
/// assert!(is_cut_off(br#"{"items": [1, "#));
/// assert!(!is_cut_off(b"[1]\n") && !is_cut_off(b"<html>") && !is_cut_off(b""));
/// ```
pub fn is_cut_off(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    matches!(body.first(), Some(b'{' | b'[')) && !matches!(body.last(), Some(b'}' | b']'))
}

/// The position of the node at a path.
pub(crate) fn at(tape: &Tape<'_>, path: &[Step]) -> Option<usize> {
    below(tape, 0, path)
}

/// The position of the node at a path that begins at a node.
pub(super) fn below(tape: &Tape<'_>, node: usize, path: &[Step]) -> Option<usize> {
    let nodes = &tape.0;
    let mut here = node;
    for step in path {
        here = match (step, &nodes[here]) {
            (Step::Key(key), Node::Object { len, .. }) => {
                let mut entry = here + 1;
                let mut value = None;
                for _ in 0..*len {
                    // Of two entries with one key the last one counts, as in Python.
                    if matches!(&nodes[entry], Node::String(name) if *name == key) {
                        value = Some(entry + 1);
                    }
                    entry = after(nodes, entry + 1);
                }
                value?
            }
            (Step::Index(index), Node::Array { len, .. }) => {
                let wanted = if *index < 0 { index + *len as i64 } else { *index };
                let wanted = usize::try_from(wanted).ok().filter(|wanted| wanted < len)?;
                (0..wanted).fold(here + 1, |element, _| after(nodes, element))
            }
            (
                Step::Key(_) | Step::Index(_),
                Node::Object { .. } | Node::Array { .. } | Node::String(_) | Node::Static(_),
            ) => {
                return None;
            }
        };
    }
    Some(here)
}

fn found(tape: &Tape<'_>, node: usize) -> Found {
    match &tape.0[node] {
        Node::Object { .. } => Found::Object,
        Node::Array { len, .. } => Found::List(*len),
        Node::String(text) if text.len() > TEXT_MAX => Found::Other,
        Node::String(text) => Found::Text((*text).to_owned()),
        Node::Static(StaticNode::Null) => Found::Null,
        Node::Static(StaticNode::Bool(flag)) => Found::Bool(*flag),
        Node::Static(StaticNode::I64(number)) => Found::Integer(*number),
        Node::Static(StaticNode::U64(number)) => i64::try_from(*number).map_or(Found::Other, Found::Integer),
        // An integer beyond 64 bits comes as a float that lost digits.
        Node::Static(StaticNode::F64(number)) if number.abs() >= 9e15 => Found::Other,
        Node::Static(StaticNode::F64(number)) => Found::Number(*number),
    }
}

pub(super) fn after(nodes: &[Node<'_>], at: usize) -> usize {
    match nodes[at] {
        Node::Object { count, .. } | Node::Array { count, .. } => at + count + 1,
        Node::String(_) | Node::Static(_) => at + 1,
    }
}

fn oversized(tape: &Tape<'_>, list: usize, row_bytes_max: usize) -> Option<usize> {
    let nodes = &tape.0;
    let bytes = |from: usize, to: usize| -> usize {
        nodes[from..to]
            .iter()
            .map(|node| match node {
                Node::String(text) => text.len() + 3,
                Node::Object { .. } | Node::Array { .. } | Node::Static(_) => 3,
            })
            .sum()
    };
    let Node::Array { len, .. } = nodes[list] else {
        return (bytes(list, after(nodes, list)) > row_bytes_max).then_some(0);
    };
    let mut element = list + 1;
    for index in 0..len {
        let end = after(nodes, element);
        if bytes(element, end) > row_bytes_max {
            return Some(index);
        }
        element = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(steps: &[&str]) -> Vec<Step> {
        let step = |step: &&str| step.parse().map_or_else(|_| Step::Key((*step).to_owned()), Step::Index);
        steps.iter().map(step).collect()
    }

    #[test]
    fn paths_lead_to_values() {
        let body = br#"{"items": [{"id": 1}, {"id": "x"}], "next": null, "n": 2.5, "big": 99999999999999999999, "items2": {}}"#;
        let paths = [
            path(&["items"]),
            path(&["items", "-1", "id"]),
            path(&["items", "0", "id"]),
            path(&["next"]),
            path(&["n"]),
            path(&["big"]),
            path(&["items2"]),
            path(&["items", "2"]),
            path(&["items", "id"]),
            path(&["next", "url"]),
        ];
        let seen = look(body, &paths, 1 << 20);
        assert_eq!(
            seen.found,
            [
                Found::List(2),
                Found::Text("x".to_owned()),
                Found::Integer(1),
                Found::Null,
                Found::Number(2.5),
                Found::Other,
                Found::Object,
                Found::Missing,
                Found::Missing,
                Found::Missing,
            ]
        );
        assert_eq!((seen.fault, seen.oversized), (None, None));
    }

    #[test]
    fn the_last_of_two_entries_counts() {
        assert_eq!(look(br#"{"a": 1, "a": 2}"#, &[path(&["a"])], 99).found, [Found::Integer(2)]);
    }

    #[test]
    fn what_is_no_json_is_said() {
        for body in [&b"<html></html>"[..], b"", b"{\"a\": ", b"[1] 2"] {
            let seen = look(body, &[vec![]], 99);
            assert!(seen.fault.is_some() && seen.found.is_empty(), "{body:?}");
        }
    }

    #[test]
    fn a_record_beyond_the_limit_is_named() {
        let body = format!(r#"{{"items": [{{"a": "b"}}, {{"a": "{}"}}]}}"#, "x".repeat(100));
        assert_eq!(look(body.as_bytes(), &[path(&["items"])], 50).oversized, Some(1));
        assert_eq!(look(body.as_bytes(), &[path(&["items"])], 500).oversized, None);
    }
}
