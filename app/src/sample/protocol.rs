//! What the page and its worker say to each other: JSON texts; a chosen file travels beside them as the browser's own object.

use serde::{Deserialize, Serialize};
use tabular::detect::Detection;

/// A request with the number that its replies carry.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Call {
    pub id: u32,
    pub request: Request,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Request {
    /// Takes the file that travels beside the message, and detects how it is written.
    Open,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// The worker listens. Sent once, before everything else.
    Ready,
    Reply { id: u32, reply: Reply },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Reply {
    Opened { detection: Detection },
    /// The file could not be read any more: it was moved, changed or taken away since it was chosen.
    Unreadable { message: String },
}

impl Reply {
    /// Whether no other reply follows to the same call.
    pub fn is_last(&self) -> bool {
        true
    }
}
