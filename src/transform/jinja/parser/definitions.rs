//! What has a name and is called: macros, generic tests, materializations, docs blocks.

use std::ops::Range;
use std::sync::Arc;

use super::super::ast::{Body, Expression, ExpressionKind, Function, Parameter, Span, Statement};
use super::super::{SourceFile, Value, slots};
use super::{Parser, Token};
use crate::error::Result;

/// One definition as its tag says it.
#[derive(Debug)]
pub(in super::super) struct Definition {
    pub(in super::super) name: Arc<str>,
    pub(in super::super) function: Function,
    /// For materializations: the adapter, `default` when none is named.
    pub(in super::super) adapter: Arc<str>,
    pub(in super::super) supported_languages: Vec<Arc<str>>,
}

/// Parses the one definition that stands in a range of a file.
pub(in super::super) fn definition(file: &Arc<SourceFile>, range: Range<usize>) -> Result<Definition> {
    let mut parser = Parser::new(file, range);
    while matches!(parser.token(), Token::Text(_)) {
        parser.advance();
    }
    let opening = parser.span();
    if *parser.token() != Token::BlockBegin {
        return Err(parser.expected("`{%`"));
    }
    parser.advance();
    let (tag, span) = parser.expect_name("the name of a tag")?;
    if !matches!(&*tag, "macro" | "test" | "materialization" | "docs") {
        return Err(parser.unknown_tag(&tag, span, &[], None));
    }
    let mut definition = parser.define(&tag, opening)?;
    parser.block_end()?;
    slots::number(&mut definition.function);
    Ok(definition)
}

impl Parser<'_> {
    /// The rest of a definition after its tag's name, up to the end tag's name.
    pub(super) fn define(&mut self, tag: &str, opening: Span) -> Result<Definition> {
        let (tag, end): (&'static str, &str) = match tag {
            "test" => ("test", "endtest"),
            "materialization" => ("materialization", "endmaterialization"),
            "docs" => ("docs", "enddocs"),
            _ => ("macro", "endmacro"),
        };
        let (name, _) = self.expect_name(&format!("the name of the {tag}"))?;
        let mut adapter: Arc<str> = Arc::from("default");
        let mut supported_languages = Vec::new();
        let parameters = match tag {
            "materialization" => self.materialization_arguments(&name, &mut adapter, &mut supported_languages)?,
            "docs" => Vec::new(),
            _ => self.signature()?,
        };
        let loops = std::mem::take(&mut self.loops);
        let inside = self.inside(tag, &[end], opening);
        self.loops = loops;
        let full_name: Arc<str> = match tag {
            "test" => Arc::from(format!("test_{name}")),
            "materialization" => Arc::from(format!("materialization_{name}_{adapter}")),
            _ => name.clone(),
        };
        let statements = inside?.0;
        self.caller_has_default(&parameters, &statements)?;
        let function = self.function(full_name, parameters, statements, opening);
        Ok(Definition { name, function, adapter, supported_languages })
    }

    pub(super) fn function(
        &self,
        name: Arc<str>,
        parameters: Vec<Parameter>,
        statements: Vec<Statement>,
        opening: Span,
    ) -> Function {
        let body = Body { statements, ..Body::default() };
        Function { name, parameters, body, span: opening.to(self.last_span()), ..Function::default() }
    }

    /// A `call` block hands `caller` over by itself, so that a parameter of this name must do without.
    pub(super) fn caller_has_default(&self, parameters: &[Parameter], body: &[Statement]) -> Result<()> {
        let named = parameters.iter().find(|parameter| &*parameter.name == "caller" && parameter.default.is_none());
        match named {
            Some(parameter) if !slots::undeclared(body, &["caller"]).is_empty() => Err(self
                .error(parameter.span, "the parameter `caller` has no default")
                .hint("write `caller=none`, or leave it out: a `call` block gives it by itself")),
            _ => Ok(()),
        }
    }

    /// `(a, b: string, c=1)`
    pub(super) fn signature(&mut self) -> Result<Vec<Parameter>> {
        self.expect_operator("(")?;
        let mut parameters: Vec<Parameter> = Vec::new();
        while !self.is_operator(")") {
            if !parameters.is_empty() {
                self.expect_operator(",")?;
            }
            let (name, span) = self.expect_name("the name of a parameter")?;
            let annotation = if self.skip_operator(":") { Some(self.annotation()?) } else { None };
            let default = if self.skip_operator("=") { Some(self.expression()?) } else { None };
            if default.is_none() && parameters.last().is_some_and(|last| last.default.is_some()) {
                return Err(self
                    .error(span, format!("parameter `{name}` without a default follows one that has a default"))
                    .hint("put the parameters with defaults last"));
            }
            if parameters.iter().any(|other| other.name == name) {
                return Err(self.error(span, format!("parameter `{name}` is named twice")));
            }
            parameters.push(Parameter { name, slot: 0, default, annotation, span });
        }
        self.advance();
        Ok(parameters)
    }

    // `dict[str, list[int]]`
    fn annotation(&mut self) -> Result<Arc<str>> {
        let start = self.span();
        self.annotation_part()?;
        Ok(Arc::from(&self.file.text[start.to(self.last_span()).range()]))
    }

    fn annotation_part(&mut self) -> Result<()> {
        self.expect_name("the name of a type")?;
        if self.skip_operator("[") {
            let mut first = true;
            while !self.is_operator("]") {
                if !first {
                    self.expect_operator(",")?;
                }
                first = false;
                self.deeper(Self::annotation_part)?;
            }
            self.advance();
        }
        Ok(())
    }

    // `, default`, `, adapter='duckdb'`, `, supported_languages=['sql', 'python']`
    fn materialization_arguments(
        &mut self,
        materialization: &str,
        adapter: &mut Arc<str>,
        supported_languages: &mut Vec<Arc<str>>,
    ) -> Result<Vec<Parameter>> {
        let mut parameters = Vec::new();
        while self.skip_operator(",") {
            let (name, span) = self.expect_name("`default`, `adapter` or `supported_languages`")?;
            match &*name {
                "default" => {}
                "adapter" => {
                    self.expect_operator("=")?;
                    let value = self.expression()?;
                    let ExpressionKind::Constant(Value::Str(text)) = &value.kind else {
                        return Err(self.error(value.span, "`adapter` takes the name of an adapter in quotes"));
                    };
                    *adapter = text.clone();
                }
                "supported_languages" => {
                    self.expect_operator("=")?;
                    let value = self.expression()?;
                    *supported_languages = self.languages(&value)?;
                    parameters.push(Parameter { name, slot: 0, default: Some(value), annotation: None, span });
                }
                _ => {
                    return Err(self
                        .error(span, format!("materialization `{materialization}` takes no argument `{name}`"))
                        .hint("it takes `default`, `adapter` and `supported_languages`"));
                }
            }
        }
        if supported_languages.is_empty() {
            supported_languages.push(Arc::from("sql"));
        }
        Ok(parameters)
    }

    fn languages(&self, value: &Expression) -> Result<Vec<Arc<str>>> {
        let (ExpressionKind::List(items) | ExpressionKind::Tuple(items)) = &value.kind else {
            return Err(self.error(value.span, "`supported_languages` takes a list of languages in quotes"));
        };
        items
            .iter()
            .map(|item| match &item.kind {
                ExpressionKind::Constant(Value::Str(text)) => Ok(text.clone()),
                _ => Err(self.error(item.span, "a language is named by a text: `'sql'` or `'python'`")),
            })
            .collect()
    }
}
