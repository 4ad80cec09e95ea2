//! Inspecting and checking samples.
#![cfg(not(target_arch = "wasm32"))]

mod settings;

use mapping::field::FieldType;
use mapping::plan::PlanError;
use mapping::propose::{new_dataset, propose};
use mapping::rejection::Rule;
use mapping::sample::{FileCheck, SampleProblem, check, inspect, sample_problem};
use mapping::settings::ColumnMapping;
use settings::{column, columns, field};
use tabular::dialect::{Dialect, HeaderRow};
use tabular::encoding::Encoding;

#[test]
fn inspection_shows_rows_names_and_defects() {
    let file = b"Report\nName,,Name\nAda,1,x\nB\xE9a,2\n,3,y\n";
    let dialect = Dialect {
        preamble_rows: 1,
        ..Dialect::default()
    };
    let inspection = inspect(file, true, &dialect, 2);
    assert_eq!(inspection.preamble, ["Report"]);
    assert_eq!(inspection.header.unwrap(), ["Name", "", "Name"]);
    let names: Vec<_> = inspection
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(names, ["Name", "Column 2", "Name"]);
    assert_eq!((inspection.records, inspection.undecodable_records), (3, 1));
    assert_eq!(inspection.rows.len(), 2);
    assert_eq!((inspection.rows[1].record, inspection.rows[1].line), (2, 4));
    assert_eq!(inspection.rows[1].cells[0].text, "B\\xE9a");
    assert!(inspection.rows[1].cells[0].undecodable);
    assert_eq!(
        inspection.rows[1].defect.as_ref().unwrap().rule,
        Rule::TooFewFields
    );
    assert_eq!(inspection.defects.len(), 1);
    assert_eq!(
        (inspection.defects[0].rule, inspection.defects[0].count),
        (Rule::TooFewFields, 1)
    );
    assert_eq!(
        (inspection.columns[0].count, inspection.columns[0].empty),
        (2, 1)
    );
}

#[test]
fn empty_cells_are_counted_in_records_that_fit() {
    let fields = [
        field("b", FieldType::Integer),
        field("none", FieldType::Text),
        field("a", FieldType::Text),
        field("c", FieldType::Text),
    ];
    let defaulted = ColumnMapping {
        default: Some("x".to_owned()),
        ..column("c")
    };
    let mut mapping = columns([column("a"), column("b"), defaulted]);
    mapping.columns[0].null_tokens = vec!["n/a".to_owned()];
    let file = b"a,b,c\n,1,\nn/a,,\nx, ,\n,no number,\n";
    let found = check(file, true, &Dialect::default(), &mapping, &fields);
    assert_eq!((found.fitting, found.rejected), (3, 1));
    let empty: Vec<_> = found
        .empty
        .iter()
        .map(|empty| (empty.column, empty.cells))
        .collect();
    assert_eq!(empty, [(0, 2), (1, 2)]);
}

#[test]
fn cut_record_of_an_incomplete_sample_is_not_counted() {
    let dialect = Dialect::default();
    let count = |sample: &[u8], complete| inspect(sample, complete, &dialect, 9).records;
    assert_eq!(count(b"a,b\n1,2\n3,", false), 1);
    assert_eq!(count(b"a,b\n1,2\n3,", true), 2);
    assert_eq!(count(b"a,b\n1,2\n3,4\n", false), 2);
    let inspection = inspect(b"a,b", false, &dialect, 9);
    assert_eq!((inspection.records, inspection.columns.len()), (0, 0));
}

#[test]
fn file_without_a_header_has_numbered_columns() {
    let dialect = Dialect {
        header: HeaderRow::Absent,
        ..Dialect::default()
    };
    let inspection = inspect(b"1,a\n2,b\n", true, &dialect, 1);
    assert_eq!(inspection.header, None);
    let (fields, mapping) = new_dataset(&inspection.columns);
    assert_eq!(fields[0].name, "column_1");
    assert_eq!(fields[0].field_type, FieldType::Integer);
    assert_eq!(mapping.columns[1].name, "Column 2");
    let check = check(b"1,a\nx,b\n", true, &dialect, &mapping, &fields);
    assert_eq!((check.records, check.rejected), (2, 1));
}

#[test]
fn left_over_fields_are_proposed_by_the_values() {
    let file = b"Kontakt,Wann\na@b.de,2026-05-01\n";
    let columns = inspect(file, true, &Dialect::default(), 0).columns;
    let fields = [
        field("mailbox", FieldType::Email),
        field("since", FieldType::Date),
        field("other", FieldType::Text),
    ];
    let mapping = propose(&columns, &fields);
    assert_eq!(mapping.columns[0].field.as_deref(), Some("mailbox"));
    assert_eq!(mapping.columns[1].field.as_deref(), Some("since"));
    let two = [
        field("mailbox", FieldType::Email),
        field("second", FieldType::Email),
    ];
    assert_eq!(
        propose(&columns, &two).columns[0].field,
        None,
        "a guess between two"
    );
}

#[test]
fn file_check_counts_the_same_in_chunks_of_any_size() {
    let file = b"a,b\n1,x\nseven,y\n\"3\",\"z\nz\"\n4\n";
    let fields = [field("a", FieldType::Integer), field("b", FieldType::Text)];
    let mapping = columns([column("a"), column("b")]);
    let run = |size: usize| {
        let mut check = FileCheck::new(&Dialect::default(), &mapping, &fields, 1);
        for chunk in file.chunks(size) {
            check.feed(chunk);
        }
        check.finish()
    };
    let whole = run(file.len());
    assert_eq!(
        (whole.check.records, whole.check.fitting, whole.bytes),
        (4, 2, file.len() as u64)
    );
    assert_eq!(whole.first_rejected.len(), 1);
    assert_eq!(
        (
            whole.first_rejected[0].record,
            whole.first_rejected[0].offset
        ),
        (2, 8)
    );
    for size in 1..file.len() {
        assert_eq!(run(size), whole, "in chunks of {size}");
    }
}

#[test]
fn examples_are_bounded_and_counts_are_not() {
    let mut file = b"a,b\n".to_vec();
    for _ in 0..1000 {
        file.extend_from_slice(b"x,y\n");
    }
    let fields = [field("a", FieldType::Integer)];
    let mapping = columns([
        column("a"),
        ColumnMapping {
            name: "b".to_owned(),
            ..ColumnMapping::default()
        },
    ]);
    let check = check(&file, true, &Dialect::default(), &mapping, &fields);
    assert_eq!((check.rejected, check.fitting), (1000, 0));
    let rule = &check.columns[0].rules[0];
    assert_eq!(
        (rule.rule, rule.count, rule.examples.len()),
        (Rule::Type, 1000, 5)
    );
    assert_eq!((rule.examples[1].record, rule.examples[1].line), (2, 3));
    assert_eq!(check.rules[0].count, 1000);
}

#[test]
fn changed_header_is_a_problem_of_the_whole_file() {
    let fields = [field("a", FieldType::Integer)];
    let mut check = FileCheck::new(&Dialect::default(), &columns([column("a")]), &fields, 9);
    check.feed(b"z\n");
    assert!(matches!(
        check.problems(),
        [PlanError::HeaderChanged { .. }]
    ));
}

#[test]
fn sample_that_cannot_be_processed_says_why() {
    let comma = Dialect::default();
    let semicolon = Dialect {
        delimiter: Some(';'),
        ..Dialect::default()
    };
    let narrow = Dialect {
        columns_at_most: 2,
        ..Dialect::default()
    };
    let narrow_body = Dialect {
        header: HeaderRow::Absent,
        ..narrow.clone()
    };
    let fields = [field("a", FieldType::Integer)];
    let unmapped = ColumnMapping {
        name: "b".to_owned(),
        ..ColumnMapping::default()
    };
    let two = columns([column("a"), unmapped.clone()]);
    let one = columns([column("a")]);
    let none = columns([ColumnMapping {
        name: "a,b".to_owned(),
        ..ColumnMapping::default()
    }]);
    let cases = [
        (&b"a,b\n1,2\n"[..], &comma, &two, None),
        (b"a\n1\n", &comma, &one, None),
        (b"", &comma, &two, Some("empty")),
        (b"a,b\n", &comma, &two, Some("empty")),
        (b"a,b\n1,\xE9\n", &comma, &two, Some("not_decodable")),
        (b"a,b\n1\n2\n3,4\n", &comma, &two, Some("ragged")),
        (b"a,b\n1\n2,3\n3,4\n", &comma, &two, None),
        (b"a,b\n1,2\n", &semicolon, &two, Some("single_column")),
        (b"a,b\n1,2\n", &semicolon, &none, Some("single_column")),
        (b"z,b\n1,2\n", &comma, &two, Some("mapping")),
        (b"%PDF-1.7\n1,2\n", &comma, &two, Some("other_kind")),
        (b"a,b,c\n1,2,3\n", &narrow, &two, Some("too_many_columns")),
        (
            b"1,2,3\n1,2,3\n",
            &narrow_body,
            &two,
            Some("too_many_columns"),
        ),
    ];
    for (file, dialect, mapping, expected) in cases {
        let problem = sample_problem(file, true, dialect, mapping, &fields);
        assert_eq!(
            problem.as_ref().map(SampleProblem::code),
            expected,
            "{file:?}"
        );
        if let Some(problem) = problem {
            assert_eq!(
                serde_json::to_value(&problem).unwrap()["code"],
                problem.code()
            );
            assert!(!problem.to_string().is_empty() && !problem.hint().is_empty());
        }
    }
    let nine_good = b"a,b\n1,\xE9\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n";
    assert_eq!(sample_problem(nine_good, true, &comma, &two, &fields), None);
    let utf_16 = Dialect {
        encoding: Encoding::UTF_16LE,
        ..Dialect::default()
    };
    assert!(sample_problem(b"a,b\n1,2\n", true, &utf_16, &two, &fields).is_some());
}

/// The check in the browser, that of a whole file, and the run compile the same plan.
#[test]
fn a_file_with_too_many_columns_is_not_checked() {
    let dialect = Dialect {
        columns_at_most: 3,
        ..Dialect::default()
    };
    let mut check = FileCheck::new(
        &dialect,
        &columns([column("a")]),
        &[field("a", FieldType::Text)],
        1,
    );
    check.feed(b"a,b,c,d\n1,2,3,4\n");
    let too_many = PlanError::TooManyColumns {
        found: 4,
        at_most: 3,
    };
    assert_eq!(check.problems(), [too_many]);
    let inspection = inspect(b"a,b,c,d\n1,2,3,4\n", true, &dialect, 10);
    assert_eq!(
        (inspection.columns.len(), inspection.too_many_columns),
        (0, Some((4, 3)))
    );
}
