//! From Python's syntax of patterns to that of `fancy-regex`, where the two differ.

use crate::error::{Error, Kind, Result};

/// Flags by Python's numbers.
pub(super) const IGNORE_CASE: i64 = 2;
pub(super) const MULTI_LINE: i64 = 8;
pub(super) const DOT_ALL: i64 = 16;
pub(super) const VERBOSE: i64 = 64;
pub(super) const ASCII: i64 = 256;

/// The pattern, and the flags with those that stand at its beginning.
pub(super) fn translated(pattern: &str, mut flags: i64) -> Result<(String, i64)> {
    let mut rest = pattern;
    while let Some((found, after)) = leading_flags(rest) {
        flags |= found;
        rest = after;
    }
    let mut out = String::with_capacity(rest.len() + 16);
    let inline: String = [(IGNORE_CASE, 'i'), (DOT_ALL, 's'), (VERBOSE, 'x')]
        .iter()
        .filter(|(flag, _)| flags & flag != 0)
        .map(|(_, letter)| letter)
        .collect();
    if !inline.is_empty() {
        out.push_str(&format!("(?{inline})"));
    }
    let characters: Vec<char> = rest.chars().collect();
    let mut translator = Translator { characters: &characters, place: 0, flags, out };
    translator.run()?;
    Ok((translator.out, flags))
}

// `(?im)` at the beginning.
fn leading_flags(pattern: &str) -> Option<(i64, &str)> {
    let inside = pattern.strip_prefix("(?")?;
    let end = inside.find(')').filter(|end| *end > 0)?;
    let mut flags = 0;
    for letter in inside[..end].chars() {
        flags |= match letter {
            'i' => IGNORE_CASE,
            'm' => MULTI_LINE,
            's' => DOT_ALL,
            'x' => VERBOSE,
            'a' => ASCII,
            'u' | 'L' => 0,
            _ => return None,
        };
    }
    Some((flags, &inside[end + 1..]))
}

struct Translator<'c> {
    characters: &'c [char],
    place: usize,
    flags: i64,
    out: String,
}

impl Translator<'_> {
    fn run(&mut self) -> Result<()> {
        while let Some(character) = self.next() {
            match character {
                '\\' => self.escape(false)?,
                '[' => self.class()?,
                '$' if self.flags & MULTI_LINE != 0 => self.out.push_str("(?m:$)"),
                '^' if self.flags & MULTI_LINE != 0 => self.out.push_str("(?m:^)"),
                // The end, or before the line end that stands there.
                '$' => self.out.push_str("(?=\\n?\\z)"),
                '^' => self.out.push_str("\\A"),
                '(' if self.starts_with("?#") => while self.next().is_some_and(|inside| inside != ')') {},
                '{' if self.peek() == Some(',') => self.out.push_str("{0"),
                '{' if !self.peek().is_some_and(|next| next.is_ascii_digit()) => self.out.push_str("\\{"),
                '#' if self.flags & VERBOSE != 0 => while self.next().is_some_and(|inside| inside != '\n') {},
                _ => self.out.push(character),
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek();
        self.place += 1;
        character
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.place).copied()
    }

    fn starts_with(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(offset, wanted)| self.characters.get(self.place + offset) == Some(&wanted))
    }

    fn escape(&mut self, in_class: bool) -> Result<()> {
        let Some(character) = self.next() else { return Err(invalid("a backslash stands at the end")) };
        let ascii = self.flags & ASCII != 0;
        match character {
            'Z' if !in_class => self.out.push_str("\\z"),
            'b' if in_class => self.out.push_str("\\x08"),
            'd' if ascii => self.out.push_str(if in_class { "0-9" } else { "[0-9]" }),
            'w' if ascii => self.out.push_str(if in_class { "a-zA-Z0-9_" } else { "[a-zA-Z0-9_]" }),
            's' if ascii => self.out.push_str(if in_class { " \\t-\\r" } else { "[ \\t-\\r]" }),
            'D' if ascii && !in_class => self.out.push_str("[^0-9]"),
            'W' if ascii && !in_class => self.out.push_str("[^a-zA-Z0-9_]"),
            'S' if ascii && !in_class => self.out.push_str("[^ \\t-\\r]"),
            '0' => self.octal(0),
            'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'n' | 'r' | 't' | 'f' | 'v' | 'a' | 'x' | 'u' | 'U' => {
                self.out.push('\\');
                self.out.push(character);
            }
            'A' | 'b' | 'B' | '1'..='9' if !in_class => {
                self.out.push('\\');
                self.out.push(character);
            }
            _ if character.is_ascii_alphanumeric() => return Err(invalid(&format!("bad escape `\\{character}`"))),
            _ => self.literal(character),
        }
        Ok(())
    }

    fn octal(&mut self, first: u32) {
        let mut code = first;
        while let Some(digit) = self.peek().and_then(|digit| digit.to_digit(8)).filter(|_| code < 64) {
            code = code * 8 + digit;
            self.place += 1;
        }
        self.out.push_str(&format!("\\x{{{code:x}}}"));
    }

    // A character as itself; by its number where it could mean something.
    fn literal(&mut self, character: char) {
        if character.is_alphanumeric() || character == '_' {
            self.out.push(character);
        } else {
            self.out.push_str(&format!("\\x{{{:x}}}", u32::from(character)));
        }
    }

    // Inside of a class, Python knows none of the set operations that the engine has.
    fn class(&mut self) -> Result<()> {
        self.out.push('[');
        if self.peek() == Some('^') {
            self.place += 1;
            self.out.push('^');
        }
        let mut first = true;
        loop {
            let Some(character) = self.next() else { return Err(invalid("a `[` is never closed")) };
            match character {
                ']' if !first => break,
                '\\' => self.escape(true)?,
                '-' if first || self.peek() == Some(']') => self.literal('-'),
                '-' => self.out.push('-'),
                _ => self.literal(character),
            }
            first = false;
        }
        self.out.push(']');
        Ok(())
    }
}

pub(super) fn invalid(message: &str) -> Error {
    Error::new(Kind::Compilation, format!("invalid regular expression: {message}"))
}
