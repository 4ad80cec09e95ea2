//! A `weir` process: started, signalled, killed, started again, always at the same address.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

use crate::http::Request;

/// It migrates, and waits for a database that is being restarted.
const START_SECONDS: u64 = 40;
/// Weir itself takes 20 at most.
const STOP_SECONDS: u64 = 30;

#[derive(Debug)]
pub struct Server {
    pub name: String,
    binary: PathBuf,
    arguments: Vec<String>,
    /// Of all its starts.
    pub log: PathBuf,
    /// Where ids of processes are written, for whoever has to end what is left.
    pids: PathBuf,
    /// As the first start has chosen it.
    address: OnceLock<SocketAddr>,
    child: Mutex<Option<Child>>,
}

impl Server {
    pub fn new(name: String, binary: PathBuf, arguments: Vec<String>, folder: &Path) -> Self {
        Self {
            log: folder.join(format!("{name}.log")),
            pids: folder.join("pids"),
            name,
            binary,
            arguments,
            address: OnceLock::new(),
            child: Mutex::new(None),
        }
    }

    pub fn address(&self) -> SocketAddr {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        self.address.get().copied().unwrap_or(any)
    }

    pub fn pid(&self) -> Option<u32> {
        self.child().as_ref().map(Child::id)
    }

    /// Answers what it has written until it listens, and, where a link is expected, until it has printed one.
    pub fn start(&self, expects_link: bool) -> io::Result<String> {
        let mut running = self.child();
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.log)?;
        let before = usize::try_from(log.metadata()?.len()).unwrap_or(usize::MAX);
        let mut child = Command::new(&self.binary)
            .args(&self.arguments)
            .args(["--listen", &self.address().to_string()])
            .stdin(Stdio::null())
            .stderr(log.try_clone()?)
            .stdout(log)
            .spawn()?;
        let mut pids = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.pids)?;
        writeln!(pids, "{}", child.id())?;
        let begun = Instant::now();
        loop {
            let written = fs::read(&self.log)?;
            let written = String::from_utf8_lossy(&written[before.min(written.len())..]);
            let address = written
                .split_once("listening on http://")
                .and_then(|(_, rest)| rest.split_once('\n'))
                .and_then(|(address, _)| address.trim().parse().ok());
            let has_link = written.contains("/welcome/") && written.ends_with('\n');
            if let Some(address) = address
                && (has_link || !expects_link)
            {
                let _ = self.address.set(address);
                *running = Some(child);
                return Ok(written.into_owned());
            }
            if let Some(status) = child.try_wait()? {
                return Err(io::Error::other(format!("it ended with {status}")));
            }
            if begun.elapsed() > Duration::from_secs(START_SECONDS) {
                child.kill()?;
                child.wait()?;
                return Err(io::ErrorKind::TimedOut.into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn kill(&self) -> io::Result<()> {
        if let Some(mut child) = self.child().take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// With SIGTERM. `None`: it was not running.
    pub fn stop(&self) -> io::Result<Option<ExitStatus>> {
        self.signal("TERM")?;
        let Some(mut child) = self.child().take() else {
            return Ok(None);
        };
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(STOP_SECONDS) {
            if let Some(status) = child.try_wait()? {
                return Ok(Some(status));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        child.kill()?;
        child.wait()?;
        Err(io::ErrorKind::TimedOut.into())
    }

    /// `name` as `kill` takes it: `STOP`.
    pub fn signal(&self, name: &str) -> io::Result<()> {
        let Some(pid) = self.pid() else {
            return Ok(());
        };
        Command::new("kill")
            .args([format!("-{name}"), pid.to_string()])
            .status()?;
        Ok(())
    }

    /// Whether it ended without having been told to.
    pub fn has_ended(&self) -> Option<ExitStatus> {
        let mut child = self.child();
        let status = child.as_mut()?.try_wait().ok()??;
        *child = None;
        Some(status)
    }

    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().expect("nobody panics holding it")
    }

    /// The status of `/healthz`.
    pub fn health(&self) -> io::Result<u16> {
        Ok(Request::get("/healthz").send(self.address())?.status)
    }

    /// Lines of the log that tell of a panic.
    pub fn panics(&self) -> io::Result<Vec<String>> {
        let log = fs::read(&self.log)?;
        let log = String::from_utf8_lossy(&log);
        let panics = log.lines().filter(|line| line.contains("panicked at"));
        Ok(panics.map(str::to_owned).collect())
    }

    /// How many lines of the log are errors.
    pub fn errors(&self) -> io::Result<usize> {
        let log = fs::read(&self.log)?;
        let log = String::from_utf8_lossy(&log);
        Ok(log.lines().filter(|line| line.contains("ERROR")).count())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A stopped process takes SIGKILL too.
        let _ = self.kill();
    }
}
