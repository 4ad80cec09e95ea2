//! The jobs of a namespace, and one of them.

mod acting;
mod activity;
mod asked_page;
mod configuration;
mod details;
mod durations;
mod filters;
mod history;
mod list;
mod new;
mod occurrences;
mod row;
mod run_line;
mod sorting;
mod strip;
mod words;

pub use details::JobPage;
pub use list::JobsPage;
pub use new::NewImportPage;
