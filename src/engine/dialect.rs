//! DuckDB's way of writing names and values.

/// A name in double quotes, with quotes inside doubled.
///
/// ```
/// # use gristmill::engine::dialect::{quote, literal};
/// assert_eq!(quote(r#"a"b"#), r#""a""b""#);
/// assert_eq!(literal("it's"), "'it''s'");
/// ```
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as a SQL literal.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
