//! Sending over SMTP.

use std::fmt::Write as _;
use std::time::Duration;

use domain::name::is_hidden;
use domain::notice::Outcome;
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, AsyncSmtpTransport};
use lettre::{Address, AsyncTransport as _, Tokio1Executor};
use tokio::time::timeout;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// From connecting to the last answer of the server: the transport itself waits for answers without an end. Well below the
/// lease of a delivery.
const TIMEOUT: Duration = Duration::from_mins(1);
const NO_ANSWER: &str = "The mail server did not answer in time.";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte, usually on port 465.
    Tls,
    /// Plain at first, TLS before anything is said; usually on port 587. A server that cannot is not spoken to.
    StartTls,
    /// For a server on the same machine.
    Plain,
}

/// Where letters are handed in.
#[derive(Clone)]
pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// User name and password.
    pub login: Option<(String, String)>,
    /// `weir@example.org` or `Weir <weir@example.org>`.
    pub from: String,
    /// How this machine calls itself; also the right half of message ids.
    pub own_name: String,
}

#[derive(Debug, thiserror::Error)]
pub enum SmtpProblem {
    #[error("`{from}` is no sender: write it as `weir@example.org` or `Weir <weir@example.org>`")]
    Sender { from: String },
    #[error("TLS cannot be set up")]
    Tls(#[source] smtp::Error),
}

/// A letter that is ready to go.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its idempotency key: the left half of the message id.
    pub key: String,
    pub to_name: String,
    pub to_address: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    own_name: String,
    timeout: Duration,
}

impl Mailer {
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpProblem> {
        let from = settings.from.parse().map_err(|_| SmtpProblem::Sender {
            from: settings.from.clone(),
        })?;
        let parameters = || {
            TlsParameters::builder(settings.host.clone())
                .certificate_store(CertificateStore::Default)
                .build_rustls()
                .map_err(SmtpProblem::Tls)
        };
        let tls = match settings.security {
            Security::Tls => Tls::Wrapper(parameters()?),
            Security::StartTls => Tls::Required(parameters()?),
            Security::Plain => Tls::None,
        };
        let mut transport =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.clone())
                .port(settings.port)
                .tls(tls)
                .timeout(Some(CONNECT_TIMEOUT))
                .hello_name(ClientId::Domain(settings.own_name.clone()));
        if let Some((user, password)) = settings.login {
            transport = transport.credentials(Credentials::new(user, password));
        }
        Ok(Self {
            transport: transport.build(),
            from,
            own_name: settings.own_name,
            timeout: TIMEOUT,
        })
    }

    /// For sending one letter.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    pub async fn send(&self, mail: Mail) -> Outcome {
        let message = match self.message(mail) {
            Ok(message) => message,
            Err(error) => return Outcome::Refused { error },
        };
        match timeout(self.timeout, self.transport.send(message)).await {
            Ok(Ok(_)) => Outcome::Delivered,
            Ok(Err(error)) => outcome(&error),
            Err(_) => Outcome::Failed {
                error: NO_ANSWER.to_owned(),
            },
        }
    }

    fn message(&self, mail: Mail) -> Result<Message, String> {
        let address: Address = mail
            .to_address
            .parse()
            .map_err(|_| "The mail program cannot write to this address.".to_owned())?;
        let to = Mailbox::new(Some(one_line(&mail.to_name)), address);
        // The builder panics where this fails.
        write!(String::new(), "{to}")
            .map_err(|_| "The mail program cannot write the name of this person.".to_owned())?;
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(one_line(&mail.subject))
            .message_id(Some(format!("<{}@{}>", mail.key, self.own_name)))
            .multipart(MultiPart::alternative_plain_html(mail.text, mail.html))
            .map_err(|error| format!("The letter could not be written: {error}."))
    }
}

/// RFC 5321, section 4.2.1: 5xx means that the same will not work again. What is wrong with the login is not the letter's
/// fault, and passes when it is set right.
fn outcome(error: &smtp::Error) -> Outcome {
    let code = error.status().map(u16::from);
    let is_login = matches!(code, Some(530 | 534 | 535 | 538));
    let text = match code {
        Some(code) if is_login => {
            format!("The mail server refused Weir's login (code {code}). Tell your operator.")
        }
        Some(code) if error.is_permanent() => {
            format!("The mail server refused the letter: {}", reply(error, code))
        }
        Some(code) => format!("The mail server asks to try later: {}", reply(error, code)),
        None if error.is_timeout() => NO_ANSWER.to_owned(),
        None if error.is_tls() => {
            "The mail server's certificate or its encryption does not hold.".to_owned()
        }
        None => "The mail server could not be reached, or it broke off.".to_owned(),
    };
    if error.is_permanent() && !is_login {
        Outcome::Refused { error: text }
    } else {
        Outcome::Failed { error: text }
    }
}

/// What the server said, on one line of bounded length.
fn reply(error: &smtp::Error, code: u16) -> String {
    use std::error::Error as _;
    const CHARACTERS: usize = 300;
    let said = error.source().map(ToString::to_string).unwrap_or_default();
    let said: String = one_line(&said).chars().take(CHARACTERS).collect();
    format!("{code} {said}")
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|character| if is_hidden(character) { ' ' } else { character })
        .collect()
}

impl std::fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("login", &self.login.as_ref().map(|_| "***"))
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer").finish_non_exhaustive()
    }
}

/// Without what it says and to whom.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    fn mailer(port: u16) -> Mailer {
        let settings = SmtpSettings {
            host: "127.0.0.1".to_owned(),
            port,
            security: Security::Plain,
            login: None,
            from: "weir@example.org".to_owned(),
            own_name: "weir.example.org".to_owned(),
        };
        Mailer::new(settings)
            .unwrap()
            .with_timeout(Duration::from_millis(50))
    }

    fn mail(to_name: &str) -> Mail {
        Mail {
            key: "1".to_owned(),
            to_name: to_name.to_owned(),
            to_address: "ada@example.org".to_owned(),
            subject: to_name.to_owned(),
            text: String::new(),
            html: String::new(),
        }
    }

    #[tokio::test]
    async fn no_name_keeps_a_letter_from_being_written() {
        for name in [
            "Ada",
            "First\nSecond",
            "First\r\nBcc: all@example.org",
            "a\0b\u{7F}\u{85}",
            "\u{202E}ada\u{2028}",
            "\"quoted\" \\ <x@y>",
            "\n",
            "",
        ] {
            let message = mailer(25).message(mail(name)).unwrap();
            let written = String::from_utf8(message.formatted()).unwrap();
            let head = written.split("\r\n\r\n").next().unwrap();
            assert!(!head.contains("\r\nBcc"), "{head}");
        }
    }

    #[tokio::test]
    async fn a_server_that_accepts_and_says_nothing_is_tried_again() {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mailer = mailer(silent.local_addr().unwrap().port());
        assert_eq!(
            mailer.send(mail("Ada")).await,
            Outcome::Failed {
                error: NO_ANSWER.to_owned()
            }
        );
    }
}
