//! Encodings in which ASCII characters are single bytes: UTF-8, the single-byte ones, and the East Asian ones of lead and
//! trail bytes, whose trail bytes may look like `|`, `\` or a letter.

use memchr::memchr3;

use super::super::found::{Form, Span};
use super::{Characters, Pattern, Structure, Token};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Text,
    LineFeed,
    CarriageReturn,
    Delimiter,
    Quote,
    Escape,
    /// The first byte of a structuring character of several bytes.
    Begin,
    /// The first byte of a character of two bytes.
    Lead,
}

#[derive(Debug)]
pub(in crate::reader) struct Narrow {
    classes: [Class; 256],
    encoding: &'static encoding_rs::Encoding,
    long: [(Pattern, Token); 3],
    /// What ends plain text, where that is at most three single bytes.
    plain_needles: Option<[u8; 3]>,
    quoted_needles: Option<[u8; 3]>,
}

impl Narrow {
    pub(super) fn new(structure: &Structure, encoding: &'static encoding_rs::Encoding) -> Self {
        let mut classes = [Class::Text; 256];
        for byte in 0..=u8::MAX {
            if is_lead(encoding, byte) {
                classes[usize::from(byte)] = Class::Lead;
            }
        }
        let long = [
            (structure.escape, Token::Escape),
            (structure.quote, Token::Quote),
            (structure.delimiter, Token::Delimiter),
        ];
        // Where a dialect gives one character two meanings, the later of this list and then the line ends prevail.
        for (pattern, token) in &long {
            let class = match (pattern.length, token) {
                (0, _) => continue,
                (1, Token::Escape) => Class::Escape,
                (1, Token::Quote) => Class::Quote,
                (1, _) => Class::Delimiter,
                _ => Class::Begin,
            };
            classes[usize::from(pattern.bytes[0])] = class;
        }
        classes[usize::from(b'\n')] = Class::LineFeed;
        classes[usize::from(b'\r')] = Class::CarriageReturn;
        let needles = |ignored: &[Class]| {
            let mut found = (0..=u8::MAX).filter(|byte| {
                let class = classes[usize::from(*byte)];
                class != Class::Text && !ignored.contains(&class)
            });
            let three = [
                found.next().unwrap_or(b'\n'),
                found.next().unwrap_or(b'\n'),
                found.next().unwrap_or(b'\n'),
            ];
            found.next().is_none().then_some(three)
        };
        Self {
            plain_needles: needles(&[Class::Quote, Class::Escape]),
            quoted_needles: needles(&[Class::Delimiter]),
            classes,
            encoding,
            long,
        }
    }

    fn long_token(&self, rest: &[u8], complete: bool) -> Option<(Token, usize)> {
        for (pattern, token) in self.long.iter().rev() {
            if pattern.length < 2 {
                continue;
            }
            match pattern.starts(rest) {
                Some(true) => return Some((*token, pattern.length)),
                Some(false) => {}
                None if complete => {}
                None => return None,
            }
        }
        if is_lead(self.encoding, rest[0]) {
            self.pair(rest, complete)
        } else {
            Some((Token::Text, 1))
        }
    }

    /// A lead byte takes its trail byte with it, unless that is a structuring ASCII byte and the two make no character:
    /// then the lead byte alone is broken (as in the decoders of the Encoding Standard).
    fn pair(&self, rest: &[u8], complete: bool) -> Option<(Token, usize)> {
        let Some(trail) = rest.get(1) else {
            return complete.then_some((Token::Text, 1));
        };
        let structuring = trail.is_ascii() && self.classes[usize::from(*trail)] != Class::Text;
        let broken = structuring
            && self
                .encoding
                .decode_without_bom_handling_and_without_replacement(&rest[..2])
                .is_none();
        Some((Token::Text, if broken { 1 } else { 2 }))
    }
}

impl Characters for Narrow {
    #[inline]
    fn token(&mut self, bytes: &[u8], at: usize, complete: bool) -> Option<(Token, usize)> {
        let first = *bytes.get(at)?;
        match self.classes[usize::from(first)] {
            Class::Text => Some((Token::Text, 1)),
            Class::Delimiter => Some((Token::Delimiter, 1)),
            Class::Quote => Some((Token::Quote, 1)),
            Class::Escape => Some((Token::Escape, 1)),
            Class::LineFeed => Some((Token::LineEnd, 1)),
            Class::CarriageReturn => match bytes.get(at + 1) {
                Some(b'\n') => Some((Token::LineEnd, 2)),
                None if !complete => None,
                _ => Some((Token::LineEnd, 1)),
            },
            Class::Begin => self.long_token(&bytes[at..], complete),
            Class::Lead => self.pair(&bytes[at..], complete),
        }
    }

    /// Looks at eight bytes at once: most fields are shorter than what a search for each of them would cost.
    #[inline]
    fn take_fields(
        &self,
        bytes: &[u8],
        at: usize,
        record_start: usize,
        spans: &mut Vec<Span>,
    ) -> (usize, usize) {
        let Some(needles) = self.plain_needles else {
            return (at, at);
        };
        let class = |place: usize| {
            bytes
                .get(place)
                .map(|byte| self.classes[usize::from(*byte)])
        };
        if matches!(class(at), None | Some(Class::Quote | Class::Begin)) {
            return (at, at);
        }
        let wanted = needles.map(|byte| u64::from(byte) * LOW_BITS);
        let mut field_start = at;
        let mut word_start = at;
        while let Some(word) = bytes.get(word_start..).and_then(<[u8]>::first_chunk::<8>) {
            let word = u64::from_le_bytes(*word);
            let mut hits = zero_bytes(word ^ wanted[0])
                | zero_bytes(word ^ wanted[1])
                | zero_bytes(word ^ wanted[2]);
            while hits != 0 {
                let place = word_start + (hits.trailing_zeros() / 8) as usize;
                hits &= hits - 1;
                if class(place) != Some(Class::Delimiter) {
                    return (field_start, place);
                }
                spans.push(Span::new(
                    field_start - record_start,
                    place - record_start,
                    Form::Plain,
                    0,
                ));
                field_start = place + 1;
                if matches!(class(field_start), None | Some(Class::Quote | Class::Begin)) {
                    return (field_start, field_start);
                }
            }
            word_start += 8;
        }
        (field_start, word_start)
    }

    #[inline]
    fn skip_plain(&self, bytes: &[u8], at: usize, end: usize) -> usize {
        if at >= end {
            return at;
        }
        if let Some([one, two, three]) = self.plain_needles {
            return memchr3(one, two, three, &bytes[at..end]).map_or(end, |found| at + found);
        }
        bytes[at..end]
            .iter()
            .position(|byte| {
                !matches!(
                    self.classes[usize::from(*byte)],
                    Class::Text | Class::Quote | Class::Escape
                )
            })
            .map_or(end, |found| at + found)
    }

    #[inline]
    fn skip_quoted(&self, bytes: &[u8], at: usize, end: usize) -> usize {
        if at >= end {
            return at;
        }
        if let Some([one, two, three]) = self.quoted_needles {
            return memchr3(one, two, three, &bytes[at..end]).map_or(end, |found| at + found);
        }
        bytes[at..end]
            .iter()
            .position(|byte| {
                !matches!(
                    self.classes[usize::from(*byte)],
                    Class::Text | Class::Delimiter
                )
            })
            .map_or(end, |found| at + found)
    }
}

const LOW_BITS: u64 = 0x0101_0101_0101_0101;

/// The highest bit of each byte that is zero, exactly.
#[inline]
fn zero_bytes(word: u64) -> u64 {
    const REST: u64 = 0x7F * LOW_BITS;
    !(((word & REST) + REST) | word | REST)
}

/// The lead bytes of the Encoding Standard's decoders. EUC-JP's 0x8F stands before a pair and is left out here.
fn is_lead(encoding: &'static encoding_rs::Encoding, byte: u8) -> bool {
    if encoding == encoding_rs::SHIFT_JIS {
        matches!(byte, 0x81..=0x9F | 0xE0..=0xFC)
    } else if encoding == encoding_rs::EUC_JP {
        matches!(byte, 0x8E | 0xA1..=0xFE)
    } else if encoding == encoding_rs::GBK
        || encoding == encoding_rs::GB18030
        || encoding == encoding_rs::BIG5
        || encoding == encoding_rs::EUC_KR
    {
        matches!(byte, 0x81..=0xFE)
    } else {
        false
    }
}
