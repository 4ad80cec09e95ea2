//! The conformance suite on SQLite, each test with a file of its own.

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
        folder: Some(folder),
    }
}

conformance::suite!(fresh);
