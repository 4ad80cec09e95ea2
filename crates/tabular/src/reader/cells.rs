//! The text of a record's fields, in buffers that are used again for every record.

use std::ops::Range;

use encoding_rs::DecoderResult;

use super::characters::{Characters, Token};
use super::found::{Form, Span};
use super::record::Cell;
use crate::encoding::Encoding;

/// Where the content of a field is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// In the record's bytes, as UTF-8.
    Record,
    /// The same without quotes and escapes, as UTF-8.
    Unquoted,
    /// Decoded.
    Decoded,
    /// In the record's bytes, not decodable.
    BrokenRecord,
    BrokenUnquoted,
}

#[derive(Clone, Copy, Debug)]
struct Content {
    place: Place,
    start: usize,
    end: usize,
}

#[derive(Debug)]
pub(super) struct Cells {
    encoding: Encoding,
    /// Empty where the spans themselves are the cells.
    contents: Vec<Content>,
    unquoted: Vec<u8>,
    decoded: String,
}

impl Cells {
    pub(super) fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            contents: Vec::new(),
            unquoted: Vec::new(),
            decoded: String::new(),
        }
    }

    /// Takes the fields of a record. `rewrite`: some have quotes or escapes to take away; `doubled`: a quote inside
    /// quotes is written twice.
    pub(super) fn read<C: Characters>(
        &mut self,
        bytes: &[u8],
        spans: &[Span],
        characters: &mut C,
        rewrite: bool,
        doubled: bool,
    ) {
        self.contents.clear();
        self.unquoted.clear();
        self.decoded.clear();
        let standard = self.encoding.standard();
        let is_utf8 =
            standard == encoding_rs::UTF_8 || (standard.is_ascii_compatible() && bytes.is_ascii());
        if is_utf8 && !rewrite {
            return;
        }
        for span in spans {
            let Range { start, end } = span.range();
            let raw = &bytes[start..end];
            let mut content = Content {
                place: Place::Record,
                start,
                end,
            };
            if span.form == Form::Quoted {
                content.place = Place::Unquoted;
                content.start = self.unquoted.len();
                characters.restore(span.shift);
                unquote(raw, characters, doubled, &mut self.unquoted);
                characters.restore(0);
                content.end = self.unquoted.len();
            }
            if !is_utf8 {
                content = self.decode(bytes, content, span.shift);
            }
            self.contents.push(content);
        }
    }

    /// `text` is the whole record, where all of it is UTF-8.
    #[inline]
    pub(super) fn cell<'a>(
        &'a self,
        index: usize,
        spans: &[Span],
        bytes: &'a [u8],
        text: Option<&'a str>,
    ) -> Cell<'a> {
        let Some(span) = spans.get(index) else {
            return Cell::Text("");
        };
        let Some(content) = self.contents.get(index) else {
            let range = span.range();
            return match text.and_then(|text| text.get(range.clone())) {
                Some(text) => Cell::Text(text),
                None => utf8(&bytes[range]),
            };
        };
        let range = content.start..content.end;
        match content.place {
            Place::Record => utf8(&bytes[range]),
            Place::Unquoted => utf8(&self.unquoted[range]),
            Place::Decoded => Cell::Text(&self.decoded[range]),
            Place::BrokenRecord => Cell::Undecodable(&bytes[range]),
            Place::BrokenUnquoted => Cell::Undecodable(&self.unquoted[range]),
        }
    }

    fn decode(&mut self, bytes: &[u8], content: Content, shift: u8) -> Content {
        let standard = self.encoding.standard();
        let (source, broken) = match content.place {
            Place::Unquoted => (
                &self.unquoted[content.start..content.end],
                Place::BrokenUnquoted,
            ),
            _ => (&bytes[content.start..content.end], Place::BrokenRecord),
        };
        if source.is_empty() || (standard.is_ascii_compatible() && source.is_ascii()) {
            return content;
        }
        let start = self.decoded.len();
        let mut decoder = standard.new_decoder_without_bom_handling();
        // Without an estimate (a length near the address space's end) the field counts as not decodable.
        let needed = decoder
            .max_utf8_buffer_length_without_replacement(source.len().saturating_add(3))
            .unwrap_or(0);
        self.decoded.reserve(needed);
        if shift != 0 && source[0] != 0x1B {
            // The field starts in another character set of ISO-2022, which its own bytes do not say.
            let _ = decoder.decode_to_string_without_replacement(
                &[0x1B, b'(', shift],
                &mut self.decoded,
                false,
            );
        }
        let (result, _) =
            decoder.decode_to_string_without_replacement(source, &mut self.decoded, true);
        if result == DecoderResult::InputEmpty {
            Content {
                place: Place::Decoded,
                start,
                end: self.decoded.len(),
            }
        } else {
            self.decoded.truncate(start);
            Content {
                place: broken,
                ..content
            }
        }
    }
}

fn utf8(bytes: &[u8]) -> Cell<'_> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cell::Text(text),
        Err(_) => Cell::Undecodable(bytes),
    }
}

/// Appends the content of a field that starts with its opening quote. Inside quotes a doubled quote stands for one, and
/// a backslash before a quote or a backslash goes away; before anything else it is content. After the closing quote all
/// is content.
fn unquote<C: Characters>(raw: &[u8], characters: &mut C, doubled: bool, content: &mut Vec<u8>) {
    let Some((_, mut at)) = characters.token(raw, 0, true) else {
        return;
    };
    let mut pending: Option<(Token, usize, usize)> = None;
    loop {
        if pending.is_none() {
            let end = characters.skip_quoted(raw, at, raw.len());
            content.extend_from_slice(&raw[at..end]);
            at = end;
        }
        let Some((token, length)) = characters.token(raw, at, true) else {
            break;
        };
        let next = at + length;
        match (pending.take(), token) {
            (Some((Token::Quote, _, _)), Token::Quote) if doubled => {
                content.extend_from_slice(&raw[at..next]);
            }
            (Some((Token::Quote, _, _)), _) => {
                content.extend_from_slice(&raw[at..]);
                return;
            }
            (Some((_, start, end)), _) => {
                if !matches!(token, Token::Quote | Token::Escape) {
                    content.extend_from_slice(&raw[start..end]);
                }
                content.extend_from_slice(&raw[at..next]);
            }
            (None, Token::Quote | Token::Escape) => pending = Some((token, at, next)),
            (None, _) => content.extend_from_slice(&raw[at..next]),
        }
        at = next;
    }
}
