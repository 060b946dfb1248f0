//! Operators, from the loosest to the tightest, as Jinja2 ranks them.

use super::super::ast::{Comparison, Conditional, Expression, ExpressionKind, Operator};
use super::{DEPTH_MAX, Parser, Token};
use crate::error::Result;

impl Parser<'_> {
    /// An expression, or several with commas between them: a tuple without brackets.
    pub(super) fn tuple(&mut self) -> Result<Expression> {
        self.tuple_of(Self::expression)
    }

    /// As [`Self::tuple`], without `a if b else c`: for places where `if` ends the expression.
    pub(super) fn tuple_without_condition(&mut self) -> Result<Expression> {
        self.tuple_of(|parser| parser.deeper(Self::or))
    }

    fn tuple_of(&mut self, part: impl Fn(&mut Self) -> Result<Expression>) -> Result<Expression> {
        let first = part(self)?;
        if !self.is_operator(",") {
            return Ok(first);
        }
        let start = first.span;
        let mut items = vec![first];
        while self.skip_operator(",") {
            let ends = matches!(self.token(), Token::ExpressionEnd | Token::BlockEnd)
                || self.is_operator(")")
                || self.is_name("recursive");
            if ends {
                break;
            }
            items.push(part(self)?);
        }
        Ok(Expression { kind: ExpressionKind::Tuple(items), span: start.to(self.last_span()) })
    }

    pub(super) fn expression(&mut self) -> Result<Expression> {
        self.deeper(Self::conditional)
    }

    fn conditional(&mut self) -> Result<Expression> {
        let mut value = self.or()?;
        let mut length = 0;
        while self.skip_name("if") {
            length = self.lengthen(length)?;
            let test = self.or()?;
            let otherwise = if self.skip_name("else") { Some(self.deeper(Self::conditional)?) } else { None };
            let span = value.span.to(self.last_span());
            value = Expression {
                kind: ExpressionKind::Conditional(Box::new(Conditional { test, value, otherwise })),
                span,
            };
        }
        Ok(value)
    }

    // A chain `a + b + c` leans to the left, one level for each operator, and so counts as depth too.
    fn lengthen(&self, length: u32) -> Result<u32> {
        if self.depth + length >= DEPTH_MAX { Err(self.too_deep(self.span())) } else { Ok(length + 1) }
    }

    fn or(&mut self) -> Result<Expression> {
        let mut left = self.and()?;
        let mut length = 0;
        while self.skip_name("or") {
            length = self.lengthen(length)?;
            let right = self.and()?;
            left = join(left, right, ExpressionKind::Or);
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Expression> {
        let mut left = self.not()?;
        let mut length = 0;
        while self.skip_name("and") {
            length = self.lengthen(length)?;
            let right = self.not()?;
            left = join(left, right, ExpressionKind::And);
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Expression> {
        if self.is_name("not") {
            let span = self.span();
            self.advance();
            let operand = self.deeper(Self::not)?;
            let span = span.to(operand.span);
            return Ok(Expression { kind: ExpressionKind::Not(Box::new(operand)), span });
        }
        self.compare()
    }

    fn compare(&mut self) -> Result<Expression> {
        let first = self.sum()?;
        let mut rest = Vec::new();
        while let Some(comparison) = self.comparison() {
            rest.push((comparison, self.sum()?));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        let span = first.span.to(self.last_span());
        Ok(Expression { kind: ExpressionKind::Compare(Box::new(first), rest), span })
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let comparison = match self.token() {
            Token::Operator(operator) => match *operator {
                "==" => Comparison::Equal,
                "!=" => Comparison::NotEqual,
                "<" => Comparison::Less,
                "<=" => Comparison::LessEqual,
                ">" => Comparison::Greater,
                ">=" => Comparison::GreaterEqual,
                _ => return None,
            },
            Token::Name(name) if &**name == "in" => Comparison::In,
            Token::Name(name) if &**name == "not" => {
                if !matches!(self.peek(), Token::Name(next) if &**next == "in") {
                    return None;
                }
                self.advance();
                Comparison::NotIn
            }
            _ => return None,
        };
        self.advance();
        Some(comparison)
    }

    fn sum(&mut self) -> Result<Expression> {
        let mut left = self.concat()?;
        let mut length = 0;
        loop {
            let operator = match self.token() {
                Token::Operator("+") => Operator::Add,
                Token::Operator("-") => Operator::Subtract,
                _ => return Ok(left),
            };
            self.advance();
            length = self.lengthen(length)?;
            let right = self.concat()?;
            left = join(left, right, |left, right| ExpressionKind::Binary(operator, left, right));
        }
    }

    fn concat(&mut self) -> Result<Expression> {
        let first = self.product()?;
        if !self.is_operator("~") {
            return Ok(first);
        }
        let start = first.span;
        let mut parts = vec![first];
        while self.skip_operator("~") {
            parts.push(self.product()?);
        }
        Ok(Expression { kind: ExpressionKind::Concat(parts), span: start.to(self.last_span()) })
    }

    fn product(&mut self) -> Result<Expression> {
        let mut left = self.power()?;
        let mut length = 0;
        loop {
            let operator = match self.token() {
                Token::Operator("*") => Operator::Multiply,
                Token::Operator("/") => Operator::Divide,
                Token::Operator("//") => Operator::FloorDivide,
                Token::Operator("%") => Operator::Remainder,
                _ => return Ok(left),
            };
            self.advance();
            length = self.lengthen(length)?;
            let right = self.power()?;
            left = join(left, right, |left, right| ExpressionKind::Binary(operator, left, right));
        }
    }

    // Jinja's `**` leans to the left, unlike Python's.
    fn power(&mut self) -> Result<Expression> {
        let mut left = self.unary(true)?;
        let mut length = 0;
        while self.skip_operator("**") {
            length = self.lengthen(length)?;
            let right = self.unary(true)?;
            left = join(left, right, |left, right| ExpressionKind::Binary(Operator::Power, left, right));
        }
        Ok(left)
    }

    fn unary(&mut self, with_filters: bool) -> Result<Expression> {
        let start = self.span();
        let kind: Option<fn(Box<Expression>) -> ExpressionKind> = match self.token() {
            Token::Operator("-") => Some(ExpressionKind::Negate),
            Token::Operator("+") => Some(ExpressionKind::Positive),
            _ => None,
        };
        let node = match kind {
            Some(kind) => {
                self.advance();
                let operand = self.deeper(|parser| parser.unary(false))?;
                let span = start.to(operand.span);
                Expression { kind: kind(Box::new(operand)), span }
            }
            None => self.primary()?,
        };
        let node = self.postfix(node)?;
        if with_filters { self.filtered(node) } else { Ok(node) }
    }
}

fn join(
    left: Expression,
    right: Expression,
    kind: impl FnOnce(Box<Expression>, Box<Expression>) -> ExpressionKind,
) -> Expression {
    let span = left.span.to(right.span);
    Expression { kind: kind(Box::new(left), Box::new(right)), span }
}
