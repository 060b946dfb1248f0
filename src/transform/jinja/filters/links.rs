//! Filters for URLs.

use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;

use super::escaped;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::operators::{self, integer_index, iterate};
use crate::transform::jinja::{Args, Interpreter, Value, limits, unicode};

/// A text quoted for a path, or pairs as a query.
pub(super) fn urlencode(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("urlencode")?;
    let pairs = match &value {
        Value::Dict(dict) => dict.entries(),
        Value::Str(_) | Value::Bytes(_) => return quoted(&value, false).map(Value::from),
        _ => match iterate(&value) {
            Err(_) => return quoted(&value, false).map(Value::from),
            Ok(items) => items
                .iter()
                .map(|item| match <[Value; 2]>::try_from(iterate(item)?) {
                    Ok([key, value]) => Ok((key, value)),
                    Err(_) => Err(type_error("`urlencode` takes pairs of a key and a value")),
                })
                .collect::<Result<_>>()?,
        },
    };
    let mut parts = Vec::with_capacity(pairs.len());
    for (key, value) in &pairs {
        parts.push(format!("{}={}", quoted(key, true)?, quoted(value, true)?));
    }
    Ok(Value::from(parts.join("&")))
}

fn quoted(value: &Value, for_query: bool) -> Result<String> {
    let text = match value {
        Value::Bytes(bytes) => bytes.to_vec(),
        _ => value.text()?.as_bytes().to_vec(),
    };
    limits::text(text.len().saturating_mul(3))?;
    let mut out = String::with_capacity(text.len());
    for byte in text {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' => out.push(char::from(byte)),
            b'/' if !for_query => out.push('/'),
            b' ' if for_query => out.push('+'),
            _ => write!(out, "%{byte:02X}").expect("writing to a string does not fail"),
        }
    }
    Ok(out)
}

/// Turns the URLs and addresses of a text into links.
pub(super) fn urlize(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let names = ["trim_url_limit", "nofollow", "target", "rel", "extra_schemes"];
    let ([], [limit, nofollow, target, rel, extra_schemes]) = args.bind("urlize", [], names)?;
    let given = |value: Option<Value>| value.filter(|value| !value.is_none());
    let mut rel: Vec<String> = match given(rel) {
        Some(rel) => rel.text()?.split_whitespace().map(str::to_owned).collect(),
        None => Vec::new(),
    };
    rel.push("noopener".to_owned());
    if nofollow.is_some_and(|nofollow| nofollow.truth()) {
        rel.push("nofollow".to_owned());
    }
    rel.sort();
    rel.dedup();
    let mut schemes = Vec::new();
    for scheme in given(extra_schemes).as_ref().map(iterate).transpose()?.unwrap_or_default() {
        let scheme = scheme.text()?;
        if !is_scheme(&scheme) {
            return Err(Error::new(Kind::Compilation, format!("`{scheme}` is not a valid URI scheme prefix")));
        }
        schemes.push(scheme.to_string());
    }
    let target = match given(target).filter(Value::truth) {
        Some(target) => format!(" target=\"{}\"", escaped(&target.text()?)),
        None => String::new(),
    };
    let links = Links {
        limit: given(limit).as_ref().map(integer_index).transpose()?,
        attributes: format!(" rel=\"{}\"{target}", escaped(&rel.join(" "))),
        schemes,
    };
    operators::undefined(&value)?;
    let text = escaped(&value.text()?);
    limits::text(text.len().saturating_mul(4))?;
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let blanks = rest.find(|character| !unicode::is_space(character)).unwrap_or(rest.len());
        out.push_str(&rest[..blanks]);
        rest = &rest[blanks..];
        let word = rest.find(unicode::is_space).unwrap_or(rest.len());
        out.push_str(&links.word(&rest[..word]));
        rest = &rest[word..];
    }
    Ok(Value::from(out))
}

fn is_scheme(scheme: &str) -> bool {
    static SCHEME: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^[\w.+-]{2,}:/{0,2}$").expect("the pattern is valid"));
    SCHEME.is_match(scheme)
}

struct Links {
    limit: Option<i64>,
    attributes: String,
    schemes: Vec<String>,
}

/// What may stand around a link without belonging to it.
const OPENING: [&str; 3] = ["(", "<", "&lt;"];
const CLOSING: [&str; 6] = [")", ">", ".", ",", "\n", "&gt;"];
const BRACKETS: [(&str, &str); 3] = [("(", ")"), ("<", ">"), ("&lt;", "&gt;")];

impl Links {
    fn word(&self, word: &str) -> String {
        let mut start = 0;
        while let Some(open) = OPENING.iter().find(|open| word[start..].starts_with(**open)) {
            start += open.len();
        }
        let mut end = word.len();
        while let Some(close) = CLOSING.iter().find(|close| word[start..end].ends_with(**close)) {
            end -= close.len();
        }
        // A bracket that the link opened belongs to it, with all that stands before.
        for (open, close) in BRACKETS {
            let opened = word[start..end].matches(open).count();
            if opened > word[start..end].matches(close).count() {
                for _ in 0..opened {
                    match word[end..].find(close) {
                        Some(place) => end += place + close.len(),
                        None => break,
                    }
                }
            }
        }
        let (head, middle, tail) = (&word[..start], &word[start..end], &word[end..]);
        format!("{head}{}{tail}", self.link(middle))
    }

    fn link(&self, text: &str) -> String {
        let attributes = &self.attributes;
        if is_web(text) {
            let full = text.starts_with("http://") || text.starts_with("https://");
            let scheme = if full { "" } else { "https://" };
            return format!("<a href=\"{scheme}{text}\"{attributes}>{}</a>", self.trimmed(text));
        }
        if let Some(address) = text.strip_prefix("mailto:")
            && is_address(address)
        {
            return format!("<a href=\"{text}\">{address}</a>");
        }
        if text.contains('@')
            && !text.starts_with("www.")
            && !text.starts_with('@')
            && !text.contains(':')
            && is_address(text)
        {
            return format!("<a href=\"mailto:{text}\">{text}</a>");
        }
        match self.schemes.iter().find(|scheme| text != **scheme && text.starts_with(&***scheme)) {
            Some(_) => format!("<a href=\"{text}\"{attributes}>{text}</a>"),
            None => text.to_owned(),
        }
    }

    fn trimmed(&self, text: &str) -> String {
        match self.limit {
            Some(limit) if text.chars().count() as i64 > limit => {
                let kept: String = text.chars().take(usize::try_from(limit).unwrap_or(0)).collect();
                kept + "..."
            }
            Some(_) | None => text.to_owned(),
        }
    }
}

fn is_web(text: &str) -> bool {
    static WEB: LazyLock<Regex> = LazyLock::new(|| {
        let named = r"(?:https?://|www\.)(?:(?:[\w%-]+\.)+)?(?:[a-z]{2,63}|xn--[\w%]{2,59})";
        let plain = r"(?:[\w%-]{2,63}\.)+(?:com|net|int|edu|gov|org|info|mil)";
        let numeric = r"https?://(?:\d{1,3}(?:\.\d{1,3}){3}|\[(?:[\da-f]{0,4}:){2}(?:[\da-f]{0,4}:?){1,6}\])";
        let rest = r"(?::\d{1,5})?(?:[/?#]\S*)?";
        Regex::new(&format!("(?i)^(?:{named}|{plain}|{numeric}){rest}$")).expect("the pattern is valid")
    });
    WEB.is_match(text)
}

fn is_address(text: &str) -> bool {
    static ADDRESS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\S+@\w[\w.-]*\.\w+$").expect("the pattern is valid"));
    ADDRESS.is_match(text)
}
