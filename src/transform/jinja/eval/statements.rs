//! One function for each statement.

use std::sync::Arc;

use super::super::ast::{
    Body, CallBlock, FilterCall, NamedBlock, SetBlock, Span, Statement, StatementKind, Target, With,
};
use super::super::macros::MacroObject;
use super::super::stack::with_stack;
use super::super::{Args, Object, Value, format, operators, slots};
use super::output::{Buffer, SEGMENT_BYTES};
use super::{Exports, Interpreter};
use crate::error::{Error, Kind, Result};

/// Whether the statements after this one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Break,
    Continue,
}

impl Interpreter<'_> {
    /// Runs the statements of a scope whose variables are loaded.
    pub(super) fn run_body(&mut self, body: &Body) -> Result<Flow> {
        self.run(&body.statements)
    }

    fn scope_body(&mut self, body: &Body) -> Result<Flow> {
        self.load(&body.loads);
        let flow = self.run(&body.statements)?;
        self.unload(&body.leaves);
        Ok(flow)
    }

    fn run(&mut self, statements: &[Statement]) -> Result<Flow> {
        with_stack(|| self.run_each(statements))
    }

    fn run_each(&mut self, statements: &[Statement]) -> Result<Flow> {
        for statement in statements {
            let flow = self.statement(statement)?;
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn statement(&mut self, statement: &Statement) -> Result<Flow> {
        let span = statement.span;
        self.step().map_err(|error| self.locate(error, span))?;
        match &statement.kind {
            StatementKind::Text(text) => self.text(text, span)?,
            StatementKind::Output(expression) => {
                if self.native.is_some() {
                    self.native_output(expression)?;
                } else {
                    let value = self.output(expression)?;
                    self.write(&value, span)?;
                }
            }
            StatementKind::Do(expression) => {
                self.evaluate_expression(expression)?;
            }
            StatementKind::Set(target, value) => {
                let value = self.evaluate_expression(value)?;
                self.assign(target, value).map_err(|error| self.locate(error, span))?;
            }
            StatementKind::SetBlock(node) => return self.set_block(node, span),
            StatementKind::If(node) => {
                for (test, body) in &node.branches {
                    if self.truth(test)? {
                        return self.run(body);
                    }
                }
                return self.run(&node.otherwise);
            }
            StatementKind::For(node) => self.for_loop(node)?,
            StatementKind::With(node) => return self.with(node, span),
            StatementKind::FilterBlock(node) => {
                let (flow, value) = self.filtered_text(&node.body, &node.filters)?;
                if flow != Flow::Next {
                    return Ok(flow);
                }
                if !is_text(&value) {
                    let message =
                        format!("a `filter` block prints text, and this filter gave a `{}`", value.type_name());
                    return Err(
                        self.locate(Error::new(Kind::Compilation, message).hint("end it with `| string`"), span)
                    );
                }
                self.put(value, span)?;
            }
            StatementKind::Macro(slot, function) => {
                let file = self.file.clone().expect("a statement runs in a file");
                let captured = self.capture_slots(function).map_err(|error| self.locate(error, span))?;
                let object = MacroObject::local(file, function.clone(), captured, self.exports.clone());
                self.set_variable(*slot, Value::object(object));
            }
            StatementKind::CallBlock(node) => self.call_block(node, span)?,
            StatementKind::Block(node) => {
                let exports = self.exports_for(node);
                self.block(node, exports)?;
            }
            StatementKind::Scope(body) => return self.scope_body(body),
            StatementKind::Break => return Ok(Flow::Break),
            StatementKind::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    fn text(&mut self, text: &str, span: Span) -> Result<()> {
        self.charge(text.len() + SEGMENT_BYTES).map_err(|error| self.locate(error, span))?;
        match &mut self.native {
            Some(nodes) => nodes.text(text),
            None => self.out.verbatim(text, span),
        }
        Ok(())
    }

    /// Prints a value to the output.
    pub(super) fn write(&mut self, value: &Value, span: Span) -> Result<()> {
        match value {
            Value::Str(text) => {
                self.charge(text.len()).map_err(|error| self.locate(error, span))?;
                let map = self.maps.write(&mut self.out, text, span);
                self.charge(map).map_err(|error| self.locate(error, span))?;
            }
            Value::Undefined(_) => {}
            other => {
                let text = format::text(other).map_err(|error| self.locate(error, span))?;
                self.charge(text.len() + SEGMENT_BYTES).map_err(|error| self.locate(error, span))?;
                self.out.made(&text, span);
            }
        }
        Ok(())
    }

    /// Runs something whose output is wanted as a value.
    pub(super) fn captured<T>(&mut self, inside: impl FnOnce(&mut Self) -> Result<T>) -> Result<(T, Buffer)> {
        let inner = self.out.inner();
        let outer = std::mem::replace(&mut self.out, inner);
        let native = self.native.take();
        let result = inside(self);
        self.native = native;
        let buffer = std::mem::replace(&mut self.out, outer);
        Ok((result?, buffer.wanted()?))
    }

    fn set_block(&mut self, node: &SetBlock, span: Span) -> Result<Flow> {
        let (flow, value) = self.filtered_text(&node.body, &node.filters)?;
        if flow != Flow::Next {
            return Ok(flow);
        }
        self.assign(&node.target, value).map_err(|error| self.locate(error, span))?;
        Ok(Flow::Next)
    }

    // The filters stand in the scope of the text.
    fn filtered_text(&mut self, body: &Body, filters: &[FilterCall]) -> Result<(Flow, Value)> {
        self.load(&body.loads);
        let (flow, buffer) = self.captured(|interpreter| interpreter.run(&body.statements))?;
        let text = Value::Str(self.maps.capture(buffer, None));
        let value = if flow == Flow::Next { self.filter_all(text, filters)? } else { text };
        self.unload(&body.leaves);
        Ok((flow, value))
    }

    fn filter_all(&mut self, mut value: Value, filters: &[FilterCall]) -> Result<Value> {
        for filter in filters {
            value = self.filter(value, filter)?;
        }
        Ok(value)
    }

    fn with(&mut self, node: &With, span: Span) -> Result<Flow> {
        // Each value sees the scope outside, not the names beside it.
        let mut values = Vec::with_capacity(node.bindings.len());
        for (_, value) in &node.bindings {
            values.push(self.evaluate_expression(value)?);
        }
        self.load(&node.body.loads);
        for ((target, _), value) in node.bindings.iter().zip(values) {
            self.assign(target, value).map_err(|error| self.locate(error, span))?;
        }
        let flow = self.run_body(&node.body)?;
        self.unload(&node.body.leaves);
        Ok(flow)
    }

    fn call_block(&mut self, node: &CallBlock, span: Span) -> Result<()> {
        let file = self.file.clone().expect("a statement runs in a file");
        let captured = self.capture_slots(&node.caller).map_err(|error| self.locate(error, span))?;
        let caller = MacroObject::local(file, node.caller.clone(), captured, self.exports.clone());
        let caller = Value::object(caller);
        let value = self.call_expression(&node.call, node.call_span, Some(caller))?;
        if let Value::Undefined(message) = &value {
            return Err(self.locate(self.not_callable(&node.call.callee, message), node.call_span));
        }
        if !is_text(&value) {
            let message = format!("a `call` block prints text, and this call returned a `{}`", value.type_name());
            let hint = "call the macro in an expression, or let it print instead of `return`";
            // A macro that goes on to `return` a value has no use for its text.
            let error = self.locate(Error::new(Kind::Compilation, message).hint(hint), node.call_span);
            self.out.refused.get_or_insert(error);
            return Ok(());
        }
        self.put(value, span)
    }

    /// Prints a value, or keeps it when values are wanted.
    pub(super) fn put(&mut self, value: Value, span: Span) -> Result<()> {
        match &mut self.native {
            Some(nodes) => nodes.value(value, None),
            None => self.write(&value, span)?,
        }
        Ok(())
    }

    /// Puts a value where a target says.
    pub(super) fn assign(&mut self, target: &Target, value: Value) -> Result<()> {
        match target {
            Target::Name { slot, .. } => self.set_variable(*slot, value),
            Target::Attribute { name, slot, attribute, span } => {
                let object = self.variable(name, *slot);
                if let Value::Object(object) = &object
                    && object.set_attribute(attribute, value)
                {
                    return Ok(());
                }
                let error = Error::new(
                    Kind::Compilation,
                    format!("`{name}` is not a namespace, so `{name}.{attribute}` cannot be set"),
                )
                .hint(format!("make it one first: `{{% set {name} = namespace() %}}`"));
                return Err(self.locate(error, *span));
            }
            Target::Tuple(targets, span) => {
                let values = operators::iterate(&value).map_err(|error| self.locate(error, *span))?;
                if values.len() != targets.len() {
                    let few = if values.len() < targets.len() { "not enough" } else { "too many" };
                    let message = format!("{few} values to unpack: expected {}, found {}", targets.len(), values.len());
                    return Err(self.locate(Error::new(Kind::Compilation, message), *span));
                }
                for (target, value) in targets.iter().zip(values) {
                    self.assign(target, value)?;
                }
            }
        }
        Ok(())
    }

    /// `self`, in the template that has the named blocks and in functions inside of it.
    pub(super) fn named_blocks(&self, name: &str) -> Option<Value> {
        let template = self.template.as_ref().filter(|_| name == "self")?;
        let is_here = self.file.as_ref().is_some_and(|file| Arc::ptr_eq(file, &template.file));
        is_here.then(|| Value::object(Blocks { template: template.clone() }))
    }

    // Where it stands, its text goes where all text goes.
    fn block(&mut self, block: &NamedBlock, exports: Option<Arc<Exports>>) -> Result<()> {
        let exports = std::mem::replace(&mut self.exports, exports);
        let base = self.enter_variables(&block.function, &[]);
        let result = self.run_body(&block.function.body);
        self.leave_variables(&block.function, base);
        self.exports = exports;
        result.map(|_| ())
    }

    // Called by its name, a block knows what the template exports, and nothing of where it stands.
    fn named_block(&mut self, block: &NamedBlock) -> Result<Value> {
        let exports = self.exports.clone();
        let ((), buffer) = self.captured(|interpreter| interpreter.block(block, exports))?;
        Ok(Value::Str(self.maps.capture(buffer, None)))
    }
}

fn is_text(value: &Value) -> bool {
    matches!(value, Value::Str(_))
}

/// `self`: the named blocks of the template that runs.
struct Blocks {
    template: Arc<super::super::Template>,
}

impl Object for Blocks {
    fn type_name(&self) -> &'static str {
        "TemplateReference"
    }

    fn has_method(&self, name: &str) -> bool {
        find_block(&self.template.function.body.statements, name).is_some()
    }

    fn call_method(&self, interpreter: &mut Interpreter<'_>, name: &str, _args: Args) -> Option<Result<Value>> {
        let block = find_block(&self.template.function.body.statements, name)?;
        let depth = interpreter.running.len() + 1;
        if let Err(error) = interpreter.meter.depth(depth) {
            return Some(Err(error));
        }
        interpreter.running.push(super::calls::Running { project_macro: false });
        let result = interpreter.named_block(block);
        interpreter.running.pop();
        Some(result)
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn find_block<'s>(statements: &'s [Statement], name: &str) -> Option<&'s Arc<NamedBlock>> {
    statements.iter().find_map(|statement| match &statement.kind {
        StatementKind::Block(block) if &*block.name == name => Some(block),
        _ => slots::bodies(statement).into_iter().find_map(|inside| find_block(inside, name)),
    })
}
