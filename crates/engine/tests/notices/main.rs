//! Notices on their way: a real mail server and a real receiver on the loopback, processes that die in between.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail at the place where it fails"
)]

mod instance;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::StatusCode;
use base64::Engine as _;
use domain::id::JobId;
use domain::notice::{DeliveryState, NoticeEvent};
use domain::reason::Reason;
use domain::time::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use instance::{ADDRESS, Instance, KEY, LEASE, PASSWORD, Receiver, SmtpServer};
use notifiers::mail::Security;
use serde_json::Value;
use store::notices::Delivery;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

fn login() -> String {
    format!("weir:{PASSWORD}")
}

/// The value of a header of a letter, unfolded.
fn header(letter: &Value, name: &str) -> String {
    let data = letter["data"].as_str().unwrap().replace("\r\n ", " ");
    let prefix = format!("{name}: ");
    let line = data.lines().find_map(|line| line.strip_prefix(&prefix));
    line.unwrap().to_owned()
}

#[tokio::test]
async fn a_letter_arrives_with_login_as_text_and_html_under_its_key() {
    let mut server = SmtpServer::start(&["--login", &login()]).await;
    let instance = Instance::with_mail(&server, Some(PASSWORD)).await;
    instance.halt_a_job().await;
    let delivery = instance.first_attempt().await;
    assert_eq!(
        (delivery.state, delivery.error),
        (DeliveryState::Sent, None)
    );
    let letter = server.letter().await;
    assert_eq!(letter["to"], serde_json::json!([ADDRESS]));
    assert_eq!(letter["from"], "weir@example.org");
    let message_id = header(&letter, "Message-ID");
    assert_eq!(message_id, format!("<{}@weir.example.org>", delivery.id));
    assert!(header(&letter, "Content-Type").starts_with("multipart/alternative"));
    let data = letter["data"].as_str().unwrap();
    assert!(data.contains("Content-Type: text/plain") && data.contains("Content-Type: text/html"));
    assert!(data.contains("Why: The dataset has other fields than when the job was set up."));
    let html = data.split("Content-Type: text/html").nth(1).unwrap();
    assert!(
        html.contains("&lt;K") && !html.contains("<K"),
        "a name is never markup"
    );
}

#[tokio::test]
async fn a_refused_login_is_tried_again_and_a_refused_mailbox_is_not() {
    let server = SmtpServer::start(&["--login", &login()]).await;
    let instance = Instance::with_mail(&server, Some("wrong")).await;
    instance.halt_a_job().await;
    let delivery = instance.first_attempt().await;
    assert_eq!(delivery.state, DeliveryState::Waiting);
    assert!(delivery.error.unwrap().contains("login"));
    assert_eq!(delivery.due_at, instance.now().plus_seconds(30));

    let server = SmtpServer::start(&["--refuse", ADDRESS]).await;
    let mut instance = Instance::with_mail(&server, None).await;
    instance.halt_a_job().await;
    let dead = instance.first_attempt().await;
    assert_eq!(dead.state, DeliveryState::Dead);
    assert!(dead.error.unwrap().contains("no such mailbox"));

    let mut server = SmtpServer::start(&[]).await;
    instance.mailer = Some(server.mailer(None, Security::Plain));
    instance.send_again(dead.id).await;
    instance
        .deliver_until(async |instance| !instance.deliveries(DeliveryState::Sent).await.is_empty())
        .await;
    let message_id = header(&server.letter().await, "Message-ID");
    assert_eq!(message_id, format!("<{}@weir.example.org>", dead.id));
}

#[tokio::test]
async fn a_server_that_cannot_or_must_not_be_trusted_gets_no_letter() {
    let plain = SmtpServer::start(&[]).await;
    let folder = certificate();
    let folder = folder.path().to_str().unwrap();
    let starting = SmtpServer::start(&["--tls", folder]).await;
    let wrapped = SmtpServer::start(&["--tls", folder, "--wrapped"]).await;
    for (server, security) in [
        (&plain, Security::StartTls),
        (&starting, Security::StartTls),
        (&wrapped, Security::Tls),
    ] {
        let mut instance = Instance::new().await;
        instance.mailer = Some(server.mailer(None, security));
        instance.halt_a_job().await;
        let delivery = instance.first_attempt().await;
        assert_eq!(delivery.state, DeliveryState::Waiting, "{security:?}");
    }
}

/// Signed by itself: nobody trusts it.
fn certificate() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made = std::process::Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
        ])
        .args([
            "-days",
            "2",
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
        ])
        .args(["-keyout", "key.pem", "-out", "certificate.pem"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(made.status.success());
    folder
}

#[tokio::test]
async fn who_dies_between_sending_and_recording_sends_once_more_under_the_same_key() {
    let mut server = SmtpServer::start(&["--silent"]).await;
    let instance = Instance::with_mail(&server, None).await;
    instance.halt_a_job().await;
    let (_, first) = instance.start_postman("first");
    let sent = header(&server.letter().await, "Message-ID");
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    instance.pass(LEASE + Duration::from_secs(1));
    let (_, second) = instance.start_postman("second");
    assert_eq!(header(&server.letter().await, "Message-ID"), sent);
    second.abort();
}

#[tokio::test]
async fn a_panic_in_a_delivery_ends_that_attempt_alone() {
    let mut receiver = Receiver::start(StatusCode::OK).await;
    let instance = Instance::new().await;
    instance.add_webhook(&receiver.url).await;
    instance.halt_a_job().await;
    let mut postman = instance.postman("postman");
    let settled = Arc::clone(&postman.changed);
    let broken = Arc::new(AtomicBool::new(true));
    let breaks = Arc::clone(&broken);
    postman.changed = Arc::new(move || {
        assert!(!breaks.load(Ordering::SeqCst), "a delivery breaks down");
        settled();
    });
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(engine::notices::run(postman, shutdown.clone()));
    receiver.call().await;
    let sending = || {
        let states = engine::services::states();
        states.get("deliveries").copied().unwrap_or_default()
    };
    while sending().panics == 0 {
        tokio::task::yield_now().await;
    }
    broken.store(false, Ordering::SeqCst);
    instance.halt_a_job().await;
    instance.pass(Duration::ZERO);
    receiver.call().await;
    assert_eq!(sending().restarts, 0);
    shutdown.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn a_digest_collects_what_happened_until_its_time() {
    let mut server = SmtpServer::start(&[]).await;
    let instance = Instance::with_mail(&server, None).await;
    instance
        .store
        .set_digest_minute(instance.namespace, instance.person, Some(8 * 60))
        .await
        .unwrap();
    for _ in 0..3 {
        instance.halt_a_job().await;
    }
    instance
        .deliver_until(async |instance| {
            let waiting = instance.deliveries(DeliveryState::Waiting).await;
            waiting.iter().any(|digest| digest.notices.len() == 3)
        })
        .await;
    // From a quarter to three in the afternoon to eight in the morning.
    instance.pass(Duration::from_mins(17 * 60 + 15));
    instance
        .deliver_until(async |instance| !instance.deliveries(DeliveryState::Sent).await.is_empty())
        .await;
    assert_eq!(
        header(&server.letter().await, "Subject"),
        "3 notices from Main"
    );
}

/// How many notices the letters tell that wait, and after how many seconds from `begun` each goes.
async fn letters(instance: &Instance, begun: Timestamp) -> Vec<(usize, i64)> {
    let waiting = instance.deliveries(DeliveryState::Waiting).await;
    let letter = |letter: &Delivery| (letter.notices.len(), (letter.due_at.0 - begun.0) / 1000);
    waiting.iter().map(letter).collect()
}

#[tokio::test]
async fn thirty_runs_that_end_alike_are_one_letter() {
    let mut server = SmtpServer::start(&[]).await;
    let instance = Instance::with_mail(&server, None).await;
    instance
        .subscribe(&[NoticeEvent::RunPartiallyCompleted])
        .await;
    let (begun, job) = (instance.now(), JobId(Uuid::now_v7()));
    let mut runs = Vec::new();
    for number in 1..=30 {
        let file = format!("people-{number}.csv");
        runs.push(instance.end_a_run(job, &file, None).await);
        // One that is stopped and begun anew between them adds to the same letter.
        instance
            .deliver_until(async |instance| {
                let waiting = letters(instance, begun).await;
                waiting.iter().map(|(count, _)| count).sum::<usize>() == number
            })
            .await;
        instance.pass(Duration::from_secs(2));
    }
    assert_eq!(letters(&instance, begun).await, [(30, 118)]);
    instance.pass(Duration::from_mins(1));
    instance
        .deliver_until(async |instance| !instance.deliveries(DeliveryState::Sent).await.is_empty())
        .await;
    let letter = server.letter().await;
    assert_eq!(
        header(&letter, "Subject"),
        "People: 30 runs partially completed"
    );
    let data = letter["data"].as_str().unwrap().replace("=\r\n", "");
    assert!(
        data.contains("270 of 300 records went in, 30 were rejected."),
        "{data}"
    );
    assert!(
        data.contains("people-30.csv: 25 Nov, 14:45, 9 of 10 records imported, 1 rejected"),
        "{data}"
    );
    for run in runs {
        assert!(data.contains(&format!("/n/main/runs/{run}")), "{run}");
    }
    assert_eq!(instance.deliveries(DeliveryState::Sent).await.len(), 1);
}

#[tokio::test]
async fn a_letter_goes_ten_minutes_after_the_first_run_whatever_ends_alike() {
    let server = SmtpServer::start(&[]).await;
    let instance = Instance::with_mail(&server, None).await;
    instance
        .subscribe(&[NoticeEvent::RunPartiallyCompleted])
        .await;
    let (begun, job) = (instance.now(), JobId(Uuid::now_v7()));
    for number in 1..=11 {
        instance.end_a_run(job, "people.csv", None).await;
        instance
            .deliver_until(async |instance| {
                let waiting = letters(instance, begun).await;
                waiting.first().is_some_and(|(count, _)| *count == number)
            })
            .await;
        instance.pass(Duration::from_secs(59));
    }
    assert_eq!(letters(&instance, begun).await, [(11, 600)]);
}

#[tokio::test]
async fn a_failure_waits_a_minute_a_halted_job_not_at_all_and_a_webhook_gets_each() {
    let server = SmtpServer::start(&[]).await;
    let mut receiver = Receiver::start(StatusCode::OK).await;
    let instance = Instance::with_mail(&server, None).await;
    instance
        .subscribe(&[NoticeEvent::RunFailed, NoticeEvent::JobHalted])
        .await;
    instance
        .add_webhook_for(&receiver.url, &[NoticeEvent::RunFailed])
        .await;
    let (begun, job) = (instance.now(), JobId(Uuid::now_v7()));
    for reason in [Reason::EmptyFile, Reason::FileStillGrowing] {
        instance.end_a_run(job, "people.csv", Some(reason)).await;
        instance
            .deliver_until(async |instance| {
                let waiting = letters(instance, begun).await;
                let sent = instance.deliveries(DeliveryState::Sent).await;
                sent.len() == waiting.iter().map(|(count, _)| count).sum::<usize>()
                    && waiting.len() == 1
                    && sent.len() == if instance.now() == begun { 1 } else { 2 }
            })
            .await;
        receiver.call().await;
        instance.pass(Duration::from_secs(50));
    }
    assert_eq!(letters(&instance, begun).await, [(2, 60)]);
    instance.halt_a_job().await;
    instance
        .deliver_until(async |instance| instance.deliveries(DeliveryState::Sent).await.len() == 4)
        .await;
    assert!(!receiver.called_again());
}

#[tokio::test]
async fn a_digest_names_runs_that_ended_alike_together() {
    let mut server = SmtpServer::start(&[]).await;
    let instance = Instance::with_mail(&server, None).await;
    instance
        .store
        .set_digest_minute(instance.namespace, instance.person, Some(8 * 60))
        .await
        .unwrap();
    instance
        .subscribe(&[NoticeEvent::RunPartiallyCompleted, NoticeEvent::JobHalted])
        .await;
    let job = JobId(Uuid::now_v7());
    instance.end_a_run(job, "a.csv", None).await;
    instance.halt_a_job().await;
    instance.end_a_run(job, "b.csv", None).await;
    instance
        .deliver_until(async |instance| {
            letters(instance, instance.now())
                .await
                .first()
                .is_some_and(|(count, _)| *count == 3)
        })
        .await;
    instance.pass(Duration::from_mins(17 * 60 + 15));
    instance
        .deliver_until(async |instance| !instance.deliveries(DeliveryState::Sent).await.is_empty())
        .await;
    let letter = server.letter().await;
    assert_eq!(header(&letter, "Subject"), "3 notices from Main");
    let data = letter["data"].as_str().unwrap();
    assert!(
        data.contains("People: 2 runs partially completed"),
        "{data}"
    );
}

#[tokio::test]
async fn a_webhook_is_signed_and_names_its_key() {
    let mut receiver = Receiver::start(StatusCode::NO_CONTENT).await;
    let instance = Instance::new().await;
    instance.add_webhook(&receiver.url).await;
    instance.halt_a_job().await;
    let delivery = instance.first_attempt().await;
    assert_eq!(delivery.state, DeliveryState::Sent);
    let call = receiver.call().await;
    let body: Value = serde_json::from_slice(&call.body).unwrap();
    assert_eq!(body["type"], "job_halted");
    assert_eq!(body["id"], delivery.id.to_string());
    assert_eq!(body["run"]["reason"], "dataset_changed");
    assert_eq!(body["at"], "2026-11-25T13:45:00Z");
    assert_eq!(call.header("webhook-id"), delivery.id.to_string());
    let timestamp = call.header("webhook-timestamp");
    assert_eq!(timestamp, (instance.now().0 / 1000).to_string());
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&KEY).unwrap();
    mac.update(format!("{}.{timestamp}.", delivery.id).as_bytes());
    mac.update(&call.body);
    let code = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    assert_eq!(call.header("webhook-signature"), format!("v1,{code}"));
}

#[tokio::test]
async fn a_webhook_that_fails_is_called_again_under_the_same_key() {
    let mut receiver = Receiver::start(StatusCode::SERVICE_UNAVAILABLE).await;
    let instance = Instance::new().await;
    instance.add_webhook(&receiver.url).await;
    instance.halt_a_job().await;
    let delivery = instance.first_attempt().await;
    assert!(delivery.error.unwrap().contains("503"));
    let first = receiver.call().await;
    assert!(!receiver.called_again());
    instance.pass(Duration::from_secs(31));
    instance
        .deliver_until(async |instance| {
            instance.deliveries(DeliveryState::Waiting).await[0].attempts == 2
        })
        .await;
    let second = receiver.call().await;
    assert_eq!(first.header("webhook-id"), second.header("webhook-id"));
    assert_eq!(first.body, second.body);
    assert_ne!(
        first.header("webhook-signature"),
        second.header("webhook-signature"),
        "the time is signed too"
    );
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let mut receiver = Receiver::start(StatusCode::TEMPORARY_REDIRECT).await;
    let instance = Instance::new().await;
    instance.add_webhook(&receiver.url).await;
    instance.halt_a_job().await;
    let delivery = instance.first_attempt().await;
    assert!(delivery.error.unwrap().contains("redirect"));
    assert_eq!(receiver.call().await.path, "/hook");
    assert!(!receiver.called_again());
}

#[tokio::test]
async fn private_addresses_are_not_called_unless_the_operator_allows_it() {
    let mut receiver = Receiver::start(StatusCode::OK).await;
    let port = receiver.url.rsplit(':').next().unwrap().to_owned();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"] {
        let mut instance = Instance::new().await;
        instance.allow_private = false;
        instance
            .add_webhook(&format!("https://{host}:{port}"))
            .await;
        instance.halt_a_job().await;
        let delivery = instance.first_attempt().await;
        assert_eq!(delivery.state, DeliveryState::Dead, "{host}");
        assert!(
            delivery.error.unwrap().contains("private network"),
            "{host}"
        );
    }
    assert!(!receiver.called_again());
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn logs_and_stored_errors_hold_no_secret_and_no_address() {
    let log = Log::default();
    let lines = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || lines.clone())
        .finish();
    // Everything of this test runs on its own thread.
    let _subscribed = tracing::subscriber::set_default(subscriber);
    let login = login();
    for (options, password) in [
        (&["--login", &login][..], PASSWORD),
        (&["--login", "weir:another"], PASSWORD),
        (&["--login", &login, "--refuse", ADDRESS], PASSWORD),
    ] {
        let server = SmtpServer::start(options).await;
        let receiver = Receiver::start(StatusCode::SERVICE_UNAVAILABLE).await;
        let instance = Instance::with_mail(&server, Some(password)).await;
        instance
            .add_webhook(&format!("{}?token=planted-token", receiver.url))
            .await;
        instance.halt_a_job().await;
        let attempted = async |instance: &Instance| {
            let mut all = Vec::new();
            for state in DeliveryState::ALL {
                all.extend(instance.deliveries(*state).await);
            }
            let ended = all
                .iter()
                .filter(|it| it.ended_at.is_some() || it.error.is_some());
            (ended.count() == 2).then_some(all)
        };
        instance
            .deliver_until(async |instance| attempted(instance).await.is_some())
            .await;
        for delivery in attempted(&instance).await.unwrap() {
            let error = delivery.error.unwrap_or_default();
            assert!(!error.contains("planted"), "{error}");
        }
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("delivered"), "the log is looked at: {log}");
    for secret in [
        PASSWORD,
        "planted-token",
        "planted-webhook-key",
        ADDRESS,
        "Lovelace",
        "Kunden",
    ] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    let encoded = base64::engine::general_purpose::STANDARD.encode(KEY);
    assert!(!log.contains(&encoded));
}
