//! Jobs: their rows, transitions, pages and samples.

mod delete;
mod order;
mod page;
mod record;
mod row;
mod sampling;
pub mod transition;

pub use order::{JobsFilter, JobsOrder};
pub use page::JobSummary;
pub use record::{JobRecord, NewJob};
pub(crate) use record::{find as find_job, find_version};
pub use sampling::SamplingClaim;
pub use transition::{Changes, JobTransition};

pub(crate) use transition::write as write_transition;
