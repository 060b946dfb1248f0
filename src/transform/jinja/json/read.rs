//! `json.loads`: integers of any size, `NaN` and `Infinity` too, as Python reads them.

use crate::transform::jinja::{Dict, Key, Value, limits, numerals};

/// The value of a JSON text; `None` when it is none.
pub(super) fn value(text: &str) -> Option<Value> {
    let mut reader = Reader { rest: text };
    reader.blanks();
    let value = reader.value(0)?;
    reader.blanks();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn take(&mut self, expected: &str) -> bool {
        match self.rest.strip_prefix(expected) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > limits::DEPTH_MAX {
            return None;
        }
        match self.rest.as_bytes().first()? {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string().map(Value::from),
            _ => {
                for (word, value) in [
                    ("null", Value::None),
                    ("true", Value::Bool(true)),
                    ("false", Value::Bool(false)),
                    ("NaN", Value::Float(f64::NAN)),
                    ("Infinity", Value::Float(f64::INFINITY)),
                    ("-Infinity", Value::Float(f64::NEG_INFINITY)),
                ] {
                    if self.take(word) {
                        return Some(value);
                    }
                }
                self.number()
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        let mut entries = indexmap::IndexMap::new();
        self.take("{");
        self.blanks();
        if self.take("}") {
            return Some(Value::Dict(Dict::new(entries)));
        }
        loop {
            self.blanks();
            if !self.rest.starts_with('"') {
                return None;
            }
            let key = self.string()?;
            self.blanks();
            if !self.take(":") {
                return None;
            }
            self.blanks();
            let value = self.value(depth + 1)?;
            entries.insert(Key::str(key), value);
            self.blanks();
            if self.take("}") {
                return Some(Value::Dict(Dict::new(entries)));
            }
            if !self.take(",") {
                return None;
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        let mut items = Vec::new();
        self.take("[");
        self.blanks();
        if self.take("]") {
            return Some(Value::list(items));
        }
        loop {
            self.blanks();
            items.push(self.value(depth + 1)?);
            self.blanks();
            if self.take("]") {
                return Some(Value::list(items));
            }
            if !self.take(",") {
                return None;
            }
        }
    }

    fn number(&mut self) -> Option<Value> {
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let text = self.rest;
        let sign = usize::from(text.starts_with('-'));
        let whole = match digits(&text[sign..]) {
            0 => return None,
            _ if text[sign..].starts_with('0') => 1,
            count => count,
        };
        let mut end = sign + whole;
        let mut is_float = false;
        if text[end..].starts_with('.') && digits(&text[end + 1..]) > 0 {
            end += 1 + digits(&text[end + 1..]);
            is_float = true;
        }
        if text[end..].starts_with(['e', 'E']) {
            let signed = usize::from(text[end + 1..].starts_with(['+', '-']));
            let count = digits(&text[end + 1 + signed..]);
            if count > 0 {
                end += 1 + signed + count;
                is_float = true;
            }
        }
        self.rest = &text[end..];
        if is_float {
            text[..end].parse().ok().map(Value::Float)
        } else {
            numerals::integer(&text[..end], 10).map(Value::integer)
        }
    }

    fn string(&mut self) -> Option<String> {
        self.take("\"");
        let mut out = String::new();
        loop {
            let stop = self.rest.find(|c: char| c == '"' || c == '\\' || c < ' ')?;
            out.push_str(&self.rest[..stop]);
            let rest = &self.rest[stop..];
            if let Some(after) = rest.strip_prefix('"') {
                self.rest = after;
                return Some(out);
            }
            let escape = rest.strip_prefix('\\')?;
            let code = escape.chars().next()?;
            self.rest = &escape[code.len_utf8()..];
            out.push(match code {
                '"' | '\\' | '/' => code,
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => self.unicode()?,
                _ => return None,
            });
        }
    }

    // A half of a pair alone has no place in our texts and becomes the replacement character.
    fn unicode(&mut self) -> Option<char> {
        let first = self.unit()?;
        if (0xd800..0xdc00).contains(&first) && self.rest.starts_with("\\u") {
            let before = self.rest;
            self.rest = &self.rest[2..];
            let second = self.unit()?;
            if (0xdc00..0xe000).contains(&second) {
                return char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            }
            self.rest = before;
        }
        Some(char::from_u32(first).unwrap_or('\u{fffd}'))
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.rest.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        self.rest = &self.rest[4..];
        u32::from_str_radix(digits, 16).ok()
    }
}
