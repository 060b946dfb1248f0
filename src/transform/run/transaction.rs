//! Whether what a node's connection runs waits for a commit.
//!
//! As in dbt, a connection knows of the transaction that it opened itself. What templates send as `begin`, `commit` or
//! `rollback` of their own is a statement like any other: behind it the database and the connection may be of two minds, and
//! the next statement that does not fit says so.

use super::state::NodeState;
use crate::engine::refusal::has_no_transaction;
use crate::error::Result;

/// The transaction of one connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Transaction {
    /// Each statement is one by itself.
    #[default]
    None,
    /// A template asked `adapter` what opens one. The database hears of it with the next statement of a template, if there
    /// is any: most nodes that ask run nothing but the one statement that makes their relation.
    Asked,
    /// Statements wait for a commit.
    Begun,
}

impl NodeState {
    /// Whether statements wait for a commit.
    pub fn in_transaction(&self) -> bool {
        self.transaction() == Transaction::Begun
    }

    /// Opens a transaction, unless one is open.
    pub fn begin(&self) -> Result<()> {
        if !self.in_transaction() {
            self.with_session(|session| session.execute("begin transaction"))?;
            self.set_transaction(Transaction::Begun);
        }
        Ok(())
    }

    /// Opens a transaction for a statement that is about to run: when it wants one, which a profile may disable, or when
    /// one was asked for before.
    pub fn begin_for_statement(&self, wants_one: bool) -> Result<()> {
        let wants_one = wants_one && !self.run.project.profile.disables_transactions();
        if wants_one || self.transaction() == Transaction::Asked { self.begin() } else { Ok(()) }
    }

    /// Notes that a template asked what opens a transaction in dbt. Behind statements of templates it is opened at once,
    /// since one of them may have opened another, which dbt refuses here.
    pub fn ask_for_transaction(&self) -> Result<()> {
        self.begin_behind_statements()?;
        if self.transaction() == Transaction::None && !self.run.project.profile.disables_transactions() {
            self.set_transaction(Transaction::Asked);
        }
        Ok(())
    }

    /// Notes that the relations of a schema are asked for. Those of one that was listed before are known, and the database
    /// is not asked.
    pub fn ask_for_relations(&self, database: &str, schema: &str) -> Result<()> {
        if self.run.is_listed_first(database, schema) { self.ask_for_transaction() } else { Ok(()) }
    }

    /// Opens a transaction behind statements of templates: one of them may have begun one of its own, which dbt refuses, and
    /// in which what comes would be lost at the end.
    pub fn begin_behind_statements(&self) -> Result<()> {
        if self.has_run_statements() { self.begin_for_statement(true) } else { Ok(()) }
    }

    /// Makes what waits stay.
    pub fn commit(&self) -> Result<()> {
        // A commit that meets a conflict has undone the transaction: doing it again would commit nothing.
        if self.set_transaction(Transaction::None) == Transaction::Begun {
            self.with_session(|session| session.execute("commit"))?;
        }
        Ok(())
    }

    /// Makes what waits stay, at the end of a node: a template may have done so by a statement of its own.
    pub fn commit_what_is_left(&self) -> Result<()> {
        match self.commit() {
            Err(error) if has_no_transaction(&error) => Ok(()),
            ended => ended,
        }
    }

    /// Undoes what was not committed. A connection that is gone has nothing to undo.
    pub fn rollback(&self) {
        if self.set_transaction(Transaction::None) == Transaction::Begun {
            let _ = self.with_open_session(|session| session.execute("rollback"));
        }
    }
}
