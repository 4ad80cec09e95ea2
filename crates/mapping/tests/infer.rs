//! What a sample says about types and formats.
#![cfg(not(target_arch = "wasm32"))]

use mapping::field::FieldType;
use mapping::infer::{ColumnObserver, ColumnStats, Distinct, Evidence};
use mapping::settings::{DateOrder, DecimalMark};
use tabular::reader::Cell;

fn column(texts: &[&str]) -> ColumnStats {
    let mut observer = ColumnObserver::default();
    for text in texts {
        observer.observe(Cell::Text(text));
    }
    observer.finish("column".to_owned())
}

#[test]
fn narrowest_type_that_loses_nothing_is_suggested() {
    let decimal = |scale| FieldType::Decimal { scale };
    let timestamp = |zoned| FieldType::Timestamp { zoned };
    let cases: &[(&[&str], FieldType)] = &[
        (&["1", "-20", "300"], FieldType::Integer),
        (&["0", "1", "1"], FieldType::Integer),
        (&["1.000.000", "5"], FieldType::Integer),
        (&["1", "2.5", "3.25"], decimal(2)),
        (&["1.234,5", "2,5"], decimal(1)),
        (&["1,234", "5,678"], decimal(3)),
        (&["ja", "nein", "ja", ""], FieldType::Boolean),
        (&["Y", "N"], FieldType::Boolean),
        (&["true", "0"], FieldType::Boolean),
        (&["01.02.2026", "3.4.2026"], FieldType::Date),
        (&["20260501", "20261231"], FieldType::Integer),
        (
            &["2026-05-01 10:00", "2026-05-01T11:00:01"],
            timestamp(false),
        ),
        (
            &["2026-05-01T10:00Z", "2026-05-01T10:00+02:00"],
            timestamp(true),
        ),
        (&["a@b.de", "c@d.fr", ""], FieldType::Email),
        (&["00123", "45678"], FieldType::Text),
        (&["+491701234567", "+33612345678"], FieldType::Text),
        (&["0.5", "0"], decimal(1)),
        (&["apple", "12"], FieldType::Text),
        (&["N/A", "-", "7", "8"], FieldType::Integer),
        (&["", " "], FieldType::Text),
        (&[], FieldType::Text),
    ];
    for (texts, expected) in cases {
        let stats = column(texts);
        assert_eq!(
            stats.suggestion.field_type, *expected,
            "{texts:?}: {}",
            stats.suggestion.reason
        );
    }
    assert_eq!(
        column(&["007", "8"]).suggestion.reason,
        "kept as text: leading zeros"
    );
}

#[test]
fn one_bad_text_in_ten_does_not_change_the_type() {
    let mut texts = vec!["7"; 9];
    texts.push("seven");
    assert_eq!(column(&texts).suggestion.field_type, FieldType::Integer);
    texts.push("eight");
    assert_eq!(column(&texts).suggestion.field_type, FieldType::Text);
}

#[test]
fn date_order_is_proven_ambiguous_or_contradictory() {
    let proven = |answer, by, against| Evidence::Proven {
        answer,
        by,
        against,
    };
    let cases: &[(&[&str], Evidence<DateOrder>)] = &[
        (&[], Evidence::Unseen),
        (&["x", "12"], Evidence::Unseen),
        (
            &["01.02.2026", "03.04.2026"],
            Evidence::Ambiguous { values: 2 },
        ),
        (
            &["01.02.2026", "13.04.2026"],
            proven(DateOrder::DayMonthYear, 1, 0),
        ),
        (
            &["01/02/2026", "04/13/2026"],
            proven(DateOrder::MonthDayYear, 1, 0),
        ),
        (&["2026-01-02"], proven(DateOrder::YearMonthDay, 1, 0)),
        (
            &["05/13/2026 10:00", "01/02/2026 10:00"],
            proven(DateOrder::MonthDayYear, 1, 0),
        ),
        (
            &["13.01.2026", "01.13.2026"],
            Evidence::Contradictory { values: 2 },
        ),
        // A date that no order makes possible proves nothing.
        (&["31.02.1980"], Evidence::Unseen),
    ];
    for (texts, expected) in cases {
        assert_eq!(column(texts).date_order, *expected, "{texts:?}");
    }
    let mut texts = vec!["13.01.2026"; 50];
    texts.push("01.13.2026");
    assert_eq!(
        column(&texts).date_order,
        proven(DateOrder::DayMonthYear, 50, 1)
    );
}

#[test]
fn decimal_mark_is_proven_ambiguous_or_contradictory() {
    let proven = |answer, by| Evidence::Proven {
        answer,
        by,
        against: 0,
    };
    let cases: &[(&[&str], Evidence<DecimalMark>)] = &[
        (&["1", "20", "1 000"], Evidence::Unseen),
        (&["1.234", "5.678"], Evidence::Ambiguous { values: 2 }),
        (&["1,5"], proven(DecimalMark::Comma, 1)),
        (&["1.234", "1.5"], proven(DecimalMark::Point, 1)),
        (&["1.234,5"], proven(DecimalMark::Comma, 1)),
        (&["1.234.567"], proven(DecimalMark::Comma, 1)),
        (&["1,5", "1.5"], Evidence::Contradictory { values: 2 }),
        (&["12,3,4"], Evidence::Unseen),
    ];
    for (texts, expected) in cases {
        assert_eq!(column(texts).decimal_mark, *expected, "{texts:?}");
    }
}

#[test]
fn distinct_texts_are_counted_up_to_a_hundred() {
    let stats = column(&["b", "a", "b", "", "c", "n.v."]);
    let Distinct::Few { values } = &stats.distinct else {
        panic!("few texts")
    };
    let values: Vec<_> = values
        .iter()
        .map(|value| (value.text.as_str(), value.count))
        .collect();
    assert_eq!(values, [("b", 2), ("a", 1), ("c", 1), ("n.v.", 1)]);
    assert_eq!(stats.examples, ["b", "a", "c", "n.v."]);
    assert_eq!((stats.count, stats.empty), (6, 1));
    assert_eq!(stats.null_tokens.len(), 1);
    let many: Vec<String> = (0..101).map(|number| number.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(matches!(
        column(&many[..100]).distinct,
        Distinct::Few { .. }
    ));
    assert_eq!(column(&many).distinct, Distinct::Many);
    assert_eq!(column(&[&"x".repeat(201)]).distinct, Distinct::Many);
}
