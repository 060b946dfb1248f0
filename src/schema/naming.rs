//! How a key of the data becomes the name of a table or column.
//!
//! Five conventions, as dlt has them, and those of users. A name is cut to the longest one that the destination takes,
//! with a tag that keeps two long names apart. Naming a name again changes nothing.

pub mod custom;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use shake::digest::{ExtendableOutput, Update, XofReader};
use std::borrow::Cow;
use std::sync::LazyLock;

/// What a key that is empty or blank is called.
pub const EMPTY_KEY: &str = "_empty";

/// The longest name that DuckDB takes.
pub const DUCKDB_LENGTH_MAX: usize = 65_536;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Convention {
    /// Lower case words joined by `_`; the default.
    SnakeCase,
    /// Only what would break a path or a quotation is replaced.
    Direct,
    /// Letters, digits and `_`; upper and lower case stay.
    SqlCs,
    /// As `SqlCs`, in lower case.
    SqlCi,
    /// What DuckDB takes in quotes: all but line breaks and double quotes.
    DuckCase,
    /// A user's own, by its place in the list of [`custom`].
    Custom(usize),
}

/// A convention, and how long a name may be in characters.
///
/// ```
/// # use gristmill::schema::naming::Naming;
/// let naming = Naming::default();
/// assert_eq!(naming.identifier("HTTPResponse Code"), "http_response_code");
/// assert_eq!(naming.path("orderLines__unitPrice"), "order_lines__unit_price");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Naming {
    pub convention: Convention,
    pub length_max: usize,
}

impl Default for Naming {
    fn default() -> Self {
        Self::new(Convention::SnakeCase)
    }
}

impl Naming {
    pub fn new(convention: Convention) -> Self {
        Self { convention, length_max: DUCKDB_LENGTH_MAX }
    }

    /// Reads the reference that a schema stores: a short name, or the path of dlt's module or class.
    pub fn parse(reference: &str) -> Option<Self> {
        let mut parts = reference.rsplit('.');
        if let Some(at) = custom::find(reference) {
            return Some(Self::new(Convention::Custom(at)));
        }
        let mut last = parts.next().unwrap_or_default();
        if last == "NamingConvention" {
            last = parts.next().unwrap_or_default();
        }
        let convention = match last {
            "snake_case" => Convention::SnakeCase,
            "direct" => Convention::Direct,
            "sql_cs_v1" => Convention::SqlCs,
            "sql_ci_v1" => Convention::SqlCi,
            "duck_case" => Convention::DuckCase,
            _ => return None,
        };
        Some(Self::new(convention))
    }

    /// What stands between the names of a path.
    pub fn separator(self) -> &'static str {
        match self.convention {
            Convention::SnakeCase | Convention::SqlCs | Convention::SqlCi | Convention::DuckCase => "__",
            Convention::Direct => "▶",
            Convention::Custom(at) => custom::separator(at),
        }
    }

    /// One name; a blank one becomes `_empty`.
    pub fn identifier(self, identifier: &str) -> String {
        let identifier = identifier.trim_matches(is_space);
        if identifier.is_empty() {
            return EMPTY_KEY.to_owned();
        }
        let name = match self.convention {
            Convention::SnakeCase => snake_case(identifier),
            Convention::Direct => {
                identifier.chars().map(|c| if matches!(c, '\n' | '\r' | '\'' | '"' | '▶') { '_' } else { c }).collect()
            }
            Convention::SqlCs => sql_case(identifier),
            Convention::SqlCi => sql_case(identifier).to_lowercase(),
            Convention::DuckCase => {
                collapse_underscores(identifier.chars().map(|c| if matches!(c, '\n' | '\r' | '"') { '_' } else { c }))
            }
            Convention::Custom(at) => custom::identifier(at, identifier),
        };
        self.shorten(name, identifier)
    }

    /// A key or table name that may itself be a path: each part is named, then the whole is cut to length.
    pub fn path(self, path: &str) -> String {
        let parts = path.split(self.separator()).filter(|part| !is_blank(part)).map(|part| self.identifier(part));
        let joined = parts.collect::<Vec<_>>().join(self.separator());
        if joined.is_empty() {
            return EMPTY_KEY.to_owned();
        }
        self.shorten(joined, path)
    }

    /// Joins names that are named already: a parent table and its child, a dict and its key.
    pub fn join(self, parts: &[&str]) -> String {
        let joined = parts.iter().copied().filter(|part| !is_blank(part)).collect::<Vec<_>>().join(self.separator());
        let original =
            if joined.chars().count() > self.length_max { Cow::Owned(joined.clone()) } else { Cow::Borrowed("") };
        self.shorten(joined, &original)
    }

    // The tag is made of the name as it was given, so that two names which differ only in what naming
    // takes away stay apart.
    fn shorten(self, name: String, original: &str) -> String {
        if name.len() <= self.length_max || name.chars().count() <= self.length_max {
            return name;
        }
        let tag = tag(original);
        let room = self.length_max.saturating_sub(tag.len());
        let (head, tail) = (room / 2 + room % 2, room / 2);
        let characters: Vec<char> = name.chars().collect();
        let mut short: String = characters[..head].iter().collect();
        short.push_str(&tag);
        short.extend(&characters[characters.len() - tail..]);
        short
    }
}

fn tag(original: &str) -> String {
    let mut hasher = shake::Shake128::default();
    hasher.update(original.as_bytes());
    let mut digest = [0u8; 4];
    hasher.finalize_xof().read(&mut digest);
    STANDARD_NO_PAD.encode(digest).replace('/', "a").replace('+', "b").to_lowercase()
}

/// Whitespace as Python's `str.strip` sees it.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(is_space)
}

fn is_digit(c: char) -> bool {
    static DIGIT: LazyLock<regex::Regex> = LazyLock::new(|| regex::Regex::new(r"^\d$").expect("a valid pattern"));
    c.is_ascii_digit() || (!c.is_ascii() && c.is_numeric() && DIGIT.is_match(c.encode_utf8(&mut [0; 4])))
}

// Every run of what is not a letter, digit or underscore becomes one underscore.
fn reduce(identifier: &str, map: impl Fn(char) -> char) -> Vec<char> {
    let mut out = Vec::with_capacity(identifier.len());
    let mut in_run = false;
    for c in identifier.chars().map(map) {
        let keep = c == '_' || c.is_ascii_alphabetic() || is_digit(c);
        if keep {
            out.push(c);
        } else if !in_run {
            out.push('_');
        }
        in_run = !keep;
    }
    out
}

fn collapse_underscores(name: impl IntoIterator<Item = char>) -> String {
    let mut out = String::new();
    for c in name {
        if c != '_' || !out.ends_with('_') {
            out.push(c);
        }
    }
    out
}

fn snake_case(identifier: &str) -> String {
    let reduced = reduce(identifier, |c| match c {
        '+' | '*' => 'x',
        '-' => '_',
        '@' => 'a',
        '|' => 'l',
        other => other,
    });
    let mut words = before_small(&reduced);
    words = after_small(&words);
    let mut name: Vec<char> = Vec::with_capacity(words.len() + 1);
    if words.first().is_some_and(|c| is_digit(*c)) {
        name.push('_');
    }
    name.extend(words.iter().map(char::to_ascii_lowercase));
    let end = name.iter().rposition(|c| *c != '_').map_or(0, |i| i + 1);
    name[end..].fill('x');
    collapse_underscores(name)
}

// `HTTPResponse` -> `HTTP_Response`: a capital that small letters follow starts a word.
fn before_small(name: &[char]) -> Vec<char> {
    let mut out = Vec::with_capacity(name.len() + 4);
    let mut at = 0;
    while at < name.len() {
        out.push(name[at]);
        let capital = name.get(at + 1).is_some_and(char::is_ascii_uppercase);
        if name[at] != '_' && capital && name.get(at + 2).is_some_and(char::is_ascii_lowercase) {
            out.extend(['_', name[at + 1]]);
            at += 2;
            while let Some(c) = name.get(at).filter(|c| c.is_ascii_lowercase()) {
                out.push(*c);
                at += 1;
            }
        } else {
            at += 1;
        }
    }
    out
}

// `unitPrice` -> `unit_Price`: a capital after a small letter or a digit starts a word.
fn after_small(name: &[char]) -> Vec<char> {
    let mut out = Vec::with_capacity(name.len() + 4);
    let mut at = 0;
    while at < name.len() {
        out.push(name[at]);
        let small = name[at].is_ascii_lowercase() || name[at].is_ascii_digit();
        if let Some(next) = name.get(at + 1).filter(|c| small && c.is_ascii_uppercase()) {
            out.extend(['_', *next]);
            at += 1;
        }
        at += 1;
    }
    out
}

fn sql_case(identifier: &str) -> String {
    let mut name = reduce(identifier, |c| c);
    if name.first().is_some_and(|c| is_digit(*c)) {
        name.insert(0, '_');
    }
    if name != ['_'] {
        let end = name.iter().rposition(|c| *c != '_').map_or(0, |i| i + 1);
        name.truncate(end);
    }
    collapse_underscores(name)
}
