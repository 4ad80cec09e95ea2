//! Encryption of what must be read again but never shown: XChaCha20-Poly1305 with a key that lies outside the database.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};

/// Bytes of a nonce. Long enough to be random for every sealing.
pub const NONCE_BYTES: usize = 24;

/// The key of the instance.
#[derive(Clone, PartialEq, Eq)]
pub struct SealingKey([u8; 32]);

/// A secret as it lies in the database: nonce, ciphertext, tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a stored secret cannot be decrypted: the instance has another secret key than when it was stored"
)]
pub struct CannotOpen;

impl SealingKey {
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// `place` names the row that it is for: what was sealed for one row cannot be opened in another.
    pub fn seal(&self, place: &[u8], secret: &[u8], nonce: [u8; NONCE_BYTES]) -> Sealed {
        let payload = Payload {
            msg: secret,
            aad: place,
        };
        let ciphertext = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .expect("a secret is shorter than 256 GiB");
        Sealed([nonce.as_slice(), &ciphertext].concat())
    }

    pub fn open(&self, place: &[u8], sealed: &Sealed) -> Result<Vec<u8>, CannotOpen> {
        let (nonce, ciphertext) = sealed
            .0
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(CannotOpen)?;
        let payload = Payload {
            msg: ciphertext,
            aad: place,
        };
        self.cipher()
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| CannotOpen)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: SealingKey = SealingKey::new([7; 32]);

    #[test]
    fn what_was_sealed_is_opened_at_its_place_with_its_key_alone() {
        let sealed = KEY.seal(b"row 1", b"hunter2", [1; NONCE_BYTES]);
        assert_eq!(KEY.open(b"row 1", &sealed).unwrap(), b"hunter2");
        assert_eq!(KEY.open(b"row 2", &sealed), Err(CannotOpen));
        let other = SealingKey::new([8; 32]);
        assert_eq!(other.open(b"row 1", &sealed), Err(CannotOpen));
        assert_eq!(KEY.open(b"row 1", &Sealed(vec![0; 10])), Err(CannotOpen));
    }

    #[test]
    fn a_changed_byte_is_noticed_and_the_secret_is_not_readable() {
        let sealed = KEY.seal(b"", b"hunter2", [1; NONCE_BYTES]);
        assert!(!sealed.0.windows(7).any(|bytes| bytes == b"hunter2"));
        for index in 0..sealed.0.len() {
            let mut changed = sealed.clone();
            changed.0[index] ^= 1;
            assert_eq!(KEY.open(b"", &changed), Err(CannotOpen));
        }
    }

    #[test]
    fn the_key_does_not_print() {
        assert_eq!(format!("{KEY:?}"), "***");
    }
}
