//! `table.rename(...)`: other names for columns and rows.

use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};

use super::Table;
use super::arguments::{given, is_true, row_names, wrong};
use super::build::{self, Types};
use crate::error::Result;
use crate::transform::jinja::{Args, Dict, Interpreter, Value, limits, operators};

/// `table.rename(column_names=None, row_names=None, slug_columns=False, slug_rows=False, separator='_')`
pub(super) fn rename(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let options = ["column_names", "row_names", "slug_columns", "slug_rows"];
    let ([], [columns, rows, slug_columns, slug_rows], beyond, others) = args.bind_open("rename", [], options)?;
    if !beyond.is_empty() {
        return Err(wrong("`rename()` takes from 0 to 4 positional arguments"));
    }
    let old: Vec<Value> = table.0.names.iter().map(Value::str).collect();
    let mut columns = match given(columns) {
        Some(Value::Dict(new)) => Some(Value::list(replaced(&old, &new))),
        other => other,
    };
    let old_rows = || table.0.row_names.as_ref().map(|names| names.to_vec());
    let mut rows = match given(rows) {
        Some(Value::Dict(new)) => {
            let old = old_rows().ok_or_else(|| wrong("the rows of this table have no names"))?;
            Some(Value::list(replaced(&old, &new)))
        }
        other => other,
    };
    let slug = Slug::of(others)?;
    if is_true(slug_columns.as_ref()) {
        let names =
            columns.as_ref().filter(|names| names.truth()).map_or_else(|| Ok(old.clone()), operators::iterate)?;
        let is_new = columns.is_some();
        columns = Some(Value::tuple(slug.all(&names, is_new)?));
    }
    if is_true(slug_rows.as_ref()) {
        let names = rows.as_ref().filter(|names| names.truth()).map(operators::iterate).transpose()?.or_else(old_rows);
        rows = names.map(|names| slug.all(&names, true)).transpose()?.map(Value::tuple);
    }
    let names = columns.as_ref().map(operators::iterate).transpose()?;
    let is_same = columns.as_ref().is_none_or(|columns| operators::equal(columns, &Value::tuple(old)));
    let kept = || table.0.row_names.as_ref().map(|names| Value::tuple(names.iter().cloned()));
    let asked = rows.or_else(kept);
    let Some(names) = names.filter(|_| !is_same) else {
        let names = row_names(interpreter, asked.as_ref(), table)?;
        return Ok(Value::object(table.with_rows(table.0.rows.clone(), names)?));
    };
    let cells = table.0.rows.iter().map(|row| row.to_vec()).collect();
    let types = Types::Given(table.0.types().to_vec());
    build::table(interpreter, cells, &names, types, asked.as_ref()).map(Value::object)
}

fn replaced(old: &[Value], new: &Dict) -> Vec<Value> {
    let new = new.snapshot();
    let name = |name: &Value| {
        let found = crate::transform::jinja::Key::new(name.clone()).ok().and_then(|key| new.get(&key).cloned());
        found.unwrap_or_else(|| name.clone())
    };
    old.iter().map(name).collect()
}

/// How a name becomes one of plain letters: small, and with one sign between its words.
struct Slug {
    separator: Arc<str>,
    lowercase: bool,
}

impl Slug {
    fn of(options: IndexMap<Arc<str>, Value>) -> Result<Self> {
        let mut slug = Self { separator: Arc::from("_"), lowercase: true };
        for (name, value) in options {
            match &*name {
                "separator" => slug.separator = value.text()?,
                "lowercase" => slug.lowercase = value.truth(),
                _ => return Err(wrong(format!("`rename()` takes no argument `{name}`"))),
            }
        }
        Ok(slug)
    }

    fn all(&self, names: &[Value], unique: bool) -> Result<Vec<Value>> {
        let mut made: Vec<Arc<str>> = Vec::new();
        let mut taken: IndexSet<Arc<str>> = IndexSet::new();
        for name in names {
            let name =
                name.as_str().ok_or_else(|| wrong(format!("a slug is made of a text, not of {}", name.repr())))?;
            limits::reading(name.len())?;
            let slug: Arc<str> = Arc::from(self.one(name)?);
            let slug = build::numbered(slug, &self.separator, |slug| unique && taken.contains(slug))?;
            taken.insert(Arc::clone(&slug));
            made.push(slug);
        }
        Ok(made.into_iter().map(Value::Str).collect())
    }

    fn one(&self, name: &str) -> Result<String> {
        if !name.is_ascii() {
            return Err(wrong(format!("`{name}` has letters beyond ASCII, of which no slug is made"))
                .hint("name the column in `column_names`"));
        }
        let name = if self.lowercase { name.to_ascii_lowercase() } else { name.to_owned() };
        let mut words: Vec<String> = vec![String::new()];
        let signs: Vec<char> = name.chars().collect();
        for (place, sign) in signs.iter().enumerate() {
            let is_digit =
                |place: Option<usize>| place.and_then(|place| signs.get(place)).is_some_and(char::is_ascii_digit);
            match sign {
                sign if sign.is_ascii_alphanumeric() => {
                    if let Some(word) = words.last_mut() {
                        word.push(*sign);
                    }
                }
                // A comma between digits parts no words.
                ',' if is_digit(place.checked_sub(1)) && is_digit(Some(place + 1)) => {}
                _ => words.push(String::new()),
            }
        }
        words.retain(|word| !word.is_empty());
        Ok(words.join(&self.separator))
    }
}
