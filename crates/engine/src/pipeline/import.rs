//! Importing: the valid rows go to the destination, where nobody sees them yet. One thread reads, this one writes.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use connectors::batch::{Batch, Cell, RecordReference};
use connectors::destination::Load;
use domain::counts::Counts;
use mapping::plan::Outcome;
use mapping::row::{Row, Value};
use tabular::reader::Record;

use super::pass::Pass;
use super::refused::RefusedRecords;
use super::{Assignment, Interrupted, Validated, Watch};
use crate::report::ReportDraft;

/// Journal of the records that the destination refuses.
pub(crate) const JOURNAL: &str = "importing.jsonl";
const BATCH_ROWS: usize = 2048;
const BATCH_TEXT_BYTES: usize = 1 << 20;
/// Batches that are on their way or being filled: what bounds memory.
const BATCHES: usize = 4;

/// All rows are with the destination, invisible until the load commits.
pub(crate) struct Importing {
    pub(crate) load: Box<dyn Load>,
    /// Records that the destination refused, besides those that validating rejected.
    pub(crate) refused: u64,
}

struct Filled {
    batch: Batch,
    bytes_done: u64,
}

pub(crate) fn import(
    assignment: &Assignment,
    load: Box<dyn Load>,
    validated: &Validated,
    draft: &ReportDraft,
    watch: &Watch,
) -> Result<Importing, Interrupted> {
    let (filled_sender, filled) = sync_channel::<Filled>(BATCHES);
    let (empty_sender, empty) = sync_channel::<Batch>(BATCHES);
    for _ in 0..BATCHES {
        let batch = Batch::new(assignment.target.fields.len());
        empty_sender
            .send(batch)
            .expect("the channel has room for every batch");
    }
    thread::scope(|scope| {
        let reading = scope.spawn(move || read(assignment, &empty, &filled_sender, watch));
        let written = write(
            assignment,
            load,
            validated,
            draft,
            watch,
            filled,
            empty_sender,
        );
        let read = reading
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // Where writing failed, reading only noticed that nobody listened any more.
        let importing = written?;
        read?;
        Ok(importing)
    })
}

fn read(
    assignment: &Assignment,
    empty: &Receiver<Batch>,
    filled: &SyncSender<Filled>,
    watch: &Watch,
) -> Result<(), Interrupted> {
    let (opening, mut pass) = Pass::open(assignment)?.opening(assignment)?;
    let (mut row, mut rejections) = (Row::new(), Vec::new());
    let Ok(mut batch) = empty.recv() else {
        return Ok(());
    };
    while pass.fill()? {
        watch.check()?;
        let bytes_done = pass.bytes_done();
        while let Some(record) = pass.next() {
            if opening.plan.apply(&record, &mut row, &mut rejections) == Outcome::Rejected {
                continue;
            }
            batch.push_row(reference(&record), row.values().map(cell));
            if batch.row_count() == BATCH_ROWS || batch.text_bytes() >= BATCH_TEXT_BYTES {
                let Ok(()) = filled.send(Filled { batch, bytes_done }) else {
                    return Ok(());
                };
                let Ok(next) = empty.recv() else {
                    return Ok(());
                };
                batch = next;
            }
        }
    }
    // A closed channel means that writing has failed, and its error is the one that counts.
    let _ = filled.send(Filled {
        batch,
        bytes_done: pass.bytes_done(),
    });
    Ok(())
}

fn write(
    assignment: &Assignment,
    mut load: Box<dyn Load>,
    validated: &Validated,
    draft: &ReportDraft,
    watch: &Watch,
    filled: Receiver<Filled>,
    empty: SyncSender<Batch>,
) -> Result<Importing, Interrupted> {
    let mut refused = RefusedRecords::new(assignment, draft.journal(JOURNAL)?);
    let mut counts = Counts {
        seen: validated.seen,
        imported: 0,
        rejected: validated.rejected,
    };
    for Filled {
        mut batch,
        bytes_done,
    } in filled
    {
        watch.check()?;
        let refusals = load.write(&batch)?;
        counts.imported += (batch.row_count() - refusals.len()) as u64;
        counts.rejected += refusals.len() as u64;
        refused.push(&refusals)?;
        watch.report(bytes_done, counts);
        batch.clear();
        // The reading thread may have ended already.
        let _ = empty.send(batch);
    }
    refused.finish()?;
    Ok(Importing {
        load,
        refused: counts.rejected - validated.rejected,
    })
}

fn reference(record: &Record<'_>) -> RecordReference {
    RecordReference {
        number: record.number(),
        line: record.position().line,
        offset: record.position().offset,
        length_bytes: record.byte_length(),
    }
}

fn cell(value: Value<'_>) -> Cell<'_> {
    match value {
        Value::Null => Cell::Null,
        Value::Integer(number) => Cell::Integer(number),
        Value::Boolean(answer) => Cell::Boolean(answer),
        Value::Text(text) | Value::Decimal(text) | Value::Date(text) | Value::Timestamp(text) => {
            Cell::Text(text)
        }
    }
}
