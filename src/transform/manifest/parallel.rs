//! The same work on many items, spread over threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Error, Result};

// Below this many items a thread costs more than it saves.
const ITEMS_A_THREAD_MIN: usize = 8;

/// Applies `work` to each item and keeps the order. Several errors are given as one, in the order of their items.
pub(super) fn map<I: Sync, O: Send>(items: &[I], work: impl Fn(&I) -> Result<O> + Sync) -> Result<Vec<O>> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = cores.min(items.len() / ITEMS_A_THREAD_MIN).max(1);
    if threads == 1 {
        return gathered(items.iter().map(work));
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<O>)>> = Mutex::new(Vec::with_capacity(items.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut mine = Vec::new();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    mine.push((index, work(item)));
                }
                done.lock().expect("no thread panics while it hands in its results").append(&mut mine);
            });
        }
    });
    let mut done = done.into_inner().expect("all threads have ended");
    done.sort_unstable_by_key(|(index, _)| *index);
    gathered(done.into_iter().map(|(_, result)| result))
}

// Whoever mends a project wants to see all that is broken, not one file a run.
fn gathered<O>(results: impl Iterator<Item = Result<O>>) -> Result<Vec<O>> {
    let (mut done, mut errors) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(one) => done.push(one),
            Err(error) => errors.push(error),
        }
    }
    Error::several(errors).map_or(Ok(done), Err)
}
