//! Notices: what happened, who is told of it, and what could not be delivered.
//!
//! Everybody chooses for themselves what they hear of. What others hear of a job is part of the job, hence for whoever may
//! edit it; what others hear of the namespace, webhooks and dead letters are for whoever manages the namespace.

mod deliveries;
mod feed;
mod only_hearer;
mod subscriptions;
mod webhooks;

pub use self::deliveries::{
    DeadLetter, TestState, dead_letters, send_again, send_test, test_state,
};
pub use self::feed::{Feed, FeedItem, feed, mark_seen, unseen};
pub use self::only_hearer::{HeardAlone, heard_alone};
pub use self::subscriptions::{
    Hearer, JobAudience, MySettings, NamespaceAudience, job_audience, my_settings,
    namespace_audience, set_digest, subscribe,
};
pub use self::webhooks::{
    NewKey, WebhookView, change_key, create_webhook, delete_webhook, list_webhooks,
};

use domain::notice::Events;

use crate::error::OperationError;

/// Those that one can subscribe to.
fn check_events(events: Events) -> Result<Events, OperationError> {
    if events.iter().all(|event| event.may_be_subscribed()) {
        Ok(events)
    } else {
        Err(OperationError::invalid(
            "events",
            "Nobody subscribes to tests.",
            "Choose other events.",
        ))
    }
}
