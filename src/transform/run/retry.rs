//! Again, when two writers of one run met.
//!
//! DuckDB lets one of two transactions that change the same entry of its catalog win and undoes the other. Nodes of a run
//! work side by side, and which of them is first must not decide whether a run succeeds.

use crate::engine::again::again;
use crate::engine::refusal::{is_aborted, is_conflict};
use crate::error::Result;

/// Does the work until it ends without a conflict. It must have undone what it did when it gives an error.
pub(super) fn on_conflict<T>(work: impl FnMut() -> Result<T>) -> Result<T> {
    on_conflict_while(|| true, work)
}

/// The same, as long as it may be done again.
pub(super) fn on_conflict_while<T>(may: impl Fn() -> bool, mut work: impl FnMut() -> Result<T>) -> Result<T> {
    let mut met = None;
    let ended = again(
        |error| is_conflict(error) && may(),
        || work().inspect_err(|error| met = Some(error.clone()).filter(is_conflict).or(met.take())),
    );
    match (ended, met) {
        // In a transaction that a template opened by itself, what is said of the second attempt is an echo.
        (Err(echo), Some(conflict)) if is_aborted(&echo) => Err(conflict),
        (ended, _) => ended,
    }
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

    #[test]
    fn a_conflict_in_a_transaction_that_is_aborted_by_it_is_told() {
        let mut said =
            ["TransactionContext Error: Current transaction is aborted", "TransactionContext Error: Conflict on a"]
                .to_vec();
        let ended = on_conflict(|| Err::<(), _>(refused(said.pop().unwrap(), "")));
        assert_eq!(ended.unwrap_err().message(), "TransactionContext Error: Conflict on a");
    }
}
