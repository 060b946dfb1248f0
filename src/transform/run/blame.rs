//! Which words of a query the database means, where it says no place.
//!
//! Most refusals of DuckDB come with a place; those about whole clauses, and some about names, do not. What is said here is
//! certain or it is not said: a name is looked up where it stands once, a clause where there is one of its kind.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

static QUOTED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#""([^"]+)"|'([^']+)'"#).expect("the pattern is valid"));

/// The bytes of `sql` that a refusal without a place is about.
///
/// ```
/// # use gristmill::transform::run::blame::blamed;
/// let sql = "select 1 as a, 2 as b\nunion all\nselect 3 as a";
/// let said = "Binder Error: Set operations can only apply to expressions with the same number of result columns";
/// assert_eq!(&sql[blamed(said, sql).unwrap()], "select");
/// assert_eq!(blamed(said, sql).unwrap().start, 32);
/// ```
pub fn blamed(message: &str, sql: &str) -> Option<Range<usize>> {
    let (class, said) = message.split_once(" Error:")?;
    if !matches!(class, "Binder" | "Catalog" | "Parser" | "IO") {
        // What runs over rows speaks of values, and those may stand anywhere.
        return None;
    }
    let words = words(sql);
    let names = || QUOTED.captures_iter(said).filter_map(|found| Some(found.get(1).or(found.get(2))?.as_str()));
    if said.contains("Set operations can only apply") {
        return other_width(sql, &words);
    }
    if said.contains("GROUP BY term out of range") {
        return only(clause(sql, &words, "group", "by"));
    }
    if said.contains("Duplicate CTE name") || said.contains("duplicate alias") {
        let name = names().next()?;
        let all: Vec<&Word> = words.iter().filter(|word| word.is(sql, name) && !word.is_qualifier(sql)).collect();
        return match all.as_slice() {
            [_, second] => Some(second.range.clone()),
            _ if said.contains("Duplicate CTE name") => all
                .iter()
                .filter(|word| {
                    sql[word.range.end..].trim_start().get(..2).is_some_and(|next| next.eq_ignore_ascii_case("as"))
                })
                .nth(1)
                .map(|word| word.range.clone()),
            _ => None,
        };
    }
    names().find_map(|name| once(sql, &words, name))
}

/// Where the text of a query begins, behind white space and comments.
pub fn begin(sql: &str) -> Option<Range<usize>> {
    words(sql).first().map(|word| word.range.clone())
}

// A word outside of texts and comments, and in how many brackets it stands.
struct Word {
    range: Range<usize>,
    depth: usize,
}

impl Word {
    fn is(&self, sql: &str, word: &str) -> bool {
        sql[self.range.clone()].eq_ignore_ascii_case(word)
    }

    fn is_qualifier(&self, sql: &str) -> bool {
        sql[self.range.end..].starts_with('.')
    }
}

fn words(sql: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(sign) = sql[at..].chars().next() {
        let rest = &sql[at..];
        let until =
            |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |found| from + found + end.len());
        let length = match sign {
            '\'' => until("'", 1),
            '"' => {
                let length = until("\"", 1);
                if length > 2 {
                    found.push(Word { range: at + 1..at + length - 1, depth });
                }
                length
            }
            '-' if rest.starts_with("--") => until("\n", 2),
            '/' if rest.starts_with("/*") => until("*/", 2),
            _ if sign.is_alphanumeric() || sign == '_' => {
                let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                found.push(Word { range: at..at + length, depth });
                length
            }
            _ => {
                match sign {
                    '(' | '[' | '{' => depth += 1,
                    ')' | ']' | '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                sign.len_utf8()
            }
        };
        at += length;
    }
    found
}

fn only(mut found: impl Iterator<Item = Range<usize>>) -> Option<Range<usize>> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

// Two words that follow each other.
fn clause<'a>(sql: &'a str, words: &'a [Word], one: &'a str, two: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    words
        .windows(2)
        .filter(move |pair| pair[0].is(sql, one) && pair[1].is(sql, two))
        .map(|pair| pair[0].range.start..pair[1].range.end)
}

// A name or the path of a file that stands in the query once.
fn once(sql: &str, words: &[Word], name: &str) -> Option<Range<usize>> {
    let as_word = words.iter().filter(|word| word.is(sql, name)).map(|word| word.range.clone());
    let is_word = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if is_word {
        return only(as_word);
    }
    only(sql.match_indices(name).map(|(at, _)| at..at + name.len()))
}

// The part of a set operation that has another number of columns than the first of its chain. It can be told where no part
// takes all columns of something by `*`, or there is one operation only.
fn other_width(sql: &str, words: &[Word]) -> Option<Range<usize>> {
    let is_operation = |word: &Word| ["union", "except", "intersect"].iter().any(|one| word.is(sql, one));
    let operations: Vec<usize> = (0..words.len()).filter(|&at| is_operation(&words[at])).collect();
    if let [one] = operations.as_slice() {
        let second = words[one + 1..].iter().find(|word| !["all", "distinct"].iter().any(|one| word.is(sql, one)));
        return second.map(|word| word.range.clone());
    }
    operations.iter().find_map(|&at| {
        let depth = words[at].depth;
        let first = words[..at].iter().rev().find(|word| word.depth == depth && word.is(sql, "select"))?;
        let second = words[at + 1..].iter().find(|word| word.depth == depth)?;
        let second =
            if second.is(sql, "select") { second } else { words[at + 2..].iter().find(|word| word.depth == depth)? };
        let (left, right) = (width(sql, words, first)?, width(sql, words, second)?);
        (left != right).then(|| second.range.clone())
    })
}

// How many columns a `select` lists; unknown when one of them stands for several.
fn width(sql: &str, words: &[Word], select: &Word) -> Option<usize> {
    const ENDS: [&str; 10] =
        ["from", "where", "group", "having", "order", "limit", "union", "except", "intersect", "window"];
    if !select.is(sql, "select") {
        return None;
    }
    let ends = |word: &&Word| {
        word.range.start > select.range.end
            && (word.depth < select.depth || word.depth == select.depth && ENDS.iter().any(|end| word.is(sql, end)))
    };
    let end = words.iter().find(ends).map_or(sql.len(), |word| word.range.start);
    let list = &sql[select.range.end..end];
    if list.contains(['*', '\'', '"']) || list.contains("--") || list.to_lowercase().contains("columns") {
        return None;
    }
    let mut depth = 0_i32;
    let mut count = 1;
    for sign in list.trim_end().trim_end_matches(',').chars() {
        match sign {
            '(' | '[' | '{' => depth += 1,
            // The bracket around the whole ends the list.
            ')' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => count += 1,
            _ => {}
        }
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: &str =
        "Binder Error: Set operations can only apply to expressions with the same number of result columns";

    fn start(message: &str, sql: &str) -> Option<usize> {
        blamed(message, sql).map(|range| range.start)
    }

    #[test]
    fn of_several_parts_the_other_one_is_named() {
        let sql = "select 1, 2 union all select f(3, 4), 5 union all select 6";
        assert_eq!(start(WIDTH, sql), sql.rfind("select"));
        let sql = "with x as (select 1 union select 2) select 1, 2 from x union select 3";
        assert_eq!(start(WIDTH, sql), sql.rfind("select"));
    }

    #[test]
    fn what_cannot_be_counted_is_not_guessed() {
        assert_eq!(
            start(WIDTH, "select * from a union select 1 union select 2, 3 from b union select * from c"),
            Some(37)
        );
        assert_eq!(start(WIDTH, "select * from a union select * from b union select * from c"), None);
    }

    #[test]
    fn names_are_found_where_they_stand_once() {
        let said = "Binder Error: Could not find key \"bb\" in struct";
        assert_eq!(start(said, "select s.bb -- not bb\nfrom (select {'b': 1} as s) where 'bb' = ''"), Some(9));
        assert_eq!(start(said, "select s.bb, t.bb from x"), None);
        let said = "Parser Error: Duplicate CTE name \"x\"";
        assert_eq!(start(said, "with x as (select 1), x as (select 2) select * from x"), Some(22));
        let said = "Binder Error: Ambiguous reference to table \"o\" (duplicate alias \"o\", explicitly alias one)";
        assert_eq!(start(said, "select o.id from t o join u o on true"), Some(28));
        let said = "IO Error: No files found that match the pattern \"a/b.parquet\"";
        assert_eq!(start(said, "select * from 'a/b.parquet'"), Some(15));
    }

    #[test]
    fn values_are_no_names() {
        assert_eq!(start("Constraint Error: duplicate key \"1\"", "select 1"), None);
    }
}
