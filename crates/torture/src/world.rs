//! What load, faults and account share: the processes, the database, the people, the files, and what went wrong.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fixtures::Shape;
use fixtures::random::SplitMix64;
use serde_json::{Value, json};

use crate::database::Database;
use crate::files::ImportFile;
use crate::http::{Answer, Request};
use crate::journal::Journal;
use crate::server::Server;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
pub const PASSWORD: &str = "quiet water over stones";

#[derive(Debug)]
pub struct World {
    /// Of this program: files, logs, the journal.
    pub folder: PathBuf,
    /// Of Weir.
    pub data: PathBuf,
    pub servers: Vec<Server>,
    pub database: Database,
    pub journal: Journal,
    pub namespaces: Vec<Namespace>,
    /// E-mail addresses. The first is the operator.
    pub people: Vec<String>,
    pub datasets: Mutex<Vec<Dataset>>,
    files: Mutex<Vec<Arc<ImportFile>>>,
    /// Load and faults go on while it is true.
    pub going: AtomicBool,
    differences: Mutex<Vec<String>>,
    faults: Mutex<BTreeMap<String, u64>>,
    refusals: Mutex<BTreeMap<String, u64>>,
}

#[derive(Debug, Clone)]
pub struct Namespace {
    pub slug: String,
    /// Hexadecimal digits.
    pub id: String,
}

#[derive(Debug, Clone)]
pub struct Dataset {
    /// Its slug.
    pub namespace: String,
    pub id: String,
    pub name: String,
    /// Rows are matched by `email`: it is for upserts.
    pub keyed: bool,
}

/// Why a call was not answered with success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It has not taken effect.
    Refused { status: u16, text: String },
    /// Perhaps it has: there was no answer, or an error of the server.
    Unanswered { text: String },
}

impl World {
    pub fn new(
        folder: PathBuf,
        data: PathBuf,
        servers: Vec<Server>,
        database: Database,
    ) -> io::Result<Self> {
        std::fs::create_dir_all(folder.join("files"))?;
        Ok(Self {
            journal: Journal::create(&folder.join("journal"))?,
            folder,
            data,
            servers,
            database,
            namespaces: Vec::new(),
            people: Vec::new(),
            datasets: Mutex::default(),
            files: Mutex::default(),
            going: AtomicBool::new(false),
            differences: Mutex::default(),
            faults: Mutex::default(),
            refusals: Mutex::default(),
        })
    }

    pub fn is_going(&self) -> bool {
        self.going.load(Ordering::Relaxed)
    }

    /// Sleeps, but not beyond the end of the round.
    pub fn pause(&self, time: Duration) {
        let step = Duration::from_millis(50);
        let mut left = time;
        while !left.is_zero() && self.is_going() {
            std::thread::sleep(step.min(left));
            left = left.saturating_sub(step);
        }
    }

    /// Something that must never be, seen while the load was on.
    pub fn differs(&self, what: String) {
        self.journal.remark(&format!("DIFFERENCE: {what}"));
        lock(&self.differences).push(what);
    }

    pub fn differences(&self) -> Vec<String> {
        lock(&self.differences).clone()
    }

    pub fn count_fault(&self, fault: &str) {
        *lock(&self.faults).entry(fault.to_owned()).or_default() += 1;
    }

    pub fn fault_counts(&self) -> BTreeMap<String, u64> {
        lock(&self.faults).clone()
    }

    pub fn refusal_counts(&self) -> BTreeMap<String, u64> {
        lock(&self.refusals).clone()
    }

    /// Generates a file; answers its number. The file that is uploaded is called `f` and the number.
    pub fn add_file(&self, shape: Shape) -> io::Result<usize> {
        let number = {
            let mut files = lock(&self.files);
            let placeholder = Arc::new(ImportFile::empty());
            files.push(placeholder);
            files.len() - 1
        };
        let path = self.folder.join("files").join(format!("f{number}.csv"));
        let file = ImportFile::generate(path, shape)?;
        lock(&self.files)[number] = Arc::new(file);
        Ok(number)
    }

    pub fn file(&self, number: usize) -> Arc<ImportFile> {
        Arc::clone(&lock(&self.files)[number])
    }

    /// By the name under which it was uploaded.
    pub fn file_named(&self, name: &str) -> Option<Arc<ImportFile>> {
        let number: usize = name.strip_prefix('f')?.strip_suffix(".csv")?.parse().ok()?;
        lock(&self.files).get(number).cloned()
    }

    pub fn any_server(&self, random: &mut SplitMix64) -> &Server {
        random.pick(&self.servers)
    }

    /// Calls a server function with JSON.
    pub fn call(
        &self,
        server: &Server,
        session: &str,
        function: &str,
        input: &Value,
    ) -> Result<Value, Failure> {
        let body = input.to_string();
        let path = format!("/ui/{function}");
        let request = Request {
            method: "POST",
            session: Some(session),
            content_type: Some(JSON),
            body: body.as_bytes(),
            ..Request::get(&path)
        };
        let answer = self.send(server, function, &request)?;
        serde_json::from_slice(&answer.body).map_err(|error| Failure::Unanswered {
            text: error.to_string(),
        })
    }

    /// Sends what a form of a page sends.
    pub fn submit(
        &self,
        server: &Server,
        session: Option<&str>,
        function: &str,
        fields: &[(&str, &str)],
    ) -> Result<Answer, Failure> {
        let fields: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let body = fields.join("&");
        let path = format!("/ui/{function}");
        let request = Request {
            method: "POST",
            session,
            content_type: Some(FORM),
            body: body.as_bytes(),
            ..Request::get(&path)
        };
        self.send(server, function, &request)
    }

    pub fn announce(
        &self,
        server: &Server,
        session: &str,
        namespace: &str,
        file: usize,
        bytes: u64,
    ) -> Result<Value, Failure> {
        let path = format!("/n/{namespace}/uploads");
        let body = json!({ "file_name": format!("f{file}.csv"), "bytes": bytes }).to_string();
        let request = Request {
            method: "POST",
            session: Some(session),
            content_type: Some(JSON),
            body: body.as_bytes(),
            ..Request::get(&path)
        };
        let answer = self.send(server, "announce an upload", &request)?;
        Ok(serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    /// Counts what is refused; `what` names it.
    pub fn send(
        &self,
        server: &Server,
        what: &str,
        request: &Request<'_>,
    ) -> Result<Answer, Failure> {
        let failure = match request.send(server.address()) {
            Ok(answer) if answer.is_ok() => return Ok(answer),
            Ok(answer) if answer.status < 500 => Failure::Refused {
                status: answer.status,
                text: answer.text(),
            },
            Ok(answer) => Failure::Unanswered {
                text: format!("{} {}", answer.status, answer.text()),
            },
            Err(error) => Failure::Unanswered {
                text: error.kind().to_string(),
            },
        };
        let counted = match &failure {
            Failure::Refused { status, .. } => format!("{status} {what}"),
            Failure::Unanswered { text } => {
                let short: String = text.chars().take(3).collect();
                let status = short
                    .parse::<u16>()
                    .map_or("no answer".to_owned(), |status| status.to_string());
                format!("{status} {what}")
            }
        };
        *lock(&self.refusals).entry(counted).or_default() += 1;
        Err(failure)
    }
}

pub fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().expect("nobody panics holding it")
}

/// Ids are compared without their dashes.
pub fn plain_id(id: &str) -> String {
    id.replace('-', "")
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
