//! The datasets of a namespace, and one of them.

mod cells;
mod keys;
mod list;
mod page;
mod runs;

pub use list::DatasetsPage;
pub use page::DatasetPage;
