//! How much one operation of a template may make.
//!
//! The interpreter's budget counts what a whole render uses; these bounds stop the single operation that would use
//! all memory before the interpreter hears of it: `'x' * 10**10`, `'%1000000000d' % 1`, `xs | batch(10**9, 0)`.
//! Operations also note the elements that they look at ([`work`]), which the interpreter counts as steps.

use std::cell::Cell;

use crate::error::{Error, Kind, Result};

/// The longest text that one operation may build.
pub const TEXT_BYTES_MAX: usize = 32 << 20;

/// The most elements that one operation may build.
pub const ITEMS_MAX: usize = 1_000_000;

/// The longest `range()`, as in Jinja's sandbox.
pub const RANGE_MAX: usize = 100_000;

/// The largest integer, in bits.
pub const INTEGER_BITS_MAX: u64 = 1 << 16;

/// How many elements one operation may look at, parts of parts included.
pub const WORK_MAX: u64 = 10_000_000;

/// How deep values may be nested before printing, comparing or hashing them gives up.
pub const DEPTH_MAX: usize = 400;

/// Refuses a text of more than [`TEXT_BYTES_MAX`] bytes before it is built.
pub fn text(bytes: usize) -> Result<()> {
    if bytes > TEXT_BYTES_MAX { Err(exceeded("a text", TEXT_BYTES_MAX, "bytes")) } else { Ok(()) }
}

/// Refuses a collection of more than [`ITEMS_MAX`] elements before it is built.
pub fn items(count: usize) -> Result<()> {
    if count > ITEMS_MAX { Err(exceeded("a collection", ITEMS_MAX, "elements")) } else { Ok(()) }
}

/// Refuses an integer of more than [`INTEGER_BITS_MAX`] bits before it is computed.
pub fn integer(bits: u64) -> Result<()> {
    if bits > INTEGER_BITS_MAX {
        return Err(Error::new(Kind::Budget, format!("an integer may have at most {INTEGER_BITS_MAX} bits")));
    }
    Ok(())
}

thread_local! {
    // `None` while no interpreter runs on this thread: then nobody would ever take what is noted.
    static WORK: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Notes that an operation looks at so many elements, and refuses when one operation looks at too many.
///
/// What ignores the refusal is stopped by the interpreter at its next step.
pub fn work(elements: usize) -> Result<()> {
    match WORK.get() {
        None => Ok(()),
        Some(before) => {
            let total = before.saturating_add(elements as u64);
            WORK.set(Some(total));
            if total > WORK_MAX { Err(overworked()) } else { Ok(()) }
        }
    }
}

/// Notes that an operation reads a text of so many bytes, which is quicker than looking at as many elements.
pub fn reading(bytes: usize) -> Result<()> {
    work(bytes / 16)
}

/// Notes arithmetic on two integers of so many bits, which grows with both.
pub fn arithmetic(left_bits: u64, right_bits: u64) -> Result<()> {
    work(((left_bits / 64 + 1) * (right_bits / 64 + 1) / 32) as usize)
}

/// Takes what was noted since the last time, and goes on noting.
pub(super) fn take_work() -> Result<u64> {
    let noted = WORK.replace(Some(0)).unwrap_or(0);
    if noted > WORK_MAX { Err(overworked()) } else { Ok(noted) }
}

/// Notes nothing more.
pub(super) fn stop_work() {
    WORK.set(None);
}

fn overworked() -> Error {
    Error::new(Kind::Budget, format!("one operation in a template may look at no more than {WORK_MAX} elements"))
        .hint("let the database do this work")
}

/// The error of values nested deeper than [`DEPTH_MAX`].
pub fn too_deep() -> Error {
    Error::new(Kind::Budget, format!("a value is nested deeper than {DEPTH_MAX} levels"))
}

fn exceeded(what: &str, most: usize, unit: &str) -> Error {
    Error::new(Kind::Budget, format!("{what} in a template may have at most {most} {unit}"))
        .hint("build less in the template, or let the database do this work")
}
