//! Calls: functions, methods, macros, and how `return(value)` ends a macro.

use std::sync::{Arc, LazyLock};

use super::super::ast::{Arguments, Call, Expression, ExpressionKind, Function, Span};
use super::super::macros::MacroObject;
use super::super::stack::with_stack;
use super::super::{Args, Object, Value, did_you_mean, methods, operators};
use super::Interpreter;
use crate::error::{Error, Kind, Result};

/// How many callers an error names.
const CALLERS_MAX: usize = 12;

/// What is wrong with `caller()` when there is none.
pub(super) const NO_CALLER: &str = "no caller is defined: this macro is made for a `call` block";

/// A macro, or the body of a call block, that runs.
pub(super) struct Running {
    pub(super) project_macro: bool,
}

impl Interpreter<'_> {
    /// Evaluates a call as it is written; a call block hands its body as `caller`.
    pub(super) fn call_expression(&mut self, call: &Call, span: Span, caller: Option<Value>) -> Result<Value> {
        let receiver = match &call.callee.kind {
            ExpressionKind::Attribute(object, name) => Some((self.evaluate_expression(object)?, object, name)),
            _ => None,
        };
        let callee = if receiver.is_none() { Some(self.evaluate_expression(&call.callee)?) } else { None };
        let args = self.arguments(&call.arguments, caller)?;
        let outer = std::mem::replace(&mut self.span, span);
        let result = match (receiver, callee) {
            (Some((receiver, object, name)), _) => {
                self.call_method(&receiver, name, args).map_err(|error| self.undefined(object, &receiver, error))
            }
            (None, Some(Value::Undefined(message))) if !self.forgives(&message) => {
                Err(self.not_callable(&call.callee, &message))
            }
            (None, Some(callee)) => self.call_value(&callee, args),
            (None, None) => unreachable!("a call has a receiver or a callee"),
        };
        self.span = outer;
        result.and_then(|value| self.made(value)).map_err(|error| self.locate(error, span))
    }

    pub(super) fn call_value(&mut self, callable: &Value, args: Args) -> Result<Value> {
        self.step()?;
        match callable {
            Value::Object(object) => match object.call(self, args) {
                Some(result) => result,
                None => Err(cannot_be_called(callable)),
            },
            Value::Undefined(message) if self.forgives(message) => Ok(callable.clone()),
            Value::Undefined(message) => Err(Error::new(Kind::Compilation, &**message)),
            Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::BigInt(_)
            | Value::Float(_)
            | Value::Str(_)
            | Value::Bytes(_)
            | Value::Tuple(_)
            | Value::List(_)
            | Value::Dict(_)
            | Value::Set(_) => Err(cannot_be_called(callable)),
        }
    }

    fn call_method(&mut self, receiver: &Value, name: &str, args: Args) -> Result<Value> {
        if let Value::Undefined(message) = receiver {
            if self.forgives(message) {
                return Ok(receiver.clone());
            }
            return Err(Error::new(Kind::Compilation, &**message));
        }
        self.step()?;
        if self.lenient() {
            let member = operators::attribute(receiver, name);
            if matches!(member, Value::Undefined(_)) {
                let result = match receiver {
                    Value::Object(object) => object.call_method(self, name, args),
                    _ => None,
                };
                return result.unwrap_or(Ok(member));
            }
        }
        methods::call(self, receiver, name, args)
    }

    /// The arguments of a call; `caller` stands behind those that have names of their own.
    pub(super) fn arguments(&mut self, arguments: &Arguments, caller: Option<Value>) -> Result<Args> {
        let mut args = Args::default();
        args.positional.reserve(arguments.positional.len());
        for value in &arguments.positional {
            let value = self.evaluate_expression(value)?;
            args.positional.push(value);
        }
        for (name, value) in &arguments.named {
            let value = self.evaluate_expression(value)?;
            args.named.insert(name.clone(), value);
        }
        if let Some(caller) = caller {
            args.named.insert(Arc::from("caller"), caller);
        }
        if let Some(sequence) = &arguments.sequence {
            let value = self.evaluate_expression(sequence)?;
            let values = operators::iterate(&value).map_err(|error| self.locate(error, sequence.span))?;
            args.positional.extend(values);
        }
        if let Some(mapping) = &arguments.mapping {
            self.spread(mapping, &mut args).map_err(|error| self.locate(error, mapping.span))?;
        }
        Ok(args)
    }

    fn spread(&mut self, mapping: &Expression, args: &mut Args) -> Result<()> {
        let value = self.evaluate_expression(mapping)?;
        let Value::Dict(dict) = &value else {
            return Err(compilation(format!("`**` takes a dict, not a `{}`", value.type_name())));
        };
        for (key, value) in dict.entries() {
            let Value::Str(name) = key else {
                return Err(compilation("the keys of a `**` argument must be texts"));
            };
            if args.named.contains_key(&name) {
                return Err(compilation(format!("argument `{name}` is given twice")));
            }
            args.named.insert(name, value);
        }
        Ok(())
    }

    /// Runs a macro.
    pub(in super::super) fn call_macro(&mut self, object: &MacroObject, args: Args) -> Result<Value> {
        self.meter.depth(self.running.len() + 1)?;
        let is_through = std::mem::take(&mut self.is_through);
        // dbt lists the macros that a node calls itself, not those that they call.
        let noted = object.unique_id().filter(|_| !is_through);
        if let Some(unique_id) = noted
            && !self.running.iter().any(|running| running.project_macro)
        {
            self.scope.macro_called(unique_id);
        }
        self.running.push(Running { project_macro: noted.is_some() });
        let native = self.native.take();
        let outer = self.enter(object.file(), object.function(), Some(object));
        let result = with_stack(|| self.bind_and_run(object, args));
        let buffer = self.leave(object.function(), outer);
        self.native = native;
        self.running.pop();
        match result.and_then(|()| buffer.wanted()) {
            Ok(buffer) => {
                let name = Some(&object.function().name).filter(|_| !object.function().is_caller());
                Ok(Value::Str(self.maps.capture(buffer, name)))
            }
            Err(error) if object.unique_id().is_some() => match self.returned.take() {
                Some(value) => {
                    if let Value::Undefined(message) = &value {
                        self.unforgiven.push(message.clone());
                    }
                    Ok(value)
                }
                None => Err(self.called_from(object, error)),
            },
            Err(error) => Err(error),
        }
    }

    fn called_from(&self, object: &MacroObject, error: Error) -> Error {
        // A wrong call is an error of the caller's line, so that it needs no further caller.
        let what = format!("macro `{}`", object.function().name);
        match self.place() {
            Some(place) if error.place().is_some() && error.callers().len() < CALLERS_MAX => {
                // A macro that calls itself is named once.
                let again = error.callers().last().is_some_and(|last| last.0 == what && last.1 == place);
                if again { error } else { error.called_from(what, place) }
            }
            _ => error,
        }
    }

    fn bind_and_run(&mut self, object: &MacroObject, args: Args) -> Result<()> {
        let function = object.function();
        self.bind(function, args)?;
        self.span = function.span;
        self.run_body(&function.body)?;
        Ok(())
    }

    // Arguments meet parameters as in Jinja2: by place, by name, by default, else undefined.
    fn bind(&mut self, function: &Function, args: Args) -> Result<()> {
        let Args { mut positional, mut named } = args;
        let count = function.parameters.len();
        let rest = if positional.len() > count { positional.split_off(count) } else { Vec::new() };
        let given = positional.len();
        for (parameter, value) in function.parameters.iter().zip(positional) {
            self.set_variable(parameter.slot, value);
        }
        let mut missing = Vec::new();
        for parameter in &function.parameters[given..] {
            match named.shift_remove(&parameter.name) {
                Some(value) => self.set_variable(parameter.slot, value),
                None => missing.push(parameter),
            }
        }
        if let Some(slot) = function.caller {
            let given = named.shift_remove("caller").filter(|caller| !matches!(caller, Value::None));
            let caller = given.unwrap_or_else(|| Value::Undefined(Arc::from(NO_CALLER)));
            self.set_variable(slot, caller);
        }
        match (function.kwargs, named.keys().next()) {
            (Some(slot), _) => self.set_variable(slot, Value::dict(named)),
            (None, None) => {}
            (None, Some(name)) => return Err(unknown_argument(function, &name.clone())),
        }
        match function.varargs {
            Some(slot) => self.set_variable(slot, Value::Tuple(rest.into())),
            None if rest.is_empty() => {}
            None => return Err(too_many(function, count + rest.len())),
        }
        for parameter in missing {
            let value = match &parameter.default {
                Some(default) => self.evaluate_expression(default)?,
                None => Value::Undefined(Arc::from(format!("parameter `{}` was not provided", parameter.name))),
            };
            self.set_variable(parameter.slot, value);
        }
        Ok(())
    }
}

fn unknown_argument(function: &Function, name: &str) -> Error {
    let what = described(function);
    if function.parameters.iter().any(|parameter| &*parameter.name == name) {
        return compilation(format!("{what} is given `{name}` twice: by place and by name"));
    }
    let error = if name == "caller" {
        compilation(format!("{what} does not call `caller`, so that it cannot be used in a `call` block"))
    } else {
        compilation(format!("{what} takes no argument `{name}`"))
    };
    did_you_mean(error, name, function.parameters.iter().map(|parameter| &*parameter.name))
}

fn described(function: &Function) -> String {
    if function.is_caller() { "the body of a `call` block".to_owned() } else { format!("macro `{}`", function.name) }
}

fn too_many(function: &Function, given: usize) -> Error {
    let count = function.parameters.len();
    let plural = if count == 1 { "" } else { "s" };
    compilation(format!("{} takes at most {count} argument{plural}, {given} were given", described(function)))
}

fn cannot_be_called(value: &Value) -> Error {
    compilation(format!("a `{}` cannot be called", value.type_name()))
}

fn compilation(message: impl Into<String>) -> Error {
    Error::new(Kind::Compilation, message)
}

/// `return(value)`: ends the macro that runs, and gives the value with its type.
pub(super) fn return_function() -> Value {
    static RETURN: LazyLock<Value> = LazyLock::new(|| Value::object(Return));
    RETURN.clone()
}

struct Return;

impl Object for Return {
    fn type_name(&self) -> &'static str {
        "function"
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn call(&self, interpreter: &mut Interpreter<'_>, mut args: Args) -> Option<Result<Value>> {
        let value = args.named.shift_remove("data").or_else(|| args.positional.pop());
        let (Some(value), true, true) = (value, args.positional.is_empty(), args.named.is_empty()) else {
            return Some(Err(
                compilation("`return` takes one value").hint("return several as a list: `return([a, b])`")
            ));
        };
        interpreter.returned = Some(value);
        interpreter.returned_at = interpreter.span;
        // Not an error that anyone sees: it unwinds to the macro, which takes the value.
        Some(Err(compilation("`return` stands outside of a macro")))
    }

    fn display(&self) -> String {
        "<function return>".to_owned()
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}
