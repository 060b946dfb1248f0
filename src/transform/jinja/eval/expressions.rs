//! One function for each expression.

use std::sync::Arc;

use super::super::ast::{Comparison, Conditional, Expression, ExpressionKind, FilterCall, Operator, Slice};
use super::super::stack::with_stack;
use super::super::{Dict, Key, Value, did_you_mean, filters, format, limits, operators, tests};
use super::{Interpreter, native};
use crate::error::{Error, Kind, Result};

impl Interpreter<'_> {
    pub(super) fn evaluate_expression(&mut self, expression: &Expression) -> Result<Value> {
        match &expression.kind {
            ExpressionKind::Constant(value) => Ok(value.clone()),
            ExpressionKind::Name { name, slot } => Ok(self.variable(name, *slot)),
            ExpressionKind::Call(call) => self.call_expression(call, expression.span, None),
            ExpressionKind::Filter(value, filter) => {
                let value = self.evaluate_expression(value)?;
                self.filter(value, filter)
            }
            ExpressionKind::Tuple(_)
            | ExpressionKind::List(_)
            | ExpressionKind::Dict(_)
            | ExpressionKind::Attribute(..)
            | ExpressionKind::Item(..)
            | ExpressionKind::Slice(_)
            | ExpressionKind::Test(..)
            | ExpressionKind::Not(_)
            | ExpressionKind::Negate(_)
            | ExpressionKind::Positive(_)
            | ExpressionKind::And(..)
            | ExpressionKind::Or(..)
            | ExpressionKind::Binary(..)
            | ExpressionKind::Concat(_)
            | ExpressionKind::Compare(..)
            | ExpressionKind::Conditional(_) => {
                let result = self.step().and_then(|()| with_stack(|| self.compound(expression)));
                let result = result.and_then(|value| self.made(value));
                result.map_err(|error| self.locate(error, expression.span))
            }
        }
    }

    fn compound(&mut self, expression: &Expression) -> Result<Value> {
        match &expression.kind {
            ExpressionKind::Constant(_)
            | ExpressionKind::Name { .. }
            | ExpressionKind::Call(_)
            | ExpressionKind::Filter(..) => unreachable!("evaluated by the caller"),
            ExpressionKind::Tuple(items) => Ok(Value::Tuple(self.all(items)?.into())),
            ExpressionKind::List(items) => Ok(Value::list(self.all(items)?)),
            ExpressionKind::Dict(entries) => {
                let mut pairs = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    pairs.push((self.evaluate_expression(key)?, self.evaluate_expression(value)?));
                }
                dict(pairs)
            }
            ExpressionKind::Attribute(object, name) => {
                let value = self.evaluate_expression(object)?;
                if let Value::Undefined(message) = &value {
                    return self.beyond_undefined(object, &value, message);
                }
                Ok(operators::attribute(&value, name))
            }
            ExpressionKind::Item(object, key) => {
                let value = self.evaluate_expression(object)?;
                let key = self.evaluate_expression(key)?;
                if let Value::Undefined(message) = &value {
                    return self.beyond_undefined(object, &value, message);
                }
                Ok(operators::item(&value, &key))
            }
            ExpressionKind::Slice(slice) => self.slice(slice),
            ExpressionKind::Test(value, test) => Ok(Value::Bool(self.test(value, test)?)),
            ExpressionKind::Not(operand) => Ok(Value::Bool(!self.truth(operand)?)),
            ExpressionKind::Negate(operand) => {
                let value = self.evaluate_expression(operand)?;
                operators::negate(&value).map_err(|error| self.undefined(operand, &value, error))
            }
            ExpressionKind::Positive(operand) => {
                let value = self.evaluate_expression(operand)?;
                operators::positive(&value).map_err(|error| self.undefined(operand, &value, error))
            }
            ExpressionKind::And(left, right) => {
                let value = self.evaluate_expression(left)?;
                if value.truth() { self.evaluate_expression(right) } else { Ok(value) }
            }
            ExpressionKind::Or(left, right) => {
                let value = self.evaluate_expression(left)?;
                if value.truth() { Ok(value) } else { self.evaluate_expression(right) }
            }
            ExpressionKind::Binary(operator, left, right) => self.binary(*operator, left, right),
            ExpressionKind::Concat(parts) => self.concat(parts),
            ExpressionKind::Compare(first, rest) => self.compare(first, rest),
            ExpressionKind::Conditional(conditional) => self.conditional(conditional),
        }
    }

    pub(super) fn truth(&mut self, expression: &Expression) -> Result<bool> {
        Ok(self.evaluate_expression(expression)?.truth())
    }

    fn all(&mut self, items: &[Expression]) -> Result<Vec<Value>> {
        items.iter().map(|item| self.evaluate_expression(item)).collect()
    }

    // `missing.attribute`: an error when dbt runs, and undefined again while it only looks for names.
    fn beyond_undefined(&self, object: &Expression, value: &Value, message: &str) -> Result<Value> {
        if matches!(value, Value::Undefined(message) if self.forgives(message)) {
            return Ok(value.clone());
        }
        Err(self.undefined(object, value, Error::new(Kind::Compilation, message)))
    }

    fn slice(&mut self, slice: &Slice) -> Result<Value> {
        let object = self.evaluate_expression(&slice.object)?;
        let mut parts = [Value::None, Value::None, Value::None];
        for (part, expression) in parts.iter_mut().zip([&slice.start, &slice.stop, &slice.step]) {
            if let Some(expression) = expression {
                *part = self.evaluate_expression(expression)?;
            }
        }
        if matches!(&object, Value::Undefined(message) if self.forgives(message)) {
            return Ok(object);
        }
        let [start, stop, step] = &parts;
        match operators::slice(&object, start, stop, step) {
            // A step of zero is an error there too.
            Err(error) if self.folding && error.kind() == Kind::Compilation && step.as_int() != Some(0) => {
                Ok(Value::Undefined(Arc::from(error.message())))
            }
            result => result.map_err(|error| self.undefined(&slice.object, &object, error)),
        }
    }

    /// Evaluates what `{{ }}` holds. Jinja2 works constants out beforehand, where a slice of what cannot be sliced is
    /// undefined and no error.
    pub(super) fn output(&mut self, expression: &Expression) -> Result<Value> {
        match self.evaluate_expression(expression) {
            Err(error) if error.kind() == Kind::Compilation && self.returned.is_none() => {
                if !self.is_constant(expression) {
                    return Err(error);
                }
                self.folding = true;
                let result = self.evaluate_expression(expression);
                self.folding = false;
                result
            }
            result => result,
        }
    }

    fn binary(&mut self, operator: Operator, left: &Expression, right: &Expression) -> Result<Value> {
        let left_value = self.evaluate_expression(left)?;
        let right_value = self.evaluate_expression(right)?;
        let apply = match operator {
            Operator::Add => operators::add,
            Operator::Subtract => operators::subtract,
            Operator::Multiply => operators::multiply,
            Operator::Divide => operators::divide,
            Operator::FloorDivide => operators::floor_divide,
            Operator::Remainder => operators::remainder,
            Operator::Power => operators::power,
        };
        apply(&left_value, &right_value).map_err(|error| {
            let error = self.undefined(left, &left_value, error);
            self.undefined(right, &right_value, error)
        })
    }

    fn concat(&mut self, parts: &[Expression]) -> Result<Value> {
        // Most parts are names and short literals.
        let mut text = String::with_capacity(parts.len() * 16);
        for part in parts {
            match self.evaluate_expression(part)? {
                Value::Str(part) => text.push_str(&part),
                Value::Undefined(_) => {}
                other => text.push_str(&format::text(&other)?),
            }
            limits::text(text.len())?;
        }
        Ok(Value::Str(text.into()))
    }

    fn compare(&mut self, first: &Expression, rest: &[(Comparison, Expression)]) -> Result<Value> {
        let mut left_expression = first;
        let mut left = self.evaluate_expression(first)?;
        for (comparison, expression) in rest {
            let right = self.evaluate_expression(expression)?;
            let holds = holds(*comparison, &left, &right).map_err(|error| {
                let error = self.undefined(left_expression, &left, error);
                self.undefined(expression, &right, error)
            })?;
            if !holds {
                return Ok(Value::Bool(false));
            }
            left = right;
            left_expression = expression;
        }
        Ok(Value::Bool(true))
    }

    fn conditional(&mut self, conditional: &Conditional) -> Result<Value> {
        if self.truth(&conditional.test)? {
            return self.evaluate_expression(&conditional.value);
        }
        match &conditional.otherwise {
            Some(otherwise) => self.evaluate_expression(otherwise),
            None => Ok(Value::Undefined("this inline `if` is false and has no `else`".into())),
        }
    }

    /// Applies a filter to a value.
    pub(super) fn filter(&mut self, value: Value, call: &FilterCall) -> Result<Value> {
        // Where values are wanted, what is marked is a text to every operator around it.
        if self.native.is_some() && native::marker(&call.name).is_some() {
            return Ok(Value::str(value.to_string()));
        }
        let Some(filter) = filters::find(&call.name) else {
            return Err(self.locate(unknown("filter", &call.name, filters::names()), call.span));
        };
        let args = self.arguments(&call.arguments, None)?;
        let outer = std::mem::replace(&mut self.span, call.span);
        let result = self.step().and_then(|()| {
            if let Value::Str(text) = &value {
                limits::reading(text.len())?;
            }
            filter(self, value, args)
        });
        self.span = outer;
        result.and_then(|value| self.made(value)).map_err(|error| self.locate(error, call.span))
    }

    fn test(&mut self, value: &Expression, call: &FilterCall) -> Result<bool> {
        let value = self.evaluate_expression(value)?;
        let Some(test) = tests::find(&call.name) else {
            return Err(self.locate(unknown("test", &call.name, tests::names()), call.span));
        };
        let args = self.arguments(&call.arguments, None)?;
        let outer = std::mem::replace(&mut self.span, call.span);
        let result = test(self, &value, args);
        self.span = outer;
        result
    }
}

fn unknown(what: &str, name: &str, names: impl Iterator<Item = &'static str>) -> Error {
    did_you_mean(Error::new(Kind::Compilation, format!("there is no {what} `{name}`")), name, names)
}

/// A dict of keys and values, as a literal writes them.
pub(in super::super) fn dict(pairs: Vec<(Value, Value)>) -> Result<Value> {
    let dict = Dict::default();
    for (key, value) in pairs {
        dict.insert(Key::new(key)?, value);
    }
    Ok(Value::Dict(dict))
}

pub(super) fn holds(comparison: Comparison, left: &Value, right: &Value) -> Result<bool> {
    use std::cmp::Ordering::{Equal, Greater, Less};
    Ok(match comparison {
        Comparison::Equal => operators::try_equal(left, right)?,
        Comparison::NotEqual => !operators::try_equal(left, right)?,
        Comparison::Less => matches!(operators::partial_compare(left, right)?, Some(Less)),
        Comparison::LessEqual => matches!(operators::partial_compare(left, right)?, Some(Less | Equal)),
        Comparison::Greater => matches!(operators::partial_compare(left, right)?, Some(Greater)),
        Comparison::GreaterEqual => matches!(operators::partial_compare(left, right)?, Some(Greater | Equal)),
        Comparison::In => operators::contains(left, right)?,
        Comparison::NotIn => !operators::contains(left, right)?,
    })
}
