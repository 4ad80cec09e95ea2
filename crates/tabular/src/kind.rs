//! Files that are no text with delimiters, known by their first bytes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Another kind of file than Weir reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Of a spreadsheet program, in whichever of their formats.
    Workbook,
    Archive,
    Pdf,
    Picture,
    Database,
    /// None of these, and no text.
    Binary,
}

/// So many bytes of a file are looked at.
pub const HEAD_BYTES: usize = 4096;
/// One NUL in so many bytes is more than text of any kind has that is padded with it.
const BYTES_PER_NUL: usize = 4;

impl FileKind {
    /// By the signatures that such files begin with, of which no text has any. The head may be shorter than
    /// [`HEAD_BYTES`].
    pub fn of_signature(head: &[u8]) -> Option<Self> {
        const SIGNATURES: [(&[u8], FileKind); 14] = [
            (b"PK\x03\x04", FileKind::Archive),
            (b"PK\x05\x06", FileKind::Archive),
            (b"\x1F\x8B\x08", FileKind::Archive),
            (b"BZh9\x31\x41\x59\x26", FileKind::Archive),
            (b"\xFD7zXZ\x00", FileKind::Archive),
            (b"7z\xBC\xAF\x27\x1C", FileKind::Archive),
            (b"\x28\xB5\x2F\xFD", FileKind::Archive),
            // OLE 2 compound file: workbooks and documents of before 2007.
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", FileKind::Workbook),
            (b"%PDF-", FileKind::Pdf),
            (b"\x89PNG\r\n\x1A\n", FileKind::Picture),
            (b"\xFF\xD8\xFF", FileKind::Picture),
            (b"GIF89a", FileKind::Picture),
            (b"SQLite format 3\0", FileKind::Database),
            (b"PAR1", FileKind::Database),
        ];
        // Parquet's signature is four letters that a text may begin with.
        let is_binary = |head: &[u8]| head.iter().take(HEAD_BYTES).any(|byte| *byte == 0);
        let kind = SIGNATURES
            .iter()
            .find(|(signature, _)| head.starts_with(signature))
            .map(|(_, kind)| *kind)?;
        match kind {
            Self::Archive if is_workbook(head) => Some(Self::Workbook),
            Self::Database | Self::Picture if !is_binary(head) => None,
            kind => Some(kind),
        }
    }

    /// As [`Self::of_signature`]; else [`FileKind::Binary`] where the head is full of NULs and not in UTF-16 either. For files
    /// that gave no record: some text is padded with NULs.
    pub fn of_unreadable(head: &[u8]) -> Option<Self> {
        let head = &head[..head.len().min(HEAD_BYTES)];
        Self::of_signature(head).or_else(|| is_full_of_nuls(head).then_some(Self::Binary))
    }
}

/// An archive with the parts that a workbook has; their names stand uncompressed in it.
fn is_workbook(head: &[u8]) -> bool {
    const NAMES: [&[u8]; 4] = [
        b"[Content_Types].xml",
        b"_rels/.rels",
        b"xl/",
        b"application/vnd.oasis.opendocument.spreadsheet",
    ];
    let has = |name: &&[u8]| head.windows(name.len()).any(|window| window == *name);
    NAMES.iter().any(has)
}

fn is_full_of_nuls(head: &[u8]) -> bool {
    let at = |parity: usize| {
        let bytes = head.iter().skip(parity).step_by(2);
        bytes.filter(|byte| **byte == 0).count()
    };
    let (even, odd) = (at(0), at(1));
    let is_in_pairs = even * 20 < odd || odd * 20 < even;
    (even + odd) * BYTES_PER_NUL > head.len() && !is_in_pairs
}

/// With its article, as it stands in a sentence.
impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Workbook => "a workbook of a spreadsheet program",
            Self::Archive => "a compressed archive",
            Self::Pdf => "a PDF document",
            Self::Picture => "a picture",
            Self::Database => "a database file",
            Self::Binary => "a binary file",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_are_known_by_their_first_bytes() {
        let cases: [(&[u8], Option<FileKind>); 15] = [
            (
                b"PK\x03\x04\x14\0\x06\0[Content_Types].xml",
                Some(FileKind::Workbook),
            ),
            (b"PK\x03\x04\x14\0orders.csv", Some(FileKind::Archive)),
            (b"PK\x05\x06\0\0", Some(FileKind::Archive)),
            (b"\x1F\x8B\x08\0", Some(FileKind::Archive)),
            (b"%PDF-1.7\n%", Some(FileKind::Pdf)),
            (
                b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0",
                Some(FileKind::Workbook),
            ),
            (b"\x89PNG\r\n\x1A\n\0\0", Some(FileKind::Picture)),
            (b"SQLite format 3\0\x10", Some(FileKind::Database)),
            (b"PAR1\x15\0\0", Some(FileKind::Database)),
            (b"PAR1,PAR2\n1,2\n", None),
            (b"GIF89a,name\n1,2\n", None),
            (b"PK,name\n1,2\n", None),
            (b"\xEF\xBB\xBFa,b\n", None),
            (b"\xFF\xFEa\0,\0b\0\n\0", None),
            (b"", None),
        ];
        for (head, kind) in cases {
            assert_eq!(
                FileKind::of_signature(head),
                kind,
                "{}",
                head.escape_ascii()
            );
        }
    }

    #[test]
    fn a_file_of_nuls_is_binary_unless_it_is_utf_16() {
        let noise: Vec<u8> = (0..2000_u32).flat_map(|n| (n * 7).to_le_bytes()).collect();
        assert_eq!(FileKind::of_unreadable(&noise), Some(FileKind::Binary));
        let utf_16: Vec<u8> = "id;name\n1;ä\n"
            .repeat(50)
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(FileKind::of_unreadable(&utf_16), None);
        assert_eq!(FileKind::of_unreadable(b"a,b\n1,2\n"), None);
        assert_eq!(FileKind::of_unreadable(b"a\0\0\0name       1\n"), None);
    }
}
