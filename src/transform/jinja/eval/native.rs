//! Values instead of text: how dbt reads `{{ }}` in YAML.
//!
//! Output is gathered as nodes. A lone node keeps its value, several become one text. A constant (`{{ 1 + 1 }}`) is
//! text too, as Jinja2 folds it into the template; `as_bool`, `as_number` and `as_native` read a text as Python would.

use super::super::ast::{Arguments, Comparison, Expression, ExpressionKind};
use super::super::{Value, format, literal};
use super::Interpreter;
use super::expressions::holds;
use crate::error::{Error, Kind, Result};

/// Filters that need the render itself, so that Jinja2 never folds them.
const UNFOLDED: [&str; 6] = ["map", "select", "reject", "selectattr", "rejectattr", "random"];

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
        let folded = self.is_constant(expression);
        let (value, marker) = self.marked(expression)?;
        let nodes = self.native.as_mut().expect("only called when values are wanted");
        if folded && marker.is_none() {
            nodes.text(&value.to_string());
        } else {
            nodes.value(value, marker);
        }
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

pub(super) fn marker(name: &str) -> Option<Marker> {
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
                Node::Text(text) => Ok(text.clone()),
                Node::Value(value, _) => format::text(value),
            })
            .collect::<Result<_>>()?;
        return Ok(Value::from(text));
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

/// Whether Jinja2 works the expression out while it compiles the template. It goes only where the value goes:
/// `false and name` is constant, `true and name` is not.
impl Interpreter<'_> {
    pub(super) fn is_constant(&mut self, expression: &Expression) -> bool {
        match &expression.kind {
            ExpressionKind::Constant(_) => true,
            ExpressionKind::Name { .. } | ExpressionKind::Call(_) => false,
            ExpressionKind::Tuple(items) | ExpressionKind::List(items) | ExpressionKind::Concat(items) => {
                self.all_constant(items)
            }
            ExpressionKind::Dict(entries) => {
                entries.iter().all(|(key, value)| self.is_constant(key) && self.is_constant(value))
            }
            ExpressionKind::Attribute(object, _) => self.is_constant(object),
            ExpressionKind::Item(object, key) => self.is_constant(object) && self.is_constant(key),
            ExpressionKind::Slice(slice) => {
                let parts = [&slice.start, &slice.stop, &slice.step];
                self.is_constant(&slice.object) && self.all_constant(parts.into_iter().flatten())
            }
            ExpressionKind::Filter(value, filter) => {
                !UNFOLDED.contains(&&*filter.name)
                    && self.is_constant(value)
                    && self.constant_arguments(&filter.arguments)
            }
            ExpressionKind::Test(value, test) => self.is_constant(value) && self.constant_arguments(&test.arguments),
            ExpressionKind::Not(operand) | ExpressionKind::Negate(operand) | ExpressionKind::Positive(operand) => {
                self.is_constant(operand)
            }
            ExpressionKind::Binary(_, left, right) => self.is_constant(left) && self.is_constant(right),
            ExpressionKind::And(left, right) => match self.constant_truth(left) {
                Some(true) => self.is_constant(right),
                Some(false) => true,
                None => false,
            },
            ExpressionKind::Or(left, right) => match self.constant_truth(left) {
                Some(true) => true,
                Some(false) => self.is_constant(right),
                None => false,
            },
            ExpressionKind::Compare(first, rest) => self.constant_comparison(first, rest).unwrap_or(false),
            ExpressionKind::Conditional(conditional) => {
                match (self.constant_truth(&conditional.test), &conditional.otherwise) {
                    (Some(true), _) => self.is_constant(&conditional.value),
                    (Some(false), Some(otherwise)) => self.is_constant(otherwise),
                    (Some(false), None) | (None, _) => false,
                }
            }
        }
    }

    fn constant_truth(&mut self, expression: &Expression) -> Option<bool> {
        self.constant(expression).map(|value| value.truth())
    }

    // A chain ends at the first comparison that fails, whatever stands behind it.
    fn constant_comparison(&mut self, first: &Expression, rest: &[(Comparison, Expression)]) -> Option<bool> {
        let mut left = self.constant(first)?;
        for (comparison, operand) in rest {
            let right = self.constant(operand)?;
            if !holds(*comparison, &left, &right).ok()? {
                break;
            }
            left = right;
        }
        Some(true)
    }

    fn constant(&mut self, expression: &Expression) -> Option<Value> {
        if self.is_constant(expression) { self.evaluate_expression(expression).ok() } else { None }
    }

    fn all_constant<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Expression>) -> bool {
        expressions.into_iter().all(|expression| self.is_constant(expression))
    }

    fn constant_arguments(&mut self, arguments: &Arguments) -> bool {
        self.all_constant(&arguments.positional)
            && self.all_constant(arguments.named.iter().map(|(_, value)| value))
            && self.all_constant(arguments.sequence.iter().chain(&arguments.mapping))
    }
}
