//! The digits of JSON integers that do not fit 64 bits.
//!
//! The parser makes doubles of them. A text that may hold one is kept until it is parsed; then the numbers in the text are
//! matched with the numbers on the tape, which stand in the same order.

use simd_json::StaticNode;
use simd_json::tape::Node;

/// An integer of fewer digits fits 64 bits.
const DIGITS_MIN: usize = 19;

/// The long integers of one parsed text, by their place on its tape.
#[derive(Default)]
pub(super) struct LongIntegers {
    kept: Vec<u8>,
    found: Vec<(usize, String)>,
}

impl LongIntegers {
    /// Looks at a text before the parser overwrites it.
    pub(super) fn before(&mut self, text: &[u8]) {
        self.kept.clear();
        self.found.clear();
        if has_long_number(text) {
            self.kept.extend_from_slice(text);
        }
    }

    /// Finds the digits of the doubles on the tape that were integers in the text.
    pub(super) fn after(&mut self, nodes: &[Node<'_>]) {
        if self.kept.is_empty() {
            return;
        }
        let mut numbers = Numbers { text: &self.kept };
        for (at, node) in nodes.iter().enumerate() {
            let Node::Static(StaticNode::I64(_) | StaticNode::U64(_) | StaticNode::F64(_)) = node else { continue };
            let Some(number) = numbers.next() else { return };
            let is_double = matches!(node, Node::Static(StaticNode::F64(_)));
            if is_double && number.iter().all(|c| c.is_ascii_digit() || *c == b'-') {
                self.found.push((at, String::from_utf8_lossy(number).into_owned()));
            }
        }
    }

    /// Takes digits that another reader found.
    pub(super) fn are(&mut self, found: Vec<(usize, String)>) {
        self.found = found;
    }

    #[inline]
    pub(super) fn at(&self, node: usize) -> Option<&str> {
        if self.found.is_empty() {
            return None;
        }
        self.found.binary_search_by_key(&node, |(at, _)| *at).ok().map(|found| self.found[found].1.as_str())
    }
}

// A run of so many digits has one at a place that 16 divides, so few bytes need a look.
fn has_long_number(text: &[u8]) -> bool {
    (15..text.len()).step_by(16).any(|at| {
        let is_digit = |c: &&u8| c.is_ascii_digit();
        text[at].is_ascii_digit()
            && text[at..].iter().take(DIGITS_MIN).take_while(is_digit).count()
                + text[..at].iter().rev().take(DIGITS_MIN).take_while(is_digit).count()
                >= DIGITS_MIN
    })
}

/// The numbers of a JSON text that is known to be valid, in their order.
struct Numbers<'a> {
    text: &'a [u8],
}

impl<'a> Iterator for Numbers<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            let start = self.text.iter().position(|c| matches!(c, b'"' | b'-' | b'0'..=b'9'))?;
            self.text = &self.text[start..];
            if self.text[0] == b'"' {
                self.text = after_string(self.text);
                continue;
            }
            let end = self.text.iter().position(|c| !matches!(c, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
            let (number, rest) = self.text.split_at(end.unwrap_or(self.text.len()));
            self.text = rest;
            return Some(number);
        }
    }
}

fn after_string(text: &[u8]) -> &[u8] {
    let mut at = 1;
    while let Some(step) = text.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += step;
        if text[at] == b'"' {
            return &text[at + 1..];
        }
        // What is escaped is no end.
        at += 2;
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<String> {
        let mut bytes = text.as_bytes().to_vec();
        let mut long = LongIntegers::default();
        long.before(&bytes);
        let tape = simd_json::to_tape(&mut bytes).expect("valid JSON");
        long.after(&tape.0);
        long.found.into_iter().map(|(_, digits)| digits).collect()
    }

    #[test]
    fn integers_beyond_64_bits_keep_their_digits() {
        let text =
            r#"{"a\"7": [1, 2.5, -123456789012345678901], "b": "99999999999999999999", "c": 18446744073709551616}"#;
        assert_eq!(digits(text), ["-123456789012345678901", "18446744073709551616"]);
    }

    #[test]
    fn doubles_stay_doubles() {
        assert!(digits(r#"{"a": 1e300, "b": 12345678901234567890.5, "c": 18446744073709551615}"#).is_empty());
    }
}
