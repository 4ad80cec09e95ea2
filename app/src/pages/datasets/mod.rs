//! The datasets of a namespace, and one of them.

mod list;
mod page;
mod runs;

pub use list::DatasetsPage;
pub use page::DatasetPage;
