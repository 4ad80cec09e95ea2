//! Runs that ended long ago, with their failure reports. Those of a job that has something under way or a rerun waiting
//! stay until it has not, because what waits may refer to them.

use super::{BATCH, CleanUp, CleanUpError, remove_folder};

pub(super) async fn remove(clean_up: &CleanUp) -> Result<u64, CleanUpError> {
    let before = clean_up.days_ago(clean_up.terms.history_days);
    let mut removed = 0;
    loop {
        let batch = clean_up.store.old_runs(before, BATCH.into()).await?;
        if batch.is_empty() {
            return Ok(removed);
        }
        for (namespace, id) in batch {
            clean_up.store.forget_run(namespace, id).await?;
            remove_folder(&clean_up.report(id)).await?;
            removed += 1;
        }
    }
}
