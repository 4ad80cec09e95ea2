//! The configuration: command line, then environment, then file, then default; checked once, before anything starts.

mod notices;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use connectors::folder::{AllowedFolder, AllowedFolders};
use domain::retry::RerunSettings;
use serde::Deserialize;

use crate::http::ConnectionLimits;

pub use self::notices::{NoticeConfig, NoticeOptions, Secret, SmtpConfig, SmtpSecurity};

/// As given; every value may be missing.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// TOML file with these settings (names as here, with `_` for `-`).
    #[arg(long, global = true, env = "WEIR_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Folder for the database, uploads and reports [default: ./weir-data].
    #[arg(long, global = true, env = "WEIR_DATA_FOLDER", value_name = "FOLDER")]
    pub data_folder: Option<PathBuf>,
    /// Address to listen on; port 0 takes a free one [default: 127.0.0.1:8080].
    #[arg(long, global = true, env = "WEIR_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// How browsers reach this server, such as `https://import.example.org` [default: http:// and the address].
    #[arg(long, global = true, env = "WEIR_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// `sqlite://PATH?mode=rwc` or `postgres://…` [default: weir.sqlite in the data folder].
    #[arg(
        long,
        global = true,
        env = "WEIR_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub database_url: Option<DatabaseUrl>,
    /// The largest file that may be uploaded [default: 10737418240, 10 GiB].
    #[arg(
        long,
        global = true,
        env = "WEIR_MAX_UPLOAD_BYTES",
        value_name = "BYTES"
    )]
    pub max_upload_bytes: Option<u64>,
    /// Bytes of files that a namespace may have stored or announced at a time [default: 107374182400, 100 GiB].
    #[arg(
        long,
        global = true,
        env = "WEIR_NAMESPACE_BYTES",
        value_name = "BYTES"
    )]
    pub namespace_bytes: Option<u64>,
    /// How many files of a namespace may be on their way at a time, at least 1 [default: 50].
    #[arg(long, global = true, env = "WEIR_OPEN_UPLOADS", value_name = "COUNT")]
    pub open_uploads: Option<u32>,
    /// What is left free on the disk of the data folder: uploads that would take of it are refused [default: 1073741824, 1 GiB].
    #[arg(long, global = true, env = "WEIR_RESERVED_BYTES", value_name = "BYTES")]
    pub reserved_bytes: Option<u64>,
    /// How many connections are served at a time, at least 16, as far as the limit of file descriptors allows [default: 4096].
    #[arg(long, global = true, env = "WEIR_CONNECTIONS", value_name = "COUNT")]
    pub connections: Option<u32>,
    /// How many of them from one address; not counted behind a trusted proxy [default: 256].
    #[arg(
        long,
        global = true,
        env = "WEIR_CONNECTIONS_PER_ADDRESS",
        value_name = "COUNT"
    )]
    pub connections_per_address: Option<u32>,
    /// Longest record of a file, 1024 to 67108864; a longer one is rejected [default: 1048576].
    #[arg(
        long,
        global = true,
        env = "WEIR_MAX_RECORD_BYTES",
        value_name = "BYTES"
    )]
    pub max_record_bytes: Option<u32>,
    /// Most columns of a file, 1 to 100000; one with more is not imported [default: 10000].
    #[arg(long, global = true, env = "WEIR_MAX_COLUMNS", value_name = "COUNT")]
    pub max_columns: Option<u32>,
    /// Longest list of rejections that a run's explained report has; the exact one is always whole [default: 268435456, 256 MiB].
    #[arg(
        long,
        global = true,
        env = "WEIR_MAX_REPORT_BYTES",
        value_name = "BYTES"
    )]
    pub max_report_bytes: Option<u64>,
    /// Whom people ask for a higher row limit, such as an e-mail address: shown where the limit is reached [default: none].
    #[arg(long, global = true, env = "WEIR_LIMIT_CONTACT", value_name = "TEXT")]
    pub limit_contact: Option<String>,
    /// Take the client's address from the last entry of X-Forwarded-For [default: false].
    #[arg(long, global = true, env = "WEIR_TRUST_PROXY", value_name = "BOOLEAN")]
    pub trust_proxy: Option<bool>,
    /// How log lines are written [default: text].
    #[arg(long, global = true, env = "WEIR_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
    /// What is logged, such as `info,engine=debug` [default: info].
    #[arg(long, global = true, env = "WEIR_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// How many runs are worked on at once, 1 to 64 [default: 2].
    #[arg(long, global = true, env = "WEIR_WORKERS", value_name = "COUNT")]
    pub workers: Option<u8>,
    /// A worker that was not heard of for so long is taken for dead, and its run goes on elsewhere [default: 15].
    #[arg(
        long,
        global = true,
        env = "WEIR_LEASE_SECONDS",
        value_name = "SECONDS"
    )]
    pub lease_seconds: Option<u16>,
    /// How long uploaded files are kept that no job can read any more, at least 1 [default: 30].
    #[arg(
        long,
        global = true,
        env = "WEIR_KEEP_UPLOADS_DAYS",
        value_name = "DAYS"
    )]
    pub keep_uploads_days: Option<u16>,
    /// How long runs that have ended are kept, with their failure reports, at least 62 [default: 400].
    #[arg(
        long,
        global = true,
        env = "WEIR_KEEP_HISTORY_DAYS",
        value_name = "DAYS"
    )]
    pub keep_history_days: Option<u16>,
    /// Who sends this as a bearer token may read /metrics; at least 16 characters [default: nobody may].
    #[arg(
        long,
        global = true,
        env = "WEIR_METRICS_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    pub metrics_token: Option<MetricsToken>,
    /// How often a Failed or Halted run is run again by itself, 0 to 50 [default: 5].
    #[arg(long, global = true, env = "WEIR_RERUNS", value_name = "COUNT")]
    pub reruns: Option<u8>,
    /// How long after it, 1 to 604800 [default: 900, 15 minutes].
    #[arg(
        long,
        global = true,
        env = "WEIR_RERUN_INTERVAL_SECONDS",
        value_name = "SECONDS"
    )]
    pub rerun_interval_seconds: Option<u32>,
    /// Where days have files of their own, so many days that were missed are made up for, the last ones, 1 to 1000 [default: 31].
    #[arg(long, global = true, env = "WEIR_DAYS_MADE_UP", value_name = "COUNT")]
    pub days_made_up: Option<usize>,
    /// Folder of this server that jobs may take files from, `NAME=PATH`, or `NAMESPACE/NAME=PATH` for one namespace alone;
    /// several with a comma between them, or the option again [default: none].
    #[arg(
        long = "folder",
        global = true,
        env = "WEIR_FOLDERS",
        value_name = "NAME=PATH",
        value_delimiter = ','
    )]
    pub folders: Vec<String>,
    #[command(flatten)]
    pub notices: NoticeOptions,
}

/// Prints as `***`.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct MetricsToken(String);

/// It may hold a password, so it prints as `***`.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct DatabaseUrl(String);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

/// Complete and checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub data_folder: PathBuf,
    pub listen: SocketAddr,
    /// Scheme and authority, without a slash at the end; `None`: made of the address that is listened on.
    pub public_url: Option<PublicUrl>,
    pub database_url: DatabaseUrl,
    pub max_upload_bytes: u64,
    pub max_record_bytes: u32,
    pub max_columns: u32,
    pub max_report_bytes: u64,
    pub namespace_bytes: u64,
    pub open_uploads: u32,
    pub reserved_bytes: u64,
    pub connections: ConnectionLimits,
    /// Empty: not set.
    pub limit_contact: String,
    pub trust_proxy: bool,
    pub log_format: LogFormat,
    pub log: String,
    pub workers: u8,
    pub lease: Duration,
    pub keep_uploads_days: u16,
    pub keep_history_days: u16,
    /// `None`: nobody may read the metrics.
    pub metrics_token: Option<MetricsToken>,
    pub reruns: RerunSettings,
    pub days_made_up: usize,
    pub folders: AllowedFolders,
    /// Between the two looks at a file that is to be taken from a folder.
    pub settle: Duration,
    pub notices: NoticeConfig,
}

/// `http` or `https`, a host and perhaps a port: the origin that browsers see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the configuration file {} cannot be read", path.display())]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the configuration file {} does not hold", path.display())]
    Malformed {
        path: PathBuf,
        source: Box<toml::de::Error>,
    },
    #[error("`{name}` does not hold: {problem}")]
    Invalid { name: &'static str, problem: String },
}

impl Config {
    /// Reads the file, if one is named, fills what neither command line nor environment gave, and checks everything.
    pub fn load(options: Options) -> Result<Self, ConfigError> {
        let file = options
            .config
            .as_deref()
            .map(read_file)
            .transpose()?
            .unwrap_or_default();
        Self::from_options(options, file)
    }

    fn from_options(given: Options, file: Options) -> Result<Self, ConfigError> {
        let reruns = reruns(&given, &file)?;
        let days_made_up = given.days_made_up.or(file.days_made_up).unwrap_or(31);
        if !(1..=1000).contains(&days_made_up) {
            return Err(invalid("days_made_up", "choose 1 to 1000"));
        }
        let trust_proxy = given.trust_proxy.or(file.trust_proxy).unwrap_or(false);
        let connections = connections(&given, &file, trust_proxy)?;
        let data_folder = given
            .data_folder
            .or(file.data_folder)
            .unwrap_or_else(|| "weir-data".into());
        let workers = given.workers.or(file.workers).unwrap_or(2);
        if !(1..=64).contains(&workers) {
            return Err(invalid("workers", "choose 1 to 64"));
        }
        let lease_seconds = given.lease_seconds.or(file.lease_seconds).unwrap_or(15);
        if !(2..=3600).contains(&lease_seconds) {
            return Err(invalid("lease_seconds", "choose 2 to 3600"));
        }
        let max_upload_bytes = given
            .max_upload_bytes
            .or(file.max_upload_bytes)
            .unwrap_or(10 << 30);
        if !(1..=i64::MAX as u64).contains(&max_upload_bytes) {
            return Err(invalid("max_upload_bytes", "choose at least 1"));
        }
        let max_record_bytes = given
            .max_record_bytes
            .or(file.max_record_bytes)
            .unwrap_or(1 << 20);
        if !(1 << 10..=64 << 20).contains(&max_record_bytes) {
            return Err(invalid("max_record_bytes", "choose 1024 to 67108864"));
        }
        let max_columns = given.max_columns.or(file.max_columns).unwrap_or(10_000);
        if !(1..=100_000).contains(&max_columns) {
            return Err(invalid("max_columns", "choose 1 to 100000"));
        }
        let max_report_bytes = given
            .max_report_bytes
            .or(file.max_report_bytes)
            .unwrap_or(256 << 20);
        if max_report_bytes < 1 << 20 {
            return Err(invalid("max_report_bytes", "choose at least 1048576"));
        }
        let open_uploads = given.open_uploads.or(file.open_uploads).unwrap_or(50);
        if open_uploads == 0 {
            return Err(invalid("open_uploads", "choose at least 1"));
        }
        let limit_contact = given
            .limit_contact
            .or(file.limit_contact)
            .unwrap_or_default()
            .trim()
            .to_owned();
        if limit_contact.len() > 500 || limit_contact.chars().any(char::is_control) {
            return Err(invalid(
                "limit_contact",
                "give one line of at most 500 bytes, such as limits@example.org",
            ));
        }
        let keep_uploads_days = given
            .keep_uploads_days
            .or(file.keep_uploads_days)
            .unwrap_or(30);
        if keep_uploads_days == 0 {
            return Err(invalid("keep_uploads_days", "choose at least 1"));
        }
        // Usage of the present and the last calendar month is looked into run by run.
        let keep_history_days = given
            .keep_history_days
            .or(file.keep_history_days)
            .unwrap_or(400);
        if keep_history_days < 62 {
            return Err(invalid("keep_history_days", "choose at least 62"));
        }
        let metrics_token = given.metrics_token.or(file.metrics_token);
        if metrics_token.as_ref().is_some_and(MetricsToken::is_short) {
            return Err(invalid("metrics_token", "choose at least 16 characters"));
        }
        let folders = folders(if given.folders.is_empty() {
            &file.folders
        } else {
            &given.folders
        })?;
        let database_url = match given.database_url.or(file.database_url) {
            Some(url) => url,
            None => DatabaseUrl::in_folder(&data_folder)?,
        };
        Ok(Self {
            listen: given
                .listen
                .or(file.listen)
                .unwrap_or((Ipv4Addr::LOCALHOST, 8080).into()),
            public_url: given
                .public_url
                .or(file.public_url)
                .map(|text| PublicUrl::parse(&text))
                .transpose()?,
            trust_proxy,
            connections,
            open_uploads,
            namespace_bytes: given
                .namespace_bytes
                .or(file.namespace_bytes)
                .unwrap_or(100 << 30),
            reserved_bytes: given
                .reserved_bytes
                .or(file.reserved_bytes)
                .unwrap_or(1 << 30),
            log_format: given.log_format.or(file.log_format).unwrap_or_default(),
            log: given.log.or(file.log).unwrap_or_else(|| "info".to_owned()),
            data_folder,
            database_url,
            max_upload_bytes,
            max_record_bytes,
            max_columns,
            max_report_bytes,
            limit_contact,
            workers,
            lease: Duration::from_secs(lease_seconds.into()),
            keep_uploads_days,
            keep_history_days,
            metrics_token,
            reruns,
            days_made_up,
            folders,
            settle: Duration::from_secs(2),
            notices: NoticeConfig::from_options(given.notices, file.notices)?,
        })
    }
}

impl PublicUrl {
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let trimmed = text.trim_end_matches('/');
        let authority = trimmed
            .strip_prefix("https://")
            .or_else(|| trimmed.strip_prefix("http://"));
        match authority {
            Some(authority) if is_authority(authority) => Ok(Self(trimmed.to_ascii_lowercase())),
            _ => Err(invalid(
                "public_url",
                "give a scheme and a host, such as https://import.example.org",
            )),
        }
    }

    pub fn of_address(address: SocketAddr) -> Self {
        Self(format!("http://{address}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without scheme and port.
    pub fn host(&self) -> &str {
        let authority = self.0.split_once("://").map_or("", |(_, rest)| rest);
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        }
    }

    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl DatabaseUrl {
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn in_folder(folder: &Path) -> Result<Self, ConfigError> {
        let path = folder.join("weir.sqlite");
        let text = path
            .to_str()
            .ok_or_else(|| invalid("data_folder", "its name is not UTF-8"))?;
        // The path is part of a URL, in which these three would mean something else.
        let text = text
            .replace('%', "%25")
            .replace('?', "%3F")
            .replace('#', "%23");
        Ok(Self(format!("sqlite://{text}?mode=rwc")))
    }
}

impl std::str::FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if ["sqlite:", "postgres:", "postgresql:"]
            .iter()
            .any(|scheme| text.starts_with(scheme))
        {
            Ok(Self(text.to_owned()))
        } else {
            Err("it starts with neither sqlite: nor postgres:".to_owned())
        }
    }
}

impl MetricsToken {
    const FEWEST_CHARACTERS: usize = 16;

    /// Takes as long for a token that is nearly right as for any other of its length.
    pub fn is(&self, given: &str) -> bool {
        let (token, given) = (self.0.as_bytes(), given.as_bytes());
        let differing = token.iter().zip(given).fold(0, |all, (a, b)| all | (a ^ b));
        token.len() == given.len() && std::hint::black_box(differing) == 0
    }

    fn is_short(&self) -> bool {
        self.0.chars().count() < Self::FEWEST_CHARACTERS
    }
}

impl std::str::FromStr for MetricsToken {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl std::fmt::Debug for MetricsToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

fn connections(
    given: &Options,
    file: &Options,
    trust_proxy: bool,
) -> Result<ConnectionLimits, ConfigError> {
    let default = ConnectionLimits::default();
    let in_all = given.connections.or(file.connections);
    let in_all = in_all.unwrap_or(default.in_all);
    if in_all < 16 {
        return Err(invalid("connections", "choose at least 16"));
    }
    let per_address = given
        .connections_per_address
        .or(file.connections_per_address);
    let per_address = per_address.or(default.per_address);
    if per_address == Some(0) {
        return Err(invalid("connections_per_address", "choose at least 1"));
    }
    Ok(ConnectionLimits {
        in_all,
        // The proxy's is the only address there is.
        per_address: per_address.filter(|_| !trust_proxy),
        ..default
    })
}

fn folders(given: &[String]) -> Result<AllowedFolders, ConfigError> {
    let parsed: Result<Vec<AllowedFolder>, _> = given.iter().map(|text| text.parse()).collect();
    parsed
        .map(AllowedFolders::new)
        .map_err(|problem| invalid("folders", &problem.to_string()))
}

fn reruns(given: &Options, file: &Options) -> Result<RerunSettings, ConfigError> {
    let default = RerunSettings::default();
    let reruns = RerunSettings {
        at_most: given.reruns.or(file.reruns).unwrap_or(default.at_most),
        interval_seconds: given
            .rerun_interval_seconds
            .or(file.rerun_interval_seconds)
            .unwrap_or(default.interval_seconds),
    };
    if reruns.at_most > 50 {
        return Err(invalid("reruns", "choose 0 to 50"));
    }
    if !(1..=7 * 24 * 3600).contains(&reruns.interval_seconds) {
        return Err(invalid("rerun_interval_seconds", "choose 1 to 604800"));
    }
    Ok(reruns)
}

fn read_file(path: &Path) -> Result<Options, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    toml::from_str(&text).map_err(|source| ConfigError::Malformed {
        path: path.to_owned(),
        source: Box::new(source),
    })
}

fn is_authority(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte))
}

fn invalid(name: &'static str, problem: &str) -> ConfigError {
    ConfigError::Invalid {
        name,
        problem: problem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_file(text: &str) -> Result<Config, String> {
        let file: Options = toml::from_str(text).map_err(|error| error.to_string())?;
        Config::from_options(Options::default(), file).map_err(|error| error.to_string())
    }

    #[test]
    fn defaults_hold() {
        let config = from_file("").unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(
            config.database_url.reveal(),
            "sqlite://weir-data/weir.sqlite?mode=rwc"
        );
        assert_eq!(
            (config.reruns.at_most, config.reruns.interval_seconds),
            (5, 15 * 60)
        );
    }

    #[test]
    fn what_is_given_goes_before_the_file() {
        let given = Options {
            workers: Some(7),
            ..Options::default()
        };
        let file = Options {
            workers: Some(3),
            trust_proxy: Some(true),
            ..Options::default()
        };
        let config = Config::from_options(given, file).unwrap();
        assert_eq!((config.workers, config.trust_proxy), (7, true));
    }

    #[test]
    fn an_unknown_name_in_the_file_is_refused() {
        assert!(from_file("wokers = 3").unwrap_err().contains("wokers"));
    }

    #[test]
    fn values_out_of_range_are_refused_by_name() {
        for (text, name) in [
            ("workers = 0", "workers"),
            ("max_upload_bytes = 0", "max_upload_bytes"),
            ("max_record_bytes = 1023", "max_record_bytes"),
            ("max_columns = 100001", "max_columns"),
            ("max_report_bytes = 1048575", "max_report_bytes"),
            ("open_uploads = 0", "open_uploads"),
            ("connections = 15", "connections"),
            ("connections_per_address = 0", "connections_per_address"),
            ("limit_contact = \"a\\nb\"", "limit_contact"),
            ("keep_uploads_days = 0", "keep_uploads_days"),
            ("keep_history_days = 61", "keep_history_days"),
            ("metrics_token = 'short'", "metrics_token"),
            ("reruns = 51", "reruns"),
            ("days_made_up = 0", "days_made_up"),
            ("folders = ['erp=relative']", "folders"),
            ("folders = ['/srv/erp']", "folders"),
            ("rerun_interval_seconds = 0", "rerun_interval_seconds"),
            ("public_url = 'import.example.org'", "public_url"),
            (
                "public_url = 'https://import.example.org/weir'",
                "public_url",
            ),
        ] {
            assert!(from_file(text).unwrap_err().contains(name), "{text}");
        }
    }

    #[test]
    fn a_metrics_token_is_compared_whole_and_does_not_print() {
        let config = from_file("metrics_token = '0123456789abcdef'").unwrap();
        assert!(!format!("{config:?}").contains("0123456789"));
        let token = config.metrics_token.unwrap();
        assert!(token.is("0123456789abcdef"));
        for other in [
            "",
            "0123456789abcde",
            "0123456789abcdeF",
            "0123456789abcdef0",
        ] {
            assert!(!token.is(other), "{other}");
        }
    }

    #[test]
    fn a_database_url_does_not_print() {
        let config = from_file("database_url = 'postgres://weir:hunter2@db/weir'").unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}
