//! What a plan makes of records.
#![cfg(not(target_arch = "wasm32"))]

mod settings;

use mapping::field::{Field, FieldType};
use mapping::plan::{Outcome, RowPlan, reader};
use mapping::rejection::{Rejection, Rule};
use mapping::row::{Row, Value};
use mapping::settings::{ColumnMapping, Mapping, ValueMapping};
use settings::{column, columns, field};
use tabular::dialect::{Dialect, HeaderRow};
use tabular::reader::{Limits, Reader};

const DECIMAL: FieldType = FieldType::Decimal { scale: 2 };

fn semicolons() -> Dialect {
    Dialect {
        delimiter: Some(';'),
        header: HeaderRow::Absent,
        ..Dialect::default()
    }
}

/// The rows and rejections of a file without a header.
fn apply(
    fields: &[Field],
    mapping: &Mapping,
    file: &[u8],
) -> Vec<Result<Vec<String>, Vec<Rejection>>> {
    let plan = RowPlan::compile(fields, mapping, None).expect("the settings are good");
    let mut reader = reader(&semicolons(), mapping);
    reader.feed(file);
    reader.finish();
    let (mut row, mut rejections, mut results) = (Row::new(), Vec::new(), Vec::new());
    while let Some(record) = reader.next() {
        results.push(match plan.apply(&record, &mut row, &mut rejections) {
            Outcome::Imported => Ok(row.values().map(shown).collect()),
            Outcome::Rejected => {
                assert!(row.is_empty());
                Err(rejections.clone())
            }
        });
    }
    results
}

fn shown(value: Value<'_>) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Integer(number) => format!("i{number}"),
        Value::Boolean(answer) => answer.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::Decimal(text) => format!("d{text}"),
        Value::Date(text) | Value::Timestamp(text) => text.to_owned(),
    }
}

/// One column, one field: each text gives the shown value or the rule that it breaks.
fn check(field: Field, column: ColumnMapping, cases: &[(&str, Result<&str, Rule>)]) {
    // Two columns, because a blank line of a single one would be an empty record.
    let mapping = columns([
        column,
        ColumnMapping {
            name: "rest".to_owned(),
            ..ColumnMapping::default()
        },
    ]);
    for (text, expected) in cases {
        let file = format!("\"{text}\";\n");
        let results = apply(std::slice::from_ref(&field), &mapping, file.as_bytes());
        let found = match &results[0] {
            Ok(values) => Ok(values[0].as_str()),
            Err(rejections) => Err(rejections[0].rule),
        };
        assert_eq!(found, *expected, "{text:?}");
    }
}

#[test]
fn text_is_kept_as_it_is_and_typed_cells_lose_the_blanks_around_them() {
    check(
        field("a", FieldType::Text),
        column("a"),
        &[
            ("", Ok("-")),
            (" ", Ok("\" \"")),
            (" x ", Ok("\" x \"")),
            ("NULL", Ok("\"NULL\"")),
        ],
    );
    check(
        field("a", DECIMAL),
        column("a"),
        &[
            ("", Ok("-")),
            ("  ", Ok("-")),
            (" 13.722,69 ", Ok("d13722.69")),
            ("x", Err(Rule::Type)),
        ],
    );
    check(
        field("a", FieldType::Email),
        column("a"),
        &[
            (" a@b.de\t", Ok("\"a@b.de\"")),
            ("a(at)b.de", Err(Rule::Type)),
        ],
    );
}

#[test]
fn null_breaks_required_fields_and_keys_unless_there_is_a_default() {
    let required = Field {
        required: true,
        ..field("a", FieldType::Integer)
    };
    let key = Field {
        key: true,
        ..field("a", FieldType::Text)
    };
    let default = |text: &str| ColumnMapping {
        default: Some(text.to_owned()),
        ..column("a")
    };
    check(
        required.clone(),
        column("a"),
        &[
            ("", Err(Rule::Required)),
            (" ", Err(Rule::Required)),
            ("7", Ok("i7")),
        ],
    );
    check(
        key.clone(),
        column("a"),
        &[
            ("", Err(Rule::Required)),
            (" \u{a0}\u{202f}\u{2007}\t", Err(Rule::Required)),
            (" a ", Ok("\" a \"")),
        ],
    );
    let mut blank = column("a");
    blank.values = vec![ValueMapping {
        from: "none".to_owned(),
        to: " ".to_owned(),
    }];
    check(key.clone(), blank, &[("none", Err(Rule::Required))]);
    check(key.clone(), default(" "), &[("", Err(Rule::Required))]);
    check(required, default("12"), &[("", Ok("i12")), ("7", Ok("i7"))]);
    check(key, default("none"), &[("", Ok("\"none\""))]);
    check(
        field("a", DECIMAL),
        default("1.5"),
        &[("", Ok("d1.50")), ("1,5", Ok("d1.50"))],
    );
}

#[test]
fn accepted_tokens_are_null_and_mapped_values_come_first() {
    let mut mapped = column("a");
    mapped.null_tokens = vec!["n.v.".to_owned()];
    mapped.values = [("J", "true"), ("N", "false"), ("?", ""), ("true", "false")]
        .map(|(from, to)| ValueMapping {
            from: from.to_owned(),
            to: to.to_owned(),
        })
        .to_vec();
    check(
        field("a", FieldType::Boolean),
        mapped.clone(),
        &[
            ("J", Ok("true")),
            ("N", Ok("false")),
            ("?", Ok("-")),
            ("true", Ok("false")),
            ("n.v.", Ok("-")),
            (" n.v. ", Ok("-")),
            ("N.V.", Err(Rule::Type)),
            // Compared exactly: with a blank it is the type's own `j`.
            ("J ", Ok("true")),
        ],
    );
    let required = Field {
        required: true,
        ..field("a", FieldType::Boolean)
    };
    check(
        required,
        mapped,
        &[("?", Err(Rule::Required)), ("n.v.", Err(Rule::Required))],
    );
}

#[test]
fn rules_beyond_the_type_hold_for_the_canonical_value() {
    let ruled = |field_type, rule: fn(&mut Field)| {
        let mut field = field("a", field_type);
        rule(&mut field);
        field
    };
    check(
        ruled(FieldType::Text, |field| field.max_length = Some(3)),
        column("a"),
        &[
            ("äöü", Ok("\"äöü\"")),
            ("abcd", Err(Rule::Length)),
            ("", Ok("-")),
        ],
    );
    check(
        ruled(FieldType::Text, |field| {
            field.allowed = vec!["DE".to_owned(), "FR".to_owned()];
        }),
        column("a"),
        &[
            ("DE", Ok("\"DE\"")),
            ("de", Err(Rule::Allowed)),
            ("", Ok("-")),
        ],
    );
    check(
        ruled(FieldType::Text, |field| {
            field.pattern = Some("[0-9]{5}|x".to_owned());
        }),
        column("a"),
        &[
            ("07311", Ok("\"07311\"")),
            ("073111", Err(Rule::Pattern)),
            ("07311\n", Err(Rule::Pattern)),
        ],
    );
    check(
        ruled(FieldType::Integer, |field| {
            (field.minimum, field.maximum) = (Some("-5".to_owned()), Some("1000".to_owned()));
        }),
        column("a"),
        &[
            ("-5", Ok("i-5")),
            ("1.000", Ok("i1000")),
            ("-6", Err(Rule::Range)),
            ("1001", Err(Rule::Range)),
        ],
    );
    check(
        ruled(DECIMAL, |field| {
            (field.minimum, field.maximum) = (Some("0.005".to_owned()), Some("10".to_owned()));
        }),
        column("a"),
        &[
            ("0,01", Ok("d0.01")),
            ("10", Ok("d10.00")),
            ("0", Err(Rule::Range)),
            ("10,01", Err(Rule::Range)),
            ("9,99", Ok("d9.99")),
        ],
    );
    check(
        ruled(FieldType::Date, |field| {
            (field.minimum, field.maximum) =
                (Some("1900-01-01".to_owned()), Some("2026-12-31".to_owned()));
        }),
        column("a"),
        &[
            ("01.01.1900", Ok("1900-01-01")),
            ("31.12.1899", Err(Rule::Range)),
            ("01.01.2027", Err(Rule::Range)),
        ],
    );
    check(
        ruled(FieldType::Timestamp { zoned: true }, |field| {
            field.maximum = Some("2026-01-01T00:00:00Z".to_owned());
        }),
        column("a"),
        &[
            ("01.01.2026 01:00+01:00", Ok("2026-01-01T00:00:00Z")),
            ("01.01.2026 00:00:00.5Z", Err(Rule::Range)),
        ],
    );
}

#[test]
fn all_broken_rules_of_a_record_are_listed() {
    let mut name = field("name", FieldType::Text);
    name.required = true;
    let fields = [name, field("born", FieldType::Date), field("paid", DECIMAL)];
    // The file's order is not the dataset's.
    let mapping = columns([column("paid"), column("name"), column("born")]);
    let results = apply(
        &fields,
        &mapping,
        b"12,3,4;;31.02.1980\n1,5;Ada;01.02.1980\n",
    );
    let rejections = results[0].as_ref().unwrap_err();
    let listed: Vec<_> = rejections
        .iter()
        .map(|rejection| {
            (
                rejection.column,
                rejection.column_name.as_deref(),
                rejection.rule,
            )
        })
        .collect();
    assert_eq!(
        listed,
        [
            (Some(1), Some("name"), Rule::Required),
            (Some(2), Some("born"), Rule::Type),
            (Some(0), Some("paid"), Rule::Type),
        ]
    );
    assert_eq!(
        rejections[1].message,
        "`31.02.1980` is not a date that exists"
    );
    assert_eq!(rejections[1].value.as_deref(), Some("31.02.1980"));
    assert_eq!(
        results[1].as_ref().unwrap(),
        &["\"Ada\"", "1980-02-01", "d1.50"]
    );
}

#[test]
fn record_with_a_defect_has_one_rejection() {
    let fields = [
        field("a", FieldType::Integer),
        field("b", FieldType::Integer),
    ];
    let mapping = columns([column("a"), column("b")]);
    let results = apply(&fields, &mapping, b"x\nx;y;z\n\"1;2\n3;4\n");
    let rules: Vec<_> = results
        .iter()
        .map(|result| match result {
            Ok(values) => Ok(values.join(" ")),
            Err(rejections) => {
                assert_eq!(rejections.len(), 1);
                assert_eq!(
                    (rejections[0].column, &rejections[0].column_name),
                    (None, &None)
                );
                Err(rejections[0].rule)
            }
        })
        .collect();
    assert_eq!(
        rules,
        [
            Err(Rule::TooFewFields),
            Err(Rule::TooManyFields),
            Err(Rule::UnclosedQuote),
            Ok("i3 i4".to_owned()),
        ]
    );
}

#[test]
fn undecodable_cell_rejects_only_where_its_column_is_imported() {
    let fields = [field("a", FieldType::Text), field("b", FieldType::Integer)];
    let file = b"Andr\xE9;x\n";
    let results = apply(&fields, &columns([column("a"), column("b")]), file);
    let rejections = results[0].as_ref().unwrap_err();
    assert_eq!(
        rejections
            .iter()
            .map(|rejection| rejection.rule)
            .collect::<Vec<_>>(),
        [Rule::Undecodable, Rule::Type],
        "the other cells are still checked"
    );
    assert_eq!(rejections[0].value.as_deref(), Some("Andr\\xE9"));
    let mut not_imported = column("a");
    not_imported.field = None;
    let results = apply(
        &fields,
        &columns([not_imported, column("b")]),
        b"Andr\xE9;7\n",
    );
    assert_eq!(results[0].as_ref().unwrap(), &["-", "i7"]);
}

#[test]
fn file_without_a_header_must_have_the_columns_of_the_mapping() {
    let fields = [field("a", FieldType::Text)];
    let mapping = columns([ColumnMapping::default(), column("a")]);
    let results = apply(&fields, &mapping, b"1\n1;2\n1;2;3\n");
    let rules: Vec<_> = results
        .iter()
        .map(|result| result.as_ref().map_err(|rejections| rejections[0].rule))
        .collect();
    assert_eq!(
        rules,
        [
            Err(Rule::TooFewFields),
            Ok(&vec!["\"2\"".to_owned()]),
            Err(Rule::TooManyFields)
        ]
    );
    // A plan that is used with another reader's records does not read beyond them.
    let plan = RowPlan::compile(&fields, &mapping, None).unwrap();
    let mut narrow = Reader::new(&semicolons(), Limits::default());
    narrow.feed(b"1\n");
    let record = narrow.next().unwrap();
    let (mut row, mut rejections) = (Row::new(), Vec::new());
    assert_eq!(
        plan.apply(&record, &mut row, &mut rejections),
        Outcome::Rejected
    );
    assert_eq!(rejections[0].rule, Rule::TooFewFields);
}
