//! The columns of a CSV file: names as pandas tells them apart, and types as it would find them.

use csv::StringRecord;

use super::Record;

/// What the fields of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    Integer,
    Float,
    Bool,
    Text,
    /// Only missing values.
    Missing,
}

/// One value of a field, as its column's type reads it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Field<'a> {
    Null,
    Integer(i64),
    Float(f64),
    Bool(bool),
    Text(&'a str),
}

/// The columns of a file: names as they stand in the header, and types.
#[derive(Debug, Default)]
pub struct Columns {
    pub names: Vec<String>,
    pub types: Vec<FieldType>,
    pub(super) all_text: bool,
}

impl Columns {
    pub fn field<'a>(&self, record: Record<'a>, index: usize) -> Field<'a> {
        let Some(text) = record.get(index) else { return Field::Null };
        if self.all_text {
            return if text.is_empty() { Field::Null } else { Field::Text(text) };
        }
        if is_missing(text) {
            return Field::Null;
        }
        match self.types[index] {
            FieldType::Integer => text.trim().parse().map_or(Field::Text(text), Field::Integer),
            FieldType::Float => text.trim().parse().map_or(Field::Text(text), Field::Float),
            FieldType::Bool => boolean(text).map_or(Field::Text(text), Field::Bool),
            FieldType::Text => Field::Text(text),
            FieldType::Missing => Field::Null,
        }
    }
}

// A name that is missing or stands twice is told apart as pandas does it.
pub(super) fn header_names(record: &StringRecord) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(record.len());
    for (index, text) in record.iter().enumerate() {
        let plain = if text.is_empty() { format!("Unnamed: {index}") } else { text.to_owned() };
        let mut name = plain.clone();
        let mut copy = 1;
        while names.contains(&name) {
            name = format!("{plain}.{copy}");
            copy += 1;
        }
        names.push(name);
    }
    names
}

// What the values of a column have in common so far.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    integers: bool,
    floats: bool,
    bools: bool,
    gaps: bool,
    values: bool,
}

impl Default for Seen {
    fn default() -> Self {
        Self { integers: true, floats: true, bools: true, gaps: false, values: false }
    }
}

impl Seen {
    pub(super) fn look(&mut self, text: &str) {
        if is_missing(text) {
            self.gaps = true;
            return;
        }
        self.values = true;
        if self.floats || self.integers {
            let number = text.trim();
            let is_integer = is_integer(number);
            self.integers &= is_integer;
            self.floats = self.floats && (is_integer || is_float(number));
        }
        self.bools = self.bools && boolean(text).is_some();
    }

    pub(super) fn decide(&self) -> FieldType {
        match self {
            Self { values: false, .. } => FieldType::Missing,
            Self { bools: true, .. } => FieldType::Bool,
            Self { integers: true, gaps: false, .. } => FieldType::Integer,
            Self { floats: true, .. } => FieldType::Float,
            Self { .. } => FieldType::Text,
        }
    }
}

// What pandas takes for a missing value.
fn is_missing(text: &str) -> bool {
    matches!(
        text,
        "" | "#N/A"
            | "#N/A N/A"
            | "#NA"
            | "-1.#IND"
            | "-1.#QNAN"
            | "-NaN"
            | "-nan"
            | "1.#IND"
            | "1.#QNAN"
            | "<NA>"
            | "N/A"
            | "NA"
            | "NULL"
            | "NaN"
            | "None"
            | "n/a"
            | "nan"
            | "null"
    )
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !has_leading_zero(digits) && digits.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<i64>().is_ok()
}

fn is_float(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    // An integer beyond 64 bits is not rounded to a float; `inf` and the like are words unless they are numbers to pandas too.
    let is_plain_integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let starts_well = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        || matches!(digits, "inf" | "Inf" | "infinity" | "Infinity");
    starts_well && !is_plain_integer && !has_leading_zero(digits) && text.parse::<f64>().is_ok()
}

fn has_leading_zero(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() > 1 && bytes[0] == b'0' && bytes[1].is_ascii_digit()
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "True" | "TRUE" | "true" => Some(true),
        "False" | "FALSE" | "false" => Some(false),
        _ => None,
    }
}
