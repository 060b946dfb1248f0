//! Ephemeral models as common table expressions in front of the SQL that refers to them.

use std::sync::Arc;

/// The name under which an ephemeral model appears in SQL.
pub fn cte_name(identifier: &str) -> String {
    format!("__dbt__cte__{identifier}")
}

/// SQL with expressions put in front, and where the author's text went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Injected {
    pub sql: Arc<str>,
    /// Bytes of `sql` before `at` are the author's unmoved; the author's text goes on at `at + length`.
    pub at: usize,
    pub length: usize,
}

impl Injected {
    /// SQL as it was.
    pub fn untouched(sql: Arc<str>) -> Self {
        Self { sql, at: 0, length: 0 }
    }

    /// The offset in the author's SQL for one in the whole; `None` inside what was put in.
    pub fn original_offset(&self, offset: usize) -> Option<usize> {
        if offset < self.at {
            Some(offset)
        } else {
            offset.checked_sub(self.at + self.length).map(|rest| self.at + rest)
        }
    }
}

/// Puts `ctes` (name, SQL) in front of `sql`, into its own `with` when it begins with one.
///
/// ```
/// # use gristmill::transform::run::cte::inject;
/// let ctes = [("__dbt__cte__e".into(), "select 1 as id".into())];
/// assert_eq!(&*inject("select * from __dbt__cte__e", &ctes).sql, "with __dbt__cte__e as (\nselect 1 as id\n) select * from __dbt__cte__e");
/// assert_eq!(&*inject("WITH q as (select 2) select 1", &ctes).sql, "WITH __dbt__cte__e as (\nselect 1 as id\n), q as (select 2) select 1");
/// ```
pub fn inject(sql: &str, ctes: &[(String, Arc<str>)]) -> Injected {
    if ctes.is_empty() {
        return Injected::untouched(Arc::from(sql));
    }
    let list = ctes.iter().map(|(name, body)| format!("{name} as (\n{body}\n)")).collect::<Vec<_>>().join(", ");
    let start = skip_blank(sql, 0);
    let (at, text) = match after_keyword(sql, start, "with") {
        Some(end) => {
            let name = skip_blank(sql, end);
            // `recursive` is part of the clause's head.
            let end = after_keyword(sql, name, "recursive").unwrap_or(end);
            (end, format!(" {list},"))
        }
        None => (start, format!("with {list} ")),
    };
    Injected { sql: Arc::from(format!("{}{text}{}", &sql[..at], &sql[at..])), at, length: text.len() }
}

fn after_keyword(sql: &str, at: usize, keyword: &str) -> Option<usize> {
    let end = at + keyword.len();
    let word = sql.get(at..end)?;
    let next = sql[end..].chars().next();
    (word.eq_ignore_ascii_case(keyword) && !next.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '('))
        .then_some(end)
}

// The first place at or after `at` that is neither white space nor comment.
fn skip_blank(sql: &str, mut at: usize) -> usize {
    loop {
        let rest = &sql[at..];
        let blank = rest.len() - rest.trim_start().len();
        at += blank;
        let rest = &sql[at..];
        if rest.starts_with("--") {
            at += rest.find('\n').map_or(rest.len(), |end| end + 1);
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else {
            return at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> Vec<(String, Arc<str>)> {
        vec![("__dbt__cte__e".into(), "select 1".into())]
    }

    #[test]
    fn comments_before_the_statement_are_not_the_statement() {
        let injected = inject("-- with love\n/* with */\nwith q as (select 1) select 2", &one());
        assert_eq!(
            &*injected.sql,
            "-- with love\n/* with */\nwith __dbt__cte__e as (\nselect 1\n), q as (select 1) select 2"
        );
    }

    #[test]
    fn a_recursive_clause_stays_recursive() {
        let injected = inject("with recursive q as (select 1) select 2", &one());
        assert_eq!(&*injected.sql, "with recursive __dbt__cte__e as (\nselect 1\n), q as (select 1) select 2");
    }

    #[test]
    fn a_name_that_begins_with_with_is_no_clause() {
        assert!(inject("without_me", &one()).sql.starts_with("with __dbt__cte__e"));
    }

    #[test]
    fn offsets_lead_back_to_the_author() {
        let sql = "with q as (select nope) select 1";
        let injected = inject(sql, &one());
        let offset = injected.sql.find("nope").unwrap();
        assert_eq!(injected.original_offset(offset), sql.find("nope"));
        assert_eq!(injected.original_offset(injected.sql.find("__dbt").unwrap()), None);
    }
}
