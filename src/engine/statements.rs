//! Where a statement ends, in a text that may hold more than one.

/// Whether a text holds more than one statement. Semicolons in texts, names and comments end none.
///
/// ```
/// # use gristmill::engine::statements::are_several;
/// assert!(are_several("insert into t values (1); select 1"));
/// assert!(!are_several("select ';', $$;$$ as \";\" -- a; b\n; /* c; */"));
/// ```
pub fn are_several(sql: &str) -> bool {
    let mut rest = sql;
    let mut has_ended = false;
    while let Some(next) = rest.chars().next() {
        if let Some(length) = comment(rest) {
            rest = &rest[length..];
            continue;
        }
        if has_ended && next != ';' && !next.is_whitespace() {
            return true;
        }
        has_ended |= next == ';';
        rest = &rest[quoted(rest).unwrap_or(next.len_utf8())..];
    }
    false
}

// How long the comment is that a text begins with.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("--") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    text.starts_with("/*").then(|| text[2..].find("*/").map_or(text.len(), |end| end + 4))
}

// How long the text or name in quotes is that a text begins with. A doubled quote ends one and begins another.
fn quoted(text: &str) -> Option<usize> {
    let quote = match text.as_bytes().first()? {
        b'\'' => "'",
        b'"' => "\"",
        b'$' => {
            let tag = text[1..].find('$').map(|end| &text[..end + 2])?;
            tag[1..tag.len() - 1].chars().all(|c| c.is_alphanumeric() || c == '_').then_some(tag)?
        }
        _ => return None,
    };
    Some(text[quote.len()..].find(quote).map_or(text.len(), |end| end + 2 * quote.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_the_end_counts() {
        for one in
            ["", ";", "select 1", " select 1 ;; -- done", "select 'it''s; ok'", "select $a$;$a$", "/* ; */ select 1;\n"]
        {
            assert!(!are_several(one), "{one}");
        }
        for several in ["select 1;select 2", "begin; -- then\ncommit", "select 'a'; select ';'", "select $1; select 2"]
        {
            assert!(are_several(several), "{several}");
        }
    }

    #[test]
    fn what_is_never_closed_ends_with_the_text() {
        for open in ["select 'a; b", "/* a; b", "select \"a; b", "-- a; b"] {
            assert!(!are_several(open), "{open}");
        }
    }
}
