//! Any bytes in any dialect: the size of the chunks changes nothing, and every byte is accounted for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tabular::dialect::{Dialect, Escape, HeaderRow};
use tabular::encoding::Encoding;
use tabular::reader::{Defect, Limits, Reader, Record};

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
const DELIMITERS: [Option<char>; 8] = [
    Some(','),
    Some(';'),
    Some('\t'),
    Some('|'),
    Some('§'),
    Some('、'),
    Some('😀'),
    None,
];
const QUOTES: [Option<char>; 4] = [Some('"'), Some('\''), Some('«'), None];

#[derive(Debug, PartialEq)]
struct Seen {
    number: u64,
    offset: u64,
    line: u64,
    line_count: u64,
    byte_length: u64,
    defect: Option<Defect>,
    cells: Vec<String>,
}

impl Seen {
    fn of(record: &Record<'_>) -> Self {
        Self {
            number: record.number(),
            offset: record.position().offset,
            line: record.position().line,
            line_count: record.line_count(),
            byte_length: record.byte_length(),
            defect: record.defect().cloned(),
            cells: (0..record.field_count())
                .map(|index| record.display(index).into_owned())
                .collect(),
        }
    }
}

fuzz_target!(|input: (u8, u8, u8, u8, u8, &[u8])| {
    let (encoding, characters, structure, record_bytes, chunk_bytes, bytes) = input;
    let pick = |number: u8, length: usize| usize::from(number) % length;
    let dialect = Dialect {
        encoding: Encoding::for_label(ENCODINGS[pick(encoding, ENCODINGS.len())])
            .expect("the labels are the standard's"),
        delimiter: DELIMITERS[pick(characters, DELIMITERS.len())],
        quote: QUOTES[pick(characters / 8, QUOTES.len())],
        escape: if structure & 1 == 0 {
            Escape::Doubled
        } else {
            Escape::Backslash
        },
        header: if structure & 2 == 0 {
            HeaderRow::Present
        } else {
            HeaderRow::Absent
        },
        preamble_rows: u32::from(structure >> 2) % 4,
    };
    let limits = Limits {
        record_bytes: u32::from(record_bytes),
    };
    let whole = read(&dialect, limits, bytes, bytes.len().max(1));
    let cut = read(&dialect, limits, bytes, usize::from(chunk_bytes).max(1));
    assert_eq!(whole, cut);
});

fn read(dialect: &Dialect, limits: Limits, bytes: &[u8], chunk_bytes: usize) -> Vec<Seen> {
    let mut reader = Reader::new(dialect, limits);
    let mut records = Vec::new();
    for chunk in bytes.chunks(chunk_bytes) {
        reader.feed(chunk);
        take(&mut reader, bytes, &mut records);
    }
    reader.finish();
    take(&mut reader, bytes, &mut records);
    assert_eq!(reader.consumed(), bytes.len() as u64);
    assert!(reader.body_offset().is_some());
    records
}

fn take(reader: &mut Reader, bytes: &[u8], records: &mut Vec<Seen>) {
    while let Some(record) = reader.next() {
        let seen = Seen::of(&record);
        let start = seen.offset as usize;
        assert!(bytes[start..].starts_with(record.bytes()));
        assert!(seen.byte_length >= record.bytes().len() as u64 && seen.byte_length > 0);
        if let Some(last) = records.last() {
            assert_eq!(seen.number, last.number + 1);
            assert!(seen.offset >= last.offset + last.byte_length);
            assert!(seen.line >= last.line + last.line_count);
        }
        records.push(seen);
    }
}
