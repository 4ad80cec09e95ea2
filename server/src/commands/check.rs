//! `weir check`: how a file is written, and what in it cannot be read.

use std::fs::File;
use std::io::{BufRead as _, Read, Write as _};
use std::path::Path;
use std::process::ExitCode;

use mapping::field::FieldType;
use mapping::sample::{self, Inspection};
use serde::Serialize;
use tabular::detect::{Detection, LineEnd, detect};
use tabular::dialect::{Dialect, Escape, HeaderRow};
use tabular::reader::{Limits, Reader};

use super::{CommandError, say};
use crate::command_line::Check;

/// What detection looks at.
const SAMPLE_BYTES: usize = 256 << 10;
const CHUNK_BYTES: usize = 1 << 20;
const REJECTIONS_SHOWN: usize = 10;

/// The answer about a file; detection only in a batch.
#[derive(Debug, Serialize)]
struct Answer {
    /// WHATWG name in lower case.
    encoding: String,
    /// Empty: a single column.
    delimiter: String,
    /// Empty: none.
    quote: String,
    /// Empty: quotes are not escaped; else the quote itself, doubled, or a backslash.
    escape: String,
    has_header: bool,
    preamble_rows: u32,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
}

#[derive(Debug, Serialize)]
struct Content {
    columns: Vec<Column>,
    records: u64,
    /// Records that cannot be read, whatever they are mapped to.
    rejected: u64,
    /// The first of them.
    rejections: Vec<Unreadable>,
}

#[derive(Debug, Serialize)]
struct Column {
    name: String,
    #[serde(rename = "type")]
    field_type: FieldType,
}

#[derive(Debug, Serialize)]
struct Unreadable {
    record: u64,
    line: u64,
    offset: u64,
    message: String,
}

pub fn run(check: &Check) -> Result<ExitCode, CommandError> {
    if check.batch {
        return batch();
    }
    let path = check.file.as_deref().ok_or("name the file to check")?;
    let named = |error| format!("{} cannot be read: {error}", path.display());
    let (detection, sample) = detect_file(path).map_err(named)?;
    let content = read_file(path, &detection.dialect, &sample).map_err(named)?;
    if check.json {
        say(&serde_json::to_string(&answer(
            &detection,
            &sample,
            Some(content),
        ))?);
    } else {
        tell(&detection, &content);
    }
    Ok(ExitCode::SUCCESS)
}

/// A line of JSON for each line of standard input; a file that cannot be read is answered with its error.
fn batch() -> Result<ExitCode, CommandError> {
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        match detect_file(Path::new(&line?)) {
            Ok((detection, sample)) => {
                serde_json::to_writer(&mut output, &answer(&detection, &sample, None))?;
            }
            Err(error) => serde_json::to_writer(
                &mut output,
                &serde_json::json!({ "error": error.to_string() }),
            )?,
        }
        output.write_all(b"\n")?;
        output.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

struct Sample {
    bytes: Vec<u8>,
    /// The whole file.
    complete: bool,
}

fn detect_file(path: &Path) -> std::io::Result<(Detection, Sample)> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(SAMPLE_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    let complete = bytes.len() <= SAMPLE_BYTES;
    bytes.truncate(SAMPLE_BYTES);
    Ok((detect(&bytes, complete), Sample { bytes, complete }))
}

/// Reads the whole file in chunks; memory does not grow with it.
fn read_file(path: &Path, dialect: &Dialect, sample: &Sample) -> std::io::Result<Content> {
    let inspection = sample::inspect(&sample.bytes, sample.complete, dialect, 0);
    let mut content = Content {
        columns: columns(&inspection),
        records: 0,
        rejected: 0,
        rejections: Vec::new(),
    };
    let mut reader = Reader::new(dialect, Limits::default());
    let mut file = File::open(path)?;
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let length = file.read(&mut chunk)?;
        if length == 0 {
            break;
        }
        reader.feed(&chunk[..length]);
        content.take(&mut reader);
    }
    reader.finish();
    content.take(&mut reader);
    Ok(content)
}

impl Content {
    fn take(&mut self, reader: &mut Reader) {
        while let Some(record) = reader.next() {
            self.records += 1;
            let Some(message) = problem(&record) else {
                continue;
            };
            self.rejected += 1;
            if self.rejections.len() < REJECTIONS_SHOWN {
                let position = record.position();
                self.rejections.push(Unreadable {
                    record: record.number(),
                    line: position.line,
                    offset: position.offset,
                    message,
                });
            }
        }
    }
}

fn problem(record: &tabular::reader::Record<'_>) -> Option<String> {
    use mapping::rejection::Rejection;
    use tabular::reader::Cell;

    if let Some(defect) = record.defect() {
        return Some(Rejection::of_defect(defect).message);
    }
    let undecodable = record
        .fields()
        .position(|cell| matches!(cell, Cell::Undecodable(_)))?;
    Some(format!(
        "column {} is not text in the file's encoding",
        undecodable + 1
    ))
}

fn columns(inspection: &Inspection) -> Vec<Column> {
    inspection
        .columns
        .iter()
        .map(|column| Column {
            name: column.name.clone(),
            field_type: column.suggestion.field_type,
        })
        .collect()
}

fn answer(detection: &Detection, sample: &Sample, content: Option<Content>) -> Answer {
    let dialect = &detection.dialect;
    Answer {
        encoding: dialect.encoding.label(),
        delimiter: dialect.delimiter.map(String::from).unwrap_or_default(),
        quote: dialect.quote.map(String::from).unwrap_or_default(),
        escape: escape(dialect, sample),
        has_header: dialect.header == HeaderRow::Present,
        preamble_rows: dialect.preamble_rows,
        content,
    }
}

/// The quote where doubled quotes occur in the sample, a backslash where those do.
fn escape(dialect: &Dialect, sample: &Sample) -> String {
    let Some(quote) = dialect.quote else {
        return String::new();
    };
    match dialect.escape {
        Escape::Backslash => "\\".to_owned(),
        Escape::Doubled if has_doubled(quote, dialect, sample) => quote.to_string(),
        Escape::Doubled => String::new(),
    }
}

/// Whether a field that was read has a quote in it that was written twice.
fn has_doubled(quote: char, dialect: &Dialect, sample: &Sample) -> bool {
    let mut reader = Reader::new(dialect, Limits::default());
    reader.feed(&sample.bytes);
    if sample.complete {
        reader.finish();
    }
    let doubled = [quote, quote].iter().collect::<String>();
    while let Some(record) = reader.next() {
        let has_quote =
            (0..record.field_count()).any(|index| record.display(index).contains(quote));
        if has_quote && dialect.encoding.display(record.bytes()).contains(&doubled) {
            return true;
        }
    }
    reader
        .header()
        .is_some_and(|header| header.iter().any(|cell| cell.contains(quote)))
}

fn tell(detection: &Detection, content: &Content) {
    let dialect = &detection.dialect;
    let named = |character: Option<char>, none: &str| match character {
        None => none.to_owned(),
        Some('\t') => "tab".to_owned(),
        Some(character) => format!("`{character}`"),
    };
    say(&format!("Encoding:      {}", dialect.encoding.label()));
    say(&format!(
        "Delimiter:     {}",
        named(dialect.delimiter, "none, a single column")
    ));
    say(&format!("Quote:         {}", named(dialect.quote, "none")));
    say(&format!("Line ends:     {}", line_end(detection.line_end)));
    say(&format!(
        "Header row:    {}",
        if dialect.header == HeaderRow::Present {
            "yes"
        } else {
            "no"
        }
    ));
    say(&format!("Preamble rows: {}", dialect.preamble_rows));
    say(&format!(
        "Records:       {}, of which {} cannot be read",
        content.records, content.rejected
    ));
    say("Columns:");
    for column in &content.columns {
        say(&format!(
            "  {}: {}",
            shown(&column.name),
            type_name(column.field_type)
        ));
    }
    for rejection in &content.rejections {
        say(&format!(
            "Line {}, record {}: {}",
            rejection.line,
            rejection.record,
            shown(&rejection.message)
        ));
    }
}

/// A file's text must not steer the terminal.
fn shown(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character.is_control() {
                '\u{fffd}'
            } else {
                character
            }
        })
        .collect()
}

fn line_end(line_end: LineEnd) -> &'static str {
    match line_end {
        LineEnd::None => "none",
        LineEnd::Lf => "LF",
        LineEnd::Crlf => "CRLF",
        LineEnd::Cr => "CR",
        LineEnd::Mixed => "mixed",
    }
}

fn type_name(field_type: FieldType) -> String {
    match field_type {
        FieldType::Text => "text".to_owned(),
        FieldType::Email => "e-mail".to_owned(),
        FieldType::Integer => "integer".to_owned(),
        FieldType::Decimal { scale } => format!("decimal with {scale} digits after the point"),
        FieldType::Boolean => "boolean".to_owned(),
        FieldType::Date => "date".to_owned(),
        FieldType::Timestamp { zoned: true } => "timestamp with a zone".to_owned(),
        FieldType::Timestamp { zoned: false } => "timestamp".to_owned(),
    }
}
