//! Closing the account: what was acknowledged, what Weir says, and what the databases and the folder hold, held against each
//! other.

mod acts;
mod records;
mod rows;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use fixtures::random::SplitMix64;
use serde_json::{Value, json};

use crate::database::integrity;
use crate::journal::Act;
use crate::world::{World, plain_id};

use self::records::{Job, Run, Upload};

/// Without any progress.
const SETTLE_SECONDS: u64 = 75;

/// A question that was asked of many things.
#[derive(Debug)]
pub struct Check {
    pub name: &'static str,
    pub compared: u64,
    pub differences: Vec<String>,
}

impl Check {
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            compared: 0,
            differences: Vec::new(),
        }
    }

    pub fn that(&mut self, holds: bool, difference: impl FnOnce() -> String) {
        self.compared += 1;
        if !holds {
            self.differences.push(difference());
        }
    }

    /// The value; a failure to get it is a difference.
    fn got<T>(&mut self, result: Result<T, String>, what: &str) -> Option<T> {
        match result {
            Ok(value) => {
                self.compared += 1;
                Some(value)
            }
            Err(error) => {
                self.that(false, || format!("{what}: {error}"));
                None
            }
        }
    }
}

/// What the databases say, read once.
struct Account<'a> {
    world: &'a World,
    /// Of the operator, who is a member everywhere.
    session: &'a str,
    acts: Vec<Act>,
    runs: Vec<Run>,
    jobs: HashMap<String, Job>,
    uploads: HashMap<String, Upload>,
    /// Of the files that were uploaded: their numbers, by the upload.
    files: HashMap<String, usize>,
    /// Which process is asked.
    random: SplitMix64,
}

/// After the load and the faults have stopped and everything is settled.
pub fn close(world: &World, session: &str) -> Vec<Check> {
    let mut health = Check::new("every process is healthy");
    for server in &world.servers {
        let status = server.health().map_err(|error| error.to_string());
        health.that(status == Ok(200), || {
            format!("/healthz of {} answers {status:?}", server.name)
        });
    }
    let mut reading = Check::new("a second connection reads the database");
    let account = Account::read(world, session);
    let account = reading.got(account, "the database");
    let mut checks = vec![health, reading];
    if let Some(mut account) = account {
        checks.extend([
            account.sessions(),
            account.jobs(),
            account.datasets(),
            account.uploads(),
            account.runs_asked_for(),
            account.runs_are_true(),
            account.ledger(),
            account.rows(),
            account.reports(),
            account.months(),
            account.files_of_the_folder(),
            account.told_over_http(),
        ]);
    }
    let mut whole = Check::new("every SQLite file is whole");
    for file in records::sqlite_files(&world.data) {
        let checked = integrity(&file);
        whole.that(checked.is_ok(), || {
            format!("{}: {checked:?}", file.display())
        });
    }
    let mut logs = Check::new("no panic in the log");
    for server in &world.servers {
        let panics = server.panics().unwrap_or_default();
        logs.that(panics.is_empty(), || {
            format!("{}: {}", server.name, panics.join("; "))
        });
    }
    let mut seen = Check::new("nothing was wrong while the load was on");
    seen.compared = world.journal.acts().len() as u64;
    seen.differences = world.differences();
    checks.extend([whole, logs, seen]);
    checks
}

/// Waits until no run is unfinished, no rerun waits and no sample is being processed, as long as something goes on. Answers
/// what stays.
pub fn settle(world: &World) -> Check {
    let mut check = Check::new("all work came to an end");
    let id = world.database.id("id");
    let query = format!(
        "SELECT {id} AS id, 'run ' || status AS what, version FROM runs \
         WHERE status IN ('queued', 'validating', 'importing', 'processing') \
         UNION ALL SELECT {id}, 'job with a waiting rerun', version FROM jobs WHERE rerun IS NOT NULL AND status = 'active' \
         UNION ALL SELECT {id}, 'job with a sample being processed', version FROM jobs WHERE sample_state = 'processing'"
    );
    let mut before = None;
    let mut since = Instant::now();
    loop {
        let open = world.database.rows(&query);
        if open.as_ref().is_ok_and(Vec::is_empty) {
            check.compared += 1;
            return check;
        }
        if before.as_ref() != Some(&open) {
            before = Some(open);
            since = Instant::now();
        } else if since.elapsed() > Duration::from_secs(SETTLE_SECONDS) {
            match open {
                Ok(open) => {
                    for row in open {
                        check.that(false, || {
                            format!(
                                "{} {} is left",
                                records::text(&row, "what"),
                                records::text(&row, "id")
                            )
                        });
                    }
                }
                Err(error) => check.that(false, || error),
            }
            return check;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// For the table in the end: runs by status.
pub fn runs_by_status(world: &World) -> Vec<(String, u64)> {
    let rows = world
        .database
        .rows("SELECT status, count(*) AS runs FROM runs GROUP BY status ORDER BY status")
        .unwrap_or_default();
    rows.iter()
        .map(|row| (records::text(row, "status"), records::number(row, "runs")))
        .collect()
}

impl<'a> Account<'a> {
    fn read(world: &'a World, session: &'a str) -> Result<Self, String> {
        let acts = world.journal.acts();
        let files = acts
            .iter()
            .filter_map(|act| match act {
                Act::UploadAnnounced { upload, file, .. } => Some((plain_id(upload), *file)),
                _ => None,
            })
            .collect();
        Ok(Self {
            world,
            session,
            runs: records::runs(&world.database)?,
            jobs: records::jobs(&world.database)?,
            uploads: records::uploads(&world.database)?,
            acts,
            files,
            random: SplitMix64::new(1),
        })
    }

    /// Calls one of the processes, whichever.
    fn call(&mut self, function: &str, input: &Value) -> Result<Value, String> {
        let server = self.world.any_server(&mut self.random);
        self.world
            .call(server, self.session, function, input)
            .map_err(|failure| format!("{function} at {}: {failure:?}", server.name))
    }

    fn slug(&self, namespace: &str) -> String {
        let namespaces = &self.world.namespaces;
        let found = namespaces.iter().find(|known| known.id == namespace);
        found.map(|known| known.slug.clone()).unwrap_or_default()
    }

    /// Each job and each run that the database has, as every page would tell it.
    fn told_over_http(&mut self) -> Check {
        let mut check = Check::new("HTTP says what the database says");
        for run in self.runs.clone() {
            let input = json!({ "namespace": self.slug(&run.namespace), "run": run.id });
            let told = self.call("run", &input);
            let Some(told) = check.got(told, &run.id) else {
                continue;
            };
            let row = &told["row"];
            let numbers = ["seen", "imported", "rejected", "corrected"]
                .map(|name| records::number(row, name));
            let known = [run.seen, run.imported, run.rejected, run.corrected];
            check.that(
                records::text(row, "status") == run.status && numbers == known,
                || format!("run {}: {row} is not {run:?}", run.id),
            );
        }
        let jobs: Vec<Job> = self.jobs.values().cloned().collect();
        for job in jobs {
            let input = json!({ "namespace": self.slug(&job.namespace), "job": job.id });
            let told = self.call("job", &input);
            let Some(told) = check.got(told, &job.id) else {
                continue;
            };
            let row = &told["row"];
            check.that(
                records::text(row, "status") == job.status
                    && records::text(row, "name") == job.name,
                || format!("job {}: {row} is not {job:?}", job.id),
            );
        }
        check
    }

    /// The rows of the month are those that were imported, and nothing is reserved any more.
    fn months(&mut self) -> Check {
        let mut check = Check::new("usage counts the rows that were imported");
        for namespace in &self.world.namespaces.clone() {
            let imported: u64 = self
                .runs
                .iter()
                .filter(|run| run.namespace == namespace.id)
                .map(|run| run.imported)
                .sum();
            let first = json!({ "namespace": namespace.slug, "month": null });
            let Some(usage) = ({
                let told = self.call("usage", &first);
                check.got(told, &namespace.slug)
            }) else {
                continue;
            };
            let mut counted = 0;
            let mut reserved = 0;
            for month in usage["months"].as_array().into_iter().flatten() {
                let input = json!({ "namespace": namespace.slug, "month": month["code"] });
                let told = self.call("usage", &input);
                if let Some(told) = check.got(told, &namespace.slug) {
                    counted += records::number(&told, "imported");
                    reserved += records::number(&told, "reserved");
                }
            }
            check.that(counted == imported, || {
                format!(
                    "{}: usage says {counted}, runs say {imported}",
                    namespace.slug
                )
            });
            check.that(reserved == 0, || {
                format!("{}: {reserved} rows are still reserved", namespace.slug)
            });
        }
        check
    }
}
