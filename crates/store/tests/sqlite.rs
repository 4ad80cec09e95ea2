//! The conformance suite on SQLite, each test with a file of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod conformance;

use conformance::Fresh;
use store::Store;

async fn fresh(_name: &str) -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weir.sqlite");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    Fresh {
        store: Store::connect(&url).await.unwrap(),
        raw: sea_orm::Database::connect(&url).await.unwrap(),
        url,
        schema: None,
        folder: Some(folder),
    }
}

conformance::suite!(fresh);

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
