//! Webhooks: a signed POST to an address of the namespace's choice. The form of request and signature is that of
//! <https://www.standardwebhooks.com>, described in docs/webhooks.md.

mod address;
mod key;
mod send;

pub use address::is_public;
pub use key::{KEY_BYTES, WebhookKey};
pub use send::{Call, WebhookSender};
