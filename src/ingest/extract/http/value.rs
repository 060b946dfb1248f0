//! A node of a tape as a value that Python can be given.

use serde_json::{Map, Value};
use simd_json::StaticNode;
use simd_json::tape::{Node, Tape};

use super::look::after;

/// The value at a node; None where it holds a number that would lose digits here.
pub(super) fn value(tape: &Tape<'_>, node: usize) -> Option<Value> {
    Some(match tape.0[node] {
        Node::String(text) => Value::from(text),
        Node::Static(StaticNode::Null) => Value::Null,
        Node::Static(StaticNode::Bool(flag)) => Value::from(flag),
        Node::Static(StaticNode::I64(number)) => Value::from(number),
        Node::Static(StaticNode::U64(number)) => Value::from(number),
        // An integer beyond 64 bits comes as a float that lost digits.
        Node::Static(StaticNode::F64(number)) => Value::from(Some(number).filter(|number| number.abs() < 9e15)?),
        Node::Array { len, .. } => {
            let mut element = node + 1;
            let mut list = Vec::with_capacity(len);
            for _ in 0..len {
                list.push(value(tape, element)?);
                element = after(&tape.0, element);
            }
            Value::Array(list)
        }
        Node::Object { len, .. } => {
            let mut entry = node + 1;
            let mut map = Map::with_capacity(len);
            for _ in 0..len {
                let Node::String(name) = tape.0[entry] else { return None };
                map.insert(name.to_owned(), value(tape, entry + 1)?);
                entry = after(&tape.0, entry + 1);
            }
            Value::Object(map)
        }
    })
}
