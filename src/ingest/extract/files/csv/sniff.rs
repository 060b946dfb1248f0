//! What separates the fields, when nobody says it: a comma, unless the first records fit another character only.

use std::io::Read;

use csv::StringRecord;

use super::super::open::reading;
use super::super::{FileRequest, plain_extension};
use super::reader::builder;
use crate::error::Result;

const SAMPLE_BYTES: u64 = 64 << 10;
const SAMPLE_RECORDS: usize = 100;
const OTHERS: [u8; 3] = [b';', b'\t', b'|'];

/// The character that separates the fields of the file.
pub(super) fn delimiter(request: &FileRequest) -> Result<u8> {
    if let Some(delimiter) = request.csv.delimiter {
        return Ok(delimiter);
    }
    if plain_extension(&request.path) == "tsv" {
        return Ok(b'\t');
    }
    let mut sample = Vec::new();
    request.bytes()?.take(SAMPLE_BYTES).read_to_end(&mut sample).map_err(|error| reading(&request.path, &error))?;
    if sample.len() as u64 == SAMPLE_BYTES {
        // The last line may be cut.
        sample.truncate(memchr::memrchr(b'\n', &sample).map_or(0, |newline| newline + 1));
    }
    if fields(request, b',', &sample).is_some() {
        return Ok(b',');
    }
    let fitting = OTHERS.iter().filter_map(|other| fields(request, *other, &sample).map(|fields| (fields, *other)));
    Ok(fitting.max_by_key(|(fields, _)| *fields).map_or(b',', |(_, other)| other))
}

// How many fields each of the records has: the same number, and more than one.
fn fields(request: &FileRequest, delimiter: u8, sample: &[u8]) -> Option<usize> {
    let mut reader = builder(request, delimiter).from_reader(sample);
    let mut record = StringRecord::new();
    let mut found = None;
    for _ in 0..SAMPLE_RECORDS {
        match reader.read_record(&mut record) {
            Ok(true) if record.len() < 2 || found.is_some_and(|fields| fields != record.len()) => return None,
            Ok(true) => found = Some(record.len()),
            Ok(false) | Err(_) => break,
        }
    }
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // A test may.
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;

    use super::*;

    fn sniffed(text: &str) -> char {
        let mut request = FileRequest::new("a.csv").unwrap();
        request.blob = Some(Arc::new(Bytes::from(text.to_owned())));
        char::from(delimiter(&request).unwrap())
    }

    #[test]
    fn the_records_tell_what_separates_them() {
        assert_eq!(sniffed("a,b\n1,2\n"), ',');
        assert_eq!(sniffed("a;b\n1,5;2\n"), ';');
        assert_eq!(sniffed("a\tb\n1\tx;y\n"), '\t');
        assert_eq!(sniffed("a|b|c\n1|2|3\n"), '|');
    }

    #[test]
    fn a_comma_stands_unless_all_records_fit_another() {
        assert_eq!(sniffed(""), ',');
        assert_eq!(sniffed("note\na;b\nc\n"), ',');
        assert_eq!(sniffed("a,b\n1;2,3;4\n"), ',');
        assert_eq!(sniffed("a,b,c\n1,2\n"), ',');
        assert_eq!(sniffed("a,b\n\"1;2\",3\n"), ',');
    }
}
