//! One conformance suite, a line per destination.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail at the place where it fails"
)]

mod conformance;
mod exact_keys;
mod sqlite_files;

use connectors::sqlite::SqliteDestination;

#[test]
fn sqlite() {
    let folder = tempfile::tempdir().unwrap();
    conformance::destination(&SqliteDestination::new(folder.path().to_owned()));
}
