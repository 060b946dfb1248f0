//! Which of some names statements read before they set them.
//!
//! Jinja2 decides by this whether a macro takes `caller`, `varargs` and `kwargs` and whether a loop has a `loop`. It
//! goes through a tree field by field, functions inside included, and not in the order in which statements run: the name
//! that `{% set %}` sets comes before its value.

use super::super::ast::{
    Arguments, Call, Expression, ExpressionKind, FilterCall, Function, Statement, StatementKind, Target,
};

/// Which of `names` the statements read before they set them.
pub(in super::super) fn undeclared<'n>(statements: &[Statement], names: &[&'n str]) -> Vec<&'n str> {
    let mut visitor = Visitor { names: names.to_vec(), found: Vec::new() };
    visitor.statements(statements);
    visitor.found
}

/// The first statement that sets a variable, also in a function inside.
pub(in super::super) fn assigns<'s>(statements: &'s [Statement], name: &str) -> Option<&'s Statement> {
    statements.iter().find_map(|statement| {
        let (sets, inside): (bool, Vec<&[Statement]>) = match &statement.kind {
            StatementKind::Set(target, _) => (target_names(target, name), Vec::new()),
            StatementKind::SetBlock(node) => (target_names(&node.target, name), vec![&node.body.statements]),
            StatementKind::For(node) => {
                (target_names(&node.target, name), vec![&node.body.statements, &node.otherwise.statements])
            }
            StatementKind::If(_)
            | StatementKind::With(_)
            | StatementKind::FilterBlock(_)
            | StatementKind::Macro(..)
            | StatementKind::CallBlock(_)
            | StatementKind::Block(_)
            | StatementKind::Scope(_) => (false, bodies(statement)),
            StatementKind::Text(_)
            | StatementKind::Output(_)
            | StatementKind::Do(_)
            | StatementKind::Break
            | StatementKind::Continue => (false, Vec::new()),
        };
        if sets { Some(statement) } else { inside.into_iter().find_map(|statements| assigns(statements, name)) }
    })
}

/// Whether a `{% block name scoped %}` stands in the statements.
pub(super) fn has_scoped_block(statements: &[Statement]) -> bool {
    statements.iter().any(|statement| {
        let is_one = matches!(&statement.kind, StatementKind::Block(node) if node.is_scoped);
        is_one || bodies(statement).into_iter().any(has_scoped_block)
    })
}

/// The statements inside of one.
pub(in super::super) fn bodies(statement: &Statement) -> Vec<&[Statement]> {
    match &statement.kind {
        StatementKind::If(node) => {
            let branches = node.branches.iter().map(|(_, body)| body.as_slice());
            branches.chain([node.otherwise.as_slice()]).collect()
        }
        StatementKind::For(node) => vec![&node.body.statements, &node.otherwise.statements],
        StatementKind::With(node) => vec![&node.body.statements],
        StatementKind::SetBlock(node) => vec![&node.body.statements],
        StatementKind::FilterBlock(node) => vec![&node.body.statements],
        StatementKind::Macro(_, function) => vec![&function.body.statements],
        StatementKind::CallBlock(node) => vec![&node.caller.body.statements],
        StatementKind::Block(node) => vec![&node.function.body.statements],
        StatementKind::Scope(body) => vec![&body.statements],
        StatementKind::Text(_)
        | StatementKind::Output(_)
        | StatementKind::Do(_)
        | StatementKind::Set(..)
        | StatementKind::Break
        | StatementKind::Continue => Vec::new(),
    }
}

fn target_names(target: &Target, name: &str) -> bool {
    match target {
        Target::Name { name: known, .. } => &**known == name,
        Target::Attribute { .. } => false,
        Target::Tuple(targets, _) => targets.iter().any(|target| target_names(target, name)),
    }
}

struct Visitor<'n> {
    names: Vec<&'n str>,
    found: Vec<&'n str>,
}

impl Visitor<'_> {
    fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            self.statement(&statement.kind);
        }
    }

    fn statement(&mut self, statement: &StatementKind) {
        match statement {
            StatementKind::Text(_) | StatementKind::Break | StatementKind::Continue => {}
            // Blocks are functions that know nothing of what is around them.
            StatementKind::Block(_) => {}
            StatementKind::Output(expression) | StatementKind::Do(expression) => self.expression(expression),
            StatementKind::Set(target, value) => {
                self.target(target);
                self.expression(value);
            }
            StatementKind::SetBlock(node) => {
                self.target(&node.target);
                self.filters(&node.filters);
                self.statements(&node.body.statements);
            }
            StatementKind::If(node) => {
                for (test, body) in &node.branches {
                    self.expression(test);
                    self.statements(body);
                }
                self.statements(&node.otherwise);
            }
            StatementKind::For(node) => {
                self.target(&node.target);
                self.expression(&node.iterable);
                self.statements(&node.body.statements);
                self.statements(&node.otherwise.statements);
                node.condition.iter().for_each(|condition| self.expression(condition));
            }
            StatementKind::With(node) => {
                node.bindings.iter().for_each(|(target, _)| self.target(target));
                node.bindings.iter().for_each(|(_, value)| self.expression(value));
                self.statements(&node.body.statements);
            }
            StatementKind::FilterBlock(node) => {
                self.statements(&node.body.statements);
                self.filters(&node.filters);
            }
            StatementKind::Macro(_, function) => self.function(function),
            StatementKind::CallBlock(node) => {
                self.call(&node.call);
                self.function(&node.caller);
            }
            StatementKind::Scope(body) => self.statements(&body.statements),
        }
    }

    fn function(&mut self, function: &Function) {
        function.parameters.iter().for_each(|parameter| self.names.retain(|name| *name != &*parameter.name));
        let defaults = function.parameters.iter().filter_map(|parameter| parameter.default.as_ref());
        defaults.for_each(|default| self.expression(default));
        self.statements(&function.body.statements);
    }

    fn target(&mut self, target: &Target) {
        match target {
            Target::Name { name, .. } => self.names.retain(|known| *known != &**name),
            Target::Attribute { .. } => {}
            Target::Tuple(targets, _) => targets.iter().for_each(|target| self.target(target)),
        }
    }

    fn call(&mut self, call: &Call) {
        self.expression(&call.callee);
        self.arguments(&call.arguments);
    }

    fn filters(&mut self, filters: &[FilterCall]) {
        for filter in filters {
            self.arguments(&filter.arguments);
        }
    }

    fn arguments(&mut self, arguments: &Arguments) {
        let named = arguments.named.iter().map(|(_, value)| value);
        let unpacked = arguments.sequence.iter().chain(&arguments.mapping);
        arguments.positional.iter().chain(named).chain(unpacked).for_each(|value| self.expression(value));
    }

    fn expression(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Constant(_) => {}
            ExpressionKind::Name { name, .. } => {
                let found = self.names.iter().copied().find(|known| *known == &**name);
                if let Some(found) = found.filter(|found| !self.found.contains(found)) {
                    self.found.push(found);
                }
            }
            ExpressionKind::Tuple(items) | ExpressionKind::List(items) | ExpressionKind::Concat(items) => {
                for item in items {
                    self.expression(item);
                }
            }
            ExpressionKind::Dict(entries) => entries.iter().for_each(|(key, value)| {
                self.expression(key);
                self.expression(value);
            }),
            ExpressionKind::Attribute(object, _)
            | ExpressionKind::Not(object)
            | ExpressionKind::Negate(object)
            | ExpressionKind::Positive(object) => self.expression(object),
            ExpressionKind::Item(left, right)
            | ExpressionKind::And(left, right)
            | ExpressionKind::Or(left, right)
            | ExpressionKind::Binary(_, left, right) => {
                self.expression(left);
                self.expression(right);
            }
            ExpressionKind::Slice(slice) => {
                self.expression(&slice.object);
                let parts = [&slice.start, &slice.stop, &slice.step];
                parts.into_iter().flatten().for_each(|part| self.expression(part));
            }
            ExpressionKind::Call(call) => self.call(call),
            ExpressionKind::Filter(value, filter) | ExpressionKind::Test(value, filter) => {
                self.expression(value);
                self.arguments(&filter.arguments);
            }
            ExpressionKind::Compare(first, rest) => {
                self.expression(first);
                for (_, operand) in rest {
                    self.expression(operand);
                }
            }
            ExpressionKind::Conditional(conditional) => {
                self.expression(&conditional.test);
                self.expression(&conditional.value);
                conditional.otherwise.iter().for_each(|otherwise| self.expression(otherwise));
            }
        }
    }
}
