//! Uploads that break, start again, lie about their length, or come twice.

use std::sync::atomic::Ordering;

use axum::body::{Body, Bytes};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use weir_server::config::Options;

use crate::imported::{FILE, call, import};
use crate::support::{App, Session, request};

const CONTENT: &[u8] = b"name,town\nAda,London\nGrace,New York\n";
/// Of [`CONTENT`].
const DIGEST: &str = "8ac13c6bd736175786b3eb5ce6c75a6eac0138884e134333282f0986e5c561be";

async fn begin(app: &App, session: &Session, bytes: usize) -> String {
    let new = json!({ "file_name": "people.csv", "bytes": bytes });
    let created = app.post_json("/n/main/uploads", Some(session), &new).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    format!("/n/main/uploads/{}", created.json()["id"].as_str().unwrap())
}

fn on_disk(app: &App, path: &str) -> Vec<u8> {
    let id = path.rsplit('/').next().unwrap();
    std::fs::read(app.data_folder().join("uploads").join(id)).unwrap()
}

#[track_caller]
fn check(state: &Value, received: usize, complete: bool) {
    assert_eq!(
        (
            state["received_bytes"].as_u64(),
            state["complete"].as_bool()
        ),
        (Some(received as u64), Some(complete)),
        "{state}"
    );
}

#[tokio::test]
async fn chunks_make_the_file() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let path = begin(&app, &ada, CONTENT.len()).await;
    for (offset, chunk) in [
        (0, &CONTENT[..10]),
        (10, &CONTENT[10..11]),
        (11, &CONTENT[11..]),
    ] {
        let answer = app.put_chunk(&path, &ada, offset, chunk).await;
        assert_eq!(answer.status, StatusCode::OK);
        let received = usize::try_from(offset).unwrap() + chunk.len();
        check(&answer.json(), received, received == CONTENT.len());
    }
    check(
        &app.get(&path, Some(&ada)).await.json(),
        CONTENT.len(),
        true,
    );
    assert_eq!(on_disk(&app, &path), CONTENT);
    let main = app.context.store.namespace_by_slug("main").await.unwrap();
    let id = path.rsplit('/').next().unwrap().parse().unwrap();
    let upload = app.context.store.upload(main.id, id).await.unwrap();
    assert_eq!(upload.sha256.as_deref(), Some(DIGEST));
}

#[tokio::test]
async fn a_chunk_at_the_wrong_place_is_told_the_right_one() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let path = begin(&app, &ada, CONTENT.len()).await;
    app.put_chunk(&path, &ada, 0, &CONTENT[..10]).await;
    // The same chunk twice, and one that leaves a gap.
    for offset in [0, 9, 11] {
        let answer = app.put_chunk(&path, &ada, offset, &CONTENT[..10]).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{offset}");
        check(&answer.json(), 10, false);
    }
    assert_eq!(on_disk(&app, &path), &CONTENT[..10]);
}

#[tokio::test]
async fn more_than_was_announced_is_refused_and_nothing_of_it_kept() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let path = begin(&app, &ada, 10).await;
    let declared = app.put_chunk(&path, &ada, 0, &CONTENT[..11]).await;
    assert_eq!(declared.status, StatusCode::BAD_REQUEST);
    // Without a length that could be compared first.
    let mut undeclared = request(
        Method::PUT,
        &path,
        Some(&ada),
        streamed(&[&CONTENT[..6], &CONTENT[6..20]]),
    );
    undeclared.headers_mut().insert("upload-offset", 0.into());
    assert_eq!(app.send(undeclared).await.status, StatusCode::BAD_REQUEST);
    check(&app.get(&path, Some(&ada)).await.json(), 0, false);
    let answer = app.put_chunk(&path, &ada, 0, &CONTENT[..10]).await;
    check(&answer.json(), 10, true);
    assert_eq!(on_disk(&app, &path), &CONTENT[..10]);
}

#[tokio::test]
async fn what_arrived_before_a_connection_broke_is_kept() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let path = begin(&app, &ada, CONTENT.len()).await;
    let broken = futures::stream::iter([
        Ok(Bytes::from_static(&CONTENT[..12])),
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
    ]);
    let mut request = request(Method::PUT, &path, Some(&ada), Body::from_stream(broken));
    request.headers_mut().insert("upload-offset", 0.into());
    app.send(request).await;
    check(&app.get(&path, Some(&ada)).await.json(), 12, false);
    let answer = app.put_chunk(&path, &ada, 12, &CONTENT[12..]).await;
    check(&answer.json(), CONTENT.len(), true);
    assert_eq!(on_disk(&app, &path), CONTENT);
}

#[tokio::test]
async fn an_upload_goes_on_after_a_restart_with_what_is_on_disk() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let path = begin(&app, &ada, CONTENT.len()).await;
    app.put_chunk(&path, &ada, 0, &CONTENT[..10]).await;
    // The process ended while a further chunk was being written, before it was acknowledged.
    let id = path.rsplit('/').next().unwrap();
    std::fs::write(
        app.data_folder().join("uploads").join(id),
        [&CONTENT[..10], b"unacknowledged"].concat(),
    )
    .unwrap();
    let app = app.restarted().await;
    check(&app.get(&path, Some(&ada)).await.json(), 10, false);
    let answer = app.put_chunk(&path, &ada, 10, &CONTENT[10..]).await;
    check(&answer.json(), CONTENT.len(), true);
    assert_eq!(on_disk(&app, &path), CONTENT);
}

#[tokio::test]
async fn bytes_that_a_power_cut_took_are_asked_for_again() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let path = begin(&app, &ada, CONTENT.len()).await;
    app.put_chunk(&path, &ada, 0, &CONTENT[..10]).await;
    let id = path.rsplit('/').next().unwrap();
    std::fs::write(app.data_folder().join("uploads").join(id), &CONTENT[..4]).unwrap();
    let answer = app.put_chunk(&path, &ada, 10, &CONTENT[10..]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    check(&answer.json(), 4, false);
    let answer = app.put_chunk(&path, &ada, 4, &CONTENT[4..]).await;
    check(&answer.json(), CONTENT.len(), true);
    assert_eq!(on_disk(&app, &path), CONTENT);
}

#[tokio::test]
async fn of_two_senders_at_once_one_wins() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let path = begin(&app, &ada, CONTENT.len()).await;
    // The first sender holds the upload from when its body is asked for until its last bytes come.
    let (holds, held) = tokio::sync::oneshot::channel();
    let (bytes, to_come) = tokio::sync::oneshot::channel::<Bytes>();
    let body = Body::from_stream(futures::stream::once(async move {
        holds.send(()).unwrap();
        to_come.await.map_err(std::io::Error::other)
    }));
    let mut first = request(Method::PUT, &path, Some(&ada), body);
    first.headers_mut().insert("upload-offset", 0.into());
    let (won, refused) = tokio::join!(app.send(first), async {
        held.await.unwrap();
        let refused = app.put_chunk(&path, &ada, 0, CONTENT).await;
        bytes.send(Bytes::from_static(CONTENT)).unwrap();
        refused
    });
    assert_eq!(refused.status, StatusCode::CONFLICT);
    check(&refused.json(), 0, false);
    check(&won.json(), CONTENT.len(), true);
    assert_eq!(on_disk(&app, &path), CONTENT);
}

#[tokio::test]
async fn an_empty_file_is_whole_at_once() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let path = begin(&app, &ada, 0).await;
    check(&app.get(&path, Some(&ada)).await.json(), 0, true);
}

#[tokio::test]
async fn a_file_above_the_limit_is_refused_before_a_byte_is_sent() {
    let options = Options {
        max_upload_bytes: Some(100),
        ..Options::default()
    };
    let app = App::start_with("http://weir.test", options).await;
    let ada = app.first_person().await;
    let new = json!({ "file_name": "people.csv", "bytes": 101 });
    let answer = app.post_json("/n/main/uploads", Some(&ada), &new).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.json()["kind"], "invalid");
    assert_eq!(
        std::fs::read_dir(app.data_folder().join("uploads"))
            .unwrap()
            .count(),
        0
    );
}

#[tokio::test]
async fn a_chunk_without_its_place_is_refused() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let path = begin(&app, &ada, 10).await;
    let answer = app
        .send(request(
            Method::PUT,
            &path,
            Some(&ada),
            Body::from("0123456789"),
        ))
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

fn streamed(chunks: &[&'static [u8]]) -> Body {
    let chunks: Vec<_> = chunks
        .iter()
        .map(|chunk| Ok::<_, std::io::Error>(Bytes::from_static(chunk)))
        .collect();
    Body::from_stream(futures::stream::iter(chunks))
}

#[tokio::test]
async fn a_namespace_announces_no_more_than_it_may() {
    let options = Options {
        namespace_bytes: Some(100),
        open_uploads: Some(3),
        ..Options::default()
    };
    let app = App::start_with("http://weir.test", options).await;
    let ada = app.first_person().await;
    let announce = async |namespace: &str, session: &Session, bytes: u64| {
        let new = json!({ "file_name": "people.csv", "bytes": bytes });
        let path = format!("/n/{namespace}/uploads");
        app.post_json(&path, Some(session), &new).await
    };
    assert_eq!(announce("main", &ada, 60).await.status, StatusCode::CREATED);
    let refused = announce("main", &ada, 41).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(
        refused.text().contains("60 bytes; 100"),
        "{}",
        refused.text()
    );
    let at_once = (0..4).map(|_| announce("main", &ada, 10));
    let answers = futures::future::join_all(at_once).await;
    let made = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::CREATED);
    assert_eq!(made.count(), 2, "three may be open, and one is");
    let files = std::fs::read_dir(app.data_folder().join("uploads")).unwrap();
    assert_eq!(files.count(), 3, "nothing is left of what was refused");
    let other = app.owner_of_another("other").await;
    let theirs = announce("other", &other, 60).await;
    assert_eq!(theirs.status, StatusCode::CREATED);

    let input = json!({ "namespace": "main", "month": null });
    let usage = app.call("usage", Some(&ada), &input).await.json();
    let shown = [
        "file_bytes",
        "file_bytes_at_most",
        "open_uploads",
        "open_uploads_at_most",
    ];
    assert_eq!(
        shown.map(|name| usage[name].as_u64().unwrap()),
        [80, 100, 3, 3]
    );
}

#[tokio::test]
async fn uploads_leave_room_on_the_disk() {
    let options = Options {
        reserved_bytes: Some(1000),
        ..Options::default()
    };
    let app = App::start_with("http://weir.test", options).await;
    let ada = app.first_person().await;
    let path = begin(&app, &ada, CONTENT.len()).await;
    app.free_bytes.store(1000, Ordering::SeqCst);
    let new = json!({ "file_name": "people.csv", "bytes": 1 });
    let refused = app.post_json("/n/main/uploads", Some(&ada), &new).await;
    assert_eq!(refused.status, StatusCode::INSUFFICIENT_STORAGE);
    let mut chunk = request(Method::PUT, &path, Some(&ada), Body::from(CONTENT));
    chunk.headers_mut().insert("upload-offset", 0.into());
    chunk
        .headers_mut()
        .insert("content-length", CONTENT.len().into());
    assert_eq!(
        app.send(chunk).await.status,
        StatusCode::INSUFFICIENT_STORAGE
    );
    app.free_bytes
        .store(1000 + CONTENT.len() as u64, Ordering::SeqCst);
    let answer = app.put_chunk(&path, &ada, 0, CONTENT).await;
    check(&answer.json(), CONTENT.len(), true);
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_kept_is_for_nobody_else_on_the_machine() {
    use std::os::unix::fs::PermissionsExt as _;

    let app = App::start().await;
    let ada = app.first_person().await;
    import(&app, &ada).await;
    let mut folders = vec![app.data_folder().to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            // Made by the test itself.
            if entry.path() == app.inbox() {
                continue;
            }
            let known = entry.metadata().unwrap();
            let mode = known.permissions().mode() & 0o777;
            assert_eq!(mode & 0o077, 0, "{}: {mode:o}", entry.path().display());
            if known.is_dir() {
                folders.push(entry.path());
            }
            files += u32::from(known.is_file());
        }
    }
    assert!(files > 3, "{files}");
    let mode = std::fs::metadata(app.data_folder())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[tokio::test]
async fn an_upload_that_was_given_up_leaves_nothing() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let path = begin(&app, &ada, CONTENT.len()).await;
    app.put_chunk(&path, &ada, 0, &CONTENT[..10]).await;
    let discard = || app.send(request(Method::DELETE, &path, Some(&ada), Body::empty()));
    assert_eq!(discard().await.status, StatusCode::NO_CONTENT);
    let id = path.rsplit('/').next().unwrap();
    assert!(!app.data_folder().join("uploads").join(id).exists());
    let gone = [
        app.get(&path, Some(&ada)).await,
        app.put_chunk(&path, &ada, 10, &CONTENT[10..]).await,
        discard().await,
    ];
    assert!(
        gone.iter()
            .all(|answer| answer.status == StatusCode::NOT_FOUND)
    );
}

/// Answers the upload that a run has read.
async fn run_with(app: &App, session: &Session, job: &str) -> String {
    let history = json!({ "namespace": "main", "job": job, "place": null });
    let newest = async || call(app, session, "run_history", &history).await["runs"][0].clone();
    let before = newest().await["id"].clone();
    let upload = app.upload(session, "people.csv", FILE).await;
    let next = json!({ "namespace": "main", "job": job, "upload": upload });
    call(app, session, "run_with_new_file", &next).await;
    app.until(async || {
        let run = newest().await;
        run["id"] != before && !run["ended_at"].is_null()
    })
    .await;
    upload
}

#[tokio::test]
async fn a_whole_upload_is_given_up_while_nothing_uses_it() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let unused = app.upload(&ada, "people.csv", CONTENT).await;
    let imported = import(&app, &ada).await;
    // What an earlier run has read is not what the job reads next, and can be retried all the same.
    let (earlier, last) = (
        run_with(&app, &ada, &imported.job).await,
        run_with(&app, &ada, &imported.job).await,
    );
    let files = app.data_folder().join("uploads");
    for (id, status) in [
        (&unused, StatusCode::NO_CONTENT),
        (&earlier, StatusCode::CONFLICT),
        (&last, StatusCode::CONFLICT),
    ] {
        let path = format!("/n/main/uploads/{id}");
        let delete = request(Method::DELETE, &path, Some(&ada), Body::empty());
        assert_eq!(app.send(delete).await.status, status);
        assert_eq!(files.join(id).exists(), status == StatusCode::CONFLICT);
    }
}

#[tokio::test]
async fn who_runs_a_file_that_was_removed_hears_so() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let imported = import(&app, &ada).await;
    let upload = app.upload(&ada, "people.csv", CONTENT).await;
    let path = format!("/n/main/uploads/{upload}");
    let delete = request(Method::DELETE, &path, Some(&ada), Body::empty());
    assert_eq!(app.send(delete).await.status, StatusCode::NO_CONTENT);
    let next = json!({ "namespace": "main", "job": imported.job, "upload": upload });
    let answer = app.call("run_with_new_file", Some(&ada), &next).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    assert!(answer.text().contains("file"), "{}", answer.text());
}
