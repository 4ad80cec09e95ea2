//! UTF-16: every character is one or two code units of two bytes, so that bytes which look like separators are none.

use super::{Characters, Pattern, Structure, Token};

/// All patterns are in the byte order of the file.
#[derive(Debug)]
pub(in crate::reader) struct Wide {
    delimiter: Pattern,
    quote: Pattern,
    escape: Pattern,
    line_feed: [u8; 2],
    carriage_return: [u8; 2],
}

impl Wide {
    pub(super) fn new(structure: &Structure, big_endian: bool) -> Self {
        let unit = |byte: u8| {
            if big_endian { [0, byte] } else { [byte, 0] }
        };
        Self {
            delimiter: structure.delimiter,
            quote: structure.quote,
            escape: structure.escape,
            line_feed: unit(b'\n'),
            carriage_return: unit(b'\r'),
        }
    }

    /// The first unit from `at` on that ends a line or begins one of the patterns.
    fn skip(&self, bytes: &[u8], at: usize, end: usize, patterns: [Pattern; 2]) -> usize {
        if at >= end {
            return at;
        }
        let unit = |two: [u8; 2]| u16::from_ne_bytes(two);
        // A pattern that never matches is looked for as a line feed, which stops the search anyway.
        let first = |pattern: Pattern| match pattern.length {
            0 => unit(self.line_feed),
            _ => unit([pattern.bytes[0], pattern.bytes[1]]),
        };
        let (line_feed, carriage_return) = (unit(self.line_feed), unit(self.carriage_return));
        let (one, other) = (first(patterns[0]), first(patterns[1]));
        let (units, _) = bytes[at..end].as_chunks::<2>();
        units
            .iter()
            .position(|two| {
                let here = unit(*two);
                here == one || here == other || here == line_feed || here == carriage_return
            })
            .map_or(at + units.len() * 2, |found| at + found * 2)
    }
}

impl Characters for Wide {
    #[inline]
    fn token(&mut self, bytes: &[u8], at: usize, complete: bool) -> Option<(Token, usize)> {
        let rest = bytes.get(at..)?;
        let Some(first) = rest.first_chunk::<2>() else {
            // Half a code unit at the end of the file.
            return (complete && !rest.is_empty()).then_some((Token::Text, rest.len()));
        };
        if *first == self.line_feed {
            return Some((Token::LineEnd, 2));
        }
        if *first == self.carriage_return {
            return match rest[2..].first_chunk::<2>() {
                Some(next) if *next == self.line_feed => Some((Token::LineEnd, 4)),
                None if !complete => None,
                _ => Some((Token::LineEnd, 2)),
            };
        }
        for (pattern, token) in [
            (&self.delimiter, Token::Delimiter),
            (&self.quote, Token::Quote),
            (&self.escape, Token::Escape),
        ] {
            match pattern.starts(rest) {
                Some(true) => return Some((token, pattern.length)),
                Some(false) => {}
                None if complete => {}
                None => return None,
            }
        }
        Some((Token::Text, 2))
    }

    fn skip_plain(&self, bytes: &[u8], at: usize, end: usize) -> usize {
        self.skip(bytes, at, end, [self.delimiter; 2])
    }

    fn skip_quoted(&self, bytes: &[u8], at: usize, end: usize) -> usize {
        self.skip(bytes, at, end, [self.quote, self.escape])
    }
}
