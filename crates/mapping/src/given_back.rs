//! What is given back is compared, record by record: rejected records of a run, corrected in another program, are found again
//! in a file that may hold some of them, all of them, or the whole file that the run has read.
//!
//! Nothing is taken that cannot be told: a record answers one that is missing, or is in already, or is unknown. Both files
//! are in memory, and their sizes are the caller's to bound.

mod answers;
mod form;
mod likeness;
mod records;
mod report;
mod saved;

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use tabular::dialect::Dialect;
use tabular::reader::{Defect, Reader};
use tabular::writer::write_record;

use crate::corrections::{ends_line, read_as_several};
use crate::field::Field;
use crate::names::{NAME_LENGTH, cut};
use crate::plan::{self, Outcome, PlanError};
use crate::rejection::{Broken, Rejection};
use crate::row::Row;
use crate::settings::{DecimalMark, Mapping};

use answers::{Answer, By, answers};
pub use form::{DateLayout, Form, NumberLayout};
use likeness::{folded, without_idle_zeros};
use records::{Key, Records, each_record};
use report::{Faults, Report};

/// So many changed cells are told one by one.
const CHANGES_TOLD: usize = 50;
/// Of a cell so many characters are told.
const CELL_LENGTH: usize = 200;

/// How the run has read its file.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    pub dialect: &'a Dialect,
    pub mapping: &'a Mapping,
    pub fields: &'a [Field],
}

/// Why two files are not compared at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotComparable {
    /// The settings do not go with the report: the dataset has changed since.
    Settings(PlanError),
    /// The file has no columns of the report; the first names of both.
    OtherColumns {
        expected: Vec<String>,
        found: Vec<String>,
    },
    TooManyRecords {
        at_most: usize,
    },
}

/// What becomes of cells that were not at fault and are others now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangedCells {
    /// They go in as they were.
    Keep,
    /// They go in as they are given back.
    Take,
}

/// A file that is given back, beside the report that it is to answer.
#[derive(Debug)]
pub struct GivenBack<'a> {
    settings: Settings<'a>,
    report: Report,
    file: &'a [u8],
    saved: Dialect,
    forms: Vec<(usize, Form)>,
    /// In the run's forms.
    given: Records,
    /// Given records that have no end, or are too large.
    broken: HashMap<usize, Rejection>,
    /// By place in the report: answered before.
    is_held: Vec<bool>,
}

/// Finds given and rejected records in another file: the run's own, or one that was given back before. Holds no more than
/// these.
#[derive(Debug)]
pub struct Lookup {
    reader: Reader,
    /// How often a text was found that is looked for.
    found: HashMap<Key, u32>,
    /// The same by [`without_idle_zeros`].
    found_alike: HashMap<Key, u32>,
    /// Records that are looked for in neither way.
    other_count: u64,
    marks: Marks,
}

/// By column: what stands before its decimals, where that is settled.
#[derive(Debug)]
struct Marks(Vec<Option<DecimalMark>>);

/// The given records that equal ones which the run has imported.
struct Imported {
    is_equal: Vec<bool>,
    /// Whether all that the run has imported are among the given ones.
    are_all_given: bool,
}

/// What a file that is given back would bring in.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Rejected records that were not given back before.
    pub missing: u64,
    /// Places in the report of the records that go in, as ascending ranges that hold both ends.
    pub taken: Vec<(u64, u64)>,
    pub taken_count: u64,
    /// Given records that are not taken because they still do not fit, and the first of them.
    pub unfit_count: u64,
    pub first_unfit: Option<Unfit>,
    /// Given records that the run has imported, and those that answer what was given back before. They are left out.
    pub in_already: u64,
    pub given_before: u64,
    /// Given records that are none of these, with the line of the first in the given file.
    pub unknown_count: u64,
    pub first_unknown_line: Option<u64>,
    /// Records that are taken for the corrected form of one without proof: others might be meant.
    pub by_likeness: u64,
    /// Cells that were not at fault and are others now, of the records that go in; the first of them.
    pub change_count: u64,
    pub changes: Vec<Change>,
    /// How the file was saved, where that is not how the run's file was.
    pub saved: Option<Dialect>,
    /// Columns that were read in another form than the run's.
    pub forms: Vec<(String, Form)>,
    /// What goes in, in the run's own dialect.
    pub file: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// In the given file.
    pub line: u64,
    pub rejection: Rejection,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// In the given file.
    pub line: u64,
    pub column: String,
    pub was: String,
    pub is: String,
}

/// What a given record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Answers(Answer),
    GivenBefore,
    InAlready,
    Unknown,
}

/// A record that answers a missing one, as it is to be written.
struct Candidate {
    place: usize,
    given: usize,
    is_rewritten: bool,
    cells: Vec<String>,
    changed_columns: Vec<usize>,
}

impl<'a> GivenBack<'a> {
    /// `held`: places of the report that were given back before.
    pub fn open(
        settings: Settings<'a>,
        report: &[u8],
        held: &[RangeInclusive<u64>],
        file: &'a [u8],
    ) -> Result<Self, NotComparable> {
        let report = Report::read(&settings, report)?;
        let saved = saved::dialect_of(file, &settings, report.header.as_deref(), &report.records)?;
        let mut reader = plan::reader(&saved, settings.mapping);
        let mut broken = HashMap::new();
        let given = Records::read(&mut reader, file, |record| match record.defect() {
            None | Some(Defect::TooFewFields { .. } | Defect::TooManyFields { .. }) => {}
            Some(defect) => {
                let given = usize::try_from(record.number() - 1).unwrap_or(usize::MAX);
                broken.insert(given, Rejection::of_defect(defect));
            }
        })?;
        let mut is_held = vec![false; report.len()];
        for range in held {
            let last = usize::try_from(*range.end()).map_or(report.len(), |last| last + 1);
            let first = usize::try_from(*range.start()).unwrap_or(last);
            if let Some(places) = is_held.get_mut(first..last.min(report.len())) {
                places.fill(true);
            }
        }
        let mut given_back = Self {
            settings,
            report,
            file,
            saved,
            forms: Vec::new(),
            given,
            broken,
            is_held,
        };
        given_back.forms = given_back.find_forms();
        if !given_back.forms.is_empty() {
            given_back.given = given_back.given.map(|column, text| {
                let mut forms = given_back.forms.iter();
                let (_, form) = forms.find(|(of, _)| *of == column)?;
                form.original(text)
            });
        }
        Ok(given_back)
    }

    /// To be fed with a file in the run's own dialect.
    pub fn lookup(&self) -> Lookup {
        let marks = Marks::of(self.settings.mapping);
        let looked_for = || {
            let files = [&self.given, &self.report.records].into_iter();
            files.flat_map(|records| (0..records.len()).map(move |row| (records, row)))
        };
        Lookup {
            reader: plan::reader(self.settings.dialect, self.settings.mapping),
            found: looked_for()
                .map(|(records, row)| (records.key(row), 0))
                .collect(),
            found_alike: looked_for()
                .map(|(records, row)| (marks.key(records, row), 0))
                .collect(),
            other_count: 0,
            marks,
        }
    }

    /// `before`: what earlier corrections hold of the given records. `original`: what the run's own file does; `None` where it
    /// is no longer kept.
    pub fn compare(
        &self,
        before: Lookup,
        original: Option<Lookup>,
        changed: ChangedCells,
    ) -> Comparison {
        let kinds = self.kinds(before, original);
        let mut candidates: Vec<Candidate> = kinds
            .iter()
            .enumerate()
            .filter_map(|(given, kind)| match kind {
                Kind::Answers(answer) => Some(self.candidate(given, *answer)),
                _ => None,
            })
            .collect();
        candidates.sort_unstable_by_key(|candidate| candidate.place);
        let mut comparison = self.counts(&kinds);
        let unfit = self.unfit(&candidates, &kinds);
        comparison.unfit_count = unfit.len() as u64;
        let first_unfit = unfit.iter().min_by_key(|(given, _)| **given);
        comparison.first_unfit = first_unfit.map(|(given, rejection)| Unfit {
            line: self.given.line(*given),
            rejection: rejection.clone(),
        });
        candidates.retain(|candidate| !unfit.contains_key(&candidate.given));
        comparison.taken_count = candidates.len() as u64;
        comparison.taken = ranges(candidates.iter().map(|candidate| candidate.place as u64));
        comparison.by_likeness = candidates
            .iter()
            .filter(
                |it| matches!(kinds[it.given], Kind::Answers(answer) if answer.by == By::Likeness),
            )
            .count() as u64;
        self.tell_changes(&candidates, &mut comparison);
        comparison.file.clone_from(&self.report.head);
        for candidate in &candidates {
            let bytes = self.write(candidate, changed);
            comparison
                .file
                .extend(bytes.expect("what cannot be written either way does not fit"));
        }
        comparison
    }

    /// What the run has imported is known before any answer is sought, where it is all there: the given file is the whole one
    /// then. Else a record that equals an imported one may be the correction of its like, which is never certain.
    fn kinds(&self, before: Lookup, original: Option<Lookup>) -> Vec<Kind> {
        let mut kinds = vec![Kind::Unknown; self.given.len()];
        let imported = original.map(|original| self.imported(original));
        let whole = imported.as_ref().filter(|it| it.are_all_given);
        if let Some(whole) = whole {
            set(&mut kinds, &whole.is_equal, Kind::InAlready);
        }
        let mut before = before.found;
        for (given, kind) in kinds.iter_mut().enumerate() {
            if *kind == Kind::Unknown && take_one(&mut before, self.given.key(given)) {
                *kind = Kind::GivenBefore;
            }
        }
        let part = imported.filter(|it| !it.are_all_given);
        let is_doubtful = part.map_or_else(|| vec![false; kinds.len()], |part| part.is_equal);
        let mut answered = self.answers(&kinds, &is_doubtful);
        let is_part_of_whole = (0..kinds.len()).any(|given| {
            is_doubtful[given] && kinds[given] == Kind::Unknown && answered[given].is_none()
        });
        // It equals an imported record and can answer none: the others that do so are imported ones as well.
        if is_part_of_whole {
            set(&mut kinds, &is_doubtful, Kind::InAlready);
            answered = self.answers(&kinds, &is_doubtful);
        }
        for (kind, answer) in kinds.iter_mut().zip(answered) {
            match answer {
                Some(answer) if self.is_held[answer.place] => *kind = Kind::GivenBefore,
                Some(answer) => *kind = Kind::Answers(answer),
                None => {}
            }
        }
        kinds
    }

    /// Each record of the run's file stands for one given record: of the same text, or else of one that has lost zeros.
    fn imported(&self, original: Lookup) -> Imported {
        let Lookup {
            found: mut same,
            found_alike: mut alike,
            other_count,
            marks,
            ..
        } = original;
        let rejected = &self.report.records;
        for place in 0..self.report.len() {
            take_one(&mut same, rejected.key(place));
            take_one(&mut alike, marks.key(rejected, place));
        }
        let imported: u64 = alike.values().map(|count| u64::from(*count)).sum();
        let mut is_equal = vec![false; self.given.len()];
        for (given, is_equal) in is_equal.iter_mut().enumerate() {
            *is_equal = take_one(&mut same, self.given.key(given));
            if *is_equal {
                take_one(&mut alike, marks.key(&self.given, given));
            }
        }
        // What is rejected as it stands comes last.
        let rejected: HashSet<Key> = (0..rejected.len()).map(|row| rejected.key(row)).collect();
        for is_rejected in [false, true] {
            for (given, is_equal) in is_equal.iter_mut().enumerate() {
                if !*is_equal && rejected.contains(&self.given.key(given)) == is_rejected {
                    *is_equal = take_one(&mut alike, marks.key(&self.given, given));
                }
            }
        }
        let are_all_found = alike.values().all(|count| *count == 0);
        Imported {
            is_equal,
            are_all_given: imported > 0 && other_count == 0 && are_all_found,
        }
    }

    fn answers(&self, kinds: &[Kind], is_doubtful: &[bool]) -> Vec<Option<Answer>> {
        let is_left_out: Vec<bool> = kinds.iter().map(|kind| *kind != Kind::Unknown).collect();
        answers(
            &self.report,
            &self.given,
            &self.is_held,
            &is_left_out,
            is_doubtful,
        )
    }

    fn find_forms(&self) -> Vec<(usize, Form)> {
        let nothing = vec![false; self.given.len()];
        let answers = answers(&self.report, &self.given, &self.is_held, &nothing, &nothing);
        let pairs: Vec<(usize, usize)> = answers
            .iter()
            .enumerate()
            .filter_map(|(given, answer)| Some((given, (*answer)?)))
            .filter(|(_, answer)| answer.by != By::Likeness)
            .map(|(given, answer)| (given, answer.place))
            .collect();
        let columns = 0..self.settings.mapping.columns.len();
        let form = |column: usize| {
            let known = pairs
                .iter()
                .filter(|(_, place)| self.report.is_right(*place, column))
                .map(|(given, place)| {
                    let was = self.report.records.cell(*place, column);
                    (was, self.given.cell(*given, column))
                });
            let known: Vec<(&str, &str)> = known
                .filter(|(was, is)| !was.is_empty() && !is.is_empty())
                .collect();
            let all = (0..self.given.len()).map(|given| self.given.cell(given, column));
            Some((column, form::of_column(&known, all)?))
        };
        columns.filter_map(form).collect()
    }

    fn counts(&self, kinds: &[Kind]) -> Comparison {
        let count = |kind: Kind| kinds.iter().filter(|it| **it == kind).count() as u64;
        let unknown = kinds.iter().position(|kind| *kind == Kind::Unknown);
        let own = self.settings.dialect;
        let is_own = (own.encoding, own.delimiter, own.quote, own.escape)
            == (
                self.saved.encoding,
                self.saved.delimiter,
                self.saved.quote,
                self.saved.escape,
            );
        Comparison {
            missing: self.is_held.iter().filter(|held| !**held).count() as u64,
            taken: Vec::new(),
            taken_count: 0,
            unfit_count: 0,
            first_unfit: None,
            in_already: count(Kind::InAlready),
            given_before: count(Kind::GivenBefore),
            unknown_count: count(Kind::Unknown),
            first_unknown_line: unknown.map(|given| self.given.line(given)),
            by_likeness: 0,
            change_count: 0,
            changes: Vec::new(),
            saved: (!is_own).then(|| self.saved.clone()),
            forms: self
                .forms
                .iter()
                .map(|(column, form)| (self.column_name(*column), form.clone()))
                .collect(),
            file: Vec::new(),
        }
    }

    fn column_name(&self, column: usize) -> String {
        let named = self.settings.mapping.columns.get(column);
        named.map_or_else(
            || plan::column_name(column),
            |column| cut(&column.name, NAME_LENGTH),
        )
    }

    /// What is changed elsewhere changes nothing. A cell beyond the columns makes the record too long.
    fn is_imported(&self, column: usize) -> bool {
        let mapped = self.settings.mapping.columns.get(column);
        mapped.is_none_or(|column| column.field.is_some())
    }

    fn candidate(&self, given: usize, answer: Answer) -> Candidate {
        let place = answer.place;
        let records = &self.report.records;
        let columns = 0..records.width(place).max(self.given.width(given));
        let is_whole = *self.report.faults(place) == Faults::Whole;
        let is_changed = |column: &usize| {
            let (was, is) = (
                records.cell(place, *column),
                self.given.cell(given, *column),
            );
            // Of a record that was wrong as a whole a cell may stand anywhere, but not in another form in its own place.
            let is_known = if is_whole {
                !records.is_undecodable(place, *column) && folded(was) == folded(is)
            } else {
                self.report.is_right(place, *column)
            };
            was != is && is_known && self.is_imported(*column)
        };
        let has_form = self
            .forms
            .iter()
            .any(|(column, _)| *column < self.given.width(given));
        Candidate {
            place,
            given,
            is_rewritten: self.saved != *self.settings.dialect || has_form,
            cells: self.given.cells(given).map(str::to_owned).collect(),
            changed_columns: columns.filter(is_changed).collect(),
        }
    }

    /// Or the cell that cannot be written in the run's dialect.
    fn write(&self, candidate: &Candidate, changed: ChangedCells) -> Result<Vec<u8>, Rejection> {
        let kept = match changed {
            ChangedCells::Keep => candidate.changed_columns.as_slice(),
            ChangedCells::Take => &[],
        };
        let dialect = self.settings.dialect;
        if kept.is_empty() && !candidate.is_rewritten {
            let mut bytes = self.file[self.given.bytes(candidate.given)].to_vec();
            // The last record of a file may stand without a line end.
            if !ends_line(dialect, &bytes) {
                let no_cells: [&str; 0] = [];
                // No dialect lacks these characters.
                bytes.extend(
                    write_record(dialect, &no_cells, self.report.line_end).unwrap_or_default(),
                );
            }
            return Ok(bytes);
        }
        let mut cells = candidate.cells.clone();
        for column in kept {
            if cells.len() <= *column {
                cells.resize(column + 1, String::new());
            }
            self.report
                .records
                .cell(candidate.place, *column)
                .clone_into(&mut cells[*column]);
        }
        let undecodable = (0..cells.len()).find(|column| {
            !kept.contains(column) && self.given.is_undecodable(candidate.given, *column)
        });
        if let Some(column) = undecodable {
            return Err(self.cell_rejection(
                column,
                &cells[column],
                "type the text that belongs here",
            ));
        }
        let width = self.settings.mapping.columns.len();
        while cells.len() > width && cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        write_record(dialect, &cells, self.report.line_end).map_err(|unwritable| {
            let column = unwritable.cell();
            let mut rejection =
                self.cell_rejection(column, &cells[column], "write it without that character");
            rejection.message = unwritable.to_string();
            rejection
        })
    }

    fn cell_rejection(&self, column: usize, text: &str, hint: &str) -> Rejection {
        let name = self.column_name(column);
        Rejection {
            hint: hint.to_owned(),
            ..Rejection::of_cell(column, &name, &name, text, &Broken::Undecodable)
        }
    }

    /// Given records that would be rejected again, with the cells that were right as they were: by the plan, as the run reads
    /// what is written.
    fn unfit(&self, candidates: &[Candidate], kinds: &[Kind]) -> HashMap<usize, Rejection> {
        let mut unfit = HashMap::new();
        let mut file = self.report.head.clone();
        // Where each one begins in the file.
        let mut written: HashMap<u64, (&Candidate, u64)> = HashMap::new();
        for candidate in candidates {
            let broken = self.broken.get(&candidate.given).cloned();
            let bytes = match broken {
                Some(rejection) => Err(rejection),
                None => self
                    .write(candidate, ChangedCells::Take)
                    .and_then(|_| self.write(candidate, ChangedCells::Keep)),
            };
            let refused = match bytes {
                Ok(bytes) => {
                    written.insert(file.len() as u64, (candidate, bytes.len() as u64));
                    file.extend(bytes);
                    read_as_several()
                }
                Err(rejection) => rejection,
            };
            unfit.insert(candidate.given, refused);
        }
        let mut reader = plan::reader(self.settings.dialect, self.settings.mapping);
        let (mut row, mut rejections) = (Row::new(), Vec::new());
        each_record(&mut reader, &file, |record| {
            let Some((candidate, length)) = written.get(&record.position().offset) else {
                return;
            };
            let given = candidate.given;
            let outcome = self.report.plan.apply(record, &mut row, &mut rejections);
            if let Some(rejection) = rejections.first() {
                unfit.insert(given, rejection.clone());
            } else if self.is_as_it_was(candidate, kinds[given]) {
                let found = self.report.records.width(candidate.place);
                let needed = self.settings.mapping.columns.len();
                unfit.insert(given, Rejection::of_missing_columns(found, needed));
            } else if outcome == Outcome::Imported && record.byte_length() == *length {
                unfit.remove(&given);
            }
        });
        unfit
    }

    /// A record with too few fields to which a spreadsheet has appended empty cells, which would go in as if somebody meant them.
    fn is_as_it_was(&self, candidate: &Candidate, kind: Kind) -> bool {
        let is_same = matches!(kind, Kind::Answers(answer) if answer.by == By::SameText);
        let is_short =
            self.report.records.width(candidate.place) < self.settings.mapping.columns.len();
        is_same && is_short && *self.report.faults(candidate.place) == Faults::Whole
    }

    fn tell_changes(&self, candidates: &[Candidate], comparison: &mut Comparison) {
        for candidate in candidates {
            for column in &candidate.changed_columns {
                comparison.change_count += 1;
                if comparison.changes.len() < CHANGES_TOLD {
                    let was = self.report.records.cell(candidate.place, *column);
                    comparison.changes.push(Change {
                        line: self.given.line(candidate.given),
                        column: self.column_name(*column),
                        was: cut(was, CELL_LENGTH),
                        is: cut(self.given.cell(candidate.given, *column), CELL_LENGTH),
                    });
                }
            }
        }
    }
}

impl Lookup {
    /// Takes the next bytes of the file.
    pub fn feed(&mut self, chunk: &[u8]) {
        self.reader.feed(chunk);
        self.count_records();
    }

    /// The file has no more bytes. Another one may follow, from its first byte.
    pub fn finish(&mut self, settings: &Settings<'_>) {
        self.reader.finish();
        self.count_records();
        self.reader = plan::reader(settings.dialect, settings.mapping);
    }

    fn count_records(&mut self) {
        while let Some(record) = self.reader.next() {
            // Of other defects the text is none: the record has no end.
            if !matches!(
                record.defect(),
                None | Some(Defect::TooFewFields { .. } | Defect::TooManyFields { .. })
            ) {
                continue;
            }
            let key = Key::of_record(&record, Key::of_cell);
            let alike = Key::of_record(&record, |column, text| self.marks.of_cell(column, text));
            if let Some(count) = self.found.get_mut(&key) {
                *count += 1;
            }
            match self.found_alike.get_mut(&alike) {
                Some(count) => *count += 1,
                None => self.other_count += u64::from(key != Key::default()),
            }
        }
    }
}

impl Marks {
    fn of(mapping: &Mapping) -> Self {
        let marks = mapping.columns.iter();
        Self(marks.map(|column| column.format.decimal_mark).collect())
    }

    fn of_cell(&self, column: usize, text: &str) -> Key {
        let mark = self.0.get(column).copied().flatten();
        Key::of_cell(column, &without_idle_zeros(text, mark))
    }

    fn key(&self, records: &Records, row: usize) -> Key {
        records.key_of(row, |column, text| self.of_cell(column, text))
    }
}

fn set(kinds: &mut [Kind], which: &[bool], to: Kind) {
    for (kind, is_meant) in kinds.iter_mut().zip(which) {
        if *is_meant && *kind == Kind::Unknown {
            *kind = to;
        }
    }
}

/// Each record that was found is known once: a second one of the same text is another one.
fn take_one(found: &mut HashMap<Key, u32>, key: Key) -> bool {
    let count = found.get_mut(&key).filter(|count| **count > 0);
    count.map(|count| *count -= 1).is_some()
}

/// Of ascending places.
fn ranges(places: impl Iterator<Item = u64>) -> Vec<(u64, u64)> {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for place in places {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == place => *last = place,
            _ => ranges.push((place, place)),
        }
    }
    ranges
}
