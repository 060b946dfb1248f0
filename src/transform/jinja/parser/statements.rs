//! `{% ... %}`: one function for each tag.

use std::sync::Arc;

use super::super::ast::{
    Body, CallBlock, ExpressionKind, FilterBlock, FilterCall, For, If, NamedBlock, SetBlock, Span, Statement,
    StatementKind, With,
};
use super::super::did_you_mean;
use super::super::slots::assigns;
use super::{Opened, Parser, Token};
use crate::error::{Error, Result};

/// Every tag that may begin a statement, for suggestions.
const TAGS: [&str; 17] = [
    "if",
    "for",
    "set",
    "do",
    "macro",
    "call",
    "filter",
    "with",
    "raw",
    "test",
    "materialization",
    "docs",
    "snapshot",
    "block",
    "print",
    "break",
    "continue",
];

/// What dbt looks for at the top level of files, and then has no tag for.
const DATA_TEST: &str = "data_test";

impl Parser<'_> {
    /// `{{ expression }}`; the opening is read.
    pub(super) fn output(&mut self, opening: Span) -> Result<Statement> {
        let expression = self.tuple()?;
        if *self.token() != Token::ExpressionEnd {
            let error = self.expected("`}}`");
            return Err(if self.is_operator("=") {
                error.hint("compare with `==`; set a variable with `{% set %}`")
            } else {
                error
            });
        }
        self.advance();
        Ok(Statement { kind: StatementKind::Output(expression), span: opening.to(self.last_span()) })
    }

    /// One statement; `{%` is read, and its `%}` is read when this returns.
    pub(super) fn statement(
        &mut self,
        opening: Span,
        ends: &[&str],
        opened: Option<Opened>,
        out: &mut Vec<Statement>,
    ) -> Result<()> {
        let (name, name_span) = self.expect_name("the name of a tag")?;
        let kind = match &*name {
            "if" => self.if_block(opening)?,
            "for" => self.for_block(opening)?,
            "set" => self.set(opening)?,
            "do" => StatementKind::Do(self.tuple()?),
            "with" => self.with_block(opening)?,
            "filter" => self.filter_block(opening)?,
            "call" => self.call_block(opening)?,
            "macro" | "test" | "materialization" | "docs" => {
                let definition = self.define(&name, opening)?;
                StatementKind::Macro(0, Arc::new(definition.function))
            }
            "block" => self.named_block(opening)?,
            "autoescape" => {
                self.expression()?;
                StatementKind::Scope(self.scoped("autoescape", "endautoescape", opening)?)
            }
            "print" => {
                self.print(opening, out)?;
                return self.block_end();
            }
            "break" | "continue" => {
                if self.loops == 0 {
                    return Err(self.error(name_span, format!("`{name}` stands outside of a loop")));
                }
                if &*name == "break" { StatementKind::Break } else { StatementKind::Continue }
            }
            _ => return Err(self.unknown_tag(&name, name_span, ends, opened)),
        };
        self.block_end()?;
        out.push(Statement { kind, span: opening.to(self.last_span()) });
        Ok(())
    }

    pub(super) fn unknown_tag(&self, name: &str, span: Span, ends: &[&str], opened: Option<Opened>) -> Error {
        let error = |message: String| self.error(span, message);
        if matches!(name, "include" | "import" | "from" | "extends") {
            return error(format!("`{{% {name} %}}` is not possible: dbt loads no templates by path"))
                .hint("macros of any file under `macro-paths` can be called by name, without an import");
        }
        if name == "snapshot" {
            return error("a `snapshot` block stands at the top level of a file under `snapshot-paths`".to_owned());
        }
        let closes = name.strip_prefix("end").map(|rest| if rest.is_empty() { "end" } else { rest });
        if closes.is_some() || matches!(name, "else" | "elif") {
            let Some(opened) = opened else {
                let opener = closes.unwrap_or(if name == "elif" { "if" } else { "if` or `for" });
                return error(format!("`{{% {name} %}}` without an open `{opener}`"));
            };
            let line = self.file.place(opened.span.range()).line;
            let expected = ends.iter().map(|end| format!("`{{% {end} %}}`")).collect::<Vec<_>>().join(" or ");
            return error(format!("`{{% {name} %}}` stands where the `{}` of line {line} is open", opened.name))
                .hint(format!("expected {expected} first"));
        }
        if name == "elseif" || name == "elsif" {
            return error(format!("there is no tag `{name}`")).hint("write `{% elif condition %}`");
        }
        if name == DATA_TEST {
            return error("there is no tag `data_test`".to_owned())
                .hint("write `{% test name(model) %}` and close it with `{% endtest %}`");
        }
        did_you_mean(error(format!("there is no tag `{name}`")), name, TAGS)
    }

    /// `%}`, statements up to one of `ends`, and that end's name. A colon before `%}` is allowed, as in Jinja2.
    pub(super) fn inside(
        &mut self,
        name: &'static str,
        ends: &[&str],
        opening: Span,
    ) -> Result<(Vec<Statement>, Arc<str>)> {
        self.skip_operator(":");
        self.block_end()?;
        let statements = self.body_until(ends, Some(Opened { name, span: opening.to(self.last_span()) }))?;
        let (end, _) = self.expect_name("an end tag")?;
        Ok((statements, end))
    }

    fn scoped(&mut self, name: &'static str, end: &str, opening: Span) -> Result<Body> {
        let (statements, _) = self.inside(name, &[end], opening)?;
        Ok(Body { statements, ..Body::default() })
    }

    fn if_block(&mut self, opening: Span) -> Result<StatementKind> {
        let mut node = If { branches: Vec::new(), otherwise: Vec::new() };
        loop {
            let test = self.tuple_without_condition()?;
            let (statements, end) = self.inside("if", &["elif", "else", "endif"], opening)?;
            node.branches.push((test, statements));
            match &*end {
                "elif" => {}
                "else" => {
                    node.otherwise = self.inside("if", &["endif"], opening)?.0;
                    break;
                }
                _ => break,
            }
        }
        Ok(StatementKind::If(Box::new(node)))
    }

    fn for_block(&mut self, opening: Span) -> Result<StatementKind> {
        let start = self.span();
        let target = self.target(false, Some("in"))?;
        if target.names_loop() {
            return Err(self.error(
                start.to(self.last_span()),
                "`loop` is the name of the loop itself and cannot be its variable",
            ));
        }
        if !self.skip_name("in") {
            return Err(self.expected("`in`"));
        }
        let iterable = self.tuple_without_condition()?;
        let condition = if self.skip_name("if") { Some(self.expression()?) } else { None };
        let recursive = self.skip_name("recursive");
        self.loops += 1;
        let inside = self.inside("for", &["else", "endfor"], opening);
        self.loops -= 1;
        let (statements, end) = inside?;
        let otherwise = if &*end == "else" { self.inside("for", &["endfor"], opening)?.0 } else { Vec::new() };
        if let Some(statement) = assigns(&statements, "loop").or_else(|| assigns(&otherwise, "loop")) {
            return Err(self.error(statement.span, "`loop` is the name of the loop itself and cannot be set within it"));
        }
        Ok(StatementKind::For(Arc::new(For {
            target,
            iterable,
            condition,
            recursive,
            body: Body { statements, ..Body::default() },
            otherwise: Body { statements: otherwise, ..Body::default() },
            loop_slot: None,
            looks_ahead: false,
            slots: 0..0,
            cells: Vec::new(),
        })))
    }

    fn set(&mut self, opening: Span) -> Result<StatementKind> {
        let target = self.target(true, None)?;
        if self.skip_operator("=") {
            return Ok(StatementKind::Set(target, self.tuple()?));
        }
        let filters = self.filters()?;
        if *self.token() != Token::BlockEnd {
            return Err(self.expected("`=`"));
        }
        let body = self.scoped("set", "endset", opening)?;
        Ok(StatementKind::SetBlock(Box::new(SetBlock { target, filters, body })))
    }

    fn with_block(&mut self, opening: Span) -> Result<StatementKind> {
        let mut bindings = Vec::new();
        while *self.token() != Token::BlockEnd && !self.is_operator(":") {
            if !bindings.is_empty() {
                self.expect_operator(",")?;
            }
            let target = self.target(false, None)?;
            self.expect_operator("=")?;
            bindings.push((target, self.expression()?));
        }
        let body = self.scoped("with", "endwith", opening)?;
        Ok(StatementKind::With(Box::new(With { bindings, body })))
    }

    fn filter_block(&mut self, opening: Span) -> Result<StatementKind> {
        let mut filters = vec![self.filter_call()?];
        filters.append(&mut self.filters()?);
        let body = self.scoped("filter", "endfilter", opening)?;
        Ok(StatementKind::FilterBlock(Box::new(FilterBlock { filters, body })))
    }

    /// `| name(arguments)`, any number of them.
    fn filters(&mut self) -> Result<Vec<FilterCall>> {
        let mut filters = Vec::new();
        while self.skip_operator("|") {
            filters.push(self.filter_call()?);
        }
        Ok(filters)
    }

    fn call_block(&mut self, opening: Span) -> Result<StatementKind> {
        let parameters = if self.is_operator("(") { self.signature()? } else { Vec::new() };
        let expression = self.expression()?;
        let ExpressionKind::Call(call) = expression.kind else {
            return Err(self
                .error(expression.span, "a `call` block takes a call")
                .hint("write `{% call name(...) %}`, with the brackets"));
        };
        if call.arguments.named.iter().any(|(name, _)| &**name == "caller") {
            return Err(self
                .error(expression.span, "a `call` block gives `caller` by itself")
                .hint("leave the argument `caller` out"));
        }
        let loops = std::mem::take(&mut self.loops);
        let inside = self.inside("call", &["endcall"], opening);
        self.loops = loops;
        let statements = inside?.0;
        self.caller_has_default(&parameters, &statements)?;
        let caller = self.function(Arc::from(""), parameters, statements, opening);
        Ok(StatementKind::CallBlock(Box::new(CallBlock {
            call: *call,
            call_span: expression.span,
            caller: Arc::new(caller),
        })))
    }

    fn named_block(&mut self, opening: Span) -> Result<StatementKind> {
        let (name, span) = self.expect_name("the name of the block")?;
        if self.blocks.contains(&name) {
            return Err(self.error(span, format!("there is a block `{name}` already")));
        }
        self.blocks.push(Arc::clone(&name));
        let is_scoped = self.skip_name("scoped");
        self.skip_name("required");
        let loops = std::mem::take(&mut self.loops);
        let inside = self.inside("block", &["endblock"], opening);
        self.loops = loops;
        let function = self.function(Arc::clone(&name), Vec::new(), inside?.0, opening);
        self.skip_name(&name);
        Ok(StatementKind::Block(Arc::new(NamedBlock { name, function, is_scoped, locals: Vec::new() })))
    }

    fn print(&mut self, opening: Span, out: &mut Vec<Statement>) -> Result<()> {
        let mut first = true;
        while *self.token() != Token::BlockEnd {
            if !first {
                self.expect_operator(",")?;
            }
            first = false;
            let expression = self.expression()?;
            out.push(Statement { span: opening.to(expression.span), kind: StatementKind::Output(expression) });
        }
        Ok(())
    }
}
