//! Runs: their rows, transitions, claims, progress and pages.

mod claim;
mod page;
mod progress;
mod record;
mod row;
mod same_file;
pub mod transition;

pub use claim::RunClaim;
pub use progress::{Heartbeat, RunProgress};
pub use record::{RunFacts, RunRecord, Stages};
pub use transition::RunChanges;

pub(crate) use record::with_uploads;
pub(crate) use transition::{insert, write as write_transition};
