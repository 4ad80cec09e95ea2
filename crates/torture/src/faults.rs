//! What goes wrong while the load is on: one fault after the other, at random moments.

use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use fixtures::random::SplitMix64;
use serde_json::json;

use crate::database::Database;
use crate::journal::Act;
use crate::server::Server;
use crate::world::{Failure, World};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Fault {
    /// SIGKILL, and a new start.
    Kill,
    /// SIGSTOP for longer than the lease, and SIGCONT.
    Freeze,
    /// SIGTERM, and a new start.
    Stop,
    /// The data folder's file system is full to the last byte, then there is room again.
    FullDisk,
    /// The first writes or synchronisations of each thread fail, once.
    IoError,
    /// Somebody else holds the write lock of a database for a while.
    Lock,
    /// All connections to PostgreSQL are ended.
    Cut,
    /// PostgreSQL is restarted without a clean shutdown.
    RestartDatabase,
}

/// What the faults need of the machine.
#[derive(Debug)]
pub struct Means {
    pub lease_seconds: u32,
    /// The data folder is a tmpfs of its own, so that it can be made full.
    pub own_file_system: Option<PathBuf>,
    pub strace: bool,
    /// A restart of PostgreSQL.
    pub cluster: Option<Cluster>,
}

/// A PostgreSQL server on this machine.
#[derive(Debug)]
pub struct Cluster {
    pub data: PathBuf,
    pub owner: String,
    pub group: String,
}

/// How a call of the operating system fails: its name, and the error. Not `write`, with which threads also wake each other.
const INJECTED: [(&str, &str); 4] = [
    ("fdatasync", "EIO"),
    ("pwrite64", "ENOSPC"),
    ("pwrite64", "EIO"),
    ("fsync", "EIO"),
];

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Kill => "kill -9",
            Self::Freeze => "SIGSTOP longer than the lease",
            Self::Stop => "graceful stop",
            Self::FullDisk => "full disk",
            Self::IoError => "injected I/O error",
            Self::Lock => "lock held by an outside writer",
            Self::Cut => "database connections cut",
            Self::RestartDatabase => "database restarted at once",
        })
    }
}

impl Fault {
    /// Why it cannot be done here.
    pub fn lacks(self, world: &World, means: &Means) -> Option<&'static str> {
        let on_postgres = matches!(world.database, Database::Postgres(_));
        match self {
            Self::FullDisk if means.own_file_system.is_none() => {
                Some("no file system may be mounted here")
            }
            Self::IoError if !means.strace => Some("strace is not there, or may not trace"),
            Self::Cut | Self::RestartDatabase if !on_postgres => Some("the database is SQLite"),
            Self::RestartDatabase if means.cluster.is_none() => Some("PostgreSQL runs elsewhere"),
            Self::Kill
            | Self::Freeze
            | Self::Stop
            | Self::FullDisk
            | Self::IoError
            | Self::Lock
            | Self::Cut
            | Self::RestartDatabase => None,
        }
    }

    /// Does it and undoes it. The session is the operator's, for probing.
    pub fn strike(
        self,
        world: &World,
        means: &Means,
        random: &mut SplitMix64,
        session: &str,
    ) -> io::Result<()> {
        let server = world.any_server(random);
        world
            .journal
            .remark(&format!("FAULT {self} at {}", server.name));
        let milliseconds = |random: &mut SplitMix64, least: u32, most: u32| {
            Duration::from_millis(u64::from(least + random.below(most - least)))
        };
        match self {
            Self::Kill => {
                server.kill()?;
                world.pause(milliseconds(random, 0, 2_500));
                start_again(world, server);
            }
            Self::Freeze => {
                server.signal("STOP")?;
                let lease = means.lease_seconds * 1_000;
                std::thread::sleep(milliseconds(random, lease + 1_000, 3 * lease));
                server.signal("CONT")?;
            }
            Self::Stop => {
                match server.stop() {
                    Ok(Some(status)) if !status.success() => {
                        world.differs(format!(
                            "{} was stopped and ended with {status}",
                            server.name
                        ));
                    }
                    Ok(_) => {}
                    Err(error) => {
                        world.differs(format!("{} did not stop on SIGTERM: {error}", server.name));
                    }
                }
                start_again(world, server);
            }
            Self::FullDisk => {
                let Some(mount) = &means.own_file_system else {
                    return Ok(());
                };
                let full = FullDisk::make(mount)?;
                let until = Instant::now() + milliseconds(random, 1_500, 7_000);
                while Instant::now() < until {
                    if matches!(world.database, Database::Sqlite(_)) {
                        probe_health(world, server, session);
                    }
                    std::thread::sleep(Duration::from_millis(300));
                }
                full.end()?;
            }
            Self::IoError => {
                let Some(pid) = server.pid() else {
                    return Ok(());
                };
                let (call, error) = *random.pick(&INJECTED);
                world.count_fault(&format!("  {error} at {call}"));
                let mut strace = Command::new("strace")
                    .args(["-f", "-qq", "-o", "/dev/null", "-p", &pid.to_string()])
                    .args(["-e", &format!("trace={call}")])
                    .args(["-e", &format!("inject={call}:error={error}:when=1")])
                    .stdin(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()?;
                std::thread::sleep(milliseconds(random, 300, 2_000));
                // With SIGTERM it lets its process go on.
                Command::new("kill").arg(strace.id().to_string()).status()?;
                strace.wait()?;
            }
            Self::Lock => {
                let time = milliseconds(random, 1_000, 8_000);
                hold_lock(world, random, time)?;
            }
            Self::Cut => {
                let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                           WHERE datname = current_database() AND pid <> pg_backend_pid()";
                for _ in 0..=random.below(3) {
                    world.database.rows(cut).map_err(io::Error::other)?;
                    std::thread::sleep(milliseconds(random, 50, 400));
                }
            }
            Self::RestartDatabase => {
                let Some(cluster) = &means.cluster else {
                    return Ok(());
                };
                cluster.restart()?;
            }
        }
        Ok(())
    }
}

/// Until the round ends; `which` are possible here.
pub fn strike_at_random(world: &World, means: &Means, which: &[Fault], seed: u64, session: &str) {
    let mut random = SplitMix64::new(seed);
    while world.is_going() {
        world.pause(Duration::from_millis(u64::from(700 + random.below(5_000))));
        if !world.is_going() || which.is_empty() {
            continue;
        }
        let fault = *random.pick(which);
        world.count_fault(&fault.to_string());
        if let Err(error) = fault.strike(world, means, &mut random, session) {
            world
                .journal
                .remark(&format!("FAULT {fault} was not possible: {error}"));
            world.count_fault(&format!("  {fault} was not possible"));
        }
        for server in &world.servers {
            if let Some(status) = server.has_ended() {
                world.differs(format!(
                    "{} ended by itself during `{fault}`, with {status}",
                    server.name
                ));
                start_again(world, server);
            }
        }
    }
}

/// Again and again, because a start may meet the end of a fault.
pub fn start_again(world: &World, server: &Server) {
    let begun = Instant::now();
    loop {
        match server.start(false) {
            Ok(_) => return,
            Err(error) if begun.elapsed() > Duration::from_mins(1) => {
                world.differs(format!("{} does not start again: {error}", server.name));
                return;
            }
            Err(_) => std::thread::sleep(Duration::from_millis(500)),
        }
    }
}

/// Between two writes that fail, `/healthz` must not say that all is well.
fn probe_health(world: &World, server: &Server, session: &str) {
    const NAME: &str = "Written to a full disk";
    let writes = || {
        let input = json!({ "namespace": "main", "name": NAME });
        let job = match world.call(server, session, "create_job", &input) {
            Ok(job) => job,
            Err(Failure::Unanswered { .. }) => return false,
            Err(Failure::Refused { .. }) => return true,
        };
        world.journal.note(Act::JobCreated {
            namespace: "main".to_owned(),
            job: job.as_str().unwrap_or_default().to_owned(),
            name: NAME.to_owned(),
        });
        true
    };
    if !writes() {
        // An answer of before may still hold for so long.
        std::thread::sleep(Duration::from_millis(300));
        let health = server.health();
        if !writes() && matches!(health, Ok(200)) {
            world.differs(format!(
                "/healthz of {} said 200 between two writes that failed",
                server.name
            ));
        }
    }
}

/// Of Weir's database, or of a namespace's rows.
fn hold_lock(world: &World, random: &mut SplitMix64, time: Duration) -> io::Result<()> {
    let namespace = random.pick(&world.namespaces);
    let rows = rows_file(&world.data, &namespace.id);
    let (database, begin) = match &rows {
        Some(rows) if random.happens(5_000) => (
            Database::Sqlite(rows.clone()),
            "BEGIN IMMEDIATE;".to_owned(),
        ),
        _ => match &world.database {
            Database::Sqlite(_) => (world.database.clone(), "BEGIN IMMEDIATE;".to_owned()),
            Database::Postgres(_) => {
                let table = random.pick(&["runs", "jobs", "uploads", "sessions", "change_counter"]);
                let begin = format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE;");
                (world.database.clone(), begin)
            }
        },
    };
    let mut holder = database.session()?;
    let mut input = holder.stdin.take().expect("it is piped");
    writeln!(input, "{begin}")?;
    input.flush()?;
    std::thread::sleep(time);
    writeln!(input, "COMMIT;")?;
    drop(input);
    holder.wait()?;
    Ok(())
}

/// The file of a namespace's rows, where there is one. `namespace`: its id without dashes.
pub fn rows_file(data: &Path, namespace: &str) -> Option<PathBuf> {
    let files = std::fs::read_dir(data.join("namespaces")).ok()?;
    files.flatten().map(|entry| entry.path()).find(|path| {
        path.extension().is_some_and(|ending| ending == "sqlite")
            && path
                .file_stem()
                .is_some_and(|stem| stem.to_string_lossy().replace('-', "") == namespace)
    })
}

/// A file system without a free byte, until it ends.
struct FullDisk<'a> {
    mount: &'a Path,
    bytes: u64,
}

impl<'a> FullDisk<'a> {
    /// A tmpfs takes a new size while it is in use, as long as what is there fits in.
    fn make(mount: &'a Path) -> io::Result<Self> {
        let output = Command::new("df")
            .args(["-B1", "--output=size,used"])
            .arg(mount)
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let numbers: Vec<u64> = text
            .split_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect();
        let [bytes, used] = numbers[..] else {
            return Err(io::Error::other(text));
        };
        // What is written between asking and filling makes it too small.
        for more in 0..40 {
            if resize(mount, used + more * 256 * 1024).is_ok() {
                return Ok(Self { mount, bytes });
            }
        }
        Err(io::Error::other("it fills faster than it can be measured"))
    }

    fn end(self) -> io::Result<()> {
        resize(self.mount, self.bytes)
    }
}

fn resize(mount: &Path, bytes: u64) -> io::Result<()> {
    let status = Command::new("mount")
        .args(["-o", &format!("remount,size={bytes}")])
        .arg(mount)
        .stderr(Stdio::null())
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other("the size was refused"))
    }
}

impl Cluster {
    /// The one that the database says it belongs to, where it lies on this machine and may be restarted.
    pub fn find(database: &Database) -> Option<Self> {
        let rows = database
            .rows("SELECT current_setting('data_directory') AS folder")
            .ok()?;
        let data = PathBuf::from(rows.first()?["folder"].as_str()?);
        let output = Command::new("stat")
            .args(["-c", "%U %G"])
            .arg(&data)
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (owner, group) = text.trim().split_once(' ')?;
        Some(Self {
            owner: owner.to_owned(),
            group: group.to_owned(),
            data,
        })
    }

    fn restart(&self) -> io::Result<()> {
        let programs = Command::new("which").arg("pg_ctl").output()?;
        let pg_ctl = String::from_utf8_lossy(&programs.stdout).trim().to_owned();
        let log = self.data.with_file_name("postgres.log");
        let output = Command::new("setpriv")
            .args([
                format!("--reuid={}", self.owner),
                format!("--regid={}", self.group),
            ])
            .args(["--init-groups", &pg_ctl, "restart", "--wait", "--silent"])
            .args(["--mode=immediate", "--pgdata"])
            .arg(&self.data)
            .arg("--log")
            .arg(&log)
            .current_dir(&self.data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        if output.success() {
            Ok(())
        } else {
            Err(io::Error::other(format!("pg_ctl ended with {output}")))
        }
    }
}
