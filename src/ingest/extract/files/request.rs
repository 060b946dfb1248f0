//! A file to read, and how.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::super::http::look::Step;
use super::blob::{Blob, BlobReader};
use super::{Compression, Format, Limits, csv, open, plain_extension, usage};
use crate::error::{Error, Kind, Place, Result};
use crate::schema::time::{self, Parsed};

/// A value that each row of a file gets: of a partition, or the file's own name.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    Null,
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    /// Days since 1970.
    Date(i32),
}

/// A file to read, and how.
#[derive(Clone, Debug)]
pub struct FileRequest {
    pub path: PathBuf,
    /// Where the bytes are, when it is not a file of this machine; then the path is only told.
    pub blob: Option<Arc<dyn Blob>>,
    /// As it was listed, in bytes.
    pub size: Option<u64>,
    pub format: Format,
    pub compression: Compression,
    pub csv: csv::CsvOptions,
    /// Where in a JSON document the records are.
    pub data_path: Vec<Step>,
    /// Columns that each row gets.
    pub constants: Vec<(String, Constant)>,
    /// Broken records are set aside.
    pub quarantines: bool,
    pub limits: Limits,
}

impl FileRequest {
    /// A file with what its name says about it: `.jsonl.gz`, `.csv`, `.json.zst`, `.parquet`.
    ///
    /// ```
    /// # use gristmill::ingest::extract::files::{Compression, FileRequest, Format};
    /// let request = FileRequest::new("data/orders.ndjson.gz").unwrap();
    /// assert_eq!((request.format, request.compression), (Format::JsonLines, Compression::Gzip));
    /// ```
    pub fn new(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let format = Format::named(&plain_extension(&path)).ok_or_else(|| {
            Error::new(Kind::Usage, format!("cannot tell from its name what `{}` holds", path.display()))
                .at(Place::file(&path))
                .hint("say it with `format`: `jsonl`, `json`, `csv`, `parquet` or `arrow`")
        })?;
        Ok(Self::of(path, format))
    }

    fn of(path: PathBuf, format: Format) -> Self {
        Self {
            compression: Compression::of(&path),
            path,
            blob: None,
            size: None,
            format,
            csv: csv::CsvOptions::default(),
            data_path: Vec::new(),
            constants: Vec::new(),
            quarantines: false,
            limits: Limits::default(),
        }
    }

    /// Reads `{"path", "format", "compression", "size", "options"}`, where all but the path may be left to the file's name.
    pub fn from_description(description: &Map<String, Value>) -> Result<Self> {
        let path = description.get("path").and_then(Value::as_str).ok_or_else(|| usage("a file needs a `path`"))?;
        let mut request = match description.get("format").and_then(Value::as_str) {
            None => Self::new(path)?,
            Some(name) => {
                let format = Format::named(name).ok_or_else(|| {
                    usage(&format!("`{name}` is no format of a file"))
                        .hint("the formats are `jsonl`, `json`, `csv`, `parquet` and `arrow`")
                })?;
                Self::of(path.into(), format)
            }
        };
        match description.get("compression").and_then(Value::as_str) {
            None | Some("auto" | "infer") => {}
            Some("gzip" | "gz") => request.compression = Compression::Gzip,
            Some("zstd" | "zst") => request.compression = Compression::Zstd,
            Some("none" | "disable" | "") => request.compression = Compression::None,
            Some(other) => {
                return Err(usage(&format!("`{other}` is no compression of a file"))
                    .hint("the compressions are `gzip`, `zstd` and `none`"));
            }
        }
        request.size = description.get("size").and_then(Value::as_u64);
        if let Some(options) = description.get("options").and_then(Value::as_object) {
            request.set_options(options)?;
        }
        Ok(request)
    }

    fn set_options(&mut self, options: &Map<String, Value>) -> Result<()> {
        self.csv = csv::CsvOptions::from_options(options)?;
        let bytes =
            |name: &str, known: usize| options.get(name).and_then(Value::as_u64).map_or(known, |bytes| bytes as usize);
        self.limits.block_bytes = bytes("block_bytes", self.limits.block_bytes).max(1);
        self.limits.record_bytes_max = bytes("record_bytes_max", self.limits.record_bytes_max);
        self.limits.document_bytes_max = bytes("document_bytes_max", self.limits.document_bytes_max);
        self.quarantines = options.get("quarantine").and_then(Value::as_bool).unwrap_or(false);
        for step in options.get("data_path").and_then(Value::as_array).into_iter().flatten() {
            self.data_path.push(match step {
                Value::String(key) => Step::Key(key.clone()),
                Value::Number(index) if index.is_i64() => Step::Index(index.as_i64().unwrap_or_default()),
                other => return Err(usage(&format!("a step of `data_path` is a key or an index, not {other}"))),
            });
        }
        if let Some(given) = options.get("constants").and_then(Value::as_object) {
            self.constants = constants(given)?;
        }
        Ok(())
    }

    /// What the file holds, unpacked.
    pub fn bytes(&self) -> Result<Box<dyn Read + Send>> {
        let packed: Box<dyn Read + Send> = match &self.blob {
            Some(blob) => Box::new(BlobReader::new(Arc::clone(blob))?),
            None => Box::new(open::open(&self.path)?),
        };
        open::unpacked(packed, self.compression).map_err(|error| open::reading(&self.path, &error))
    }
}

/// The columns that each row gets, as they are described.
pub fn constants(given: &Map<String, Value>) -> Result<Vec<(String, Constant)>> {
    given.iter().map(|(name, value)| Ok((name.clone(), constant(name, value)?))).collect()
}

fn constant(name: &str, value: &Value) -> Result<Constant> {
    let refused = || usage(&format!("the value of the column `{name}` cannot be one of a file: {value}"));
    match value {
        Value::Null => Ok(Constant::Null),
        Value::Bool(flag) => Ok(Constant::Bool(*flag)),
        Value::Number(number) => {
            number.as_i64().map(Constant::Integer).or_else(|| number.as_f64().map(Constant::Number)).ok_or_else(refused)
        }
        Value::String(text) => Ok(Constant::Text(text.clone())),
        Value::Object(marked) => match marked.get("date").and_then(Value::as_str).and_then(time::parse) {
            Some(Parsed::Date(days)) => Ok(Constant::Date(days)),
            _ => Err(refused()),
        },
        Value::Array(_) => Err(refused()),
    }
}
