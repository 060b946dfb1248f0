//! From the bytes of a file to rows, on several threads, in the order of the file.
//!
//! One thread owns the normalizer: it reads blocks, gives each a fork, and absorbs the flattened blocks in file order. Workers
//! flatten. A block that met a schema older than the one it would join is flattened again, so the outcome is that of one
//! thread. In flight are at most two blocks for each worker: that bounds the memory.

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::csv_item::CsvRow;
use super::extract::files::csv::{RecordBlock, RecordBlocks};
use super::extract::files::lines::{LineBlock, LineBlocks, whole};
use super::extract::files::{FileRequest, Format};
use super::extraction::Extraction;
use super::json::{self, Lines};
use super::normalize::{Absorbed, BlockNormalizer, RootTable, Sink};
use crate::engine::cancel::Cancel;
use crate::error::{Error, Kind, Place, Result};

/// Reads the file into the root table; returns its records.
pub(super) fn read(
    extraction: &mut Extraction,
    root: RootTable,
    request: &FileRequest,
    cancel: &Cancel,
) -> Result<u64> {
    match request.format {
        Format::Json => document(extraction, root, request),
        Format::JsonLines => {
            let mut blocks = LineBlocks::new(&request.path, request.bytes()?, request.limits);
            in_parallel(extraction, root, &request.path, cancel, &mut || Ok(blocks.next_block()?.map(Block::Lines)))
        }
        Format::Csv => match RecordBlocks::open(request)? {
            Some(mut blocks) => in_parallel(extraction, root, &request.path, cancel, &mut || {
                Ok(blocks.next_block()?.map(Block::Records))
            }),
            None => Ok(0),
        },
    }
}

// A document has no places to cut it at.
fn document(extraction: &mut Extraction, root: RootTable, request: &FileRequest) -> Result<u64> {
    let mut bytes = whole(&request.path, request.bytes()?, request.limits)?;
    if bytes.trim_ascii().is_empty() {
        return Ok(0);
    }
    let rows = json::document(extraction.normalizer(), root, &mut bytes, &request.path)?;
    extraction.write_full()?;
    Ok(rows)
}

enum Block {
    Lines(LineBlock),
    Records(RecordBlock),
}

struct Job {
    number: u64,
    block: Block,
    sink: BlockNormalizer,
}

struct Flattened {
    job: Job,
    outcome: Result<u64>,
}

fn in_parallel(
    extraction: &mut Extraction,
    root: RootTable,
    path: &Path,
    cancel: &Cancel,
    next: &mut dyn FnMut() -> Result<Option<Block>>,
) -> Result<u64> {
    let Some(first) = next()? else { return Ok(0) };
    let second = next()?;
    // The threads of a file of one block would only cost.
    let workers = if second.is_none() { 1 } else { extraction.threads() };
    let (jobs, work) = bounded::<Job>(workers * 2);
    let (done, results) = bounded::<Flattened>(workers * 2);
    thread::scope(|scope| {
        for _ in 0..workers {
            let (work, done) = (work.clone(), done.clone());
            scope.spawn(move || flatten_all(&work, &done, root, path));
        }
        // The owner's copies must go, or a worker that panicked would leave it waiting for a result that never comes.
        drop((work, done));
        let mut waiting = [Some(first), second].into_iter().flatten();
        let outcome =
            owner(extraction, root, path, cancel, &jobs, &results, workers * 2, &mut || match waiting.next() {
                Some(block) => Ok(Some(block)),
                None => next(),
            });
        // The workers end when no more jobs can come.
        drop((jobs, results));
        outcome
    })
}

#[allow(clippy::too_many_arguments)] // The parts of one loop, borrowed apart.
fn owner(
    extraction: &mut Extraction,
    root: RootTable,
    path: &Path,
    cancel: &Cancel,
    jobs: &Sender<Job>,
    results: &Receiver<Flattened>,
    in_flight_max: usize,
    next: &mut dyn FnMut() -> Result<Option<Block>>,
) -> Result<u64> {
    let lost = || Error::internal(format!("a thread that read `{}` ended before its time", path.display()));
    let mut early: BTreeMap<u64, Flattened> = BTreeMap::new();
    let (mut sent, mut absorbed, mut rows, mut ended) = (0_u64, 0_u64, 0_u64, false);
    loop {
        cancel.check()?;
        while !ended && sent - absorbed < in_flight_max as u64 {
            match next()? {
                Some(block) => {
                    let sink = extraction.normalizer().fork();
                    jobs.send(Job { number: sent, block, sink }).map_err(|_| lost())?;
                    sent += 1;
                }
                None => ended = true,
            }
        }
        if absorbed == sent {
            return Ok(rows);
        }
        let flattened = results.recv().map_err(|_| lost())?;
        early.insert(flattened.job.number, flattened);
        while let Some(flattened) = early.remove(&absorbed) {
            rows += absorb(extraction, root, path, flattened)?;
            absorbed += 1;
            extraction.write_full()?;
        }
    }
}

// An error of a block that knew an older schema is not the last word: it is flattened again with all that is known now.
fn absorb(extraction: &mut Extraction, root: RootTable, path: &Path, flattened: Flattened) -> Result<u64> {
    let Flattened { job, outcome } = flattened;
    let Job { block, sink, .. } = job;
    let (mut sink, mut rows) = match outcome {
        Ok(rows) => (sink, rows),
        Err(error) if !extraction.normalizer().is_stale(&sink) => return Err(with_line(error, &block)),
        Err(_) => {
            let mut fresh = extraction.normalizer().fork();
            let rows = flatten(&block, &mut fresh, root, path).map_err(|error| with_line(error, &block))?;
            (fresh, rows)
        }
    };
    loop {
        match extraction.normalizer().absorb(sink)? {
            Absorbed::Done => return Ok(rows),
            Absorbed::Again(again) => {
                sink = again;
                rows = flatten(&block, &mut sink, root, path).map_err(|error| with_line(error, &block))?;
            }
        }
    }
}

fn flatten_all(work: &Receiver<Job>, done: &Sender<Flattened>, root: RootTable, path: &Path) {
    for mut job in work {
        let outcome = flatten(&job.block, &mut job.sink, root, path);
        // The owner has left: it met an error, and wants no more.
        if done.send(Flattened { job, outcome }).is_err() {
            return;
        }
    }
}

fn flatten(block: &Block, sink: &mut impl Sink, root: RootTable, path: &Path) -> Result<u64> {
    match block {
        Block::Lines(block) => {
            json::lines(sink, root, &block.bytes, &Lines { file: path.to_owned(), first_line: block.first_line })
        }
        Block::Records(block) => {
            for record in block.records() {
                let place = || Place::at(path, u32::try_from(record.line).unwrap_or(u32::MAX), 0);
                sink.add(root, &CsvRow::new(&block.columns, record)).map_err(|error| error.at(place()))?;
            }
            Ok(block.len() as u64)
        }
    }
}

// Shows the line that the error speaks of. The fast parser says that a line is broken; a slow second look says where.
fn with_line(error: Error, block: &Block) -> Error {
    let Block::Lines(block) = block else { return error };
    let Some(place) = error.place().filter(|place| u64::from(place.line) >= block.first_line) else { return error };
    let index = (u64::from(place.line) - block.first_line) as usize;
    let line = block.bytes.split(|byte| *byte == b'\n').nth(index).unwrap_or_default().trim_ascii_end();
    let text = String::from_utf8_lossy(line);
    let (found, at) = match std::str::from_utf8(line).map(|_| serde_json::from_slice::<serde::de::IgnoredAny>(line)) {
        Err(invalid) => ("the text is not UTF-8".to_owned(), invalid.valid_up_to()),
        Ok(Err(fault)) => {
            let said = fault.to_string();
            (said.split(" at line ").next().unwrap_or("it does not parse").to_owned(), fault.column().saturating_sub(1))
        }
        Ok(Ok(_)) => return error.showing(&text),
    };
    let column = String::from_utf8_lossy(&line[..at.min(line.len())]).chars().count() as u32 + 1;
    Error::new(Kind::Data, format!("this line is not JSON: {found}"))
        .at(Place::at(&place.file, place.line, column))
        .showing(&text)
        .hint("each line of a JSON-lines file is one whole JSON value; nothing of this file was loaded")
}
