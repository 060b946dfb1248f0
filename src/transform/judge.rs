//! Between what tells and whoever listens: warnings that the flags make errors, and those that nobody wants to hear.

use std::sync::{Arc, Mutex};

use super::project::warnings::{Fate, Warnings, warning};
use crate::error::{Error, Kind, Result};
use crate::event::{Event, Sink};

pub(super) struct Judge {
    sink: Arc<dyn Sink>,
    warnings: Warnings,
    refused: Mutex<Option<Error>>,
}

impl Judge {
    pub(super) fn new(sink: Arc<dyn Sink>, warnings: Warnings) -> Self {
        Self { sink, warnings, refused: Mutex::default() }
    }

    /// The first warning that was an error, once. Who tells goes on; the command asks where it can stop.
    pub(super) fn check(&self) -> Result<()> {
        self.refused.lock().expect("no thread panics while it holds an error").take().map_or(Ok(()), Err)
    }
}

impl Sink for Judge {
    fn tell(&self, event: Event) {
        match warning(&event).map(|(name, message)| (self.warnings.fate(name), message)) {
            None | Some((Fate::Told, _)) => self.sink.tell(event),
            Some((Fate::Silent, _)) => {}
            Some((Fate::Error, message)) => {
                let error = Error::new(Kind::Compilation, message);
                self.refused.lock().expect("no thread panics while it holds an error").get_or_insert(error);
            }
        }
    }
}
