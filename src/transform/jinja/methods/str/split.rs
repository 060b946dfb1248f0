//! Taking texts apart.

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::operators::integer_index;
use crate::transform::jinja::{Args, Value, limits, unicode};

use super::expect_text;

pub(super) fn call(text: &str, name: &str, args: Args) -> Result<Value> {
    match name {
        "strip" | "lstrip" | "rstrip" => {
            let ([], [characters]) = args.bind_places::<0, 1>(name)?;
            let characters = characters.filter(|characters| !characters.is_none());
            let characters = characters.as_ref().map(expect_text).transpose()?;
            Ok(Value::str(strip(text, characters, name != "rstrip", name != "lstrip")))
        }
        "removeprefix" | "removesuffix" => {
            let ([affix], []) = args.bind_places::<1, 0>(name)?;
            let affix = expect_text(&affix)?;
            let rest = if name == "removeprefix" { text.strip_prefix(affix) } else { text.strip_suffix(affix) };
            Ok(Value::str(rest.unwrap_or(text)))
        }
        "partition" | "rpartition" => {
            let ([separator], []) = args.bind_places::<1, 0>(name)?;
            partition(text, expect_text(&separator)?, name == "rpartition")
        }
        "splitlines" => {
            let ([], [keep]) = args.bind(name, [], ["keepends"])?;
            let lines = lines(text, keep.is_some_and(|keep| keep.truth()))?;
            Ok(Value::list(lines.into_iter().map(Value::str)))
        }
        _ => {
            let ([], [separator, most]) = args.bind(name, [], ["sep", "maxsplit"])?;
            let most = most.as_ref().map_or(Ok(-1), integer_index)?;
            // One part too many is enough to be refused.
            let most = usize::try_from(most).unwrap_or(usize::MAX).min(limits::ITEMS_MAX);
            let separator = separator.filter(|separator| !separator.is_none());
            let parts = match &separator {
                None if name == "split" => split_blanks(text, most),
                None => rsplit_blanks(text, most),
                Some(separator) => split(text, expect_text(separator)?, most, name == "rsplit")?,
            };
            limits::items(parts.len())?;
            Ok(Value::list(parts.into_iter().map(Value::str)))
        }
    }
}

/// Without the given characters, or white space, at its ends.
pub(in super::super::super) fn strip<'t>(text: &'t str, characters: Option<&str>, left: bool, right: bool) -> &'t str {
    let unwanted = |character: char| match characters {
        Some(characters) => characters.contains(character),
        None => unicode::is_space(character),
    };
    let text = if left { text.trim_start_matches(unwanted) } else { text };
    if right { text.trim_end_matches(unwanted) } else { text }
}

fn partition(text: &str, separator: &str, last: bool) -> Result<Value> {
    if separator.is_empty() {
        return Err(empty_separator());
    }
    let parts = if last { text.rsplit_once(separator) } else { text.split_once(separator) };
    Ok(Value::tuple(
        match parts {
            Some((before, after)) => [before, separator, after],
            None if last => ["", "", text],
            None => [text, "", ""],
        }
        .map(Value::str),
    ))
}

fn split<'t>(text: &'t str, separator: &str, most: usize, last: bool) -> Result<Vec<&'t str>> {
    if separator.is_empty() {
        return Err(empty_separator());
    }
    let count = most.saturating_add(1);
    Ok(if last {
        let mut parts: Vec<&str> = text.rsplitn(count, separator).collect();
        parts.reverse();
        parts
    } else {
        text.splitn(count, separator).collect()
    })
}

fn split_blanks(text: &str, most: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start_matches(unicode::is_space);
    while !rest.is_empty() {
        if parts.len() == most {
            parts.push(rest);
            break;
        }
        let end = rest.find(unicode::is_space).unwrap_or(rest.len());
        parts.push(&rest[..end]);
        rest = rest[end..].trim_start_matches(unicode::is_space);
    }
    parts
}

fn rsplit_blanks(text: &str, most: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim_end_matches(unicode::is_space);
    while !rest.is_empty() {
        if parts.len() == most {
            parts.push(rest);
            break;
        }
        let start = rest.char_indices().rev().find(|(_, character)| unicode::is_space(*character));
        let start = start.map_or(0, |(offset, character)| offset + character.len_utf8());
        parts.push(&rest[start..]);
        rest = rest[..start].trim_end_matches(unicode::is_space);
    }
    parts.reverse();
    parts
}

/// The lines of a text, by every line end that Python knows.
pub(in super::super::super) fn lines(text: &str, keep_ends: bool) -> Result<Vec<&str>> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((offset, character)) = characters.next() {
        let ends = matches!(
            character,
            '\n' | '\r' | '\x0b' | '\x0c' | '\x1c' | '\x1d' | '\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
        );
        if !ends {
            continue;
        }
        let mut next = offset + character.len_utf8();
        if character == '\r' && characters.next_if(|(_, after)| *after == '\n').is_some() {
            next += 1;
        }
        limits::items(lines.len() + 1)?;
        lines.push(&text[start..if keep_ends { next } else { offset }]);
        start = next;
    }
    if start < text.len() {
        lines.push(&text[start..]);
    }
    Ok(lines)
}

fn empty_separator() -> Error {
    Error::new(Kind::Compilation, "empty separator").hint("a text is split into its characters by the filter `list`")
}
