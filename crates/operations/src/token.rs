//! Secrets that a browser or a one-time link carries: 32 random bytes, shown once as text and stored as a digest.

use sha2::{Digest, Sha256};
use store::token::TokenHash;

use crate::context::Randomness;

/// Prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    pub fn random(randomness: &dyn Randomness) -> Self {
        let mut bytes = [0; 32];
        randomness.fill(&mut bytes);
        Self(bytes)
    }

    /// From 64 hexadecimal digits; `None` for everything else.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = hex_digit(digits[0])? << 4 | hex_digit(digits[1])?;
        }
        Some(Self(bytes))
    }

    /// 64 hexadecimal digits: what the browser keeps. The only way to see the secret.
    pub fn reveal(&self) -> String {
        hex(&self.0)
    }

    /// SHA-256: what the store keeps.
    pub fn digest(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0).into())
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            write!(text, "{byte:02x}").expect("writing to a String does not fail");
            text
        })
}

fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;

    impl Randomness for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for (index, byte) in bytes.iter_mut().enumerate() {
                *byte = u8::try_from(index * 7).unwrap_or(0);
            }
        }
    }

    #[test]
    fn a_token_survives_its_text() {
        let token = Token::random(&Counting);
        assert_eq!(Token::parse(&token.reveal()), Some(token));
    }

    #[test]
    fn a_token_prints_as_stars() {
        assert_eq!(format!("{:?}", Token::random(&Counting)), "***");
    }

    #[test]
    fn other_text_is_no_token() {
        for text in [
            "",
            "00",
            &"g".repeat(64),
            &"A".repeat(64),
            &"é".repeat(32),
            &"0".repeat(65),
        ] {
            assert_eq!(Token::parse(text), None, "{text}");
        }
    }
}
