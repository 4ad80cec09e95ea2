//! The journey files with known answers: every record is where their lists of rejections say, and every byte is
//! accounted for.

use crate::account::each_record;
use tabular::detect::detect;
use tabular::dialect::{Dialect, Escape, HeaderRow};
use tabular::encoding::Encoding;
use tabular::reader::{Cell, Defect, Limits};

macro_rules! journey {
    ($name:literal) => {
        include_bytes!(concat!("../../../../fixtures/journeys/", $name))
    };
}

struct Journey {
    bytes: &'static [u8],
    dialect: Dialect,
    records: u64,
    header: &'static [&'static str],
    /// Line and offset of records by number.
    positions: &'static [(u64, u64, u64)],
    /// Records without a row, by what the reader alone can see.
    defects: &'static [(u64, &'static str)],
}

fn kunden() -> Journey {
    Journey {
        bytes: journey!("kunden.csv"),
        dialect: Dialect {
            encoding: Encoding::WINDOWS_1252,
            delimiter: Some(';'),
            quote: Some('"'),
            escape: Escape::Doubled,
            header: HeaderRow::Present,
            preamble_rows: 2,
            ..Dialect::default()
        },
        records: 600,
        header: &[
            "Kundennr.",
            "E-Mail",
            "Vorname",
            "Nachname",
            "Umsatz",
            "Geburtsdatum",
            "Newsletter",
            "PLZ",
            "Ort",
            "Bemerkung",
        ],
        positions: &[
            (17, 20, 1677),
            (44, 47, 4280),
            (123, 127, 11817),
            (256, 260, 24714),
            (333, 337, 32059),
            (402, 406, 38672),
            (500, 504, 48238),
        ],
        defects: &[(333, "too few")],
    }
}

fn orders() -> Journey {
    Journey {
        bytes: journey!("orders.txt"),
        dialect: Dialect {
            encoding: Encoding::UTF_16LE,
            delimiter: Some('\t'),
            ..Dialect::default()
        },
        records: 250,
        header: &["Order", "E-mail", "Ordered at", "Total", "Items", "Product"],
        positions: &[
            (31, 38, 4382),
            (77, 93, 10852),
            (150, 175, 21130),
            (250, 288, 35148),
        ],
        defects: &[],
    }
}

fn leads() -> Journey {
    Journey {
        bytes: journey!("leads.csv"),
        dialect: Dialect::default(),
        records: 400,
        header: &["E-mail", "Name", "Phone", "Phone", "Score", "Note"],
        positions: &[
            (60, 70, 4002),
            (200, 228, 13420),
            (201, 229, 13461),
            (333, 382, 22384),
        ],
        defects: &[
            (60, "undecodable Name"),
            (200, "too few"),
            (201, "too many"),
        ],
    }
}

fn defects_are_where_they_are_known_to_be(journey: &Journey, chunk_bytes: usize) {
    let mut positions = Vec::new();
    let mut defects = Vec::new();
    let mut body = Vec::new();
    let reader = each_record(
        &journey.dialect,
        Limits::default(),
        journey.bytes,
        chunk_bytes,
        |record| {
            positions.push((
                record.number(),
                record.position().line,
                record.position().offset,
            ));
            body.extend_from_slice(record.bytes());
            assert_eq!(record.bytes().len() as u64, record.byte_length());
            match record.defect() {
                Some(Defect::TooFewFields { .. }) => defects.push((record.number(), "too few")),
                Some(Defect::TooManyFields { .. }) => defects.push((record.number(), "too many")),
                Some(other) => panic!("{other:?} in record {}", record.number()),
                None => {}
            }
            for (index, cell) in record.fields().enumerate() {
                if let Cell::Undecodable(bytes) = cell {
                    assert_eq!((index, bytes.is_ascii()), (1, false));
                    defects.push((record.number(), "undecodable Name"));
                }
            }
        },
    );
    assert_eq!(reader.header().unwrap(), journey.header);
    assert_eq!(positions.len() as u64, journey.records);
    for expected in journey.positions {
        assert!(positions.contains(expected), "{expected:?}");
    }
    assert_eq!(defects, journey.defects);
    let head = usize::try_from(reader.body_offset().unwrap()).unwrap();
    assert_eq!([&journey.bytes[..head], &body].concat(), journey.bytes);
    assert_eq!(reader.consumed(), journey.bytes.len() as u64);
}

#[test]
fn kunden_is_accounted_for() {
    for chunk_bytes in [1, 4096, 1 << 20] {
        defects_are_where_they_are_known_to_be(&kunden(), chunk_bytes);
    }
}

#[test]
fn orders_are_accounted_for() {
    for chunk_bytes in [1, 4096, 1 << 20] {
        defects_are_where_they_are_known_to_be(&orders(), chunk_bytes);
    }
}

#[test]
fn leads_are_accounted_for() {
    for chunk_bytes in [1, 4096, 1 << 20] {
        defects_are_where_they_are_known_to_be(&leads(), chunk_bytes);
    }
}

#[test]
fn the_exact_reports_are_the_head_and_the_rejected_records() {
    for (journey, rejected, report) in [
        (
            kunden(),
            &[17, 44, 123, 256, 311, 333, 402, 500][..],
            &journey!("kunden.rejected.exact.csv")[..],
        ),
        (
            orders(),
            &[31, 77, 150, 250],
            journey!("orders.rejected.exact.txt"),
        ),
        (
            leads(),
            &[60, 200, 201, 333],
            journey!("leads.rejected.exact.csv"),
        ),
    ] {
        let mut copied = Vec::new();
        let reader = each_record(
            &journey.dialect,
            Limits::default(),
            journey.bytes,
            1000,
            |record| {
                if rejected.contains(&record.number()) {
                    copied.extend_from_slice(record.bytes());
                }
            },
        );
        let head = usize::try_from(reader.body_offset().unwrap()).unwrap();
        assert_eq!([&journey.bytes[..head], &copied].concat(), report);
    }
}

#[test]
fn the_preamble_of_kunden_is_kept() {
    let journey = kunden();
    let reader = each_record(
        &journey.dialect,
        Limits::default(),
        journey.bytes,
        100,
        |_| {},
    );
    assert_eq!(
        reader.preamble(),
        [
            "Kundenexport vom 03.11.2026 08:15",
            "Mandant 1;Beispiel GmbH"
        ]
    );
}

#[test]
fn dialects_are_detected() {
    for journey in [kunden(), orders(), leads()] {
        assert_eq!(detect(journey.bytes, true).dialect, journey.dialect);
        assert_eq!(
            detect(&journey.bytes[..8193], false).dialect,
            journey.dialect
        );
    }
}
