//! What pages are made of: props in, events out. No component here calls the server.

pub mod reader;
pub mod toast;
