//! Cells to bytes: the way back of the reader, in the same dialect.

use encoding_rs::EncoderResult;
use thiserror::Error;

use crate::dialect::{Dialect, Escape};
use crate::encoding::Encoding;

/// Why a record cannot be written so that the reader gives the same cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unwritable {
    /// The encoding has no such character, or reads its bytes as another one.
    #[error("`{character}` cannot be written in the encoding of the file")]
    Character { cell: usize, character: char },
    /// The dialect has no quote to keep the character from ending the field or the record.
    #[error("the file has no quotes, so that a cell cannot contain this character")]
    Separator { cell: usize, character: char },
}

impl Unwritable {
    /// 0-based.
    pub const fn cell(self) -> usize {
        match self {
            Self::Character { cell, .. } | Self::Separator { cell, .. } => cell,
        }
    }
}

/// The bytes of one record with the line end (`\n`, `\r\n` or `\r`).
///
/// A cell is quoted only where it has to be, so that a file with few quotes keeps few. In an encoding that has states every
/// quote and delimiter stands in the first one, where every reader knows it.
pub fn write_record(
    dialect: &Dialect,
    cells: &[impl AsRef<str>],
    line_end: &str,
) -> Result<Vec<u8>, Unwritable> {
    let mut bytes = Vec::new();
    let is_blank = matches!(cells, [cell] if cell.as_ref().is_empty());
    for (index, cell) in cells.iter().enumerate() {
        let mut out = Out {
            dialect,
            cell: index,
            bytes: &mut bytes,
        };
        if let Some(delimiter) = dialect.delimiter.filter(|_| index > 0) {
            out.mark(delimiter)?;
        }
        out.write(cell.as_ref(), is_blank)?;
    }
    let unwritable = |character| Unwritable::Character { cell: 0, character };
    bytes.extend(encode(dialect.encoding, line_end).map_err(unwritable)?);
    Ok(bytes)
}

struct Out<'a> {
    dialect: &'a Dialect,
    cell: usize,
    bytes: &'a mut Vec<u8>,
}

impl Out<'_> {
    /// `is_blank`: without quotes the record would be a blank line.
    fn write(&mut self, cell: &str, is_blank: bool) -> Result<(), Unwritable> {
        let separates = |c: char| c == '\n' || c == '\r' || Some(c) == self.dialect.delimiter;
        let separator = cell.chars().find(|c| separates(*c));
        let Some(quote) = self.dialect.quote else {
            return match separator {
                Some(character) => Err(Unwritable::Separator {
                    cell: self.cell,
                    character,
                }),
                None => self.text(cell),
            };
        };
        if separator.is_none() && !cell.contains(quote) && !is_blank {
            return self.text(cell);
        }
        self.mark(quote)?;
        let is_escaped =
            |c: char| c == quote || (self.dialect.escape == Escape::Backslash && c == '\\');
        let mut rest = cell;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_escaped(*c)) {
            self.text(&rest[..at])?;
            self.mark(match self.dialect.escape {
                Escape::Doubled => quote,
                Escape::Backslash => '\\',
            })?;
            self.mark(c)?;
            rest = &rest[at + c.len_utf8()..];
        }
        self.text(rest)?;
        self.mark(quote)
    }

    fn mark(&mut self, mark: char) -> Result<(), Unwritable> {
        self.text(mark.encode_utf8(&mut [0; 4]))
    }

    fn text(&mut self, text: &str) -> Result<(), Unwritable> {
        let encoded = encode(self.dialect.encoding, text);
        self.bytes
            .extend(encoded.map_err(|character| Unwritable::Character {
                cell: self.cell,
                character,
            })?);
        Ok(())
    }
}

/// Or the first character that does not come back when the bytes are read.
fn encode(encoding: Encoding, text: &str) -> Result<Vec<u8>, char> {
    if encoding == Encoding::UTF_16LE {
        return Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    }
    if encoding == Encoding::UTF_16BE {
        return Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    }
    let standard = encoding.standard();
    let mut encoder = standard.new_encoder();
    let capacity = encoder.max_buffer_length_from_utf8_without_replacement(text.len());
    let mut bytes = Vec::with_capacity(capacity.unwrap_or(text.len()));
    match encoder.encode_from_utf8_to_vec_without_replacement(text, &mut bytes, true) {
        (EncoderResult::InputEmpty, _) => {}
        (EncoderResult::Unmappable(character), _) => return Err(character),
        (EncoderResult::OutputFull, read) => {
            return Err(text[read..].chars().next().unwrap_or_default());
        }
    }
    let (back, _) = standard.decode_without_bom_handling(&bytes);
    if back == text {
        return Ok(bytes);
    }
    let mut pairs = text.chars().zip(back.chars());
    let other = pairs.find(|(one, other)| one != other);
    Err(other.map_or('\u{FFFD}', |(one, _)| one))
}
