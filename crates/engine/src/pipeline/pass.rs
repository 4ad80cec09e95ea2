//! One pass over a file, in chunks.

use std::io::{Read, Seek, SeekFrom};

use connectors::source::SourceRead;
use domain::report::RejectedRecord;
use mapping::plan::{self, RowPlan};
use mapping::rejection::Rejection;
use tabular::kind::HEAD_BYTES;
use tabular::reader::{Reader, Record};

use super::{Assignment, Interrupted, judge};

/// Large enough that a system call costs nothing beside reading it, small enough to stay in a cache.
const CHUNK_BYTES: usize = 256 << 10;
/// Of a rejected record so many cells are kept for display, each so long.
const CELLS_SHOWN: usize = 100;
const CELL_CHARACTERS_SHOWN: usize = 200;

/// What stands before the first record, and the plan that fits it.
pub(super) struct Opening {
    pub(super) header: Vec<String>,
    pub(super) body_offset: u64,
    pub(super) plan: RowPlan,
}

pub(super) struct Pass {
    source: Box<dyn SourceRead>,
    reader: Reader,
    chunk: Vec<u8>,
    bytes_done: u64,
    ended: bool,
    /// The first bytes of the file.
    head: Vec<u8>,
}

impl Pass {
    pub(super) fn open(assignment: &Assignment) -> Result<Self, Interrupted> {
        Ok(Self {
            source: assignment.source.open(assignment.file)?,
            reader: plan::reader(&assignment.settings.dialect, &assignment.settings.mapping),
            chunk: vec![0; CHUNK_BYTES],
            bytes_done: 0,
            ended: false,
            head: Vec::new(),
        })
    }

    /// Reads up to the first record, compiles the plan for the header that is there, and goes back to the start. Refuses a
    /// file of another kind before anything in it is taken for a record.
    pub(super) fn opening(
        mut self,
        assignment: &Assignment,
    ) -> Result<(Opening, Self), Interrupted> {
        self.fill()?;
        if let Some(reason) = judge::another_kind(&self.head) {
            return Err(Interrupted::Reason(reason));
        }
        while self.reader.next().is_none() && self.fill()? {}
        let (fields, mapping) = (&assignment.target.fields, &assignment.settings.mapping);
        let compiled = plan::header(&self.reader).and_then(|header| {
            let plan = RowPlan::compile(fields, mapping, header)?;
            Ok((plan, header.map(<[String]>::to_vec)))
        });
        let (plan, header) = compiled.map_err(|error| {
            let ends = self.reader.body_offset().map_or(usize::MAX, saturating);
            let opening = &self.head[..self.head.len().min(ends)];
            let encoding = assignment.settings.dialect.encoding;
            judge::without_header(&error, &self.head, opening, encoding)
                .map_or_else(|| Interrupted::from(error), Interrupted::Reason)
        })?;
        let opening = Opening {
            header: header.unwrap_or_else(|| {
                assignment
                    .settings
                    .mapping
                    .columns
                    .iter()
                    .map(|column| column.name.clone())
                    .collect()
            }),
            body_offset: self.reader.body_offset().unwrap_or(self.bytes_done),
            plan,
        };
        self.source.seek(SeekFrom::Start(0))?;
        self.reader = plan::reader(&assignment.settings.dialect, &assignment.settings.mapping);
        self.bytes_done = 0;
        self.ended = false;
        Ok((opening, self))
    }

    /// Gives the reader more bytes; false when there are none left and the last records have been given.
    pub(super) fn fill(&mut self) -> Result<bool, Interrupted> {
        if self.ended {
            return Ok(false);
        }
        match self.source.read(&mut self.chunk) {
            Ok(0) => {
                self.reader.finish();
                self.ended = true;
            }
            Ok(count) => {
                if self.bytes_done == 0 {
                    self.head = self.chunk[..count.min(HEAD_BYTES)].to_vec();
                }
                self.reader.feed(&self.chunk[..count]);
                self.bytes_done += count as u64;
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(connectors::source::SourceError::Unreadable(error).into()),
        }
        Ok(true)
    }

    /// The next record of the bytes that the reader has.
    pub(super) fn next(&mut self) -> Option<Record<'_>> {
        self.reader.next()
    }

    /// The first bytes of the file, once there are any.
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    pub(super) fn bytes_done(&self) -> u64 {
        self.bytes_done
    }
}

fn saturating(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// What is kept of a rejected record.
pub(super) fn rejected(record: &Record<'_>, rejections: Vec<Rejection>) -> RejectedRecord {
    RejectedRecord {
        record: record.number(),
        line: record.position().line,
        offset: record.position().offset,
        length_bytes: record.byte_length(),
        cells: shown_cells(record),
        rejections,
    }
}

pub(super) fn shown_cells(record: &Record<'_>) -> Vec<String> {
    (0..record.field_count().min(CELLS_SHOWN))
        .map(|index| {
            record
                .display(index)
                .chars()
                .take(CELL_CHARACTERS_SHOWN)
                .collect()
        })
        .collect()
}
