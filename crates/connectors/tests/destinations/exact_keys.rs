//! Tables that were made before keys had a canonical form.

use std::fs;
use std::path::{Path, PathBuf};

use connectors::destination::{
    Destination, DestinationError, Inspection, KeyGroup, KeyGroups, LedgerEntry,
};
use connectors::sqlite::SqliteDestination;
use domain::counts::Brought;
use domain::settings::ImportMethod;
use mapping::key::KeyForm;
use rusqlite::Connection;

use crate::conformance::{DATASET, begin, namespace, rows, target, write};

struct Older {
    destination: SqliteDestination,
    folder: tempfile::TempDir,
}

impl Older {
    /// With the rows of one run.
    fn new(ids: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let destination = SqliteDestination::new(folder.path().to_owned());
        fs::create_dir_all(folder.path()).unwrap();
        Connection::open(file(folder.path()))
            .unwrap()
            .execute_batch(
                "CREATE TABLE \"people \"\"x\"\"\" (\"id\" TEXT NOT NULL, \"full name\" TEXT, UNIQUE (\"id\"))",
            )
            .unwrap();
        let older = Self {
            destination,
            folder,
        };
        let named: Vec<_> = ids.iter().map(|id| (*id, Some("old"))).collect();
        older.upsert(1, &named);
        older
    }

    fn upsert(&self, run: u128, named: &[(&str, Option<&str>)]) {
        let target = target(namespace(1), run, ImportMethod::Upsert);
        let mut load = begin(&self.destination, &target);
        assert_eq!(write(&mut *load, named), []);
        let entry = LedgerEntry {
            seen: named.len() as u64,
            imported: named.len() as u64,
            rejected: 0,
            inserted: load.inserted(),
        };
        load.commit(entry).unwrap();
    }

    fn form(&self) -> KeyForm {
        let fields = target(namespace(1), 1, ImportMethod::Upsert).fields;
        let keys = self.destination.keys();
        keys.form(namespace(1), DATASET, &fields).unwrap()
    }

    fn look(&self, groups_shown: u32) -> KeyGroups {
        let fields = target(namespace(1), 1, ImportMethod::Upsert).fields;
        let keys = self.destination.keys();
        keys.look(namespace(1), DATASET, &fields, groups_shown)
            .unwrap()
    }

    fn brought(&self) -> Brought {
        match self.destination.inspect(namespace(1)).unwrap() {
            Inspection::Brought(datasets) => datasets[0].1,
            Inspection::Nothing => Brought::default(),
        }
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join(format!("{}.sqlite", namespace(1)))
}

#[test]
fn they_go_on_comparing_keys_as_they_are_written() {
    let older = Older::new(&["a", " a"]);
    older.upsert(2, &[("a ", None), ("a", Some("new"))]);
    assert_eq!(older.form(), KeyForm::Exact);
    assert_eq!(
        rows(&older.destination, namespace(1)),
        [["a", "new"], [" a", "old"], ["a ", "∅"]]
    );
}

#[test]
fn a_look_counts_all_groups_and_shows_the_first() {
    let older = Older::new(&["a", " a", "b", "a ", "c ", "c"]);
    let row = |id: &str| vec![Some(id.to_owned()), Some("old".to_owned())];
    let found = older.look(1);
    assert_eq!((found.groups, found.rows, found.removed()), (2, 5, 3));
    let first = KeyGroup {
        rows: 3,
        stays: row("a "),
        goes: row("a"),
    };
    assert_eq!(found.first, [first]);
    assert_eq!(older.look(20).first.len(), 2);
    assert_eq!(Older::new(&["a", "A"]).look(20), KeyGroups::default());
}

#[test]
fn a_change_keeps_what_was_added_last_and_counts_what_went() {
    let older = Older::new(&["a", " a", "b"]);
    let target = target(namespace(1), 3, ImportMethod::Upsert);
    let keys = older.destination.keys();
    let begin_change = || keys.begin_canonical(namespace(1), DATASET, &target.fields);
    drop(begin_change().unwrap().unwrap());
    assert_eq!(
        (older.form(), older.brought().rows),
        (KeyForm::Exact, 3),
        "nothing was committed"
    );

    let mut change = begin_change().unwrap().unwrap();
    assert_eq!(change.removed(), 1);
    let waiting = older.destination.begin(&target);
    assert!(matches!(waiting, Err(DestinationError::Busy(_))));
    change.commit().unwrap();
    drop(change);
    assert_eq!(older.form(), KeyForm::Canonical);
    assert_eq!(older.brought(), Brought { rows: 2, runs: 1 });
    assert!(begin_change().unwrap().is_none());
    assert_eq!(
        rows(&older.destination, namespace(1)),
        [[" a", "old"], ["b", "old"]]
    );

    // The table goes on refusing equal spellings of its own; the canonical form is asked first.
    older.upsert(
        2,
        &[(" a", Some("same")), ("b ", Some("other")), ("c", None)],
    );
    assert_eq!(
        rows(&older.destination, namespace(1)),
        [[" a", "same"], ["b", "other"], ["c", "∅"]]
    );
    assert_eq!(older.brought(), Brought { rows: 3, runs: 2 });
    let mut load = begin(&older.destination, &target);
    assert_eq!(write(&mut *load, &[("b", Some("first spelling"))]), []);
}

#[test]
fn a_change_waits_for_no_run() {
    let older = Older::new(&["a"]);
    let target = target(namespace(1), 2, ImportMethod::Upsert);
    let load = begin(&older.destination, &target);
    let keys = older.destination.keys();
    let change = keys.begin_canonical(namespace(1), DATASET, &target.fields);
    assert!(matches!(change, Err(DestinationError::Busy(_))));
    drop(load);
    assert!(older.folder.path().exists());
}
