//! A CSV file as a table.
//!
//! The types are those that dbt's reader would find in the file; DuckDB then reads the file itself.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use regex::Regex;
use serde_json::{Map, Value as Json};

use super::adapter::find;
use super::response::Response;
use super::seed_cells::{self, Cell};
use super::state::NodeState;
use super::table::Table;
use super::{by_macro, finish, hooks, materialize, properties_place, stand_ins};
use crate::engine::catalog::RelationKind;
use crate::engine::dialect::{literal, quote};
use crate::error::{Error, Kind, Place, Result, line_start};
use crate::event::Event;
use crate::transform::jinja::Value;
use crate::transform::manifest::place_of_setting;

/// What loading a seed did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// What is told of it: `INSERT`, or `CREATE` with `--full-refresh`, and how many rows.
    pub response: Map<String, Json>,
    /// The statement for `target/run`.
    pub statement: String,
}

/// Loads the seed of `state`: into its table when it is there, else into a new one.
pub fn load(state: &Arc<NodeState>) -> Result<Loaded> {
    if let Some(callable) = stand_ins::macro_of(state, "seed") {
        let (answer, statement) = by_macro::ask(state, None, &callable)?;
        return Ok(Loaded { response: by_macro::response(&answer), statement });
    }
    state.ask_for_relations(&state.node.database, &state.node.schema)?;
    hooks::run(state, "pre-hook", false)?;
    let loaded = materialize::transaction(state, || load_in_transaction(state))?;
    hooks::run(state, "post-hook", false)?;
    Ok(loaded)
}

fn load_in_transaction(state: &Arc<NodeState>) -> Result<Loaded> {
    let node = &state.node;
    let (sniffed, statement) = read(state)?;
    let refresh =
        state.config("full_refresh").and_then(|refresh| refresh.as_bool()).unwrap_or(state.run.flags.full_refresh);
    let target = node.relation();
    let existing = find(state, &target)?;
    if existing.as_ref().is_some_and(|(_, kind)| *kind == RelationKind::View) {
        return Err(Error::new(
            Kind::Database,
            format!("cannot load seed `{}` into {}: it is a view", node.name, target.quoted()),
        )
        .at(Place::file(&node.original_file_path))
        .hint("drop the view, or give the seed another alias"));
    }
    hooks::run(state, "pre-hook", true)?;
    state.begin()?;
    let table = target.quoted();
    let is_new = existing.is_none() || refresh;
    if is_new {
        create(state, &sniffed)?;
    } else {
        state.execute(&format!("truncate {table}"))?;
    }
    if !sniffed.columns.is_empty() {
        state.execute(&statement).map_err(|error| refused(state, &sniffed, &error))?;
    }
    state.attempted(&statement);
    if is_new {
        state.run.cache.put(&target, RelationKind::Table);
    }
    finish::finish(state, RelationKind::Table, is_new)?;
    hooks::run(state, "post-hook", true)?;
    let code = if state.full_refresh() { "CREATE" } else { "INSERT" };
    let message = format!("{code} {}", sniffed.rows);
    let response = Response {
        message: Value::str(message),
        code: Value::str(code),
        rows_affected: Value::Int(sniffed.rows as i64),
    };
    Ok(Loaded { response: response.told(), statement })
}

// The columns with what their cells were found to be; a type that is configured takes the text as it is.
fn cells(state: &NodeState, sniffed: &Sniffed) -> Vec<Cell> {
    let given = state.config("column_types").unwrap_or_default();
    let cell = |(name, found): &(String, Found)| match found {
        _ if given.get(name).is_some() => Cell::Text,
        Found::Integer | Found::BigInteger | Found::Number => Cell::Number,
        Found::Empty | Found::Date | Found::DateTime | Found::Boolean => Cell::Padded,
        Found::Text => Cell::Text,
    };
    sniffed.columns.iter().map(cell).collect()
}

/// Makes the seed's table and fills it, and runs no hook.
pub(super) fn fill(state: &Arc<NodeState>) -> Result<()> {
    let (sniffed, statement) = read(state)?;
    create(state, &sniffed)?;
    if !sniffed.columns.is_empty() {
        state.execute(&statement).map_err(|error| refused(state, &sniffed, &error))?;
    }
    Ok(())
}

// Whatever is wrong with the table is wrong with the types that were given.
fn create(state: &Arc<NodeState>, sniffed: &Sniffed) -> Result<()> {
    let node = &state.node;
    let statement = format!("create or replace table {} ({})", node.relation().quoted(), definitions(state, sniffed));
    state.execute(&statement).map(drop).map_err(|error| {
        let given = state.config("column_types").unwrap_or_default();
        let types = given.as_object().into_iter().flatten().filter_map(|(name, given)| Some((name, given.as_str()?)));
        let mut mentioned = types.filter(|(_, given)| error.message().contains(given));
        let place = |(name, given): (&String, &str)| properties_place::said(node, &["column_types", name, given]);
        error.elsewhere(mentioned.find_map(place).unwrap_or_else(|| place_of_setting(node, "column_types")))
    })
}

/// The rows of the file with their types, as templates see them.
pub(super) fn rows(state: &NodeState) -> Result<Table> {
    let node = &state.node;
    let path = node.root_path.join(&node.original_file_path);
    let delimiter = delimiter(state);
    let sniffed = sniff(&path, &node.original_file_path, &delimiter)?;
    let given = state.config("column_types").unwrap_or_default();
    let types = sniffed.columns.iter().map(|(name, found)| {
        let is_text = given.get(name).is_some();
        (quote(name), if is_text { "varchar" } else { found.sql() })
    });
    let cast: Vec<(String, &str)> = types.collect();
    let select = seed_cells::select(&path, &delimiter, &cells(state, &sniffed), Some(&cast));
    Table::of(&state.query(&select)?)
}

fn delimiter(state: &NodeState) -> String {
    let given = state.config("delimiter").and_then(|delimiter| delimiter.as_str().map(str::to_owned));
    given.unwrap_or_else(|| ",".to_owned())
}

// One column whose name holds what separates the fields of other files: most likely the delimiter is that one. With
// `quote_columns: false` no such column can be made, in dbt either.
fn doubt_delimiter(state: &NodeState, sniffed: &Sniffed, delimiter: &str) -> Result<()> {
    let [(name, _)] = sniffed.columns.as_slice() else { return Ok(()) };
    let Some(other) = name.chars().find(|sign| matches!(sign, ',' | ';' | '|' | '\t')) else { return Ok(()) };
    let message = format!("the header of this seed, `{name}`, is one column: there is no `{delimiter}` in it");
    let error = Error::new(Kind::Data, message).at(Place::at(&state.node.original_file_path, 1, 0)).hint(format!(
        "if `{other}` separates its fields, say `delimiter: \"{}\"` in its config",
        other.escape_default()
    ));
    if state.config("quote_columns") == Some(Json::Bool(false)) {
        return Err(error);
    }
    state.run.sink.tell(Event::Warning { message: error.to_string() });
    Ok(())
}

// What the file holds, and the statement that loads it.
fn read(state: &NodeState) -> Result<(Sniffed, String)> {
    let node = &state.node;
    let path = node.root_path.join(&node.original_file_path);
    let delimiter = delimiter(state);
    let sniffed = sniff(&path, &node.original_file_path, &delimiter)?;
    doubt_delimiter(state, &sniffed, &delimiter)?;
    let table = node.relation().quoted();
    let statement = if state.config("fast").and_then(|fast| fast.as_bool()).unwrap_or(true) {
        let path = literal(&path.to_string_lossy());
        format!("copy {table} from {path} (format csv, header true, delimiter {})", literal(&delimiter))
    } else {
        format!("insert into {table} {}", seed_cells::select(&path, &delimiter, &cells(state, &sniffed), None))
    };
    Ok((sniffed, statement))
}

fn definitions(state: &NodeState, sniffed: &Sniffed) -> String {
    let given = state.config("column_types").unwrap_or_default();
    let columns = sniffed.columns.iter().map(|(name, found)| {
        let data_type = given.get(name).and_then(|given| given.as_str()).unwrap_or(found.sql());
        format!("{} {data_type}", quote(name))
    });
    columns.collect::<Vec<_>>().join(", ")
}

static LINE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"CSV Error on Line: (\d+)").expect("the pattern is valid"));

// DuckDB tells the line and a page of settings; the line, the field and the first sentence are what helps.
fn refused(state: &NodeState, sniffed: &Sniffed, error: &Error) -> Error {
    let text = format!("{}\n{}", error.message(), error.hint_text().unwrap_or_default());
    let line = LINE.captures(&text).and_then(|found| found[1].parse().ok()).unwrap_or(0);
    let what =
        text.lines().find(|line| line.starts_with("Error when converting")).unwrap_or(error.message()).to_owned();
    let place = COLUMN.captures(&what).and_then(|found| field(state, sniffed, line, &found[1]));
    Error::new(error.kind(), format!("cannot load seed `{}`: {what}", state.node.name))
        .at(place.unwrap_or_else(|| Place::at(&state.node.original_file_path, line, 0)))
        .hint("correct that line, or give the column another type in `column_types`")
}

static COLUMN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"converting column "([^"]+)""#).expect("the pattern is valid"));

// The field of a column in a line of the file, when the line holds a row of its own.
fn field(state: &NodeState, sniffed: &Sniffed, line: u32, column: &str) -> Option<Place> {
    let node = &state.node;
    let text = std::fs::read_to_string(node.root_path.join(&node.original_file_path)).ok()?;
    let row = text.lines().nth(line.checked_sub(1)? as usize)?;
    let delimiter = delimiter(state).chars().next()?;
    let wanted = sniffed.columns.iter().position(|(name, _)| name == column)?;
    let (mut quoted, mut starts) = (false, vec![0]);
    for (at, sign) in row.char_indices() {
        match sign {
            '"' => quoted = !quoted,
            sign if sign == delimiter && !quoted => starts.push(at + sign.len_utf8()),
            _ => {}
        }
    }
    if quoted || starts.len() != sniffed.columns.len() {
        return None;
    }
    let start = starts[wanted];
    let end = starts.get(wanted + 1).map_or(row.len(), |next| next - delimiter.len_utf8());
    let before = line_start(&text, line);
    Some(Place::of_span(&node.original_file_path, &text, before + start..before + end.max(start)))
}

/// The columns of a file with their types, and how many rows it has; as in dbt, an empty line counts as one.
#[derive(Debug, PartialEq, Eq)]
struct Sniffed {
    columns: Vec<(String, Found)>,
    rows: u64,
}

/// The narrowest of dbt's types that holds every value of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Empty,
    Integer,
    BigInteger,
    Number,
    Date,
    DateTime,
    Boolean,
    Text,
}

impl Found {
    fn sql(self) -> &'static str {
        match self {
            Self::Empty | Self::Integer => "integer",
            Self::BigInteger => "bigint",
            Self::Number => "double",
            Self::Date => "date",
            Self::DateTime => "timestamp",
            Self::Boolean => "boolean",
            Self::Text => "varchar",
        }
    }
}

fn sniff(path: &std::path::Path, shown: &std::path::Path, delimiter: &str) -> Result<Sniffed> {
    let [delimiter] = delimiter.as_bytes() else {
        return Err(Error::new(Kind::Config, format!("a seed's `delimiter` is one character, not `{delimiter}`"))
            .at(Place::file(shown)));
    };
    let bytes = std::fs::read(path).map_err(|error| Error::io(shown, &error))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().delimiter(*delimiter).from_reader(bytes);
    let wrong = |error: &csv::Error| {
        let line = error.position().map_or(0, csv::Position::line) as u32;
        let what = match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("the row and the header differ in length: {len} and {expected_len}")
            }
            csv::ErrorKind::Utf8 { .. } => "this row is not UTF-8 text".to_owned(),
            _ => error.to_string(),
        };
        let hint = match error.kind() {
            csv::ErrorKind::Utf8 { .. } => "save the file as UTF-8",
            _ => "every row needs as many values as the header; quote values that hold the delimiter",
        };
        Error::new(Kind::Data, what).at(Place::at(shown, line, 0)).hint(hint)
    };
    let header = reader.headers().map_err(|error| wrong(&error))?;
    if header.len() > COLUMNS_MAX {
        let error = Error::new(Kind::Data, format!("this seed has {} columns", header.len())).at(Place::file(shown));
        return Err(error.hint(format!("a seed may have at most {COLUMNS_MAX}: is `delimiter` the right one?")));
    }
    let names = distinct_names(header);
    if names.is_empty() {
        let error = Error::new(Kind::Data, "this seed is empty").at(Place::file(shown));
        return Err(error.hint("its first line names the columns"));
    }
    let mut candidates = vec![Candidates::default(); names.len()];
    let mut rows = 0;
    let mut record = csv::StringRecord::new();
    loop {
        rows += empty_lines(bytes, reader.position().byte() as usize);
        if !reader.read_record(&mut record).map_err(|error| wrong(&error))? {
            break;
        }
        rows += 1;
        for (candidate, value) in candidates.iter_mut().zip(&record) {
            candidate.see(value);
        }
    }
    Ok(Sniffed { columns: names.into_iter().zip(candidates.iter().map(Candidates::found)).collect(), rows })
}

// How many empty lines follow on a record that ends at `start`; the reader passes over them.
fn empty_lines(bytes: &[u8], start: usize) -> u64 {
    let rest = &bytes[start.min(bytes.len())..];
    // The end of a line in two signs may be read in part.
    let is_cut = start > 0 && bytes.get(start - 1) == Some(&b'\r');
    let rest = if is_cut { rest.strip_prefix(b"\n").unwrap_or(rest) } else { rest };
    let blank = rest.iter().take_while(|sign| matches!(sign, b'\r' | b'\n')).count();
    let signs = &rest[..blank];
    signs.iter().enumerate().filter(|&(at, sign)| *sign == b'\n' || signs.get(at + 1) != Some(&b'\n')).count() as u64
}

// Far more than a table is good for, and no more than DuckDB makes in a moment.
const COLUMNS_MAX: usize = 10_000;

// As dbt's reader names them: one without a name by a letter, one whose name is taken with a number behind it.
fn distinct_names(header: &csv::StringRecord) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    let mut taken = HashSet::with_capacity(header.len());
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for (place, given) in header.iter().enumerate() {
        let base = if given.is_empty() { letters(place) } else { given.to_owned() };
        let mut name = base.clone();
        let number = numbers.entry(base.clone()).or_insert(2);
        while !taken.insert(name.clone()) {
            name = format!("{base}_{number}");
            *number += 1;
        }
        names.push(name);
    }
    names
}

// `a` to `z`, then `aa`, `bb`, ...
fn letters(place: usize) -> String {
    let letter = char::from(b"abcdefghijklmnopqrstuvwxyz"[place % 26]);
    std::iter::repeat_n(letter, place / 26 + 1).collect()
}

// What a column can still be. dbt's reader asks in this order: number, date, date with time, boolean, text.
#[derive(Clone)]
struct Candidates {
    any: bool,
    number: bool,
    fraction: bool,
    big: bool,
    date: bool,
    datetime: bool,
    iso_datetime: bool,
    boolean: bool,
}

impl Default for Candidates {
    fn default() -> Self {
        Self {
            any: false,
            number: true,
            fraction: false,
            big: false,
            date: true,
            datetime: true,
            iso_datetime: true,
            boolean: true,
        }
    }
}

static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d+)?$").expect("the pattern is valid"));

impl Candidates {
    fn see(&mut self, value: &str) {
        let value = value.trim();
        if value.is_empty() || value.eq_ignore_ascii_case("null") {
            return;
        }
        self.any = true;
        if self.number {
            self.see_number(value);
        }
        self.date = self.date && NaiveDate::parse_from_str(value, "%Y-%m-%d").is_ok();
        self.datetime = self.datetime && NaiveDateTime::parse_from_str(value, "%Y-%m-%d %H:%M:%S").is_ok();
        self.iso_datetime = self.iso_datetime && is_iso_datetime(value);
        self.boolean = self.boolean && (value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"));
    }

    fn see_number(&mut self, value: &str) {
        self.number = NUMBER.is_match(value);
        if let Some(number) = value.replace(',', "").parse::<f64>().ok().filter(|_| self.number) {
            self.fraction |= number.fract() != 0.0;
            self.big |= number.abs() > f64::from(i32::MAX);
        }
    }

    fn found(&self) -> Found {
        if !self.any {
            Found::Empty
        } else if self.number && self.fraction {
            Found::Number
        } else if self.number {
            if self.big { Found::BigInteger } else { Found::Integer }
        } else if self.date {
            Found::Date
        } else if self.datetime || self.iso_datetime {
            Found::DateTime
        } else if self.boolean {
            Found::Boolean
        } else {
            Found::Text
        }
    }
}

// With a `T`, as ISO 8601 has it; a column mixes it with a space at the price of being text.
fn is_iso_datetime(value: &str) -> bool {
    value.contains('T') && has_iso_form(value)
}

fn has_iso_form(value: &str) -> bool {
    NaiveDateTime::parse_from_str(value, "%Y-%m-%dT%H:%M:%S%.f").is_ok()
        || NaiveDateTime::parse_from_str(value, "%Y-%m-%dT%H:%M").is_ok()
        || DateTime::parse_from_rfc3339(value).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: &[&str]) -> Found {
        let mut candidates = Candidates::default();
        for value in values {
            candidates.see(value);
        }
        candidates.found()
    }

    #[test]
    fn types_are_those_of_dbts_reader() {
        assert_eq!(found(&["1", "", "3"]), Found::Integer);
        assert_eq!(found(&["007", "1.0"]), Found::Integer);
        assert_eq!(found(&["1", "2.5"]), Found::Number);
        assert_eq!(found(&["3000000000"]), Found::BigInteger);
        assert_eq!(found(&["2020-01-01", "null"]), Found::Date);
        assert_eq!(found(&["2020-01-01 10:00:00"]), Found::DateTime);
        assert_eq!(found(&["2020-01-01T10:00:00Z"]), Found::DateTime);
        assert_eq!(found(&["2020-01-01T10:00:00", "2020-01-01 10:00:00"]), Found::Text);
        assert_eq!(found(&["TRUE", "false"]), Found::Boolean);
        assert_eq!(found(&["1", "x"]), Found::Text);
        assert_eq!(found(&["10:00:00"]), Found::Text);
        assert_eq!(found(&["", "null"]), Found::Empty);
    }

    #[test]
    fn a_short_row_names_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.csv");
        std::fs::write(&path, "a,b\n1,2\n3\n").unwrap();
        let error = sniff(&path, std::path::Path::new("seeds/s.csv"), ",").unwrap_err();
        assert_eq!(error.place().unwrap().to_string(), "seeds/s.csv:3");
        assert_eq!(error.message(), "the row and the header differ in length: 1 and 2");
    }
}
