//! A chosen file is read, checked and counted in a Web Worker, with the reader and the row plan that the server runs.

pub mod chosen;
pub mod client;
pub mod head;
pub mod protocol;
pub mod raw;
pub mod timer;
#[cfg(feature = "hydrate")]
pub mod worker;
