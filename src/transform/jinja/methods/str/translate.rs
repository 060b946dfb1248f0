//! `str.maketrans` and `str.translate`.

use indexmap::IndexMap;

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::operators::integer_index;
use crate::transform::jinja::{Args, Dict, Key, Value, limits, operators};

use super::expect_text;

/// A table from code points to texts, code points or nothing.
pub(super) fn make(args: Args) -> Result<Value> {
    let ([from], [to, without]) = args.bind_places::<1, 2>("maketrans")?;
    let mut table = IndexMap::new();
    let code = |character: char| Key::new(Value::Int(i64::from(u32::from(character))));
    match &to {
        None => {
            let Value::Dict(entries) = &from else {
                return Err(type_error("`maketrans()` with one argument takes a dict"));
            };
            for (key, value) in entries.entries() {
                let key = match &key {
                    Value::Str(text) => match text.chars().collect::<Vec<_>>()[..] {
                        [character] => code(character)?,
                        _ => {
                            return Err(Error::new(
                                Kind::Compilation,
                                "the keys of the table must be one character long",
                            ));
                        }
                    },
                    _ => Key::new(Value::Int(integer_index(&key)?))?,
                };
                table.insert(key, value);
            }
        }
        Some(to) => {
            let (from, to) = (expect_text(&from)?, expect_text(to)?);
            if from.chars().count() != to.chars().count() {
                return Err(Error::new(
                    Kind::Compilation,
                    "the first two arguments of `maketrans()` must have equal length",
                ));
            }
            for (from, to) in from.chars().zip(to.chars()) {
                table.insert(code(from)?, Value::Int(i64::from(u32::from(to))));
            }
        }
    }
    if let Some(without) = &without {
        for character in expect_text(without)?.chars() {
            table.insert(code(character)?, Value::None);
        }
    }
    Ok(Value::Dict(Dict::new(table)))
}

pub(super) fn translate(text: &str, table: &Value) -> Result<Value> {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match operators::item(table, &Value::Int(i64::from(u32::from(character)))) {
            Value::Undefined(_) => out.push(character),
            Value::None => {}
            Value::Str(replacement) => {
                out.push_str(&replacement);
                limits::text(out.len())?;
            }
            code => {
                let code = u32::try_from(integer_index(&code)?).ok().and_then(char::from_u32);
                let message = "a character of the table must be in the range of Unicode";
                out.push(code.ok_or_else(|| Error::new(Kind::Compilation, message))?);
            }
        }
    }
    Ok(Value::from(out))
}
