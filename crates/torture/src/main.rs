//! Torments real `weir` processes under a mixed load with faults at random moments, and closes the account in between and at
//! the end: exit status 0 where everything that was acknowledged is there and everything that is there is accounted for.

mod account;
mod database;
mod faults;
mod files;
mod http;
mod journal;
mod load;
mod people;
mod server;
mod world;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};
use fixtures::random::SplitMix64;

use crate::account::Check;
use crate::database::Database;
use crate::faults::{Cluster, Fault, Means};
use crate::load::{Editor, Volume};
use crate::server::Server;
use crate::world::World;

const NAMESPACES: usize = 3;
const LISTENERS: usize = 3;
/// Short, so that a process that stands still loses its runs.
const LEASE_SECONDS: u32 = 3;

#[derive(Debug, Parser)]
#[command(about = "Torment weir processes with load and faults, and close the account")]
struct Arguments {
    /// The program to torment.
    #[arg(long, env = "WEIR_BIN")]
    weir: PathBuf,
    /// For files, logs, the journal, and Weir's data in its subfolder `data`.
    #[arg(long)]
    folder: PathBuf,
    /// How long load and faults last; closing the account comes on top.
    #[arg(long, default_value_t = 1.0)]
    minutes: f64,
    /// The account is closed after so many minutes, and load and faults go on if it closes.
    #[arg(long, default_value_t = 3.0)]
    round_minutes: f64,
    /// Address of a PostgreSQL server to use instead of SQLite; it gets a database of its own there.
    #[arg(long, env = "WEIR_TEST_POSTGRES")]
    postgres: Option<String>,
    /// A run can be repeated in kind: the same choices, though not at the same moments.
    #[arg(long)]
    seed: Option<u64>,
    /// Processes on one database and one data folder.
    #[arg(long, default_value_t = 2)]
    processes: usize,
    /// People who work at a time.
    #[arg(long, default_value_t = 6)]
    editors: usize,
    /// Records of a medium file, at most.
    #[arg(long, default_value_t = 300_000)]
    records: u32,
    /// The data folder is a tmpfs of its own, which may be made full.
    #[arg(long)]
    own_file_system: bool,
    /// These faults alone.
    #[arg(long, value_delimiter = ',')]
    faults: Vec<Fault>,
}

fn main() -> ExitCode {
    match torture(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("torture could not be carried out: {error}"));
            ExitCode::from(2)
        }
    }
}

/// Whether the account closed.
fn torture(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let seed = arguments.seed.unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(1, |now| u64::from(now.subsec_nanos()))
    });
    say(&format!("seed {seed}"));
    let mut random = SplitMix64::new(seed);

    let mut world = build(arguments)?;
    let written = world.servers[0].start(true)?;
    for server in &world.servers[1..] {
        server.start(false)?;
    }
    let operator = people::move_in(&mut world, &written, NAMESPACES, arguments.editors)?;
    let world = world;
    let means = Means {
        lease_seconds: LEASE_SECONDS,
        own_file_system: arguments.own_file_system.then(|| world.data.clone()),
        strace: may_trace(),
        cluster: match &world.database {
            Database::Sqlite(_) => None,
            database @ Database::Postgres(_) => Cluster::find(database),
        },
    };
    let faults = possible_faults(&world, &means, &arguments.faults);
    let volume = Volume {
        medium: (arguments.records / 6, arguments.records),
        medium_share: 8,
    };
    let mut editors: Vec<Editor<'_>> = (0..arguments.editors)
        .map(|number| Editor::new(&world, number, random.next_u64(), volume))
        .collect();

    let mut heard = 0;
    let mut left = Duration::from_secs_f64(60.0 * arguments.minutes);
    let round = Duration::from_secs_f64(60.0 * arguments.round_minutes);
    let mut checks;
    loop {
        let now = left.min(round);
        left -= now;
        heard += one_round(
            &world,
            &means,
            &faults,
            &mut editors,
            &mut random,
            now,
            &operator,
        );
        checks = close(&world, &operator);
        let differences: usize = checks.iter().map(|check| check.differences.len()).sum();
        say(&format!(
            "account closed after {} acts: {differences} differences",
            world.journal.acts().len()
        ));
        if differences > 0 || left.is_zero() {
            break;
        }
    }
    checks.push(stop(&world));
    report(&world, &checks, heard);
    Ok(checks.iter().all(|check| check.differences.is_empty()))
}

fn build(arguments: &Arguments) -> Result<World, Box<dyn Error>> {
    let folder = arguments.folder.canonicalize()?;
    let data = folder.join("data");
    std::fs::create_dir_all(&data)?;
    let database = match &arguments.postgres {
        None => Database::Sqlite(data.join("weir.sqlite")),
        Some(server) => own_database(server)?,
    };
    let mut options = vec![
        "serve".to_owned(),
        format!("--data-folder={}", data.display()),
        format!("--lease-seconds={LEASE_SECONDS}"),
        "--reruns=2".to_owned(),
        "--rerun-interval-seconds=4".to_owned(),
    ];
    if let Database::Postgres(url) = &database {
        options.push(format!("--database-url={url}"));
    }
    let servers = (1..=arguments.processes)
        .map(|number| {
            let name = format!("weir-{number}");
            Server::new(name, arguments.weir.clone(), options.clone(), &folder)
        })
        .collect();
    Ok(World::new(folder, data, servers, database)?)
}

/// What is acknowledged there is written, which the throw-away server of the tests does not see to by itself.
fn own_database(server: &str) -> Result<Database, Box<dyn Error>> {
    let name = format!("torture_{}", std::process::id());
    for statement in [
        format!("CREATE DATABASE {name}"),
        format!("ALTER DATABASE {name} SET synchronous_commit = on"),
    ] {
        let status = Command::new("psql")
            .args(["-Xq", "-v", "ON_ERROR_STOP=1", server, "-c", &statement])
            .status()?;
        if !status.success() {
            return Err(format!("psql refused: {statement}").into());
        }
    }
    let (address, _) = server
        .rsplit_once('/')
        .ok_or("the address of PostgreSQL names no database")?;
    Ok(Database::Postgres(format!("{address}/{name}")))
}

fn may_trace() -> bool {
    let traced = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "true"])
        .stderr(Stdio::null())
        .status();
    traced.is_ok_and(|status| status.success())
}

/// Those that were asked for, all if none was; says which are lacking and why.
fn possible_faults(world: &World, means: &Means, asked: &[Fault]) -> Vec<Fault> {
    let all = Fault::value_variants();
    let asked = if asked.is_empty() { all } else { asked };
    let mut possible = Vec::new();
    for fault in asked {
        match fault.lacks(world, means) {
            None => possible.push(*fault),
            Some(why) => say(&format!("skipped: {fault}, because {why}")),
        }
    }
    possible
}

/// How many events were heard.
fn one_round(
    world: &World,
    means: &Means,
    faults: &[Fault],
    editors: &mut [Editor<'_>],
    random: &mut SplitMix64,
    time: Duration,
    operator: &str,
) -> u64 {
    world.going.store(true, Ordering::Relaxed);
    let heard = std::thread::scope(|scope| {
        for editor in editors {
            scope.spawn(move || editor.work());
        }
        let listeners: Vec<_> = (0..LISTENERS)
            .map(|_| {
                let seed = random.next_u64();
                scope.spawn(move || load::listen(world, operator, seed))
            })
            .collect();
        let seed = random.next_u64();
        scope.spawn(move || faults::strike_at_random(world, means, faults, seed, operator));
        std::thread::sleep(time);
        world.going.store(false, Ordering::Relaxed);
        let heard = listeners
            .into_iter()
            .map(std::thread::ScopedJoinHandle::join);
        heard.map(Result::unwrap_or_default).sum()
    });
    world.journal.remark("the round has ended");
    heard
}

fn close(world: &World, operator: &str) -> Vec<Check> {
    let begun = Instant::now();
    let settled = account::settle(world);
    let settling = begun.elapsed();
    let begun = Instant::now();
    let mut checks = vec![settled];
    checks.extend(account::close(world, operator));
    let closing = begun.elapsed();
    world.journal.remark(&format!(
        "settled in {settling:.1?}, account closed in {closing:.1?}"
    ));
    checks
}

fn stop(world: &World) -> Check {
    let mut check = Check::new("processes stop when they are asked to");
    for server in &world.servers {
        let stopped = server.stop();
        let well = matches!(&stopped, Ok(Some(status)) if status.success());
        check.that(well, || format!("{}: {stopped:?}", server.name));
    }
    check
}

/// The last line is of the form that cargo's tests have.
fn report(world: &World, checks: &[Check], heard: u64) {
    /// Of one kind; all are counted.
    const SHOWN: usize = 20;
    let mut acts: BTreeMap<&str, u64> = BTreeMap::new();
    for act in world.journal.acts() {
        *acts.entry(act.kind()).or_default() += 1;
    }
    let acts = acts
        .into_iter()
        .map(|(name, count)| (name.to_owned(), count));
    table("acknowledged acts", acts);
    table("faults", world.fault_counts());
    table("runs by status", account::runs_by_status(world));
    table("refused or not answered", world.refusal_counts());
    let errors = world.servers.iter().map(|server| {
        let errors = server.errors().unwrap_or_default() as u64;
        (server.name.clone(), errors)
    });
    table("errors in logs", errors);
    let compared = checks
        .iter()
        .map(|check| (check.name.to_owned(), check.compared));
    table("compared", compared);
    say(&format!("{heard:>10}  events heard"));
    let mut failed = 0;
    for check in checks {
        if check.differences.is_empty() {
            continue;
        }
        failed += 1;
        say(&format!("\nNOT SO: {}", check.name));
        for difference in check.differences.iter().take(SHOWN) {
            say(&format!("  {difference}"));
        }
        if check.differences.len() > SHOWN {
            say(&format!("  and {} more", check.differences.len() - SHOWN));
        }
    }
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    say(&format!(
        "\ntest result: {verdict}. {} passed; {failed} failed",
        checks.len() - failed
    ));
}

fn table(title: &str, lines: impl IntoIterator<Item = (String, u64)>) {
    say(&format!("\n{title}"));
    for (name, count) in lines {
        say(&format!("{count:>10}  {name}"));
    }
}

fn say(text: &str) {
    // Whoever reads no longer needs nothing more.
    let _ = writeln!(std::io::stdout(), "{text}");
}
