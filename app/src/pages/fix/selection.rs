//! What is between two corners of the grid, and its way through the clipboard.

use std::ops::RangeInclusive;

use super::sheet::{Sheet, Spot};

/// Cells between two corners, of the records that are shown.
pub fn spots(sheet: &Sheet, from: Spot, to: Spot) -> Vec<Spot> {
    let columns = columns(from, to);
    rows(sheet, from, to)
        .iter()
        .flat_map(|row| {
            columns
                .clone()
                .map(move |column| Spot { row: *row, column })
        })
        .collect()
}

/// These cells, as spreadsheets put them on the clipboard.
pub fn copied(sheet: &Sheet, from: Spot, to: Spot) -> String {
    let columns = columns(from, to);
    let line = |row: &usize| {
        let cells: Vec<String> = columns
            .clone()
            .map(|column| clipboard_cell(sheet.cell(Spot { row: *row, column })))
            .collect();
        cells.join("\t")
    };
    let lines: Vec<String> = rows(sheet, from, to).iter().map(line).collect();
    lines.join("\n")
}

/// What pasting would write, line by line into the records that are shown; one copied cell fills all that are selected.
pub fn pasted(sheet: &Sheet, text: &str, from: Spot, to: Spot) -> Vec<(Spot, String)> {
    let lines = clipboard_cells(text);
    if let [line] = lines.as_slice()
        && let [cell] = line.as_slice()
    {
        let spots = spots(sheet, from, to);
        return spots.into_iter().map(|spot| (spot, cell.clone())).collect();
    }
    let (top, left) = (from.row.min(to.row), from.column.min(to.column));
    let above = sheet.shown().partition_point(|row| *row < top);
    let rows = sheet.shown().iter().skip(above);
    let texts = rows.zip(lines).flat_map(|(row, line)| {
        line.into_iter().enumerate().map(move |(index, text)| {
            let spot = Spot {
                row: *row,
                column: left + index,
            };
            (spot, text)
        })
    });
    texts.collect()
}

fn rows(sheet: &Sheet, from: Spot, to: Spot) -> &[usize] {
    let shown = sheet.shown();
    let start = shown.partition_point(|row| *row < from.row.min(to.row));
    let end = shown.partition_point(|row| *row <= from.row.max(to.row));
    &shown[start..end]
}

fn columns(from: Spot, to: Spot) -> RangeInclusive<usize> {
    from.column.min(to.column)..=from.column.max(to.column)
}

fn clipboard_cell(text: &str) -> String {
    if text.contains(['\t', '\n', '\r', '"']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// Lines of cells with tabs between them; quotes as spreadsheets write them.
fn clipboard_cells(text: &str) -> Vec<Vec<String>> {
    let mut lines = vec![vec![String::new()]];
    let mut quoted = false;
    let mut characters = text.strip_suffix('\n').unwrap_or(text).chars().peekable();
    while let Some(c) = characters.next() {
        let line = lines.last_mut().expect("there always is a line");
        let cell = line.last_mut().expect("a line always has a cell");
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            '\t' if !quoted => line.push(String::new()),
            '\n' if !quoted => lines.push(vec![String::new()]),
            '\r' if !quoted && matches!(characters.peek(), Some('\n') | None) => {}
            c => cell.push(c),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::sheet::tests::{at, sheet, texts};
    use super::*;

    /// Of five records the first, the third and the last are shown.
    fn filtered() -> Sheet {
        let mut sheet = sheet(&[
            &["a", "x"],
            &["b", "-"],
            &["c", "x"],
            &["d", "-"],
            &["e", "x"],
        ]);
        sheet.show_only(|row| row.cells[1] == "x");
        sheet
    }

    #[test]
    fn cells_go_through_the_clipboard_as_they_are() {
        let source = sheet(&[&["a\tb", "say \"x\""], &["two\nlines", ""]]);
        let clipboard = copied(&source, at(1, 1), at(0, 0));
        let mut target = sheet(&[&["", ""], &["", "q"]]);
        let cells = pasted(&target, &clipboard, at(0, 0), at(0, 0));
        target.write(cells);
        assert_eq!(texts(&target), texts(&source));
        let filled = pasted(&target, "k\r\n", at(0, 1), at(1, 1));
        target.write(filled);
        assert_eq!(
            (target.cell(at(0, 1)), target.cell(at(1, 1))),
            ("k", "k"),
            "one cell fills a selection"
        );
    }

    #[test]
    fn only_what_is_shown_is_selected_and_copied() {
        let sheet = filtered();
        assert_eq!(
            spots(&sheet, at(4, 1), at(0, 1)),
            [at(0, 1), at(2, 1), at(4, 1)]
        );
        assert_eq!(copied(&sheet, at(0, 0), at(4, 0)), "a\nc\ne");
    }

    #[test]
    fn pasting_passes_hidden_records_over() {
        let mut sheet = filtered();
        let filled = pasted(&sheet, "12", at(0, 1), at(4, 1));
        assert_eq!(sheet.write(filled), [0, 2, 4]);
        // The second line goes into the next record that is shown; for the third there is none.
        let lines = pasted(&sheet, "1\n2\n3", at(2, 0), at(2, 0));
        assert_eq!(sheet.write(lines), [2, 4]);
        assert_eq!(
            texts(&sheet),
            [
                ["a", "12"],
                ["b", "-"],
                ["1", "12"],
                ["d", "-"],
                ["2", "12"]
            ]
        );
    }

    #[test]
    fn where_nothing_is_shown_nothing_is_selected() {
        let mut sheet = filtered();
        sheet.show_only(|_| false);
        assert!(spots(&sheet, at(0, 0), at(4, 1)).is_empty());
        for text in ["12", "1\n2"] {
            assert!(pasted(&sheet, text, at(0, 0), at(4, 1)).is_empty());
        }
    }
}
