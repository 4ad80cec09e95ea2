//! What becomes of a namespace's file when processes are killed, disks fail, and files go.

use std::fs;
use std::path::{Path, PathBuf};

use connectors::destination::{Begun, Destination, DestinationError, Inspection, LedgerEntry};
use connectors::sqlite::SqliteDestination;
use domain::counts::Brought;
use domain::settings::ImportMethod;
use rusqlite::Connection;

use crate::conformance::{begin, namespace, rows, target, write};

#[test]
fn a_file_whose_writer_was_killed_is_read_as_it_was_before() {
    let folder = tempfile::tempdir().unwrap();
    let destination = SqliteDestination::new(folder.path().to_owned());
    let file = imported(&destination, folder.path());
    leave_hot_journal(&file);
    assert_eq!(rows(&destination, namespace(1)), [["a", "Ada"]]);

    leave_hot_journal(&file);
    assert_eq!(
        destination.inspect(namespace(1)).unwrap(),
        Inspection::Brought(vec![(
            target(namespace(1), 1, ImportMethod::Insert).dataset,
            Brought { rows: 1, runs: 1 }
        )])
    );
}

#[test]
fn a_file_that_is_gone_is_not_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let destination = SqliteDestination::new(folder.path().to_owned());
    let file = imported(&destination, folder.path());
    fs::remove_file(&file).unwrap();
    let mut next = target(namespace(1), 2, ImportMethod::Insert);
    next.runs_known = 1;
    assert!(matches!(
        destination.begin(&next),
        Err(DestinationError::Gone)
    ));
    assert_eq!(
        destination.inspect(namespace(1)).unwrap(),
        Inspection::Nothing
    );
    assert!(!file.exists());
}

#[test]
fn a_file_that_is_cut_off_or_overwritten_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let destination = SqliteDestination::new(folder.path().to_owned());
    let file = imported(&destination, folder.path());
    let whole = fs::read(&file).unwrap();
    for damaged in [
        &whole[..whole.len() / 2],
        b"not a database, but long enough to be taken for the beginning of one",
    ] {
        fs::write(&file, damaged).unwrap();
        assert!(matches!(
            destination.inspect(namespace(1)),
            Err(DestinationError::Damaged(_))
        ));
    }
}

#[test]
fn a_page_hears_at_once_that_rows_are_being_written() {
    let folder = tempfile::tempdir().unwrap();
    let destination = SqliteDestination::new(folder.path().to_owned());
    let file = imported(&destination, folder.path());
    let writer = Connection::open(&file).unwrap();
    writer.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let read = destination.first_rows(namespace(1), "people", &[], 1);
    assert!(matches!(read, Err(DestinationError::Busy(_))));
}

fn imported(destination: &SqliteDestination, folder: &Path) -> PathBuf {
    let target = target(namespace(1), 1, ImportMethod::Insert);
    let mut load = begin(destination, &target);
    write(&mut *load, &[("a", Some("Ada"))]);
    let entry = LedgerEntry {
        seen: 1,
        imported: 1,
        rejected: 0,
        inserted: 1,
    };
    load.commit(entry).unwrap();
    assert!(!matches!(
        destination.begin(&target).unwrap(),
        Begun::Load(_)
    ));
    folder.join(format!("{}.sqlite", namespace(1)))
}

/// As `kill -9` leaves it in the middle of an import: changed pages in the file, and the journal with what they were.
fn leave_hot_journal(file: &Path) {
    let journal = PathBuf::from(format!("{}-journal", file.display()));
    let writer = Connection::open(file).unwrap();
    writer
        .execute_batch(
            "PRAGMA journal_mode = TRUNCATE; PRAGMA cache_size = 2; BEGIN IMMEDIATE;
             CREATE TABLE filler (text TEXT);
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
             INSERT INTO filler SELECT hex(randomblob(200)) FROM n;",
        )
        .unwrap();
    let (pages, before) = (fs::read(file).unwrap(), fs::read(&journal).unwrap());
    assert!(!before.is_empty());
    drop(writer);
    fs::write(file, pages).unwrap();
    fs::write(&journal, before).unwrap();
}

#[test]
fn a_commit_that_readers_hold_up_is_asked_again_and_happens_once() {
    let folder = tempfile::tempdir().unwrap();
    let destination = SqliteDestination::new(folder.path().to_owned());
    let file = imported(&destination, folder.path());
    let reader = Connection::open(&file).unwrap();
    reader
        .execute_batch("BEGIN; SELECT * FROM weir_ledger")
        .unwrap();
    let next = target(namespace(1), 2, ImportMethod::Insert);
    let mut load = begin(&destination, &next);
    write(&mut *load, &[("b", Some("Grace"))]);
    let entry = LedgerEntry {
        seen: 1,
        imported: 1,
        rejected: 0,
        inserted: 1,
    };
    let held_up = load.commit(entry);
    assert!(
        matches!(held_up, Err(DestinationError::Busy(_))),
        "{held_up:?}"
    );
    drop(reader);
    load.commit(entry).unwrap();
    assert_eq!(
        destination.merged(namespace(1), next.run).unwrap(),
        Some(entry)
    );
    assert_eq!(
        rows(&destination, namespace(1)),
        [["a", "Ada"], ["b", "Grace"]]
    );
}
