//! What holds for every input.
#![cfg(not(target_arch = "wasm32"))]

mod settings;

use mapping::field::{Field, FieldType};
use mapping::plan::{Outcome, RowPlan};
use mapping::propose::{new_dataset, propose};
use mapping::row::{Row, Value};
use mapping::sample::{FileCheck, check, inspect, sample_problem};
use mapping::settings::{ColumnFormat, DateOrder, DecimalMark};
use proptest::prelude::*;
use settings::{column, columns, field};
use tabular::dialect::{Dialect, Escape, HeaderRow};
use tabular::encoding::Encoding;
use tabular::reader::{Limits, Reader};

const TYPES: [FieldType; 8] = [
    FieldType::Text,
    FieldType::Email,
    FieldType::Integer,
    FieldType::Decimal { scale: 3 },
    FieldType::Boolean,
    FieldType::Date,
    FieldType::Timestamp { zoned: false },
    FieldType::Timestamp { zoned: true },
];

fn orders() -> impl Strategy<Value = DateOrder> {
    prop_oneof![
        Just(DateOrder::YearMonthDay),
        Just(DateOrder::DayMonthYear),
        Just(DateOrder::MonthDayYear),
    ]
}

fn marks() -> impl Strategy<Value = DecimalMark> {
    prop_oneof![Just(DecimalMark::Point), Just(DecimalMark::Comma)]
}

fn dialects() -> impl Strategy<Value = Dialect> {
    (
        prop_oneof![
            Just("utf-8"),
            Just("utf-16le"),
            Just("windows-1252"),
            Just("shift_jis")
        ],
        prop_oneof![Just(None), Just(Some(',')), Just(Some(';'))],
        any::<bool>(),
        0..3_u32,
    )
        .prop_map(|(encoding, delimiter, header, preamble_rows)| Dialect {
            encoding: Encoding::for_label(encoding).expect("a label"),
            delimiter,
            quote: Some('"'),
            escape: Escape::Doubled,
            header: if header {
                HeaderRow::Present
            } else {
                HeaderRow::Absent
            },
            preamble_rows,
            ..Dialect::default()
        })
}

/// The value that a text gives in a field, `None` where it is rejected.
fn read<T>(
    text: &str,
    field_type: FieldType,
    format: ColumnFormat,
    take: impl Fn(Value<'_>) -> T,
) -> Option<T> {
    let mut mapped = column("a");
    mapped.format = format;
    let fields = [field("a", field_type)];
    let plan = RowPlan::compile(&fields, &columns([mapped]), None).expect("settings");
    // One column whose records are lines, so that any text without line ends is one cell.
    let dialect = Dialect {
        delimiter: None,
        quote: None,
        header: HeaderRow::Absent,
        ..Dialect::default()
    };
    let mut reader = Reader::new(&dialect, Limits::default());
    reader.feed(text.as_bytes());
    reader.feed(b"\n");
    let record = reader.next().expect("a record");
    let (mut row, mut rejections) = (Row::new(), Vec::new());
    match plan.apply(&record, &mut row, &mut rejections) {
        Outcome::Imported => {
            assert!(rejections.is_empty());
            Some(take(row.get(0).expect("a value")))
        }
        Outcome::Rejected => {
            assert!(!rejections.is_empty());
            None
        }
    }
}

/// Digits grouped in threes.
fn grouped(digits: &str, separator: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    text
}

proptest! {
    #[test]
    fn integers_round_trip_with_any_grouping(
        number in any::<i64>(),
        separator in prop_oneof![Just(""), Just("."), Just(" "), Just("\u{a0}"), Just("'"), Just("\u{202f}")],
    ) {
        let digits = number.unsigned_abs().to_string();
        let sign = if number < 0 { "-" } else { "" };
        let text = format!("{sign}{}", grouped(&digits, separator));
        let format = ColumnFormat { decimal_mark: Some(DecimalMark::Comma), ..ColumnFormat::default() };
        let found = read(&text, FieldType::Integer, format, |value| value == Value::Integer(number));
        prop_assert_eq!(found, Some(true), "{}", text);
    }

    #[test]
    fn decimals_round_trip(
        negative in any::<bool>(),
        integer in "0|[1-9][0-9]{0,34}",
        fraction in "[0-9]{3}",
        is_grouped in any::<bool>(),
        mark in marks(),
    ) {
        let zero = integer == "0" && fraction == "000";
        let canonical = format!("{}{integer}.{fraction}", if negative && !zero { "-" } else { "" });
        let (point, other) = match mark {
            DecimalMark::Point => ('.', ","),
            DecimalMark::Comma => (',', "."),
        };
        let digits = grouped(&integer, if is_grouped { other } else { "" });
        let text = format!(" {}{digits}{point}{fraction} ", if negative { "-" } else { "" });
        let format = ColumnFormat { decimal_mark: Some(mark), ..ColumnFormat::default() };
        let found = read(&text, FieldType::Decimal { scale: 3 }, format, |value| value == Value::Decimal(&canonical));
        prop_assert_eq!(found, Some(true), "{}", text);
    }

    #[test]
    fn dates_round_trip_or_do_not_exist(
        year in 1..=9999_u16, month in 1..=12_u8, day in 1..=31_u8,
        order in orders(),
        mark in prop_oneof![Just("-"), Just("/"), Just("."), Just(" "), Just(". ")],
    ) {
        let canonical = format!("{year:04}-{month:02}-{day:02}");
        let text = match order {
            DateOrder::YearMonthDay => format!("{year:04}{mark}{month}{mark}{day}"),
            DateOrder::DayMonthYear => format!("{day}{mark}{month}{mark}{year:04}"),
            DateOrder::MonthDayYear => format!("{month}{mark}{day}{mark}{year:04}"),
        };
        let longest = match month {
            4 | 6 | 9 | 11 => 30,
            2 if year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) => 29,
            2 => 28,
            _ => 31,
        };
        let format = ColumnFormat { date_order: Some(order), ..ColumnFormat::default() };
        let found = read(&text, FieldType::Date, format.clone(), |value| value == Value::Date(&canonical));
        prop_assert_eq!(found, (day <= longest).then_some(true), "{}", text);
        let canonical = format!("{canonical}T09:05:00");
        let timestamp = FieldType::Timestamp { zoned: false };
        let found = read(&format!("{text} 9:05 AM"), timestamp, format, |value| value == Value::Timestamp(&canonical));
        prop_assert_eq!(found, (day <= longest).then_some(true), "{}", text);
    }

    #[test]
    fn canonical_values_are_read_back_as_themselves(text in "[-+0-9.,:/ TZ]{1,24}", order in orders(), mark in marks()) {
        for field_type in TYPES {
            let format = ColumnFormat { date_order: Some(order), decimal_mark: Some(mark), utc_offset_minutes: Some(90) };
            let canonical = read(&text, field_type, format, |value| match value {
                Value::Decimal(text) | Value::Date(text) | Value::Timestamp(text) => Some(text.to_owned()),
                _ => None,
            });
            if let Some(Some(canonical)) = canonical {
                let format = ColumnFormat {
                    date_order: Some(DateOrder::YearMonthDay),
                    decimal_mark: Some(DecimalMark::Point),
                    utc_offset_minutes: None,
                };
                let again = read(&canonical, field_type, format, |value| match value {
                    Value::Decimal(text) | Value::Date(text) | Value::Timestamp(text) => text == canonical,
                    _ => false,
                });
                prop_assert_eq!(again, Some(true), "{} of {}", canonical, text);
            }
        }
    }

    #[test]
    fn no_text_panics(text in "[^\r\n]*", order in orders(), mark in marks()) {
        for field_type in TYPES {
            let format = ColumnFormat { date_order: Some(order), decimal_mark: Some(mark), utc_offset_minutes: Some(i16::MIN) };
            read(&text, field_type, format, |_| ());
        }
    }

    #[test]
    fn no_file_panics_and_every_account_closes(
        file in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..400),
            "[\"a1,;. \n\r\u{e9}-]{0,200}".prop_map(String::into_bytes),
        ],
        complete in any::<bool>(),
        dialect in dialects(),
        chunk in 1..64_usize,
    ) {
        let inspection = inspect(&file, complete, &dialect, 3);
        let (fields, mapping) = new_dataset(&inspection.columns);
        let mut strict: Vec<Field> = fields.clone();
        for field in &mut strict {
            field.required = true;
        }
        for fields in [&fields, &strict] {
            let found = check(&file, complete, &dialect, &mapping, fields);
            prop_assert_eq!(found.records, found.fitting + found.rejected);
            let _ = propose(&inspection.columns, fields);
            let _ = sample_problem(&file, complete, &dialect, &mapping, fields);
            let mut in_chunks = FileCheck::new(&dialect, &mapping, fields, 2);
            for chunk in file.chunks(chunk) {
                in_chunks.feed(chunk);
            }
            if complete {
                prop_assert_eq!(in_chunks.finish().check, found);
            }
        }
    }

    #[test]
    fn new_fields_have_names_that_are_valid_and_their_own(names in proptest::collection::vec(any::<String>(), 0..8)) {
        let columns: Vec<_> = names
            .iter()
            .map(|name| mapping::infer::ColumnObserver::default().finish(name.clone()))
            .collect();
        let (fields, _) = new_dataset(&columns);
        for (index, field) in fields.iter().enumerate() {
            let name = field.name.as_bytes();
            prop_assert!((1..=63).contains(&name.len()));
            prop_assert!(name[0] == b'_' || name[0].is_ascii_lowercase());
            prop_assert!(name.iter().all(|b| *b == b'_' || b.is_ascii_lowercase() || b.is_ascii_digit()));
            prop_assert!(fields[..index].iter().all(|other| other.name != field.name));
        }
    }
}
