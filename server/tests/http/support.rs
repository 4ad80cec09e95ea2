//! An instance of its own for each test, in a folder that goes with it, with a clock that the test moves.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::Response;
use domain::id::{ActivityId, NamespaceId, PersonId};
use domain::role::Role;
use domain::time::Timestamp;
use http_body_util::BodyExt as _;
use operations::context::{Clock, Context};
use operations::links::{self, AcceptLink};
use operations::token::Token;
use serde_json::Value;
use store::activity::NewActivity;
use store::namespaces::NewNamespace;
use store::people::NewPerson;
use store::sessions::NewSession;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use weir_server::config::{Config, Options};
use weir_server::http::health::Health;
use weir_server::http::{AppState, ConnectionLimits, router};
use weir_server::wiring::{self, Connectors};

pub const ORIGIN: &str = "http://weir.test";
pub const PASSWORD: &str = "correct horse battery";
/// Far more than the slowest answer takes on a busy machine.
const ANSWERED_WITHIN: Duration = Duration::from_mins(1);
/// 2026-11-24T00:00:00Z.
const START: i64 = 1_795_478_400_000;

/// Server functions that take what a form sends.
const FORMS: [&str; 4] = [
    "add_member",
    "change_namespace",
    "create_namespace",
    "appoint_owner",
];

pub struct App {
    pub context: Context,
    pub clock: Arc<TestClock>,
    pub stopping: CancellationToken,
    /// What the disk says that it has left.
    pub free_bytes: Arc<AtomicU64>,
    config: Config,
    router: Router,
    /// Removed when the test ends.
    folder: TempDir,
}

pub struct TestClock(AtomicI64);

/// A signed-in browser.
#[derive(Clone, Debug)]
pub struct Session {
    pub person: PersonId,
    pub cookie: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl App {
    pub async fn start() -> Self {
        Self::start_with(ORIGIN, Options::default()).await
    }

    pub async fn start_with(public_url: &str, options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let inbox = folder.path().join("inbox");
        fs::create_dir(&inbox).unwrap();
        let options = Options {
            data_folder: Some(folder.path().to_owned()),
            public_url: Some(public_url.to_owned()),
            folders: vec![
                format!("inbox={}", inbox.display()),
                format!("stranger/private={}", inbox.display()),
            ],
            ..options
        };
        let config = Config::load(options).unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(START)));
        Self::open_folder(folder, config, clock).await
    }

    /// What a start with these options is refused with.
    pub async fn refused(options: Options) -> String {
        let config = Config::load(options).unwrap();
        wiring::open(&config).await.err().unwrap().to_string()
    }

    /// As after a restart: nothing that was only in memory is left.
    pub async fn restarted(self) -> Self {
        self.context.store.close().await.unwrap();
        Self::open_folder(self.folder, self.config, self.clock).await
    }

    async fn open_folder(folder: TempDir, config: Config, clock: Arc<TestClock>) -> Self {
        let mut context = wiring::open(&config).await.unwrap();
        context.clock = clock.clone();
        let free_bytes = Arc::new(AtomicU64::new(u64::MAX));
        context.free_bytes = {
            let free_bytes = free_bytes.clone();
            Arc::new(move || Ok(free_bytes.load(Ordering::SeqCst)))
        };
        let stopping = CancellationToken::new();
        Self {
            router: router(state(&context, &config, &stopping)),
            context,
            clock,
            stopping,
            free_bytes,
            config,
            folder,
        }
    }

    /// As if the clean-up had found so many files that nobody knows and removed none.
    pub fn with_strays(mut self, strays: fn() -> u64) -> Self {
        self.context.strays = strays;
        self.router = router(state(&self.context, &self.config, &self.stopping));
        self
    }

    pub fn start_worker(&self) {
        let connectors = Connectors::embedded(&self.context.folder);
        // It ends with the test's runtime.
        drop(wiring::start_worker(
            &self.config,
            &self.context,
            connectors,
            self.stopping.clone(),
        ));
    }

    /// Over real connections, until `stopping`.
    pub async fn serve(&self, limits: ConnectionLimits) -> (SocketAddr, JoinHandle<()>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = self.router.clone();
        let serving = weir_server::http::serve(listener, router, limits, self.stopping.clone());
        (address, tokio::spawn(serving))
    }

    pub fn data_folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where jobs of `main` may take files from, as `inbox`; jobs of `stranger` also as `private`.
    pub fn inbox(&self) -> PathBuf {
        self.folder.path().join("inbox")
    }

    /// The first person, ada@example.org with [`PASSWORD`], operator and owner of the namespace `main`.
    pub async fn first_person(&self) -> Session {
        let link = links::create_first_link(&self.context)
            .await
            .unwrap()
            .unwrap();
        let input = AcceptLink {
            token: link.reveal(),
            email: "ada@example.org".to_owned(),
            name: "Ada".to_owned(),
            password: PASSWORD.to_owned(),
            address: "192.0.2.1".to_owned(),
            previous: None,
        };
        let signed_in = links::accept(&self.context, input).await.unwrap();
        let person = self
            .context
            .store
            .person_by_email("ada@example.org")
            .await
            .unwrap()
            .unwrap();
        Session {
            person: person.id,
            cookie: format!("weir_session={}", signed_in.token.reveal()),
        }
    }

    /// A signed-in person without a password, who is a member of `main` in this role.
    pub async fn member(&self, name: &str, role: Role) -> Session {
        let session = self.stranger(name).await;
        let main = self.context.store.namespace_by_slug("main").await.unwrap();
        let now = self.context.now();
        let entry = NewActivity {
            id: ActivityId(self.context.ids.next()),
            job: None,
            run: None,
            person: None,
            address: None,
            kind: "member_added".to_owned(),
            detail: String::new(),
            of_instance: false,
        };
        self.context
            .store
            .add_member(main.id, session.person, role, vec![entry], now)
            .await
            .unwrap();
        session
    }

    /// A signed-in person who owns a namespace of their own, called as they are.
    pub async fn owner_of_another(&self, name: &str) -> Session {
        let session = self.stranger(name).await;
        let namespace = NewNamespace {
            id: NamespaceId(self.context.ids.next()),
            slug: name.to_owned(),
            name: name.to_owned(),
            time_zone: "UTC".to_owned(),
            monthly_row_limit: 1000,
        };
        let now = self.context.now();
        self.context
            .store
            .create_namespace(namespace, session.person, now)
            .await
            .unwrap();
        session
    }

    async fn stranger(&self, name: &str) -> Session {
        let person = PersonId(self.context.ids.next());
        let now = self.context.now();
        let new = NewPerson {
            id: person,
            email: format!("{name}@example.org"),
            name: name.to_owned(),
            operator: false,
            password_hash: None,
        };
        self.context.store.create_person(new, now).await.unwrap();
        let token = Token::random(self.context.randomness.as_ref());
        let session = NewSession {
            token_hash: token.digest(),
            person,
            expires_at: now.plus_seconds(60 * 60),
            in_place_of: None,
        };
        self.context
            .store
            .create_session(session, Vec::new(), now)
            .await
            .unwrap();
        Session {
            person,
            cookie: format!("weir_session={}", token.reveal()),
        }
    }

    pub async fn get(&self, path: &str, session: Option<&Session>) -> Answer {
        self.send(request(Method::GET, path, session, Body::empty()))
            .await
    }

    /// Calls a server function as the pages do.
    pub async fn call(&self, function: &str, session: Option<&Session>, input: &Value) -> Answer {
        if FORMS.contains(&function) {
            let fields = input.as_object().unwrap();
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
                .collect();
            let mut request = form_request(&format!("/ui/{function}"), session, &fields);
            request.headers_mut().remove(header::ACCEPT);
            return self.send(request).await;
        }
        self.post_json(&format!("/ui/{function}"), session, input)
            .await
    }

    pub async fn post_json(&self, path: &str, session: Option<&Session>, input: &Value) -> Answer {
        let mut request = request(Method::POST, path, session, Body::from(input.to_string()));
        let json = "application/json".parse().unwrap();
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        self.send(request).await
    }

    /// Posts a form as a browser without JavaScript does.
    pub async fn post_form(
        &self,
        path: &str,
        session: Option<&Session>,
        form: &[(&str, &str)],
    ) -> Answer {
        self.send(form_request(path, session, form)).await
    }

    pub async fn put_chunk(
        &self,
        path: &str,
        session: &Session,
        offset: u64,
        chunk: &[u8],
    ) -> Answer {
        let mut request = request(Method::PUT, path, Some(session), Body::from(chunk.to_vec()));
        request.headers_mut().insert("upload-offset", offset.into());
        self.send(request).await
    }

    /// The answer with its whole body. Whatever is never answered fails its test instead of holding up all of them.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let asked = format!("{} {}", request.method(), request.uri());
        let patience = |part| format!("{asked}: no {part} within {ANSWERED_WITHIN:?}");
        let response = timeout(ANSWERED_WITHIN, self.open(request))
            .await
            .unwrap_or_else(|_| panic!("{}", patience("answer")));
        let (parts, body) = response.into_parts();
        let body = timeout(ANSWERED_WITHIN, body.collect())
            .await
            .unwrap_or_else(|_| panic!("{}", patience("whole body")))
            .unwrap()
            .to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// The answer whose body is still to come.
    pub async fn open(&self, mut request: Request<Body>) -> Response {
        let peer = SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 40_000));
        if request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .is_none()
        {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Looks at once, and again whenever something has changed.
    pub async fn until(&self, is_so: impl AsyncFn() -> bool) {
        let mut changes = self.context.changes.listen();
        while !is_so().await {
            changes.changed().await.unwrap();
        }
    }

    /// A whole upload of the bytes; its id.
    pub async fn upload(&self, session: &Session, file_name: &str, bytes: &[u8]) -> String {
        let new = serde_json::json!({ "file_name": file_name, "bytes": bytes.len() });
        let created = self.post_json("/n/main/uploads", Some(session), &new).await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
        let id = created.json()["id"].as_str().unwrap().to_owned();
        let path = format!("/n/main/uploads/{id}");
        let sent = self.put_chunk(&path, session, 0, bytes).await;
        assert_eq!(sent.json()["complete"], true, "{}", sent.text());
        id
    }
}

fn state(context: &Context, config: &Config, stopping: &CancellationToken) -> AppState {
    let mut state = AppState::new(
        context.clone(),
        config.public_url.clone().unwrap(),
        config.trust_proxy,
        stopping.clone(),
    )
    .with_metrics_token(config.metrics_token.clone());
    // Each question is answered anew.
    state.health = Health::new(
        context.store.clone(),
        context.folder.clone(),
        Duration::ZERO,
    );
    state
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The session's cookie where it sets one, as a browser sends it back.
    pub fn cookie(&self) -> Option<String> {
        self.set_cookie("weir_session")
    }

    pub fn set_cookie(&self, name: &str) -> Option<String> {
        self.headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
            .find(|cookie| cookie.starts_with(&format!("{name}=")))
            .map(str::to_owned)
    }
}

/// With the headers of a page of this site.
pub fn request(method: Method, path: &str, session: Option<&Session>, body: Body) -> Request<Body> {
    let mut builder = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "weir.test")
        .header(header::ORIGIN, ORIGIN);
    if let Some(session) = session {
        builder = builder.header(header::COOKIE, &session.cookie);
    }
    builder.body(body).unwrap()
}

pub fn form_request(path: &str, session: Option<&Session>, form: &[(&str, &str)]) -> Request<Body> {
    let body: Vec<_> = form
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    let mut request = request(Method::POST, path, session, Body::from(body.join("&")));
    let headers = request.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        "application/x-www-form-urlencoded".parse().unwrap(),
    );
    headers.insert(header::ACCEPT, "text/html".parse().unwrap());
    headers.insert(
        header::REFERER,
        format!("{ORIGIN}/sign-in").parse().unwrap(),
    );
    request
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

impl TestClock {
    pub fn advance_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}
