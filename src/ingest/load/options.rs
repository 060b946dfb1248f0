//! What a table says about its merge beyond the strategy: which rows of the load take part, and which rows that are there.

use serde_json::Value;

use crate::error::{Error, Kind, Result};
use crate::schema::Table;

/// dlt's options of a merge, ready to stand in a statement.
pub struct MergeOptions {
    /// A condition on the columns of a staged root row; rows for which it does not hold take no part.
    pub source_filter: Option<String>,
    /// A condition on a row `there`: the rows that the load may delete or retire.
    pub destination_scope: Option<String>,
    /// The user vouches that no key comes twice in a load.
    pub is_deduplicated: bool,
    /// Rows that arrive as they are leave the row that is there alone.
    pub skips_unchanged: bool,
}

impl MergeOptions {
    pub fn of(root: &Table, relation: &str, stage: &str) -> Result<Self> {
        let text = |hint: &str| root.hints.get(hint).and_then(Value::as_str).filter(|text| !text.is_empty());
        let flag = |hint: &str| root.hints.get(hint).and_then(Value::as_bool).unwrap_or(false);
        let source_filter = text("x-merge-source-filter").map(|filter| expand(root, filter, &[])).transpose()?;
        let scope = text("x-merge-destination-scope")
            .map(|scope| expand(root, scope, &[("table", relation), ("staging_table", stage)]))
            .transpose()?;
        Ok(Self {
            source_filter,
            // The condition names columns as a statement over the table alone would.
            destination_scope: scope
                .map(|scope| format!("there.rowid in (select rowid from {relation} where {scope})")),
            is_deduplicated: flag("x-stage-data-deduplicated"),
            skips_unchanged: flag("x-merge-skip-unchanged-rows"),
        })
    }

    /// The rows of a stage that take part, as something to select from.
    pub fn rows_of(&self, stage: &str) -> String {
        match &self.source_filter {
            Some(filter) => format!("(select * from {stage} where {filter})"),
            None => stage.to_owned(),
        }
    }
}

// The form of Python's `str.format`: `{name}` stands for something, `{{` and `}}` are braces.
fn expand(root: &Table, text: &str, known: &[(&str, &str)]) -> Result<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            out.push_str(brace);
            rest = after;
            continue;
        }
        let named = (brace == "{").then(|| rest.split_once('}')).flatten();
        let value = named.and_then(|(name, _)| known.iter().find(|(known, _)| *known == name));
        let (Some((_, after)), Some((_, value))) = (named, value) else {
            return Err(bad_condition(root, text, known));
        };
        out.push_str(value);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

fn bad_condition(root: &Table, text: &str, known: &[(&str, &str)]) -> Error {
    let names: Vec<String> = known.iter().map(|(name, _)| format!("`{{{name}}}`")).collect();
    let takes = if names.is_empty() { "no placeholder".to_owned() } else { names.join(" and ") };
    Error::new(
        Kind::Config,
        format!("table `{}`: the merge condition `{text}` has a brace that names nothing", root.name),
    )
    .hint(format!("it takes {takes}; a brace itself is written twice"))
}
