//! From the bytes of a file to rows, on several threads, in the order of the file.
//!
//! One thread owns the normalizer: it reads blocks, gives each a fork, and absorbs the flattened blocks in file order. Workers
//! flatten. A block that met a schema older than the one it would join is flattened again, so the outcome is that of one
//! thread. In flight are at most two blocks for each worker: that bounds the memory.

use std::collections::BTreeMap;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::extract::files::FileRequest;
use super::extraction::Extraction;
use super::file_blocks::{Block, FileBlocks, Read};
use super::normalize::{Absorbed, BlockNormalizer, RootTable};
use crate::engine::cancel::Cancel;
use crate::error::{Error, Result};

/// Where rows go, and what could not be read.
#[derive(Clone, Copy)]
pub(super) struct Tables {
    pub(super) rows: RootTable,
    pub(super) rejected: Option<RootTable>,
}

/// Reads files one after the other into a table; returns their records.
pub(super) fn read(
    extraction: &mut Extraction,
    tables: Tables,
    files: Vec<FileRequest>,
    cancel: &Cancel,
) -> Result<u64> {
    let mut blocks = FileBlocks::new(files);
    let Some(first) = blocks.next_block()? else { return Ok(0) };
    let second = blocks.next_block()?;
    // The threads of a file of one block would only cost.
    let workers = if second.is_none() { 1 } else { extraction.threads() };
    let (jobs, work) = bounded::<Job>(workers * 2);
    let (done, results) = bounded::<Flattened>(workers * 2);
    thread::scope(|scope| {
        for _ in 0..workers {
            let (work, done) = (work.clone(), done.clone());
            scope.spawn(move || flatten_all(&work, &done, tables.rows));
        }
        // The owner's copies must go, or a worker that panicked would leave it waiting for a result that never comes.
        drop((work, done));
        let mut waiting = [Some(first), second].into_iter().flatten();
        let mut next = || match waiting.next() {
            Some(block) => Ok(Some(block)),
            None => blocks.next_block(),
        };
        let outcome =
            owner(extraction, tables, cancel, &Channels { jobs: &jobs, results: &results, workers }, &mut next);
        // The workers end when no more jobs can come.
        drop((jobs, results));
        outcome
    })
}

struct Job {
    number: u64,
    block: Block,
    sink: BlockNormalizer,
}

struct Flattened {
    job: Job,
    outcome: Result<Read>,
}

struct Channels<'c> {
    jobs: &'c Sender<Job>,
    results: &'c Receiver<Flattened>,
    workers: usize,
}

fn owner(
    extraction: &mut Extraction,
    tables: Tables,
    cancel: &Cancel,
    channels: &Channels<'_>,
    next: &mut dyn FnMut() -> Result<Option<Block>>,
) -> Result<u64> {
    let lost = || Error::internal("a thread that read files ended before its time");
    let mut early: BTreeMap<u64, Flattened> = BTreeMap::new();
    let (mut sent, mut absorbed, mut rows, mut ended) = (0_u64, 0_u64, 0_u64, false);
    loop {
        cancel.check()?;
        while !ended && sent - absorbed < channels.workers as u64 * 2 {
            match next()? {
                Some(block) => {
                    let sink = extraction.normalizer().fork();
                    channels.jobs.send(Job { number: sent, block, sink }).map_err(|_| lost())?;
                    sent += 1;
                }
                None => ended = true,
            }
        }
        if absorbed == sent {
            return Ok(rows);
        }
        let flattened = channels.results.recv().map_err(|_| lost())?;
        early.insert(flattened.job.number, flattened);
        while let Some(flattened) = early.remove(&absorbed) {
            let read = absorb(extraction, tables.rows, flattened)?;
            rows += read.rows;
            extraction.set_aside(tables.rejected, &read.rejected)?;
            absorbed += 1;
            extraction.write_full()?;
        }
    }
}

// An error of a block that knew an older schema is not the last word: it is flattened again with all that is known now.
fn absorb(extraction: &mut Extraction, root: RootTable, flattened: Flattened) -> Result<Read> {
    let Flattened { job, outcome } = flattened;
    let Job { block, sink, .. } = job;
    let (mut sink, mut read) = match outcome {
        Ok(read) => (sink, read),
        Err(error) if !extraction.normalizer().is_stale(&sink) => return Err(error),
        Err(_) => {
            let mut fresh = extraction.normalizer().fork();
            let read = block.read(&mut fresh, root)?;
            (fresh, read)
        }
    };
    loop {
        match extraction.normalizer().absorb(sink)? {
            Absorbed::Done => return Ok(read),
            Absorbed::Again(again) => {
                sink = again;
                read = block.read(&mut sink, root)?;
            }
        }
    }
}

fn flatten_all(work: &Receiver<Job>, done: &Sender<Flattened>, root: RootTable) {
    for mut job in work {
        let outcome = job.block.read(&mut job.sink, root);
        // The owner has left: it met an error, and wants no more.
        if done.send(Flattened { job, outcome }).is_err() {
            return;
        }
    }
}
