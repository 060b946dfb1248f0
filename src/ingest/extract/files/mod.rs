//! Files of records: JSON lines, one JSON document, CSV; plain or gzipped.
//!
//! A file is read in blocks of whole records, so memory is bounded by the size of a block and never by the size of the file.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::error::{Error, Kind, Place, Result};

pub mod csv;
pub mod lines;
pub mod open;

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
}

/// A file to read, and how.
#[derive(Clone, Debug)]
pub struct FileRequest {
    pub path: PathBuf,
    /// What the file holds, when it was read already; then the path is only told.
    pub content: Option<Arc<[u8]>>,
    pub format: Format,
    pub gzip: bool,
    pub csv: csv::CsvOptions,
    pub limits: Limits,
}

impl FileRequest {
    /// A file with what its name says about it: `.jsonl.gz`, `.csv`, `.json`.
    ///
    /// ```
    /// # use gristmill::ingest::extract::files::{FileRequest, Format};
    /// let request = FileRequest::new("data/orders.ndjson.gz").unwrap();
    /// assert_eq!((request.format, request.gzip), (Format::JsonLines, true));
    /// ```
    pub fn new(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let gzip = is_gzip(&path);
        let format = format(&plain_extension(&path)).ok_or_else(|| {
            Error::new(Kind::Usage, format!("cannot tell from its name what `{}` holds", path.display()))
                .at(Place::file(&path))
                .hint("say it with `format`: `jsonl`, `json` or `csv`")
        })?;
        Ok(Self { path, content: None, format, gzip, csv: csv::CsvOptions::default(), limits: Limits::default() })
    }

    /// Reads `{"path", "format", "compression", "options"}`, where all but the path may be left to the file's name.
    pub fn from_description(description: &Map<String, Value>) -> Result<Self> {
        let path = description.get("path").and_then(Value::as_str).ok_or_else(|| usage("a file needs a `path`"))?;
        let named = description.get("format").and_then(Value::as_str);
        let mut request = match named {
            None => Self::new(path)?,
            Some(name) => {
                let format = format(name).ok_or_else(|| {
                    usage(&format!("`{name}` is no format of a file")).hint("the formats are `jsonl`, `json` and `csv`")
                })?;
                Self {
                    gzip: is_gzip(Path::new(path)),
                    path: path.into(),
                    content: None,
                    format,
                    csv: csv::CsvOptions::default(),
                    limits: Limits::default(),
                }
            }
        };
        match description.get("compression").and_then(Value::as_str) {
            None | Some("auto" | "infer") => {}
            Some("gzip" | "gz") => request.gzip = true,
            Some("none" | "disable" | "") => request.gzip = false,
            Some(other) => {
                return Err(usage(&format!("`{other}` is no compression of a file"))
                    .hint("the compressions are `gzip` and `none`"));
            }
        }
        if let Some(options) = description.get("options").and_then(Value::as_object) {
            request.csv = csv::CsvOptions::from_options(options)?;
            let bytes = |name: &str, known: usize| {
                options.get(name).and_then(Value::as_u64).map_or(known, |bytes| bytes as usize)
            };
            request.limits.block_bytes = bytes("block_bytes", request.limits.block_bytes).max(1);
            request.limits.record_bytes_max = bytes("record_bytes_max", request.limits.record_bytes_max);
            request.limits.document_bytes_max = bytes("document_bytes_max", request.limits.document_bytes_max);
        }
        Ok(request)
    }

    /// What the file holds, unpacked.
    pub fn bytes(&self) -> Result<Box<dyn Read + Send>> {
        match &self.content {
            Some(content) => Ok(open::unpacked(Cursor::new(Arc::clone(content)), self.gzip)),
            None => open::open(&self.path, self.gzip),
        }
    }
}

fn is_gzip(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"))
}

// `csv` of `orders.CSV.gz`.
fn plain_extension(path: &Path) -> String {
    let unpacked = if is_gzip(path) { path.with_extension("") } else { path.to_owned() };
    unpacked.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

fn format(name: &str) -> Option<Format> {
    match name {
        "jsonl" | "ndjson" | "jsonlines" => Some(Format::JsonLines),
        "json" => Some(Format::Json),
        "csv" | "tsv" => Some(Format::Csv),
        _ => None,
    }
}

fn usage(message: &str) -> Error {
    Error::new(Kind::Usage, message)
}
