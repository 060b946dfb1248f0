//! A template's text to tokens, with Jinja2's rules for whitespace control, raw blocks and literals.
//!
//! Tokens keep their byte range in the file. A broken token becomes [`Token::Broken`], so that the parser reports
//! whatever stands first in the file.

use std::sync::Arc;

use num_bigint::BigInt;

use super::ast::Span;
use super::strings::unescape;
use super::unicode::is_space;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// Text to be printed as it is, line ends as `\n`.
    Text(Box<str>),
    ExpressionBegin,
    ExpressionEnd,
    BlockBegin,
    BlockEnd,
    Name(Arc<str>),
    Literal(Box<str>),
    Integer(BigInt),
    Float(f64),
    Operator(&'static str),
    /// What is wrong here, with the hint.
    Broken(String, Option<&'static str>),
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Lexeme {
    pub(super) token: Token,
    pub(super) span: Span,
}

/// Longest first, as the first match wins.
const OPERATORS: [&str; 26] = [
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".",
    ":", "|", ",", ";",
];

/// A text without the end of its last line, as Jinja reads a template in its default settings.
///
/// ```
/// use gristmill::transform::jinja::without_last_line_end;
/// assert_eq!(without_last_line_end("a\n\n"), "a\n");
/// ```
pub fn without_last_line_end(text: &str) -> &str {
    text.strip_suffix("\r\n").or_else(|| text.strip_suffix(['\n', '\r'])).unwrap_or(text)
}

/// All tokens of `text[start..end]`, ending with [`Token::End`].
///
/// As in Jinja2's default settings, one line end at the very end of the template is dropped.
pub(super) fn tokens(text: &str, start: usize, end: usize) -> Vec<Lexeme> {
    let body = &text[start..end];
    let body = without_last_line_end(body);
    let mut lexer = Lexer { text, at: start, end: start + body.len(), out: Vec::new(), open: Vec::new() };
    lexer.template();
    let at = lexer.at;
    lexer.push(Token::End, at, at);
    lexer.out
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    out: Vec<Lexeme>,
    // Closing brackets that are waited for; `}}` and `%}` end a tag only when none is.
    open: Vec<&'static str>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..self.end]
    }

    fn push(&mut self, token: Token, start: usize, end: usize) {
        self.out.push(Lexeme { token, span: Span::new(start, end) });
    }

    fn broken(&mut self, message: impl Into<String>, hint: Option<&'static str>, start: usize, end: usize) {
        self.push(Token::Broken(message.into(), hint), start, end);
        self.at = self.end;
    }

    fn template(&mut self) {
        while self.at < self.end {
            let Some(open) = next_tag(self.rest()).map(|offset| self.at + offset) else {
                self.text_until(self.end);
                self.at = self.end;
                return;
            };
            let kind = self.text.as_bytes()[open + 1];
            let sign =
                self.text.as_bytes()[..self.end].get(open + 2).copied().filter(|byte| matches!(byte, b'-' | b'+'));
            let text_end = if sign == Some(b'-') {
                self.at + self.text[self.at..open].trim_end_matches(is_space).len()
            } else {
                open
            };
            self.text_until(text_end);
            self.at = open + 2 + usize::from(sign.is_some());
            match kind {
                b'#' => self.comment(open),
                b'{' => {
                    self.push(Token::ExpressionBegin, open, self.at);
                    self.tag("}}", open);
                }
                _ => {
                    if let Some(length) = raw_begin(self.rest()) {
                        self.raw(open, length);
                    } else {
                        self.push(Token::BlockBegin, open, self.at);
                        self.tag("%}", open);
                    }
                }
            }
        }
    }

    // Text is cut at each carriage return, so that a piece's bytes are the file's bytes and places stay exact.
    fn text_until(&mut self, end: usize) {
        let mut start = self.at;
        while start < end {
            let piece = &self.text[start..end];
            match piece.find('\r') {
                None => {
                    self.push(Token::Text(piece.into()), start, end);
                    return;
                }
                Some(offset) => {
                    if offset > 0 {
                        self.push(Token::Text(piece[..offset].into()), start, start + offset);
                    }
                    start += offset + 1;
                    if !self.text[start..end].starts_with('\n') {
                        self.push(Token::Text("\n".into()), start - 1, start);
                    }
                }
            }
        }
    }

    fn comment(&mut self, open: usize) {
        match self.rest().find("#}") {
            Some(offset) => {
                let dash = offset > 0 && self.rest().as_bytes()[offset - 1] == b'-';
                self.at += offset + 2;
                if dash {
                    self.skip_space();
                }
            }
            None => self.broken("this comment is not closed", Some("close it with `#}`"), open, open + 2),
        }
    }

    fn raw(&mut self, open: usize, length: usize) {
        let opened = self.at + length;
        self.at = opened;
        let mut from = self.at;
        while let Some(offset) = self.text[from..self.end].find("{%") {
            let tag = from + offset;
            if let Some((dash, length, trim)) = raw_end(&self.text[tag + 2..self.end]) {
                let text_end =
                    if dash { self.at + self.text[self.at..tag].trim_end_matches(is_space).len() } else { tag };
                self.text_until(text_end);
                self.at = tag + 2 + length;
                if trim {
                    self.skip_space();
                }
                return;
            }
            from = tag + 2;
        }
        self.broken("this `raw` block is not closed", Some("close it with `{% endraw %}`"), open, opened);
    }

    fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches(is_space).len();
    }

    // Everything between `{{` and `}}`, or between `{%` and `%}`.
    fn tag(&mut self, closer: &'static str, open: usize) {
        self.open.clear();
        loop {
            self.skip_space();
            let rest = self.rest();
            if rest.is_empty() {
                let message = format!("this tag is not closed: `{closer}` is missing");
                return self.broken(message, None, open, open + 2);
            }
            if self.open.is_empty() {
                let sign = usize::from(rest.starts_with('-') || (closer == "%}" && rest.starts_with('+')));
                let length = if rest[sign..].starts_with(closer) {
                    Some(sign + 2)
                } else if rest.starts_with(closer) {
                    Some(2)
                } else {
                    None
                };
                if let Some(length) = length {
                    let trim = rest.starts_with('-');
                    let token = if closer == "}}" { Token::ExpressionEnd } else { Token::BlockEnd };
                    self.push(token, self.at, self.at + length);
                    self.at += length;
                    if trim {
                        self.skip_space();
                    }
                    return;
                }
            }
            if !self.expression_token() {
                return;
            }
        }
    }

    // One token of an expression; false when it is broken.
    fn expression_token(&mut self) -> bool {
        let (start, rest) = (self.at, self.rest());
        let first = rest.chars().next().expect("the caller saw a character");
        let (token, length) = if first.is_ascii_digit() {
            number(rest, start > 0 && self.text.as_bytes()[start - 1] == b'.')
        } else if first == '_' || first.is_alphabetic() {
            let length = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
            (Token::Name(Arc::from(&rest[..length])), length)
        } else if first == '\'' || first == '"' {
            let Some(length) = quoted(rest) else {
                let hint = Some("close it with the quote that opened it");
                self.broken("this text literal is not closed", hint, start, start + 1);
                return false;
            };
            match unescape(&rest[1..length - 1]) {
                Ok(text) => (Token::Literal(text.into()), length),
                Err(message) => {
                    self.broken(message, None, start, start + length);
                    return false;
                }
            }
        } else if let Some(operator) = OPERATORS.into_iter().find(|operator| rest.starts_with(operator)) {
            // A lone brace is most often half of what closes the tag.
            let is_lone = operator == "}" && self.open.is_empty();
            if let Err(message) = self.balance(operator) {
                let hint = is_lone.then_some("an expression is closed with `}}`, a block with `%}`");
                self.broken(message, hint, start, start + 1);
                return false;
            }
            (Token::Operator(operator), operator.len())
        } else {
            let message = format!("`{}` has no meaning here", first.escape_debug());
            self.broken(message, foreign_operator(rest), start, start + first.len_utf8());
            return false;
        };
        self.push(token, start, start + length);
        self.at = start + length;
        true
    }

    fn balance(&mut self, operator: &'static str) -> Result<(), String> {
        match operator {
            "(" => self.open.push(")"),
            "[" => self.open.push("]"),
            "{" => self.open.push("}"),
            ")" | "]" | "}" => match self.open.pop() {
                None => return Err(format!("`{operator}` closes nothing")),
                Some(expected) if expected != operator => {
                    return Err(format!("`{operator}` stands where `{expected}` is expected"));
                }
                Some(_) => {}
            },
            _ => {}
        }
        Ok(())
    }
}

// The offset of the next `{{`, `{%` or `{#`.
fn next_tag(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'{', bytes).find(|&offset| matches!(bytes.get(offset + 1), Some(b'{' | b'%' | b'#')))
}

// The length of ` raw %}` with the space that `-%}` takes along. `{%` and its sign are read already.
fn raw_begin(text: &str) -> Option<usize> {
    let rest = text.trim_start_matches(is_space).strip_prefix("raw")?.trim_start_matches(is_space);
    let rest = match rest.strip_prefix("-%}") {
        Some(rest) => rest.trim_start_matches(is_space),
        None => rest.strip_prefix("%}")?,
    };
    Some(text.len() - rest.len())
}

// Whether the text before ` endraw %}` is stripped, its length, and whether the text after it is stripped.
fn raw_end(text: &str) -> Option<(bool, usize, bool)> {
    let dash = text.starts_with('-');
    let inner = text.strip_prefix(['-', '+']).unwrap_or(text).trim_start_matches(is_space);
    let inner = inner.strip_prefix("endraw")?.trim_start_matches(is_space);
    let trim = inner.starts_with('-');
    let inner = inner.strip_prefix(['-', '+']).unwrap_or(inner).strip_prefix("%}")?;
    Some((dash, text.len() - inner.len(), trim))
}

// The length of a quoted text with its quotes.
fn quoted(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == bytes[0] => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

// A number as Python writes it; after a dot (`x.1.2`) only whole numbers are read.
fn number(text: &str, after_dot: bool) -> (Token, usize) {
    let bytes = text.as_bytes();
    if !after_dot && let Some(length) = float_length(bytes) {
        let value = text[..length].replace('_', "").parse().expect("the digits were checked");
        return (Token::Float(value), length);
    }
    for (marker, radix) in [(b'x', 16), (b'o', 8), (b'b', 2)] {
        if bytes[0] == b'0' && bytes.get(1).is_some_and(|byte| byte.to_ascii_lowercase() == marker) {
            let length = 2 + digits(&bytes[2..], radix, true);
            if length > 2 {
                let digits = text[2..length].replace('_', "");
                let value = BigInt::parse_bytes(digits.as_bytes(), radix).expect("the digits were checked");
                return (Token::Integer(value), length);
            }
        }
    }
    // `007` is two numbers to Jinja: a zero may only be followed by zeros.
    let length = if bytes[0] == b'0' { 1 + digits(&bytes[1..], 1, true) } else { 1 + digits(&bytes[1..], 10, true) };
    let value = text[..length].replace('_', "").parse().expect("the digits were checked");
    (Token::Integer(value), length)
}

// How many bytes are digits, each perhaps after one underscore (only between digits unless `leading`).
fn digits(bytes: &[u8], radix: u32, leading: bool) -> usize {
    let mut at = 0;
    loop {
        let underscore = usize::from(bytes.get(at) == Some(&b'_') && (at > 0 || leading));
        let is_digit = |byte: &u8| if radix == 1 { *byte == b'0' } else { (*byte as char).is_digit(radix) };
        if !bytes.get(at + underscore).is_some_and(is_digit) {
            return at;
        }
        at += underscore + 1;
    }
}

fn float_length(bytes: &[u8]) -> Option<usize> {
    let whole = digits(bytes, 10, false);
    let mut at = whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(&bytes[at + 1..], 10, false);
        if fraction > 0 {
            at += 1 + fraction;
        }
    }
    let fractional = at > whole;
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = bytes.get(at + 1 + sign..).map_or(0, |rest| digits(rest, 10, false));
        if exponent > 0 {
            return Some(at + 1 + sign + exponent);
        }
    }
    fractional.then_some(at)
}

fn foreign_operator(rest: &str) -> Option<&'static str> {
    match rest.as_bytes()[0] {
        b'&' => Some("write `and`"),
        b'!' => Some("write `not`"),
        b'$' => Some("inside `{{ }}` and `{% %}` a variable is written by its name alone"),
        b'?' => Some("write `a if condition else b`"),
        _ => None,
    }
}
