//! What the page and its worker say to each other: JSON texts; a chosen file travels beside them as the browser's own object.

use mapping::field::Field;
use mapping::sample::{FileProgress, FileReport, Inspection, RejectedRecord, SampleCheck};
use mapping::settings::Mapping;
use serde::{Deserialize, Serialize};
use tabular::detect::Detection;
use tabular::dialect::Dialect;

/// The first bytes of a file, which are uploaded as its sample and which detection and preview read.
pub const SAMPLE_BYTES: u64 = 1 << 20;

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
    /// Reads the sample of the opened file anew.
    Inspect { dialect: Dialect },
    /// Holds the sample of the opened file against a mapping.
    Check(Box<Settings>),
    /// Holds all of the file that travels beside the message against a mapping.
    CheckFile(Box<Settings>),
    /// Ends the [`Request::CheckFile`] of this number.
    Cancel { call: u32 },
}

/// All that decides what becomes of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub dialect: Dialect,
    pub mapping: Mapping,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Message {
    /// The worker listens. Sent once, before everything else.
    Ready,
    Reply {
        id: u32,
        reply: Reply,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Reply {
    Opened {
        detection: Box<Detection>,
        inspection: Box<Inspection>,
    },
    Inspected(Box<Inspection>),
    Checked(Box<Checked>),
    FileProgress(FileProgress),
    FileChecked(Box<FileReport>),
    Cancelled,
    /// The worker has no file: it was started anew.
    NoFile,
    /// The file could not be read any more: it was moved, changed or taken away since it was chosen.
    Unreadable,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    pub check: SampleCheck,
    /// In file order; all that a preview could mark.
    pub first_rejected: Vec<RejectedRecord>,
}

impl Reply {
    /// Whether no other reply follows to the same call.
    pub fn is_last(&self) -> bool {
        !matches!(self, Self::FileProgress(_))
    }
}
