//! What a template asks for, read from its text alone.
//!
//! Most models hold nothing but text and `ref`, `source` and `config` with literal arguments. What those say is known
//! once the template is parsed, so that a project is read without rendering them.

use std::ops::Range;
use std::sync::Arc;

use super::ast::{Arguments, Expression, ExpressionKind, StatementKind};
use super::{Args, Template, Value, literal};

/// A call with literal arguments.
#[derive(Clone)]
pub struct Call {
    /// `ref`, `source` or `config`.
    pub name: Arc<str>,
    /// Its arguments.
    pub args: Args,
    /// Where it stands, in bytes of the template's file.
    pub span: Range<usize>,
}

/// All calls of a template, in order; `None` when anything in it has to be evaluated.
///
/// ```
/// use gristmill::transform::jinja::{calls::literal_calls, parse, SourceFile};
/// let calls = |text: &str| literal_calls(&parse(SourceFile::new("a.sql", text)).unwrap());
/// let found = calls("{{ config(materialized='table') }} select * from {{ ref('orders', v=2) }}").unwrap();
/// assert_eq!((&*found[0].name, &*found[1].name), ("config", "ref"));
/// assert_eq!(found[1].args.named["v"].as_int(), Some(2));
/// assert!(calls("{{ ref(name) }}").is_none());
/// assert!(calls("{% if execute %}{{ ref('orders') }}{% endif %}").is_none());
/// ```
pub fn literal_calls(template: &Template) -> Option<Vec<Call>> {
    let mut calls = Vec::new();
    for statement in &template.function.body.statements {
        match &statement.kind {
            StatementKind::Text(_) => {}
            StatementKind::Output(expression) => calls.push(call(expression)?),
            _ => return None,
        }
    }
    Some(calls)
}

fn call(expression: &Expression) -> Option<Call> {
    let ExpressionKind::Call(call) = &expression.kind else { return None };
    let ExpressionKind::Name { name, .. } = &call.callee.kind else { return None };
    if !matches!(&**name, "ref" | "source" | "config") {
        return None;
    }
    let args = arguments(&call.arguments)?;
    Some(Call { name: name.clone(), args, span: expression.span.range() })
}

fn arguments(arguments: &Arguments) -> Option<Args> {
    if arguments.sequence.is_some() || arguments.mapping.is_some() {
        return None;
    }
    let positional = arguments.positional.iter().map(literal::value).collect::<Option<Vec<Value>>>()?;
    let named = arguments.named.iter().map(|(name, value)| Some((name.clone(), literal::value(value)?)));
    Some(Args { positional, named: named.collect::<Option<_>>()? })
}
