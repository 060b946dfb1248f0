//! What the database says when it refuses, turned into our words.
//!
//! DuckDB's exceptions are texts: a class, a sentence, sometimes advice, sometimes a line of the statement with a caret.
//! Each part goes where it belongs in an [`Error`]: message, hint, place.

use std::sync::Arc;

use crate::error::{Error, Kind, Place};

/// The file name of a place inside a statement. Whoever wrote the statement may put the real file in its stead.
pub const STATEMENT: &str = "<sql>";

/// The error for what DuckDB said about `sql` (empty: about opening the database).
///
/// ```
/// # use gristmill::engine::refusal::refused;
/// let said = "Binder Error: Referenced column \"b\" not found in FROM clause!\nCandidate bindings: \"a\"\n\nLINE 2:   b\n          ^";
/// let error = refused(said, "select\n  b\nfrom t");
/// assert_eq!(error.message(), "Binder Error: Referenced column \"b\" not found in FROM clause!");
/// assert_eq!(error.hint_text(), Some("Candidate bindings: \"a\""));
/// assert_eq!((error.place().unwrap().line, error.place().unwrap().column), (2, 3));
/// ```
pub fn refused(said: &str, sql: &str) -> Error {
    if said.contains("Could not set lock on file") {
        return locked(said);
    }
    if said.starts_with("INTERRUPT Error") {
        return Error::new(Kind::Interrupted, "the statement was interrupted");
    }
    let (text, pointer) = split_pointer(said);
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let message = lines.next().unwrap_or("the database gave no reason").trim();
    let advice: Vec<&str> = lines.map(str::trim).collect();
    let kind = if disk_is_full(said) { Kind::Io } else { Kind::Database };
    let mut error = Error::new(kind, message);
    if let Some(place) = pointer.and_then(|pointer| place(pointer, sql)) {
        error = error.at(place);
    }
    if let Some(hint) = known_hint(said) {
        error = error.hint(hint);
    }
    if advice.is_empty() { error } else { error.hint(advice.join("\n")) }
}

/// Whether two writers met. What one of them did is undone, and it may well succeed the next time.
///
/// ```
/// # use gristmill::engine::refusal::{is_conflict, refused};
/// assert!(is_conflict(&refused("TransactionContext Error: Catalog write-write conflict on create with \"a\"", "")));
/// assert!(!is_conflict(&refused("Constraint Error: Duplicate key", "")));
/// ```
pub fn is_conflict(error: &Error) -> bool {
    let said = error.message();
    error.kind() == Kind::Database
        && said.starts_with("TransactionContext Error")
        && said.to_lowercase().contains("conflict")
}

/// Whether a statement names a relation, a schema or a database that is not there.
///
/// ```
/// # use gristmill::engine::refusal::{is_missing, refused};
/// assert!(is_missing(&refused("Catalog Error: Table with name a does not exist!", "")));
/// assert!(!is_missing(&refused("Constraint Error: Duplicate key", "")));
/// ```
pub fn is_missing(error: &Error) -> bool {
    error.message().contains("does not exist")
}

/// Whether a commit or a rollback found no transaction that is open.
///
/// ```
/// # use gristmill::engine::refusal::{has_no_transaction, refused};
/// assert!(has_no_transaction(&refused("TransactionContext Error: cannot commit - no transaction is active", "")));
/// assert!(!has_no_transaction(&refused("TransactionContext Error: Failed to commit: Duplicate key", "")));
/// ```
pub fn has_no_transaction(error: &Error) -> bool {
    error.message().contains("no transaction is active")
}

/// Whether a transaction takes no more statements because one in it failed before.
///
/// ```
/// # use gristmill::engine::refusal::{is_aborted, refused};
/// assert!(is_aborted(&refused("TransactionContext Error: Current transaction is aborted (please ROLLBACK)", "")));
/// assert!(!is_aborted(&refused("Constraint Error: Duplicate key", "")));
/// ```
pub fn is_aborted(error: &Error) -> bool {
    error.message().contains("transaction is aborted")
}

/// Whether a file cannot be opened because this process has it open under another instance, which may just be closing: DuckDB
/// forgets an instance before it has let go of its file.
///
/// ```
/// # use gristmill::engine::refusal::{is_closing, refused};
/// assert!(is_closing(&refused("Resource In Use Error: Unique file handle conflict: Cannot attach \"a\"", "")));
/// assert!(!is_closing(&refused("IO Error: No such file", "")));
/// ```
pub fn is_closing(error: &Error) -> bool {
    error.kind() == Kind::Database && error.message().contains("Unique file handle conflict")
}

// `Could not set lock on file "<path>": Conflicting lock is held in <program> (PID <n>) by user <u>. See also ...`
fn locked(said: &str) -> Error {
    let path = between(said, "on file \"", "\"").unwrap_or("the database");
    let holder = between(said, "Conflicting lock is held in ", ". See also").map(str::trim);
    let message = match holder {
        Some(holder) => format!("database `{path}` is held by another process: {holder}"),
        None => format!("database `{path}` is held by another process: {}", said.lines().next().unwrap_or_default()),
    };
    Error::new(Kind::DatabaseLocked, message)
        .at(Place::file(path))
        .hint("DuckDB lets one process write at a time: end that program or close its connection, then run again")
}

fn known_hint(said: &str) -> Option<&'static str> {
    if said.contains("attached in read-only mode") {
        Some("the database is open for reading only: open it without `read_only`")
    } else if said.contains("with a different configuration than existing connections") {
        Some("this process has the file open already with other settings: close that connection, or hand it over")
    } else if disk_is_full(said) {
        Some(
            "free some space on that disk, then run again: what was already committed is whole, the rest was rolled back",
        )
    } else if said.contains("not a valid DuckDB database file") {
        Some("choose another path, or move that file away")
    } else if said.contains("Permission denied") {
        Some("give this user the right to write there, or choose another path")
    } else if said.starts_with("Out of Memory Error") {
        Some("raise DuckDB's `memory_limit`, or give it a `temp_directory` to spill to")
    } else {
        None
    }
}

fn disk_is_full(said: &str) -> bool {
    ["No space left on device", "File too large", "Disk quota exceeded"].iter().any(|reason| said.contains(reason))
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let start = text.find(before)? + before.len();
    let end = text[start..].find(after).map_or(text.len(), |found| start + found);
    Some(&text[start..end])
}

/// `(sentence and advice, "3: select b\n        ^")`: what stands before and after `LINE `.
fn split_pointer(said: &str) -> (&str, Option<&str>) {
    match said.rfind("\n\nLINE ") {
        Some(at) => (&said[..at], Some(&said[at + "\n\nLINE ".len()..])),
        None => (said, None),
    }
}

// DuckDB shows a long line in part, between dots; what it shows is looked up in the statement itself.
fn place(pointer: &str, whole: &str) -> Option<Place> {
    // The white space in front was not sent.
    let sql = whole.trim_start();
    let front = &whole[..whole.len() - sql.len()];
    let indented = front.rsplit('\n').next().map_or(0, |rest| rest.chars().count());
    let lines_before = front.matches('\n').count();
    let (number, rest) = pointer.split_once(": ")?;
    let line: usize = number.trim().parse().ok()?;
    let (shown, carets) = rest.split_once('\n')?;
    let indent = carets.chars().take_while(|c| *c != '^').count();
    let length = carets.chars().filter(|c| *c == '^').count().max(1);
    let prefix = "LINE ".len() + number.chars().count() + ": ".len();
    let in_shown = indent.checked_sub(prefix)?;
    let line = line.checked_sub(1)?;
    let text = sql.lines().nth(line)?;
    let indented = if line == 0 { indented } else { 0 };
    let fragment = shown.trim_start_matches("...").trim_end_matches("...");
    let cut = if shown.starts_with("...") { 3 } else { 0 };
    let start = text.find(fragment.trim_end()).map_or(0, |byte| text[..byte].chars().count());
    let column = (start + in_shown).saturating_sub(cut) + 1 + indented;
    Some(Place {
        file: STATEMENT.into(),
        line: (lines_before + line + 1) as u32,
        column: column as u32,
        length: length as u32,
        line_text: whole.lines().nth(lines_before + line).map(Arc::from),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_names_the_program_and_its_process() {
        let said = "IO Error: Could not set lock on file \"/data/a.duckdb\": Conflicting lock is held in /usr/bin/python3.11 (PID 4711). See also https://duckdb.org/docs/current/connect/concurrency";
        insta::assert_snapshot!(refused(said, ""), @r"
        error[database-locked]: database `/data/a.duckdb` is held by another process: /usr/bin/python3.11 (PID 4711)
          --> /data/a.duckdb
        hint: DuckDB lets one process write at a time: end that program or close its connection, then run again
        ");
    }

    #[test]
    fn a_read_only_database_says_so() {
        let said = "Invalid Input Error: Cannot execute statement of type \"INSERT\" on database \"a\" which is attached in read-only mode!";
        insta::assert_snapshot!(refused(said, "insert into t values (1)"), @r#"
        error[database]: Invalid Input Error: Cannot execute statement of type "INSERT" on database "a" which is attached in read-only mode!
        hint: the database is open for reading only: open it without `read_only`
        "#);
    }

    #[test]
    fn a_caret_becomes_a_place() {
        let said = "Catalog Error: Table with name nope does not exist!\nDid you mean \"note\"?\n\nLINE 1: select * from nope\n                      ^^^^";
        insta::assert_snapshot!(refused(said, "select * from nope"), @r#"
        error[database]: Catalog Error: Table with name nope does not exist!
          --> <sql>:1:15
           |
         1 | select * from nope
           |               ^^^^
        hint: Did you mean "note"?
        "#);
    }

    #[test]
    fn white_space_in_front_counts() {
        let said = "Binder Error: Referenced column \"nope\" was not found\n\nLINE 1: select nope\n               ^^^^";
        let error = refused(said, "\n  select nope\n");
        let place = error.place().unwrap();
        assert_eq!((place.line, place.column, place.line_text.as_deref()), (2, 10, Some("  select nope")));
    }

    #[test]
    fn no_text_at_all_is_still_an_error() {
        assert_eq!(refused("", "select 1").message(), "the database gave no reason");
    }
}
