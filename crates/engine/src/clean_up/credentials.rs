//! What let somebody in, or kept them out, and does not any more: one-time links, sessions, and failed attempts to sign in.

use super::{CleanUp, CleanUpError};

/// Long after the quarter of an hour that attempts are counted for.
const TERM_DAYS: u16 = 1;

pub(super) async fn remove(clean_up: CleanUp) -> Result<u64, CleanUpError> {
    let (store, before) = (&clean_up.store, clean_up.days_ago(TERM_DAYS));
    Ok(store.forget_links(before).await?
        + store.delete_expired_sessions(before).await?
        + store.prune_failed_sign_ins(before).await?)
}
