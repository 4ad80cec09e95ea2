//! One attempt: resolve, check, connect to what was checked, post, look at the status. Redirects are not followed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::notice::Outcome;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, USER_AGENT};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::{WebhookKey, is_public};
use crate::trust;

/// From resolving the name to the status of the answer.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Calls webhooks. Cheap to clone.
#[derive(Clone)]
pub struct WebhookSender {
    tls: TlsConnector,
    allow_private: bool,
}

/// What is posted.
#[derive(Clone)]
pub struct Call {
    pub url: String,
    pub key: WebhookKey,
    /// Its idempotency key.
    pub id: String,
    pub unix_seconds: i64,
    /// JSON.
    pub body: Vec<u8>,
}

impl WebhookSender {
    /// `allow_private`: addresses of the server's own network, and unencrypted ones, may be called.
    pub fn new(allow_private: bool) -> Self {
        Self {
            tls: TlsConnector::from(Arc::new(trust::client_config())),
            allow_private,
        }
    }

    pub async fn send(&self, call: Call) -> Outcome {
        match timeout(TIMEOUT, self.attempt(call)).await {
            Ok(Ok(status)) => outcome(status),
            Ok(Err(outcome)) => outcome,
            Err(_) => failed(format!("No answer within {} seconds.", TIMEOUT.as_secs())),
        }
    }

    async fn attempt(&self, call: Call) -> Result<StatusCode, Outcome> {
        let url = Url::parse(&call.url).map_err(|_| refused("The address is not a URL."))?;
        let is_encrypted = url.scheme() == "https";
        let may_be_plain = self.allow_private && url.scheme() == "http";
        if !is_encrypted && !may_be_plain {
            return Err(refused(
                "Only addresses that begin with https:// are called.",
            ));
        }
        let host = url
            .host()
            .map(|host| host.to_owned())
            .ok_or_else(|| refused("The address names no host."))?;
        let port = url
            .port_or_known_default()
            .ok_or_else(|| refused("The address names no port."))?;
        let stream = self.connect(&host, port).await?;
        let request = request(&url, call)?;
        let status = if is_encrypted {
            let name = match &host {
                Host::Domain(name) => ServerName::try_from(name.clone())
                    .map_err(|_| refused("The host has a name that no certificate can have."))?,
                Host::Ipv4(address) => ServerName::from(std::net::IpAddr::from(*address)),
                Host::Ipv6(address) => ServerName::from(std::net::IpAddr::from(*address)),
            };
            let stream = self
                .tls
                .connect(name, stream)
                .await
                .map_err(|_| failed("The certificate or the encryption does not hold."))?;
            exchange(stream, request).await
        } else {
            exchange(stream, request).await
        };
        status.map_err(|_| failed("The connection broke before there was an answer."))
    }

    /// To an address that was checked: the name is not resolved a second time, when it might mean another.
    async fn connect(&self, host: &Host<String>, port: u16) -> Result<TcpStream, Outcome> {
        let resolved: Vec<SocketAddr> = match host {
            Host::Domain(name) => lookup_host((name.as_str(), port))
                .await
                .map_err(|_| failed("The host's name could not be resolved."))?
                .collect(),
            Host::Ipv4(address) => vec![(*address, port).into()],
            Host::Ipv6(address) => vec![(*address, port).into()],
        };
        let allowed: Vec<_> = resolved
            .into_iter()
            .filter(|address| self.allow_private || is_public(address.ip()))
            .collect();
        if allowed.is_empty() {
            return Err(refused(
                "The address is in a private network, which the operator of Weir has not allowed.",
            ));
        }
        for address in allowed {
            if let Ok(stream) = TcpStream::connect(address).await {
                return Ok(stream);
            }
        }
        Err(failed("Nothing accepts connections at the address."))
    }
}

fn request(url: &Url, call: Call) -> Result<Request<Full<Bytes>>, Outcome> {
    let signature = call.key.sign(&call.id, call.unix_seconds, &call.body);
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    Request::post(path)
        .header(
            HOST,
            url[url::Position::BeforeHost..url::Position::AfterPort].to_owned(),
        )
        .header(USER_AGENT, concat!("weir/", env!("CARGO_PKG_VERSION")))
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", call.id)
        .header("webhook-timestamp", call.unix_seconds)
        .header("webhook-signature", signature)
        .body(Full::new(Bytes::from(call.body)))
        .map_err(|_| refused("The address cannot be put into a request."))
}

/// The body of the answer is not read: nobody looks at it.
async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    request: Request<Full<Bytes>>,
) -> Result<StatusCode, hyper::Error> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let answer = sender.send_request(request).await;
    connection.abort();
    answer.map(|answer| answer.status())
}

fn outcome(status: StatusCode) -> Outcome {
    if status.is_success() {
        return Outcome::Delivered;
    }
    let code = status.as_u16();
    match status {
        StatusCode::GONE => refused("The answer was 410: nobody wants these calls any more."),
        _ if status.is_redirection() => failed(format!(
            "The answer was {code}, a redirect. Redirects are not followed: enter the final address."
        )),
        _ => failed(format!(
            "The answer was {code}; a status from 200 to 299 means received."
        )),
    }
}

fn failed(error: impl Into<String>) -> Outcome {
    Outcome::Failed {
        error: error.into(),
    }
}

fn refused(error: impl Into<String>) -> Outcome {
    Outcome::Refused {
        error: error.into(),
    }
}

impl std::fmt::Debug for WebhookSender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookSender")
            .field("allow_private", &self.allow_private)
            .finish_non_exhaustive()
    }
}

/// Addresses may hold secrets of their own in the path.
impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
