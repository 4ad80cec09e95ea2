//! Why a run Failed or Halted: a closed list with stable codes.

use std::borrow::Cow;
use std::fmt::Write as _;

use jiff::civil::Time;
use mapping::names::Names;
use serde::{Deserialize, Serialize};
use tabular::kind::FileKind;

use crate::folder::{FileVerdict, Repeat};
pub use crate::month::Month;
use crate::name::is_hidden;
use crate::run::RunStatus;
pub use crate::storage_fault::StorageFault;

/// Names shown in one sentence; the rest is counted.
const NAMES_SHOWN: usize = 5;
/// Characters of one shown name: a header cell can be as long as the file.
const NAME_CHARACTERS_SHOWN: usize = 60;

/// Why nothing of a run went in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum Reason {
    // Failed: may pass by itself.
    SourceUnreachable,
    NoFileMatched {
        pattern: String,
        /// What lies there instead, the first of it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        others: Vec<FileVerdict>,
        /// Of a job that takes nothing new for well before a time of the day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected_by: Option<Time>,
    },
    FileStillGrowing,
    DestinationUnreachable,
    /// Weir itself could not keep or read its files: neither the source nor the destination is at fault.
    StorageUnavailable {
        fault: StorageFault,
    },
    LimitReached {
        rows_in_file: u64,
        rows_left: u64,
        month: Month,
        /// Who decides on a higher limit, as the operator has set it; empty: not set.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        contact: String,
    },
    EmptyFile,
    /// Every record was rejected.
    NoRecordFits {
        seen: u64,
    },
    // Halted: needs a person.
    /// A required column is missing or the header is not that of the sample.
    HeaderChanged {
        missing: Names,
        /// At another place than in the sample.
        #[serde(default)]
        moved: Names,
        unexpected: Names,
    },
    TooManyColumns {
        found: u32,
        at_most: u32,
    },
    /// No record decodes in the encoding (its WHATWG label).
    NotDecodable {
        encoding: String,
    },
    /// `line` (1-based) is where a quote was opened and never closed; `kind`: it is no text at all.
    NotInFormat {
        line: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<FileKind>,
    },
    DatasetChanged,
    /// The quality gate: more than `at_most_per_mille` of the records seen were rejected.
    TooManyRejected {
        rejected: u64,
        seen: u64,
        at_most_per_mille: u16,
    },
    FileTooLarge {
        size_bytes: u64,
        at_most_bytes: u64,
    },
    /// The job asks before it imports content again that was imported before.
    RepeatedFile {
        name: String,
        repeat: Repeat,
    },
    /// The run took its worker down three times, or the program is at fault; `reference` is found in the log.
    InternalError {
        reference: String,
    },
}

impl Reason {
    /// Of all reasons, in the order in which they are declared. A test makes a run end with each.
    pub const CODES: [&str; 17] = [
        "source_unreachable",
        "no_file_matched",
        "file_still_growing",
        "destination_unreachable",
        "storage_unavailable",
        "limit_reached",
        "empty_file",
        "no_record_fits",
        "header_changed",
        "too_many_columns",
        "not_decodable",
        "not_in_format",
        "dataset_changed",
        "too_many_rejected",
        "file_too_large",
        "repeated_file",
        "internal_error",
    ];

    pub const fn code(&self) -> &'static str {
        match self {
            Self::SourceUnreachable => "source_unreachable",
            Self::NoFileMatched { .. } => "no_file_matched",
            Self::FileStillGrowing => "file_still_growing",
            Self::DestinationUnreachable => "destination_unreachable",
            Self::StorageUnavailable { .. } => "storage_unavailable",
            Self::LimitReached { .. } => "limit_reached",
            Self::EmptyFile => "empty_file",
            Self::NoRecordFits { .. } => "no_record_fits",
            Self::HeaderChanged { .. } => "header_changed",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::NotDecodable { .. } => "not_decodable",
            Self::NotInFormat { .. } => "not_in_format",
            Self::DatasetChanged => "dataset_changed",
            Self::TooManyRejected { .. } => "too_many_rejected",
            Self::FileTooLarge { .. } => "file_too_large",
            Self::RepeatedFile { .. } => "repeated_file",
            Self::InternalError { .. } => "internal_error",
        }
    }

    /// The status that a run with this reason ends in: Failed or Halted.
    pub const fn status(&self) -> RunStatus {
        match self {
            Self::SourceUnreachable
            | Self::NoFileMatched { .. }
            | Self::FileStillGrowing
            | Self::DestinationUnreachable
            | Self::StorageUnavailable { .. }
            | Self::LimitReached { .. }
            | Self::EmptyFile
            | Self::NoRecordFits { .. } => RunStatus::Failed,
            Self::HeaderChanged { .. }
            | Self::TooManyColumns { .. }
            | Self::NotDecodable { .. }
            | Self::NotInFormat { .. }
            | Self::DatasetChanged
            | Self::TooManyRejected { .. }
            | Self::FileTooLarge { .. }
            | Self::RepeatedFile { .. }
            | Self::InternalError { .. } => RunStatus::Halted,
        }
    }

    /// Whether the system runs it again by itself: where waiting may change something. The same bytes stay what they are, and what
    /// took its worker down is not tried again.
    pub const fn rerun(&self) -> bool {
        match self {
            Self::SourceUnreachable
            | Self::NoFileMatched { .. }
            | Self::FileStillGrowing
            | Self::DestinationUnreachable
            | Self::StorageUnavailable { .. }
            | Self::LimitReached { .. }
            | Self::DatasetChanged => true,
            Self::EmptyFile
            | Self::NoRecordFits { .. }
            | Self::HeaderChanged { .. }
            | Self::TooManyColumns { .. }
            | Self::NotDecodable { .. }
            | Self::NotInFormat { .. }
            | Self::TooManyRejected { .. }
            | Self::FileTooLarge { .. }
            | Self::RepeatedFile { .. }
            | Self::InternalError { .. } => false,
        }
    }

    /// Short, for headings and lists.
    pub const fn title(&self) -> &'static str {
        match self {
            Self::SourceUnreachable => "Source unreachable",
            Self::NoFileMatched { .. } => "No file matched",
            Self::FileStillGrowing => "File still growing",
            Self::DestinationUnreachable => "Destination unreachable",
            Self::StorageUnavailable { .. } => "Storage unavailable",
            Self::LimitReached { .. } => "Limit reached",
            Self::EmptyFile => "Empty file",
            Self::NoRecordFits { .. } => "No record fits",
            Self::HeaderChanged { .. } => "Header changed",
            Self::TooManyColumns { .. } => "Too many columns",
            Self::NotDecodable { .. } => "File not decodable",
            Self::NotInFormat { .. } => "File not in the declared format",
            Self::DatasetChanged => "Dataset changed",
            Self::TooManyRejected { .. } => "Too many rejected records",
            Self::FileTooLarge { .. } => "File too large",
            Self::RepeatedFile { .. } => "Repeated file",
            Self::InternalError { .. } => "Internal error",
        }
    }

    /// What happened, for the person who looks at the run.
    pub fn sentence(&self) -> String {
        match self {
            Self::SourceUnreachable => "The source could not be reached.".to_owned(),
            Self::NoFileMatched {
                pattern,
                others,
                expected_by,
            } => {
                let mut sentence = format!("No new file at the source matches {}.", shown(pattern));
                if let Some(time) = expected_by {
                    let _ = write!(sentence, " One was expected by {}.", time.strftime("%H:%M"));
                }
                for other in others {
                    let _ = write!(sentence, " {}", other.sentence());
                }
                sentence
            }
            Self::FileStillGrowing => {
                "The file was still being written when it was to be read.".to_owned()
            }
            Self::DestinationUnreachable => {
                "The database that the rows go to could not be reached.".to_owned()
            }
            Self::StorageUnavailable { fault } => fault.sentence().to_owned(),
            Self::LimitReached {
                rows_in_file,
                rows_left,
                month,
                contact: _,
            } => format!(
                "The file has {} that can be imported, but {} left in {month}. Nothing was imported.",
                counted(*rows_in_file, "row", "rows"),
                if *rows_left == 1 {
                    "only 1 row is".to_owned()
                } else {
                    format!("only {} rows are", grouped(*rows_left))
                },
            ),
            Self::EmptyFile => "The file has no records.".to_owned(),
            Self::NoRecordFits { seen: 1 } => {
                "The only record of the file was rejected.".to_owned()
            }
            Self::NoRecordFits { seen } => {
                format!("All {} records of the file were rejected.", grouped(*seen))
            }
            Self::HeaderChanged {
                missing,
                moved,
                unexpected,
            } => header_sentence(missing, moved, unexpected),
            Self::TooManyColumns { found, at_most } => format!(
                "The file has {} columns; at most {} are allowed.",
                grouped(u64::from(*found)),
                grouped(u64::from(*at_most)),
            ),
            Self::NotDecodable { encoding } => format!("The file is not text in {encoding}."),
            Self::NotInFormat {
                kind: Some(kind), ..
            } => format!("The file is {kind}, not text with delimiters."),
            Self::NotInFormat {
                line: Some(line), ..
            } => {
                format!(
                    "A quote that is opened in line {} of the file is never closed.",
                    grouped(*line)
                )
            }
            Self::NotInFormat { .. } => "The file is not in the declared format.".to_owned(),
            Self::DatasetChanged => {
                "The dataset has other fields than when the job was set up.".to_owned()
            }
            Self::TooManyRejected {
                rejected,
                seen,
                at_most_per_mille,
            } => format!(
                "{} of {} were rejected, more than the {}.{} % that the job allows. Nothing was imported.",
                grouped(*rejected),
                counted(*seen, "record", "records"),
                at_most_per_mille / 10,
                at_most_per_mille % 10,
            ),
            Self::FileTooLarge {
                size_bytes,
                at_most_bytes,
            } => format!(
                "The file has {} bytes; at most {} bytes are allowed.",
                grouped(*size_bytes),
                grouped(*at_most_bytes),
            ),
            Self::RepeatedFile { name, repeat } => format!(
                "The file {} was not imported. {}",
                shown(name),
                repeat.sentence(),
            ),
            Self::InternalError { reference } => {
                format!(
                    "The run was stopped because of an error in Weir. The reference is {reference}."
                )
            }
        }
    }

    /// What the person can do about it.
    pub fn next_step(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::LimitReached { contact, .. } if !contact.is_empty() => {
                return Cow::Owned(format!(
                    "Import fewer rows, wait for the next month, or ask for a higher limit: {contact}"
                ));
            }
            Self::SourceUnreachable => {
                "Nothing, if it passes: Weir tries again. Otherwise check the address of the connection."
            }
            Self::NoFileMatched { .. } => {
                "Put the file where the job looks for it, or change the file name in the job's source."
            }
            Self::FileStillGrowing => {
                "Wait: Weir tries again. If the file is complete, run the job now."
            }
            Self::DestinationUnreachable => {
                "Nothing, if it passes: Weir tries again. Otherwise tell your operator."
            }
            Self::StorageUnavailable { fault } => fault.next_step(),
            Self::LimitReached { .. } => {
                "Import fewer rows, wait for the next month, or ask your operator for a higher limit."
            }
            Self::EmptyFile => "Export the file again, and run the job with it.",
            Self::NoRecordFits { .. } => {
                "Download the failure report, and correct the records or the job's format and mapping."
            }
            Self::HeaderChanged { .. } => {
                "Map the changed columns in the job, or export the file with the columns of the sample."
            }
            Self::TooManyColumns { .. } => {
                "Export the file with fewer columns, look whether rows and columns were exchanged, or ask your operator for a higher limit."
            }
            Self::NotDecodable { .. } => {
                "Choose the encoding of the file in the job, or save the file in the expected encoding."
            }
            Self::NotInFormat { kind: Some(_), .. } => {
                "Export the data as CSV or another text file with delimiters, and run the job with that file."
            }
            Self::NotInFormat { .. } => {
                "Change the delimiters and the quote in the job, or export the file in the expected format."
            }
            Self::DatasetChanged => {
                "Edit the job, check its mapping against the dataset, and save it."
            }
            Self::TooManyRejected { .. } => {
                "Download the failure report. Correct the file or the mapping, or allow more rejected records."
            }
            Self::FileTooLarge { .. } => "Split the file, or ask your operator for a higher limit.",
            Self::RepeatedFile { .. } => {
                "Say on the run's page whether it is imported or passed over; the job goes on then. Its source can say so for all repeats."
            }
            Self::InternalError { .. } => {
                "Give the reference to your operator. Weir does not run it again by itself."
            }
        })
    }
}

/// ``fields `a`, `b` and 3 more``: bounded, whatever a file's header holds.
pub(crate) fn names_in_words(kind: &str, names: &Names) -> String {
    let plural = if names.count() == 1 { "" } else { "s" };
    let mut words = format!("{kind}{plural} ");
    let told = names.first().iter().take(NAMES_SHOWN);
    let more = names.count() - told.len() as u64;
    for (index, name) in told.enumerate() {
        let joint = match index {
            0 => "",
            _ if index as u64 + 1 == names.count() => " and ",
            _ => ", ",
        };
        words.push_str(joint);
        words.push_str(&shown(name));
    }
    if more > 0 {
        let _ = write!(words, " and {more} more");
    }
    words
}

fn header_sentence(missing: &Names, moved: &Names, unexpected: &Names) -> String {
    let mut sentence = if missing.is_empty() {
        "The header of the file is not that of the sample".to_owned()
    } else {
        format!("The file lacks the {}", names_in_words("column", missing))
    };
    for (names, what) in [(unexpected, "new in it"), (moved, "at another place")] {
        if !names.is_empty() {
            let _ = write!(sentence, "; {what}: {}", names_in_words("column", names));
        }
    }
    sentence.push('.');
    sentence
}

/// A name from a file or a person, in quotes, shortened, without control characters.
fn shown(name: &str) -> String {
    let mut characters = name
        .chars()
        .map(|c| if is_hidden(c) { '\u{FFFD}' } else { c });
    let mut text: String = characters.by_ref().take(NAME_CHARACTERS_SHOWN).collect();
    if characters.next().is_some() {
        text.push('…');
    }
    format!("“{text}”")
}

/// "1 record", "1,234 records".
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
