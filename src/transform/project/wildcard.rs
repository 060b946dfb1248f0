//! Names with wildcards, by the rules of Python's `fnmatch` and, for paths, of `pathlib.Path.glob`.

/// Whether `name` matches `pattern` as a whole: `*` any text, `?` one character, `[ab]`, `[a-c]`, `[!ab]`.
pub(in crate::transform) fn matches(name: &str, pattern: &str) -> bool {
    if !pattern.contains(['*', '?', '[']) {
        return name == pattern;
    }
    let name: Vec<char> = name.chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    let (mut at, mut token) = (0, 0);
    // Where to go on when a longer `*` is tried: the star's place and how far it reached.
    let mut star: Option<(usize, usize)> = None;
    while at < name.len() {
        let step = match pattern.get(token) {
            Some('*') => {
                star = Some((token, at));
                token += 1;
                continue;
            }
            Some('?') => Some(token + 1),
            Some('[') => bracket(&pattern, token, name[at]),
            Some(letter) if *letter == name[at] => Some(token + 1),
            Some(_) | None => None,
        };
        match (step, star) {
            (Some(next), _) => {
                token = next;
                at += 1;
            }
            (None, Some((place, reached))) => {
                star = Some((place, reached + 1));
                token = place + 1;
                at = reached + 1;
            }
            (None, None) => return false,
        }
    }
    pattern[token..].iter().all(|letter| *letter == '*')
}

// The place after the bracket when `letter` is one of those it lists. A bracket without end is a plain character.
fn bracket(pattern: &[char], start: usize, letter: char) -> Option<usize> {
    let negated = pattern.get(start + 1) == Some(&'!');
    let first = start + 1 + usize::from(negated);
    let Some(length) = pattern.get(first + 1..).and_then(|rest| rest.iter().position(|letter| *letter == ']')) else {
        return (letter == '[').then_some(start + 1);
    };
    let end = first + 1 + length;
    let listed = &pattern[first..end];
    let mut found = false;
    let mut at = 0;
    while at < listed.len() {
        if at + 2 < listed.len() && listed[at + 1] == '-' {
            found |= listed[at] <= letter && letter <= listed[at + 2];
            at += 3;
        } else {
            found |= listed[at] == letter;
            at += 1;
        }
    }
    (found != negated).then_some(end + 1)
}

/// Whether a glob names `path` itself. Parts are matched one by one; `**` is any number of folders.
pub(in crate::transform) fn path_matches(path: &[&str], pattern: &[&str]) -> bool {
    match (pattern.first(), path.first()) {
        (None, None) => true,
        (Some(&"**"), _) => {
            path_matches(path, &pattern[1..]) || (!path.is_empty() && path_matches(&path[1..], pattern))
        }
        (Some(part), Some(name)) => matches(name, part) && path_matches(&path[1..], &pattern[1..]),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, pattern, expected) in [
            ("stg_orders", "stg_*", true),
            ("stg_orders", "*_orders", true),
            ("stg_orders", "*o*d*s", true),
            ("stg_orders", "stg_?rders", true),
            ("stg_orders", "stg_[a-o]rders", true),
            ("stg_orders", "stg_[!o]rders", false),
            ("a[b", "a[b", true),
            ("", "*", true),
            ("", "?", false),
            ("abc", "abcd*", false),
        ] {
            assert_eq!(matches(name, pattern), expected, "{name} ~ {pattern}");
        }
    }

    #[test]
    fn paths() {
        let split = |text: &'static str| -> Vec<&'static str> { text.split('/').collect() };
        assert!(path_matches(&split("models/a/b.sql"), &split("models/**/b.sql")));
        assert!(path_matches(&split("models/b.sql"), &split("models/**/b.sql")));
        assert!(!path_matches(&split("models/a/b.sql"), &split("models/*.sql")));
    }
}
