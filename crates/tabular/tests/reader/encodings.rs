//! Structure is found in the original bytes of any encoding, and fields are decoded one by one.

use crate::account::{check, plain};
use tabular::dialect::{Dialect, Escape};
use tabular::encoding::Encoding;

#[test]
fn undecodable_cells_are_shown_byte_by_byte() {
    check(
        &plain(),
        b"Lef\xE8vre,b\n\xC0\xAF,\xED\xA0\x80\n\0,\x07",
        &[
            "1 1:0+10*1 !Lef\\xE8vre|b",
            "2 2:10+7*1 !\\xC0\\xAF|!\\xED\\xA0\\x80",
            "3 3:17+3*1 \\0|\\u{7}",
        ],
    );
    check(
        &plain(),
        b"\"a\"\"\xFF\",\"\xC3\xA9\"\"\"",
        &["1 1:0+13*1 !a\"\\xFF|\u{e9}\""],
    );
}

#[test]
fn single_byte_text_is_decoded_field_by_field() {
    let dialect = Dialect {
        encoding: Encoding::WINDOWS_1252,
        delimiter: Some(';'),
        ..plain()
    };
    check(
        &dialect,
        b"J\xFCrgen;50 \x80\n\xC3\xA9;\"\xE4\"\"\"",
        &["1 1:0+12*1 Jürgen|50 €", "2 2:12+8*1 Ã©|ä\""],
    );
}

#[test]
fn a_delimiter_may_be_outside_ascii() {
    let dialect = Dialect {
        delimiter: Some('§'),
        ..plain()
    };
    check(
        &dialect,
        "a§b\n\"c§d\"§é".as_bytes(),
        &["1 1:0+5*1 a|b", "2 2:5+10*1 c§d|é"],
    );
    let latin = Dialect {
        encoding: Encoding::WINDOWS_1252,
        ..dialect.clone()
    };
    check(&latin, b"a\xA7b\n", &["1 1:0+4*1 a|b"]);
    let wide = Dialect {
        encoding: Encoding::UTF_16LE,
        delimiter: Some('😀'),
        ..plain()
    };
    check(&wide, &utf16le("a😀b😁"), &["1 1:0+12*1 a|b😁"]);
}

#[test]
fn trail_bytes_that_look_like_separators_do_not_split() {
    // In Shift_JIS the second byte of `ソ` is a backslash, and that of `ポ` is a bar.
    let japanese = Dialect {
        encoding: Encoding::for_label("shift_jis").unwrap(),
        delimiter: Some('|'),
        escape: Escape::Backslash,
        ..plain()
    };
    check(
        &japanese,
        b"\x83\x7C|\x83\x5C\n\"\x83\x5C\"|\xB1\n",
        &["1 1:0+6*1 ポ|ソ", "2 2:6+7*1 ソ|ｱ"],
    );
    // A lead byte that makes no character with the delimiter after it is broken alone.
    check(&japanese, b"\xFC|b\n", &["1 1:0+4*1 !\\xFC|b"]);
    let chinese = Dialect {
        encoding: Encoding::for_label("gb18030").unwrap(),
        delimiter: Some('|'),
        ..plain()
    };
    check(
        &chinese,
        b"\x81\x7C|\x90\x30\x81\x30\n",
        &["1 1:0+8*1 亅|\u{10000}"],
    );
}

#[test]
fn iso_2022_jp_text_does_not_split() {
    // The second byte of `あ` is a quote in ASCII, and the unfinished third line has two commas for one character.
    let dialect = Dialect {
        encoding: Encoding::for_label("iso-2022-jp").unwrap(),
        ..plain()
    };
    check(
        &dialect,
        b"\x1B$B$\"\x1B(B,\"\x1B$B$$\x1B(B\"\"\"\nb,\x1B(J\\\x1B(B\n",
        &["1 1:0+22*1 あ|い\"", "2 2:22+10*1 b|¥"],
    );
    check(
        &dialect,
        b"\x1B(Ja,\\\n\x1B$B,,\nc,d",
        &[
            "1 1:0+7*1 a|¥",
            "2 2:7+6*1 !\\x2C\\x2C TooFewFields { found: 1, expected: 2 }",
            "3 3:13+3*1 c|d",
        ],
    );
}

fn utf16le(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn utf_16_is_read_by_code_unit() {
    let little = Dialect {
        encoding: Encoding::UTF_16LE,
        ..plain()
    };
    // U+2C0A, U+0D2C and U+222C hold the bytes of a comma, line ends and a quote.
    check(
        &little,
        &utf16le("\u{FEFF}a,\u{2C0A}\n\"\u{0D2C}\"\"\r\n\u{222C}\",d\r\n"),
        &[
            "1 1:2+8*1 a|\u{2C0A}",
            "2 2:10+24*2 \u{0D2C}\"\\r\\n\u{222C}|d",
        ],
    );
    let big = Dialect {
        encoding: Encoding::UTF_16BE,
        ..plain()
    };
    let bytes: Vec<u8> = "\u{FEFF}a,b\n\u{0A00},d"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    check(&big, &bytes, &["1 1:2+8*1 a|b", "2 2:10+6*1 \u{0A00}|d"]);
}

#[test]
fn lone_surrogates_and_half_units_are_undecodable_data() {
    let little = Dialect {
        encoding: Encoding::UTF_16LE,
        ..plain()
    };
    check(
        &little,
        b"\x00\xD8,\0b\0\n\0c\0,\0d",
        &["1 1:0+8*1 !\\x00\\xD8|b", "2 2:8+5*1 c|!\\x64"],
    );
}
