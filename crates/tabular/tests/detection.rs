//! What is detected in small samples, and how that is said.

use proptest::prelude::*;
use tabular::detect::{Detection, LineEnd, Question, detect};
use tabular::dialect::{Escape, HeaderRow};
use tabular::reader::{Limits, Reader};

/// Delimiter, quote and escape, header and preamble, each as one character: `,"d+0`.
fn shown(detection: &Detection) -> String {
    let dialect = &detection.dialect;
    format!(
        "{}{}{}{}{}",
        dialect.delimiter.map_or("none".to_owned(), String::from),
        dialect.quote.map_or("none".to_owned(), String::from),
        match dialect.escape {
            Escape::Doubled => 'd',
            Escape::Backslash => '\\',
        },
        match dialect.header {
            HeaderRow::Present => '+',
            HeaderRow::Absent => '-',
        },
        dialect.preamble_rows,
    )
}

fn check(sample: &str, expected: &str) {
    assert_eq!(
        shown(&detect(sample.as_bytes(), true)),
        expected,
        "{sample:?}"
    );
}

#[test]
fn delimiters_are_told_by_regular_widths() {
    check("id,name\n1,Ada\n2,Grace\n", ",\"d+0");
    check("id;price\n1;2,50\n2;3,75\n3;12,00\n", ";\"d+0");
    check("id\tname\n1\tAda, Countess\n2\tGrace\n", "\t\"d+0");
    check("id|name\n1|Ada, B\n2|Grace\n", "|\"d+0");
}

#[test]
fn one_odd_record_does_not_change_the_delimiter() {
    let regular = "12,Ada,London\n".repeat(30);
    check(&format!("id,name,town\n{regular}31,Grace\n"), ",\"d+0");
}

#[test]
fn lines_of_text_are_one_column() {
    check(
        "ada@example.org\ngrace@example.org\nmary@example.org\n",
        "none\"d-0",
    );
}

#[test]
fn quotes_are_those_around_fields() {
    check("id,text\n1,'a, b'\n2,'c, d, e'\n3,'f'\n", ",'d+0");
    check("id,text\n1,\"a, b\"\n2,\"it's\"\n3,\"f\"\n", ",\"d+0");
}

#[test]
fn backslash_escapes_are_seen() {
    check(
        "id,text\n1,\"say \\\"hi\\\", you\"\n2,\"\\\"well\\\", no\"\n3,\"x\"\n",
        ",\"\\+0",
    );
}

#[test]
fn a_first_row_like_the_others_is_no_header() {
    check(
        "1,2.5,2026-01-01\n2,3.5,2026-01-02\n3,4.5,2026-01-03\n",
        ",\"d-0",
    );
}

#[test]
fn titles_and_blank_lines_are_the_preamble() {
    check(
        "Report of May\n\nid,name,town\n1,Ada,London\n2,Grace,New York\n",
        ",\"d+2",
    );
    check(
        "Report,,\n,,\nid,name,town\n1,Ada,London\n2,Grace,New York\n",
        ",\"d+2",
    );
}

#[test]
fn line_ends_are_those_of_records() {
    for (sample, expected) in [
        ("", LineEnd::None),
        ("a,b\n1,2\n", LineEnd::Lf),
        ("a,b\r\n1,2\r\n", LineEnd::Crlf),
        ("a,b\r1,2\r", LineEnd::Cr),
        ("a,b\r\n1,2\n3,4\n", LineEnd::Mixed),
        ("a,b\r\n1,\"2\n3\"\r\n4,5\r\n", LineEnd::Crlf),
    ] {
        assert_eq!(
            detect(sample.as_bytes(), true).line_end,
            expected,
            "{sample:?}"
        );
    }
}

#[test]
fn evidence_is_given_in_words() {
    let detection = detect(b"id;name\n1;Ada\n2;Grace\n", true);
    let sentence = |question| detection.evidence_for(question).unwrap().sentence.as_str();
    assert_eq!(
        sentence(Question::Encoding),
        "All 22 sampled bytes are ASCII, which UTF-8 contains."
    );
    assert_eq!(
        sentence(Question::Delimiter),
        "Every one of 3 sampled records has 2 columns with `;`, with no delimiter 3 of 3 have 1 column."
    );
    assert_eq!(
        sentence(Question::Quote),
        "The sample has no quotes; the usual one is assumed."
    );
    assert_eq!(
        sentence(Question::Escape),
        "No quote in the sample has a backslash before it."
    );
    assert_eq!(
        sentence(Question::Header),
        "In 2 of 2 columns the first row looks different from the rows below it, in 0 it looks like them."
    );
    assert_eq!(
        sentence(Question::Preamble),
        "The first record already fills 2 of 2 columns."
    );
}

#[test]
fn a_single_row_is_a_tie() {
    let detection = detect(b"a,b\n", true);
    assert!(detection.ties().any(|tie| tie.question == Question::Header));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_give_answers_that_can_be_read_with(
        pieces in prop::collection::vec(
            prop_oneof![
                prop::sample::select(vec![
                    &b","[..], b";", b"\t", b"|", b"\"", b"'", b"\\", b"\n", b"\r\n", b"\r", b"\0", b"12", b"abc", b" ",
                    b"\xEF\xBB\xBF", b"\xFF\xFE", b"\x1B$B", b"\xC3\xA9", b"\xE8", b"\xF0\x9F\x98\x80",
                ]).prop_map(<[u8]>::to_vec),
                prop::collection::vec(any::<u8>(), 1..4),
            ],
            0..60,
        ),
        complete in any::<bool>(),
    ) {
        let sample = pieces.concat();
        let detection = detect(&sample, complete);
        prop_assert_eq!(detection.evidence.len(), 6);
        for one in &detection.evidence {
            prop_assert!((0.0..=1.0).contains(&one.margin), "{:?}", one);
        }
        let mut reader = Reader::new(&detection.dialect, Limits::default());
        reader.feed(&sample);
        reader.finish();
        while reader.next().is_some() {}
        prop_assert_eq!(reader.consumed(), sample.len() as u64);
    }
}
