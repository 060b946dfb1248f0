//! What a template's names mean to whoever renders it.
//!
//! Jinja never knows the manifest: it asks a [`Scope`]. Parsing answers with a Recorder (notes what `ref('x')` asks for),
//! running answers with a Linker (gives the relation). Both answer macro names too, in dbt's order: the node's own
//! package, the root project, then packages by name as namespaces, then the built-ins.

use super::value::Value;

/// Answers what a global name is; variables of the template come first.
pub trait Scope: Send + Sync {
    /// The value of a global name, macros included; `None` when nothing has this name.
    fn lookup(&self, name: &str) -> Option<Value>;

    /// All global names with their values, for `context` and for suggestions in errors.
    fn names(&self) -> Vec<String>;

    /// A macro was called by the template itself, not by another macro (dbt records it in `depends_on.macros`). The id is
    /// `macro.<package>.<name>`.
    fn macro_called(&self, _unique_id: &str) {}

    /// Whether names that are not there may be called and have attributes, which are undefined again: so while dbt
    /// parses, when not everything is known yet. In the macros that a template calls they may not.
    fn lenient(&self) -> bool {
        false
    }
}

/// No names at all beyond Jinja's own (`range`, `dict`, `namespace`, ...).
pub struct EmptyScope;

impl Scope for EmptyScope {
    fn lookup(&self, _name: &str) -> Option<Value> {
        None
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}
