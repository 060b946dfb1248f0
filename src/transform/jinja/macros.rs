//! Macros as values: what a template calls under a macro's name.

use std::sync::Arc;

use super::ast::Function;
use super::eval::{Exports, Interpreter, Slot};
use super::teardown::release;
use super::{Args, Object, SourceFile, Value, slots};
use crate::error::Result;

/// A macro that can be called: one of the project's, one inside a template, or the body of a call block.
pub struct MacroObject {
    file: Arc<SourceFile>,
    function: Arc<Function>,
    unique_id: Option<Arc<str>>,
    captured: Vec<Slot>,
    exports: Option<Arc<Exports>>,
}

impl MacroObject {
    /// A macro of the project: `return(value)` ends it, and the scope hears of its call.
    pub(super) fn project(file: Arc<SourceFile>, function: Arc<Function>, unique_id: Arc<str>) -> Self {
        Self { file, function, unique_id: Some(unique_id), captured: Vec::new(), exports: None }
    }

    /// A macro that was made while a template runs, with the variables around it.
    pub(super) fn local(
        file: Arc<SourceFile>,
        function: Arc<Function>,
        captured: Vec<Slot>,
        exports: Option<Arc<Exports>>,
    ) -> Self {
        Self { file, function, unique_id: None, captured, exports }
    }

    /// `macro.<package>.<name>`; none for macros inside a template.
    pub fn unique_id(&self) -> Option<&str> {
        self.unique_id.as_deref()
    }

    /// The name that it is called by.
    pub fn name(&self) -> &str {
        &self.function.name
    }

    /// The file that it stands in.
    pub fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    pub(super) fn function(&self) -> &Arc<Function> {
        &self.function
    }

    // The name that it prints: dbt gives the macros of a template another one.
    fn python_name(&self) -> Arc<str> {
        if self.unique_id.is_none() { slots::prefixed(&self.function.name) } else { self.function.name.clone() }
    }

    pub(super) fn captured(&self) -> &[Slot] {
        &self.captured
    }

    /// What blocks in it find before the names of the scope.
    pub(super) fn exports(&self) -> Option<&Arc<Exports>> {
        self.exports.as_ref()
    }
}

// A call block may hold the macros that held it before.
impl Drop for MacroObject {
    fn drop(&mut self) {
        release(self.captured.drain(..).filter_map(|slot| match slot {
            Slot::Value(value) => Some(value),
            Slot::Cell(cell) => cell.into_value(),
            Slot::Missing | Slot::Global | Slot::Exported => None,
        }));
    }
}

impl Object for MacroObject {
    fn type_name(&self) -> &'static str {
        "macro"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let function = &self.function;
        Some(match name {
            "name" if function.is_caller() => Value::None,
            "name" => Value::Str(self.python_name()),
            "arguments" => {
                Value::Tuple(function.parameters.iter().map(|parameter| Value::Str(parameter.name.clone())).collect())
            }
            "catch_kwargs" => Value::Bool(function.kwargs.is_some()),
            "catch_varargs" => Value::Bool(function.varargs.is_some()),
            "caller" => Value::Bool(function.caller.is_some()),
            _ => return None,
        })
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn call(&self, interpreter: &mut Interpreter<'_>, args: Args) -> Option<Result<Value>> {
        Some(interpreter.call_macro(self, args))
    }

    fn display(&self) -> String {
        if self.function.is_caller() {
            return "<Macro anonymous>".to_owned();
        }
        format!("<Macro '{}'>", self.python_name())
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}
