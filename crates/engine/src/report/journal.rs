//! Rejected records as JSON, one per line: what one pass over the file found, in file order.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use domain::report::RejectedRecord;

#[derive(Debug)]
pub(crate) struct JournalWriter {
    file: BufWriter<File>,
}

impl JournalWriter {
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::with_capacity(1 << 16, File::create(path)?),
        })
    }

    pub(crate) fn push(&mut self, record: &RejectedRecord) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, record)?;
        self.file.write_all(b"\n")
    }

    /// Durable when it returns.
    pub(crate) fn finish(self) -> io::Result<()> {
        super::finish(self.file)
    }
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
