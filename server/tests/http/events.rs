//! The stream of live status: a snapshot, then changes, and an end when it has to end.

use axum::body::{Body, BodyDataStream};
use axum::http::Method;
use futures::StreamExt as _;
use serde_json::{Value, json};

use crate::imported::call;
use crate::support::{App, Session, request};

struct Events(BodyDataStream);

#[derive(Debug)]
struct Event {
    id: u64,
    data: Value,
}

impl Events {
    async fn open(app: &App, session: &Session) -> Self {
        let response = app
            .open(request(
                Method::GET,
                "/n/main/events",
                Some(session),
                Body::empty(),
            ))
            .await;
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        Self(response.into_body().into_data_stream())
    }

    /// `None`: the stream has ended.
    async fn next(&mut self) -> Option<Event> {
        let frame = self.0.next().await?.unwrap();
        let text = std::str::from_utf8(&frame).unwrap();
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("no {name} in {text}")).trim()
        };
        Some(Event {
            id: field("id:").parse().unwrap(),
            data: serde_json::from_str(field("data:")).unwrap(),
        })
    }
}

async fn create_job(app: &App, session: &Session, name: &str) -> Value {
    call(
        app,
        session,
        "create_job",
        &json!({ "namespace": "main", "name": name }),
    )
    .await
}

#[tokio::test]
async fn the_first_event_is_a_snapshot_and_later_ones_are_changes() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let first = create_job(&app, &ada, "First").await;
    let mut events = Events::open(&app, &ada).await;
    let snapshot = events.next().await.unwrap();
    assert_eq!(snapshot.data["snapshot"], true);
    let health = app.get("/healthz", None).await;
    assert_eq!(snapshot.data["release"], health.header("weir-release"));
    assert_eq!(snapshot.data["jobs"][0]["id"], first);

    let second = create_job(&app, &ada, "Second").await;
    let change = events.next().await.unwrap();
    assert_eq!(change.data["snapshot"], false);
    assert_eq!(change.data["jobs"].as_array().unwrap().len(), 1);
    assert_eq!(change.data["jobs"][0]["id"], second);
    assert!(change.id > snapshot.id);
}

#[tokio::test]
async fn a_stream_tells_nothing_of_other_namespaces() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let stranger = app.owner_of_another("stranger").await;
    let mut events = Events::open(&app, &ada).await;
    events.next().await.unwrap();
    let foreign = json!({ "namespace": "stranger", "name": "Foreign" });
    call(&app, &stranger, "create_job", &foreign).await;
    create_job(&app, &ada, "Own").await;
    let change = events.next().await.unwrap();
    let names: Vec<_> = change.data["jobs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|job| job["name"].clone())
        .collect();
    assert_eq!(names, ["Own"]);
}

#[tokio::test]
async fn the_stream_ends_with_the_session() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let mut events = Events::open(&app, &ada).await;
    events.next().await.unwrap();
    app.post_form("/ui/sign_out", Some(&ada), &[]).await;
    app.context.changes.poke();
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn the_stream_ends_when_the_server_stops() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let mut events = Events::open(&app, &ada).await;
    events.next().await.unwrap();
    app.stopping.cancel();
    assert!(events.next().await.is_none());
}
