//! Everything that the page holds while records are corrected.

use leptos::html::Div;
use leptos::prelude::*;
use mapping::corrections::{Corrected, Corrections, RejectedCells};
use mapping::rejection::Rejection;

use super::report::{self, Step};
use super::sheet::{Row, Sheet, Spot};
use crate::upload::{Cancel, Progress};
use crate::wire::corrections::ToFixView;

/// In context below the page.
#[derive(Clone, Copy)]
pub struct Editing {
    pub namespace: StoredValue<String>,
    pub view: StoredValue<ToFixView>,
    pub phase: RwSignal<Phase>,
    pub sheet: RwSignal<Sheet>,
    /// The records as they are in the report.
    corrections: StoredValue<Option<Corrections>>,
    /// The cell that the keyboard is in, and the other corner of what is selected.
    pub active: RwSignal<Spot>,
    pub anchor: RwSignal<Spot>,
    /// The text of the active cell while it is typed.
    pub typed: RwSignal<Option<String>>,
    pub shown: RwSignal<Shown>,
    pub cancel: StoredValue<Cancel>,
    /// The file that is given back instead.
    pub step: RwSignal<Step>,
    /// What was done last, for a screen reader.
    pub said: RwSignal<String>,
    /// What scrolls, and has the keyboard.
    pub frame: NodeRef<Div>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// Bytes of the report, as far as they are known.
    Reading,
    Ready,
    Uploading(Option<Progress>),
    /// Nothing is left to be corrected here, or nothing can be.
    Nothing(String),
    Failed(String),
}

/// Which records are in the grid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    #[default]
    All,
    Rejected,
    Fitting,
}

impl Editing {
    pub fn new(view: ToFixView, namespace: String) -> Self {
        Self {
            namespace: StoredValue::new(namespace),
            view: StoredValue::new(view),
            phase: RwSignal::new(Phase::Reading),
            sheet: RwSignal::new(Sheet::default()),
            corrections: StoredValue::new(None),
            active: RwSignal::new(Spot::default()),
            anchor: RwSignal::new(Spot::default()),
            typed: RwSignal::new(None),
            shown: RwSignal::new(Shown::All),
            cancel: StoredValue::new(Cancel::default()),
            step: RwSignal::new(Step::default()),
            said: RwSignal::new(String::new()),
            frame: NodeRef::new(),
        }
    }

    /// Shows the records that were taken from the report.
    pub fn show(self, corrections: Corrections, records: Vec<RejectedCells>) {
        let columns = self.view.with_value(|view| view.mapping.columns.len());
        let sheet = Sheet::new(records, columns);
        let first = sheet.next_problem(Spot::default()).unwrap_or_default();
        self.corrections.set_value(Some(corrections));
        self.sheet.set(sheet);
        self.go_to(first);
        self.phase.set(Phase::Ready);
    }

    /// Chooses the records of the grid. One that changes sides later stays until a part is chosen anew.
    pub fn choose(self, shown: Shown) {
        self.shown.set(shown);
        self.sheet
            .update(|sheet| sheet.show_only(|row| shown.holds(row)));
        // What is typed or deleted must not go into a record that cannot be seen.
        let active = self.active.get_untracked();
        let seen = self.sheet.read_untracked().nearest_shown(active);
        self.go_to(seen);
    }

    pub fn is_ready(self) -> bool {
        matches!(*self.phase.read(), Phase::Ready | Phase::Uploading(_))
    }

    /// Whether leaving loses something.
    pub fn is_busy(self) -> bool {
        untrack(|| {
            self.sheet.read().can_undo()
                || matches!(*self.phase.read(), Phase::Uploading(_))
                || self.step.read().is_busy()
        })
    }

    /// Lets go of everything that was not given back.
    pub fn forget(self) {
        self.cancel.with_value(Cancel::cancel);
        report::leave(self);
        self.step.set(Step::default());
        self.sheet.set(Sheet::default());
    }

    pub fn is_gone(self) -> bool {
        self.sheet.is_disposed()
    }

    pub fn go_to(self, spot: Spot) {
        self.typed.set(None);
        self.anchor.set(spot);
        self.active.set(spot);
    }

    /// Writes cells as one step, checks their records anew, and says so.
    pub fn write(self, texts: impl IntoIterator<Item = (Spot, String)>) -> usize {
        let rows = self
            .sheet
            .try_update(|sheet| sheet.write(texts))
            .unwrap_or_default();
        self.check(&rows);
        rows.len()
    }

    pub fn undo(self) {
        let rows = self.sheet.try_update(Sheet::undo).unwrap_or_default();
        self.after_step(&rows, "undone");
    }

    pub fn redo(self) {
        let rows = self.sheet.try_update(Sheet::redo).unwrap_or_default();
        self.after_step(&rows, "done again");
    }

    fn after_step(self, rows: &[usize], word: &str) {
        self.typed.set(None);
        self.check(rows);
        self.said.set(match rows.len() {
            0 => format!("There is nothing to be {word}."),
            1 => format!("One record {word}."),
            count => format!("{count} records {word}."),
        });
    }

    /// By the plan that the server has too: a record at a time, which takes microseconds.
    fn check(self, rows: &[usize]) {
        let judged: Vec<(usize, Vec<Rejection>)> = self.corrections.with_value(|corrections| {
            let Some(corrections) = corrections else {
                return Vec::new();
            };
            let sheet = self.sheet.read_untracked();
            let judge = |index: &usize| {
                let row: &Row = sheet.rows().get(*index)?;
                let cells = row.is_changed().then_some(row.cells.as_slice());
                Some((*index, corrections.check(row.place, cells)))
            };
            rows.iter().filter_map(judge).collect()
        });
        self.sheet.update(|sheet| {
            for (row, rejections) in judged {
                sheet.judge(row, rejections);
            }
        });
    }

    /// The file that holds these records.
    pub fn file_of(self, records: &[Corrected]) -> Result<Vec<u8>, Rejection> {
        self.corrections.with_value(|corrections| {
            corrections
                .as_ref()
                .map_or_else(|| Ok(Vec::new()), |corrections| corrections.write(records))
        })
    }

    /// Names of the columns, with numbers for those that only some records have.
    pub fn columns(self) -> Vec<String> {
        let width = self.sheet.read().width();
        self.view.with_value(|view| {
            let named = view
                .mapping
                .columns
                .iter()
                .map(|column| column.name.clone());
            let more =
                (view.mapping.columns.len()..width).map(|index| format!("Extra {}", index + 1));
            named.chain(more).take(width).collect()
        })
    }
}

impl Shown {
    pub fn holds(self, row: &Row) -> bool {
        match self {
            Self::All => true,
            Self::Rejected => !row.fits(),
            Self::Fitting => row.fits(),
        }
    }
}
