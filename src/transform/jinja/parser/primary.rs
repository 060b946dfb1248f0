//! Names, literals and brackets, and what may follow them: `.name`, `[key]`, `(arguments)`, `| filter`, `is test`.

use std::sync::Arc;

use super::super::Value;
use super::super::ast::{Arguments, Expression, ExpressionKind, FilterCall, Slice, Span};
use super::{DEPTH_MAX, Parser, Token};
use crate::error::Result;

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Result<Expression> {
        let span = self.span();
        let kind = match self.token() {
            Token::Name(name) => {
                let name = name.clone();
                self.advance();
                match &*name {
                    "true" | "True" => ExpressionKind::Constant(Value::Bool(true)),
                    "false" | "False" => ExpressionKind::Constant(Value::Bool(false)),
                    "none" | "None" => ExpressionKind::Constant(Value::None),
                    _ => ExpressionKind::Name { name, slot: 0 },
                }
            }
            Token::Literal(_) => ExpressionKind::Constant(self.adjacent_literals()),
            Token::Integer(number) => {
                let value = match i64::try_from(number) {
                    Ok(small) => Value::Int(small),
                    Err(_) => Value::BigInt(Arc::new(number.clone())),
                };
                self.advance();
                ExpressionKind::Constant(value)
            }
            Token::Float(number) => {
                let value = Value::Float(*number);
                self.advance();
                ExpressionKind::Constant(value)
            }
            Token::Operator("(") => {
                self.advance();
                let mut inner = if self.is_operator(")") {
                    Expression { kind: ExpressionKind::Tuple(Vec::new()), span }
                } else {
                    self.tuple()?
                };
                self.expect_operator(")")?;
                inner.span = span.to(self.last_span());
                return Ok(inner);
            }
            Token::Operator("[") => ExpressionKind::List(self.list()?),
            Token::Operator("{") => ExpressionKind::Dict(self.dict()?),
            _ => return Err(self.expected("an expression")),
        };
        Ok(Expression { kind, span: span.to(self.last_span()) })
    }

    // `'one' "two"` is one text, as in Python.
    fn adjacent_literals(&mut self) -> Value {
        let mut text = String::new();
        while let Token::Literal(part) = self.token() {
            text.push_str(part);
            self.advance();
        }
        Value::str(text)
    }

    fn list(&mut self) -> Result<Vec<Expression>> {
        self.advance();
        let mut items = Vec::new();
        while !self.is_operator("]") {
            if !items.is_empty() {
                self.expect_operator(",")?;
                if self.is_operator("]") {
                    break;
                }
            }
            items.push(self.expression()?);
        }
        self.advance();
        Ok(items)
    }

    fn dict(&mut self) -> Result<Vec<(Expression, Expression)>> {
        self.advance();
        let mut entries = Vec::new();
        while !self.is_operator("}") {
            if !entries.is_empty() {
                self.expect_operator(",")?;
                if self.is_operator("}") {
                    break;
                }
            }
            let key = self.expression()?;
            self.expect_operator(":")?;
            entries.push((key, self.expression()?));
        }
        self.advance();
        Ok(entries)
    }

    /// `.name`, `[key]` and `(arguments)`, any number of them.
    pub(super) fn postfix(&mut self, mut node: Expression) -> Result<Expression> {
        let mut length = 0;
        loop {
            let start = node.span;
            let kind = match self.token() {
                Token::Operator(".") => self.attribute(node)?,
                Token::Operator("[") => self.subscript(node)?,
                Token::Operator("(") => self.call(node)?,
                _ => return Ok(node),
            };
            node = Expression { kind, span: start.to(self.last_span()) };
            length += 1;
            if self.depth + length > DEPTH_MAX {
                return Err(self.too_deep(node.span));
            }
        }
    }

    /// `| filter`, `is test` and calls of their results, any number of them.
    pub(super) fn filtered(&mut self, mut node: Expression) -> Result<Expression> {
        let mut length = 0;
        loop {
            let start = node.span;
            let kind = match self.token() {
                Token::Operator("|") => {
                    self.advance();
                    let filter = self.filter_call()?;
                    ExpressionKind::Filter(Box::new(node), Box::new(filter))
                }
                Token::Name(name) if &**name == "is" => self.test(node)?,
                Token::Operator("(") => self.call(node)?,
                _ => return Ok(node),
            };
            node = Expression { kind, span: start.to(self.last_span()) };
            length += 1;
            if self.depth + length > DEPTH_MAX {
                return Err(self.too_deep(node.span));
            }
        }
    }

    fn attribute(&mut self, object: Expression) -> Result<ExpressionKind> {
        self.advance();
        if let Token::Integer(number) = self.token() {
            let key = Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
            let span = self.span();
            self.advance();
            let key = Expression { kind: ExpressionKind::Constant(key), span };
            return Ok(ExpressionKind::Item(Box::new(object), Box::new(key)));
        }
        let (name, _) = self.expect_name("the name of an attribute")?;
        Ok(ExpressionKind::Attribute(Box::new(object), name))
    }

    fn subscript(&mut self, object: Expression) -> Result<ExpressionKind> {
        let start = self.span();
        self.advance();
        if self.is_operator("]") {
            return Err(self.expected("a key or an index"));
        }
        let first = if self.is_operator(":") { None } else { Some(self.expression()?) };
        if self.is_operator(":") {
            return self.slice(object, first);
        }
        let first = first.expect("without a colon there is an expression");
        let key = if self.is_operator(",") {
            let mut items = vec![first];
            while self.skip_operator(",") {
                items.push(self.expression()?);
            }
            Expression { kind: ExpressionKind::Tuple(items), span: start.to(self.last_span()) }
        } else {
            first
        };
        self.expect_operator("]")?;
        Ok(ExpressionKind::Item(Box::new(object), Box::new(key)))
    }

    fn slice(&mut self, object: Expression, start: Option<Expression>) -> Result<ExpressionKind> {
        self.advance();
        let stop = self.slice_part()?;
        let step = if self.skip_operator(":") { self.slice_part()? } else { None };
        self.expect_operator("]")?;
        Ok(ExpressionKind::Slice(Box::new(Slice { object, start, stop, step })))
    }

    fn slice_part(&mut self) -> Result<Option<Expression>> {
        if self.is_operator(":") || self.is_operator("]") { Ok(None) } else { self.expression().map(Some) }
    }

    /// The name and arguments of a filter; the bar is read.
    pub(super) fn filter_call(&mut self) -> Result<FilterCall> {
        let (name, span) = self.dotted_name("the name of a filter")?;
        let arguments = if self.is_operator("(") { self.arguments()? } else { Arguments::default() };
        Ok(FilterCall { name, arguments, span: span.to(self.last_span()) })
    }

    fn dotted_name(&mut self, what: &str) -> Result<(Arc<str>, Span)> {
        let (first, span) = self.expect_name(what)?;
        if !self.is_operator(".") {
            return Ok((first, span));
        }
        let mut name = first.to_string();
        while self.skip_operator(".") {
            name.push('.');
            name.push_str(&self.expect_name(what)?.0);
        }
        Ok((Arc::from(name), span.to(self.last_span())))
    }

    fn test(&mut self, node: Expression) -> Result<ExpressionKind> {
        self.advance();
        let negated = self.skip_name("not");
        let (name, start) = self.dotted_name("the name of a test")?;
        let mut arguments = Arguments::default();
        let argument_follows = match self.token() {
            Token::Operator(operator) => match *operator {
                "(" => {
                    arguments = self.arguments()?;
                    false
                }
                "[" | "{" => true,
                _ => false,
            },
            Token::Name(next) if &**next == "is" => {
                return Err(self.error(self.span(), "tests with `is` cannot be chained").hint("join them with `and`"));
            }
            Token::Name(next) if matches!(&**next, "if" | "in" | "not" | "recursive") => {
                // Jinja2 takes these words for the argument of the test.
                return Err(self
                    .error(self.span(), format!("`{next}` stands where the argument of the test `{name}` may stand"))
                    .hint(format!("put brackets around the test: `(... is {name}) {next} ...`")));
            }
            Token::Name(next) => !matches!(&**next, "else" | "or" | "and"),
            Token::Literal(_) | Token::Integer(_) | Token::Float(_) => true,
            Token::Text(_)
            | Token::ExpressionBegin
            | Token::ExpressionEnd
            | Token::BlockBegin
            | Token::BlockEnd
            | Token::Broken(..)
            | Token::End => false,
        };
        if argument_follows {
            let argument = self.primary()?;
            arguments.positional.push(self.postfix(argument)?);
        }
        let span = start.to(self.last_span());
        let start = node.span;
        let kind = ExpressionKind::Test(Box::new(node), Box::new(FilterCall { name, arguments, span }));
        if negated {
            let inner = Expression { kind, span: start.to(span) };
            return Ok(ExpressionKind::Not(Box::new(inner)));
        }
        Ok(kind)
    }
}
