//! Live status: how a namespace stands, and what changed since.

use std::collections::{BTreeSet, HashMap};

use domain::id::JobId;
use domain::month::Month;
use domain::role::Action;
use store::jobs::{JobsFilter, JobsOrder};

use crate::access::{Actor, enter};
use crate::context::Context;
use crate::error::OperationError;
use crate::jobs::{self, JobOverview};
use crate::runs::RunOverview;

/// The newest jobs of a snapshot.
const JOBS: u64 = 100;
/// Rows of one answer; the rest comes with the next.
const ROWS: u64 = 200;

#[derive(Debug)]
pub struct Live {
    pub jobs: Vec<JobOverview>,
    pub runs: Vec<RunOverview>,
    /// Everything up to it is told.
    pub change: u64,
}

impl Live {
    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty() && self.runs.is_empty()
    }
}

/// The newest jobs and their last runs.
pub async fn snapshot(
    context: &Context,
    actor: &Actor,
    slug: &str,
) -> Result<Live, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    // Read first: what changes meanwhile is told once more.
    let change = context.store.current_change().await?;
    let order = JobsOrder::Newest { after: None };
    let month = Month::of(context.now(), &access.zone()?);
    let summaries = context
        .store
        .jobs_page(
            access.namespace,
            &JobsFilter::default(),
            &order,
            JOBS,
            month,
        )
        .await?;
    let mut live = Live {
        jobs: Vec::new(),
        runs: Vec::new(),
        change,
    };
    for summary in summaries {
        let job = jobs::overview(context, &access, summary).await?;
        live.runs.extend(job.last_runs.iter().cloned());
        live.jobs.push(job);
    }
    Ok(live)
}

/// What changed after a change number. A run that changed brings its job, which shows it.
pub async fn since(
    context: &Context,
    actor: &Actor,
    slug: &str,
    change: u64,
) -> Result<Live, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let changed = context
        .store
        .changes_after(access.namespace, change, ROWS)
        .await?;
    let mut live = Live {
        jobs: Vec::new(),
        runs: Vec::new(),
        change: changed.change,
    };
    let mut records = Vec::new();
    for run in changed.runs {
        if let Some(record) = existing(
            context
                .store
                .run(access.namespace, run)
                .await
                .map_err(OperationError::from),
        )? {
            records.push(record);
        }
    }
    let ids: BTreeSet<JobId> = changed
        .jobs
        .into_iter()
        .chain(records.iter().map(|record| record.run.job))
        .collect();
    let mut names = HashMap::new();
    for id in ids {
        if let Some(job) = existing(jobs::one(context, &access, id).await)? {
            names.insert(id, job.name.clone());
            live.jobs.push(job);
        }
    }
    for record in records {
        if let Some(name) = names.get(&record.run.job) {
            live.runs.push(RunOverview::new(
                record,
                name.as_str(),
                access.role,
                context.reruns,
            ));
        }
    }
    Ok(live)
}

/// What was deleted in the meantime is left out.
fn existing<T>(found: Result<T, OperationError>) -> Result<Option<T>, OperationError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(OperationError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}
