//! JSON that the fast parser refuses although it can be read: nested deeper than 1,024 levels, with `NaN` and `Infinity` as
//! Python writes them, or with numbers beyond a double, which Python reads as infinite.
//!
//! The tape is the same as that of the fast parser, made a byte at a time; nothing here recurs.

use simd_json::StaticNode;
use simd_json::tape::{Node, Tape};

/// Python turns no more digits than these into an integer.
const DIGITS_MAX: usize = 4300;

/// A node whose text is still a part of the bytes.
enum Flat {
    Object { len: usize, count: usize },
    List { len: usize, count: usize },
    Text { start: usize, end: usize },
    Value(StaticNode),
}

/// What a value is expected to be, or what ends the one around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    /// A value, or the end of an empty list.
    FirstElement,
    Key,
    /// A key, or the end of an empty object.
    FirstKey,
    /// A comma, or the end of what is around.
    Comma,
}

struct Reader<'b> {
    text: &'b mut [u8],
    at: usize,
    nodes: Vec<Flat>,
    /// The objects and lists that are open, by their nodes.
    open: Vec<usize>,
    long: Vec<(usize, String)>,
}

/// A tape, and the digits of integers that do not fit 64 bits, by their place on it.
pub(crate) type Read<'t> = (Tape<'t>, Vec<(usize, String)>);

/// Reads one whole value. `None` when it is none; the fast parser has said why already.
pub(crate) fn read(text: &mut [u8]) -> Option<Read<'_>> {
    std::str::from_utf8(text).ok()?;
    let mut reader = Reader { text, at: 0, nodes: Vec::new(), open: Vec::new(), long: Vec::new() };
    reader.whole()?;
    let Reader { text, nodes, long: digits, .. } = reader;
    let text: &[u8] = text;
    let nodes = nodes.into_iter().map(|node| {
        Some(match node {
            Flat::Object { len, count } => Node::Object { len, count },
            Flat::List { len, count } => Node::Array { len, count },
            Flat::Text { start, end } => Node::String(std::str::from_utf8(&text[start..end]).ok()?),
            Flat::Value(value) => Node::Static(value),
        })
    });
    Some((Tape(nodes.collect::<Option<Vec<_>>>()?), digits))
}

impl Reader<'_> {
    fn whole(&mut self) -> Option<()> {
        let mut next = Next::Value;
        loop {
            self.skip_space();
            next = match (next, self.peek()) {
                (Next::FirstElement, Some(b']')) | (Next::FirstKey, Some(b'}')) => self.close()?,
                (Next::Comma, Some(end @ (b']' | b'}'))) => {
                    if self.is_in_object() != (end == b'}') {
                        return None;
                    }
                    self.close()?
                }
                (Next::Comma, Some(b',')) => {
                    self.at += 1;
                    if self.is_in_object() { Next::Key } else { Next::Value }
                }
                (Next::Comma, _) => return None,
                (Next::Key | Next::FirstKey, _) => {
                    self.key()?;
                    Next::Value
                }
                (Next::Value | Next::FirstElement, _) => self.value()?,
            };
            if next == Next::Comma && self.open.is_empty() {
                self.skip_space();
                return self.peek().is_none().then_some(());
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn is_in_object(&self) -> bool {
        self.open.last().is_some_and(|open| matches!(self.nodes[*open], Flat::Object { .. }))
    }

    fn close(&mut self) -> Option<Next> {
        self.at += 1;
        let open = self.open.pop()?;
        let below = self.nodes.len() - open - 1;
        if let Flat::Object { count, .. } | Flat::List { count, .. } = &mut self.nodes[open] {
            *count = below;
        }
        Some(Next::Comma)
    }

    fn push(&mut self, node: Flat) -> usize {
        if let Some(open) = self.open.last()
            && let Flat::List { len, .. } = &mut self.nodes[*open]
        {
            *len += 1;
        }
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn key(&mut self) -> Option<()> {
        let (start, end) = self.string()?;
        self.nodes.push(Flat::Text { start, end });
        self.skip_space();
        if self.peek()? != b':' {
            return None;
        }
        self.at += 1;
        if let Some(Flat::Object { len, .. }) = self.open.last().map(|open| &mut self.nodes[*open]) {
            *len += 1;
        }
        Some(())
    }

    fn value(&mut self) -> Option<Next> {
        match self.peek()? {
            b'{' => {
                self.at += 1;
                let node = self.push(Flat::Object { len: 0, count: 0 });
                self.open.push(node);
                return Some(Next::FirstKey);
            }
            b'[' => {
                self.at += 1;
                let node = self.push(Flat::List { len: 0, count: 0 });
                self.open.push(node);
                return Some(Next::FirstElement);
            }
            b'"' => {
                let (start, end) = self.string()?;
                self.push(Flat::Text { start, end });
            }
            _ => {
                let value = match self.word() {
                    Some(value) => value,
                    None => self.number()?,
                };
                self.push(Flat::Value(value));
            }
        }
        Some(Next::Comma)
    }

    fn word(&mut self) -> Option<StaticNode> {
        const WORDS: [(&[u8], StaticNode); 6] = [
            (b"null", StaticNode::Null),
            (b"true", StaticNode::Bool(true)),
            (b"false", StaticNode::Bool(false)),
            (b"NaN", StaticNode::F64(f64::NAN)),
            (b"Infinity", StaticNode::F64(f64::INFINITY)),
            (b"-Infinity", StaticNode::F64(f64::NEG_INFINITY)),
        ];
        let (word, value) = WORDS.iter().find(|(word, _)| self.text[self.at..].starts_with(word))?;
        self.at += word.len();
        Some(*value)
    }

    fn digits(&mut self) -> Option<usize> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        (self.at > start).then_some(self.at - start)
    }

    fn number(&mut self) -> Option<StaticNode> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let first = self.peek()?;
        let digits = self.digits()?;
        if (first == b'0' && digits > 1) || digits > DIGITS_MAX {
            return None;
        }
        let mut is_integer = true;
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
            is_integer = false;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
            is_integer = false;
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).ok()?;
        if is_integer {
            if let Ok(number) = text.parse() {
                return Some(StaticNode::U64(number));
            }
            if let Ok(number) = text.parse() {
                return Some(StaticNode::I64(number));
            }
            self.long.push((self.nodes.len(), text.to_owned()));
        }
        text.parse().ok().map(StaticNode::F64)
    }

    // Where the text of a string is, without its escapes: they are never shorter than what they stand for.
    fn string(&mut self) -> Option<(usize, usize)> {
        if self.peek()? != b'"' {
            return None;
        }
        self.at += 1;
        let start = self.at;
        let mut end = start;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some((start, end));
                }
                b'\\' => {
                    self.at += 1;
                    end = self.escape(end)?;
                }
                0..=0x1f => return None,
                byte => {
                    self.text[end] = byte;
                    end += 1;
                    self.at += 1;
                }
            }
        }
    }

    fn escape(&mut self, end: usize) -> Option<usize> {
        let byte = self.peek()?;
        self.at += 1;
        let plain = match byte {
            b'"' | b'\\' | b'/' => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let character = self.unicode()?;
                return Some(end + character.encode_utf8(&mut self.text[end..]).len());
            }
            _ => return None,
        };
        self.text[end] = plain;
        Some(end + 1)
    }

    fn unicode(&mut self) -> Option<char> {
        let first = self.hex()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        if self.text.get(self.at..self.at + 2)? != b"\\u" {
            return None;
        }
        self.at += 2;
        let second = self.hex().filter(|code| (0xdc00..0xe000).contains(code))?;
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = std::str::from_utf8(self.text.get(self.at..self.at + 4)?).ok()?;
        self.at += 4;
        digits.bytes().all(|c| c.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tape(text: &str) -> Option<String> {
        let mut bytes = text.as_bytes().to_vec();
        read(&mut bytes).map(|(tape, _)| format!("{:?}", tape.0))
    }

    #[test]
    fn the_tape_is_that_of_the_fast_parser() {
        for text in [
            r#" { "a\n\u00e9\ud83d\ude00\"" : [ 1 , -2.5e3, {}, [], "", true,false,null ] , "b":{"c":[[1]]}} "#,
            "[]",
            "\"x\"",
            "-0",
            "18446744073709551615",
        ] {
            let mut bytes = text.as_bytes().to_vec();
            let fast = simd_json::to_tape(&mut bytes).expect("valid JSON");
            assert_eq!(tape(text), Some(format!("{:?}", fast.0)), "{text}");
        }
    }

    #[test]
    fn what_python_reads_is_read() {
        for text in ["NaN", "[-Infinity, Infinity, 1e400]", &format!("{}1{}", "[".repeat(5000), "]".repeat(5000))] {
            assert!(tape(text).is_some(), "{}", &text[..10.min(text.len())]);
        }
    }

    #[test]
    fn what_is_no_json_stays_none() {
        for text in [
            "",
            "{",
            "[1",
            "[1,]",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "01",
            "1.",
            ".5",
            "+1",
            "nan",
            "1 2",
            "[1}",
            "\"\\ud800\"",
            "\"\\x\"",
            "\"a",
            "'a'",
            "{\"a\" 1}",
            "[,1]",
            "tru",
            "\"\n\"",
            "-",
            "1e",
            "--1",
            "Infinit",
        ] {
            assert_eq!(tape(text), None, "{text}");
        }
    }
}
