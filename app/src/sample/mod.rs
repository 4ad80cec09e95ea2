//! A chosen file is read, checked and counted in a Web Worker, with the reader and the row plan that the server runs.

pub mod protocol;
#[cfg(feature = "hydrate")]
pub mod worker;
