//! The conformance suite on SQLite, each test with a file of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod conformance;

use std::{path::Path, sync::OnceLock};

use conformance::{
    Fresh,
    faults::{self, Failing, Faults},
};
use failing_disk::{FailingDisk, Fault};
use store::Store;

/// Of each test.
const PLACES_TO_FAIL: u64 = 5;

async fn fresh(_name: &str) -> Fresh {
    open(tempfile::tempdir().unwrap()).await
}

async fn open(folder: tempfile::TempDir) -> Fresh {
    let path = folder.path().join("weir.sqlite");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    Fresh {
        store: Store::connect(&url).await.unwrap(),
        raw: sea_orm::Database::connect(&url).await.unwrap(),
        url,
        schema: None,
        folder: Some(folder),
        closes: true,
    }
}

/// With its tables, on a disk that fails on demand.
async fn failing(_name: &str) -> Failing {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(migrated_file().await, folder.path().join("weir.sqlite")).unwrap();
    let disk = FailingDisk::below(folder.path());
    Failing {
        fresh: open(folder).await,
        faults: Box::new(disk),
    }
}

/// A database with its tables, made once.
async fn migrated_file() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    static MADE: tokio::sync::OnceCell<std::path::PathBuf> = tokio::sync::OnceCell::const_new();
    MADE.get_or_init(|| async {
        let folder = FOLDER.get_or_init(|| tempfile::tempdir().unwrap());
        let path = folder.path().join("weir.sqlite");
        let store = Store::open_file(&path).await.unwrap();
        store.migrate().await.unwrap();
        store.close().await.unwrap();
        path
    })
    .await
}

impl Faults for FailingDisk {
    fn places(&self) -> u64 {
        self.operations()
    }

    fn fail_once_after(&self, places: u64, kind: u64) {
        let fault = if kind.is_multiple_of(2) {
            Fault::Full
        } else {
            Fault::Broken
        };
        FailingDisk::fail_once_after(self, places, fault);
    }

    fn heal(&self) {
        FailingDisk::heal(self);
    }
}

conformance::suite!(fresh, failing);

#[tokio::test(flavor = "multi_thread")]
async fn what_a_failing_disk_did_not_keep_was_not_acknowledged() {
    faults::what_was_acknowledged_is_there(|| failing("acts"), true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_fails_as_long_as_the_disk_does() {
    for fault in [Fault::Full, Fault::Broken] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(migrated_file().await, folder.path().join("weir.sqlite")).unwrap();
        let disk = FailingDisk::below(folder.path());
        let fresh = open(folder).await;
        fresh.store.probe().await.unwrap();
        disk.fail_after(0, fault);
        for _ in 0..3 {
            fresh.store.probe().await.unwrap_err();
        }
        assert!(disk.heal());
        fresh.store.probe().await.unwrap();
        fresh.end().await;
    }
}

#[tokio::test]
async fn a_file_is_opened_whatever_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b%20?c#d ä.sqlite");
    for _ in 0..2 {
        let store = Store::open_file(&path).await.unwrap();
        store.migrate().await.unwrap();
        store.close().await.unwrap();
    }
    assert!(path.exists());
}

#[tokio::test]
async fn an_address_that_cannot_be_read_is_not_quoted() {
    for address in [
        "mysql://u:secret@host/db",
        "secret",
        "postgres://u:secret@host:port/db",
        "",
    ] {
        let error = Store::connect(address).await.unwrap_err();
        assert!(
            !format!("{error} {error:?}").contains("secret"),
            "{address}: {error:?}"
        );
    }
}
