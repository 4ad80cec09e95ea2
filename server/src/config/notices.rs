//! How notices get out: the mail server, webhooks, and the key that stored secrets are encrypted with.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use notifiers::mail::{Security, SmtpSettings};
use serde::Deserialize;

use super::{ConfigError, PublicUrl, invalid};

const LETTER_WAIT_SECONDS: u64 = 60;
/// The longest that a letter waits at all: [`domain::notice::GATHERS_AT_MOST_SECONDS`].
const LETTER_WAIT_SECONDS_AT_MOST: u64 = domain::notice::GATHERS_AT_MOST_SECONDS.unsigned_abs();

/// As given; every value may be missing. In the file they stand in the table `[notices]`.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NoticeOptions {
    /// Mail server that notices are handed in to; without one nothing is told by e-mail.
    #[arg(long, global = true, env = "WEIR_SMTP_HOST", value_name = "HOST")]
    pub smtp_host: Option<String>,
    /// Port of the mail server [default: 587, with `tls` 465, with `none` 25].
    #[arg(long, global = true, env = "WEIR_SMTP_PORT", value_name = "PORT")]
    pub smtp_port: Option<u16>,
    /// How the connection is encrypted; `none` only for a server on this machine [default: starttls].
    #[arg(long, global = true, env = "WEIR_SMTP_SECURITY", value_name = "HOW")]
    pub smtp_security: Option<SmtpSecurity>,
    /// User name at the mail server.
    #[arg(long, global = true, env = "WEIR_SMTP_USER", value_name = "NAME")]
    pub smtp_user: Option<String>,
    /// Password at the mail server. Give it in the environment: other users of the machine see command lines.
    #[arg(
        long,
        global = true,
        env = "WEIR_SMTP_PASSWORD",
        value_name = "PASSWORD",
        hide_env_values = true
    )]
    pub smtp_password: Option<Secret>,
    /// Sender of the letters, such as `Weir <weir@example.org>`.
    #[arg(long, global = true, env = "WEIR_SMTP_FROM", value_name = "ADDRESS")]
    pub smtp_from: Option<String>,
    /// Seconds that a letter waits for more runs of its job that end alike, 0 to 600 [default: 60].
    #[arg(long, global = true, env = "WEIR_LETTER_WAIT", value_name = "SECONDS")]
    pub letter_wait: Option<u64>,
    /// Let webhooks go to private addresses of this network, and unencrypted [default: false].
    #[arg(
        long,
        global = true,
        env = "WEIR_ALLOW_PRIVATE_WEBHOOKS",
        value_name = "BOOLEAN"
    )]
    pub allow_private_webhooks: Option<bool>,
    /// 64 hexadecimal digits; stored secrets are encrypted with them [default: those in the key file].
    #[arg(
        long,
        global = true,
        env = "WEIR_SECRET_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    pub secret_key: Option<Secret>,
    /// File with that key, readable by its owner alone [default: secret.key in the data folder, made at the first start].
    #[arg(long, global = true, env = "WEIR_SECRET_KEY_FILE", value_name = "FILE")]
    pub secret_key_file: Option<PathBuf>,
}

/// Prints as `***`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum SmtpSecurity {
    /// TLS from the first byte.
    Tls,
    /// TLS before anything is said.
    Starttls,
    None,
}

/// Complete and checked.
#[derive(Clone, Debug)]
pub struct NoticeConfig {
    pub smtp: Option<SmtpConfig>,
    pub letter_wait: Duration,
    pub allow_private_webhooks: bool,
    pub secret_key: Option<Secret>,
    pub secret_key_file: Option<PathBuf>,
}

#[derive(Clone, Debug)]
pub struct SmtpConfig {
    host: String,
    port: u16,
    security: Security,
    login: Option<(String, Secret)>,
    from: String,
}

impl NoticeConfig {
    pub(super) fn from_options(
        given: NoticeOptions,
        file: NoticeOptions,
    ) -> Result<Self, ConfigError> {
        let allow_private_webhooks = given
            .allow_private_webhooks
            .or(file.allow_private_webhooks)
            .unwrap_or(false);
        let letter_wait = given.letter_wait.or(file.letter_wait);
        let letter_wait = letter_wait.unwrap_or(LETTER_WAIT_SECONDS);
        if letter_wait > LETTER_WAIT_SECONDS_AT_MOST {
            return Err(invalid(
                "letter_wait",
                "it is a number of seconds from 0 to 600",
            ));
        }
        Ok(Self {
            letter_wait: Duration::from_secs(letter_wait),
            allow_private_webhooks,
            secret_key: given.secret_key.clone().or(file.secret_key.clone()),
            secret_key_file: given
                .secret_key_file
                .clone()
                .or(file.secret_key_file.clone()),
            smtp: SmtpConfig::from_options(given, file)?,
        })
    }
}

impl SmtpConfig {
    fn from_options(
        given: NoticeOptions,
        file: NoticeOptions,
    ) -> Result<Option<Self>, ConfigError> {
        let Some(host) = given.smtp_host.or(file.smtp_host) else {
            return Ok(None);
        };
        let security = match given.smtp_security.or(file.smtp_security) {
            Some(SmtpSecurity::Tls) => Security::Tls,
            Some(SmtpSecurity::Starttls) | None => Security::StartTls,
            Some(SmtpSecurity::None) if is_this_machine(&host) => Security::Plain,
            Some(SmtpSecurity::None) => {
                return Err(invalid(
                    "smtp_security",
                    "`none` is for a mail server on this machine (localhost); choose starttls or tls",
                ));
            }
        };
        let port = given
            .smtp_port
            .or(file.smtp_port)
            .unwrap_or(match security {
                Security::Tls => 465,
                Security::StartTls => 587,
                Security::Plain => 25,
            });
        let from = given.smtp_from.or(file.smtp_from).ok_or_else(|| {
            invalid(
                "smtp_from",
                "a mail server needs a sender, such as weir@example.org",
            )
        })?;
        let login = match (
            given.smtp_user.or(file.smtp_user),
            given.smtp_password.or(file.smtp_password),
        ) {
            (Some(user), Some(password)) => Some((user, password)),
            (None, None) => None,
            (Some(_), None) => return Err(invalid("smtp_password", "it is missing for the user")),
            (None, Some(_)) => {
                return Err(invalid("smtp_user", "it is missing for the password"));
            }
        };
        Ok(Some(Self {
            host,
            port,
            security,
            login,
            from,
        }))
    }

    /// Letters come from the machine that the pages are on.
    pub fn settings(&self, public_url: &PublicUrl) -> SmtpSettings {
        SmtpSettings {
            host: self.host.clone(),
            port: self.port,
            security: self.security,
            login: self
                .login
                .as_ref()
                .map(|(user, password)| (user.clone(), password.reveal().to_owned())),
            from: self.from.clone(),
            own_name: public_url.host().to_owned(),
        }
    }
}

impl Secret {
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_file(text: &str) -> Result<NoticeConfig, String> {
        let file: NoticeOptions = toml::from_str(text).map_err(|error| error.to_string())?;
        NoticeConfig::from_options(NoticeOptions::default(), file)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_mail_server_needs_a_host_a_sender_and_encryption() {
        assert!(from_file("").unwrap().smtp.is_none());
        let smtp = from_file("smtp_host = 'mail.example.org'\nsmtp_from = 'weir@example.org'")
            .unwrap()
            .smtp
            .unwrap();
        assert_eq!((smtp.port, smtp.security), (587, Security::StartTls));
        for (more, name) in [
            ("", "smtp_from"),
            ("smtp_from = 'a@b'\nsmtp_security = 'none'", "smtp_security"),
            ("smtp_from = 'a@b'\nsmtp_user = 'weir'", "smtp_password"),
            ("smtp_from = 'a@b'\nsmtp_password = 'x'", "smtp_user"),
        ] {
            let text = format!("smtp_host = 'mail.example.org'\n{more}");
            assert!(from_file(&text).unwrap_err().contains(name), "{text}");
        }
    }

    #[test]
    fn a_letter_waits_ten_minutes_at_most() {
        for (text, seconds) in [
            ("", Some(60)),
            ("letter_wait = 0", Some(0)),
            ("letter_wait = 600", Some(600)),
            ("letter_wait = 601", None),
        ] {
            let wait = from_file(text).map(|config| config.letter_wait.as_secs());
            assert_eq!(wait.ok(), seconds, "{text}");
        }
    }

    #[test]
    fn only_this_machine_is_spoken_to_without_encryption() {
        for (host, allowed) in [
            ("localhost", true),
            ("127.0.0.1", true),
            ("::1", true),
            ("10.0.0.1", false),
            ("localhost.example.org", false),
        ] {
            let text = format!("smtp_host = '{host}'\nsmtp_from = 'a@b'\nsmtp_security = 'none'");
            assert_eq!(from_file(&text).is_ok(), allowed, "{host}");
        }
    }

    #[test]
    fn secrets_do_not_print() {
        let text = "smtp_host = 'h'\nsmtp_from = 'a@b'\nsmtp_user = 'weir'\nsmtp_password = 'hunter2'\nsecret_key = 'hunter3'";
        let config = from_file(text).unwrap();
        let url = PublicUrl::parse("https://weir.example.org").unwrap();
        let settings = config.smtp.as_ref().unwrap().settings(&url);
        let printed = format!("{config:?} {settings:?}");
        assert!(!printed.contains("hunter"), "{printed}");
        assert!(printed.contains("***"));
    }
}
