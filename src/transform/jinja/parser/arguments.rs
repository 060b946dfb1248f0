//! `(a, b=1, *sequence, **mapping)` at a call.

use super::super::ast::{Arguments, Call, Expression, ExpressionKind};
use super::{Parser, Token};
use crate::error::Result;

impl Parser<'_> {
    pub(super) fn call(&mut self, callee: Expression) -> Result<ExpressionKind> {
        let arguments = self.arguments()?;
        Ok(ExpressionKind::Call(Box::new(Call { callee, arguments })))
    }

    pub(super) fn arguments(&mut self) -> Result<Arguments> {
        self.expect_operator("(")?;
        let mut arguments = Arguments::default();
        let mut first = true;
        while !self.is_operator(")") {
            if !first {
                self.expect_operator(",")?;
                if self.is_operator(")") {
                    break;
                }
            }
            first = false;
            self.argument(&mut arguments)?;
        }
        self.advance();
        Ok(arguments)
    }

    fn argument(&mut self, arguments: &mut Arguments) -> Result<()> {
        let span = self.span();
        let out_of_order = |parser: &Self, what: &str| {
            Err(parser
                .error(span, format!("{what} stands too late"))
                .hint("the order is: by place, by name, `*sequence`, `**mapping`"))
        };
        if self.skip_operator("*") {
            if arguments.sequence.is_some() || arguments.mapping.is_some() {
                return out_of_order(self, "this `*` argument");
            }
            arguments.sequence = Some(self.expression()?);
        } else if self.skip_operator("**") {
            if arguments.mapping.is_some() {
                return out_of_order(self, "this `**` argument");
            }
            arguments.mapping = Some(self.expression()?);
        } else if matches!(self.token(), Token::Name(_)) && *self.peek() == Token::Operator("=") {
            let (name, span) = self.expect_name("the name of an argument")?;
            if arguments.mapping.is_some() {
                return out_of_order(self, "this named argument");
            }
            if arguments.named.iter().any(|(other, _)| *other == name) {
                return Err(self.error(span, format!("argument `{name}` is given twice")));
            }
            self.advance();
            let value = self.expression()?;
            arguments.named.push((name, value));
        } else {
            if arguments.sequence.is_some() || arguments.mapping.is_some() || !arguments.named.is_empty() {
                return out_of_order(self, "this argument without a name");
            }
            arguments.positional.push(self.expression()?);
        }
        Ok(())
    }
}
