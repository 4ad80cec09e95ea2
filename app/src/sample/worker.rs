//! The worker's side.

/// Listens for the page's calls; the entry of the Web Worker.
pub fn start() {}
