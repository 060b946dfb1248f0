//! Tags in a file, found without parsing what stands in them.
//!
//! Comments, expressions, quotes and raw blocks hide tags, as in dbt's own search for blocks.

use std::ops::Range;

use super::SourceFile;
use super::unicode::is_space;
use crate::error::{Error, Kind, Result};

#[derive(Clone, Debug)]
pub(super) struct Tag<'t> {
    /// `macro` in `{% macro cents(x) %}`.
    pub(super) word: &'t str,
    /// `cents` in `{% macro cents(x) %}`.
    pub(super) name: Option<&'t str>,
    /// With the space that its dashes take along.
    pub(super) span: Range<usize>,
    /// From `{%` to `%}`.
    pub(super) visible: Range<usize>,
}

/// All tags of a file, in order. After an error there is nothing more.
pub(super) fn tags(file: &SourceFile) -> impl Iterator<Item = Result<Tag<'_>>> {
    let mut scanner = Scanner { file, text: &file.text, at: 0 };
    std::iter::from_fn(move || {
        let found = scanner.next_tag();
        if matches!(found, Some(Err(_))) {
            scanner.at = scanner.text.len();
        }
        found
    })
}

struct Scanner<'t> {
    file: &'t SourceFile,
    text: &'t str,
    at: usize,
}

impl<'t> Scanner<'t> {
    fn next_tag(&mut self) -> Option<Result<Tag<'t>>> {
        loop {
            let open = self.at + memchr::memchr(b'{', &self.text.as_bytes()[self.at..])?;
            self.at = open + 1;
            match self.text.as_bytes().get(open + 1) {
                Some(b'#') => match self.text[open + 2..].find("#}") {
                    Some(offset) => self.at = open + 2 + offset + 2,
                    None => return Some(Err(self.error(open, "this comment is not closed", "close it with `#}`"))),
                },
                Some(b'{') => {
                    self.at = open + 2;
                    if let Err(error) = self.skip_to("}}", open) {
                        return Some(Err(error));
                    }
                }
                Some(b'%') => {
                    if let Some(tag) = self.tag(open) {
                        return Some(tag);
                    }
                }
                _ => {}
            }
        }
    }

    // `None` when no word follows: Jinja will say what is wrong when the block is parsed.
    fn tag(&mut self, open: usize) -> Option<Result<Tag<'t>>> {
        let dash = self.text.as_bytes().get(open + 2) == Some(&b'-');
        self.at = open + 2 + usize::from(dash);
        let word = self.word()?;
        let start = if dash { self.text[..open].trim_end_matches(is_space).len() } else { open };
        if word == "raw" {
            return match self.raw_end() {
                Some(end) => {
                    self.at = end;
                    Some(Ok(Tag { word, name: None, span: start..end, visible: open..end }))
                }
                None => Some(Err(self.error(open, "this `raw` block is not closed", "close it with `{% endraw %}`"))),
            };
        }
        let name = self.word();
        if let Err(error) = self.skip_to("%}", open) {
            return Some(Err(error));
        }
        let visible = open..self.at;
        if self.text[..self.at].ends_with("-%}") {
            self.at += self.text[self.at..].len() - self.text[self.at..].trim_start_matches(is_space).len();
        }
        Some(Ok(Tag { word, name, span: start..self.at, visible }))
    }

    fn word(&mut self) -> Option<&'t str> {
        let rest = self.text[self.at..].trim_start_matches(is_space);
        let length = rest.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        if length == 0 || rest.as_bytes()[0].is_ascii_digit() {
            return None;
        }
        self.at = self.text.len() - rest.len() + length;
        Some(&rest[..length])
    }

    // Past the next `close` that stands in no quotes.
    fn skip_to(&mut self, close: &str, open: usize) -> Result<()> {
        let bytes = self.text.as_bytes();
        while self.at < bytes.len() {
            match bytes[self.at] {
                quote @ (b'\'' | b'"') => {
                    let start = self.at;
                    self.at += 1;
                    while self.at < bytes.len() && bytes[self.at] != quote {
                        self.at += if bytes[self.at] == b'\\' { 2 } else { 1 };
                    }
                    self.at += 1;
                    if self.at > bytes.len() {
                        let hint = "close it with the quote that opened it";
                        return Err(self.error_at(start..start + 1, "this text literal is not closed", hint));
                    }
                }
                _ if self.text.as_bytes()[self.at..].starts_with(close.as_bytes()) => {
                    self.at += close.len();
                    return Ok(());
                }
                _ => self.at += 1,
            }
        }
        Err(self.error(open, "this tag is not closed", &format!("close it with `{close}`")))
    }

    // Where the raw block ends, end tag and the space of its dash included.
    fn raw_end(&self) -> Option<usize> {
        let mut from = self.at;
        loop {
            let tag = from + self.text[from..].find("{%")?;
            let inner = &self.text[tag + 2..];
            let inner = inner.strip_prefix(['-', '+']).unwrap_or(inner).trim_start_matches(is_space);
            if let Some(rest) = inner.strip_prefix("endraw") {
                let rest = rest.trim_start_matches(is_space);
                if let Some(rest) = rest.strip_prefix("%}").or_else(|| rest.strip_prefix("+%}")) {
                    return Some(self.text.len() - rest.len());
                }
                if let Some(rest) = rest.strip_prefix("-%}") {
                    return Some(self.text.len() - rest.trim_start_matches(is_space).len());
                }
            }
            from = tag + 2;
        }
    }

    fn error(&self, open: usize, message: &str, hint: &str) -> Error {
        self.error_at(open..open + 2, message, hint)
    }

    fn error_at(&self, span: Range<usize>, message: &str, hint: &str) -> Error {
        Error::new(Kind::JinjaSyntax, message).at(self.file.place(span)).hint(hint)
    }
}
