//! Again, for what the database refused and may well allow in a moment.

use std::time::Duration;

use crate::error::{Error, Result};

/// How often a piece of work is begun. The waits between add up to about three seconds.
const ATTEMPTS: u32 = 12;
/// The first wait; each one after it is twice as long, up to `WAIT_MAX`.
const WAIT: Duration = Duration::from_millis(2);
const WAIT_MAX: Duration = Duration::from_millis(500);

/// Does the work until it ends in another way than `passing`. It must have undone what it did when it gives an error.
pub fn again<T>(passing: impl Fn(&Error) -> bool, mut work: impl FnMut() -> Result<T>) -> Result<T> {
    let mut wait = WAIT;
    for _ in 1..ATTEMPTS {
        match work() {
            Err(error) if passing(&error) => {
                std::thread::sleep(wait);
                wait = (wait * 2).min(WAIT_MAX);
            }
            ended => return ended,
        }
    }
    work()
}
