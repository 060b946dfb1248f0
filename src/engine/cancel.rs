//! The wish to stop, heard by everything that runs.
//!
//! Whoever waits for work (a person at a terminal, a scheduler) asks once; sessions that run a statement are interrupted,
//! and loops that touch no database look now and then whether they were asked.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};

use super::Interrupt;
use crate::error::{Error, Kind, Result};

/// One wish for one run, shared by its threads.
///
/// ```
/// # use gristmill::engine::cancel::Cancel;
/// let cancel = Cancel::default();
/// assert!(cancel.check().is_ok());
/// cancel.ask();
/// assert_eq!(cancel.check().unwrap_err().kind(), gristmill::Kind::Interrupted);
/// ```
#[derive(Default)]
pub struct Cancel {
    asked: AtomicBool,
    watched: Mutex<Vec<Weak<dyn Interrupt>>>,
}

impl Cancel {
    /// Asks everything to stop. Asking again is harmless, and needed when a statement began between the wish and its start.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::SeqCst);
        self.interrupt_running();
    }

    /// Stops the statements that run now, and nothing that comes later.
    pub fn interrupt_running(&self) {
        for interrupt in self.running() {
            interrupt.interrupt();
        }
    }

    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// `Err(Interrupted)` once someone asked.
    pub fn check(&self) -> Result<()> {
        if self.is_asked() {
            Err(Error::new(Kind::Interrupted, "stopped because the user asked for it"))
        } else {
            Ok(())
        }
    }

    /// Interrupts `interrupt` when someone asks; forgotten with its last owner.
    pub fn watch(&self, interrupt: &Arc<dyn Interrupt>) {
        let mut watched = self.watched.lock().expect("no thread panics while it holds the list");
        watched.retain(|known| known.strong_count() > 0);
        watched.push(Arc::downgrade(interrupt));
    }

    // Copied out, so that no interrupt runs while the list is locked.
    fn running(&self) -> Vec<Arc<dyn Interrupt>> {
        self.watched
            .lock()
            .expect("no thread panics while it holds the list")
            .iter()
            .filter_map(Weak::upgrade)
            .collect()
    }
}
