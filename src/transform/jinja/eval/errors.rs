//! Errors get their place and their suggestions here.

use std::sync::Arc;

use super::super::ast::{Expression, ExpressionKind, Span};
use super::super::nearest;
use super::super::{SourceFile, Value};
use super::Interpreter;
use super::calls::NO_CALLER;
use crate::error::{Error, Kind};

impl Interpreter<'_> {
    /// Says where, unless a more precise place is known; a `return` on its way needs none.
    pub(super) fn locate(&self, error: Error, span: Span) -> Error {
        match &self.file {
            Some(file) if error.place().is_none() && self.returned.is_none() => error.at(file.place(span.range())),
            _ => error,
        }
    }

    pub(super) fn locate_in(&self, file: &Arc<SourceFile>, error: Error) -> Error {
        if error.place().is_none() && self.returned.is_none() { error.at(file.place(self.span.range())) } else { error }
    }

    /// An undefined value was used: what to do about it, when it stands under a plain name.
    pub(super) fn undefined(&self, expression: &Expression, value: &Value, error: Error) -> Error {
        let (Value::Undefined(_), ExpressionKind::Name { name, .. }) = (value, &expression.kind) else { return error };
        let own_words =
            || format!("define it by `{{% set {name} = ... %}}`; a variable of the project is read as `var('{name}')`");
        error.hint(self.suggestion(name).unwrap_or_else(own_words))
    }

    /// The error of calling a name that nothing has.
    pub(super) fn not_callable(&self, callee: &Expression, message: &str) -> Error {
        let error = Error::new(Kind::Compilation, message);
        let ExpressionKind::Name { name, .. } = &callee.kind else { return error };
        match self.suggestion(name) {
            Some(suggestion) => error.hint(suggestion),
            None if message == NO_CALLER => error.hint("write `{% call macro_name(...) %}...{% endcall %}`"),
            None => error.hint("check the spelling, and that the package that defines it is installed"),
        }
    }

    fn suggestion(&self, name: &str) -> Option<String> {
        if let Some(template) = &self.template
            && defines_macro(&template.file.text, name)
        {
            return Some(format!(
                "a macro is called by name only when it stands in a file under `macro-paths`; move `{name}` there"
            ));
        }
        let names = self.scope.names();
        nearest(name, names.iter().map(String::as_str)).map(|likely| format!("did you mean `{likely}`?"))
    }
}

fn defines_macro(text: &str, name: &str) -> bool {
    text.match_indices("macro ").any(|(at, found)| {
        text[at + found.len()..].trim_start().strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('('))
    })
}
