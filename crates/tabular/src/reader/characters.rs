//! Finds the characters that structure a file in its original bytes, one implementation per kind of encoding.

mod narrow;
mod shifting;
mod wide;

use super::found::Span;
use crate::dialect::{Dialect, Escape};
use crate::encoding::Encoding;

pub(super) use narrow::Narrow;
pub(super) use shifting::Shifting;
pub(super) use wide::Wide;

/// What stands at a place. Whether it has a meaning there is for the scanner to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Text,
    Delimiter,
    Quote,
    Escape,
    /// LF, CR or CRLF.
    LineEnd,
}

/// Reads bytes as the characters of one encoding, as far as structure is concerned.
pub(super) trait Characters {
    /// The token at `at` and its length in bytes; `None` at the end of `bytes`, and where more bytes are needed to
    /// tell. `complete` says that no more will come.
    fn token(&mut self, bytes: &[u8], at: usize, complete: bool) -> Option<(Token, usize)>;

    /// The first place from `at` on, at most `end`, that might be something else than text outside quotes (a quote or
    /// an escape there is text).
    fn skip_plain(&self, bytes: &[u8], at: usize, end: usize) -> usize;

    /// The same inside quotes, where delimiters are text.
    fn skip_quoted(&self, bytes: &[u8], at: usize, end: usize) -> usize;

    /// Takes whole unquoted fields from the start of one on, where that can be done fast. Gives the start of the field
    /// that follows and the place to go on at, which are the same unless some of that field is passed already.
    fn take_fields(
        &self,
        _bytes: &[u8],
        at: usize,
        _record_start: usize,
        _spans: &mut Vec<Span>,
    ) -> (usize, usize) {
        (at, at)
    }

    /// The shift state, to come back to with [`Characters::restore`]; 0 at the start of every line.
    fn shift(&self) -> u8 {
        0
    }

    fn restore(&mut self, _shift: u8) {}
}

/// The implementation that an encoding needs.
#[derive(Debug)]
pub(super) enum Coding {
    Narrow(Box<Narrow>),
    Wide(Wide),
    Shifting(Shifting),
}

impl Coding {
    pub(super) fn of(dialect: &Dialect) -> Self {
        let encoding = dialect.encoding.standard();
        let structure = Structure::of(dialect);
        if encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE {
            Self::Wide(Wide::new(&structure, encoding == encoding_rs::UTF_16BE))
        } else if encoding == encoding_rs::ISO_2022_JP {
            Self::Shifting(Shifting::new(&structure))
        } else {
            Self::Narrow(Box::new(Narrow::new(&structure, encoding)))
        }
    }
}

/// The structuring characters of a dialect in the bytes of its encoding.
pub(super) struct Structure {
    delimiter: Pattern,
    quote: Pattern,
    escape: Pattern,
}

impl Structure {
    fn of(dialect: &Dialect) -> Self {
        let pattern = |character: Option<char>| {
            character.map_or(Pattern::NEVER, |one| Pattern::of(one, dialect.encoding))
        };
        // An escape escapes quotes, so without quotes there is none.
        let escape = match dialect.escape {
            Escape::Backslash if dialect.quote.is_some() => Some('\\'),
            Escape::Backslash | Escape::Doubled => None,
        };
        Self {
            delimiter: pattern(dialect.delimiter),
            quote: pattern(dialect.quote),
            escape: pattern(escape),
        }
    }
}

/// The bytes of one character; no bytes where there is none, or where the encoding cannot write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pattern {
    bytes: [u8; 4],
    length: usize,
}

impl Pattern {
    const NEVER: Self = Self {
        bytes: [0; 4],
        length: 0,
    };

    fn of(character: char, encoding: Encoding) -> Self {
        let mut buffer = [0; 4];
        let standard = encoding.standard();
        if standard == encoding_rs::UTF_16LE || standard == encoding_rs::UTF_16BE {
            let mut units = [0; 2];
            let mut pattern = Self::NEVER;
            for unit in character.encode_utf16(&mut units) {
                let two = if standard == encoding_rs::UTF_16LE {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                };
                pattern.bytes[pattern.length..pattern.length + 2].copy_from_slice(&two);
                pattern.length += 2;
            }
            return pattern;
        }
        let (bytes, _, unmappable) = standard.encode(character.encode_utf8(&mut buffer));
        // ISO-2022-JP writes other characters between escape sequences, which is no pattern to look for.
        if unmappable || bytes.len() > 4 {
            return Self::NEVER;
        }
        let mut pattern = Self::NEVER;
        pattern.bytes[..bytes.len()].copy_from_slice(&bytes);
        pattern.length = bytes.len();
        pattern
    }

    /// Whether `rest` starts with the character; `None` where `rest` is too short to tell.
    fn starts(&self, rest: &[u8]) -> Option<bool> {
        let available = rest.len().min(self.length);
        if self.length == 0 || rest[..available] != self.bytes[..available] {
            Some(false)
        } else if available == self.length {
            Some(true)
        } else {
            None
        }
    }
}
