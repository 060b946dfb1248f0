//! What a table of agate does beyond a template's reach: it reads and writes files, and draws pictures.

use super::Table;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Value};

/// The error of a table that would be written to a file.
pub(super) fn writes() -> Error {
    Error::new(Kind::Compilation, "a template writes no files")
        .hint("`namespace(write=lines.append)` in place of the path gathers what is written in a list `lines`; `copy` in SQL writes a file")
}

/// The methods that would read a table from a file.
pub(super) fn read(_: &mut Interpreter<'_>, _: &Table, _: Args) -> Result<Value> {
    let error = Error::new(Kind::Compilation, "a template reads no files");
    Err(error.hint("a seed holds rows of a file, and `run_query` reads them: `select * from 'rows.csv'`"))
}

/// The methods that would draw a picture.
pub(super) fn chart(_: &mut Interpreter<'_>, _: &Table, _: Args) -> Result<Value> {
    let error = Error::new(Kind::Compilation, "a template draws no pictures");
    Err(error.hint("`print_bars` draws bars of signs"))
}
