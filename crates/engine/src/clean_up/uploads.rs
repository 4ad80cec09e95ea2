//! Uploaded files whose term is over, except those that a job or a run can still read: samples, the file that Run now
//! reads, what waits to be done again, and what is under way.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{BATCH, CleanUp, CleanUpError, remove_file};

pub(super) async fn remove(clean_up: CleanUp) -> Result<u64, CleanUpError> {
    let before = clean_up.days_ago(clean_up.terms.upload_days);
    let mut removed = 0;
    let mut after = None;
    loop {
        let batch = clean_up
            .store
            .old_uploads(before, after, BATCH.into())
            .await?;
        let Some((_, last)) = batch.last() else { break };
        after = Some(*last);
        // So that the many in use need not be asked for one by one.
        let mut in_use = HashMap::new();
        for (namespace, id) in batch {
            let uploads = match in_use.entry(namespace) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => {
                    unknown.insert(clean_up.store.uploads_in_use(namespace).await?)
                }
            };
            if uploads.contains(&id) {
                continue;
            }
            let now = (clean_up.now)();
            if clean_up
                .store
                .note_removed_upload(namespace, id, now)
                .await?
            {
                remove_file(&clean_up.upload(id)).await?;
                removed += 1;
            }
        }
    }
    clean_up.store.forget_removed_uploads().await?;
    Ok(removed)
}
