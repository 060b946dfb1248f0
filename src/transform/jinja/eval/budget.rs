//! How much a render may use before it is stopped.

use std::time::Instant;

use super::super::limits;
use crate::error::{Error, Kind, Result};

/// How many steps pass between two looks at the clock.
const STEPS_BETWEEN_LOOKS: u64 = 4096;

/// What one [`super::Interpreter`] may use, over all that it renders.
///
/// The default is a hundred times what the largest real templates use, and stops what never ends within about two
/// seconds and 256 MB.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Statements, expressions, and the elements that operations look at (one to a step).
    pub steps: u64,
    /// Bytes made: output with its map to the source, texts, and what collections hold.
    pub bytes: u64,
    /// How deep macros may call macros.
    pub depth: u32,
    /// When to stop, whatever is left. A run that waits for a database sets none.
    pub deadline: Option<Instant>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps: 20_000_000, bytes: 128 << 20, depth: 200, deadline: None }
    }
}

pub(super) struct Meter {
    budget: Budget,
    steps: u64,
    bytes: u64,
    next_look: u64,
}

impl Meter {
    pub(super) fn new(budget: Budget) -> Self {
        Self { budget, steps: 0, bytes: 0, next_look: 0 }
    }

    pub(super) fn step(&mut self) -> Result<()> {
        self.steps += 1 + limits::take_work()?;
        if self.steps < self.next_look { Ok(()) } else { self.look() }
    }

    // Off the fast path: the limit of steps is checked on each look, and exactly near the end.
    fn look(&mut self) -> Result<()> {
        if self.steps > self.budget.steps {
            return Err(exceeded(format!("{} steps", self.budget.steps)));
        }
        if self.budget.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(exceeded("time".to_owned()));
        }
        self.next_look = (self.steps + STEPS_BETWEEN_LOOKS).min(self.budget.steps.saturating_add(1));
        Ok(())
    }

    pub(super) fn charge(&mut self, bytes: usize) -> Result<()> {
        self.bytes = self.bytes.saturating_add(bytes as u64);
        if self.bytes > self.budget.bytes {
            return Err(exceeded(format!("{} bytes of values and text", self.budget.bytes)));
        }
        Ok(())
    }

    pub(super) fn depth(&self, depth: usize) -> Result<()> {
        if depth > self.budget.depth as usize {
            return Err(Error::new(
                Kind::Budget,
                format!("macros call each other deeper than {} levels", self.budget.depth),
            )
            .hint("a macro that calls itself needs a case in which it stops"));
        }
        Ok(())
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        limits::stop_work();
    }
}

fn exceeded(what: String) -> Error {
    Error::new(Kind::Budget, format!("this template needs more than its budget of {what}"))
        .hint("look for a loop that never ends or a text that grows without bound")
}
