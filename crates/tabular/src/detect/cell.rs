//! What a cell looks like, and how many bits it takes to write one down that looks like that.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Empty,
    Number,
    /// A date, a time, a telephone number: digits with marks between them.
    Digits,
    /// One of few words, for a truth or for nothing.
    Truth,
    Address,
    Text,
}

pub(super) const LOOKS: usize = 6;

const TRUTHS: [&str; 14] = [
    "true", "false", "yes", "no", "y", "n", "ja", "nein", "t", "f", "null", "n/a", "nan", "-",
];

impl Look {
    pub(super) fn of(cell: &str) -> Self {
        let cell = cell.trim();
        if cell.is_empty() {
            return Self::Empty;
        }
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        if digits > 0 {
            let core = cell
                .trim_start_matches(['+', '-', '$', '€', '£', '('])
                .trim_end_matches(['%', ')', '€', ' ']);
            if core.bytes().all(|byte| {
                byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'\'' | b'e' | b'E')
            }) && core
                .bytes()
                .next()
                .is_some_and(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',')
            {
                return Self::Number;
            }
            let marks_only = cell.bytes().all(|byte| {
                byte.is_ascii_digit()
                    || matches!(
                        byte,
                        b'.' | b'-' | b'/' | b':' | b' ' | b'T' | b'Z' | b'+' | b'(' | b')'
                    )
            });
            if marks_only {
                return Self::Digits;
            }
        }
        if TRUTHS.iter().any(|truth| cell.eq_ignore_ascii_case(truth)) {
            return Self::Truth;
        }
        if !cell.contains(' ')
            && (cell.contains("://") || (cell.contains('@') && cell.contains('.')))
        {
            return Self::Address;
        }
        Self::Text
    }

    pub(super) fn is_typed(self) -> bool {
        !matches!(self, Self::Empty | Self::Text)
    }

    pub(super) fn index(self) -> usize {
        self as usize
    }
}

/// Bits for the cell's characters, once it is known what it looks like.
pub(super) fn bits(cell: &str, look: Look) -> f32 {
    match look {
        Look::Empty => 0.0,
        Look::Number | Look::Digits => length(cell) * 3.5,
        Look::Truth => 3.0,
        Look::Address | Look::Text => text_bits(cell),
    }
}

/// Bits for text; the characters that usually separate are dear in it.
pub(super) fn text_bits(text: &str) -> f32 {
    text.bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => 5.0,
            b' ' => 4.5,
            b',' | b':' | b'.' | b'-' => 7.0,
            b'"' | b';' => 9.0,
            b'|' => 10.0,
            b'\t' => 14.0,
            // A character of several bytes has about as much to tell as a letter.
            0x80..=0xFF => 3.0,
            _ => 7.5,
        })
        .sum()
}

#[expect(clippy::cast_precision_loss, reason = "lengths in a sample are small")]
fn length(cell: &str) -> f32 {
    cell.len() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_look_like_what_they_are() {
        for (cell, look) in [
            ("", Look::Empty),
            ("  ", Look::Empty),
            ("000007", Look::Number),
            ("-45,35", Look::Number),
            ("24.191,54 €", Look::Number),
            ("08.01.1993", Look::Number),
            ("2026-11-03T08:15Z", Look::Digits),
            ("05/08/2026 13:01", Look::Digits),
            ("nein", Look::Truth),
            ("kunde1@beispiel.example", Look::Address),
            ("Tel. vor 9:00", Look::Text),
            ("SO-10001", Look::Text),
        ] {
            assert_eq!(Look::of(cell), look, "{cell}");
        }
    }
}
