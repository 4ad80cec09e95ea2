//! Pages of the jobs list.

use domain::id::JobId;
use domain::job::JobStatus;
use domain::month::Month;
use domain::role::Action;
use domain::time::Timestamp;
use store::jobs::{JobSummary, JobsFilter, JobsOrder};

use super::{JobOverview, PAGE, overview};
use crate::access::{Actor, enter};
use crate::context::Context;
use crate::error::OperationError;
use crate::place::no_page;

const SEARCH_CHARACTERS: usize = 200;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JobsSort {
    #[default]
    Name,
    /// Soonest first; those that no regular run is to come of are last.
    NextRun,
    /// Created last comes first.
    Newest,
}

#[derive(Debug)]
pub struct JobsPage {
    pub jobs: Vec<JobOverview>,
    /// How many jobs of each status there are, whatever the filter.
    pub counts: Vec<(JobStatus, u64)>,
    /// Where the next page of the same order begins; opaque.
    pub next: Option<String>,
}

pub async fn list(
    context: &Context,
    actor: &Actor,
    slug: &str,
    search: &str,
    status: Option<JobStatus>,
    sort: JobsSort,
    after: Option<&str>,
) -> Result<JobsPage, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let search: String = search.trim().chars().take(SEARCH_CHARACTERS).collect();
    let filter = JobsFilter {
        search: (!search.is_empty()).then_some(search),
        status,
    };
    let order = order(sort, after)?;
    let month = Month::of(context.now(), &access.zone()?);
    // One more than is shown tells whether there is a next page.
    let mut summaries = context
        .store
        .jobs_page(access.namespace, &filter, &order, PAGE + 1, month)
        .await?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = summaries.len() > page;
    summaries.truncate(page);
    let next = summaries.last().filter(|_| more);
    let next = next.map(|last| place_after(sort, last));
    let mut jobs = Vec::with_capacity(summaries.len());
    for summary in summaries {
        jobs.push(overview(context, &access, summary).await?);
    }
    let counts = context.store.job_counts_by_status(access.namespace).await?;
    Ok(JobsPage { jobs, counts, next })
}

/// The id of a page's last job, and what the list is sorted by.
fn place_after(sort: JobsSort, last: &JobSummary) -> String {
    match sort {
        JobsSort::Name => {
            let (name, id) = last.after_name();
            format!("{id}{name}")
        }
        JobsSort::NextRun => {
            let (at, id) = last.after_next_run();
            at.map_or_else(|| id.to_string(), |at| format!("{id}{}", at.0))
        }
        JobsSort::Newest => {
            let (at, id) = last.after_newest();
            format!("{id}{}", at.0)
        }
    }
}

fn order(sort: JobsSort, after: Option<&str>) -> Result<JobsOrder, OperationError> {
    let after = after.map(parse_place).transpose()?;
    Ok(match (sort, after) {
        (JobsSort::Name, after) => JobsOrder::Name {
            after: after.map(|(id, name)| (name.to_owned(), id)),
        },
        (JobsSort::NextRun, None) => JobsOrder::NextRun { after: None },
        (JobsSort::NextRun, Some((id, ""))) => JobsOrder::NextRun {
            after: Some((None, id)),
        },
        (JobsSort::NextRun, Some((id, at))) => JobsOrder::NextRun {
            after: Some((Some(parse_instant(at)?), id)),
        },
        (JobsSort::Newest, None) => JobsOrder::Newest { after: None },
        (JobsSort::Newest, Some((id, at))) => JobsOrder::Newest {
            after: Some((parse_instant(at)?, id)),
        },
    })
}

fn parse_place(text: &str) -> Result<(JobId, &str), OperationError> {
    const ID_LENGTH: usize = 36;
    let (id, key) = text.split_at_checked(ID_LENGTH).ok_or_else(no_page)?;
    Ok((id.parse().map_err(|_| no_page())?, key))
}

fn parse_instant(text: &str) -> Result<Timestamp, OperationError> {
    text.parse().map(Timestamp).map_err(|_| no_page())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190a8f0-0000-7000-8000-000000000000";

    #[test]
    fn a_page_that_was_not_handed_out_is_refused() {
        for sort in [JobsSort::Name, JobsSort::NextRun, JobsSort::Newest] {
            for text in ["", "x", "ü", &"é".repeat(40)] {
                assert!(order(sort, Some(text)).is_err(), "{sort:?}: {text}");
            }
        }
        for sort in [JobsSort::NextRun, JobsSort::Newest] {
            let of_another = format!("{ID}kunden");
            assert!(order(sort, Some(&of_another)).is_err(), "{sort:?}");
        }
        assert!(order(JobsSort::Newest, Some(ID)).is_err());
    }

    #[test]
    fn a_page_begins_after_what_its_order_is_sorted_by() {
        let id: JobId = ID.parse().unwrap();
        for (sort, key, expected) in [
            (
                JobsSort::Name,
                "kunden",
                JobsOrder::Name {
                    after: Some(("kunden".to_owned(), id)),
                },
            ),
            (
                JobsSort::NextRun,
                "12",
                JobsOrder::NextRun {
                    after: Some((Some(Timestamp(12)), id)),
                },
            ),
            (
                JobsSort::NextRun,
                "",
                JobsOrder::NextRun {
                    after: Some((None, id)),
                },
            ),
            (
                JobsSort::Newest,
                "12",
                JobsOrder::Newest {
                    after: Some((Timestamp(12), id)),
                },
            ),
        ] {
            let place = format!("{ID}{key}");
            assert_eq!(order(sort, Some(&place)).unwrap(), expected);
        }
    }
}
