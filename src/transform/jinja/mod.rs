//! dbt's dialect of Jinja: our own lexer, parser and evaluator.
//!
//! A file is parsed once into a [`Template`] shared by all threads; a render is a walk with a [`Scope`] and a budget.
//! Spans keep to the author's file:line:col, through macros, and the rendered text maps back to the source.
//!
//! Where to begin:
//!
//! - [`parse`], and [`parse_range`] for a part of a file such as a YAML value: text to a [`Template`].
//! - [`LazyTemplate`] is one that is parsed when it is first rendered.
//! - [`Interpreter`] renders templates, evaluates them to values and calls macros, in a [`Scope`] that says what names
//!   mean and within a [`Budget`]; [`render`] is the short way.
//! - [`blocks::blocks`] and [`blocks::snapshots`] find the definitions of a file; [`blocks::Block::as_macro`] makes a
//!   callable of one. [`MacroObject`] is what it is behind the value.
//! - [`calls::literal_calls`] reads `ref`, `source` and `config` of plain models without rendering them;
//!   [`called::called`] lists what a macro's text calls.
//! - [`Value`] is what templates compute with, [`Object`] what Rust adds to it, [`Args`] how a call meets parameters.
//!
//! Invariant: a template reaches plain values and listed names only; there is no host object, file or environment.

mod args;
pub mod ast;
pub mod blocks;
pub mod builtin_macros;
pub mod builtins;
pub mod called;
pub mod calls;
mod containers;
pub mod eval;
pub mod filters;
pub mod format;
mod iterators;
pub mod json;
mod key;
mod lazy;
mod lexer;
pub mod limits;
mod literal;
mod macros;
pub mod methods;
pub mod modules;
mod numerals;
mod object;
pub mod operators;
mod parser;
mod scanner;
pub mod scope;
mod slots;
mod stack;
mod strings;
mod teardown;
pub mod tests;
mod unicode;
pub mod value;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

pub use eval::{Budget, Interpreter, Rendered};
pub use lazy::LazyTemplate;
pub use lexer::without_last_line_end;
pub use macros::MacroObject;
pub use modules::datetime::Moment;
pub use modules::decimal::Decimal;
pub use scope::{EmptyScope, Scope};
pub use value::{Args, Dict, Key, List, Object, Set, Tuple, Value};

use crate::error::{Error, Place, Result};

/// A text with the path that users know it by (relative to the project).
#[derive(Debug)]
pub struct SourceFile {
    /// Relative to the project.
    pub path: PathBuf,
    /// What it holds.
    pub text: Arc<str>,
    /// Where that stands of which the text was made, when it stands in no file itself.
    pub made_of: Option<Place>,
}

impl SourceFile {
    /// A text under a path.
    pub fn new(path: impl Into<PathBuf>, text: impl AsRef<str>) -> Arc<Self> {
        Arc::new(Self { path: path.into(), text: Arc::from(text.as_ref()), made_of: None })
    }

    /// A text that was made of what stands at a place: whatever is said of the text is said there.
    pub fn made(place: Place, text: impl AsRef<str>) -> Arc<Self> {
        Arc::new(Self { path: place.file.clone(), text: Arc::from(text.as_ref()), made_of: Some(place) })
    }

    /// The place of a range of bytes.
    pub fn place(&self, span: Range<usize>) -> Place {
        self.made_of.clone().unwrap_or_else(|| Place::of_span(&self.path, &self.text, span))
    }
}

/// A parsed template, ready to be rendered any number of times by any number of threads.
#[derive(Debug)]
pub struct Template {
    /// Where it stands.
    pub file: Arc<SourceFile>,
    function: Arc<ast::Function>,
}

/// Parses a whole file as one template.
pub fn parse(file: Arc<SourceFile>) -> Result<Arc<Template>> {
    parser::parse(file).map(Arc::new)
}

/// Parses a part of a file as a template of its own; places stay those of the file.
pub fn parse_range(file: Arc<SourceFile>, range: Range<usize>) -> Result<Arc<Template>> {
    parser::parse_range(file, range).map(Arc::new)
}

/// Renders a template to text.
///
/// ```
/// use gristmill::transform::jinja::{parse, render, Budget, EmptyScope, SourceFile};
/// let template = parse(SourceFile::new("a.sql", "{% set xs = [] %}{% do xs.append(1) %}{{ xs }}"))?;
/// assert_eq!(render(&template, &EmptyScope, Budget::default())?.text, "[1]");
/// # Ok::<(), gristmill::Error>(())
/// ```
pub fn render(template: &Arc<Template>, scope: &dyn Scope, budget: Budget) -> Result<Rendered> {
    Interpreter::new(scope, budget).render(template)
}

/// Adds the name that is likely meant by one that is not there.
pub(crate) fn did_you_mean<'n>(error: Error, name: &str, names: impl IntoIterator<Item = &'n str>) -> Error {
    match nearest(name, names) {
        Some(likely) => error.hint(format!("did you mean `{likely}`?")),
        None => error,
    }
}

// Likeness by beginnings alone is generous: one is the beginning of the other, or about half of the letters agree.
fn shares_enough(one: &str, other: &str) -> bool {
    one.starts_with(other) || other.starts_with(one) || strsim::normalized_levenshtein(one, other) > 0.42
}

/// The name that is likely meant by one that is not there, for hints.
pub(crate) fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    names
        .into_iter()
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(likeness, known)| *likeness > 0.8 && shares_enough(name, known))
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, known)| known)
}
