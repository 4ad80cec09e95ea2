//! Notices, and what was sent of them or given up. One that a message tells of, which waits or was sent later, stays as long as
//! that does.

use super::{BATCH, CleanUp, CleanUpError};

pub(super) async fn remove(clean_up: CleanUp) -> Result<u64, CleanUpError> {
    let store = &clean_up.store;
    let before = clean_up.days_ago(clean_up.terms.history_days);
    while store.forget_deliveries(before, BATCH.into()).await? > 0 {}
    let mut removed = 0;
    loop {
        let batch = store.forget_notices(before, BATCH.into()).await?;
        if batch == 0 {
            return Ok(removed);
        }
        removed += batch;
    }
}
