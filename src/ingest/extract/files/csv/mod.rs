//! CSV: records, and the type of each column as pandas would find it.
//!
//! dlt reads CSV through pandas, ten thousand rows at a time, each piece with types of its own. Here a column has one type,
//! found in a first pass over the whole file: integers, floats (also integers with gaps), booleans, else text. What pandas
//! takes for a missing value is null. Numbers with leading zeros stay text, because they are codes, and digits would be lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::StringRecord;

use super::{FileRequest, Limits, Rejected};
use crate::error::Result;

mod columns;
mod options;
mod quotes;
mod reader;
mod sniff;

pub use columns::{Columns, Field, FieldType};
pub use options::CsvOptions;

use columns::{Seen, header_names};
use quotes::Quotes;
use reader::{Capped, next_sound, next_text, reader};

const ROWS_PER_BLOCK_MAX: usize = 8192;
/// A file with no more text than this is read only once.
const KEPT_BYTES_MAX: usize = 64 << 20;

/// Records that follow each other. Their fields stand in one text, so that a record allocates nothing.
#[derive(Debug)]
pub struct RecordBlock {
    pub columns: Arc<Columns>,
    text: String,
    // Where each field ends, counted from the begin of its record.
    ends: Vec<u32>,
    begins: Vec<Begin>,
    /// Records that were set aside.
    pub rejected: Vec<Rejected>,
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
        Self { columns, text: String::new(), ends: Vec::new(), begins: Vec::new(), rejected: Vec::new() }
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
    request: FileRequest,
    delimiter: u8,
    columns: Arc<Columns>,
    reader: csv::Reader<Capped>,
    since: Arc<AtomicU64>,
    record: StringRecord,
    // The whole file as blocks, when it is small enough to be kept by the first pass, and what that pass set aside.
    kept: Option<Kept>,
    rejected: Vec<Rejected>,
}

impl RecordBlocks {
    /// Reads the file once for its types, and a second time for its records when it is too large to be kept. None when it
    /// is empty.
    pub fn open(request: &FileRequest) -> Result<Option<Self>> {
        let delimiter = sniff::delimiter(request)?;
        let Some(Looked { columns, kept, rejected }) = look(request, delimiter)? else { return Ok(None) };
        let columns = Arc::new(columns);
        let (mut reader, since) = reader(request, delimiter, None)?;
        let mut record = StringRecord::new();
        if request.csv.has_header && kept.is_none() {
            next_text(&mut reader, &mut record, &request.path)?;
        }
        let kept = kept.map(Vec::into_iter);
        Ok(Some(Self { request: request.clone(), delimiter, columns, reader, since, record, kept, rejected }))
    }

    pub fn next_block(&mut self) -> Result<Option<RecordBlock>> {
        let mut block = RecordBlock::new(Arc::clone(&self.columns));
        if let Some(kept) = &mut self.kept {
            if let Some(next) = kept.next() {
                block = RecordBlock { columns: Arc::clone(&self.columns), ..next };
            }
            block.rejected = std::mem::take(&mut self.rejected);
        } else {
            while !block.is_full(self.request.limits) {
                self.since.store(0, Ordering::Relaxed);
                let columns = self.columns.names.len();
                let (reader, record) = (&mut self.reader, &mut self.record);
                if !next_sound(reader, record, &self.request, self.delimiter, columns, &mut block.rejected)? {
                    break;
                }
                block.push(record);
            }
        }
        Ok(if block.is_empty() && block.rejected.is_empty() { None } else { Some(block) })
    }
}

type Kept = std::vec::IntoIter<RecordBlock>;

// What a first pass over the file finds.
struct Looked {
    columns: Columns,
    kept: Option<Vec<RecordBlock>>,
    rejected: Vec<Rejected>,
}

fn look(request: &FileRequest, delimiter: u8) -> Result<Option<Looked>> {
    let begin = || reader(request, delimiter, Some(Quotes::new(&request.csv, delimiter)));
    let (mut reader, mut since) = begin()?;
    let mut record = StringRecord::new();
    let mut names = request.csv.names.clone().unwrap_or_default();
    if !next_text(&mut reader, &mut record, &request.path)? {
        return Ok(None);
    }
    if request.csv.has_header {
        if request.csv.names.is_none() {
            names = header_names(&record);
        }
    } else {
        if request.csv.names.is_none() {
            names = (0..record.len()).map(|index| index.to_string()).collect();
        }
        // Without a header the record that was read is the first of the data.
        (reader, since) = begin()?;
    }
    let mut found = vec![Seen::default(); names.len()];
    let (mut kept, mut kept_bytes, mut rejected) = (Some(Vec::<RecordBlock>::new()), 0, Vec::new());
    loop {
        since.store(0, Ordering::Relaxed);
        if !next_sound(&mut reader, &mut record, request, delimiter, names.len(), &mut rejected)? {
            break;
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
            None => rejected.clear(),
        }
    }
    let types = found.iter().map(|seen| if request.csv.all_text { FieldType::Text } else { seen.decide() }).collect();
    let columns = Columns { names, types, all_text: request.csv.all_text };
    // A second pass sets the same records aside again.
    if kept.is_none() {
        rejected.clear();
    }
    Ok(Some(Looked { columns, kept, rejected }))
}
