//! What a run leaves to tell of a node in the manifest, beside its SQL.

use std::sync::Arc;

use crate::transform::manifest::UniqueId;

/// What was noted of one node while it ran.
#[derive(Clone, Debug, Default)]
pub struct Noted {
    /// Whether its statement was written under `target/run`.
    pub has_statement: bool,
    /// The macros that it and its materialization called while they ran, some of them more than once.
    pub calls: Vec<UniqueId>,
    /// The SQL that `show` made of its own.
    pub shown: Option<Arc<str>>,
    /// The place of a hook of the whole run among those of its side, from one, once its turn came.
    pub place: Option<usize>,
}
