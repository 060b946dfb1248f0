//! `json.dumps`.

use std::fmt::Write as _;

use super::Layout;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::{Value, format, limits, methods};

/// Why a value has no JSON text.
pub(super) enum Failure {
    /// It holds itself: a `ValueError`, for which dbt's `tojson` has its default.
    Circular,
    Other(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Circular => Self::new(Kind::Compilation, "a value that holds itself has no JSON text"),
            Failure::Other(error) => error,
        }
    }
}

pub(super) fn text(value: &Value, layout: Layout) -> Result<String, Failure> {
    let mut writer = Writer { out: String::new(), layout, open: Vec::new(), written: 0 };
    writer.value(value)?;
    Ok(writer.out)
}

struct Writer {
    out: String,
    layout: Layout,
    open: Vec<usize>,
    // How many values were written: parts that are shared are written each time.
    written: usize,
}

impl Writer {
    fn value(&mut self, value: &Value) -> Result<(), Failure> {
        self.written += 1;
        limits::items(self.written)?;
        limits::work(1)?;
        limits::text(self.out.len())?;
        match value {
            Value::None => self.out.push_str("null"),
            Value::Bool(truth) => self.out.push_str(if *truth { "true" } else { "false" }),
            Value::Int(_) | Value::BigInt(_) => self.out.push_str(&format::text(value)?),
            Value::Float(number) => self.out.push_str(&float(*number)),
            Value::Str(text) => self.string(text),
            Value::List(list) => {
                let items = list.items();
                self.nested(std::sync::Arc::as_ptr(&list.0).addr(), |writer| writer.array(&items))?;
            }
            Value::Tuple(items) => self.nested(items.as_ptr().addr(), |writer| writer.array(items))?,
            Value::Dict(dict) => {
                let entries = dict.entries();
                self.nested(std::sync::Arc::as_ptr(&dict.0).addr(), |writer| writer.object(entries))?;
            }
            Value::Undefined(_) | Value::Bytes(_) | Value::Set(_) | Value::Object(_) => {
                let error = type_error(format!("a value of type `{}` has no JSON text", value.type_name()));
                let error = match value {
                    Value::Set(_) => error.hint("turn the set into a list with `| list`"),
                    Value::Undefined(text) => error.hint(&**text),
                    _ => error,
                };
                return Err(error.into());
            }
        }
        Ok(())
    }

    fn nested(&mut self, address: usize, inside: impl FnOnce(&mut Self) -> Result<(), Failure>) -> Result<(), Failure> {
        if self.open.contains(&address) {
            return Err(Failure::Circular);
        }
        if self.open.len() >= limits::DEPTH_MAX {
            return Err(limits::too_deep().into());
        }
        self.open.push(address);
        let done = inside(self);
        self.open.pop();
        done
    }

    fn array(&mut self, items: &[Value]) -> Result<(), Failure> {
        self.out.push('[');
        for (index, item) in items.iter().enumerate() {
            self.separate(index)?;
            self.value(item)?;
        }
        self.close(items.len(), ']')
    }

    fn object(&mut self, mut entries: Vec<(Value, Value)>) -> Result<(), Failure> {
        if self.layout.sort_keys {
            let keys = entries.iter().map(|(key, _)| key.clone()).collect();
            let pairs = entries.into_iter().map(|(key, value)| Value::tuple([key, value])).collect();
            entries = methods::sorted(pairs, keys, false)?
                .into_iter()
                .filter_map(|pair| match pair {
                    Value::Tuple(pair) => Some((pair[0].clone(), pair[1].clone())),
                    _ => None,
                })
                .collect();
        }
        self.out.push('{');
        for (index, (key, value)) in entries.iter().enumerate() {
            self.separate(index)?;
            self.key(key)?;
            self.out.push_str(": ");
            self.value(value)?;
        }
        self.close(entries.len(), '}')
    }

    fn key(&mut self, key: &Value) -> Result<(), Failure> {
        let text = match key {
            Value::Str(text) => text.to_string(),
            Value::None => "null".to_owned(),
            Value::Bool(truth) => truth.to_string(),
            Value::Int(_) | Value::BigInt(_) => format::text(key)?,
            Value::Float(number) => float(*number),
            _ => {
                let message = format!("a key of JSON must be a text or a number, not `{}`", key.type_name());
                return Err(type_error(message).into());
            }
        };
        self.string(&text);
        Ok(())
    }

    // What is beyond ASCII is escaped, unless it is to stay, in surrogate pairs where needed.
    fn string(&mut self, text: &str) {
        let out = &mut self.out;
        out.push('"');
        for character in text.chars() {
            match character {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\u{8}' => out.push_str("\\b"),
                '\u{c}' => out.push_str("\\f"),
                ' '..='~' => out.push(character),
                '\u{7f}'.. if self.layout.unicode => out.push(character),
                _ => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        write!(out, "\\u{unit:04x}").expect("writing to a string does not fail");
                    }
                }
            }
        }
        out.push('"');
    }

    fn separate(&mut self, index: usize) -> Result<(), Failure> {
        match (index > 0, self.layout.indent) {
            (true, None) => self.out.push_str(", "),
            (true, Some(_)) => self.out.push(','),
            (false, _) => {}
        }
        self.line(self.open.len())
    }

    fn close(&mut self, count: usize, bracket: char) -> Result<(), Failure> {
        if count > 0 {
            self.line(self.open.len() - 1)?;
        }
        self.out.push(bracket);
        Ok(())
    }

    fn line(&mut self, depth: usize) -> Result<(), Failure> {
        if let Some(indent) = self.layout.indent {
            let blanks = indent.saturating_mul(depth);
            limits::text(self.out.len().saturating_add(blanks))?;
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n(' ', blanks));
        }
        Ok(())
    }
}

fn float(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else {
        format::float::repr(number)
    }
}
