//! The definitions at the top level of a file: macros, tests, materializations, snapshots, docs.
//!
//! Blocks are found as dbt finds them: tags, comments, expressions and raw text are skipped over, and whatever stands
//! between two blocks is ignored. Each block is then parsed on its own.
//!
//! Among macros, a test `t` is named `test_t`, and a materialization `x` for the adapter `duckdb` is named
//! `materialization_x_duckdb` (`materialization_x_default` when it names none).

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::ast::Function;
use super::called::{Called, called};
use super::macros::MacroObject;
use super::parser::{self, Definition};
use super::scanner::{Tag, tags};
use super::{SourceFile, Template, Value};
use crate::error::{Error, Kind, Result};

/// What a block defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// `{% macro %}`
    Macro,
    /// A generic test.
    Test,
    /// `{% materialization %}`
    Materialization {
        /// `default` when it names none.
        adapter: Arc<str>,
        /// `sql` when it names none.
        supported_languages: Vec<Arc<str>>,
    },
    /// `{% snapshot %}`
    Snapshot,
    /// `{% docs %}`
    Docs,
}

/// One block of a file.
#[derive(Debug)]
pub struct Block {
    /// What it defines.
    pub kind: BlockKind,
    /// As the tag says it: `{% test positive(...) %}` has the name `positive`.
    pub name: Arc<str>,
    /// The name among macros: `test_positive`, `materialization_table_default`; the plain name for others.
    pub macro_name: Arc<str>,
    /// The parameters of its signature.
    pub arguments: Vec<Argument>,
    /// The block with its tags.
    pub span: Range<usize>,
    /// What stands between its tags.
    pub raw: Range<usize>,
    file: Arc<SourceFile>,
    body: BlockBody,
}

#[derive(Debug)]
enum BlockBody {
    Function(Arc<Function>),
    Template(Arc<Template>),
}

/// A parameter as the manifest shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// The name of the parameter.
    pub name: Arc<str>,
    /// The type in the signature, if it states one.
    pub annotation: Option<Arc<str>>,
    /// The default as it is written.
    pub default: Option<Arc<str>>,
}

/// The macros, tests and materializations of a file; in a Markdown file, its docs.
///
/// Text between blocks is ignored, as are tags inside of comments, expressions, quotes and `raw`.
///
/// ```
/// use gristmill::transform::jinja::{blocks::blocks, SourceFile};
/// let file = SourceFile::new("macros/a.sql", "{% macro cents(column, digits=2) %}round({{ column }}){% endmacro %}");
/// let blocks = blocks(&file)?;
/// assert_eq!(&*blocks[0].name, "cents");
/// assert_eq!(blocks[0].arguments[1].default.as_deref(), Some("2"));
/// assert_eq!(blocks[0].raw_text(), "round({{ column }})");
/// # Ok::<(), gristmill::Error>(())
/// ```
pub fn blocks(file: &Arc<SourceFile>) -> Result<Vec<Block>> {
    let markdown = Path::new(&file.path).extension().is_some_and(|extension| extension == "md");
    // dbt knows no tag `data_test`, but looks for it, so that it is refused and not passed over.
    find(file, if markdown { &["docs"] } else { &["macro", "test", "data_test", "materialization"] })
}

/// The snapshots of a file; a macro beside or inside of one is no block of its own.
///
/// ```
/// use gristmill::transform::jinja::{blocks::snapshots, SourceFile};
/// let file = SourceFile::new("snapshots/a.sql", "{% snapshot orders_history %}select 1 as id{% endsnapshot %}");
/// assert_eq!(&*snapshots(&file)?[0].name, "orders_history");
/// # Ok::<(), gristmill::Error>(())
/// ```
pub fn snapshots(file: &Arc<SourceFile>) -> Result<Vec<Block>> {
    find(file, &["snapshot"])
}

fn find(file: &Arc<SourceFile>, allowed: &[&str]) -> Result<Vec<Block>> {
    let mut found = Vec::new();
    let mut open: Option<Tag> = None;
    // `if` and `for` tags that are open, with their places.
    let mut control: Vec<Tag> = Vec::new();
    for tag in tags(file) {
        let tag = tag?;
        match tag.word {
            "if" | "for" => control.push(tag.clone()),
            "endif" | "endfor" => close_control(file, &mut control, &tag)?,
            _ => {}
        }
        if allowed.contains(&tag.word) {
            if let Some(outer) = control.last() {
                return Err(error(file, &tag, format!("a `{}` block stands inside of `{}`", tag.word, outer.word))
                    .hint("blocks stand at the top level of a file"));
            }
            if let Some(outer) = &open {
                let line = file.place(outer.span.clone()).line;
                return Err(error(
                    file,
                    &tag,
                    format!("a `{}` block stands inside of the `{}` of line {line}", tag.word, outer.word),
                )
                .hint(format!("close the first one with `{{% end{} %}}`", outer.word)));
            }
            open = Some(tag);
        } else if let Some(opened) = open.take_if(|opened| tag.word.strip_prefix("end") == Some(opened.word)) {
            found.push(block(file, &opened, &tag)?);
        }
    }
    match open {
        None => Ok(found),
        Some(tag) => Err(error(file, &tag, format!("this `{}` block is not closed", tag.word))
            .hint(format!("close it with `{{% end{} %}}`", tag.word))),
    }
}

fn close_control(file: &SourceFile, control: &mut Vec<Tag<'_>>, tag: &Tag<'_>) -> Result<()> {
    let opener = &tag.word[3..];
    match control.pop() {
        Some(open) if open.word == opener => Ok(()),
        Some(open) => {
            let line = file.place(open.span).line;
            Err(error(
                file,
                tag,
                format!("`{{% {} %}}` stands where the `{}` of line {line} is open", tag.word, open.word),
            )
            .hint(format!("expected `{{% end{} %}}` first", open.word)))
        }
        None => Err(error(file, tag, format!("`{{% {} %}}` without an open `{opener}`", tag.word))),
    }
}

fn error(file: &SourceFile, tag: &Tag<'_>, message: String) -> Error {
    Error::new(Kind::JinjaSyntax, message).at(file.place(tag.visible.clone()))
}

fn block(file: &Arc<SourceFile>, opened: &Tag<'_>, closed: &Tag<'_>) -> Result<Block> {
    let span = opened.span.start..closed.span.end;
    let raw = opened.span.end..closed.span.start.max(opened.span.end);
    let shell = |kind, name: Arc<str>, macro_name, arguments, body| Block {
        kind,
        name,
        macro_name,
        arguments,
        span: span.clone(),
        raw: raw.clone(),
        file: file.clone(),
        body,
    };
    if matches!(opened.word, "snapshot" | "docs") {
        let Some(name) = opened.name else {
            return Err(error(file, opened, format!("this `{}` block has no name", opened.word))
                .hint(format!("write `{{% {} some_name %}}`", opened.word)));
        };
        let name: Arc<str> = Arc::from(name);
        let template = Arc::new(parser::parse_range(file.clone(), raw.clone())?);
        let kind = if opened.word == "docs" { BlockKind::Docs } else { BlockKind::Snapshot };
        return Ok(shell(kind, name.clone(), name, Vec::new(), BlockBody::Template(template)));
    }
    let Definition { name, function, adapter, supported_languages } = parser::definition(file, span.clone())?;
    let kind = match opened.word {
        "materialization" => BlockKind::Materialization { adapter, supported_languages },
        "macro" => BlockKind::Macro,
        _ => BlockKind::Test,
    };
    let arguments = function
        .parameters
        .iter()
        .map(|parameter| Argument {
            name: parameter.name.clone(),
            annotation: parameter.annotation.clone(),
            default: parameter.default.as_ref().map(|default| Arc::from(&file.text[default.span.range()])),
        })
        .collect();
    Ok(shell(kind, name, function.name.clone(), arguments, BlockBody::Function(Arc::new(function))))
}

impl Block {
    /// The callable under this block's macro name; snapshots and docs are none, and calling theirs says so.
    pub fn as_macro(&self, unique_id: String) -> Value {
        match &self.body {
            BlockBody::Function(function) => {
                Value::object(MacroObject::project(self.file.clone(), function.clone(), Arc::from(unique_id)))
            }
            BlockBody::Template(_) => Value::Undefined(Arc::from(format!("`{}` is not a macro", self.name))),
        }
    }

    /// What the macro's code calls, as far as its text tells.
    pub fn called(&self) -> Vec<Called> {
        match &self.body {
            BlockBody::Function(function) => called(function),
            BlockBody::Template(_) => Vec::new(),
        }
    }

    /// The template inside of a snapshot or docs block.
    pub fn template(&self) -> Option<&Arc<Template>> {
        match &self.body {
            BlockBody::Function(_) => None,
            BlockBody::Template(template) => Some(template),
        }
    }

    /// The tree of a macro, test or materialization.
    pub fn function(&self) -> Option<&Arc<Function>> {
        match &self.body {
            BlockBody::Function(function) => Some(function),
            BlockBody::Template(_) => None,
        }
    }

    /// The file that the block stands in.
    pub fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    /// The block with its tags, as it stands in the file: dbt's `macro_sql`.
    pub fn text(&self) -> &str {
        &self.file.text[self.span.clone()]
    }

    /// What stands between its tags, as it stands in the file.
    pub fn raw_text(&self) -> &str {
        &self.file.text[self.raw.clone()]
    }
}
