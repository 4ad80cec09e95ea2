//! Notices: the outbox that commits with the state change, who wants to hear of what, and what is delivered to whom.
//!
//! A notice is written with the state change, by [`NewNotice`]s in `Changes` and `RunChanges`. Who hears of it is decided
//! later, from [`Store::unplanned_notices`] and [`Store::audience`], and written once by [`Store::plan_notice`]. A delivery
//! is claimed by lease and fence like a run, and sent at least once: its id is its idempotency key.
//!
//! [`Store::unplanned_notices`]: crate::Store::unplanned_notices
//! [`Store::audience`]: crate::Store::audience
//! [`Store::plan_notice`]: crate::Store::plan_notice

mod audience;
mod claim;
mod deliveries;
mod feed;
mod forget;
mod outbox;
mod plan;
mod preference;
mod previous;
mod subscriptions;
mod told;
mod webhooks;

pub use audience::{Audience, MadeJob, Member};
pub use claim::DeliveryClaim;
pub use deliveries::Delivery;
pub use outbox::{NewNotice, Notice};
pub use plan::{Departure, PlannedDelivery};
pub use preference::Preference;
pub use webhooks::{NewWebhook, Webhook};

pub(crate) use outbox::insert;
pub(crate) use subscriptions::forget_job;
