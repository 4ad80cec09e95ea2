//! The conformance suite on PostgreSQL, each test with a schema of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod conformance;

use conformance::Fresh;
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use store::Store;

async fn fresh(name: &str) -> Fresh {
    let url = std::env::var("WEIR_TEST_POSTGRES").expect(
        "WEIR_TEST_POSTGRES is not set: run the tests through `make test` or `scripts/with-postgres cargo test`",
    );
    let schema = name.rsplit("::").next().unwrap().to_owned();
    let mut options = ConnectOptions::new(&url);
    options
        .max_connections(1)
        .set_schema_search_path(&schema)
        .sqlx_logging(false);
    let raw = Database::connect(options).await.unwrap();
    // The database outlives a run of the tests where it is not a throw-away one.
    raw.execute_unprepared(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE"))
        .await
        .unwrap();
    raw.execute_unprepared(&format!("CREATE SCHEMA {schema}"))
        .await
        .unwrap();
    Fresh {
        store: Store::connect_to_schema(&url, &schema).await.unwrap(),
        raw,
        url,
        schema: Some(schema),
        folder: None,
    }
}

conformance::suite!(fresh);
