//! Some fields of each record of a page: what the requests for a parent's rows are made of.

use serde_json::Value;
use simd_json::tape::Node;

use super::look::{Step, after, at, below};
use super::value::value;

/// For each record at `path`, what stands at each of the `wanted` paths in it; None where only Python knows: a record
/// that lacks one, or a number that would lose digits here.
pub fn fields(body: &[u8], path: &[Step], wanted: &[Vec<Step>]) -> Option<Vec<Vec<Value>>> {
    let mut text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).to_vec();
    let tape = simd_json::to_tape(&mut text).ok()?;
    let list = at(&tape, path)?;
    let Node::Array { len, .. } = tape.0[list] else { return None };
    let mut record = list + 1;
    let mut rows = Vec::with_capacity(len);
    for _ in 0..len {
        let row: Option<Vec<Value>> =
            wanted.iter().map(|field| below(&tape, record, field).and_then(|node| value(&tape, node))).collect();
        rows.push(row?);
        record = after(&tape.0, record);
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn taken(rows: &str, wanted: &[&[&str]]) -> Option<Vec<Vec<Value>>> {
        let key = |name: &&str| Step::Key((*name).to_owned());
        let wanted: Vec<Vec<Step>> = wanted.iter().map(|path| path.iter().map(key).collect()).collect();
        fields(format!(r#"{{"items": {rows}}}"#).as_bytes(), &[key(&"items")], &wanted)
    }

    #[test]
    fn of_each_record_in_the_order_asked_for() {
        let rows = r#"[{"id": 1, "of": {"name": "a"}}, {"of": {"name": null}, "id": "x"}]"#;
        let found = taken(rows, &[&["of", "name"], &["id"], &["of"]]).unwrap();
        assert_eq!(
            found,
            [[json!("a"), json!(1), json!({"name": "a"})], [json!(null), json!("x"), json!({"name": null})]]
        );
    }

    #[test]
    fn where_only_python_knows() {
        for rows in [r#"[{"id": 1}, {}]"#, r#"[{"id": 99999999999999999999}]"#, "[7]", "{}"] {
            assert_eq!(taken(rows, &[&["id"]]), None, "{rows}");
        }
        assert_eq!(taken("[]", &[&["id"]]), Some(vec![]));
    }
}
