//! What the reader makes of bytes: tables of file content and the records in it.

use crate::account::{check, each_record, plain, read, read_with};
use tabular::dialect::{Dialect, Escape, HeaderRow};
use tabular::reader::{Defect, Limits};

fn check_limited(record_bytes: u32, bytes: &[u8], expected: &[&str]) {
    let records = read_with(
        &plain(),
        Limits {
            record_bytes,
            ..Limits::default()
        },
        bytes,
        bytes.len().max(1),
    );
    assert_eq!(records, expected, "{:?}", bytes.escape_ascii().to_string());
}

#[test]
fn line_ends_of_all_kinds_end_records() {
    check(&plain(), b"", &[]);
    check(&plain(), b"a,b\nc,d\n", &["1 1:0+4*1 a|b", "2 2:4+4*1 c|d"]);
    check(&plain(), b"a,b\nc,d", &["1 1:0+4*1 a|b", "2 2:4+3*1 c|d"]);
    check(
        &plain(),
        b"a,b\r\nc,d\r\n",
        &["1 1:0+5*1 a|b", "2 2:5+5*1 c|d"],
    );
    check(&plain(), b"a,b\rc,d\r", &["1 1:0+4*1 a|b", "2 2:4+4*1 c|d"]);
    check(
        &plain(),
        b"a,b\rc,d\ne,f\r\ng,h\n\ri,j",
        &[
            "1 1:0+4*1 a|b",
            "2 2:4+4*1 c|d",
            "3 3:8+5*1 e|f",
            "4 4:13+4*1 g|h",
            "5 6:18+3*1 i|j",
        ],
    );
}

#[test]
fn empty_fields_are_fields() {
    check(&plain(), b",\n", &["1 1:0+2*1 |"]);
    check(&plain(), b"a,", &["1 1:0+2*1 a|"]);
    check(&plain(), b",,\na,b,\n", &["1 1:0+3*1 ||", "2 2:3+5*1 a|b|"]);
    check(&plain(), b"\"\",\"\"\n", &["1 1:0+6*1 |"]);
}

#[test]
fn quotes_hold_delimiters_line_ends_and_doubled_quotes() {
    check(&plain(), b"\"a,b\",c\n", &["1 1:0+8*1 a,b|c"]);
    check(
        &plain(),
        b"\"a\nb\",c\nd,e\n",
        &["1 1:0+8*2 a\\nb|c", "2 3:8+4*1 d|e"],
    );
    check(
        &plain(),
        b"\"a\r\nb\rc\",d\ne,f",
        &["1 1:0+11*3 a\\r\\nb\\rc|d", "2 4:11+3*1 e|f"],
    );
    check(
        &plain(),
        b"\"say \"\"hi\"\"\",b",
        &["1 1:0+14*1 say \"hi\"|b"],
    );
    check(&plain(), b"\"\"\"\",b", &["1 1:0+6*1 \"|b"]);
}

#[test]
fn a_quote_inside_an_unquoted_field_is_text() {
    check(&plain(), b"a\"b,c\"\n", &["1 1:0+7*1 a\"b|c\""]);
    check(
        &plain(),
        b"12\" desk, \"x\"",
        &["1 1:0+13*1 12\" desk| \"x\""],
    );
}

#[test]
fn text_after_a_closing_quote_on_the_same_line_is_kept() {
    check(&plain(), b"\"a\"b,c", &["1 1:0+6*1 ab|c"]);
    check(&plain(), b"\"a\" \"b\",c", &["1 1:0+9*1 a \"b\"|c"]);
    check(
        &plain(),
        b"\"a\"\"b\"c\"\"d,e",
        &["1 1:0+12*1 a\"bc\"\"d|e"],
    );
}

#[test]
fn a_quote_closed_lines_later_in_the_middle_of_a_field_was_not_closed() {
    check(
        &plain(),
        b"a,\"b\nc,d\ne,f\"g\nh,i\n",
        &[
            "1 1:0+5*1 a|\"b UnclosedQuote { opened_at: Position { offset: 2, line: 1 } }",
            "2 2:5+4*1 c|d",
            "3 3:9+6*1 e|f\"g",
            "4 4:15+4*1 h|i",
        ],
    );
}

#[test]
fn a_quote_open_at_the_end_costs_one_line() {
    check(
        &plain(),
        b"a,b\n\"c,d\r\ne,f\ng,h\n",
        &[
            "1 1:0+4*1 a|b",
            "2 2:4+6*1 \"c,d UnclosedQuote { opened_at: Position { offset: 4, line: 2 } }",
            "3 3:10+4*1 e|f",
            "4 4:14+4*1 g|h",
        ],
    );
    check(
        &plain(),
        b"a,\"b",
        &["1 1:0+4*1 a|\"b UnclosedQuote { opened_at: Position { offset: 2, line: 1 } }"],
    );
}

#[test]
fn the_record_is_cut_at_the_line_where_the_quote_opened_not_where_the_record_began() {
    check(
        &plain(),
        b"\"a\nb\",\"c\nd,e\nf,g",
        &[
            "1 1:0+9*2 a\\nb|\"c UnclosedQuote { opened_at: Position { offset: 6, line: 2 } }",
            "2 3:9+4*1 d|e",
            "3 4:13+3*1 f|g",
        ],
    );
}

#[test]
fn a_record_that_passes_the_limit_inside_quotes_is_cut() {
    check_limited(
        8,
        b"a,\"b\nc,d\ne,f\ng,h\n",
        &[
            "1 1:0+5*1 a|\"b UnclosedQuote { opened_at: Position { offset: 2, line: 1 } }",
            "2 2:5+4*1 c|d",
            "3 3:9+4*1 e|f",
            "4 4:13+4*1 g|h",
        ],
    );
}

#[test]
fn a_line_over_the_limit_is_skipped_with_its_true_length() {
    check_limited(
        4,
        b"a,bc\nd,efg\nh,i",
        &[
            "1 1:0+5*1 a|bc",
            "2 2:5+6*1  TooLarge { limit_bytes: 4 }",
            "3 3:11+3*1 h|i",
        ],
    );
    check_limited(
        4,
        b"a,b\n\"cdefgh\"\nh,i\n",
        &[
            "1 1:0+4*1 a|b",
            "2 2:4+9*1  TooLarge { limit_bytes: 4 }",
            "3 3:13+4*1 h|i",
        ],
    );
    check_limited(4, b"abcdefgh", &["1 1:0+8*1  TooLarge { limit_bytes: 4 }"]);
}

#[test]
fn ragged_records_keep_their_fields() {
    check(
        &plain(),
        b"a,b\nc\nd,e,f\n",
        &[
            "1 1:0+4*1 a|b",
            "2 2:4+2*1 c TooFewFields { found: 1, expected: 2 }",
            "3 3:6+6*1 d|e|f TooManyFields { found: 3, expected: 2 }",
        ],
    );
}

#[test]
fn blank_lines_are_no_records_where_there_are_several_columns() {
    check(
        &plain(),
        b"\n\na,b\n\r\nc,d\n\n",
        &["1 3:2+4*1 a|b", "2 5:8+4*1 c|d"],
    );
    check(
        &plain(),
        b"a,b\n \n",
        &[
            "1 1:0+4*1 a|b",
            "2 2:4+2*1   TooFewFields { found: 1, expected: 2 }",
        ],
    );
}

#[test]
fn a_blank_line_of_one_column_is_an_empty_record() {
    let lines = Dialect {
        delimiter: None,
        quote: None,
        ..plain()
    };
    check(
        &lines,
        b"a,\"b\n\nc",
        &["1 1:0+5*1 a,\"b", "2 2:5+1*1 ", "3 3:6+1*1 c"],
    );
    let headed = Dialect {
        header: HeaderRow::Present,
        ..plain()
    };
    check(
        &headed,
        b"name\na\n\nb\n",
        &["1 2:5+2*1 a", "2 3:7+1*1 ", "3 4:8+2*1 b"],
    );
}

#[test]
fn a_backslash_escapes_quotes_and_backslashes_inside_quotes() {
    let dialect = Dialect {
        escape: Escape::Backslash,
        ..plain()
    };
    check(&dialect, br#""a\"b","c\\""#, &[r#"1 1:0+12*1 a"b|c\"#]);
    check(&dialect, br#""C:\new",b"#, &[r"1 1:0+10*1 C:\new|b"]);
    check(&dialect, br#"a\"b,c\,d"#, &[r#"1 1:0+9*1 a\"b|c\|d"#]);
    check(&dialect, br#""a""b",c"#, &[r#"1 1:0+8*1 a"b"|c"#]);
}

#[test]
fn without_a_quote_character_quotes_are_text() {
    let dialect = Dialect {
        quote: None,
        escape: Escape::Backslash,
        ..plain()
    };
    check(
        &dialect,
        b"\"a,b\\\"\n\"c,d",
        &["1 1:0+7*1 \"a|b\\\"", "2 2:7+4*1 \"c|d"],
    );
}

#[test]
fn preamble_and_header_stand_before_the_body() {
    let dialect = Dialect {
        preamble_rows: 3,
        ..Dialect::default()
    };
    let bytes = b"\xEF\xBB\xBFReport \"x\n\n\"two\nlines\",,\n\na,b\n\n1,2\n";
    check(&dialect, bytes, &["1 8:34+4*1 1|2"]);
    let mut reader = tabular::reader::Reader::new(&dialect, Limits::default());
    reader.feed(bytes);
    reader.finish();
    assert!(reader.next().is_some());
    assert!(reader.next().is_none());
    assert_eq!(reader.preamble(), ["Report \"x", "", "\"two\nlines\",,"]);
    assert_eq!(reader.header().unwrap(), ["a", "b"]);
    assert_eq!(reader.body_offset(), Some(34));
    assert_eq!(reader.consumed(), bytes.len() as u64);
}

#[test]
fn a_file_of_header_alone_has_its_body_at_the_end() {
    let mut reader = tabular::reader::Reader::new(&Dialect::default(), Limits::default());
    reader.feed(b"a,b");
    assert!(reader.next().is_none());
    assert_eq!((reader.header(), reader.body_offset()), (None, None));
    reader.finish();
    assert!(reader.next().is_none());
    assert_eq!(reader.header().unwrap(), ["a", "b"]);
    assert_eq!(reader.body_offset(), Some(3));
}

#[test]
fn the_expected_width_comes_from_header_then_caller_then_first_record() {
    let mut reader = tabular::reader::Reader::new(&plain(), Limits::default()).with_width(3);
    reader.feed(b"a,b\n");
    assert!(reader.next().unwrap().defect().is_some());
    let mut reader =
        tabular::reader::Reader::new(&Dialect::default(), Limits::default()).with_width(3);
    reader.feed(b"a,b\nc,d\n");
    assert!(reader.next().unwrap().defect().is_none());
}

#[test]
fn a_dialect_that_contradicts_itself_is_read_without_harm() {
    for character in ['\n', '\r', '"', '\\', '\0', 'a', '\u{10FFFF}'] {
        for escape in [Escape::Doubled, Escape::Backslash] {
            let dialect = Dialect {
                delimiter: Some(character),
                quote: Some('"'),
                escape,
                ..plain()
            };
            read(&dialect, b"a\"b\\\n\r\"\0a\"\n");
            let dialect = Dialect {
                quote: Some(character),
                ..dialect
            };
            read(&dialect, b"a\"b\\\n\r\"\0a\"\n");
        }
    }
}

#[test]
fn a_file_with_too_many_columns_gives_none_of_them() {
    let dialect = Dialect {
        columns_at_most: 3,
        ..Dialect::default()
    };
    let too_many = Defect::TooManyColumns {
        found: 4,
        at_most: 3,
    };
    let mut seen = Vec::new();
    let reader = each_record(
        &dialect,
        Limits::of(&dialect),
        b"a,b,c,d\n1,2,3,4\n1,2\n1,2,3,4\n",
        1,
        |record| seen.push((record.field_count(), record.defect().cloned())),
    );
    assert_eq!(reader.header(), Some(&[][..]));
    assert_eq!(reader.header_defect(), Some(&too_many));
    let wider = Defect::TooManyFields {
        found: 4,
        expected: 2,
    };
    let expected = [(0, Some(too_many)), (2, None), (0, Some(wider))];
    assert_eq!(seen, expected);
}
