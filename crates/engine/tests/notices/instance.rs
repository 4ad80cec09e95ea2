//! An instance with one member, whose clock tests move, and the servers that it delivers to.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use domain::counts::Counts;
use domain::id::{DeliveryId, JobId, NamespaceId, NoticeId, PersonId, RunId, WebhookId};
use domain::job::JobStatus;
use domain::notice::{Announcement, DeliveryState, Happening, NoticeEvent, RunEnded, Subscriber};
use domain::reason::Reason;
use domain::run::RunStatus;
use domain::time::Timestamp;
use engine::notices::{Postman, PostmanSettings};
use notifiers::mail::{Mailer, Security, SmtpSettings};
use notifiers::webhook::WebhookSender;
use serde_json::Value;
use store::Store;
use store::namespaces::NewNamespace;
use store::notices::{Delivery, NewNotice, NewWebhook, Webhook};
use store::people::NewPerson;
use store::secrets::SealingKey;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub const LEASE: Duration = Duration::from_mins(2);
pub const ADDRESS: &str = "ada@example.org";
pub const PASSWORD: &str = "planted-smtp-password";
pub const KEY: [u8; 32] = *b"planted-webhook-key-0123456789ab";
const SEALING_KEY: SealingKey = SealingKey::new([3; 32]);

pub struct Instance {
    _folder: TempDir,
    pub store: Store,
    pub namespace: NamespaceId,
    pub person: PersonId,
    now: Arc<AtomicI64>,
    changes: Arc<watch::Sender<u64>>,
    pub mailer: Option<Mailer>,
    pub allow_private: bool,
}

impl Instance {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!(
            "sqlite://{}?mode=rwc",
            folder.path().join("weir.sqlite").display()
        );
        let store = Store::connect(&url).await.unwrap();
        store.migrate().await.unwrap();
        let instance = Self {
            _folder: folder,
            store,
            namespace: NamespaceId(Uuid::now_v7()),
            person: PersonId(Uuid::now_v7()),
            // 2026-11-25T13:45:00Z
            now: Arc::new(AtomicI64::new(1_795_614_300_000)),
            changes: Arc::new(watch::Sender::new(0)),
            mailer: None,
            allow_private: true,
        };
        let person = NewPerson {
            id: instance.person,
            email: ADDRESS.into(),
            name: "Ada Lovelace".into(),
            operator: true,
            password_hash: None,
        };
        instance
            .store
            .create_person(person, instance.now())
            .await
            .unwrap();
        let namespace = NewNamespace {
            id: instance.namespace,
            slug: "main".into(),
            name: "Main".into(),
            time_zone: "Europe/Berlin".into(),
            monthly_row_limit: 10_000_000,
        };
        instance
            .store
            .create_namespace(namespace, instance.person, instance.now())
            .await
            .unwrap();
        instance
    }

    pub async fn with_mail(server: &SmtpServer, login: Option<&str>) -> Self {
        Self {
            mailer: Some(server.mailer(login, Security::Plain)),
            ..Self::new().await
        }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst))
    }

    pub fn pass(&self, time: Duration) {
        let milliseconds = i64::try_from(time.as_millis()).unwrap();
        self.now.fetch_add(milliseconds, Ordering::SeqCst);
        self.changes.send_modify(|changes| *changes += 1);
    }

    /// A job is halted, of which owners hear unless they say otherwise.
    pub async fn halt_a_job(&self) -> NoticeId {
        let id = NoticeId(Uuid::now_v7());
        let notice = NewNotice {
            id,
            job: None,
            run: None,
            announcements: vec![Announcement {
                event: NoticeEvent::JobHalted,
                audience: vec![NoticeEvent::JobHalted],
            }],
            happening: Happening::RunEnded(RunEnded {
                job_name: "Kunden <Köln>".parse().unwrap(),
                job_status: JobStatus::Halted,
                status: RunStatus::Halted,
                attempt: 6,
                attempts: 6,
                counts: Counts::default(),
                reason: Some(Reason::DatasetChanged),
                rerun_at: None,
                corrections: false,
                recovered: false,
                file_name: None,
            }),
        };
        self.store
            .add_notice(self.namespace, notice, self.now())
            .await
            .unwrap();
        self.changes.send_modify(|changes| *changes += 1);
        id
    }

    /// A run of the job ends: 9 of 10 records of a file go in, or it fails for a reason.
    pub async fn end_a_run(&self, job: JobId, file: &str, reason: Option<Reason>) -> RunId {
        let run = RunId(Uuid::now_v7());
        let (event, status) = match &reason {
            Some(_) => (NoticeEvent::RunFailed, RunStatus::Failed),
            None => (
                NoticeEvent::RunPartiallyCompleted,
                RunStatus::PartiallyCompleted,
            ),
        };
        let notice = NewNotice {
            id: NoticeId(Uuid::now_v7()),
            job: Some(job),
            run: Some(run),
            announcements: vec![Announcement {
                event,
                audience: vec![event],
            }],
            happening: Happening::RunEnded(RunEnded {
                job_name: "People".parse().unwrap(),
                job_status: JobStatus::Active,
                status,
                attempt: 1,
                attempts: 6,
                counts: Counts {
                    seen: 10,
                    imported: 9,
                    rejected: 1,
                },
                reason,
                rerun_at: None,
                corrections: false,
                recovered: false,
                file_name: Some(file.to_owned()),
            }),
        };
        self.store
            .add_notice(self.namespace, notice, self.now())
            .await
            .unwrap();
        self.changes.send_modify(|changes| *changes += 1);
        run
    }

    /// The member chooses what they hear of.
    pub async fn subscribe(&self, events: &[NoticeEvent]) {
        let (me, events) = (
            Subscriber::Person(self.person),
            events.iter().copied().collect(),
        );
        self.store
            .set_subscription(
                self.namespace,
                me,
                None,
                Some(events),
                Vec::new(),
                self.now(),
            )
            .await
            .unwrap();
    }

    pub async fn add_webhook(&self, url: &str) -> WebhookId {
        self.add_webhook_for(url, &[NoticeEvent::JobHalted]).await
    }

    pub async fn add_webhook_for(&self, url: &str, events: &[NoticeEvent]) -> WebhookId {
        let id = WebhookId(Uuid::now_v7());
        let place = Webhook::place(self.namespace, id);
        let new = NewWebhook {
            id,
            url: url.to_owned(),
            key: SEALING_KEY.seal(&place, &KEY, [5; 24]),
            created_by: self.person,
        };
        let events: BTreeSet<NoticeEvent> = events.iter().copied().collect();
        self.store
            .create_webhook(self.namespace, new, events, Vec::new(), self.now())
            .await
            .unwrap();
        id
    }

    pub fn start_postman(&self, name: &str) -> (CancellationToken, JoinHandle<()>) {
        let shutdown = CancellationToken::new();
        let running = engine::notices::run(self.postman(name), shutdown.clone());
        (shutdown, tokio::spawn(running))
    }

    pub fn postman(&self, name: &str) -> Postman {
        let (now, changes) = (Arc::clone(&self.now), Arc::clone(&self.changes));
        let mut settings = PostmanSettings::new(name.to_owned());
        settings.lease = LEASE;
        Postman {
            store: self.store.clone(),
            mailer: self.mailer.clone(),
            webhooks: WebhookSender::new(self.allow_private),
            sealing_key: SEALING_KEY,
            public_url: "https://weir.example.org".into(),
            now: Arc::new(move || Timestamp(now.load(Ordering::SeqCst))),
            new_id: Arc::new(Uuid::now_v7),
            changed: Arc::new(move || changes.send_modify(|changes| *changes += 1)),
            wake: self.changes.subscribe(),
            settings,
        }
    }

    /// Lets a postman work until `enough` says so, then stops it in good order.
    pub async fn deliver_until(&self, enough: impl AsyncFn(&Self) -> bool) {
        let mut changed = self.changes.subscribe();
        let (shutdown, postman) = self.start_postman("postman");
        while !enough(self).await {
            changed.changed().await.unwrap();
        }
        shutdown.cancel();
        postman.await.unwrap();
    }

    pub async fn deliveries(&self, state: DeliveryState) -> Vec<Delivery> {
        self.store
            .deliveries(self.namespace, state, 10)
            .await
            .unwrap()
    }

    /// The one delivery there is, when an attempt has ended.
    pub async fn first_attempt(&self) -> Delivery {
        self.deliver_until(async |instance| instance.ended_attempt().await.is_some())
            .await;
        self.ended_attempt().await.unwrap()
    }

    async fn ended_attempt(&self) -> Option<Delivery> {
        for state in DeliveryState::ALL {
            let ended = self
                .deliveries(*state)
                .await
                .into_iter()
                .find(|it| it.ended_at.is_some() || it.error.is_some());
            if ended.is_some() {
                return ended;
            }
        }
        None
    }

    pub async fn send_again(&self, id: DeliveryId) {
        self.store
            .send_again(self.namespace, id, self.now())
            .await
            .unwrap();
    }
}

/// The mail server of end2end/servers, in a process of its own.
pub struct SmtpServer {
    _process: Child,
    _input: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    port: u16,
}

impl SmtpServer {
    pub async fn start(options: &[&str]) -> Self {
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../end2end/servers/smtp.mjs"
        );
        let mut process = Command::new("node")
            .arg(script)
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node is there after scripts/setup");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first =
            lines.next_line().await.unwrap().expect(
                "the mail server tells its port; its packages are there after scripts/setup",
            );
        let first: Value = serde_json::from_str(&first).unwrap();
        Self {
            port: u16::try_from(first["port"].as_u64().unwrap()).unwrap(),
            _input: process.stdin.take().unwrap(),
            _process: process,
            lines,
        }
    }

    pub fn mailer(&self, login: Option<&str>, security: Security) -> Mailer {
        let login = login.map(|password| ("weir".to_owned(), password.to_owned()));
        let settings = SmtpSettings {
            host: "127.0.0.1".into(),
            port: self.port,
            security,
            login,
            from: "Weir <weir@example.org>".into(),
            own_name: "weir.example.org".into(),
        };
        Mailer::new(settings).unwrap()
    }

    /// Waits for the next one.
    pub async fn letter(&mut self) -> Value {
        let line = self.lines.next_line().await.unwrap().unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

/// What a webhook was called with.
#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

pub struct Receiver {
    pub url: String,
    calls: UnboundedReceiver<Received>,
    _server: JoinHandle<()>,
}

impl Receiver {
    /// Answers `/hook` with the status; one that redirects names `/elsewhere`, which receives too.
    pub async fn start(status: StatusCode) -> Self {
        let (calls, received) = unbounded_channel();
        let handler = move |path: &'static str, status: StatusCode| {
            let calls = calls.clone();
            post(move |headers: HeaderMap, body: Bytes| async move {
                let call = Received {
                    path: path.to_owned(),
                    headers,
                    body: body.to_vec(),
                };
                calls.send(call).unwrap();
                (status, [(header::LOCATION, "/elsewhere")])
            })
        };
        let router = Router::new()
            .route("/hook", handler("/hook", status))
            .route("/elsewhere", handler("/elsewhere", StatusCode::OK));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            calls: received,
            _server: server,
        }
    }

    pub async fn call(&mut self) -> Received {
        self.calls.recv().await.unwrap()
    }

    pub fn called_again(&mut self) -> bool {
        self.calls.try_recv().is_ok()
    }
}
