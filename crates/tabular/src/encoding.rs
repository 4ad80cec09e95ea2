//! Character encodings, named by their WHATWG labels.

use std::fmt::Write;

use encoding_rs::DecoderResult;
use serde::{Deserialize, Serialize};

/// A character encoding of the WHATWG Encoding Standard. Serialised as its label in lower case (`windows-1252`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    pub const UTF_8: Self = Self(encoding_rs::UTF_8);
    pub const UTF_16LE: Self = Self(encoding_rs::UTF_16LE);
    pub const UTF_16BE: Self = Self(encoding_rs::UTF_16BE);
    pub const WINDOWS_1252: Self = Self(encoding_rs::WINDOWS_1252);

    /// The encoding that a WHATWG label names, in any case and with blanks around it.
    pub fn for_label(label: &str) -> Option<Self> {
        encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()).map(Self)
    }

    /// The WHATWG name in lower case, as it is stored and shown.
    pub fn label(self) -> String {
        self.0.name().to_ascii_lowercase()
    }

    /// The bytes that may stand at the start of a file to name its encoding; none for most encodings.
    pub(crate) fn byte_order_mark(self) -> &'static [u8] {
        if self == Self::UTF_8 {
            b"\xEF\xBB\xBF"
        } else if self == Self::UTF_16LE {
            b"\xFF\xFE"
        } else if self == Self::UTF_16BE {
            b"\xFE\xFF"
        } else {
            b""
        }
    }

    pub(crate) fn of(standard: &'static encoding_rs::Encoding) -> Self {
        Self(standard)
    }

    pub(crate) fn standard(self) -> &'static encoding_rs::Encoding {
        self.0
    }

    /// Whether the bytes, cut anywhere, may be the beginning of a text in this encoding.
    pub fn may_be(self, start: &[u8]) -> bool {
        let mut decoder = self.0.new_decoder_with_bom_removal();
        let Some(capacity) = decoder.max_utf8_buffer_length_without_replacement(start.len()) else {
            return false;
        };
        let mut text = String::with_capacity(capacity);
        let (result, _) = decoder.decode_to_string_without_replacement(start, &mut text, false);
        result == DecoderResult::InputEmpty
    }

    /// The bytes as text to show, with each byte that cannot be decoded written as `\xE8`.
    pub fn display(self, bytes: &[u8]) -> String {
        let mut decoder = self.0.new_decoder_without_bom_handling();
        let capacity = decoder
            .max_utf8_buffer_length_without_replacement(bytes.len())
            .unwrap_or(0);
        let mut text = String::with_capacity(capacity + 16);
        let mut rest = bytes;
        loop {
            let (result, read) =
                decoder.decode_to_string_without_replacement(rest, &mut text, true);
            match result {
                DecoderResult::InputEmpty => return text,
                DecoderResult::OutputFull => {
                    rest = &rest[read..];
                    text.reserve(rest.len() * 3 + 16);
                }
                DecoderResult::Malformed(length, after) => {
                    let end = read.saturating_sub(usize::from(after));
                    let start = end.saturating_sub(usize::from(length));
                    for byte in &rest[start..end] {
                        // Writing to a `String` cannot fail.
                        let _ = write!(text, "\\x{byte:02X}");
                    }
                    rest = &rest[read..];
                    text.reserve(rest.len() * 3 + 16);
                }
            }
        }
    }
}

impl TryFrom<String> for Encoding {
    type Error = String;

    fn try_from(label: String) -> Result<Self, String> {
        Self::for_label(&label).ok_or_else(|| format!("`{label}` is not a WHATWG encoding label"))
    }
}

impl From<Encoding> for String {
    fn from(encoding: Encoding) -> Self {
        encoding.label()
    }
}
