//! Python literals in text: what `ast.literal_eval` reads, for `as_native`, `as_bool` and `as_number`.

use std::sync::Arc;

use super::ast::{Expression, ExpressionKind};
use super::eval::dict;
use super::lexer::{Token, tokens};
use super::{SourceFile, Value, operators, parser};

/// The value of a literal; `None` when the text is anything else.
pub(super) fn parse(text: &str) -> Option<Value> {
    let text = text.trim_matches([' ', '\t']);
    // Words that are constants to Jinja and plain names to Python.
    let jinja_words = ["true", "false", "none"];
    let foreign = tokens(&format!("{{{{{text}}}}}"), 0, text.len() + 4)
        .iter()
        .any(|lexeme| matches!(&lexeme.token, Token::Name(name) if jinja_words.contains(&&**name)));
    if foreign || text.contains(['{', '%', '#']) && text.contains("}}") {
        return None;
    }
    let file: Arc<SourceFile> = SourceFile::new("literal", format!("{{{{ {text} }}}}"));
    let template = parser::parse(file).ok()?;
    let [statement] = template.function.body.statements.as_slice() else { return None };
    let super::ast::StatementKind::Output(expression) = &statement.kind else { return None };
    value(expression)
}

/// The value of an expression that is made of literals alone; mutable values are new each time.
pub(super) fn value(expression: &Expression) -> Option<Value> {
    match &expression.kind {
        ExpressionKind::Constant(value) => Some(value.clone()),
        ExpressionKind::Tuple(items) => Some(Value::Tuple(items.iter().map(value).collect::<Option<Vec<_>>>()?.into())),
        ExpressionKind::List(items) => Some(Value::list(items.iter().map(value).collect::<Option<Vec<_>>>()?)),
        ExpressionKind::Dict(entries) => {
            let pairs = entries.iter().map(|(key, item)| Some((value(key)?, value(item)?))).collect::<Option<_>>()?;
            dict(pairs).ok()
        }
        ExpressionKind::Negate(operand) => match value(operand)? {
            Value::Bool(_) => None,
            number => operators::negate(&number).ok(),
        },
        ExpressionKind::Positive(operand) => match value(operand)? {
            number @ (Value::Int(_) | Value::BigInt(_) | Value::Float(_)) => Some(number),
            _ => None,
        },
        _ => None,
    }
}
