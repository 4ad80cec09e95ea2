//! Detection of encoding, dialect and structure from a bounded sample, with evidence.

mod cell;
mod delimiter;
mod encoding;
mod structure;
mod wording;

use serde::{Deserialize, Serialize};

use crate::dialect::{Dialect, HeaderRow};
use crate::encoding::Encoding;
use crate::reader::{Limits, Reader};

/// Below this the runner-up is nearly as likely; for a dialect that is a difference of ten bits.
const TIE_MARGIN: f32 = 0.25;
/// So much of the sample is read for dialect and structure.
const TEXT_BYTES: usize = 128 << 10;

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
        self.margin < TIE_MARGIN
    }
}

impl Detection {
    pub fn evidence_for(&self, question: Question) -> Option<&Evidence> {
        self.evidence.iter().find(|one| one.question == question)
    }

    /// The answers that a person should look at.
    pub fn ties(&self) -> impl Iterator<Item = &Evidence> {
        self.evidence.iter().filter(|one| one.is_tie())
    }
}

/// Answers all questions from the first bytes of a file; `complete` says that they are the whole file.
///
/// Dialect and structure are read from the first 128 KiB of text, the encoding from all bytes.
pub fn detect(sample: &[u8], complete: bool) -> Detection {
    let encoding = encoding::answer(sample, complete);
    let (text, complete) = beginning(sample, encoding.encoding, complete);
    let candidates = delimiter::candidates(&text, complete);
    let best = &candidates[0];
    let structure = structure::structure(&best.dialect, &text, best.columns, complete);
    let evidence = vec![
        Evidence {
            question: Question::Encoding,
            answer: encoding.encoding.label(),
            runner_up: encoding.runner_up.map(Encoding::label),
            margin: encoding.margin,
            sentence: encoding.sentence,
        },
        wording::delimiter(&candidates),
        wording::quote(&candidates),
        wording::escape(&candidates),
        Evidence {
            question: Question::Header,
            answer: wording::header(structure.header).to_owned(),
            runner_up: Some(
                wording::header(match structure.header {
                    HeaderRow::Present => HeaderRow::Absent,
                    HeaderRow::Absent => HeaderRow::Present,
                })
                .to_owned(),
            ),
            margin: structure.header_margin,
            sentence: structure.header_sentence,
        },
        Evidence {
            question: Question::Preamble,
            answer: structure.preamble_rows.to_string(),
            runner_up: None,
            margin: structure.preamble_margin,
            sentence: structure.preamble_sentence,
        },
    ];
    Detection {
        dialect: Dialect {
            encoding: encoding.encoding,
            header: structure.header,
            preamble_rows: structure.preamble_rows,
            ..best.dialect.clone()
        },
        line_end: line_end(&best.dialect, &text, complete),
        columns: u32::try_from(best.columns).unwrap_or(u32::MAX),
        evidence,
    }
}

/// The first text of the sample, with its byte order mark taken away, and whether that is the whole file.
fn beginning(sample: &[u8], encoding: Encoding, complete: bool) -> (String, bool) {
    let is_whole = complete && sample.len() <= TEXT_BYTES;
    let mark = encoding.byte_order_mark();
    let body = sample.strip_prefix(mark).unwrap_or(sample);
    let cut = &body[..body.len().min(TEXT_BYTES)];
    let (text, _) = encoding.standard().decode_without_bom_handling(cut);
    (text.into_owned(), is_whole)
}

/// What ends the records, not the lines inside quotes.
fn line_end(dialect: &Dialect, text: &str, complete: bool) -> LineEnd {
    let mut reader = Reader::new(dialect, Limits::default());
    reader.feed(text.as_bytes());
    if complete {
        reader.finish();
    }
    let mut found = LineEnd::None;
    while let Some(record) = reader.next() {
        let here = match record.bytes() {
            [.., b'\r', b'\n'] => LineEnd::Crlf,
            [.., b'\n'] => LineEnd::Lf,
            [.., b'\r'] => LineEnd::Cr,
            _ => continue,
        };
        found = match found {
            LineEnd::None => here,
            same if same == here => same,
            _ => return LineEnd::Mixed,
        };
    }
    found
}
