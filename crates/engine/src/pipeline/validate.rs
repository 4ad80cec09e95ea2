//! Validating: every record is read and checked, the rejected ones are kept for the report, nothing is written elsewhere.

use domain::counts::Counts;
use mapping::plan::Outcome;
use mapping::row::Row;

use super::pass::{Pass, rejected};
use super::{Assignment, Interrupted, Watch, judge};
use crate::report::ReportDraft;

/// Journal of the records that validating rejects.
pub(crate) const JOURNAL: &str = "validating.jsonl";

#[derive(Clone, Debug)]
pub(crate) struct Validated {
    pub(crate) seen: u64,
    pub(crate) rejected: u64,
    pub(crate) header: Vec<String>,
    pub(crate) body_offset: u64,
}

pub(crate) fn validate(
    assignment: &Assignment,
    draft: &ReportDraft,
    watch: &Watch,
) -> Result<Validated, Interrupted> {
    let (opening, mut pass) = Pass::open(assignment)?.opening(assignment)?;
    let mut journal = draft.journal(JOURNAL)?;
    let mut counts = Counts::default();
    let mut judged = judge::Records::default();
    let (mut row, mut rejections) = (Row::new(), Vec::new());
    while pass.fill()? {
        watch.check()?;
        while let Some(record) = pass.next() {
            counts.seen += 1;
            if opening.plan.apply(&record, &mut row, &mut rejections) == Outcome::Rejected {
                counts.rejected += 1;
                judged.rejected(record.position().line, &rejections);
                journal.push(&rejected(&record, std::mem::take(&mut rejections)))?;
            }
        }
        watch.report(pass.bytes_done(), counts);
    }
    let encoding = assignment.settings.dialect.encoding;
    if let Some(reason) = judged.judged(counts.seen, pass.head(), encoding) {
        return Err(Interrupted::Reason(reason));
    }
    journal.finish()?;
    Ok(Validated {
        seen: counts.seen,
        rejected: counts.rejected,
        header: opening.header,
        body_offset: opening.body_offset,
    })
}
