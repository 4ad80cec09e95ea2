//! A whole file held against a mapping, chunk by chunk at constant memory.

use serde::{Deserialize, Serialize};
use tabular::dialect::{Dialect, HeaderRow};
use tabular::reader::{Reader, Record};

use super::SampleCheck;
use super::tally::Tally;
use crate::field::Field;
use crate::plan::{self, Outcome, PlanError, RowPlan};
use crate::rejection::Rejection;
use crate::row::Row;
use crate::settings::{ColumnMapping, Mapping};

/// Reads a file that is fed to it in chunks of any size, and keeps counts and the first rejections.
#[derive(Debug)]
pub struct FileCheck {
    reader: Reader,
    /// Goes ahead to the header, which must be known before the first record is taken; gone from then on.
    ahead: Option<Reader>,
    checker: Checker,
}

/// How far a check has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileProgress {
    /// Bytes of the file that are done.
    pub bytes: u64,
    pub records: u64,
    pub fitting: u64,
    pub rejected: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    pub bytes: u64,
    pub check: SampleCheck,
    /// In file order; as many as were asked for.
    pub first_rejected: Vec<RejectedRecord>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedRecord {
    /// 1-based.
    pub record: u64,
    /// 1-based physical line where the record starts.
    pub line: u64,
    /// 0-based byte offset of its first byte.
    pub offset: u64,
    pub rejections: Vec<Rejection>,
}

#[derive(Debug)]
struct Checker {
    mapping: Mapping,
    fields: Vec<Field>,
    /// Made when the header is known.
    plan: Option<RowPlan>,
    problems: Vec<PlanError>,
    row: Row,
    rejections: Vec<Rejection>,
    tally: Tally,
    first_rejected: Vec<RejectedRecord>,
    most_kept: usize,
}

impl FileCheck {
    /// Keeps the rejections of the first `keep` rejected records.
    pub fn new(dialect: &Dialect, mapping: &Mapping, fields: &[Field], keep: usize) -> Self {
        let mut check = Self {
            reader: plan::reader(dialect, mapping),
            ahead: None,
            checker: Checker {
                mapping: mapping.clone(),
                fields: fields.to_vec(),
                plan: None,
                problems: Vec::new(),
                row: Row::new(),
                rejections: Vec::new(),
                tally: Tally::default(),
                first_rejected: Vec::new(),
                most_kept: keep,
            },
        };
        match dialect.header {
            HeaderRow::Present => check.ahead = Some(plan::reader(dialect, mapping)),
            HeaderRow::Absent => check.checker.compile(None),
        }
        check
    }

    /// Takes the next bytes of the file.
    pub fn feed(&mut self, chunk: &[u8]) -> FileProgress {
        if let Some(ahead) = &mut self.ahead {
            ahead.feed(chunk);
        }
        self.reader.feed(chunk);
        self.read();
        self.progress()
    }

    pub fn progress(&self) -> FileProgress {
        let tally = &self.checker.tally;
        FileProgress {
            bytes: self.reader.consumed(),
            records: tally.records,
            fitting: tally.records - tally.rejected,
            rejected: tally.rejected,
        }
    }

    /// What keeps the settings from being used with this file; known with the first record.
    pub fn problems(&self) -> &[PlanError] {
        &self.checker.problems
    }

    /// The account of a file that was fed to its end.
    pub fn finish(mut self) -> FileReport {
        if let Some(ahead) = &mut self.ahead {
            ahead.finish();
        }
        self.reader.finish();
        self.read();
        self.finish_cut()
    }

    /// The account of the first bytes of a file: a record whose end was not fed is not counted.
    pub(super) fn finish_cut(mut self) -> FileReport {
        if self.checker.plan.is_none() {
            // A file without a header row still shows what is wrong with the settings alone.
            self.checker.compile(None);
        }
        let mapped = &self.checker.mapping.columns;
        let column_of = |field: &Field| {
            let goes_there = |column: &ColumnMapping| column.field.as_ref() == Some(&field.name);
            mapped.iter().position(goes_there)
        };
        let columns: Vec<Option<usize>> = self.checker.fields.iter().map(column_of).collect();
        FileReport {
            bytes: self.reader.consumed(),
            check: self
                .checker
                .tally
                .into_check(&columns, self.checker.problems),
            first_rejected: self.checker.first_rejected,
        }
    }

    fn read(&mut self) {
        if let Some(ahead) = &mut self.ahead {
            // The header is read on the way to the first record.
            let _ = ahead.next();
            match plan::header(ahead) {
                Ok(None) => {}
                Ok(Some(header)) => {
                    self.checker.compile(Some(header));
                    self.ahead = None;
                }
                Err(problem) => {
                    self.checker.compile(None);
                    self.checker.problems = vec![problem];
                    self.ahead = None;
                }
            }
        }
        while let Some(record) = self.reader.next() {
            self.checker.check(&record);
        }
    }
}

impl Checker {
    /// With problems the plan does what it can, as a preview.
    fn compile(&mut self, header: Option<&[String]>) {
        let (plan, problems) = RowPlan::with_problems(&self.fields, &self.mapping, header);
        self.plan = Some(plan);
        self.problems = problems;
    }

    fn check(&mut self, record: &Record<'_>) {
        let plan = self
            .plan
            .as_ref()
            .expect("the header is read before the first record");
        match plan.apply(record, &mut self.row, &mut self.rejections) {
            Outcome::Imported => self.tally.count_fitting(&self.row),
            Outcome::Rejected => {
                self.tally
                    .count_rejected(record.number(), record.position(), &self.rejections);
                if self.first_rejected.len() < self.most_kept {
                    self.first_rejected.push(RejectedRecord {
                        record: record.number(),
                        line: record.position().line,
                        offset: record.position().offset,
                        rejections: self.rejections.clone(),
                    });
                }
            }
        }
    }
}
