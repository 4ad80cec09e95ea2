//! Who has no account, and does nothing, does not use the server up. Over real connections, with limits of milliseconds;
//! every test waits for the server to end a connection or to answer.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use weir_server::http::ConnectionLimits;

use crate::imported::import;
use crate::support::{App, ORIGIN, Session, request};

const SOON: Duration = Duration::from_millis(40);
const LONG: Duration = Duration::from_mins(1);
/// Far longer than anything here takes.
const NEVER: Duration = Duration::from_secs(30);

fn patient() -> ConnectionLimits {
    ConnectionLimits {
        in_all: 64,
        per_address: None,
        head: LONG,
        idle: LONG,
        scarce: LONG,
        stall: LONG,
        stop: LONG,
    }
}

async fn connect(address: SocketAddr, first: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(first.as_bytes()).await.unwrap();
    stream
}

/// Everything until the server ends the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = timeout(NEVER, stream.read_to_end(&mut bytes)).await;
    // A connection that is reset has ended too.
    let _ = read.expect("the connection stays open");
    String::from_utf8_lossy(&bytes).into_owned()
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: weir.test\r\n\r\n";

#[tokio::test]
async fn a_head_that_does_not_end_is_not_waited_for() {
    let app = App::start().await;
    let limits = ConnectionLimits {
        head: SOON,
        ..patient()
    };
    let (address, _) = app.serve(limits).await;
    for beginning in ["", "GET", "GET / HTTP/1.1\r\nHost: weir.test\r\nX: "] {
        let mut stream = connect(address, beginning).await;
        assert_eq!(rest(&mut stream).await, "", "{beginning:?}");
    }
}

#[tokio::test]
async fn an_idle_connection_ends_and_one_in_use_does_not() {
    let app = App::start().await;
    let limits = ConnectionLimits {
        idle: SOON,
        ..patient()
    };
    let (address, _) = app.serve(limits).await;
    let mut stream = connect(address, HEALTH).await;
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_body_that_stands_still_keeps_what_arrived() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let limits = ConnectionLimits {
        stall: SOON,
        idle: SOON,
        ..patient()
    };
    let (address, _) = app.serve(limits).await;
    let upload = announce(&app, &ada).await;
    let mut stream = connect(address, &chunk(&upload, &ada, "")).await;
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(answer.contains("\"received_bytes\":4"), "{answer}");
}

#[tokio::test]
async fn a_stalled_upload_does_not_keep_the_server_from_stopping() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let limits = ConnectionLimits {
        stop: SOON,
        ..patient()
    };
    let (address, serving) = app.serve(limits).await;
    let upload = announce(&app, &ada).await;
    // The server says so when it begins to read.
    let expecting = chunk(&upload, &ada, "Expect: 100-continue\r\n");
    let mut stream = connect(address, &expecting).await;
    let mut begun = [0; 12];
    stream.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100");
    app.stopping.cancel();
    timeout(NEVER, serving).await.unwrap().unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.contains("\"received_bytes\":4"), "{answer}");
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_no_more() {
    let app = App::start().await;
    let limits = ConnectionLimits {
        per_address: Some(2),
        ..patient()
    };
    let (address, _) = app.serve(limits).await;
    let mut kept = Vec::new();
    for _ in 0..2 {
        // Answered, so that it is counted.
        let mut stream = connect(address, HEALTH).await;
        stream.read_exact(&mut [0; 12]).await.unwrap();
        kept.push(stream);
    }
    let mut refused = connect(address, "").await;
    assert_eq!(rest(&mut refused).await, "");
    kept.pop();
    let again = async {
        loop {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let sent = stream.write_all(HEALTH.as_bytes()).await;
            let mut begun = [0; 12];
            if sent.is_ok() && stream.read_exact(&mut begun).await.is_ok() {
                break;
            }
        }
    };
    timeout(NEVER, again)
        .await
        .expect("the place of who has left is free");
}

#[tokio::test]
async fn idle_strangers_do_not_keep_a_visitor_out() {
    let app = App::start().await;
    let limits = ConnectionLimits {
        in_all: 4,
        head: SOON,
        ..patient()
    };
    let (address, _) = app.serve(limits).await;
    let _strangers = strangers(address).await;
    check_visit(address).await;
}

/// Many who begin a request and stand still.
async fn strangers(address: SocketAddr) -> Vec<TcpStream> {
    let mut strangers = Vec::new();
    for _ in 0..32 {
        strangers.push(connect(address, "GET").await);
    }
    strangers
}

async fn check_visit(address: SocketAddr) {
    let mut visitor = connect(address, HEALTH).await;
    let mut begun = [0; 12];
    timeout(NEVER, visitor.read_exact(&mut begun))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&begun, b"HTTP/1.1 200");
}

/// Many addresses together: none of them has too many.
#[tokio::test]
async fn room_is_kept_back_from_strangers_with_much_patience() {
    let app = App::start().await;
    let limits = ConnectionLimits {
        in_all: 8,
        scarce: SOON,
        ..patient()
    };
    let (address, _) = app.serve(limits).await;
    let _strangers = strangers(address).await;
    for _ in 0..4 {
        check_visit(address).await;
    }
}

#[tokio::test]
async fn readers_who_stand_still_keep_nobody_from_a_workbook() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let imported = import(&app, &ada).await;
    let path = format!("/n/main/runs/{}/report/explained.xlsx", imported.run);
    let mut unread = Vec::new();
    for _ in 0..5 {
        let asked = request(
            axum::http::Method::GET,
            &path,
            Some(&ada),
            axum::body::Body::empty(),
        );
        let answer = timeout(NEVER, app.open(asked))
            .await
            .expect("a turn is kept");
        assert!(answer.headers().contains_key("content-length"));
        unread.push(answer);
    }
}

#[tokio::test]
async fn a_person_has_so_many_live_pages_and_no_more() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let grace = app.member("grace", domain::role::Role::Viewer).await;
    let open = async |session: &Session| {
        let asked = request(
            axum::http::Method::GET,
            "/n/main/events",
            Some(session),
            axum::body::Body::empty(),
        );
        app.open(asked).await
    };
    let mut streams = Vec::new();
    for _ in 0..256 {
        streams.push(open(&ada).await);
    }
    assert_eq!(open(&ada).await.status(), 429);
    assert_eq!(open(&grace).await.status(), 200, "somebody else");
    streams.pop();
    assert_eq!(open(&ada).await.status(), 200, "one was closed");
}

/// The path of an upload of ten bytes.
async fn announce(app: &App, session: &Session) -> String {
    let new = json!({ "file_name": "people.csv", "bytes": 10 });
    let created = app.post_json("/n/main/uploads", Some(session), &new).await;
    format!("/n/main/uploads/{}", created.json()["id"].as_str().unwrap())
}

/// A request that announces ten bytes and has four.
fn chunk(path: &str, session: &Session, header: &str) -> String {
    format!(
        "PUT {path} HTTP/1.1\r\nHost: weir.test\r\nOrigin: {ORIGIN}\r\nCookie: {}\r\nUpload-Offset: 0\r\n{header}Content-Length: 10\r\n\r\nname",
        session.cookie
    )
}
