//! How the rows that came out differ from those that were expected, for people to read.

/// Rows of cells as text; a null is none.
pub(super) type Rows = Vec<Vec<Option<String>>>;

/// What differs, whatever the order of rows; none when nothing does.
///
/// A row that came out and was not expected is marked `+++`, one that was expected and did not come `---`, and one that
/// is near an expected row `→`, with each cell that differs as `expected→actual`.
pub(super) fn difference(columns: &[String], mut actual: Rows, expected: Rows) -> Option<String> {
    let mut missing = Vec::new();
    let count = expected.len();
    for row in expected {
        match actual.iter().position(|found| *found == row) {
            Some(at) => drop(actual.remove(at)),
            None => missing.push(row),
        }
    }
    if actual.is_empty() && missing.is_empty() {
        return None;
    }
    let same = count - missing.len();
    let mut lines: Vec<(&str, Vec<String>)> = vec![("@@", columns.to_vec())];
    for row in missing {
        match nearest(&row, &actual) {
            Some(at) => {
                let found = actual.remove(at);
                let cell = |(expected, actual): (&Option<String>, &Option<String>)| {
                    let (old, new) = (shown(expected.as_ref()), shown(actual.as_ref()));
                    if expected == actual { old } else { format!("{old}→{new}") }
                };
                lines.push(("→", row.iter().zip(&found).map(cell).collect()));
            }
            None => lines.push(("---", row.iter().map(|cell| shown(cell.as_ref())).collect())),
        }
    }
    lines.extend(actual.iter().map(|row| ("+++", row.iter().map(|cell| shown(cell.as_ref())).collect())));
    let rest = if same == 0 { String::new() } else { format!("\n({same} more as expected)") };
    Some(format!("\n\nactual differs from expected:\n\n{}{rest}\n", table(&lines)))
}

// The row that shares the most cells with `row`, if it shares half of them.
fn nearest(row: &[Option<String>], rows: &[Vec<Option<String>>]) -> Option<usize> {
    let shared = |other: &Vec<Option<String>>| row.iter().zip(other).filter(|(left, right)| left == right).count();
    let (at, most) = rows.iter().map(shared).enumerate().max_by_key(|&(at, count)| (count, usize::MAX - at))?;
    (most > 0 && most * 2 >= row.len()).then_some(at)
}

fn shown(cell: Option<&String>) -> String {
    cell.cloned().unwrap_or_else(|| "NULL".to_owned())
}

fn table(lines: &[(&str, Vec<String>)]) -> String {
    let width = |text: &str| text.chars().count();
    let columns = lines.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|at| lines.iter().filter_map(|(_, cells)| cells.get(at)).map(|cell| width(cell)).max().unwrap_or(0))
        .collect();
    let row = |(mark, cells): &(&str, Vec<String>)| {
        let padded = |(cell, size): (&String, &usize)| format!("{cell}{}", " ".repeat(size - width(cell)));
        let cells: Vec<String> = cells.iter().zip(&widths).map(padded).collect();
        format!("{mark}{},{}", " ".repeat(3 - width(mark)), cells.join(",")).trim_end().to_owned()
    };
    lines.iter().map(row).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[[&str; 2]]) -> Rows {
        rows.iter().map(|row| row.iter().map(|cell| (*cell != "-").then(|| (*cell).to_owned())).collect()).collect()
    }

    #[test]
    fn order_does_not_matter_and_count_does() {
        let columns = ["id".to_owned(), "total".to_owned()];
        let some = rows(&[["1", "10"], ["2", "-"]]);
        assert_eq!(difference(&columns, rows(&[["2", "-"], ["1", "10"]]), some.clone()), None);
        assert!(difference(&columns, rows(&[["1", "10"], ["1", "10"], ["2", "-"]]), some).is_some());
    }

    #[test]
    fn a_cell_that_differs_shows_both() {
        let columns = ["id".to_owned(), "total".to_owned()];
        let told = difference(
            &columns,
            rows(&[["1", "12"], ["2", "5"], ["9", "9"]]),
            rows(&[["1", "10"], ["2", "5"], ["7", "-"]]),
        );
        let expected = "\n\nactual differs from expected:\n\n\
                        @@ ,id,total\n→  ,1 ,10→12\n---,7 ,NULL\n+++,9 ,9\n(1 more as expected)\n";
        assert_eq!(told.as_deref(), Some(expected));
    }
}
