//! Uploads that were announced and never became whole.

use super::{BATCH, CleanUp, CleanUpError, remove_file};

/// An upload can be resumed for so long, however slow the line is.
const TERM_DAYS: u16 = 7;

pub(super) async fn remove(clean_up: CleanUp) -> Result<u64, CleanUpError> {
    let before = clean_up.days_ago(TERM_DAYS);
    let mut removed = 0;
    loop {
        let batch = clean_up
            .store
            .abandoned_uploads(before, BATCH.into())
            .await?;
        if batch.is_empty() {
            return Ok(removed);
        }
        for (namespace, id) in batch {
            // One that has become whole at this moment stays.
            if clean_up.store.forget_upload(namespace, id).await? {
                remove_file(&clean_up.upload(id)).await?;
                removed += 1;
            }
        }
    }
}
