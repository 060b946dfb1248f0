//! What may stand on the left of an assignment: names, tuples of names, attributes of namespaces.

use super::super::ast::Target;
use super::{Parser, Token};
use crate::error::Result;

impl Parser<'_> {
    /// A target; attributes are allowed in `set` only. `stop` is the name that ends a tuple: `in` in a loop.
    pub(super) fn target(&mut self, attributes: bool, stop: Option<&str>) -> Result<Target> {
        let start = self.span();
        let mut targets = Vec::new();
        let mut is_tuple = false;
        loop {
            let ends = match self.token() {
                Token::BlockEnd => true,
                Token::Operator(operator) => *operator == ")",
                Token::Name(name) => stop == Some(&**name),
                Token::Text(_)
                | Token::ExpressionBegin
                | Token::ExpressionEnd
                | Token::BlockBegin
                | Token::Literal(_)
                | Token::Integer(_)
                | Token::Float(_)
                | Token::Broken(..)
                | Token::End => false,
            };
            if ends && !targets.is_empty() {
                break;
            }
            targets.push(self.one_target(attributes)?);
            if !self.skip_operator(",") {
                break;
            }
            is_tuple = true;
        }
        if is_tuple {
            return Ok(Target::Tuple(targets, start.to(self.last_span())));
        }
        Ok(targets.pop().expect("the loop pushes one target or fails"))
    }

    fn one_target(&mut self, attributes: bool) -> Result<Target> {
        if self.skip_operator("(") {
            let target = self.deeper(|parser| parser.target(attributes, None))?;
            self.expect_operator(")")?;
            return Ok(target);
        }
        let (name, span) = self.expect_name("the name of a variable")?;
        if matches!(&*name, "true" | "false" | "none" | "True" | "False" | "None") {
            return Err(self.error(span, format!("`{name}` is a constant and cannot be set")));
        }
        if attributes && self.skip_operator(".") {
            let (attribute, last) = self.expect_name("the name of an attribute")?;
            return Ok(Target::Attribute { name, slot: 0, attribute, span: span.to(last) });
        }
        if self.is_operator(".") || self.is_operator("[") {
            return Err(self.error(self.span(), "only a name can be set here").hint(
                "set an attribute of a `namespace()`, or change a dict with `{% do mapping.update({key: value}) %}`",
            ));
        }
        Ok(Target::Name { name, slot: 0 })
    }
}

impl Target {
    /// Whether `loop` is among the names.
    pub(super) fn names_loop(&self) -> bool {
        match self {
            Self::Name { name, .. } => &**name == "loop",
            Self::Attribute { .. } => false,
            Self::Tuple(targets, _) => targets.iter().any(Self::names_loop),
        }
    }
}
