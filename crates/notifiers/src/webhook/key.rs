//! The key of a webhook, and what is signed with it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

pub const KEY_BYTES: usize = 32;

#[derive(Clone, PartialEq, Eq)]
pub struct WebhookKey([u8; KEY_BYTES]);

impl WebhookKey {
    pub const fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// `None`: of another length.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The value of the header `webhook-signature`: HMAC-SHA256 over id, Unix time in seconds and body.
    pub fn sign(&self, id: &str, unix_seconds: i64, body: &[u8]) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(format!("{id}.{unix_seconds}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl std::fmt::Debug for WebhookKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of docs/webhooks.md; computed with Python's hmac.
    #[test]
    fn a_signature_is_what_others_compute() {
        let key = WebhookKey::new(*b"0123456789abcdef0123456789abcdef");
        let signature = key.sign(
            "0190a8f0-0000-7000-8000-000000000000",
            1_790_000_000,
            br#"{"type":"test"}"#,
        );
        assert_eq!(signature, "v1,QDESh6vB+pjPNcKAjS0aPlMbmXfAwW+aq/T/82lJhqI=");
        assert_eq!(format!("{key:?}"), "***");
    }
}
