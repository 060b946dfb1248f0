//! A quote that is never closed swallows the lines after it, and rows would be lost without a word: it is told by its place.
//!
//! The parser takes any text. This looks at the same bytes beside it, from quote to quote, and refuses quoted text that goes
//! on to the end of the file, or over a line's end to a closing quote that more text follows.

use std::path::Path;

use super::options::CsvOptions;
use crate::error::{Error, Kind, Place};

const BYTE_ORDER_MARK: [u8; 3] = *b"\xef\xbb\xbf";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Outside,
    Comment,
    Quoted,
    Escaped,
    /// A quote was seen in quoted text: an end, or the first of two.
    Closing,
}

/// Follows the quotes of a file through its bytes.
pub(super) struct Quotes {
    quote: u8,
    delimiter: u8,
    escape: Option<u8>,
    comment: Option<u8>,
    state: State,
    /// How much of a mark of the byte order was seen.
    mark: usize,
    /// The byte before the one that comes next.
    before: u8,
    /// Bytes and line ends so far.
    byte: u64,
    line: u64,
    line_begin: u64,
    opened: Opened,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Opened {
    byte: u64,
    line: u64,
    column: u64,
}

/// Quoted text that does not end as it should.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Torn {
    opened: Opened,
    is_closed: bool,
}

impl Quotes {
    pub(super) fn new(options: &CsvOptions, delimiter: u8) -> Self {
        Self {
            quote: options.quote,
            delimiter,
            escape: options.escape,
            comment: options.comment,
            state: State::Outside,
            mark: 0,
            before: b'\n',
            byte: 0,
            line: 1,
            line_begin: 0,
            opened: Opened::default(),
        }
    }

    pub(super) fn look(&mut self, bytes: &[u8]) -> Result<(), Torn> {
        let mut rest = bytes;
        // A mark of the byte order is no part of the first field; it may come in pieces.
        while self.byte == self.mark as u64
            && BYTE_ORDER_MARK.get(self.mark).is_some_and(|mark| rest.first() == Some(mark))
        {
            rest = self.pass(rest, 1);
            self.mark += 1;
            self.before = b'\n';
        }
        while !rest.is_empty() {
            rest = match self.state {
                State::Outside => {
                    let comment = self.comment.unwrap_or(self.quote);
                    match memchr::memchr2(self.quote, comment, rest) {
                        None => self.pass(rest, rest.len()),
                        Some(at) => {
                            let after = self.pass(rest, at);
                            self.enter(rest[at]);
                            self.pass(after, 1)
                        }
                    }
                }
                State::Comment => match memchr::memchr(b'\n', rest) {
                    None => self.pass(rest, rest.len()),
                    Some(at) => {
                        self.state = State::Outside;
                        self.pass(rest, at + 1)
                    }
                },
                State::Quoted => match memchr::memchr2(self.quote, self.escape.unwrap_or(self.quote), rest) {
                    None => self.pass(rest, rest.len()),
                    Some(at) => {
                        self.state = if rest[at] == self.quote { State::Closing } else { State::Escaped };
                        self.pass(rest, at + 1)
                    }
                },
                State::Escaped => {
                    self.state = State::Quoted;
                    self.pass(rest, 1)
                }
                State::Closing => {
                    self.close(rest[0])?;
                    self.pass(rest, 1)
                }
            };
        }
        Ok(())
    }

    pub(super) fn end(&self) -> Result<(), Torn> {
        match self.state {
            State::Quoted | State::Escaped => Err(Torn { opened: self.opened, is_closed: false }),
            State::Outside | State::Comment | State::Closing => Ok(()),
        }
    }

    // A quote begins quoted text only where a field begins; anywhere else it is text.
    fn enter(&mut self, found: u8) {
        let begins_line = matches!(self.before, b'\n' | b'\r');
        if found == self.quote && (begins_line || self.before == self.delimiter) {
            self.state = State::Quoted;
            self.opened = Opened { byte: self.byte, line: self.line, column: self.byte - self.line_begin + 1 };
        } else if self.comment == Some(found) && begins_line {
            self.state = State::Comment;
        }
    }

    fn close(&mut self, after: u8) -> Result<(), Torn> {
        let ends = after == self.delimiter || matches!(after, b'\n' | b'\r');
        if after == self.quote && self.escape.is_none() {
            self.state = State::Quoted;
            return Ok(());
        }
        if !ends && self.line > self.opened.line {
            return Err(Torn { opened: self.opened, is_closed: true });
        }
        self.state = State::Outside;
        Ok(())
    }

    fn pass<'b>(&mut self, bytes: &'b [u8], count: usize) -> &'b [u8] {
        let (passed, rest) = bytes.split_at(count);
        if let Some(last) = passed.last() {
            self.before = *last;
        }
        if let Some(last) = memchr::memrchr(b'\n', passed) {
            self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
            self.line_begin = self.byte + last as u64 + 1;
        }
        self.byte += count as u64;
        rest
    }
}

impl Torn {
    pub(super) fn refused(&self, path: &Path) -> Error {
        let Opened { byte, line, column } = self.opened;
        let text = if self.is_closed {
            format!("the quoted text that begins at byte {byte} goes over more than one line, and text follows its end")
        } else {
            format!("the quote at byte {byte} is never closed, so that all lines after it would be one value")
        };
        let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Error::new(Kind::Data, text).at(Place::at(path, number(line), number(column))).hint(
            "close the quote that begins here, or write quotes in quoted text twice; nothing of this file was loaded",
        )
    }
}

impl std::fmt::Display for Torn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("quoted text does not end as it should")
    }
}

impl std::error::Error for Torn {}

#[cfg(test)]
mod tests {
    use super::*;

    // Any cut of the bytes tells the same.
    fn torn(text: &str, options: &CsvOptions) -> Option<(u64, u64, u64)> {
        let mut found = Vec::new();
        for size in 1..=text.len() {
            let mut quotes = Quotes::new(options, b',');
            let outcome =
                text.as_bytes().chunks(size).try_for_each(|bytes| quotes.look(bytes)).and_then(|()| quotes.end());
            found.push(outcome.err().map(|torn| (torn.opened.byte, torn.opened.line, torn.opened.column)));
        }
        found.dedup();
        assert_eq!(found.len(), 1, "{text:?}: {found:?}");
        found.pop().flatten()
    }

    #[test]
    fn a_quote_that_is_never_closed_is_told_by_its_place() {
        let plain = CsvOptions::default();
        assert_eq!(torn("a,b\n1,\"x\n2,y\n", &plain), Some((6, 2, 3)));
        assert_eq!(torn("a,b\n1,\"x\n2,\"y\n3,z\n", &plain), Some((6, 2, 3)));
        assert_eq!(torn("\u{feff}\"a", &plain), Some((3, 1, 4)));
        assert_eq!(torn("a\n\"x\"\"", &plain), Some((2, 2, 1)));
    }

    #[test]
    fn what_is_well_quoted_passes() {
        let plain = CsvOptions::default();
        for text in
            ["a,b\n1,\"x\ny\"\n", "a\n\"\"\n", "a\r\n\"x\"\"\n\"\r\n", "a\nfive \" inches\n", "a\n\"x\"y\n", "a\n\"x\""]
        {
            assert_eq!(torn(text, &plain), None, "{text:?}");
        }
        let comments = CsvOptions { comment: Some(b'#'), escape: Some(b'\\'), ..CsvOptions::default() };
        assert_eq!(torn("a\n#\",\"\n\"x\\\"\n\"\n", &comments), None);
        assert_eq!(torn("a\n#\",\"\n\"x\\\"\n", &comments), Some((7, 3, 1)));
    }
}
