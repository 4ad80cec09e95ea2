//! Fix and re-import: the rejected records of a run, corrected by a person, in a run of their own.

use std::fs::File;
use std::io::Read as _;
use std::ops::RangeInclusive;

use domain::id::{JobId, NamespaceId, RunId, UploadId};
use domain::job::JobEvent;
use domain::report;
use domain::run::{Run, RunAction, RunStatus};
use mapping::field::Field;
use mapping::plan;
use mapping::settings::Mapping;
use store::corrections::{CorrectingRun, Corrections};
use store::jobs::Changes;
use store::uploads::Upload;
use tabular::dialect::Dialect;
use tokio::task::spawn_blocking;

use crate::access::{Access, Actor, enter, parse_id};
use crate::change::{self, WriteError};
use crate::context::Context;
use crate::error::OperationError;
use crate::runs::RunOverview;

/// More parts than a person makes; a list without an end is nobody's corrections.
const MOST_RANGES: usize = 100_000;

/// Of an upload so many bytes are read at once.
const CHUNK_BYTES: usize = 256 << 10;

/// A whole upload, and how many records it holds.
#[derive(Clone, Copy)]
struct Held {
    upload: UploadId,
    records: u64,
}

/// What a page needs to show a run's rejected records and to write corrected ones.
#[derive(Debug)]
pub struct ToFix {
    pub run: RunOverview,
    /// How the report is written, and how its records become rows: as of the run.
    pub dialect: Dialect,
    pub mapping: Mapping,
    pub fields: Vec<Field>,
    /// Places in the *exact* report that were given back and are in, under way, or rejected again in a run of their own.
    pub given: Vec<RangeInclusive<u64>>,
}

/// Corrected records: an upload in the form of the *exact* report.
#[derive(Debug)]
pub struct Submission {
    /// A whole upload.
    pub upload: String,
    /// Places in the *exact* report, from 0, as ascending ranges that hold both ends.
    pub records: Vec<(u64, u64)>,
}

pub async fn show(
    context: &Context,
    actor: &Actor,
    slug: &str,
    run: &str,
) -> Result<ToFix, OperationError> {
    let access = enter(context, actor, slug, RunAction::Reimport.needs()).await?;
    let record = context.store.run(access.namespace, parse_id(run)?).await?;
    if !RunAction::Reimport.fits(&record.run) {
        return Err(nothing_to_fix());
    }
    let namespace = access.namespace;
    refuse_if_read_again(context, namespace, &record.run).await?;
    let job = context.store.job(namespace, record.run.job).await?.job;
    let settings = context
        .store
        .job_version(namespace, record.run.job_version)
        .await?;
    let dataset = context.store.dataset(namespace, settings.dataset).await?;
    let correcting = context
        .store
        .runs_correcting(namespace, record.run.id)
        .await?;
    Ok(ToFix {
        given: given(&correcting, record.run.counts.rejected),
        run: RunOverview::new(record, job.name.as_str(), access.role, context.reruns),
        dialect: settings.dialect,
        mapping: settings.mapping,
        fields: dataset.fields,
    })
}

/// Queues a run of the corrected records; answers it. Each record is taken once: what is under way or in already is refused.
pub async fn submit(
    context: &Context,
    actor: &Actor,
    slug: &str,
    run: &str,
    submission: Submission,
) -> Result<RunId, OperationError> {
    let access = enter(context, actor, slug, RunAction::Reimport.needs()).await?;
    let id = parse_id(run)?;
    let upload = whole_upload(context, access.namespace, &submission.upload)
        .await?
        .id;
    let run = context.store.run(access.namespace, id).await?.run;
    let held = Held {
        upload,
        records: records_in(context, access.namespace, &run, upload).await?,
    };
    change::decide(|| try_submit(context, &access, actor, id, held, &submission)).await
}

/// The job is read first and written last at the version that was read, so that nobody gives back the same in between.
async fn try_submit(
    context: &Context,
    access: &Access,
    actor: &Actor,
    id: RunId,
    held: Held,
    submission: &Submission,
) -> Result<RunId, WriteError> {
    let namespace = access.namespace;
    let job = context.store.run(namespace, id).await?.run.job;
    let job = context.store.job(namespace, job).await?;
    let run = context.store.run(namespace, id).await?.run;
    let ended = run.ended().ok_or_else(nothing_to_fix)?;
    refuse_if_read_again(context, namespace, &run).await?;
    let correcting = context.store.runs_correcting(namespace, id).await?;
    let given = given(&correcting, run.counts.rejected);
    let record_count = checked_count(&submission.records, &given, run.counts.rejected)?;
    if record_count != held.records {
        return Err(other_records(record_count, held.records).into());
    }
    let upload = held.upload;
    let changes = Changes {
        corrections: Some(Corrections {
            upload,
            corrects: id,
            record_count,
            records: Some(submission.records.clone()),
        }),
        ..Changes::default()
    };
    let event = JobEvent::Reimported { run: ended, upload };
    let queued = change::write(context, access, actor, &job, &[event], changes).await?;
    queued.ok_or_else(|| OperationError::unavailable("corrected records have queued no run").into())
}

/// How many records an upload holds, read as the run reads its file.
async fn records_in(
    context: &Context,
    namespace: NamespaceId,
    run: &Run,
    upload: UploadId,
) -> Result<u64, OperationError> {
    let settings = context
        .store
        .job_version(namespace, run.job_version)
        .await?;
    let path = context.folder.upload(upload);
    let counting = move || -> std::io::Result<u64> {
        let mut file = File::open(path)?;
        let mut reader = plan::reader(&settings.dialect, &settings.mapping);
        let mut chunk = vec![0; CHUNK_BYTES];
        let mut records = 0;
        loop {
            let length = file.read(&mut chunk)?;
            if length == 0 {
                reader.finish();
            }
            reader.feed(&chunk[..length]);
            while reader.next().is_some() {
                records += 1;
            }
            if length == 0 {
                return Ok(records);
            }
        }
    };
    let counted = spawn_blocking(counting).await;
    Ok(counted.map_err(OperationError::unavailable)??)
}

pub(crate) async fn whole_upload(
    context: &Context,
    namespace: NamespaceId,
    upload: &str,
) -> Result<Upload, OperationError> {
    let upload = context.store.upload(namespace, parse_id(upload)?).await?;
    if upload.is_complete() && !upload.is_removed() {
        return Ok(upload);
    }
    Err(OperationError::invalid(
        "upload",
        "The corrected records are not here yet.",
        "Wait until they are uploaded.",
    ))
}

/// A later run of the same file has the same records: corrected here, they would come in twice. Of corrections, the file that
/// they come from.
async fn refuse_if_read_again(
    context: &Context,
    namespace: NamespaceId,
    run: &Run,
) -> Result<(), OperationError> {
    let mut run = run.clone();
    while let Some(corrects) = run.input.corrects {
        run = match context.store.run(namespace, corrects.run).await {
            Ok(record) => record.run,
            // Forgotten with its time, and all that it knew of.
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) => return Err(error.into()),
        };
    }
    let Some(upload) = run.input.upload else {
        return Ok(());
    };
    let job: JobId = run.job;
    let readers = context.store.runs_of_upload(namespace, job, upload).await?;
    let is_later = |other: &&Run| (other.queued_at, other.id) > (run.queued_at, run.id);
    let brings_rows = |other: &Run| !other.status.is_final() || other.status.is_successful();
    if readers.iter().filter(is_later).any(brings_rows) {
        return Err(OperationError::conflict(
            "A later run reads the whole file again.",
            "Correct the records that it rejects.",
        ));
    }
    Ok(())
}

/// Of a run that reads corrected records: another one has brought some of them in, or is about to.
pub(crate) async fn refuse_if_given_elsewhere(
    context: &Context,
    namespace: NamespaceId,
    run: &Run,
) -> Result<(), OperationError> {
    let Some(corrected) = run.input.corrects else {
        return Ok(());
    };
    let rejected = match context.store.run(namespace, corrected.run).await {
        Ok(record) => record.run.counts.rejected,
        // Forgotten with its time, and all that it knew of.
        Err(error) if error.is_not_found() => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let correcting = context
        .store
        .runs_correcting(namespace, corrected.run)
        .await?;
    let own = correcting
        .iter()
        .find(|other| other.record.run.id == run.id)
        .and_then(|own| own.corrections.records.as_deref());
    let given = given(&correcting, rejected);
    match own {
        Some(ranges) => checked_count(ranges, &given, rejected).map(drop),
        None if given.is_empty() => Ok(()),
        None => Err(given_back_before(None)),
    }
}

/// Places that are not to be corrected here again, ascending by their starts. Of a run that brought nothing in they are
/// free again.
fn given(correcting: &[CorrectingRun], rejected: u64) -> Vec<RangeInclusive<u64>> {
    let mut given: Vec<RangeInclusive<u64>> = Vec::new();
    for CorrectingRun {
        record,
        corrections,
    } in correcting
    {
        if !brings_in(record.run.status) {
            continue;
        }
        match &corrections.records {
            Some(ranges) => given.extend(ranges.iter().map(|(first, last)| *first..=*last)),
            None => given.push(0..=rejected.saturating_sub(1)),
        }
    }
    given.sort_unstable_by_key(|range| *range.start());
    given
}

/// Whether records that such a run reads are not to be given back again.
pub(crate) fn brings_in(status: RunStatus) -> bool {
    match status {
        RunStatus::Queued
        | RunStatus::Validating
        | RunStatus::Importing
        | RunStatus::Processing
        | RunStatus::Completed
        | RunStatus::PartiallyCompleted => true,
        RunStatus::Failed | RunStatus::Halted | RunStatus::Cancelled => false,
    }
}

fn checked_count(
    ranges: &[(u64, u64)],
    given: &[RangeInclusive<u64>],
    rejected: u64,
) -> Result<u64, OperationError> {
    let ascends = ranges.windows(2).all(|pair| pair[0].1 < pair[1].0);
    let is_sound = |(first, last): &(u64, u64)| first <= last && *last < rejected;
    let is_well =
        !ranges.is_empty() && ranges.len() <= MOST_RANGES && ascends && ranges.iter().all(is_sound);
    if !is_well {
        return Err(OperationError::invalid(
            "records",
            "These are no records of the run's failure report.",
            "Load the page again.",
        ));
    }
    // Both ascend by their starts, so that each is walked through once: comparing all with all takes minutes.
    let mut given = given.iter().peekable();
    for (first, last) in ranges {
        while given.next_if(|range| range.end() < first).is_some() {}
        if let Some(range) = given.peek().filter(|range| range.start() <= last) {
            let (first, last) = (*first.max(range.start()), *last.min(range.end()));
            return Err(given_back_before(Some((first, last))));
        }
    }
    Ok(ranges.iter().map(|(first, last)| last - first + 1).sum())
}

/// `first_and_last`: places of some of them.
fn given_back_before(first_and_last: Option<(u64, u64)>) -> OperationError {
    let records = match first_and_last {
        None => "Some of these records".to_owned(),
        Some((first, last)) if first == last => {
            format!("Record {} of the report and maybe others", first + 1)
        }
        Some((first, last)) => format!("Records {} to {} of the report", first + 1, last + 1),
    };
    OperationError::conflict(
        format!("{records} are being re-imported, or were."),
        "Load the page again: it offers those that are left.",
    )
}

/// Else rows would count as corrected that nobody has corrected.
fn other_records(named: u64, found: u64) -> OperationError {
    OperationError::invalid(
        "upload",
        format!("The corrected file has {found} records, but {named} are to be corrected."),
        "Give back every record, also those that are still wrong: they come back in a report of their own.",
    )
}

fn nothing_to_fix() -> OperationError {
    OperationError::conflict(
        "This run has no rejected records that could be corrected.",
        "",
    )
}

/// The name under which a run's *exact* report is corrected.
pub fn file_name(run: &RunOverview) -> String {
    let name = run.file_name.as_deref().unwrap_or(report::EXACT);
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}.corrected.{ending}"),
        None => format!("{name}.corrected"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_counted_once_and_only_where_they_are_free() {
        let given = [2..=3];
        assert_eq!(checked_count(&[(0, 1), (4, 4)], &given, 5).unwrap(), 3);
        for refused in [
            vec![],
            vec![(1, 0)],
            vec![(0, 5)],
            vec![(0, 1), (1, 1)],
            vec![(4, 4), (0, 0)],
            vec![(0, 2)],
            vec![(3, 4)],
        ] {
            assert!(checked_count(&refused, &given, 5).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn a_place_that_was_given_is_found_wherever_its_range_ends() {
        let given = [0..=10, 1..=2, 15..=20, 16..=16];
        for place in [0, 2, 3, 10, 15, 17, 20] {
            let asked = [(place, place)];
            assert!(checked_count(&asked, &given, 30).is_err(), "{place}");
        }
        let free = [(11, 14), (21, 29)];
        assert_eq!(checked_count(&free, &given, 30).unwrap(), 13);
        let last_is_given = [(11, 12), (14, 15)];
        assert!(checked_count(&last_is_given, &given, 30).is_err());
    }

    /// Compared each with each, these take minutes.
    #[test]
    fn the_most_ranges_are_held_against_as_many() {
        let places = 0..MOST_RANGES as u64;
        let given: Vec<_> = places.clone().map(|at| 2 * at..=2 * at).collect();
        let ranges: Vec<_> = places.map(|at| (2 * at + 1, 2 * at + 1)).collect();
        let count = checked_count(&ranges, &given, 2 * MOST_RANGES as u64);
        assert_eq!(count.unwrap(), MOST_RANGES as u64);
    }
}
