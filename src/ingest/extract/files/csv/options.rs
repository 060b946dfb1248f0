//! How the text of a CSV file is cut into fields.

use serde_json::{Map, Value};

use super::super::usage;
use crate::error::Result;

/// How the text is cut into fields.
#[derive(Clone, Debug)]
pub struct CsvOptions {
    /// None: a tab in `.tsv`, else what the first records tell, see `sniff.rs`.
    pub delimiter: Option<u8>,
    pub quote: u8,
    pub escape: Option<u8>,
    pub comment: Option<u8>,
    pub has_header: bool,
    pub names: Option<Vec<String>>,
    /// Every column is text, and only an empty field is null.
    pub all_text: bool,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self {
            delimiter: None,
            quote: b'"',
            escape: None,
            comment: None,
            has_header: true,
            names: None,
            all_text: false,
        }
    }
}

impl CsvOptions {
    pub(in super::super) fn from_options(options: &Map<String, Value>) -> Result<Self> {
        let byte = |name: &str| match options.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.len() == 1 => Ok(Some(text.as_bytes()[0])),
            Some(other) => Err(usage(&format!("the CSV option `{name}` is one character, not {other}"))),
        };
        let names = options.get("names").and_then(Value::as_array);
        Ok(Self {
            delimiter: byte("delimiter")?.or(byte("sep")?),
            quote: byte("quote")?.unwrap_or(b'"'),
            escape: byte("escape")?,
            comment: byte("comment")?,
            has_header: options.get("header").and_then(Value::as_bool).unwrap_or(true),
            names: names.map(|names| {
                names.iter().map(|name| name.as_str().map_or_else(|| name.to_string(), str::to_owned)).collect()
            }),
            all_text: options.get("all_text").and_then(Value::as_bool).unwrap_or(false),
        })
    }
}
