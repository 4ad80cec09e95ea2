//! Rejected records that are corrected and written again.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod settings;

use std::ops::RangeInclusive;

use mapping::corrections::{AtOnce, Corrected, Corrections, RejectedCells};
use mapping::field::{Field, FieldType};
use mapping::rejection::{Rejection, Rule};
use mapping::sample::FileCheck;
use mapping::settings::Mapping;
use settings::{column, columns, field};
use tabular::dialect::Dialect;
use tabular::encoding::Encoding;

const ALL: AtOnce = AtOnce {
    records: 1000,
    bytes: 1 << 20,
};

fn dialect() -> Dialect {
    Dialect {
        encoding: Encoding::for_label("windows-1257").unwrap(),
        delimiter: Some(';'),
        preamble_rows: 1,
        ..Dialect::default()
    }
}

fn fields() -> Vec<Field> {
    vec![
        field("name", FieldType::Text),
        field("born", FieldType::Date),
    ]
}

fn mapped() -> Mapping {
    columns([column("name"), column("born")])
}

/// Three records: a date that does not exist, a field too many, a byte that windows-1257 does not know.
const REPORT: &[u8] =
    b"Export\r\nname;born\r\nAda;31.02.1990\r\n\"Grace; H.\";1.2.1990;x\r\nZo\xA1;1.2.1990";

fn open(skip: Vec<RangeInclusive<u64>>, at_once: AtOnce) -> (Corrections, Vec<RejectedCells>) {
    let mut corrections = Corrections::new(&dialect(), &mapped(), &fields(), skip, at_once);
    // Byte by byte: where a chunk ends must not matter.
    let mut found: Vec<_> = REPORT
        .chunks(1)
        .flat_map(|byte| corrections.feed(byte))
        .collect();
    found.extend(corrections.finish());
    assert_eq!(corrections.problem(), None);
    (corrections, found)
}

fn text(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn changed(place: u64, cells: &[&str]) -> Corrected {
    Corrected {
        place,
        cells: Some(text(cells)),
    }
}

/// Fitting and rejected records of a file under the same settings.
fn count(file: &[u8]) -> (u64, u64) {
    let mut check = FileCheck::new(&dialect(), &mapped(), &fields(), 0);
    check.feed(file);
    let report = check.finish();
    assert_eq!(report.check.problems, []);
    (report.check.fitting, report.check.rejected)
}

#[test]
fn a_report_gives_its_records_with_what_is_wrong() {
    let (_, found) = open(vec![], ALL);
    let cells: Vec<_> = found
        .iter()
        .map(|record| (record.place, record.cells.clone()))
        .collect();
    assert_eq!(
        cells,
        [
            (0, text(&["Ada", "31.02.1990"])),
            (1, text(&["Grace; H.", "1.2.1990", "x"])),
            (2, text(&["Zo\\xA1", "1.2.1990"])),
        ]
    );
    let rules: Vec<_> = found
        .iter()
        .map(|record| record.rejections[0].rule)
        .collect();
    assert_eq!(rules, [Rule::Type, Rule::TooManyFields, Rule::Undecodable]);
}

#[test]
fn records_that_were_given_back_are_passed_over_and_no_more_are_taken_than_fit() {
    let (_, found) = open(vec![0..=0, 2..=5], ALL);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].place, 1);
    let (few, found) = open(vec![], AtOnce { records: 1, ..ALL });
    assert_eq!((found.len(), few.is_full()), (1, true));
    let (small, found) = open(vec![], AtOnce { bytes: 20, ..ALL });
    assert_eq!((found.len(), small.is_full()), (2, true));
}

#[test]
fn a_record_is_checked_as_the_server_would() {
    let (corrections, _) = open(vec![], ALL);
    assert_eq!(
        corrections.check(0, Some(&text(&["Ada", "28.02.1990"]))),
        []
    );
    let broken = corrections.check(0, Some(&text(&["Ada", "x"])));
    assert_eq!((broken[0].rule, broken[0].column), (Rule::Type, Some(1)));
    let unwritable = corrections.check(0, Some(&text(&["カ", "28.02.1990"])));
    assert_eq!(
        (unwritable[0].rule, unwritable[0].column),
        (Rule::Undecodable, Some(0))
    );
    // A cell beyond the columns that is emptied is gone.
    assert_eq!(
        corrections.check(1, Some(&text(&["Grace", "1.2.1990", ""]))),
        []
    );
    assert_eq!(
        corrections.check(1, Some(&text(&["Grace", "1.2.1990", "x"])))[0].rule,
        Rule::TooManyFields
    );
    // As it was, to the byte.
    for cells in [None, Some(text(&["Zo\\xA1", "1.2.1990"]))] {
        let broken = corrections.check(2, cells.as_deref());
        assert_eq!(broken[0].rule, Rule::Undecodable);
    }
}

fn rules(rejections: &[Rejection]) -> Vec<(Rule, Option<u32>)> {
    rejections.iter().map(|it| (it.rule, it.column)).collect()
}

#[test]
fn what_stands_in_for_bytes_is_never_imported_as_text() {
    let (corrections, _) = open(vec![], ALL);
    let name = (Rule::Undecodable, Some(0));
    for (cells, expected) in [
        (["Zo\\xA1", "2.2.1990"], vec![name]),
        (["Zo\\xA1", "x"], vec![name, (Rule::Type, Some(1))]),
        (["Dr. Zo\\xA1", "1.2.1990"], vec![name]),
        (["Zoė", "2.2.1990"], vec![]),
        (["", "2.2.1990"], vec![]),
    ] {
        let found = corrections.check(2, Some(&text(&cells)));
        assert_eq!(rules(&found), expected, "{cells:?}");
        let written = corrections.write(&[changed(2, &cells)]);
        assert_eq!(written.is_err(), expected.contains(&name), "{cells:?}");
    }
    let found = corrections.check(2, Some(&text(&["Zo\\xA1", "2.2.1990"])));
    assert_eq!(found[0].column_name.as_deref(), Some("name"));
    assert_eq!(found[0].value.as_deref(), Some("Zo\\xA1"));
    assert_eq!(found[0].hint, "type the text that belongs here");
    // Text that looks the same is text where all bytes were.
    let fits = corrections.check(0, Some(&text(&["Zo\\xA1", "1.2.1990"])));
    assert_eq!(fits, []);
}

#[test]
fn each_damaged_cell_is_told_once() {
    let mut corrections = Corrections::new(&dialect(), &mapped(), &fields(), vec![], ALL);
    corrections.feed(b"Export\nname;born\n\xA1\xA5C:\\xyz;1.2.\xA1\n");
    corrections.finish();
    let (name, born) = ((Rule::Undecodable, Some(0)), (Rule::Undecodable, Some(1)));
    for (cells, expected) in [
        (["Zo", "1.2.\\xA1"], vec![born]),
        (["\\xA1x", "1.2.1990"], vec![name]),
        (["x\\xA5", "1.2.1990"], vec![name]),
        (["x\\xA1\\xA5", "\\xA1"], vec![name, born]),
        (["C:\\xyz", "1.2.1990"], vec![]),
    ] {
        let found = corrections.check(0, Some(&text(&cells)));
        assert_eq!(rules(&found), expected, "{cells:?}");
    }
}

#[test]
fn what_is_written_is_read_with_the_same_settings() {
    let (corrections, _) = open(vec![], ALL);
    let file = corrections
        .write(&[
            changed(2, &["Zoė", "1.2.1990"]),
            changed(0, &["Ada; L.", "28.02.1990"]),
            Corrected {
                place: 1,
                cells: None,
            },
        ])
        .unwrap();
    assert_eq!(
        file,
        b"Export\r\nname;born\r\nZo\xEB;1.2.1990\r\n\"Ada; L.\";28.02.1990\r\n\"Grace; H.\";1.2.1990;x\r\n"
    );
    assert_eq!(count(&file), (2, 1));
}

#[test]
fn a_last_record_without_a_line_end_gets_one() {
    let (corrections, _) = open(vec![], ALL);
    let unchanged = |place| Corrected { place, cells: None };
    let file = corrections.write(&[unchanged(2), unchanged(0)]).unwrap();
    assert_eq!(
        file,
        b"Export\r\nname;born\r\nZo\xA1;1.2.1990\r\nAda;31.02.1990\r\n"
    );
}

#[test]
fn a_report_that_the_settings_do_not_fit_gives_nothing() {
    let other = columns([column("name"), column("age")]);
    let mut corrections = Corrections::new(&dialect(), &other, &fields(), Vec::new(), ALL);
    assert_eq!(corrections.feed(REPORT), []);
    assert!(corrections.problem().is_some());
}
