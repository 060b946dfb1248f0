//! Files of records: JSON lines, JSON documents, CSV, parquet, Arrow; plain or packed; on this machine or in a store.
//!
//! A file is read in blocks of whole records, so memory is bounded by the size of a block and never by the size of the file.

use std::path::Path;

use crate::error::{Error, Kind};

pub mod blob;
pub mod columnar;
pub mod csv;
pub mod lines;
pub mod object;
pub mod open;
mod request;

pub use request::{Constant, FileRequest, constants};

/// How much of a file may be in memory at once.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// About how many bytes make a block, which is what one thread flattens at a time.
    pub block_bytes: usize,
    /// The longest record; a longer one is refused, because it is a missing newline or quote.
    pub record_bytes_max: usize,
    /// The largest JSON document, which is the one form that cannot be read in blocks.
    pub document_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { block_bytes: 2 << 20, record_bytes_max: 64 << 20, document_bytes_max: 1 << 30 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    JsonLines,
    Json,
    Csv,
    Parquet,
    /// Arrow IPC, as a file (feather) or as a stream.
    Arrow,
}

impl Format {
    fn named(name: &str) -> Option<Self> {
        match name {
            "jsonl" | "ndjson" | "jsonlines" => Some(Self::JsonLines),
            "json" => Some(Self::Json),
            "csv" | "tsv" => Some(Self::Csv),
            "parquet" | "pq" => Some(Self::Parquet),
            "arrow" | "arrows" | "feather" | "ipc" => Some(Self::Arrow),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Told by the first bytes.
    Auto,
    None,
    Gzip,
    Zstd,
}

impl Compression {
    // What the name says; a name that says nothing leaves it to the bytes.
    fn of(path: &Path) -> Self {
        match path.extension().unwrap_or_default().to_string_lossy().to_lowercase().as_str() {
            "gz" => Self::Gzip,
            "zst" | "zstd" => Self::Zstd,
            _ => Self::Auto,
        }
    }
}

/// A record that could not be read, for the table beside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    pub file: String,
    /// Counted from 1.
    pub line: u64,
    /// Where in the unpacked file the record begins, counted from 0.
    pub byte: u64,
    pub error: String,
    pub text: String,
}

// `csv` of `orders.CSV.gz`.
fn plain_extension(path: &Path) -> String {
    let unpacked = match Compression::of(path) {
        Compression::Gzip | Compression::Zstd => path.with_extension(""),
        Compression::Auto | Compression::None => path.to_owned(),
    };
    unpacked.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

fn usage(message: &str) -> Error {
    Error::new(Kind::Usage, message)
}
