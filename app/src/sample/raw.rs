//! The bytes of a file as text in which nothing is invisible: line ends, tabs, spaces, and bytes that are no text.

use tabular::encoding::Encoding;

/// A piece of a line, each kind shown in its own way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    /// So many spaces in a row.
    Spaces(usize),
    Tab,
    /// `CRLF`, `LF` or `CR`; ends its line.
    LineEnd(&'static str),
    /// Two hexadecimal digits of a byte that the encoding does not know.
    Byte(String),
    /// A character that has no picture, by its name or code point.
    Invisible(String),
}

/// The lines of the first bytes of a file; `most` of them at most.
pub fn lines(bytes: &[u8], encoding: Encoding, most: usize) -> Vec<Vec<Piece>> {
    let text = encoding.display(bytes);
    let mut lines = vec![Vec::new()];
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (piece, length) = first_piece(rest);
        rest = &rest[length..];
        let ends = matches!(piece, Piece::LineEnd(_));
        if let Some(line) = lines.last_mut() {
            line.push(piece);
        }
        if ends {
            if lines.len() == most {
                return lines;
            }
            lines.push(Vec::new());
        }
    }
    if lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    lines
}

/// The pieces of a cell's text, in which undecodable bytes are written as `\xE8`.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, length) = first_piece(rest);
        rest = &rest[length..];
        pieces.push(piece);
    }
    pieces
}

fn first_piece(text: &str) -> (Piece, usize) {
    let Some(first) = text.chars().next() else {
        return (Piece::Text(String::new()), 0);
    };
    match first {
        '\r' if text[1..].starts_with('\n') => (Piece::LineEnd("CRLF"), 2),
        '\r' => (Piece::LineEnd("CR"), 1),
        '\n' => (Piece::LineEnd("LF"), 1),
        '\t' => (Piece::Tab, 1),
        ' ' => {
            let count = text.bytes().take_while(|byte| *byte == b' ').count();
            (Piece::Spaces(count), count)
        }
        '\\' => match undecodable_byte(text) {
            Some(digits) => (Piece::Byte(digits.to_owned()), 4),
            None => (Piece::Text("\\".to_owned()), 1),
        },
        other if is_invisible(other) => (Piece::Invisible(name(other)), other.len_utf8()),
        _ => {
            let end = text.find(is_special).unwrap_or(text.len());
            (Piece::Text(text[..end].to_owned()), end)
        }
    }
}

/// The digits of `\xE8` at the start of the text.
fn undecodable_byte(text: &str) -> Option<&str> {
    let digits = text.strip_prefix("\\x")?.get(..2)?;
    digits
        .bytes()
        .all(|digit| matches!(digit, b'0'..=b'9' | b'A'..=b'F'))
        .then_some(digits)
}

fn is_special(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\t' | ' ' | '\\') || is_invisible(character)
}

fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{a0}' | '\u{ad}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{2060}'..='\u{206f}')
}

fn name(character: char) -> String {
    match character {
        '\u{feff}' => "BOM".to_owned(),
        '\u{a0}' => "NBSP".to_owned(),
        '\0' => "NUL".to_owned(),
        other => format!("U+{:04X}", u32::from(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    #[test]
    fn line_ends_tabs_and_spaces_are_pieces_of_their_own() {
        let found = lines(b"a;b  c\r\nd\te\nf\rg", Encoding::UTF_8, 100);
        let expected = vec![
            vec![
                text("a;b"),
                Piece::Spaces(2),
                text("c"),
                Piece::LineEnd("CRLF"),
            ],
            vec![text("d"), Piece::Tab, text("e"), Piece::LineEnd("LF")],
            vec![text("f"), Piece::LineEnd("CR")],
            vec![text("g")],
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn undecodable_bytes_show_their_value_and_backslashes_stay() {
        let found = lines(b"caf\xE9,C:\\x", Encoding::UTF_8, 100);
        assert_eq!(
            found,
            [vec![
                text("caf"),
                Piece::Byte("E9".to_owned()),
                text(",C:"),
                text("\\"),
                text("x")
            ]]
        );
    }

    #[test]
    fn invisible_characters_are_named() {
        let found = pieces("\u{feff}a\u{a0}b\0");
        let named = |name: &str| Piece::Invisible(name.to_owned());
        assert_eq!(
            found,
            [
                named("BOM"),
                text("a"),
                named("NBSP"),
                text("b"),
                named("NUL")
            ]
        );
    }

    #[test]
    fn no_more_lines_than_asked_for() {
        assert_eq!(lines(b"1\n2\n3\n", Encoding::UTF_8, 2).len(), 2);
        assert_eq!(lines(b"1\n2\n", Encoding::UTF_8, 9).len(), 2);
    }
}
