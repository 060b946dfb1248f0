//! How much one operation of a template may make.
//!
//! The interpreter's budget counts what a whole render uses; these bounds stop the single operation that would use
//! all memory before the interpreter hears of it: `'x' * 10**10`, `'%1000000000d' % 1`, `xs | batch(10**9, 0)`.

use crate::error::{Error, Kind, Result};

/// The longest text that one operation may build.
pub const TEXT_BYTES_MAX: usize = 64 << 20;

/// The most elements that one operation may build.
pub const ITEMS_MAX: usize = 1_000_000;

/// The longest `range()`, as in Jinja's sandbox.
pub const RANGE_MAX: usize = 100_000;

/// The largest integer, in bits.
pub const INTEGER_BITS_MAX: u64 = 1 << 17;

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

/// The error of values nested deeper than [`DEPTH_MAX`].
pub fn too_deep() -> Error {
    Error::new(Kind::Budget, format!("a value is nested deeper than {DEPTH_MAX} levels"))
}

fn exceeded(what: &str, most: usize, unit: &str) -> Error {
    Error::new(Kind::Budget, format!("{what} in a template may have at most {most} {unit}"))
        .hint("build less in the template, or let the database do this work")
}
