//! The rejected records as they are being corrected. Knows nothing of the page.

use mapping::corrections::{Corrected, RejectedCells};
use mapping::rejection::Rejection;

/// Steps that can be undone; older ones are forgotten.
const MOST_STEPS: usize = 200;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    rows: Vec<Row>,
    /// Those that the grid shows, ascending: nobody means to change a record that cannot be seen.
    shown: Vec<usize>,
    width: usize,
    done: Vec<Step>,
    undone: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// In the failure report, from 0.
    pub place: u64,
    /// Too large to be changed here.
    pub is_closed: bool,
    /// Lacks fields, which its empty cells stand for. Writing into it adds them, even as they are.
    is_short: bool,
    /// Edits of it that are not undone.
    edits: usize,
    pub original: Vec<String>,
    pub cells: Vec<String>,
    /// What is wrong now.
    pub rejections: Vec<Rejection>,
    /// Columns that were rejected in the file; `None`: the record as a whole was.
    faults: Option<Vec<u32>>,
}

/// A cell: row and column, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    pub row: usize,
    pub column: usize,
}

/// One thing that a person did, of any number of cells.
#[derive(Clone, Debug, Default, PartialEq)]
struct Step(Vec<Edit>);

#[derive(Clone, Debug, PartialEq)]
struct Edit {
    spot: Spot,
    before: String,
    after: String,
}

impl Row {
    pub fn fits(&self) -> bool {
        self.rejections.is_empty()
    }

    pub fn is_changed(&self) -> bool {
        self.cells != self.original || (self.is_short && self.edits > 0)
    }

    fn is_changed_by(&self, column: usize, text: &str) -> bool {
        self.cells[column] != text || (self.is_short && self.edits == 0)
    }

    fn changed_beside_faults(&self) -> usize {
        let Some(faults) = &self.faults else {
            return 0;
        };
        let is_right = |column: usize| faults.iter().all(|fault| *fault as usize != column);
        (0..self.cells.len())
            .filter(|column| is_right(*column) && self.cells[*column] != self.original[*column])
            .count()
    }

    /// Why this cell is rejected.
    pub fn problem(&self, column: usize) -> Option<&Rejection> {
        self.rejections
            .iter()
            .find(|rejection| rejection.column.is_some_and(|it| it as usize == column))
    }
}

impl Sheet {
    /// `columns` of the file; records may have more cells.
    pub fn new(records: Vec<RejectedCells>, columns: usize) -> Self {
        let widest = records.iter().map(|record| record.cells.len()).max();
        let width = columns.max(widest.unwrap_or(0));
        let row = |record: RejectedCells| {
            let is_closed = record.cells.is_empty();
            let is_short = record.cells.len() < columns;
            let mut cells = record.cells;
            cells.resize(width, String::new());
            Row {
                place: record.place,
                is_closed,
                is_short,
                edits: 0,
                original: cells.clone(),
                cells,
                faults: record.rejections.iter().map(|it| it.column).collect(),
                rejections: record.rejections,
            }
        };
        Self {
            shown: (0..records.len()).collect(),
            rows: records.into_iter().map(row).collect(),
            width,
            ..Self::default()
        }
    }

    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Hides the others.
    pub fn show_only(&mut self, is_shown: impl Fn(&Row) -> bool) {
        let rows = self.rows.iter().enumerate();
        self.shown = rows
            .filter(|(_, row)| is_shown(row))
            .map(|(index, _)| index)
            .collect();
    }

    /// Rows that are shown, ascending.
    pub fn shown(&self) -> &[usize] {
        &self.shown
    }

    pub(super) fn shown_rows(&self) -> impl Iterator<Item = (usize, &Row)> {
        self.shown
            .iter()
            .map(move |index| (*index, &self.rows[*index]))
    }

    /// The same cell of the record that is shown at or before it, or else of the first one.
    pub fn nearest_shown(&self, spot: Spot) -> Spot {
        let until = self.shown.partition_point(|row| *row <= spot.row);
        let nearest = self.shown.get(until.saturating_sub(1));
        nearest.map_or(spot, |row| Spot { row: *row, ..spot })
    }

    /// Whether it can be typed into.
    pub fn is_open(&self, row: usize) -> bool {
        self.shown.binary_search(&row).is_ok() && !self.rows[row].is_closed
    }

    /// Columns, those that only some records have too.
    pub fn width(&self) -> usize {
        self.width
    }

    pub fn cell(&self, spot: Spot) -> &str {
        self.rows
            .get(spot.row)
            .and_then(|row| row.cells.get(spot.column))
            .map_or("", String::as_str)
    }

    /// Rows that are to be checked anew.
    pub fn write(&mut self, texts: impl IntoIterator<Item = (Spot, String)>) -> Vec<usize> {
        let mut step = Step::default();
        for (spot, after) in texts {
            let width = self.width;
            let is_changed = self.rows.get(spot.row).is_some_and(|row| {
                !row.is_closed && spot.column < width && row.is_changed_by(spot.column, &after)
            });
            if is_changed {
                let edit = Edit {
                    spot,
                    before: self.cell(spot).to_owned(),
                    after,
                };
                self.apply(&edit);
                step.0.push(edit);
            }
        }
        if step.0.is_empty() {
            return Vec::new();
        }
        let rows = step.rows();
        self.undone.clear();
        self.done.push(step);
        if self.done.len() > MOST_STEPS {
            self.done.remove(0);
        }
        rows
    }

    fn apply(&mut self, edit: &Edit) {
        let row = &mut self.rows[edit.spot.row];
        row.cells[edit.spot.column].clone_from(&edit.after);
        row.edits += 1;
    }

    pub fn undo(&mut self) -> Vec<usize> {
        let Some(step) = self.done.pop() else {
            return Vec::new();
        };
        for edit in step.0.iter().rev() {
            let row = &mut self.rows[edit.spot.row];
            row.cells[edit.spot.column].clone_from(&edit.before);
            row.edits -= 1;
        }
        let rows = step.rows();
        self.undone.push(step);
        rows
    }

    pub fn redo(&mut self) -> Vec<usize> {
        let Some(step) = self.undone.pop() else {
            return Vec::new();
        };
        for edit in &step.0 {
            self.apply(edit);
        }
        let rows = step.rows();
        self.done.push(step);
        rows
    }

    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// What a check found.
    pub fn judge(&mut self, row: usize, rejections: Vec<Rejection>) {
        if let Some(row) = self.rows.get_mut(row) {
            row.rejections = rejections;
        }
    }

    /// Records that would be imported as they are now.
    pub fn fitting(&self) -> usize {
        self.rows.iter().filter(|row| row.fits()).count()
    }

    /// Cells of them that were not at fault in the file, and are others now.
    pub fn changed_beside_faults(&self) -> usize {
        let fitting = self.rows.iter().filter(|row| row.fits());
        fitting.map(Row::changed_beside_faults).sum()
    }

    /// The next cell shown that is rejected, after `from` and then from the top.
    pub fn next_problem(&self, from: Spot) -> Option<Spot> {
        let after = self.problems().find(|spot| *spot > from);
        after.or_else(|| self.problems().next())
    }

    fn problems(&self) -> impl Iterator<Item = Spot> {
        self.shown_rows().flat_map(|(index, row)| {
            let mut columns: Vec<usize> = row
                .rejections
                .iter()
                .map(|rejection| rejection.column.map_or(0, |column| column as usize))
                .collect();
            columns.sort_unstable();
            columns
                .into_iter()
                .map(move |column| Spot { row: index, column })
        })
    }

    /// The records that fit, in file order, with the ranges of their places.
    pub fn submission(&self) -> (Vec<Corrected>, Vec<(u64, u64)>) {
        let mut ranges: Vec<(u64, u64)> = Vec::new();
        let mut records = Vec::new();
        for row in self.rows.iter().filter(|row| row.fits()) {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == row.place => *last = row.place,
                _ => ranges.push((row.place, row.place)),
            }
            records.push(Corrected {
                place: row.place,
                cells: row.is_changed().then(|| row.cells.clone()),
            });
        }
        (records, ranges)
    }
}

impl Step {
    fn rows(&self) -> Vec<usize> {
        let mut rows: Vec<usize> = self.0.iter().map(|edit| edit.spot.row).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

#[cfg(test)]
pub(super) mod tests {
    use mapping::rejection::Rule;

    use super::*;

    fn rejection(column: u32) -> Rejection {
        Rejection {
            column: Some(column),
            column_name: None,
            rule: Rule::Type,
            value: None,
            message: String::new(),
            hint: String::new(),
        }
    }

    pub fn sheet(rows: &[&[&str]]) -> Sheet {
        let records = rows.iter().enumerate().map(|(place, cells)| RejectedCells {
            place: place as u64 * 2,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
            rejections: vec![rejection(1)],
        });
        Sheet::new(records.collect(), 2)
    }

    pub fn at(row: usize, column: usize) -> Spot {
        Spot { row, column }
    }

    pub fn texts(sheet: &Sheet) -> Vec<Vec<&str>> {
        sheet
            .rows()
            .iter()
            .map(|row| row.cells.iter().map(String::as_str).collect())
            .collect()
    }

    #[test]
    fn a_step_is_undone_and_redone_whole() {
        let mut sheet = sheet(&[&["a", "x"], &["b", "y"]]);
        let fill = sheet.filled(1, "z", false);
        assert_eq!(sheet.write(fill), [0, 1]);
        assert_eq!(texts(&sheet), [["a", "z"], ["b", "z"]]);
        assert_eq!(sheet.undo(), [0, 1]);
        assert_eq!(texts(&sheet), [["a", "x"], ["b", "y"]]);
        assert_eq!(sheet.redo(), [0, 1]);
        assert_eq!(texts(&sheet), [["a", "z"], ["b", "z"]]);
        sheet.undo();
        sheet.write([(at(0, 0), "c".to_owned())]);
        assert!(!sheet.can_redo(), "what is done anew takes its place");
        assert_eq!(sheet.redo(), [0; 0]);
    }

    #[test]
    fn writing_the_same_is_no_step() {
        let mut sheet = sheet(&[&["a", "x"]]);
        assert_eq!(sheet.write([(at(0, 0), "a".to_owned())]), [0; 0]);
        assert_eq!(sheet.write([(at(7, 0), "a".to_owned())]), [0; 0]);
        assert!(!sheet.can_undo());
    }

    #[test]
    fn a_record_that_lacks_a_field_is_changed_by_leaving_it_empty() {
        let mut sheet = sheet(&[&["a"]]);
        assert!(!sheet.rows()[0].is_changed());
        assert_eq!(sheet.write([(at(0, 1), String::new())]), [0]);
        assert!(sheet.rows()[0].is_changed());
        assert_eq!(sheet.write([(at(0, 1), String::new())]), [0; 0]);
        sheet.undo();
        assert!(!sheet.rows()[0].is_changed());
        sheet.redo();
        assert!(sheet.rows()[0].is_changed());
    }

    #[test]
    fn problems_are_walked_through_in_a_circle() {
        let mut sheet = sheet(&[&["a", "x"], &["b", "y"]]);
        assert_eq!(sheet.next_problem(at(0, 0)), Some(at(0, 1)));
        assert_eq!(sheet.next_problem(at(0, 1)), Some(at(1, 1)));
        assert_eq!(sheet.next_problem(at(1, 1)), Some(at(0, 1)));
        sheet.judge(0, Vec::new());
        sheet.judge(1, Vec::new());
        assert_eq!(sheet.next_problem(at(0, 0)), None);
        assert_eq!(sheet.fitting(), 2);
    }

    #[test]
    fn the_keyboard_goes_on_in_a_record_that_is_shown() {
        let mut sheet = sheet(&[&["a"], &["b"], &["c"], &["b"]]);
        assert_eq!(sheet.nearest_shown(at(2, 1)), at(2, 1));
        sheet.show_only(|row| row.cells[0] == "b");
        assert_eq!(sheet.shown(), [1, 3]);
        for (from, to) in [(0, 1), (1, 1), (2, 1), (3, 3)] {
            assert_eq!(sheet.nearest_shown(at(from, 1)), at(to, 1));
        }
        assert!(sheet.is_open(1));
        assert!(!sheet.is_open(2), "hidden");
        sheet.show_only(|_| false);
        assert_eq!(sheet.nearest_shown(at(2, 1)), at(2, 1));
        assert!(!sheet.is_open(2));
    }

    #[test]
    fn what_fits_is_submitted_with_its_places() {
        let mut sheet = sheet(&[&["a", "x"], &["b", "y"], &["c", "z"]]);
        sheet.write([(at(0, 1), "1".to_owned())]);
        sheet.judge(0, Vec::new());
        sheet.judge(2, Vec::new());
        let (records, ranges) = sheet.submission();
        assert_eq!(ranges, [(0, 0), (4, 4)]);
        assert_eq!(
            records[0].cells.as_deref(),
            Some(&["a".to_owned(), "1".to_owned()][..])
        );
        assert_eq!(records[1].cells, None, "unchanged, to the byte");
    }

    #[test]
    fn cells_that_were_not_at_fault_are_counted_where_they_are_changed_and_go_in() {
        let mut sheet = sheet(&[&["a", "x"], &["b", "y"]]);
        sheet.write([
            (at(0, 0), "c".to_owned()),
            (at(0, 1), "1".to_owned()),
            (at(1, 0), "d".to_owned()),
        ]);
        assert_eq!(sheet.changed_beside_faults(), 0, "none fits yet");
        sheet.judge(0, Vec::new());
        assert_eq!(sheet.changed_beside_faults(), 1);
        sheet.undo();
        assert_eq!(sheet.changed_beside_faults(), 0);
    }

    #[test]
    fn records_with_more_cells_widen_the_sheet() {
        let sheet = sheet(&[&["a"], &["b", "c", "d"]]);
        assert_eq!(sheet.width(), 3);
        assert!(!sheet.rows()[0].is_changed());
    }
}
