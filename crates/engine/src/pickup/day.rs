//! The occurrence that a run belongs to: its day is looked for in the names of files.

use domain::month::Day;
use domain::run::{Origin, Run};
use domain::time::Timestamp;
use domain::zone::{self, Time, TimeZone};
use store::StoreError;
use store::namespaces::Namespace;

use crate::context::Engine;

pub(super) struct Occurrence {
    pub(super) day: Day,
    /// The time of that day.
    pub(super) at: Time,
    pub(super) due_at: Timestamp,
    pub(super) zone: TimeZone,
}

/// The day of the occurrence that the run belongs to, and when that was due: attempts, retries and the files that wait behind
/// the first are for one day, however long they take. In the zone of the schedule, before jitter.
pub(super) async fn of(
    engine: &Engine,
    run: &Run,
    namespace: &Namespace,
) -> Result<Occurrence, StoreError> {
    let mut first = run.clone();
    while let (Origin::Rerun | Origin::Retry, Some(parent)) = (first.origin, first.parent) {
        match engine.store.run(run.namespace, parent).await {
            Ok(record) => first = record.run,
            // Its time in the history is over.
            Err(error) if error.is_not_found() => break,
            Err(error) => return Err(error),
        }
    }
    let settings = engine
        .store
        .job_version(run.namespace, first.job_version)
        .await?;
    let schedule = settings.schedule;
    let at = match first.origin {
        Origin::Scheduled => schedule
            .without_jitter(first.due_at, &zone::rules)
            .unwrap_or(first.due_at),
        Origin::Manual | Origin::Rerun | Origin::Retry | Origin::Child => first.due_at,
    };
    let zone = match schedule.time_zone() {
        Some(name) => zone::find(name).map_err(|error| StoreError::Unreadable {
            column: "job_versions.settings",
            problem: error.to_string(),
        })?,
        None => namespace.zone()?,
    };
    let (day, now) = (Day::of(at, &zone), engine.now());
    let time = match first.origin {
        // For a day that a person has named: it is over, or as late as it is.
        Origin::Manual if day == Day::of(now, &zone) => zone::time_of_day(now, &zone),
        Origin::Manual => Time::MAX,
        Origin::Scheduled | Origin::Rerun | Origin::Retry | Origin::Child => {
            zone::time_of_day(at, &zone)
        }
    };
    Ok(Occurrence {
        day,
        at: time,
        due_at: first.due_at,
        zone,
    })
}
