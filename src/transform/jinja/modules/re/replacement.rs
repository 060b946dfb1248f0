//! What `sub` puts in the place of a match: `\1`, `\g<name>` and plain text.

use fancy_regex::Captures;

use super::pattern::Pattern;
use super::translate::invalid;
use crate::error::Result;

/// A replacement, read.
pub(super) struct Replacement(Vec<Part>);

enum Part {
    Text(String),
    Group(usize),
}

impl Replacement {
    pub(super) fn parse(template: &str, pattern: &Pattern) -> Result<Self> {
        let groups = pattern.names().count();
        let known = |place: usize| {
            if place < groups { Ok(Part::Group(place)) } else { Err(invalid(&format!("there is no group {place}"))) }
        };
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = template;
        while let Some(offset) = rest.find('\\') {
            text.push_str(&rest[..offset]);
            rest = &rest[offset + 1..];
            let Some(code) = rest.chars().next() else { return Err(invalid("a backslash stands at the end")) };
            let after = &rest[code.len_utf8()..];
            let (part, left) = match code {
                'g' => {
                    let inside = after.strip_prefix('<').and_then(|inside| inside.split_once('>'));
                    let (name, left) = inside.ok_or_else(|| invalid("`\\g` needs a group: `\\g<name>`"))?;
                    let part = if let Ok(place) = name.parse() {
                        known(place)?
                    } else {
                        let place = pattern.names().position(|known| known == Some(name));
                        Part::Group(place.ok_or_else(|| invalid(&format!("there is no group `{name}`")))?)
                    };
                    (part, left)
                }
                '0' => {
                    let digits = after.bytes().take(2).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
                    let code = u32::from_str_radix(&after[..digits], 8).unwrap_or(0);
                    (Part::Text(char::from_u32(code).unwrap_or_default().to_string()), &after[digits..])
                }
                '1'..='9' => {
                    let digits = rest.bytes().take(2).take_while(u8::is_ascii_digit).count();
                    (known(rest[..digits].parse().unwrap_or(usize::MAX))?, &rest[digits..])
                }
                _ => {
                    let character = match code {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        'a' => '\u{7}',
                        'b' => '\u{8}',
                        'f' => '\u{c}',
                        'v' => '\u{b}',
                        '\\' => '\\',
                        _ if code.is_ascii_alphabetic() => return Err(invalid(&format!("bad escape `\\{code}`"))),
                        // The backslash before anything else stays.
                        _ => {
                            text.push('\\');
                            code
                        }
                    };
                    (Part::Text(character.to_string()), after)
                }
            };
            match part {
                Part::Text(more) => text.push_str(&more),
                Part::Group(_) => {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                    parts.push(part);
                }
            }
            rest = left;
        }
        text.push_str(rest);
        parts.push(Part::Text(text));
        Ok(Self(parts))
    }

    pub(super) fn expand(&self, captures: &Captures<'_, str>, out: &mut String) {
        self.expand_with(|place| captures.get(place).map(|group| group.as_str()), out);
    }

    pub(super) fn expand_with<'t>(&self, group: impl Fn(usize) -> Option<&'t str>, out: &mut String) {
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Group(place) => out.push_str(group(*place).unwrap_or_default()),
            }
        }
    }
}
