//! The size of the chunks changes nothing, and every byte of a file is accounted for.

use crate::account::{each_record, read_with};
use proptest::prelude::*;
use tabular::dialect::{Dialect, Escape, HeaderRow};
use tabular::encoding::Encoding;
use tabular::reader::{Defect, Limits};

const ENCODINGS: [&str; 10] = [
    "utf-8",
    "windows-1252",
    "utf-16le",
    "utf-16be",
    "shift_jis",
    "gb18030",
    "big5",
    "euc-jp",
    "euc-kr",
    "iso-2022-jp",
];

fn same_for_every_chunk_size(dialect: &Dialect, limits: Limits, bytes: &[u8]) {
    let whole = read_with(dialect, limits, bytes, bytes.len().max(1));
    for chunk_bytes in 1..bytes.len() {
        let cut = read_with(dialect, limits, bytes, chunk_bytes);
        assert_eq!(
            cut,
            whole,
            "{dialect:?} {:?} by {chunk_bytes}",
            bytes.escape_ascii().to_string()
        );
    }
}

/// Records and blank lines together are the whole file, each record where it says, and lines count up.
fn every_byte_is_accounted_for(dialect: &Dialect, limits: Limits, bytes: &[u8]) {
    let mut end = None;
    let mut line = None;
    let reader = each_record(dialect, limits, bytes, 7, |record| {
        let offset = usize::try_from(record.position().offset).unwrap();
        let length = usize::try_from(record.byte_length()).unwrap();
        assert!(length > 0);
        assert!(record.line_count() > 0);
        if let Some(end) = end {
            let between: &[u8] = &bytes[end..offset];
            assert!(
                between.iter().all(|byte| matches!(byte, b'\n' | b'\r' | 0)),
                "{between:?}"
            );
        }
        if let Some(line) = line {
            assert!(record.position().line >= line);
        }
        let kept = record.bytes();
        assert_eq!(kept, &bytes[offset..offset + kept.len()]);
        if !matches!(record.defect(), Some(Defect::TooLarge { .. })) {
            assert_eq!(kept.len(), length);
        }
        end = Some(offset + length);
        line = Some(record.position().line + record.line_count());
    });
    assert_eq!(reader.consumed(), bytes.len() as u64);
    let body = usize::try_from(reader.body_offset().unwrap()).unwrap();
    assert!(body <= bytes.len());
}

fn dialects() -> impl Strategy<Value = Dialect> {
    (
        prop::sample::select(&ENCODINGS[..]),
        prop::sample::select(vec![
            Some(','),
            Some('|'),
            Some('\t'),
            Some('§'),
            Some('、'),
            None,
        ]),
        prop::sample::select(vec![Some('"'), Some('\''), None]),
        prop::bool::ANY,
        prop::bool::ANY,
        0_u32..3,
    )
        .prop_map(
            |(encoding, delimiter, quote, backslash, header, preamble_rows)| Dialect {
                encoding: Encoding::for_label(encoding).unwrap(),
                delimiter,
                quote,
                escape: if backslash {
                    Escape::Backslash
                } else {
                    Escape::Doubled
                },
                header: if header {
                    HeaderRow::Present
                } else {
                    HeaderRow::Absent
                },
                preamble_rows,
                ..Dialect::default()
            },
        )
}

/// Bytes that are rich in everything which means something to a reader.
fn structured_bytes(longest: usize) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(vec![
            &b","[..], b"|", b"\t", b"\"", b"\"", b"\"\"", b"\\", b"\n", b"\r", b"\r\n", b"a", b"bc", b"'", b"\0",
            b",\0", b"\"\0", b"\n\0", b"\r\0", b"\0,", b"\0\n", b"\xC2\xA7", b"\x83\x5C", b"\x83\x7C", b"\x81\x41",
            b"\x1B$B", b"\x1B(B", b"\x1B(J", b"\x8F\xA2\xAF", b"\xE3\x80\x81", b"\xEF\xBB\xBF", b"\xFF\xFE",
        ]).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 1..3),
    ];
    prop::collection::vec(piece, 0..longest).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_in_any_chunks(dialect in dialects(), bytes in structured_bytes(24), record_bytes in 0_u32..40) {
        same_for_every_chunk_size(&dialect, Limits { record_bytes, ..Limits::default() }, &bytes);
        every_byte_is_accounted_for(&dialect, Limits { record_bytes, ..Limits::default() }, &bytes);
    }

    #[test]
    fn what_is_written_is_read(
        rows in prop::collection::vec(prop::collection::vec("[ab,;\"\\\\\n\r§語😀]{0,6}", 3), 1..8),
        encoding in prop::sample::select(vec!["utf-8", "utf-16le", "utf-16be", "gb18030"]),
        backslash in prop::bool::ANY,
        chunk_bytes in 1_usize..50,
    ) {
        let escape = if backslash { Escape::Backslash } else { Escape::Doubled };
        let mut text = String::new();
        for row in &rows {
            let fields: Vec<String> = row.iter().map(|field| match escape {
                Escape::Doubled => format!("\"{}\"", field.replace('"', "\"\"")),
                Escape::Backslash => format!("\"{}\"", field.replace('\\', "\\\\").replace('"', "\\\"")),
            }).collect();
            text.push_str(&fields.join(","));
            text.push('\n');
        }
        let bytes: Vec<u8> = match encoding {
            "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            label => encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(&text).0.into_owned(),
        };
        let dialect = Dialect {
            encoding: Encoding::for_label(encoding).unwrap(),
            escape,
            header: HeaderRow::Absent,
            ..Dialect::default()
        };
        let mut read = Vec::new();
        each_record(&dialect, Limits::default(), &bytes, chunk_bytes, |record| {
            assert_eq!(record.defect(), None);
            read.push((0..record.field_count()).map(|index| record.display(index).into_owned()).collect::<Vec<_>>());
        });
        prop_assert_eq!(read, rows);
    }
}

#[test]
fn every_short_file_in_every_chunk_size() {
    let alphabet = b"a,\"\n\r";
    let doubled = Dialect {
        header: HeaderRow::Absent,
        ..Dialect::default()
    };
    let backslash = Dialect {
        escape: Escape::Backslash,
        delimiter: Some('a'),
        ..doubled.clone()
    };
    for length in 0..7_u32 {
        for number in 0..5_usize.pow(length) {
            let bytes: Vec<u8> = (0..length)
                .map(|place| alphabet[number / 5_usize.pow(place) % 5])
                .collect();
            let escaped: Vec<u8> = bytes
                .iter()
                .map(|byte| if *byte == b',' { b'\\' } else { *byte })
                .collect();
            for record_bytes in [2, 100] {
                same_for_every_chunk_size(
                    &doubled,
                    Limits {
                        record_bytes,
                        ..Limits::default()
                    },
                    &bytes,
                );
                every_byte_is_accounted_for(
                    &doubled,
                    Limits {
                        record_bytes,
                        ..Limits::default()
                    },
                    &bytes,
                );
                same_for_every_chunk_size(
                    &backslash,
                    Limits {
                        record_bytes,
                        ..Limits::default()
                    },
                    &escaped,
                );
            }
        }
    }
}

#[test]
fn an_unclosed_quote_in_a_long_file_loses_one_record() {
    let mut bytes = b"id,text\n1,\"never closed\n".to_vec();
    for number in 2..=200_000 {
        bytes.extend_from_slice(format!("{number},fine\n").as_bytes());
    }
    let mut defects = 0;
    let mut good = 0;
    each_record(
        &Dialect::default(),
        Limits::default(),
        &bytes,
        64 << 10,
        |record| match record.defect() {
            None => good += 1,
            Some(Defect::UnclosedQuote { opened_at }) => {
                assert_eq!(
                    (record.number(), opened_at.line, opened_at.offset),
                    (1, 2, 10)
                );
                defects += 1;
            }
            Some(other) => panic!("{other:?}"),
        },
    );
    assert_eq!((defects, good), (1, 199_999));
}
