//! The *exact* report: every byte before the first record and the original bytes of every rejected record, so that it can
//! be corrected and imported with the same settings.

use std::io::{self, BufReader, Read, SeekFrom, Write};

use connectors::source::SourceRead;
use domain::report::RejectedRecord;

pub(super) struct ExactWriter<'a, W> {
    source: BufReader<&'a mut dyn SourceRead>,
    position: u64,
    out: W,
}

impl<'a, W: Write> ExactWriter<'a, W> {
    pub(super) fn start(
        source: &'a mut dyn SourceRead,
        body_offset: u64,
        out: W,
    ) -> io::Result<Self> {
        source.seek(SeekFrom::Start(0))?;
        let mut writer = Self {
            source: BufReader::with_capacity(1 << 16, source),
            position: 0,
            out,
        };
        writer.copy(body_offset)?;
        Ok(writer)
    }

    pub(super) fn push(&mut self, record: &RejectedRecord) -> io::Result<()> {
        let ahead = record
            .offset
            .checked_sub(self.position)
            .ok_or(io::ErrorKind::InvalidData)?;
        self.source
            .seek_relative(i64::try_from(ahead).map_err(io::Error::other)?)?;
        self.position += ahead;
        self.copy(record.length_bytes)
    }

    pub(super) fn into_inner(self) -> W {
        self.out
    }

    fn copy(&mut self, bytes: u64) -> io::Result<()> {
        let copied = io::copy(&mut (&mut self.source).take(bytes), &mut self.out)?;
        self.position += copied;
        if copied == bytes {
            Ok(())
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}
