//! How far the records of a page reach along a cursor: the lowest and the highest value, and the records that have them.

use serde_json::Value;
use simd_json::StaticNode;
use simd_json::tape::{Node, Tape};

use super::look::{Step, after, at};
use super::value::value;

/// A value that cursors compare: texts as Python does, by code points, which is the order of their bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cursor {
    Integer(i64),
    Text(String),
}

/// The reach of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Extent {
    pub lowest: Cursor,
    pub highest: Cursor,
    pub at_lowest: Vec<Value>,
    pub at_highest: Vec<Value>,
}

/// Looks along `key` of the records at `path`; None where only Python knows: a record without the key, values of several
/// kinds, or a record at either end that holds a number which would lose digits here.
pub fn extent(body: &[u8], path: &[Step], key: &str) -> Option<Extent> {
    let mut text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).to_vec();
    let tape = simd_json::to_tape(&mut text).ok()?;
    let list = at(&tape, path)?;
    let Node::Array { len, .. } = tape.0[list] else { return None };
    let mut record = list + 1;
    let mut cursors = Vec::with_capacity(len);
    for _ in 0..len {
        cursors.push((cursor(&tape, record, key)?, record));
        record = after(&tape.0, record);
    }
    let (lowest, _) = cursors.iter().min()?;
    let (highest, _) = cursors.iter().max()?;
    if std::mem::discriminant(lowest) != std::mem::discriminant(highest) {
        return None;
    }
    let having = |wanted: &Cursor| -> Option<Vec<Value>> {
        cursors.iter().filter(|(cursor, _)| cursor == wanted).map(|(_, record)| value(&tape, *record)).collect()
    };
    Some(Extent {
        at_lowest: having(lowest)?,
        at_highest: having(highest)?,
        lowest: lowest.clone(),
        highest: highest.clone(),
    })
}

fn cursor(tape: &Tape<'_>, record: usize, key: &str) -> Option<Cursor> {
    let Node::Object { len, .. } = tape.0[record] else { return None };
    let mut entry = record + 1;
    let mut found = None;
    for _ in 0..len {
        if matches!(tape.0[entry], Node::String(name) if name == key) {
            found = Some(entry + 1);
        }
        entry = after(&tape.0, entry + 1);
    }
    match tape.0[found?] {
        Node::String(text) => Some(Cursor::Text(text.to_owned())),
        Node::Static(StaticNode::I64(number)) => Some(Cursor::Integer(number)),
        Node::Static(StaticNode::U64(number)) => i64::try_from(number).ok().map(Cursor::Integer),
        Node::Static(StaticNode::F64(_) | StaticNode::Bool(_) | StaticNode::Null)
        | Node::Object { .. }
        | Node::Array { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(rows: &str) -> Option<Extent> {
        extent(format!(r#"{{"items": {rows}}}"#).as_bytes(), &[Step::Key("items".to_owned())], "at")
    }

    #[test]
    fn both_ends_with_their_records() {
        let found = reach(r#"[{"at": "b"}, {"at": "a", "n": 1}, {"at": "b", "n": [2.5]}]"#).unwrap();
        assert_eq!((found.lowest, found.highest), (Cursor::Text("a".to_owned()), Cursor::Text("b".to_owned())));
        assert_eq!(found.at_lowest, [serde_json::json!({"at": "a", "n": 1})]);
        assert_eq!(found.at_highest, [serde_json::json!({"at": "b"}), serde_json::json!({"at": "b", "n": [2.5]})]);
    }

    #[test]
    fn where_only_python_knows() {
        for rows in [
            "[]",
            r#"[{"at": 1}, {"at": "a"}]"#,
            r#"[{"at": 1}, {}]"#,
            r#"[{"at": null}]"#,
            r#"[{"at": 1.5}]"#,
            "[1]",
            r#"[{"at": 1, "n": 99999999999999999999}]"#,
        ] {
            assert_eq!(reach(rows), None, "{rows}");
        }
        assert!(reach(r#"[{"at": 1}, {"at": 2, "n": 99999999999999999999}, {"at": 3}]"#).is_some());
    }
}
