//! Values instead of text: how dbt reads `{{ }}` in YAML.
//!
//! Output is gathered as nodes. A lone node keeps its value, several become one text. A constant (`{{ 1 + 1 }}`) is
//! text too, as Jinja2 folds it into the template; `as_bool`, `as_number` and `as_native` read a text as Python would.

use super::super::ast::{Arguments, Expression, ExpressionKind};
use super::super::{Value, literal};
use super::Interpreter;
use crate::error::{Error, Kind, Result};

/// Filters that need the render itself, so that Jinja2 never folds them.
const UNFOLDED: [&str; 9] =
    ["map", "select", "reject", "selectattr", "rejectattr", "random", "as_bool", "as_number", "as_native"];

/// What a text is to be read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    Text,
    Native,
    Bool,
    Number,
}

#[derive(Default)]
pub(super) struct Nodes(Vec<Node>);

enum Node {
    Text(String),
    Value(Value, Option<Marker>),
}

impl Nodes {
    pub(super) fn text(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Node::Text(last)) => last.push_str(text),
            _ => self.0.push(Node::Text(text.to_owned())),
        }
    }

    pub(super) fn value(&mut self, value: Value, marker: Option<Marker>) {
        self.0.push(Node::Value(value, marker));
    }
}

impl Interpreter<'_> {
    pub(super) fn native_output(&mut self, expression: &Expression) -> Result<()> {
        let folded = is_constant(expression);
        let (value, marker) = self.marked(expression)?;
        let nodes = self.native.as_mut().expect("only called when values are wanted");
        if folded && marker.is_none() { nodes.text(&value.to_string()) } else { nodes.value(value, marker) }
        Ok(())
    }

    // The filters that mark stand last in an expression, perhaps inside an inline `if`.
    fn marked(&mut self, expression: &Expression) -> Result<(Value, Option<Marker>)> {
        match &expression.kind {
            ExpressionKind::Filter(value, filter) if marker(&filter.name).is_some() => {
                let value = self.evaluate_expression(value)?;
                Ok((value, marker(&filter.name)))
            }
            ExpressionKind::Conditional(conditional) => {
                if self.truth(&conditional.test)? {
                    self.marked(&conditional.value)
                } else if let Some(otherwise) = &conditional.otherwise {
                    self.marked(otherwise)
                } else {
                    Ok((self.evaluate_expression(expression)?, None))
                }
            }
            _ => Ok((self.evaluate_expression(expression)?, None)),
        }
    }
}

fn marker(name: &str) -> Option<Marker> {
    match name {
        "as_text" => Some(Marker::Text),
        "as_native" => Some(Marker::Native),
        "as_bool" => Some(Marker::Bool),
        "as_number" => Some(Marker::Number),
        _ => None,
    }
}

/// The value of all that was put out.
pub(super) fn concat(nodes: Nodes) -> Result<Value> {
    let mut nodes = nodes.0;
    if nodes.len() > 1 {
        let text: String = nodes
            .iter()
            .map(|node| match node {
                Node::Text(text) => text.clone(),
                Node::Value(value, _) => value.to_string(),
            })
            .collect();
        return Ok(Value::str(text));
    }
    let (value, marker) = match nodes.pop() {
        None => return Ok(Value::str("")),
        Some(Node::Text(text)) => return Ok(Value::str(text)),
        Some(Node::Value(value, None)) => return Ok(value),
        Some(Node::Value(value, Some(marker))) => (value, marker),
    };
    let text = value.to_string();
    let read = literal::parse(&text).unwrap_or_else(|| Value::str(&text));
    match (marker, &read) {
        (Marker::Text, _) => Ok(Value::str(text)),
        (Marker::Bool, Value::Bool(_))
        | (Marker::Number, Value::Int(_) | Value::BigInt(_) | Value::Float(_))
        | (Marker::Native, _) => Ok(read),
        (Marker::Bool, _) => Err(not_a(&text, "a boolean", "`True` or `False`")),
        (Marker::Number, _) => Err(not_a(&text, "a number", "digits")),
    }
}

fn not_a(text: &str, what: &str, form: &str) -> Error {
    Error::new(Kind::Compilation, format!("`{text}` is not {what}")).hint(format!("{what} is written as {form}"))
}

// Whether Jinja2 works the expression out while it compiles the template.
fn is_constant(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Constant(_) => true,
        ExpressionKind::Name { .. } | ExpressionKind::Call(_) => false,
        ExpressionKind::Tuple(items) | ExpressionKind::List(items) | ExpressionKind::Concat(items) => {
            items.iter().all(is_constant)
        }
        ExpressionKind::Dict(entries) => entries.iter().all(|(key, value)| is_constant(key) && is_constant(value)),
        ExpressionKind::Attribute(object, _) => is_constant(object),
        ExpressionKind::Item(object, key) => is_constant(object) && is_constant(key),
        ExpressionKind::Slice(slice) => {
            is_constant(&slice.object)
                && [&slice.start, &slice.stop, &slice.step].into_iter().flatten().all(is_constant)
        }
        ExpressionKind::Filter(value, filter) => {
            !UNFOLDED.contains(&&*filter.name) && is_constant(value) && are_constant(&filter.arguments)
        }
        ExpressionKind::Test(value, test) => is_constant(value) && are_constant(&test.arguments),
        ExpressionKind::Not(operand) | ExpressionKind::Negate(operand) | ExpressionKind::Positive(operand) => {
            is_constant(operand)
        }
        ExpressionKind::And(left, right)
        | ExpressionKind::Or(left, right)
        | ExpressionKind::Binary(_, left, right) => is_constant(left) && is_constant(right),
        ExpressionKind::Compare(first, rest) => is_constant(first) && rest.iter().all(|(_, operand)| is_constant(operand)),
        ExpressionKind::Conditional(conditional) => {
            is_constant(&conditional.test)
                && is_constant(&conditional.value)
                && conditional.otherwise.as_ref().is_some_and(is_constant)
        }
    }
}

fn are_constant(arguments: &Arguments) -> bool {
    arguments.positional.iter().all(is_constant)
        && arguments.named.iter().all(|(_, value)| is_constant(value))
        && arguments.sequence.iter().chain(&arguments.mapping).all(is_constant)
}
