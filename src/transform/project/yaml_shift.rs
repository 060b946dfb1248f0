//! Lines that stand further left than the scanner takes.
//!
//! Within brackets and quotes YAML as Python reads it asks for no indentation: a list may close with `]` in the first
//! column. The scanner wants each such line right of the block around it. So the lines that it refuses are moved to
//! the right, where they mean the same; whoever reads the text asks how far, and tells places as they were written.

use std::collections::HashMap;
use std::iter::Peekable;
use std::ops::RangeInclusive;

use saphyr_parser::ScanError;

// Each mend means to scan the text once more, and makes it longer; in bytes. What nobody writes must not hold up a machine.
const SCANNED_MAX: usize = 64 << 20;
const LENGTH_MAX: usize = 16 << 20;

/// A text with some of its lines moved to the right.
#[derive(Debug)]
pub(super) struct Shifted<'a> {
    written: &'a str,
    text: String,
    // How far, by line, counting from 1.
    by: HashMap<usize, usize>,
    scanned: usize,
}

impl<'a> Shifted<'a> {
    pub(super) fn new(written: &'a str) -> Self {
        Self { written, text: written.to_owned(), by: HashMap::new(), scanned: 0 }
    }

    /// The text as it is to be scanned.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// How far a line was moved.
    pub(super) fn of_line(&self, line: usize) -> usize {
        self.by.get(&line).copied().unwrap_or_default()
    }

    /// Moves the lines that the scanner refused; `false` when there is nothing to move.
    pub(super) fn mend(&mut self, error: &ScanError) -> bool {
        let marker = error.marker();
        let lines = match error.info() {
            "invalid indentation in quoted scalar" => self.after_quote(marker.line(), marker.col()),
            "invalid indentation" | "invalid indentation in flow construct" => self.in_brackets(marker.line()),
            _ => return false,
        };
        // No block begins further right than the longest line ends.
        let width = self.text.lines().take(*lines.start()).map(|line| line.chars().count()).max().unwrap_or_default();
        self.scanned += self.text.len();
        let longer = lines.clone().count().saturating_mul(width);
        if self.scanned > SCANNED_MAX || self.text.len().saturating_add(longer) > LENGTH_MAX {
            return false;
        }
        let known = self.by.len();
        for line in lines {
            self.by.entry(line).or_insert(width);
        }
        let moved = self.written.split('\n').zip(1..).map(|(text, line)| {
            let by = self.of_line(line);
            format!("{:by$}{text}", "")
        });
        self.text = moved.collect::<Vec<_>>().join("\n");
        self.by.len() > known
    }

    // The lines after the first one of a text in quotes, which opens at a place.
    fn after_quote(&self, line: usize, column: usize) -> RangeInclusive<usize> {
        let mut letters = self.from(line);
        let open = letters.nth(column);
        let end = open.map_or(line, |(line, quote)| end_of_quoted(&mut letters, line, quote));
        line + 1..=end
    }

    // The lines from one on to the bracket that closes what is open there.
    fn in_brackets(&self, line: usize) -> RangeInclusive<usize> {
        let (mut depth, mut before, mut end) = (0_i32, ' ', line);
        let mut letters = self.from(line);
        while let Some((line, letter)) = letters.next() {
            end = line;
            match letter {
                '"' | '\'' if !before.is_alphanumeric() => end = end_of_quoted(&mut letters, line, letter),
                '#' if before.is_whitespace() => drop(letters.by_ref().find(|(_, letter)| *letter == '\n')),
                '[' | '{' => depth += 1,
                ']' | '}' => depth -= 1,
                _ => {}
            }
            if depth < 0 {
                break;
            }
            before = letter;
        }
        line..=end
    }

    // The letters from the begin of a line on, each with the line it stands on.
    fn from(&self, line: usize) -> Peekable<impl Iterator<Item = (usize, char)>> {
        let lines = self.text.split_inclusive('\n').zip(1..).skip(line - 1);
        lines.flat_map(|(text, line)| text.chars().map(move |letter| (line, letter))).peekable()
    }
}

// The line on which a text ends that is open.
fn end_of_quoted(letters: &mut Peekable<impl Iterator<Item = (usize, char)>>, line: usize, quote: char) -> usize {
    let mut end = line;
    while let Some((line, letter)) = letters.next() {
        end = line;
        let is_double = letter == '\'' && letters.peek().is_some_and(|(_, next)| *next == quote);
        if (quote == '"' && letter == '\\') || (quote == '\'' && is_double) {
            letters.next();
        } else if letter == quote {
            break;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use crate::transform::project::yaml::parse;

    fn read(text: &str) -> serde_json::Value {
        parse("a.yml", text).unwrap().root.to_json()
    }

    #[test]
    fn brackets_and_quotes_need_no_indentation() {
        for (text, expected) in [
            ("a: [\n  x,\n]\nb: 1\n", r#"{"a": ["x"], "b": 1}"#),
            ("a: {\nx: [\n1,\n2],\n\"y\": 2 # ]\n}\n", r#"{"a": {"x": [1, 2], "y": 2}}"#),
            ("- a: [\n'it''s',\n\"]\\\"\"\n]\n  b: 1\n", r#"[{"a": ["it's", "]\""], "b": 1}]"#),
            ("- a: \"x\ny\n\nz\"\n  b: 'it''s\nhere'\n", r#"[{"a": "x y\nz", "b": "it's here"}]"#),
            ("- a: [{b: [\n1]}, [\n2\n], {\nc: 'd\ne'}]\n", r#"[{"a": [{"b": [1]}, [2], {"c": "d e"}]}]"#),
        ] {
            assert_eq!(read(text), serde_json::from_str::<serde_json::Value>(expected).unwrap(), "{text}");
        }
    }

    #[test]
    fn places_are_those_of_the_file() {
        let file = parse("a.yml", "- a: [\n x,\ny\n]\n").unwrap();
        let list = file.root.as_list().unwrap()[0].get("a").unwrap().as_list().unwrap();
        assert_eq!((list[0].mark.line, list[0].mark.column), (2, 2));
        assert_eq!((list[1].mark.line, list[1].mark.column), (3, 1));
        let error = parse("a.yml", "- a: [\nx,\n@y\n]\n").unwrap_err();
        assert!(error.to_string().contains("a.yml:3:1"), "{error}");
    }

    #[test]
    fn what_would_grow_without_bound_is_refused() {
        let text = format!("- a{}: [\n{}]\n", " ".repeat(100_000), "x,\n".repeat(10_000));
        assert!(parse("a.yml", text).is_err());
    }

    #[test]
    fn what_never_closes_is_refused() {
        assert!(parse("a.yml", "- a: [\nx,\n").is_err());
        assert!(parse("a.yml", "- a: 'x\ny\n").is_err());
    }
}
