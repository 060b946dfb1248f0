//! Files as blocks: what one thread flattens at a time.
//!
//! A large file is cut between records. Of many files a small one is a block of its own, so that it is opened, unpacked and
//! parsed by the thread that flattens it; the begins of those that come next are fetched ahead.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::{Array, StructArray};

use super::arrow_item::ArrowItem;
use super::broken_line;
use super::csv_item::CsvRow;
use super::extract::files::columnar::{Batches, batches};
use super::extract::files::csv::{RecordBlock, RecordBlocks};
use super::extract::files::lines::{LineBlock, LineBlocks, whole};
use super::extract::files::{FileRequest, Format, Rejected, blob};
use super::json::{self, Lines};
use super::normalize::{RootTable, Sink};
use super::with_constants::With;
use crate::error::{Error, Kind, Place, Result};

/// How many files are begun before they are read.
const FILES_AHEAD: usize = 8;

/// A part of a file.
pub struct Block {
    pub file: Arc<FileRequest>,
    part: Part,
}

enum Part {
    Lines(LineBlock),
    Records(RecordBlock),
    Batch(StructArray),
    /// All of a file that nobody has opened yet.
    File,
}

/// What came of a block.
#[derive(Debug, Default)]
pub struct Read {
    pub rows: u64,
    pub rejected: Vec<Rejected>,
}

/// Blocks of one file after the other.
pub struct FileBlocks {
    files: VecDeque<Arc<FileRequest>>,
    begun: usize,
    open: Option<(Arc<FileRequest>, Opened)>,
    has_many: bool,
}

enum Opened {
    Lines(LineBlocks),
    Records(Box<RecordBlocks>),
    Batches(Batches),
}

impl FileBlocks {
    pub fn new(files: impl IntoIterator<Item = FileRequest>) -> Self {
        let files: VecDeque<_> = files.into_iter().map(Arc::new).collect();
        Self { has_many: files.len() > 1, files, begun: 0, open: None }
    }

    /// The next block; None at the end of the last file.
    pub fn next_block(&mut self) -> Result<Option<Block>> {
        loop {
            if let Some((file, opened)) = &mut self.open {
                if let Some(part) = opened.next_part()? {
                    return Ok(Some(Block { file: Arc::clone(file), part }));
                }
                self.open = None;
            }
            let Some(file) = self.files.pop_front() else { return Ok(None) };
            self.begin_next();
            let is_small = self.has_many && file.size.is_some_and(|size| size <= file.limits.block_bytes as u64);
            if is_small || file.format == Format::Json {
                return Ok(Some(Block { file, part: Part::File }));
            }
            self.open = Opened::new(&file)?.map(|opened| (file, opened));
        }
    }

    fn begin_next(&mut self) {
        self.begun = self.begun.saturating_sub(1);
        for file in self.files.iter().take(FILES_AHEAD).skip(self.begun) {
            if let Some(blob) = &file.blob {
                blob::begin(blob.as_ref());
            }
        }
        self.begun = FILES_AHEAD.min(self.files.len());
    }
}

impl Opened {
    fn new(file: &FileRequest) -> Result<Option<Self>> {
        Ok(match file.format {
            Format::JsonLines => Some(Self::Lines(LineBlocks::new(&file.path, file.bytes()?, file.limits))),
            Format::Csv => RecordBlocks::open(file)?.map(|blocks| Self::Records(Box::new(blocks))),
            Format::Parquet | Format::Arrow => batches(file)?.map(Self::Batches),
            Format::Json => return Err(Error::internal("a JSON document was to be read in blocks")),
        })
    }

    fn next_part(&mut self) -> Result<Option<Part>> {
        Ok(match self {
            Self::Lines(blocks) => blocks.next_block()?.map(Part::Lines),
            Self::Records(blocks) => blocks.next_block()?.map(Part::Records),
            Self::Batches(batches) => batches.next().transpose()?.map(Part::Batch),
        })
    }
}

impl Block {
    /// Flattens the block; an error names file, line and byte.
    pub fn read(&self, sink: &mut impl Sink, root: RootTable) -> Result<Read> {
        match &self.part {
            Part::File if self.file.format == Format::Json => document(&self.file, sink, root),
            Part::File => {
                let mut read = Read::default();
                let Some(mut opened) = Opened::new(&self.file)? else { return Ok(read) };
                while let Some(part) = opened.next_part()? {
                    let more = Self { file: Arc::clone(&self.file), part }.read(sink, root)?;
                    read.rows += more.rows;
                    read.rejected.extend(more.rejected);
                }
                Ok(read)
            }
            Part::Lines(block) => lines(&self.file, block, sink, root),
            Part::Records(block) => records(&self.file, block, sink, root),
            Part::Batch(batch) => {
                for row in 0..batch.len() {
                    sink.add(root, &With::row(ArrowItem::new(batch, row), &self.file.constants))
                        .map_err(|error| error.at(Place::file(&self.file.path)))?;
                }
                Ok(Read { rows: batch.len() as u64, rejected: Vec::new() })
            }
        }
    }
}

// A document has no places to cut it at.
fn document(file: &FileRequest, sink: &mut impl Sink, root: RootTable) -> Result<Read> {
    let mut bytes = whole(&file.path, file.bytes()?, file.limits)?;
    if bytes.trim_ascii().is_empty() {
        return Ok(Read::default());
    }
    let text = file.quarantines.then(|| bytes.clone());
    let outcome = json::document(sink, root, &mut bytes, &file.path, &file.data_path, &file.constants);
    match (outcome, text) {
        (Ok(rows), _) => Ok(Read { rows, rejected: Vec::new() }),
        // Only a document that does not parse has added nothing.
        (Err(error), Some(text)) if broken_line::fault(&text).is_some() => {
            let rejected = Rejected {
                file: file.path.display().to_string(),
                line: error.place().map_or(1, |place| u64::from(place.line)),
                byte: 0,
                error: error.message().to_owned(),
                text: String::from_utf8_lossy(&text).into_owned(),
            };
            Ok(Read { rows: 0, rejected: vec![rejected] })
        }
        (Err(error), _) => Err(error),
    }
}

fn lines(file: &FileRequest, block: &LineBlock, sink: &mut impl Sink, root: RootTable) -> Result<Read> {
    let place = Lines { file: file.path.clone(), first_line: block.first_line };
    let mut rejected = Vec::new();
    let rows = json::lines_with(sink, root, &block.bytes, &place, &file.constants, &mut |broken| {
        let text = broken.text.trim_ascii_end();
        let begin = block.first_byte + broken.start as u64;
        let (found, at) = broken_line::fault(text).unwrap_or_else(|| (broken.error.message().to_owned(), 0));
        if !file.quarantines {
            let column = String::from_utf8_lossy(&text[..at.min(text.len())]).chars().count() as u32 + 1;
            let line = u32::try_from(broken.line).unwrap_or(u32::MAX);
            let byte = begin + at as u64;
            return Err(Error::new(Kind::Data, format!("this line is not JSON: {found}, at byte {byte} of the file"))
                .at(Place::at(&file.path, line, column))
                .showing(&String::from_utf8_lossy(text))
                .hint("each line of a JSON-lines file is one whole JSON value; nothing of this file was loaded"));
        }
        rejected.push(Rejected {
            file: file.path.display().to_string(),
            line: broken.line,
            byte: begin,
            error: found,
            text: String::from_utf8_lossy(text).into_owned(),
        });
        Ok(())
    });
    let rows = rows.map_err(|error| showing(error, block))?;
    Ok(Read { rows, rejected })
}

// Shows the line that the error speaks of.
fn showing(error: Error, block: &LineBlock) -> Error {
    let Some(line) = error.place().map(|place| u64::from(place.line)).filter(|line| *line >= block.first_line) else {
        return error;
    };
    let text = block.bytes.split(|byte| *byte == b'\n').nth((line - block.first_line) as usize).unwrap_or_default();
    error.showing(&String::from_utf8_lossy(text.trim_ascii_end()))
}

fn records(file: &FileRequest, block: &RecordBlock, sink: &mut impl Sink, root: RootTable) -> Result<Read> {
    for record in block.records() {
        let place = || Place::at(&file.path, u32::try_from(record.line).unwrap_or(u32::MAX), 0);
        let row = CsvRow::new(&block.columns, record);
        sink.add(root, &With::row(row, &file.constants)).map_err(|error| error.at(place()))?;
    }
    Ok(Read { rows: block.len() as u64, rejected: block.rejected.clone() })
}
