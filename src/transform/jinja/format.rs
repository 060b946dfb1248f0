//! Python's `str()` and `repr()` of every value.

pub mod float;
pub mod percent;
pub mod spec;
pub mod template;

use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;

use super::{Value, limits};
use crate::error::{Error, Result};

/// `str(value)`.
pub(super) fn text(value: &Value) -> Result<String> {
    finish(value, false).map_err(|(_, error)| error)
}

/// `repr(value)`.
pub(super) fn repr(value: &Value) -> Result<String> {
    finish(value, true).map_err(|(_, error)| error)
}

/// `str(value)`, cut short where it would be too long.
pub(super) fn text_cut_short(value: &Value) -> String {
    finish(value, false).unwrap_or_else(|(text, _)| text + "...")
}

/// `repr(value)`, cut short where it would be too long.
pub(super) fn repr_cut_short(value: &Value) -> String {
    finish(value, true).unwrap_or_else(|(text, _)| text + "...")
}

fn finish(value: &Value, quoted: bool) -> Result<String, (String, Error)> {
    let mut printer = Printer { out: String::new(), open: Vec::new(), printed: 0 };
    match printer.print(value, quoted) {
        Ok(()) => Ok(printer.out),
        Err(error) => Err((printer.out, error)),
    }
}

struct Printer {
    out: String,
    // The containers being printed, so that one that holds itself prints as `[...]`.
    open: Vec<usize>,
    // How many values were printed: parts that are shared are printed each time.
    printed: usize,
}

impl Printer {
    fn print(&mut self, value: &Value, quoted: bool) -> Result<()> {
        self.printed += 1;
        limits::items(self.printed)?;
        limits::work(1)?;
        match value {
            Value::Undefined(_) => self.out.push_str(if quoted { "Undefined" } else { "" }),
            Value::None => self.out.push_str("None"),
            Value::Bool(truth) => self.out.push_str(if *truth { "True" } else { "False" }),
            Value::Int(number) => self.out.push_str(itoa::Buffer::new().format(*number)),
            Value::BigInt(number) => {
                limits::arithmetic(number.bits(), number.bits())?;
                self.write(&number.to_string());
            }
            Value::Float(number) => self.out.push_str(&float::repr(*number)),
            Value::Str(text) if quoted => quote(text, &mut self.out),
            Value::Str(text) => self.out.push_str(text),
            Value::Bytes(bytes) => quote_bytes(bytes, &mut self.out),
            Value::Tuple(items) => {
                self.out.push('(');
                self.nested(items.as_ptr().addr(), "...", |printer| printer.members(items))?;
                self.out.push_str(if items.len() == 1 { ",)" } else { ")" });
            }
            Value::List(list) => {
                self.out.push('[');
                self.nested(std::sync::Arc::as_ptr(&list.0).addr(), "...", |printer| printer.members(&list.items()))?;
                self.out.push(']');
            }
            Value::Dict(dict) => {
                self.out.push('{');
                self.nested(std::sync::Arc::as_ptr(&dict.0).addr(), "...", |printer| printer.entries(&dict.entries()))?;
                self.out.push('}');
            }
            Value::Set(set) if set.is_empty() => self.out.push_str("set()"),
            Value::Set(set) => {
                self.out.push('{');
                self.members(&set.items())?;
                self.out.push('}');
            }
            Value::Object(object) => self.object(object.as_ref(), quoted)?,
        }
        limits::text(self.out.len())
    }

    // An object may hold itself too, and prints its own members: the recursion is counted per thread.
    fn object(&mut self, object: &dyn super::Object, quoted: bool) -> Result<()> {
        let text = nesting::enter(|| if quoted { object.repr() } else { object.display() })?;
        self.write(&text);
        Ok(())
    }

    fn nested(&mut self, address: usize, again: &str, inside: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        if self.open.contains(&address) {
            self.out.push_str(again);
            return Ok(());
        }
        if self.open.len() >= limits::DEPTH_MAX {
            return Err(limits::too_deep());
        }
        self.open.push(address);
        let done = inside(self);
        self.open.pop();
        done
    }

    fn members(&mut self, items: &[Value]) -> Result<()> {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            self.print(item, true)?;
        }
        Ok(())
    }

    fn entries(&mut self, entries: &[(Value, Value)]) -> Result<()> {
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            self.print(key, true)?;
            self.out.push_str(": ");
            self.print(value, true)?;
        }
        Ok(())
    }

    fn write(&mut self, text: &str) {
        self.out.push_str(text);
    }
}

mod nesting {
    use std::cell::Cell;

    use crate::error::Result;
    use crate::transform::jinja::limits;

    thread_local! {
        static DEPTH: Cell<usize> = const { Cell::new(0) };
    }

    pub(super) fn enter<T>(print: impl FnOnce() -> T) -> Result<T> {
        let depth = DEPTH.get();
        // Each object may hold lists as deep as allowed before the next object, so few objects may nest.
        if depth >= 20 {
            return Err(limits::too_deep());
        }
        DEPTH.set(depth + 1);
        let printed = print();
        DEPTH.set(depth);
        Ok(printed)
    }
}

/// A text as Python quotes it: single quotes unless only double ones save escapes.
pub(super) fn quote(text: &str, out: &mut String) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.reserve(text.len() + 2);
    out.push(quote);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if character == quote => {
                out.push('\\');
                out.push(quote);
            }
            _ if is_printable(character) => out.push(character),
            _ => escape(character, out),
        }
    }
    out.push(quote);
}

fn quote_bytes(bytes: &[u8], out: &mut String) {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
    out.push('b');
    out.push(char::from(quote));
    for &byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ if byte == quote => {
                out.push('\\');
                out.push(char::from(quote));
            }
            b' '..=b'~' => out.push(char::from(byte)),
            _ => escape(char::from(byte), out),
        }
    }
    out.push(char::from(quote));
}

fn escape(character: char, out: &mut String) {
    let code = u32::from(character);
    let written = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
    written.expect("writing to a string does not fail");
}

/// Python's `str.isprintable` for one character.
pub(super) fn is_printable(character: char) -> bool {
    static OTHER_OR_SEPARATOR: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^[\p{C}\p{Z}]$").expect("the pattern is valid"));
    if character.is_ascii() {
        return matches!(character, ' '..='~');
    }
    !OTHER_OR_SEPARATOR.is_match(character.encode_utf8(&mut [0; 4]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::jinja::{Dict, List};

    #[test]
    fn prints_as_python_does() {
        let cases = [
            (Value::str("it's"), r#""it's""#),
            (Value::str("it's \"x\""), r#"'it\'s "x"'"#),
            (Value::str("a\n\u{7f}\u{a0}\u{200b}é"), r"'a\n\x7f\xa0\u200bé'"),
            (Value::bytes(b"a'\x00"), r#"b"a'\x00""#),
            (Value::tuple([Value::Int(1)]), "(1,)"),
            (Value::list([Value::None, Value::Bool(true), Value::Float(1e16)]), "[None, True, 1e+16]"),
            (Value::set([]).expect("no members"), "set()"),
        ];
        for (value, expected) in cases {
            assert_eq!(value.repr(), expected);
        }
    }

    #[test]
    fn a_list_that_holds_itself() {
        let list = List::default();
        list.push(Value::Int(1));
        list.push(Value::List(list.clone()));
        assert_eq!(Value::List(list.clone()).to_string(), "[1, [...]]");
        let dict = Dict::default();
        dict.set("self", Value::Dict(dict.clone()));
        assert_eq!(Value::Dict(dict.clone()).to_string(), "{'self': {...}}");
        list.lock().clear();
        dict.lock().clear();
    }
}
