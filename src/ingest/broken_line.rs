//! A line that the fast parser refused, looked at once more and slowly: what is wrong with it, and where.

/// What is wrong with a line, and after how many of its bytes; None when nothing is.
///
/// ```
/// # use gristmill::ingest::broken_line::fault;
/// assert_eq!(fault(b"{\"id\": 1}"), None);
/// assert_eq!(fault(b"{\"id\": }"), Some(("expected value".to_owned(), 7)));
/// ```
pub fn fault(line: &[u8]) -> Option<(String, usize)> {
    if line.starts_with(b"\xff\xfe") || line.starts_with(b"\xfe\xff") {
        return Some(("the text is UTF-16, and JSON is UTF-8".to_owned(), 0));
    }
    match std::str::from_utf8(line).map(|_| serde_json::from_slice::<serde::de::IgnoredAny>(line)) {
        Err(invalid) => Some(("the text is not UTF-8".to_owned(), invalid.valid_up_to())),
        Ok(Err(fault)) => {
            let said = fault.to_string();
            let said = said.split(" at line ").next().unwrap_or("it does not parse").to_owned();
            Some((said, fault.column().saturating_sub(1)))
        }
        Ok(Ok(_)) => None,
    }
}
