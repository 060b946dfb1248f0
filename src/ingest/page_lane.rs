//! From the bytes of a page to rows: the records stand somewhere in a JSON document, and nothing else of it is wanted.

use std::sync::Arc;

use super::extract::files::Constant;
use super::extract::http::look::Step;
use super::extraction::Extraction;
use super::json;
use super::normalize::RootTable;
use crate::error::{Error, Place, Result};

/// A page that nobody has looked at.
#[derive(Clone, Debug)]
pub struct Page {
    pub body: Arc<Vec<u8>>,
    /// Where its records are.
    pub path: Vec<Step>,
    /// Where it came from, for errors.
    pub origin: String,
    /// Columns that each row gets: fields of the row of another resource that the page was asked for with.
    pub constants: Vec<(String, Constant)>,
}

/// Reads the page into the root table; returns its records.
pub(super) fn read(extraction: &mut Extraction, root: RootTable, page: &Page) -> Result<u64> {
    let rows = json::below(extraction.normalizer(), root, &page.body, &page.path, &page.constants)
        .map_err(|error: Error| error.at(Place::file(&page.origin)))?;
    extraction.write_full()?;
    Ok(rows)
}
