//! Reading records, and refusing by their place those that cannot be.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::{ReaderBuilder, StringRecord};

use super::super::open::reading;
use super::super::{FileRequest, Rejected};
use super::quotes::{Quotes, Torn};
use crate::error::{Error, Kind, Place, Result};

/// A reader over the file, and the count of bytes since it was last set to 0. `quotes` refuses a quote that is never closed.
pub(super) fn reader(
    request: &FileRequest,
    delimiter: u8,
    quotes: Option<Quotes>,
) -> Result<(csv::Reader<Capped>, Arc<AtomicU64>)> {
    let since = Arc::new(AtomicU64::new(0));
    let most = request.limits.record_bytes_max as u64;
    let capped = Capped { bytes: request.bytes()?, since: Arc::clone(&since), most, quotes };
    Ok((builder(request, delimiter).from_reader(capped), since))
}

/// How the file is cut into records.
pub(super) fn builder(request: &FileRequest, delimiter: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quote(request.csv.quote)
        .escape(request.csv.escape)
        .double_quote(request.csv.escape.is_none())
        .comment(request.csv.comment)
        .buffer_capacity(1 << 18);
    builder
}

/// The next record as text; false at the end.
pub(super) fn next_text(reader: &mut csv::Reader<Capped>, record: &mut StringRecord, path: &Path) -> Result<bool> {
    reader.read_record(record).map_err(|error| csv_error(path, reader.position().line(), error))
}

/// The next record that fits `columns`; false at the end. One that does not is an error, or is set aside where the request
/// wants that.
pub(super) fn next_sound(
    reader: &mut csv::Reader<Capped>,
    record: &mut StringRecord,
    request: &FileRequest,
    delimiter: u8,
    columns: usize,
    rejected: &mut Vec<Rejected>,
) -> Result<bool> {
    let path = &request.path;
    loop {
        let error = match reader.read_record(record) {
            Ok(false) => return Ok(false),
            Ok(true) if record.len() > columns => too_many(path, record, columns),
            Ok(true) if record.len() < columns && record.as_slice().contains('\n') => torn(path, record, columns),
            Ok(true) => return Ok(true),
            Err(error) if request.quarantines && matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                record.clear();
                csv_error(path, reader.position().line(), error)
            }
            Err(error) => return Err(csv_error(path, reader.position().line(), error)),
        };
        if !request.quarantines {
            return Err(error);
        }
        let fields: Vec<&str> = record.iter().collect();
        rejected.push(Rejected {
            file: path.display().to_string(),
            line: error.place().map_or(0, |place| u64::from(place.line)),
            byte: record.position().map_or(0, csv::Position::byte),
            error: error.message().to_owned(),
            text: fields.join(char::from(delimiter).encode_utf8(&mut [0; 4])),
        });
    }
}

fn csv_error(path: &Path, line: u64, error: csv::Error) -> Error {
    let said = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) if matches!(error.get_ref(), Some(cause) if cause.is::<TooLong>()) => {
            Error::new(Kind::Data, "a record is longer than the limit of one record")
                .at(place(path, line))
                .hint("is a quote not closed near here? otherwise raise `record_bytes_max`")
        }
        csv::ErrorKind::Io(error) => match error.get_ref().and_then(|cause| cause.downcast_ref::<Torn>()) {
            Some(torn) => torn.refused(path),
            None => reading(path, &error),
        },
        csv::ErrorKind::Utf8 { pos, err } => {
            let at =
                pos.as_ref().map_or_else(String::new, |pos| format!(": it begins at byte {} of the file", pos.byte()));
            Error::new(Kind::Data, format!("field {} of this record is not UTF-8{at}", err.field() + 1))
                .at(place(path, pos.map_or(line, |pos| pos.line())))
                .hint("save the file as UTF-8, or say its `encoding`; nothing of it was loaded")
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
pub(super) struct Capped {
    bytes: Box<dyn Read + Send>,
    since: Arc<AtomicU64>,
    most: u64,
    quotes: Option<Quotes>,
}

impl Read for Capped {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        if let Some(quotes) = &mut self.quotes {
            let looked = if count == 0 { quotes.end() } else { quotes.look(&buffer[..count]) };
            looked.map_err(std::io::Error::other)?;
        }
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
