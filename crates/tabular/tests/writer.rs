//! What is written is read again as it was.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use proptest::prelude::*;
use tabular::dialect::{Dialect, Escape, HeaderRow};
use tabular::encoding::Encoding;
use tabular::reader::{Cell, Limits, Reader};
use tabular::writer::{Unwritable, write_record};

fn dialect(label: &str) -> Dialect {
    Dialect {
        encoding: Encoding::for_label(label).unwrap(),
        ..Dialect::default()
    }
}

fn written(dialect: &Dialect, cells: &[&str]) -> Result<Vec<u8>, Unwritable> {
    write_record(dialect, cells, "\n")
}

#[test]
fn cells_are_quoted_where_they_have_to_be() {
    let dialect = Dialect::default();
    for (cells, expected) in [
        (vec!["a", "b"], "a,b\n"),
        (vec!["", ""], ",\n"),
        (vec![""], "\"\"\n"),
        (vec!["a,b", "c\nd"], "\"a,b\",\"c\nd\"\n"),
        (vec!["say \"x\""], "\"say \"\"x\"\"\"\n"),
        (vec![" a "], " a \n"),
    ] {
        let bytes = written(&dialect, &cells).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }
    let backslash = Dialect {
        escape: Escape::Backslash,
        ..Dialect::default()
    };
    let bytes = written(&backslash, &["a\"\\", "c\\d"]).unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), "\"a\\\"\\\\\",c\\d\n");
}

#[test]
fn what_cannot_be_written_names_the_cell_and_the_character() {
    let character = |cell, character| Err(Unwritable::Character { cell, character });
    assert_eq!(
        written(&dialect("windows-1252"), &["a", "bカ"]),
        character(1, 'カ')
    );
    // Its byte is read as a backslash.
    assert_eq!(written(&dialect("shift_jis"), &["¥"]), character(0, '¥'));
    let unquoted = Dialect {
        quote: None,
        ..Dialect::default()
    };
    assert_eq!(
        written(&unquoted, &["a", "b,c"]),
        Err(Unwritable::Separator {
            cell: 1,
            character: ','
        })
    );
    assert_eq!(written(&unquoted, &["\"a\""]).unwrap(), b"\"a\"\n");
}

fn any_dialect() -> impl Strategy<Value = Dialect> {
    (
        prop::sample::select(vec![
            "utf-8",
            "utf-16le",
            "utf-16be",
            "windows-1252",
            "iso-8859-2",
            "shift_jis",
            "iso-2022-jp",
            "gb18030",
            "big5",
            "koi8-r",
        ]),
        prop::sample::select(vec![Some(','), Some(';'), Some('\t'), Some('|'), None]),
        prop::sample::select(vec![Some('"'), Some('\''), None]),
        prop::sample::select(vec![Escape::Doubled, Escape::Backslash]),
        prop::sample::select(vec![HeaderRow::Present, HeaderRow::Absent]),
    )
        .prop_map(|(label, delimiter, quote, escape, header)| Dialect {
            delimiter,
            quote,
            escape,
            header,
            ..dialect(label)
        })
}

proptest! {
    #[test]
    fn records_come_back(
        dialect in any_dialect(),
        records in prop::collection::vec(
            prop::collection::vec("[ab\"'\\\\,;|\t\r\n éжカ中¥~]{0,6}", 2), 1..5),
        line_end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
    ) {
        let width = if dialect.delimiter.is_some() { 2 } else { 1 };
        let mut file = Vec::new();
        if dialect.header == HeaderRow::Present {
            let header = &["h1", "h2"][..width];
            file.extend(write_record(&dialect, header, line_end).unwrap());
        }
        let mut expected = Vec::new();
        for record in &records {
            if let Ok(bytes) = write_record(&dialect, &record[..width], line_end) {
                file.extend(bytes);
                expected.push(record[..width].to_vec());
            }
        }
        let mut reader = Reader::new(&dialect, Limits::default())
            .with_width(u32::try_from(width).unwrap());
        reader.feed(&file);
        reader.finish();
        let mut found = Vec::new();
        while let Some(record) = reader.next() {
            prop_assert_eq!(record.defect(), None);
            let cells: Vec<String> = record
                .fields()
                .map(|cell| match cell {
                    Cell::Text(text) => text.to_owned(),
                    Cell::Undecodable(bytes) => format!("{bytes:?}"),
                })
                .collect();
            found.push(cells);
        }
        prop_assert_eq!(found, expected);
    }
}
