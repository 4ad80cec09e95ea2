//! Detection of encoding, dialect and structure from a bounded sample, with evidence.

use serde::{Deserialize, Serialize};

use crate::dialect::Dialect;

/// What a sample says about how a file is to be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    pub dialect: Dialect,
    pub line_end: LineEnd,
    /// The usual number of fields of a record.
    pub columns: u32,
    /// One for each [`Question`], in its order.
    pub evidence: Vec<Evidence>,
}

/// The line ends that were seen in the sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineEnd {
    /// The sample has no line end.
    None,
    Lf,
    Crlf,
    Cr,
    Mixed,
}

/// What is asked about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    Encoding,
    Delimiter,
    Quote,
    Escape,
    Header,
    Preamble,
}

/// Why one question was answered as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    pub question: Question,
    /// As a person reads it: `windows-1252`, `;`, `tab`, `2`.
    pub answer: String,
    pub runner_up: Option<String>,
    /// 0: the runner-up is as likely; 1: nothing speaks for it.
    pub margin: f32,
    /// One English sentence.
    pub sentence: String,
}

impl Evidence {
    /// Whether a person should be asked.
    pub fn is_tie(&self) -> bool {
        self.margin < 0.1
    }
}

impl Detection {
    pub fn evidence_for(&self, question: Question) -> Option<&Evidence> {
        self.evidence.iter().find(|one| one.question == question)
    }
}

/// Answers all questions from the first bytes of a file; `complete` says that they are the whole file.
pub fn detect(_sample: &[u8], _complete: bool) -> Detection {
    Detection {
        dialect: Dialect::default(),
        line_end: LineEnd::None,
        columns: 0,
        evidence: Vec::new(),
    }
}
