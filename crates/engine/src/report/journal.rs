//! Rejected records as JSON, one per line: what one pass over the file found, in file order.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use domain::report::{Breakdown, RejectedRecord};

use super::breakdown::BreakdownCounter;

/// What all journals of a run may keep together, and what they were given.
#[derive(Debug)]
pub(super) struct Kept {
    bytes_left: u64,
    breakdown: BreakdownCounter,
    not_listed: u64,
}

impl Kept {
    pub(super) fn new(bytes_at_most: u64) -> Self {
        Self {
            bytes_left: bytes_at_most,
            breakdown: BreakdownCounter::default(),
            not_listed: 0,
        }
    }

    pub(super) fn breakdown(&self, header: &[String]) -> Breakdown {
        self.breakdown.breakdown(header, self.not_listed)
    }

    /// Whether the line still fits. From the first on that does not, none does, so that what is listed is the beginning.
    fn take(&mut self, record: &RejectedRecord, line: &[u8]) -> bool {
        self.breakdown.count(record);
        if let Some(left) = self.bytes_left.checked_sub(line.len() as u64) {
            self.bytes_left = left;
            return true;
        }
        self.bytes_left = 0;
        self.not_listed += record.rejections.len() as u64;
        false
    }
}

#[derive(Debug)]
pub(crate) struct JournalWriter {
    file: BufWriter<File>,
    kept: Arc<Mutex<Kept>>,
    line: Vec<u8>,
}

impl JournalWriter {
    pub(super) fn create(path: &Path, kept: Arc<Mutex<Kept>>) -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::with_capacity(1 << 16, File::create(path)?),
            kept,
            line: Vec::new(),
        })
    }

    /// Keeps the record whole, or where there is no room left its place alone, which the *exact* report is made of.
    pub(crate) fn push(&mut self, record: &RejectedRecord) -> io::Result<()> {
        self.line.clear();
        write(&mut self.line, record)?;
        let fits = self
            .kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(record, &self.line);
        if fits {
            return self.file.write_all(&self.line);
        }
        let place = RejectedRecord {
            cells: Vec::new(),
            rejections: Vec::new(),
            ..*record
        };
        write(&mut self.file, &place)
    }

    /// Durable when it returns.
    pub(crate) fn finish(self) -> io::Result<()> {
        super::finish(self.file)
    }
}

pub(super) fn write(mut out: impl Write, record: &RejectedRecord) -> io::Result<()> {
    serde_json::to_writer(&mut out, record)?;
    out.write_all(b"\n")
}

#[derive(Debug)]
pub(crate) struct JournalReader {
    file: BufReader<File>,
    line: String,
}

impl JournalReader {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            file: BufReader::with_capacity(1 << 16, File::open(path)?),
            line: String::new(),
        })
    }

    fn read(&mut self) -> io::Result<Option<RejectedRecord>> {
        self.line.clear();
        if self.file.read_line(&mut self.line)? == 0 {
            return Ok(None);
        }
        serde_json::from_str(&self.line)
            .map(Some)
            .map_err(io::Error::from)
    }
}

/// The records of all journals in file order. A record stands in one of them alone: what a pass rejects, no later pass sees.
pub(crate) fn merged(journals: Vec<JournalReader>) -> io::Result<Merged> {
    let mut heads = Vec::new();
    for mut journal in journals {
        if let Some(record) = journal.read()? {
            heads.push((record, journal));
        }
    }
    Ok(Merged { heads })
}

pub(crate) struct Merged {
    heads: Vec<(RejectedRecord, JournalReader)>,
}

impl Iterator for Merged {
    type Item = io::Result<RejectedRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        let earliest = self
            .heads
            .iter()
            .enumerate()
            .min_by_key(|(_, (record, _))| record.record)?
            .0;
        match self.heads[earliest].1.read() {
            Ok(Some(next)) => Some(Ok(std::mem::replace(&mut self.heads[earliest].0, next))),
            Ok(None) => Some(Ok(self.heads.swap_remove(earliest).0)),
            Err(error) => {
                self.heads.clear();
                Some(Err(error))
            }
        }
    }
}
