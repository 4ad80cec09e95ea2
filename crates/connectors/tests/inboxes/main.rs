//! Every implementation of `Inboxes` passes the same suite.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail at the place where it fails"
)]

mod conformance;
mod doors;

#[test]
fn local_folders_conform() {
    conformance::suite(&conformance::LocalFolder::new());
}
