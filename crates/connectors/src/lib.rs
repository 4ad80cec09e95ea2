//! Where files come from and where rows go: a trait each, and a folder per implementation.
//!
//! Everything here blocks: the engine calls it from a thread of its own.

pub mod batch;
pub mod destination;
pub mod folder;
pub mod identifier;
pub mod inbox;
pub mod source;
pub mod sqlite;
pub mod upload;
