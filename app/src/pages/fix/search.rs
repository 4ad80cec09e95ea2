//! Finding, replacing and filling in the records that are shown.

use super::sheet::{Sheet, Spot};

/// Where text is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    pub text: String,
    /// `None`: in all columns.
    pub column: Option<usize>,
    pub whole_cell: bool,
}

impl Sheet {
    /// The next cell shown that has the text, after `from` and then from the top.
    pub fn find(&self, search: &Search, from: Spot) -> Option<Spot> {
        let after = self.found(search).find(|spot| *spot > from);
        after.or_else(|| self.found(search).next())
    }

    pub fn count_found(&self, search: &Search) -> usize {
        self.found(search).count()
    }

    /// What replacing everywhere in what is shown would write.
    pub fn replaced(&self, search: &Search, with: &str) -> Vec<(Spot, String)> {
        let replaced = |spot: Spot| {
            let text = if search.whole_cell {
                with.to_owned()
            } else {
                self.cell(spot).replace(&search.text, with)
            };
            (spot, text)
        };
        self.found(search).map(replaced).collect()
    }

    fn found<'a>(&'a self, search: &'a Search) -> impl Iterator<Item = Spot> + 'a {
        let matches = move |text: &str| match (search.text.is_empty(), search.whole_cell) {
            // Nothing is everywhere; a whole cell that is empty can be meant.
            (true, false) => false,
            (_, true) => text == search.text,
            (false, false) => text.contains(&search.text),
        };
        self.shown_rows().flat_map(move |(index, row)| {
            let cells = row.cells.iter().enumerate();
            cells
                .filter(move |(column, text)| {
                    search.column.is_none_or(|wanted| wanted == *column) && matches(text)
                })
                .map(move |(column, _)| Spot { row: index, column })
        })
    }

    /// One text for a column: in every record that is shown, or only where that column is rejected.
    pub fn filled(&self, column: usize, text: &str, rejected_only: bool) -> Vec<(Spot, String)> {
        self.shown_rows()
            .filter(|(_, row)| !rejected_only || row.problem(column).is_some())
            .map(|(row, _)| (Spot { row, column }, text.to_owned()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sheet::tests::{at, sheet};
    use super::*;

    #[test]
    fn text_is_found_and_replaced_where_it_is_wanted() {
        let sheet = sheet(&[&["1.2", "1.2"], &["3", "1.2.3"]]);
        let search = |text: &str, column, whole_cell| Search {
            text: text.to_owned(),
            column,
            whole_cell,
        };
        let everywhere = search("1.2", None, false);
        assert_eq!(sheet.count_found(&everywhere), 3);
        assert_eq!(sheet.find(&everywhere, at(0, 0)), Some(at(0, 1)));
        assert_eq!(sheet.find(&everywhere, at(1, 1)), Some(at(0, 0)));
        assert_eq!(
            sheet.replaced(&search("1.2", Some(1), false), "9"),
            [(at(0, 1), "9".to_owned()), (at(1, 1), "9.3".to_owned())]
        );
        assert_eq!(sheet.count_found(&search("1.2", Some(1), true)), 1);
        assert_eq!(sheet.count_found(&search("", None, false)), 0);
    }

    #[test]
    fn only_rejected_cells_of_a_column_can_be_filled() {
        let mut sheet = sheet(&[&["a", "x"], &["b", "y"]]);
        sheet.judge(0, Vec::new());
        assert_eq!(sheet.filled(1, "z", true), [(at(1, 1), "z".to_owned())]);
    }

    #[test]
    fn what_is_hidden_is_neither_found_nor_filled() {
        let mut sheet = sheet(&[&["a", "x"], &["b", "x"], &["a", "x"]]);
        sheet.show_only(|row| row.cells[0] == "b");
        let everywhere = Search {
            text: "x".to_owned(),
            ..Search::default()
        };
        assert_eq!(sheet.count_found(&everywhere), 1);
        assert_eq!(sheet.find(&everywhere, at(1, 1)), Some(at(1, 1)));
        let step = [(at(1, 1), "z".to_owned())];
        assert_eq!(sheet.replaced(&everywhere, "z"), step);
        assert_eq!(sheet.filled(1, "z", false), step);
        assert_eq!(sheet.next_problem(at(1, 1)), Some(at(1, 1)));
        assert_eq!(sheet.fitting(), 0);
        sheet.judge(1, Vec::new());
        assert_eq!(sheet.next_problem(at(0, 0)), None);
    }
}
