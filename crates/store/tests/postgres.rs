//! The conformance suite on PostgreSQL, each test with a schema of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod conformance;

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use conformance::{
    Fresh,
    faults::{self, Failing, Faults},
};
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use store::Store;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{OnceCell, watch},
};

/// Of each test.
const PLACES_TO_FAIL: u64 = 2;

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
        closes: true,
    }
}

/// A database of its own with its tables, behind a line that is cut on demand.
async fn failing(_name: &str) -> Failing {
    static MIGRATED: OnceCell<()> = OnceCell::const_new();
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    MIGRATED
        .get_or_init(|| async {
            let url = make_database("weir_migrated", "template0").await;
            let store = Store::connect(url.as_str()).await.unwrap();
            store.migrate().await.unwrap();
            store.close().await.unwrap();
        })
        .await;
    let name = format!("weir_failing_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let mut url = make_database(&name, "weir_migrated").await;
    let line = Line::start((
        url.host_str().unwrap().to_owned(),
        url.port().unwrap_or(5432),
    ))
    .await;
    let raw = Database::connect(
        ConnectOptions::new(url.as_str())
            .max_connections(1)
            .to_owned(),
    )
    .await
    .unwrap();
    let direct = url.to_string();
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(line.port)).unwrap();
    Failing {
        fresh: Fresh {
            store: Store::connect(url.as_str()).await.unwrap(),
            raw,
            url: direct,
            schema: None,
            folder: None,
            closes: true,
        },
        faults: Box::new(line),
    }
}

async fn make_database(name: &str, template: &str) -> url::Url {
    let mut url: url::Url = std::env::var("WEIR_TEST_POSTGRES")
        .unwrap()
        .parse()
        .unwrap();
    let options = ConnectOptions::new(url.as_str())
        .max_connections(1)
        .sqlx_logging(false)
        .to_owned();
    let raw = Database::connect(options).await.unwrap();
    for statement in [
        format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        format!("CREATE DATABASE {name} TEMPLATE {template}"),
    ] {
        raw.execute_unprepared(&statement).await.unwrap();
    }
    raw.close().await.unwrap();
    url.set_path(name);
    url
}

/// Connections to the server. When it is cut, all that are open end, in the middle of whatever they do.
struct Line {
    port: u16,
    state: Arc<LineState>,
}

#[derive(Default)]
struct LineState {
    /// Pieces that clients have sent.
    sent: AtomicU64,
    cut_at: Mutex<Option<u64>>,
    cuts: watch::Sender<u64>,
}

impl Line {
    async fn start(server: (String, u16)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(LineState::default());
        let kept = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(connect(client, server, Arc::clone(&kept)));
            }
        });
        Self { port, state }
    }
}

async fn connect(client: TcpStream, server: TcpStream, state: Arc<LineState>) {
    let mut cuts = state.cuts.subscribe();
    cuts.mark_unchanged();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::select! {
        _ = cuts.changed() => {}
        () = pass_on(&mut from_client, &mut to_server, || state.may_pass()) => {}
        () = pass_on(&mut from_server, &mut to_client, || true) => {}
    }
}

async fn pass_on(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    may_pass: impl Fn() -> bool,
) {
    let mut piece = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        if !may_pass() || to.write_all(&piece[..length]).await.is_err() {
            return;
        }
    }
}

impl LineState {
    fn may_pass(&self) -> bool {
        let number = self.sent.fetch_add(1, Ordering::SeqCst);
        let cut = self
            .cut_at
            .lock()
            .unwrap()
            .take_if(|cut_at| number >= *cut_at)
            .is_some();
        if cut {
            self.cuts.send_modify(|cuts| *cuts += 1);
        }
        !cut
    }
}

impl Faults for Line {
    fn places(&self) -> u64 {
        self.state.sent.load(Ordering::SeqCst)
    }

    fn fail_once_after(&self, places: u64, _kind: u64) {
        *self.state.cut_at.lock().unwrap() = Some(self.places() + places);
    }

    fn heal(&self) {
        *self.state.cut_at.lock().unwrap() = None;
    }
}

conformance::suite!(fresh, failing);

/// A line that is cut before the answer comes leaves open whether it was kept.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_cut_connection_did_not_keep_was_not_acknowledged() {
    faults::what_was_acknowledged_is_there(|| failing("acts"), false).await;
}
