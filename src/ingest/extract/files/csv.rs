//! CSV: records, and the type of each column as pandas would find it.
//!
//! dlt reads CSV through pandas, ten thousand rows at a time, each piece with types of its own. Here a column has one type,
//! found in a first pass over the whole file: integers, floats (also integers with gaps), booleans, else text. What pandas
//! takes for a missing value is null. Numbers with leading zeros stay text, because they are codes, and digits would be lost.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::{ReaderBuilder, StringRecord};
use serde_json::{Map, Value};

use super::open::{open, reading};
use super::{FileRequest, Limits, plain_extension, usage};
use crate::error::{Error, Kind, Place, Result};

const ROWS_PER_BLOCK_MAX: usize = 8192;
/// A file with no more text than this is read only once.
const KEPT_BYTES_MAX: usize = 64 << 20;

/// How the text is cut into fields.
#[derive(Clone, Debug)]
pub struct CsvOptions {
    /// None: a tab in `.tsv`, else a comma.
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
    pub(super) fn from_options(options: &Map<String, Value>) -> Result<Self> {
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

/// What the fields of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    Integer,
    Float,
    Bool,
    Text,
    /// Only missing values.
    Missing,
}

/// One value of a field, as its column's type reads it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Field<'a> {
    Null,
    Integer(i64),
    Float(f64),
    Bool(bool),
    Text(&'a str),
}

/// The columns of a file: names as they stand in the header, and types.
#[derive(Debug, Default)]
pub struct Columns {
    pub names: Vec<String>,
    pub types: Vec<FieldType>,
    all_text: bool,
}

impl Columns {
    pub fn field<'a>(&self, record: Record<'a>, index: usize) -> Field<'a> {
        let Some(text) = record.get(index) else { return Field::Null };
        if self.all_text {
            return if text.is_empty() { Field::Null } else { Field::Text(text) };
        }
        if is_missing(text) {
            return Field::Null;
        }
        match self.types[index] {
            FieldType::Integer => text.trim().parse().map_or(Field::Text(text), Field::Integer),
            FieldType::Float => text.trim().parse().map_or(Field::Text(text), Field::Float),
            FieldType::Bool => boolean(text).map_or(Field::Text(text), Field::Bool),
            FieldType::Text => Field::Text(text),
            FieldType::Missing => Field::Null,
        }
    }
}

/// Records that follow each other. Their fields stand in one text, so that a record allocates nothing.
#[derive(Debug)]
pub struct RecordBlock {
    pub columns: Arc<Columns>,
    text: String,
    // Where each field ends, counted from the begin of its record.
    ends: Vec<u32>,
    begins: Vec<Begin>,
}

#[derive(Clone, Copy, Debug)]
struct Begin {
    text: usize,
    field: usize,
    line: u64,
}

/// One record of a block.
#[derive(Clone, Copy, Debug)]
pub struct Record<'b> {
    text: &'b str,
    ends: &'b [u32],
    /// The line that it begins at, counted from 1.
    pub line: u64,
}

impl<'b> Record<'b> {
    fn get(self, index: usize) -> Option<&'b str> {
        let end = *self.ends.get(index)? as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        Some(&self.text[start..end])
    }
}

impl RecordBlock {
    fn new(columns: Arc<Columns>) -> Self {
        Self { columns, text: String::new(), ends: Vec::new(), begins: Vec::new() }
    }

    fn push(&mut self, record: &StringRecord) {
        let line = record.position().map_or(0, csv::Position::line);
        self.begins.push(Begin { text: self.text.len(), field: self.ends.len(), line });
        self.text.push_str(record.as_slice());
        self.ends.extend((0..record.len()).filter_map(|index| record.range(index)).map(|range| range.end as u32));
    }

    fn is_full(&self, limits: Limits) -> bool {
        self.text.len() >= limits.block_bytes || self.len() >= ROWS_PER_BLOCK_MAX
    }

    pub fn len(&self) -> usize {
        self.begins.len()
    }

    pub fn is_empty(&self) -> bool {
        self.begins.is_empty()
    }

    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.begins.iter().enumerate().map(|(index, begin)| {
            let next = self.begins.get(index + 1);
            Record {
                text: &self.text[begin.text..next.map_or(self.text.len(), |next| next.text)],
                ends: &self.ends[begin.field..next.map_or(self.ends.len(), |next| next.field)],
                line: begin.line,
            }
        })
    }
}

/// A CSV file as blocks of records.
pub struct RecordBlocks {
    path: PathBuf,
    columns: Arc<Columns>,
    reader: csv::Reader<Capped>,
    since: Arc<AtomicU64>,
    limits: Limits,
    record: StringRecord,
    // The whole file as blocks, when it is small enough to be kept by the first pass.
    kept: Option<Kept>,
}

impl RecordBlocks {
    /// Reads the file once for its types, and a second time for its records when it is too large to be kept. None when it
    /// is empty.
    pub fn open(request: &FileRequest) -> Result<Option<Self>> {
        let Some((columns, kept)) = columns_of(request)? else { return Ok(None) };
        let columns = Arc::new(columns);
        let (mut reader, since) = reader(request)?;
        let mut header = StringRecord::new();
        if request.csv.has_header {
            next_text(&mut reader, &mut header, &request.path)?;
        }
        let limits = request.limits;
        Ok(Some(Self { path: request.path.clone(), columns, reader, since, limits, record: header, kept }))
    }

    pub fn next_block(&mut self) -> Result<Option<RecordBlock>> {
        if let Some(kept) = &mut self.kept {
            return Ok(kept.next().map(|block| RecordBlock { columns: Arc::clone(&self.columns), ..block }));
        }
        let mut block = RecordBlock::new(Arc::clone(&self.columns));
        while !block.is_full(self.limits) {
            self.since.store(0, Ordering::Relaxed);
            if !next_text(&mut self.reader, &mut self.record, &self.path)? {
                break;
            }
            block.push(&self.record);
        }
        Ok(if block.is_empty() { None } else { Some(block) })
    }
}

type Kept = std::vec::IntoIter<RecordBlock>;

fn columns_of(request: &FileRequest) -> Result<Option<(Columns, Option<Kept>)>> {
    let (mut reader, since) = reader(request)?;
    let path = &request.path;
    let mut record = StringRecord::new();
    let mut names = request.csv.names.clone().unwrap_or_default();
    if !next_text(&mut reader, &mut record, path)? {
        return Ok(None);
    }
    if request.csv.has_header {
        if request.csv.names.is_none() {
            names = header_names(&record);
        }
    } else if request.csv.names.is_none() {
        names = (0..record.len()).map(|index| index.to_string()).collect();
    }
    let mut found = vec![Seen::default(); names.len()];
    let (mut kept, mut kept_bytes) = (Some(Vec::<RecordBlock>::new()), 0);
    // Without a header the record that was read is the first of the data.
    let mut is_data = !request.csv.has_header;
    loop {
        if is_data {
            if record.len() > names.len() {
                return Err(too_many(path, &record, names.len()));
            }
            if record.len() < names.len() && record.as_slice().contains('\n') {
                return Err(torn(path, &record, names.len()));
            }
            for (index, seen) in found.iter_mut().enumerate() {
                seen.look(record.get(index).unwrap_or_default());
            }
            kept_bytes += record.as_slice().len();
            match &mut kept {
                Some(_) if kept_bytes > KEPT_BYTES_MAX => kept = None,
                Some(blocks) => {
                    if blocks.last().is_none_or(|block| block.is_full(request.limits)) {
                        blocks.push(RecordBlock::new(Arc::default()));
                    }
                    blocks.last_mut().expect("a block was pushed when there was none").push(&record);
                }
                None => {}
            }
        }
        since.store(0, Ordering::Relaxed);
        if !next_text(&mut reader, &mut record, path)? {
            break;
        }
        is_data = true;
    }
    let types = found.iter().map(|seen| if request.csv.all_text { FieldType::Text } else { seen.decide() }).collect();
    let columns = Columns { names, types, all_text: request.csv.all_text };
    Ok(Some((columns, kept.map(Vec::into_iter))))
}

// A name that is missing or stands twice is told apart as pandas does it.
fn header_names(record: &StringRecord) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(record.len());
    for (index, text) in record.iter().enumerate() {
        let plain = if text.is_empty() { format!("Unnamed: {index}") } else { text.to_owned() };
        let mut name = plain.clone();
        let mut copy = 1;
        while names.contains(&name) {
            name = format!("{plain}.{copy}");
            copy += 1;
        }
        names.push(name);
    }
    names
}

// What the values of a column have in common so far.
#[derive(Clone, Debug)]
struct Seen {
    integers: bool,
    floats: bool,
    bools: bool,
    gaps: bool,
    values: bool,
}

impl Default for Seen {
    fn default() -> Self {
        Self { integers: true, floats: true, bools: true, gaps: false, values: false }
    }
}

impl Seen {
    fn look(&mut self, text: &str) {
        if is_missing(text) {
            self.gaps = true;
            return;
        }
        self.values = true;
        if self.floats || self.integers {
            let number = text.trim();
            let is_integer = is_integer(number);
            self.integers &= is_integer;
            self.floats = self.floats && (is_integer || is_float(number));
        }
        self.bools = self.bools && boolean(text).is_some();
    }

    fn decide(&self) -> FieldType {
        match self {
            Self { values: false, .. } => FieldType::Missing,
            Self { bools: true, .. } => FieldType::Bool,
            Self { integers: true, gaps: false, .. } => FieldType::Integer,
            Self { floats: true, .. } => FieldType::Float,
            Self { .. } => FieldType::Text,
        }
    }
}

// What pandas takes for a missing value.
fn is_missing(text: &str) -> bool {
    matches!(
        text,
        "" | "#N/A"
            | "#N/A N/A"
            | "#NA"
            | "-1.#IND"
            | "-1.#QNAN"
            | "-NaN"
            | "-nan"
            | "1.#IND"
            | "1.#QNAN"
            | "<NA>"
            | "N/A"
            | "NA"
            | "NULL"
            | "NaN"
            | "None"
            | "n/a"
            | "nan"
            | "null"
    )
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !has_leading_zero(digits) && digits.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<i64>().is_ok()
}

fn is_float(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    // An integer beyond 64 bits is not rounded to a float; `inf` and the like are words unless they are numbers to pandas too.
    let is_plain_integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let starts_well = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        || matches!(digits, "inf" | "Inf" | "infinity" | "Infinity");
    starts_well && !is_plain_integer && !has_leading_zero(digits) && text.parse::<f64>().is_ok()
}

fn has_leading_zero(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() > 1 && bytes[0] == b'0' && bytes[1].is_ascii_digit()
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "True" | "TRUE" | "true" => Some(true),
        "False" | "FALSE" | "false" => Some(false),
        _ => None,
    }
}

fn reader(request: &FileRequest) -> Result<(csv::Reader<Capped>, Arc<AtomicU64>)> {
    let since = Arc::new(AtomicU64::new(0));
    let bytes = open(&request.path, request.gzip)?;
    let capped = Capped { bytes, since: Arc::clone(&since), most: request.limits.record_bytes_max as u64 };
    let delimiter = request.csv.delimiter.unwrap_or(if plain_extension(&request.path) == "tsv" { b'\t' } else { b',' });
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quote(request.csv.quote)
        .escape(request.csv.escape)
        .double_quote(request.csv.escape.is_none())
        .comment(request.csv.comment)
        .buffer_capacity(1 << 18)
        .from_reader(capped);
    Ok((reader, since))
}

// The next record as text; false at the end.
fn next_text(reader: &mut csv::Reader<Capped>, record: &mut StringRecord, path: &Path) -> Result<bool> {
    reader.read_record(record).map_err(|error| csv_error(path, reader.position().line(), error))
}

fn csv_error(path: &Path, line: u64, error: csv::Error) -> Error {
    let said = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) if matches!(error.get_ref(), Some(cause) if cause.is::<TooLong>()) => {
            Error::new(Kind::Data, "a record is longer than the limit of one record")
                .at(place(path, line))
                .hint("is a quote not closed near here? otherwise raise `record_bytes_max`")
        }
        csv::ErrorKind::Io(error) => reading(path, &error),
        csv::ErrorKind::Utf8 { pos, err } => {
            Error::new(Kind::Data, format!("field {} of this record is not UTF-8", err.field() + 1))
                .at(place(path, pos.map_or(line, |pos| pos.line())))
                .hint("save the file as UTF-8; nothing of it was loaded")
        }
        _ => Error::new(Kind::Data, format!("this is not CSV: {said}")).at(place(path, line)),
    }
}

// A quote that is never closed swallows the lines after it: rows would be lost without a word.
fn torn(path: &Path, record: &StringRecord, names: usize) -> Error {
    let line = record.position().map_or(0, csv::Position::line);
    let text =
        format!("this record goes over more than one line, and has {} of the header's {names} fields", record.len());
    Error::new(Kind::Data, text)
        .at(place(path, line))
        .hint("close the quote that it opens; nothing of this file was loaded")
}

fn too_many(path: &Path, record: &StringRecord, columns: usize) -> Error {
    let line = record.position().map_or(0, csv::Position::line);
    Error::new(Kind::Data, format!("this record has {} fields, and the header names {columns}", record.len()))
        .at(place(path, line))
        .hint("quote fields that hold the delimiter; nothing of this file was loaded")
}

fn place(path: &Path, line: u64) -> Place {
    Place::at(path, u32::try_from(line).unwrap_or(u32::MAX), 0)
}

// Ends a record that would take all memory: a quote that is never closed.
struct Capped {
    bytes: Box<dyn Read + Send>,
    since: Arc<AtomicU64>,
    most: u64,
}

impl Read for Capped {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        let since = self.since.fetch_add(count as u64, Ordering::Relaxed);
        if since > self.most { Err(std::io::Error::other(TooLong)) } else { Ok(count) }
    }
}

#[derive(Debug)]
struct TooLong;

impl std::fmt::Display for TooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a record is too long")
    }
}

impl std::error::Error for TooLong {}
