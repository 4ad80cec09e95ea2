//! What a schedule means: which instants are to come, in the rules of its zone.

use domain::id::JobId;
use domain::job::Timing;
use domain::role::Action;
use domain::schedule::{FormProblem, Schedule, ScheduleForm, UnknownTimeZone};
use domain::time::Timestamp;
use domain::zone::{self, TimeZone, rules};

use crate::access::{Actor, enter, parse_id};
use crate::context::Context;
use crate::error::OperationError;

/// So many are shown while a schedule is edited.
const SHOWN: usize = 5;

/// An instant of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coming {
    pub at: Timestamp,
    /// In the schedule's zone: "Tue 1 Dec 2026, 06:00 CET".
    pub local: String,
}

/// The instants that a schedule would have, before it is saved; none of one that runs at once.
pub async fn preview(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
    form: &ScheduleForm,
) -> Result<Vec<Coming>, OperationError> {
    let access = enter(context, actor, slug, Action::EditJobs).await?;
    let id = parse_id(job)?;
    context.store.job(access.namespace, id).await?;
    let schedule = parse(form)?;
    let zone = match schedule.time_zone() {
        Some(name) => zone::find(name).map_err(OperationError::unavailable)?,
        // It runs at once, and has no instant that would be shown.
        None => TimeZone::UTC,
    };
    let local = |at: Timestamp| {
        let instant = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        let zoned = instant.to_zoned_datetime(zone.clone());
        zoned.strftime("%a %-d %b %Y, %H:%M %Z").to_string()
    };
    let coming = coming(id, &schedule, context.now())?;
    Ok(coming
        .into_iter()
        .map(|at| Coming {
            local: local(at),
            at,
        })
        .collect())
}

/// The names of all time zones that a schedule may be in.
pub async fn time_zones(
    context: &Context,
    actor: &Actor,
    slug: &str,
) -> Result<Vec<String>, OperationError> {
    enter(context, actor, slug, Action::EditJobs).await?;
    let mut names: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.as_str().to_owned())
        .filter(|name| name.contains('/') || name == "UTC")
        .filter(|name| !name.starts_with("Etc/") && !name.starts_with("SystemV/"))
        .collect();
    names.sort_unstable();
    Ok(names)
}

/// The schedule that the form says, in a zone that is known.
pub(crate) fn parse(form: &ScheduleForm) -> Result<Schedule, OperationError> {
    let schedule = form.parse()?;
    if let Some(name) = schedule.time_zone()
        && rules(name).is_none()
    {
        return Err(OperationError::invalid(
            "time_zone",
            format!("The time zone `{name}` is not known."),
            "Choose one of the list, such as Europe/Berlin.",
        ));
    }
    Ok(schedule)
}

/// Refuses a schedule that has no instant to come.
pub(crate) fn refuse_past(
    job: JobId,
    schedule: &Schedule,
    now: Timestamp,
) -> Result<(), OperationError> {
    match schedule {
        Schedule::Now => Ok(()),
        Schedule::At { .. } | Schedule::Recurring(_) => schedule
            .next_after(job, now, &rules)?
            .map(|_| ())
            .ok_or_else(|| is_past(schedule)),
    }
}

/// When the job runs next if its schedule begins to hold now.
pub(crate) fn timing(
    job: JobId,
    schedule: &Schedule,
    now: Timestamp,
) -> Result<Timing, OperationError> {
    schedule
        .timing(job, now, &rules)?
        .ok_or_else(|| is_past(schedule))
}

pub(crate) fn next_after(
    job: JobId,
    schedule: &Schedule,
    after: Timestamp,
) -> Result<Option<Timestamp>, OperationError> {
    Ok(schedule.next_after(job, after, &rules)?)
}

pub(crate) fn coming(
    job: JobId,
    schedule: &Schedule,
    after: Timestamp,
) -> Result<Vec<Timestamp>, OperationError> {
    Ok(schedule.coming(job, after, SHOWN, &rules)?)
}

fn is_past(schedule: &Schedule) -> OperationError {
    match schedule {
        Schedule::Now | Schedule::At { .. } => OperationError::invalid(
            "date",
            "This time has passed already.",
            "Choose a later one, or let the job run as soon as it is activated.",
        ),
        Schedule::Recurring(_) => OperationError::invalid(
            "end",
            "This schedule has no further run before its last day.",
            "Choose a later last day, or none.",
        ),
    }
}

impl From<FormProblem> for OperationError {
    fn from(problem: FormProblem) -> Self {
        Self::invalid(problem.field.code(), problem.sentence, problem.hint)
    }
}

impl From<UnknownTimeZone> for OperationError {
    fn from(unknown: UnknownTimeZone) -> Self {
        Self::unavailable(unknown)
    }
}
