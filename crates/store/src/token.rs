//! The hash of a secret token. Tokens themselves are never stored.

/// SHA-256 of a random token: of a session's cookie or a one-time link.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    pub(crate) fn stored(self) -> Vec<u8> {
        self.0.to_vec()
    }
}

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenHash(***)")
    }
}
