//! One run: how far it is, what it did, and what it rejected.

mod acting;
mod breakdown;
mod page;
mod rejections;
mod stages;
mod words;

pub use self::words::nothing_new;

pub use page::RunPage;
