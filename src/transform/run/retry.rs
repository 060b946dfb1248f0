//! Again, when two writers of one run met.
//!
//! DuckDB lets one of two transactions that change the same entry of its catalog win and undoes the other. Nodes of a run
//! work side by side, and which of them is first must not decide whether a run succeeds.

use crate::engine::again::again;
use crate::engine::refusal::is_conflict;
use crate::error::Result;

/// Does the work until it ends without a conflict. It must have undone what it did when it gives an error.
pub(super) fn on_conflict<T>(work: impl FnMut() -> Result<T>) -> Result<T> {
    again(is_conflict, work)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::refusal::refused;

    #[test]
    fn a_conflict_is_tried_again_and_nothing_else_is() {
        let conflict = "TransactionContext Error: Catalog write-write conflict on create with \"a\"";
        for (said, wanted) in [(conflict, 3), ("Binder Error: no such column", 1)] {
            let mut begun = 0;
            let ended = on_conflict(|| {
                begun += 1;
                if begun < 3 { Err(refused(said, "")) } else { Ok(()) }
            });
            assert_eq!(begun, wanted);
            assert_eq!(ended.is_ok(), wanted == 3);
        }
    }
}
