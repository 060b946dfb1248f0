//! Room on the stack for what calls itself: nested blocks, expressions and macros.
//!
//! How deep templates may nest is bounded by the parser and the budget; this makes sure that the bound is met before the
//! stack ends, whatever thread runs.

/// How much must be left for what does not nest: functions that a template calls.
const LEFT_BYTES: usize = 256 << 10;

/// How much is added when less is left.
const ADDED_BYTES: usize = 2 << 20;

pub(super) fn with_stack<T>(inside: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(LEFT_BYTES, ADDED_BYTES, inside)
}
