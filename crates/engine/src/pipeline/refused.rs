//! Records that became rows, but that the destination did not take.

use std::io::{self, Read, Seek, SeekFrom};

use connectors::batch::RecordReference;
use connectors::destination::{Refusal, RefusalReason};
use connectors::source::SourceRead;
use domain::report::RejectedRecord;
use mapping::field::Field;
use mapping::names::{NAME_LENGTH, cut};
use mapping::rejection::{Rejection, Rule};
use tabular::dialect::{Dialect, HeaderRow};
use tabular::reader::{Limits, Reader};

use super::pass::shown_cells;
use super::{Assignment, Interrupted};
use crate::report::JournalWriter;

/// Of the name of a key, in characters; and of the message that has the names of all.
const QUOTED_LENGTH: usize = 60;
const MESSAGE_LENGTH: usize = 500;

pub(super) struct RefusedRecords<'a> {
    assignment: &'a Assignment,
    journal: JournalWriter,
    /// Opened with the first refusal.
    source: Option<Box<dyn SourceRead>>,
    bytes: Vec<u8>,
}

impl<'a> RefusedRecords<'a> {
    pub(super) fn new(assignment: &'a Assignment, journal: JournalWriter) -> Self {
        Self {
            assignment,
            journal,
            source: None,
            bytes: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, refusals: &[Refusal]) -> Result<(), Interrupted> {
        for refusal in refusals {
            let cells = self.cells(refusal.record)?;
            let rejection = self.rejection(refusal, &cells);
            self.journal.push(&RejectedRecord {
                record: refusal.record.number,
                line: refusal.record.line,
                offset: refusal.record.offset,
                length_bytes: refusal.record.length_bytes,
                cells,
                rejections: vec![rejection],
            })?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> io::Result<()> {
        self.journal.finish()
    }

    /// Reads the record again: a batch holds its row, not its cells.
    fn cells(&mut self, record: RecordReference) -> Result<Vec<String>, Interrupted> {
        let source = match &mut self.source {
            Some(source) => source,
            none => none.insert(self.assignment.source.open(self.assignment.file)?),
        };
        source.seek(SeekFrom::Start(record.offset))?;
        self.bytes.clear();
        source
            .take(record.length_bytes)
            .read_to_end(&mut self.bytes)?;
        let body = Dialect {
            header: HeaderRow::Absent,
            preamble_rows: 0,
            ..self.assignment.settings.dialect.clone()
        };
        let mut reader = Reader::new(&body, Limits::of(&body));
        reader.feed(&self.bytes);
        reader.finish();
        Ok(reader
            .next()
            .map(|record| shown_cells(&record))
            .unwrap_or_default())
    }

    fn rejection(&self, refusal: &Refusal, cells: &[String]) -> Rejection {
        let RefusalReason::KeyTaken(form) = refusal.why;
        let columns = &self.assignment.settings.mapping.columns;
        let key_field = |index: usize| -> Option<&Field> {
            let name = columns[index].field.as_ref()?;
            let mut fields = self.assignment.target.fields.iter();
            fields.find(|field| field.key && field.name == *name)
        };
        let keys: Vec<(usize, &Field)> = (0..columns.len())
            .filter_map(|index| Some((index, key_field(index)?)))
            .collect();
        let value: Vec<&str> = keys
            .iter()
            .filter_map(|&(index, _)| cells.get(index))
            .map(String::as_str)
            .collect();
        let names: Vec<String> = keys
            .iter()
            .map(|&(index, field)| {
                let name = cut(&columns[index].name, QUOTED_LENGTH);
                format!("`{name}` ({})", form.words(field))
            })
            .collect();
        let only = if let [(only, _)] = keys[..] {
            Some(only)
        } else {
            None
        };
        Rejection {
            column: only.and_then(|index| u32::try_from(index).ok()),
            column_name: only.map(|index| cut(&columns[index].name, NAME_LENGTH)),
            rule: Rule::Unique,
            value: Some(cut(&value.join(", "), NAME_LENGTH)),
            message: cut(
                &format!("the dataset already has a row with this {}", names.join(" and ")),
                MESSAGE_LENGTH,
            ),
            hint: "leave the record out, correct its key, or choose the import method upsert to update the row".to_owned(),
        }
    }
}
