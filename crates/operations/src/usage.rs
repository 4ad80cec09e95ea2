//! The rows of a namespace's months against its limit: what is left, what they came from, and how the limit is changed.

use domain::activity::kind;
use domain::id::JobId;
use domain::month::{Day, Month};
use domain::quota::{Elapsed, Forecast, Quota};
use domain::role::Action;
use store::limits::MonthUsage;
pub use store::limits::NamespaceLimits;
use store::namespaces::Namespace;

use crate::access::{Actor, enter, oversee};
use crate::context::Context;
use crate::error::OperationError;
use crate::log;

/// Jobs that a page lists; the others are summed up.
const JOBS: u64 = 100;
/// Months to choose from.
const MONTHS: u64 = 36;
/// Far above what any database takes in a month, and exact in a browser's numbers.
const MONTHLY_ROWS_AT_MOST: u64 = 1_000_000_000_000_000;
const CONCURRENT_RUNS_AT_MOST: u32 = 1000;

/// What the present month has left.
#[derive(Debug)]
pub struct RowsLeft {
    pub month: Month,
    /// IANA name.
    pub time_zone: String,
    pub quota: Quota,
    /// Who decides on a higher limit; may be empty.
    pub contact: String,
}

#[derive(Debug)]
pub struct Usage {
    pub left: RowsLeft,
    pub limits: NamespaceLimits,
    pub imported: u64,
    /// Held by runs under way and by waiting reruns.
    pub reserved: u64,
    /// Every day of the month.
    pub days: Vec<DayUsage>,
    /// Of the present month only.
    pub today: Option<u8>,
    /// Most rows first.
    pub jobs: Vec<JobUsage>,
    /// What is not in `jobs`.
    pub other_jobs: u64,
    pub other_rows: u64,
    /// Of the present month only.
    pub expected: Option<Expected>,
    /// Months of which something is known and the present one, newest first.
    pub months: Vec<Month>,
    pub may_change_limits: bool,
    /// As they are now, whatever month is shown.
    pub files: FileUsage,
}

/// Of files that are stored or announced.
#[derive(Clone, Copy, Debug)]
pub struct FileUsage {
    pub bytes: u64,
    pub bytes_at_most: u64,
    /// Announced, and not whole.
    pub open: u32,
    pub open_at_most: u32,
}

#[derive(Clone, Copy, Debug)]
pub struct DayUsage {
    pub day: u8,
    pub imported: u64,
    pub reserved: u64,
}

#[derive(Debug)]
pub struct JobUsage {
    pub job: JobId,
    /// `None`: the job was deleted; its rows count all the same.
    pub name: Option<String>,
    pub runs: u64,
    pub imported: u64,
    pub reserved: u64,
}

/// [`Forecast`] with the day in the zone of the namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    TooLittleData,
    Reached,
    ReachedOn(Day),
    NotThisMonth { rows: u64 },
}

/// `month` as `2026-11`; `None`: the present one.
pub async fn show(
    context: &Context,
    actor: &Actor,
    slug: &str,
    month: Option<&str>,
) -> Result<Usage, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let namespace = context.store.namespace(access.namespace).await?;
    let present = Day::of(context.now(), &namespace.zone()?);
    let month = match month {
        Some(month) => month.parse().map_err(|problem| {
            OperationError::invalid("month", format!("{problem}."), "Choose one of the list.")
        })?,
        None => present.month,
    };
    let usage = context.store.usage(namespace.id, month, JOBS).await?;
    let mut months = context.store.usage_months(namespace.id, MONTHS).await?;
    for missing in [present.month, month] {
        if let Err(place) = months.binary_search_by(|known| missing.cmp(known)) {
            months.insert(place, missing);
        }
    }
    let taken = context.store.rows_taken(namespace.id, month).await?;
    let quota = Quota {
        limit: namespace.monthly_row_limit,
        taken,
    };
    let stored = context.store.stored_files(namespace.id).await?;
    let is_present = month == present.month;
    let listed: u64 = usage
        .jobs
        .iter()
        .map(|job| job.imported + job.reserved)
        .sum();
    Ok(Usage {
        expected: is_present
            .then(|| expected(context, &namespace, quota, &usage))
            .transpose()?,
        limits: NamespaceLimits {
            monthly_rows: namespace.monthly_row_limit,
            concurrent_runs: namespace.concurrent_runs,
        },
        imported: usage.imported,
        reserved: usage.reserved,
        days: every_day(month, &usage),
        today: is_present.then_some(present.day),
        other_jobs: usage.job_count.saturating_sub(usage.jobs.len() as u64),
        other_rows: (usage.imported + usage.reserved).saturating_sub(listed),
        jobs: usage
            .jobs
            .into_iter()
            .map(|job| JobUsage {
                job: job.job,
                name: job.name,
                runs: job.runs,
                imported: job.imported,
                reserved: job.reserved,
            })
            .collect(),
        months,
        may_change_limits: actor.operator,
        files: FileUsage {
            bytes: stored.bytes,
            bytes_at_most: context.limits.namespace_bytes,
            open: stored.open,
            open_at_most: context.limits.open_uploads,
        },
        left: rows_left_of(context, namespace, month, quota),
    })
}

/// What the present month has left.
pub async fn rows_left(
    context: &Context,
    actor: &Actor,
    slug: &str,
) -> Result<RowsLeft, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let namespace = context.store.namespace(access.namespace).await?;
    let month = Month::of(context.now(), &namespace.zone()?);
    let quota = Quota {
        limit: namespace.monthly_row_limit,
        taken: context.store.rows_taken(namespace.id, month).await?,
    };
    Ok(rows_left_of(context, namespace, month, quota))
}

/// By the operator of the instance, member of the namespace or not. Lowering a limit takes nothing back that is reserved.
pub async fn change_limits(
    context: &Context,
    actor: &Actor,
    slug: &str,
    limits: NamespaceLimits,
) -> Result<(), OperationError> {
    let namespace = oversee(context, actor, slug, Action::ChangeLimits).await?;
    if limits.monthly_rows > MONTHLY_ROWS_AT_MOST {
        return Err(OperationError::invalid(
            "monthly_rows",
            "The limit is higher than a month can hold.",
            format!("Choose 0 to {MONTHLY_ROWS_AT_MOST} rows."),
        ));
    }
    if limits
        .concurrent_runs
        .is_some_and(|runs| !(1..=CONCURRENT_RUNS_AT_MOST).contains(&runs))
    {
        return Err(OperationError::invalid(
            "concurrent_runs",
            format!("{CONCURRENT_RUNS_AT_MOST} runs at once are the most, and 1 is the least."),
            "Leave it empty for as many as there are workers.",
        ));
    }
    let activity = log::by_actor(
        context,
        actor,
        kind::LIMITS_CHANGED,
        change_in_words(&namespace, limits),
    );
    context
        .store
        .set_limits(namespace.id, limits, activity, context.now())
        .await?;
    // A run that waited for a place may have one now.
    context.changes.poke();
    Ok(())
}

fn rows_left_of(context: &Context, namespace: Namespace, month: Month, quota: Quota) -> RowsLeft {
    RowsLeft {
        month,
        time_zone: namespace.time_zone,
        quota,
        contact: context.limit_contact.to_string(),
    }
}

fn expected(
    context: &Context,
    namespace: &Namespace,
    quota: Quota,
    usage: &MonthUsage,
) -> Result<Expected, OperationError> {
    let (now, zone) = (context.now(), namespace.zone()?);
    let month = Month::of(now, &zone);
    let elapsed = Elapsed {
        start: month.start(&zone),
        now,
        end: month.next().start(&zone),
    };
    Ok(match quota.forecast(elapsed, usage.days.len()) {
        Forecast::TooLittleData => Expected::TooLittleData,
        Forecast::Reached => Expected::Reached,
        Forecast::ReachedAt(at) => Expected::ReachedOn(Day::of(at, &zone)),
        Forecast::NotThisMonth { rows } => Expected::NotThisMonth { rows },
    })
}

fn every_day(month: Month, usage: &MonthUsage) -> Vec<DayUsage> {
    let known = |day: u8| usage.days.iter().find(|known| known.day == day);
    (1..=month.days())
        .map(|day| DayUsage {
            day,
            imported: known(day).map_or(0, |day| day.imported),
            reserved: known(day).map_or(0, |day| day.reserved),
        })
        .collect()
}

/// `monthly rows 10000000 to 20000000, concurrent runs unlimited to 2`: of what differs.
fn change_in_words(before: &Namespace, after: NamespaceLimits) -> String {
    let runs = |runs: Option<u32>| runs.map_or("unlimited".to_owned(), |runs| runs.to_string());
    let mut changes = Vec::new();
    if before.monthly_row_limit != after.monthly_rows {
        changes.push(format!(
            "monthly rows {} to {}",
            before.monthly_row_limit, after.monthly_rows
        ));
    }
    if before.concurrent_runs != after.concurrent_runs {
        changes.push(format!(
            "concurrent runs {} to {}",
            runs(before.concurrent_runs),
            runs(after.concurrent_runs)
        ));
    }
    changes.join(", ")
}
