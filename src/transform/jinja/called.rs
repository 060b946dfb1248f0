//! Which macros a macro's code calls, read from its tree without running it: dbt lists a macro's dependencies so.

use super::Value;
use super::ast::{Arguments, Body, Call, Expression, ExpressionKind, FilterCall, Function, Statement, StatementKind};

/// A call whose target can be read off the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Called {
    /// `name(...)` or `package.name(...)`
    Name(String),
    /// `adapter.dispatch('name', 'namespace')`
    Dispatch { name: String, namespace: Option<String> },
}

/// Every such call of a function, in the order of the text; inner functions and defaults of parameters included.
pub(super) fn called(function: &Function) -> Vec<Called> {
    let mut found = Vec::new();
    of_function(function, &mut found);
    found
}

fn of_function(function: &Function, found: &mut Vec<Called>) {
    for default in function.parameters.iter().filter_map(|parameter| parameter.default.as_ref()) {
        of_expression(default, found);
    }
    of_body(&function.body, found);
}

fn of_body(body: &Body, found: &mut Vec<Called>) {
    of_statements(&body.statements, found);
}

fn of_statements(statements: &[Statement], found: &mut Vec<Called>) {
    for statement in statements {
        of_statement(&statement.kind, found);
    }
}

fn of_statement(statement: &StatementKind, found: &mut Vec<Called>) {
    match statement {
        StatementKind::Text(_) | StatementKind::Break | StatementKind::Continue => {}
        StatementKind::Output(expression) | StatementKind::Do(expression) | StatementKind::Set(_, expression) => {
            of_expression(expression, found);
        }
        StatementKind::SetBlock(set) => {
            of_filters(&set.filters, found);
            of_body(&set.body, found);
        }
        StatementKind::If(if_) => {
            for (test, statements) in &if_.branches {
                of_expression(test, found);
                of_statements(statements, found);
            }
            of_statements(&if_.otherwise, found);
        }
        StatementKind::For(for_) => {
            of_expression(&for_.iterable, found);
            for_.condition.iter().for_each(|condition| of_expression(condition, found));
            of_body(&for_.body, found);
            of_body(&for_.otherwise, found);
        }
        StatementKind::With(with) => {
            with.bindings.iter().for_each(|(_, value)| of_expression(value, found));
            of_body(&with.body, found);
        }
        StatementKind::FilterBlock(block) => {
            of_filters(&block.filters, found);
            of_body(&block.body, found);
        }
        StatementKind::Macro(_, function) => of_function(function, found),
        StatementKind::CallBlock(block) => {
            of_call(&block.call, found);
            of_function(&block.caller, found);
        }
        StatementKind::Block(block) => of_function(&block.function, found),
        StatementKind::Scope(body) => of_body(body, found),
    }
}

fn of_expression(expression: &Expression, found: &mut Vec<Called>) {
    match &expression.kind {
        ExpressionKind::Constant(_) | ExpressionKind::Name { .. } => {}
        ExpressionKind::Tuple(items) | ExpressionKind::List(items) | ExpressionKind::Concat(items) => {
            for item in items {
                of_expression(item, found);
            }
        }
        ExpressionKind::Dict(entries) => {
            for (key, value) in entries {
                of_expression(key, found);
                of_expression(value, found);
            }
        }
        ExpressionKind::Attribute(of, _)
        | ExpressionKind::Not(of)
        | ExpressionKind::Negate(of)
        | ExpressionKind::Positive(of) => of_expression(of, found),
        ExpressionKind::Item(left, right)
        | ExpressionKind::And(left, right)
        | ExpressionKind::Or(left, right)
        | ExpressionKind::Binary(_, left, right) => {
            of_expression(left, found);
            of_expression(right, found);
        }
        ExpressionKind::Slice(slice) => {
            of_expression(&slice.object, found);
            [&slice.start, &slice.stop, &slice.step].into_iter().flatten().for_each(|part| of_expression(part, found));
        }
        ExpressionKind::Call(call) => of_call(call, found),
        ExpressionKind::Filter(of, filter) | ExpressionKind::Test(of, filter) => {
            of_expression(of, found);
            of_arguments(&filter.arguments, found);
        }
        ExpressionKind::Compare(first, others) => {
            of_expression(first, found);
            for (_, other) in others {
                of_expression(other, found);
            }
        }
        ExpressionKind::Conditional(conditional) => {
            of_expression(&conditional.test, found);
            of_expression(&conditional.value, found);
            conditional.otherwise.iter().for_each(|otherwise| of_expression(otherwise, found));
        }
    }
}

fn of_call(call: &Call, found: &mut Vec<Called>) {
    match &call.callee.kind {
        ExpressionKind::Name { name, .. } => found.push(Called::Name(name.to_string())),
        ExpressionKind::Attribute(of, attribute) => match &of.kind {
            ExpressionKind::Name { name, .. } if &**name == "adapter" => {
                if &**attribute == "dispatch" {
                    found.extend(dispatched(&call.arguments));
                }
            }
            ExpressionKind::Name { name, .. } => found.push(Called::Name(format!("{name}.{attribute}"))),
            _ => of_expression(of, found),
        },
        _ => of_expression(&call.callee, found),
    }
    of_arguments(&call.arguments, found);
}

fn dispatched(arguments: &Arguments) -> Option<Called> {
    let argument = |place: usize, name: &str| {
        let named = || arguments.named.iter().find(|(known, _)| &**known == name).map(|(_, value)| value);
        match arguments.positional.get(place).or_else(named).map(|value| &value.kind) {
            Some(ExpressionKind::Constant(Value::Str(text))) => Some(text.to_string()),
            _ => None,
        }
    };
    Some(Called::Dispatch { name: argument(0, "macro_name")?, namespace: argument(1, "macro_namespace") })
}

fn of_arguments(arguments: &Arguments, found: &mut Vec<Called>) {
    let named = arguments.named.iter().map(|(_, argument)| argument);
    let spread = [&arguments.sequence, &arguments.mapping].into_iter().flatten();
    for argument in arguments.positional.iter().chain(named).chain(spread) {
        of_expression(argument, found);
    }
}

fn of_filters(filters: &[FilterCall], found: &mut Vec<Called>) {
    for filter in filters {
        of_arguments(&filter.arguments, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::jinja::{SourceFile, blocks::blocks};

    #[test]
    fn calls_are_found_wherever_they_stand() {
        let text = "{% macro m(a=one()) %}{% if two(three()) %}{{ pkg.four() | join(five()) }}{% endif %}\
            {% for x in six() %}{% set y = [seven()] %}{% endfor %}{% call eight() %}{{ nine() }}{% endcall %}\
            {{ return(adapter.dispatch('ten', 'pkg')(eleven())) }}{{ adapter.quote('x') }}{{ a.b.c() }}{% endmacro %}";
        let found = blocks(&SourceFile::new("m.sql", text)).unwrap()[0].called();
        let shown: Vec<String> = found
            .into_iter()
            .map(|called| match called {
                Called::Name(name) => name,
                Called::Dispatch { name, namespace } => format!("{name}:{}", namespace.unwrap_or_default()),
            })
            .collect();
        assert_eq!(shown.join(" "), "one two three pkg.four five six seven eight nine return ten:pkg eleven");
    }
}
