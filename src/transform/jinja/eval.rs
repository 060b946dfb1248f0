//! The walk of a template's tree.
//!
//! An [`Interpreter`] renders templates and calls macros within one [`Scope`] and one [`Budget`]. It holds what changes
//! during a render (variables, output, the macros that run); trees are shared and never change.
//!
//! `return(value)` is no name of the scope: it ends the macro that runs and gives the value with its type. It unwinds
//! as an error does, so that a Rust function that calls macros passes every `Err` on untouched.

mod budget;
mod calls;
mod errors;
mod expressions;
mod loops;
mod native;
mod output;
mod statements;
mod variables;

use std::sync::Arc;

pub use budget::Budget;
use budget::Meter;
use calls::Running;
pub(super) use expressions::dict;
use output::Buffer;
pub use output::Rendered;
pub(super) use variables::{Exports, Slot};

use super::ast::Span;
use super::value::Value;
use super::{Args, Scope, SourceFile, Template, operators};
use crate::error::{Error, Kind, Place, Result};

/// Renders templates and calls what they call.
///
/// ```
/// use gristmill::transform::jinja::{parse, Budget, EmptyScope, Interpreter, SourceFile};
/// let template = parse(SourceFile::new("a.sql", "{% for x in [1, 2] %}{{ x }}{{ ', ' if not loop.last }}{% endfor %}"))?;
/// let rendered = Interpreter::new(&EmptyScope, Budget::default()).render(&template)?;
/// assert_eq!(rendered.text, "1, 2");
/// # Ok::<(), gristmill::Error>(())
/// ```
pub struct Interpreter<'a> {
    scope: &'a dyn Scope,
    meter: Meter,
    /// The variables of all functions that run; those of the innermost start at `base`.
    stack: Vec<Slot>,
    base: usize,
    /// The file and the range of what is being evaluated.
    file: Option<Arc<SourceFile>>,
    span: Span,
    running: Vec<Running>,
    /// What blocks of the template find before the names of the scope.
    exports: Option<Arc<Exports>>,
    outliving: variables::Outliving,
    // Whether the next macro is one that is not noted.
    is_through: bool,
    out: Buffer,
    maps: output::Maps,
    /// Set while `return(value)` unwinds to the macro that it ends.
    returned: Option<Value>,
    returned_at: Span,
    /// Set while a value of its own type is wanted instead of text.
    native: Option<native::Nodes>,
    template: Option<Arc<Template>>,
    /// Set while a constant is worked out as Jinja2's compiler does it.
    folding: bool,
    /// What macros gave back that is undefined.
    unforgiven: Vec<Arc<str>>,
}

impl<'a> Interpreter<'a> {
    /// An interpreter that asks `scope` what names mean.
    pub fn new(scope: &'a dyn Scope, budget: Budget) -> Self {
        Self {
            scope,
            meter: Meter::new(budget),
            stack: Vec::new(),
            base: 0,
            file: None,
            span: Span::default(),
            running: Vec::new(),
            exports: None,
            outliving: variables::Outliving::default(),
            is_through: false,
            out: Buffer::default(),
            maps: output::Maps::default(),
            returned: None,
            returned_at: Span::default(),
            native: None,
            template: None,
            folding: false,
            unforgiven: Vec::new(),
        }
    }

    /// What says what names mean.
    pub fn scope(&self) -> &'a dyn Scope {
        self.scope
    }

    /// Renders a template to text.
    pub fn render(&mut self, template: &Arc<Template>) -> Result<Rendered> {
        let native = self.native.take();
        let result = self.run_template(template);
        self.native = native;
        let buffer = result?;
        Ok(self.maps.rendered(buffer))
    }

    /// Renders a template to a value, as dbt does for YAML: a lone `{{ expression }}` keeps its type (and `as_bool`,
    /// `as_number`, `as_native` give it one), anything else is text.
    pub fn evaluate(&mut self, template: &Arc<Template>) -> Result<Value> {
        let outer = self.native.replace(native::Nodes::default());
        let result = self.run_template(template);
        let nodes = std::mem::replace(&mut self.native, outer).unwrap_or_default();
        result?;
        native::concat(nodes).map_err(|error| match template.file.text.len() {
            0 => error,
            length => error.at(template.file.place(0..length)),
        })
    }

    /// Calls anything that can be called, macros included.
    pub fn call(&mut self, callable: &Value, args: Args) -> Result<Value> {
        self.call_value(callable, args)
    }

    /// Calls a macro for an object, and not for the template that asked the object: nobody depends on it by that.
    pub fn call_unnoted(&mut self, callable: &Value, args: Args) -> Result<Value> {
        self.running.push(Running { project_macro: true });
        let answer = self.call_value(callable, args);
        self.running.pop();
        answer
    }

    /// Calls a macro whose own calls count as those of the template: dbt runs the materializations of tests, functions and
    /// clones so.
    pub fn call_through(&mut self, callable: &Value, args: Args) -> Result<Value> {
        self.is_through = true;
        let answer = self.call_value(callable, args);
        self.is_through = false;
        answer
    }

    /// Calls what the scope has under a name, dots included: `dbt.create_schema`.
    pub fn call_named(&mut self, name: &str, args: Args) -> Result<Value> {
        let mut parts = name.split('.');
        let first = parts.next().unwrap_or(name);
        let mut value = self.global(first).unwrap_or_else(|| Value::undefined(first));
        for part in parts {
            value = operators::attribute(&value, part);
        }
        self.call(&value, args)
    }

    /// Whether what is undefined may be called and have attributes: in a template, not in the macros that it calls.
    pub(super) fn lenient(&self) -> bool {
        self.scope.lenient() && !self.running.iter().any(|running| running.project_macro)
    }

    /// Whether this undefined value may be called and have attributes; one that a macro gave back stays an error.
    fn forgives(&self, undefined: &Arc<str>) -> bool {
        self.lenient() && !self.unforgiven.iter().any(|known| Arc::ptr_eq(known, undefined))
    }

    /// Where the expression stands that is being evaluated, for the errors of functions.
    pub fn place(&self) -> Option<Place> {
        self.file.as_ref().map(|file| file.place(self.span.range()))
    }

    /// Counts bytes that a function is about to make against the budget.
    pub fn charge(&mut self, bytes: usize) -> Result<()> {
        self.meter.charge(bytes)
    }

    /// Counts what an operation made against the budget; what others hold too was counted when it was made.
    pub(super) fn made(&mut self, value: Value) -> Result<Value> {
        match value.owned_bytes() {
            0 => Ok(value),
            bytes => self.charge(bytes).map(|()| value),
        }
    }

    /// Counts one step of work against the budget.
    pub fn step(&mut self) -> Result<()> {
        self.meter.step()
    }

    fn run_template(&mut self, template: &Arc<Template>) -> Result<Buffer> {
        let outer_template = self.template.replace(template.clone());
        let outer = self.enter(&template.file, &template.function, None);
        let result = self.run_body(&template.function.body);
        let buffer = self.leave(&template.function, outer);
        self.template = outer_template;
        let result = match result {
            Ok(_) => buffer.wanted(),
            Err(_) if self.running.is_empty() && self.returned.take().is_some() => {
                Err(Error::new(Kind::Compilation, "`return` stands outside of a macro")
                    .at(template.file.place(self.returned_at.range()))
                    .hint("a template prints its text; only a macro can return a value"))
            }
            Err(error) => Err(error),
        };
        result.map_err(|error| self.locate_in(&template.file, error))
    }
}
