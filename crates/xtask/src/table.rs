//! A plain text table: numbers to the right, words to the left.

/// Lays rows out under their heads. `right` says for each column whether it holds numbers; a row with
/// fewer cells than heads ends early.
pub(crate) fn lay_out(heads: &[&str], right: &[bool], rows: &[Vec<String>]) -> String {
    let head: Vec<String> = heads.iter().map(|h| (*h).to_owned()).collect();
    let widths: Vec<usize> = (0..heads.len())
        .map(|i| {
            std::iter::once(&head).chain(rows).filter_map(|r| r.get(i)).map(|c| width(c)).max().unwrap_or(0)
        })
        .collect();
    let rule: Vec<String> = widths.iter().map(|w| "-".repeat(*w)).collect();
    [&head, &rule].into_iter().chain(rows).map(|row| line(row, right, &widths)).collect()
}

fn line(row: &[String], right: &[bool], widths: &[usize]) -> String {
    let cells: Vec<String> = row
        .iter()
        .zip(widths)
        .zip(right)
        .map(|((cell, w), right)| if *right { format!("{cell:>w$}") } else { format!("{cell:<w$}") })
        .collect();
    format!("{}\n", cells.join("  ").trim_end())
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows =
            vec![vec!["sale".to_owned(), "1200".to_owned()], vec!["admission".to_owned(), "9".to_owned()]];
        let text = lay_out(&["measure", "per s"], &[false, true], &rows);
        assert_eq!(text, "measure    per s\n---------  -----\nsale        1200\nadmission      9\n");
    }

    #[test]
    fn a_short_row_and_no_rows_are_fine() {
        assert_eq!(lay_out(&["a"], &[false], &[]), "a\n-\n");
        assert_eq!(lay_out(&["a", "b"], &[false, false], &[vec!["x".to_owned()]]), "a  b\n-  -\nx\n");
    }
}
