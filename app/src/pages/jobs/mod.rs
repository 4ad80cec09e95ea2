//! The jobs of a namespace, and one of them.

mod acting;
mod activity;
mod configuration;
mod details;
mod durations;
mod filters;
mod history;
mod list;
mod new;
mod row;
mod words;

pub use details::JobPage;
pub use list::JobsPage;
pub use new::NewImportPage;
