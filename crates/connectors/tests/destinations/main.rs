//! One conformance suite, a line per destination.

mod conformance;

use connectors::sqlite::SqliteDestination;

#[test]
fn sqlite() {
    let folder = tempfile::tempdir().unwrap();
    conformance::destination(&SqliteDestination::new(folder.path().to_owned()));
}
