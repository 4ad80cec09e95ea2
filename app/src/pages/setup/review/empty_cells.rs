//! What empty cells do to rows that are there, in words and in numbers of what was read.

use mapping::sample::SampleCheck;
use mapping::settings::{ColumnMapping, EmptyCells, Mapping};

use crate::pages::field_words::shown_name;
use crate::pages::setup::words;

/// Columns that are named in a sentence.
const MOST_NAMED: usize = 8;

/// What was read, and what it was read of: "the sample", "the file".
pub type Read<'a> = (&'a SampleCheck, &'static str);

/// Columns with a default are in the last of the sentences alone: their empty cells take it.
pub fn sentences(mapping: &Mapping, read: Option<Read<'_>>) -> Vec<String> {
    let imported = || {
        let columns = mapping.columns.iter().enumerate();
        columns.filter(|(_, column)| column.field.is_some())
    };
    let does = |what: EmptyCells| -> Vec<(usize, &ColumnMapping)> {
        imported()
            .filter(|(_, column)| mapping.empty_cells_of(column) == what)
            .collect()
    };
    let of_job = mapping.empty_cells;
    let mut sentences = vec![format!(
        "Empty cells {}{}.",
        of_job.words(),
        numbers(&does(of_job), read)
    )];
    for other in EmptyCells::ALL.into_iter().filter(|one| *one != of_job) {
        let columns: Vec<_> = does(other)
            .into_iter()
            .filter(|(_, column)| column.default.is_none())
            .collect();
        if !columns.is_empty() {
            sentences.push(format!(
                "Those in {} {}{}.",
                named(&columns),
                other.words(),
                numbers(&columns, read)
            ));
        }
    }
    let defaulted: Vec<_> = imported()
        .filter(|(_, column)| column.default.is_some())
        .collect();
    if !defaulted.is_empty() {
        sentences.push(format!("Those in {} take the default.", named(&defaulted)));
    }
    sentences
}

/// ": 12 empty cells in `phone`, 3 in `city` of the sample".
fn numbers(columns: &[(usize, &ColumnMapping)], read: Option<Read<'_>>) -> String {
    let Some((check, of)) = read else {
        return String::new();
    };
    let cells = |index: usize| {
        let mut empty = check.empty.iter();
        empty
            .find(|empty| empty.column as usize == index)
            .map_or(0, |empty| empty.cells)
    };
    let with_some: Vec<(u64, String)> = columns
        .iter()
        .map(|(index, column)| (cells(*index), shown_name(&column.name)))
        .filter(|(cells, _)| *cells > 0)
        .collect();
    let Some(((first, name), others)) = with_some.split_first() else {
        return format!(": there are none in {of}");
    };
    let first = words::counted(*first, "empty cell", "empty cells");
    let mut parts = vec![format!("{first} in `{name}`")];
    let (named, unnamed) = others.split_at(others.len().min(MOST_NAMED - 1));
    for (cells, name) in named {
        parts.push(format!("{} in `{name}`", words::count(*cells)));
    }
    if !unnamed.is_empty() {
        let cells = unnamed.iter().map(|(cells, _)| cells).sum();
        parts.push(format!("{} in other columns", words::count(cells)));
    }
    format!(": {} of {of}", parts.join(", "))
}

fn named(columns: &[(usize, &ColumnMapping)]) -> String {
    let mut names: Vec<String> = columns
        .iter()
        .take(MOST_NAMED)
        .map(|(_, column)| format!("`{}`", shown_name(&column.name)))
        .collect();
    if columns.len() > MOST_NAMED {
        names.push(format!("{} more", columns.len() - MOST_NAMED));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use mapping::sample::EmptyColumn;

    use super::*;

    fn column(name: &str) -> ColumnMapping {
        ColumnMapping {
            name: name.to_owned(),
            field: Some(name.to_owned()),
            ..ColumnMapping::default()
        }
    }

    #[track_caller]
    fn check(mapping: &Mapping, empty: &[(u32, u64)], expected: &[&str]) {
        let empty = empty
            .iter()
            .map(|&(column, cells)| EmptyColumn { column, cells });
        let check = SampleCheck {
            empty: empty.collect(),
            ..SampleCheck::default()
        };
        assert_eq!(sentences(mapping, Some((&check, "the sample"))), expected);
    }

    #[test]
    fn empty_cells_are_told_in_words_and_numbers() {
        let mut mapping = Mapping {
            columns: ["phone", "city", "fax"].map(column).to_vec(),
            ..Mapping::default()
        };
        assert_eq!(sentences(&mapping, None), ["Empty cells empty the field."]);
        check(
            &mapping,
            &[],
            &["Empty cells empty the field: there are none in the sample."],
        );
        check(
            &mapping,
            &[(0, 12), (1, 3)],
            &["Empty cells empty the field: 12 empty cells in `phone`, 3 in `city` of the sample."],
        );
        mapping.columns[1].empty_cells = Some(EmptyCells::LeaveTheField);
        mapping.columns[2].default = Some("none".to_owned());
        check(
            &mapping,
            &[(0, 12), (1, 1)],
            &[
                "Empty cells empty the field: 12 empty cells in `phone` of the sample.",
                "Those in `city` leave the field as it is: 1 empty cell in `city` of the sample.",
                "Those in `fax` take the default.",
            ],
        );
        mapping.empty_cells = EmptyCells::LeaveTheField;
        mapping.columns[2].field = None;
        check(
            &mapping,
            &[(0, 12), (1, 1)],
            &[
                "Empty cells leave the field as it is: 12 empty cells in `phone`, 1 in `city` of the sample.",
            ],
        );
    }
}
