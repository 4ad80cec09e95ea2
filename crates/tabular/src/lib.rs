//! Bytes to records: encoding, dialect, record reader, detection. No I/O, clock, async or threads.

pub mod detect;
pub mod dialect;
pub mod encoding;
pub mod kind;
pub mod reader;
pub mod writer;
