//! ISO-2022-JP: escape sequences switch what the following bytes mean, and bytes of Japanese text look like ASCII.

use super::{Characters, Pattern, Structure, Token};

const ESCAPE: u8 = 0x1B;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shift {
    Ascii,
    /// ASCII with a yen sign and an overline.
    Roman,
    Katakana,
    Kanji,
}

/// A line end brings back ASCII (RFC 1468), whether or not the file says so: a missing escape sequence harms one line.
#[derive(Debug)]
pub(in crate::reader) struct Shifting {
    delimiter: Pattern,
    quote: Pattern,
    escape: Pattern,
    shift: Shift,
}

impl Shifting {
    pub(super) fn new(structure: &Structure) -> Self {
        Self {
            delimiter: structure.delimiter,
            quote: structure.quote,
            escape: structure.escape,
            shift: Shift::Ascii,
        }
    }

    fn single(&self, byte: u8) -> Token {
        let is = |pattern: &Pattern| pattern.length == 1 && pattern.bytes[0] == byte;
        if is(&self.delimiter) {
            Token::Delimiter
        } else if is(&self.quote) {
            Token::Quote
        } else if is(&self.escape) && self.shift == Shift::Ascii {
            Token::Escape
        } else {
            Token::Text
        }
    }

    fn escape_sequence(&mut self, rest: &[u8], complete: bool) -> Option<(Token, usize)> {
        if rest.len() < 3 && !complete {
            return None;
        }
        self.shift = match rest.get(1..3) {
            Some(b"(B") => Shift::Ascii,
            Some(b"(J") => Shift::Roman,
            Some(b"(I") => Shift::Katakana,
            Some(b"$@" | b"$B") => Shift::Kanji,
            _ => return Some((Token::Text, 1)),
        };
        Some((Token::Text, 3))
    }
}

impl Characters for Shifting {
    fn token(&mut self, bytes: &[u8], at: usize, complete: bool) -> Option<(Token, usize)> {
        let rest = bytes.get(at..)?;
        let first = *rest.first()?;
        match first {
            b'\n' => {
                self.shift = Shift::Ascii;
                Some((Token::LineEnd, 1))
            }
            b'\r' => {
                let length = match rest.get(1) {
                    Some(b'\n') => 2,
                    None if !complete => return None,
                    _ => 1,
                };
                self.shift = Shift::Ascii;
                Some((Token::LineEnd, length))
            }
            ESCAPE => self.escape_sequence(rest, complete),
            _ => match self.shift {
                Shift::Ascii | Shift::Roman => Some((self.single(first), 1)),
                Shift::Katakana => Some((Token::Text, 1)),
                Shift::Kanji => match rest.get(1) {
                    Some(b'\n' | b'\r' | &ESCAPE) => Some((Token::Text, 1)),
                    Some(_) => Some((Token::Text, 2)),
                    None => complete.then_some((Token::Text, 1)),
                },
            },
        }
    }

    fn skip_plain(&self, _bytes: &[u8], at: usize, _end: usize) -> usize {
        at
    }

    fn skip_quoted(&self, _bytes: &[u8], at: usize, _end: usize) -> usize {
        at
    }

    fn shift(&self) -> u8 {
        match self.shift {
            Shift::Ascii => 0,
            Shift::Roman => b'J',
            Shift::Katakana => b'I',
            Shift::Kanji => b'B',
        }
    }

    fn restore(&mut self, shift: u8) {
        self.shift = match shift {
            b'J' => Shift::Roman,
            b'I' => Shift::Katakana,
            b'B' => Shift::Kanji,
            _ => Shift::Ascii,
        };
    }
}
