//! The names that expressions read.

use super::super::ast::{Arguments, Expression, ExpressionKind, FilterCall};
use super::Numbering;

/// What `loop` can say without knowing how many items are still to come.
const LOOP_BEHIND: [&str; 8] = ["index", "index0", "first", "previtem", "cycle", "changed", "depth", "depth0"];

impl Numbering {
    pub(super) fn filters(&mut self, filters: &mut [FilterCall]) {
        for filter in filters {
            self.arguments(&mut filter.arguments);
        }
    }

    pub(super) fn arguments(&mut self, arguments: &mut Arguments) {
        for value in &mut arguments.positional {
            self.expression(value);
        }
        for (_, value) in &mut arguments.named {
            self.expression(value);
        }
        for value in arguments.sequence.iter_mut().chain(arguments.mapping.iter_mut()) {
            self.expression(value);
        }
    }

    pub(super) fn expression(&mut self, expression: &mut Expression) {
        match &mut expression.kind {
            ExpressionKind::Constant(_) => {}
            ExpressionKind::Name { name, slot } => *slot = self.load(name),
            ExpressionKind::Tuple(items) | ExpressionKind::List(items) | ExpressionKind::Concat(items) => {
                for item in items {
                    self.expression(item);
                }
            }
            ExpressionKind::Dict(entries) => {
                for (key, value) in entries {
                    self.expression(key);
                    self.expression(value);
                }
            }
            ExpressionKind::Attribute(object, name) => {
                let is_loop = matches!(&object.kind, ExpressionKind::Name { name, .. } if &**name == "loop");
                self.behind = is_loop && LOOP_BEHIND.contains(&&**name);
                self.expression(object);
                self.behind = false;
            }
            ExpressionKind::Item(object, key) => {
                self.expression(object);
                self.expression(key);
            }
            ExpressionKind::Slice(slice) => {
                self.expression(&mut slice.object);
                for part in [&mut slice.start, &mut slice.stop, &mut slice.step].into_iter().flatten() {
                    self.expression(part);
                }
            }
            ExpressionKind::Call(call) => {
                self.expression(&mut call.callee);
                self.arguments(&mut call.arguments);
            }
            ExpressionKind::Filter(value, filter) | ExpressionKind::Test(value, filter) => {
                self.expression(value);
                self.arguments(&mut filter.arguments);
            }
            ExpressionKind::Not(operand) | ExpressionKind::Negate(operand) | ExpressionKind::Positive(operand) => {
                self.expression(operand);
            }
            ExpressionKind::And(left, right)
            | ExpressionKind::Or(left, right)
            | ExpressionKind::Binary(_, left, right) => {
                self.expression(left);
                self.expression(right);
            }
            ExpressionKind::Compare(first, rest) => {
                self.expression(first);
                for (_, operand) in rest {
                    self.expression(operand);
                }
            }
            ExpressionKind::Conditional(conditional) => {
                self.expression(&mut conditional.test);
                self.expression(&mut conditional.value);
                if let Some(otherwise) = &mut conditional.otherwise {
                    self.expression(otherwise);
                }
            }
        }
    }
}
