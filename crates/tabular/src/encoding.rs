//! Character encodings, named by their WHATWG labels.

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
