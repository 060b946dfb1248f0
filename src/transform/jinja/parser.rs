//! Tokens to a tree.
//!
//! The grammar is Jinja2's with dbt's tags: `do`, `break`, `continue`, and `macro`, `test`, `materialization`,
//! `docs` as definitions. Nesting is bounded, so that no text can exhaust the stack.

mod arguments;
mod definitions;
mod expressions;
mod primary;
mod statements;
mod targets;

use std::ops::Range;
use std::sync::Arc;

pub(super) use definitions::{Definition, definition};

use super::ast::{Function, Span, Statement};
use super::lexer::{Lexeme, Token, tokens};
use super::stack::with_stack;
use super::{SourceFile, Template, slots};
use crate::error::{Error, Kind, Result};

/// How deep expressions and blocks may be nested.
const DEPTH_MAX: u32 = 200;

/// Parses a whole file.
pub(super) fn parse(file: Arc<SourceFile>) -> Result<Template> {
    let end = file.text.len();
    parse_range(file, 0..end)
}

/// Parses a part of a file as a template of its own; places stay those of the file.
pub(super) fn parse_range(file: Arc<SourceFile>, range: Range<usize>) -> Result<Template> {
    let mut parser = Parser::new(&file, range);
    let statements = parser.body_until(&[], None)?;
    let mut function = Function { name: Arc::from("template"), ..Function::default() };
    function.body.statements = statements;
    slots::number(&mut function);
    Ok(Template { file, function: Arc::new(function) })
}

struct Parser<'f> {
    file: &'f Arc<SourceFile>,
    lexemes: Vec<Lexeme>,
    at: usize,
    depth: u32,
    // How many loops stand around this place within the same function.
    loops: u32,
    // The names of `{% block %}`s: one of each.
    blocks: Vec<Arc<str>>,
}

/// A block that is open: its tag's name and where it stands.
#[derive(Clone, Copy)]
struct Opened {
    name: &'static str,
    span: Span,
}

impl<'f> Parser<'f> {
    fn new(file: &'f Arc<SourceFile>, range: Range<usize>) -> Self {
        Self {
            file,
            lexemes: tokens(&file.text, range.start, range.end),
            at: 0,
            depth: 0,
            loops: 0,
            blocks: Vec::new(),
        }
    }

    fn token(&self) -> &Token {
        &self.lexemes[self.at].token
    }

    fn peek(&self) -> &Token {
        &self.lexemes[(self.at + 1).min(self.lexemes.len() - 1)].token
    }

    fn span(&self) -> Span {
        self.lexemes[self.at].span
    }

    /// The span of the token just read.
    fn last_span(&self) -> Span {
        self.lexemes[self.at.saturating_sub(1)].span
    }

    fn advance(&mut self) {
        self.at = (self.at + 1).min(self.lexemes.len() - 1);
    }

    fn is_operator(&self, operator: &str) -> bool {
        matches!(self.token(), Token::Operator(found) if *found == operator)
    }

    fn is_name(&self, name: &str) -> bool {
        matches!(self.token(), Token::Name(found) if &**found == name)
    }

    fn skip_operator(&mut self, operator: &str) -> bool {
        let found = self.is_operator(operator);
        if found {
            self.advance();
        }
        found
    }

    fn skip_name(&mut self, name: &str) -> bool {
        let found = self.is_name(name);
        if found {
            self.advance();
        }
        found
    }

    fn expect_operator(&mut self, operator: &str) -> Result<Span> {
        if self.is_operator(operator) {
            self.advance();
            return Ok(self.last_span());
        }
        Err(self.expected(&format!("`{operator}`")))
    }

    fn expect_name(&mut self, what: &str) -> Result<(Arc<str>, Span)> {
        if let Token::Name(name) = self.token() {
            let name = name.clone();
            self.advance();
            return Ok((name, self.last_span()));
        }
        Err(self.expected(what))
    }

    /// Runs `inside` one level deeper, and refuses to go too deep.
    fn deeper<T>(&mut self, inside: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= DEPTH_MAX {
            return Err(self.too_deep(self.span()));
        }
        self.depth += 1;
        let result = with_stack(|| inside(self));
        self.depth -= 1;
        result
    }

    fn too_deep(&self, span: Span) -> Error {
        self.error(span, format!("this is nested deeper than {DEPTH_MAX} levels"))
            .hint("set parts of it to variables first, or move them to a macro")
    }

    fn error(&self, span: Span, message: impl Into<String>) -> Error {
        Error::new(Kind::JinjaSyntax, message).at(self.file.place(span.range()))
    }

    /// What stands here is not `what`.
    fn expected(&self, what: &str) -> Error {
        if let Token::Broken(message, hint) = self.token() {
            let error = self.error(self.span(), message.clone());
            return match hint {
                Some(hint) => error.hint(*hint),
                None => error,
            };
        }
        let error = self.error(self.span(), format!("expected {what}, found {}", self.describe()));
        if what == "`,`" { error.hint("separate what stands before and behind this place with a comma") } else { error }
    }

    fn describe(&self) -> String {
        match self.token() {
            Token::Text(_) => "text".to_owned(),
            Token::ExpressionBegin => "`{{`".to_owned(),
            Token::ExpressionEnd => "`}}`".to_owned(),
            Token::BlockBegin => "`{%`".to_owned(),
            Token::BlockEnd => "`%}`".to_owned(),
            Token::Name(name) => format!("`{name}`"),
            Token::Literal(_) => "a text literal".to_owned(),
            Token::Integer(_) | Token::Float(_) => {
                format!("`{}`", &self.file.text[self.span().range()])
            }
            Token::Operator(operator) => format!("`{operator}`"),
            Token::Broken(message, _) => message.clone(),
            Token::End => "the end of the template".to_owned(),
        }
    }

    /// Statements up to one of the end tags, whose `{%` and name are read and whose rest is not.
    ///
    /// With no end tags, up to the end of the template.
    fn body_until(&mut self, ends: &[&str], opened: Option<Opened>) -> Result<Vec<Statement>> {
        let mut statements = Vec::new();
        loop {
            let span = self.span();
            match self.token() {
                Token::Text(text) => {
                    let text = text.clone();
                    self.advance();
                    statements.push(Statement { kind: super::ast::StatementKind::Text(text), span });
                }
                Token::ExpressionBegin => {
                    self.advance();
                    statements.push(self.output(span)?);
                }
                Token::BlockBegin => {
                    self.advance();
                    if let Token::Name(name) = self.token()
                        && ends.contains(&&**name)
                    {
                        return Ok(statements);
                    }
                    self.deeper(|parser| parser.statement(span, ends, opened, &mut statements))?;
                }
                Token::End => {
                    return match opened {
                        None => Ok(statements),
                        Some(opened) => Err(self.unclosed(opened, ends)),
                    };
                }
                Token::ExpressionEnd
                | Token::BlockEnd
                | Token::Name(_)
                | Token::Literal(_)
                | Token::Integer(_)
                | Token::Float(_)
                | Token::Operator(_)
                | Token::Broken(..) => return Err(self.expected("text or a tag")),
            }
        }
    }

    fn unclosed(&self, opened: Opened, ends: &[&str]) -> Error {
        let end = ends.last().copied().unwrap_or("end");
        self.error(opened.span, format!("this `{}` block is not closed", opened.name))
            .hint(format!("close it with `{{% {end} %}}`"))
    }

    fn block_end(&mut self) -> Result<()> {
        if *self.token() == Token::BlockEnd {
            self.advance();
            return Ok(());
        }
        Err(self.expected("`%}`"))
    }
}
