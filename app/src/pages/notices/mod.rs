//! Notifications: what happened, who is told of what, webhooks, and what was not delivered.

mod audience;
mod bell;
mod dead;
mod events;
mod feed;
mod job;
mod mine;
mod page;
mod test;
mod webhooks;

pub use self::bell::{Bell, provide_unseen};
pub use self::job::JobNotices;
pub use self::page::NotificationsPage;
