//! Runs that ended long ago, with their failure reports. Those of a job that has something under way or a rerun waiting
//! stay until it has not, because what waits may refer to them.

use super::{BATCH, CleanUp, CleanUpError, remove_folder};

pub(super) async fn remove(clean_up: CleanUp) -> Result<u64, CleanUpError> {
    let before = clean_up.days_ago(clean_up.terms.history_days);
    let mut removed = 0;
    let mut after = None;
    loop {
        let batch = clean_up.store.old_runs(before, after, BATCH.into()).await?;
        let Some((_, last)) = batch.last() else {
            return Ok(removed);
        };
        after = Some(*last);
        for (namespace, id) in batch {
            match clean_up.store.forget_run(namespace, id).await {
                Ok(()) => {
                    remove_folder(&clean_up.report(id)).await?;
                    removed += 1;
                }
                Err(error) if error.is_transient() => return Err(error.into()),
                // One that something still refers to must not keep the others.
                Err(error) => {
                    tracing::warn!(run = %id, error = &error as &dyn std::error::Error, "an old run stays");
                }
            }
        }
    }
}
