//! What a run that has ended is compared with, so that people hear of a series of failures once.

use domain::run::{Run, RunStatus};
use sea_orm::{EntityTrait, ExprTrait, QueryFilter, QueryOrder, sea_query::SimpleExpr};

use crate::{connection::Store, entities::run, error::StoreError};

impl Store {
    /// The run of the same job that ended before this one, Cancelled ones and those that found nothing new left out. Before one of a whole file that is the
    /// last of a whole file, before one of corrected records an earlier attempt at the same records.
    pub async fn run_before(&self, run: &Run) -> Result<Option<Run>, StoreError> {
        run::Entity::find()
            .filter(run::COLUMN.namespace.eq(run.namespace.0))
            .filter(run::COLUMN.job.eq(run.job.0))
            .filter(run::COLUMN.id.ne(run.id.0))
            .filter(run::COLUMN.ended_at.is_not_null())
            .filter(run::COLUMN.status.ne(RunStatus::Cancelled.code()))
            .filter(found_something())
            .filter(of_the_same(run))
            .order_by_desc(run::COLUMN.ended_at)
            .order_by_desc(run::COLUMN.id)
            .one(self.reader())
            .await?
            .as_ref()
            .map(Run::try_from)
            .transpose()
    }
}

/// Neither well nor ill: nothing was there.
pub(super) fn found_something() -> SimpleExpr {
    let is_completed = run::COLUMN.status.eq(RunStatus::Completed.code());
    is_completed.not().or(run::COLUMN.seen.gt(0))
}

/// Runs of one job that are compared with each other.
pub(super) fn of_the_same(run: &Run) -> SimpleExpr {
    if run.input.is_whole_file() {
        run::COLUMN.corrects.is_null()
    } else {
        run::COLUMN.occurrence.eq(run.occurrence.0)
    }
}
