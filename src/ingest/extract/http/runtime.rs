//! The threads that wait for servers: one runtime for the process, shared by HTTP clients and object stores.

use std::sync::{Mutex, OnceLock, PoisonError};

use crossbeam_channel::{Receiver, bounded};
use tokio::runtime::Runtime;

use crate::error::{Error, Result};

/// Runs `future` to its end while the calling thread waits. Not to be called from a thread of the runtime itself.
pub fn wait<F: Future>(future: F) -> Result<F::Output> {
    Ok(runtime()?.block_on(future))
}

/// Begins to run `future`; its outcome comes through the channel.
pub fn begin<F>(future: F) -> Result<Receiver<F::Output>>
where
    F: Future<Output: Send> + Send + 'static,
{
    let (sender, outcome) = bounded(1);
    runtime()?.spawn(async move {
        // Who asked may have gone.
        let _ = sender.send(future.await);
    });
    Ok(outcome)
}

/// Lets TLS be made; who set another provider for the process before meant it.
pub fn install_crypto() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

// Threads do not survive a fork, so a process that was forked makes a runtime of its own; the other's is left as it is.
pub(super) fn runtime() -> Result<&'static Runtime> {
    static RUNTIMES: Mutex<Vec<(u32, &'static OnceLock<Runtime>)>> = Mutex::new(Vec::new());
    let process = std::process::id();
    let cell = {
        let mut known = RUNTIMES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cell)) = known.iter().find(|(id, _)| *id == process) {
            *cell
        } else {
            let cell: &'static OnceLock<Runtime> = Box::leak(Box::default());
            known.push((process, cell));
            cell
        }
    };
    if let Some(runtime) = cell.get() {
        return Ok(runtime);
    }
    let made = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("gristmill-http")
        .enable_all()
        .build()
        .map_err(|error| Error::internal(format!("cannot start the threads that wait for servers: {error}")))?;
    Ok(cell.get_or_init(|| made))
}
