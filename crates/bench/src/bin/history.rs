//! How long the pages take when there is much history: many jobs and runs in a metadata database, SQLite or PostgreSQL.
//!
//! Fills an empty database, then calls what the pages and the scheduler call, and prints the median of each with the plan of
//! its slowest statement.

#![expect(clippy::print_stdout, reason = "figures belong on standard output")]

use std::error::Error;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::Parser;
use domain::id::{DatasetId, JobId, JobVersionId, NamespaceId, PersonId, RunId, UploadId};
use domain::job::{Effect, Job, JobEvent, JobStatus, Timing};
use domain::month::Month;
use domain::run::{Run, RunEvent};
use domain::sampling::SampleState;
use domain::settings::{ImportMethod, JobSettings, QualityGate, Schedule, SourceKind};
use domain::time::Timestamp;
use mapping::settings::{ColumnMapping, Mapping};
use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement, TransactionTrait,
};
use store::Store;
use store::datasets::NewDataset;
use store::jobs::{Changes, JobsFilter, JobsOrder, NewJob};
use store::namespaces::NewNamespace;
use store::people::NewPerson;
use store::runs::RunChanges;
use store::uploads::NewUpload;
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};
use uuid::Uuid;

const FIELDS: &str = r#"[{"name": "id", "type": {"kind": "text"}, "key": true}]"#;
const REPEATS: usize = 15;
/// 2026-11-25T12:00:00Z.
const NOW: Timestamp = Timestamp(1_795_608_000_000);

#[derive(Debug, Parser)]
#[command(about = "Measure the pages with much history in the metadata database")]
struct Arguments {
    /// `sqlite://PATH?mode=rwc` or `postgres://…`; empty before.
    #[arg(long, value_name = "URL")]
    database: String,
    #[arg(long, default_value_t = 100_000)]
    jobs: u64,
    #[arg(long, default_value_t = 10)]
    runs_per_job: u64,
}

/// Statements as they are sent, without their values.
#[derive(Clone, Default)]
struct Statements(Arc<Mutex<Vec<(String, Duration)>>>);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let statements = Statements::default();
    tracing_subscriber::registry()
        .with(
            statements
                .clone()
                .with_filter(EnvFilter::new("sqlx::query=debug")),
        )
        .init();
    let store = Store::connect(&arguments.database).await?;
    store.migrate().await?;
    let db = Database::connect(&arguments.database).await?;
    let seed = Box::pin(seed(&store)).await?;
    println!(
        "filling: {} jobs, {} runs",
        arguments.jobs,
        arguments.jobs * arguments.runs_per_job
    );
    fill(&db, &arguments).await?;
    let measure = Measure { db, statements };
    measure_all(&measure, &store, &seed).await
}

struct Seed {
    namespace: NamespaceId,
    job: JobId,
}

/// One job whose one run is Completed, by the way that every job goes.
async fn seed(store: &Store) -> Result<Seed, Box<dyn Error>> {
    let (namespace, person) = (NamespaceId(Uuid::now_v7()), PersonId(Uuid::now_v7()));
    let (dataset, job) = (DatasetId(Uuid::now_v7()), JobId(Uuid::now_v7()));
    let new = NewPerson {
        id: person,
        email: "bench@example.org".into(),
        name: "Bench".into(),
        operator: true,
        password_hash: None,
    };
    store.create_person(new, NOW).await?;
    let new = NewNamespace {
        id: namespace,
        slug: "bench".into(),
        name: "Bench".into(),
        time_zone: "UTC".into(),
        monthly_row_limit: 1_000_000_000,
    };
    store.create_namespace(new, person, NOW).await?;
    let new = NewDataset {
        id: dataset,
        name: "bench".into(),
        fields: serde_json::from_str(FIELDS)?,
    };
    store
        .create_dataset(namespace, new, Vec::new(), NOW)
        .await?;
    let upload = UploadId(Uuid::now_v7());
    let new = NewUpload {
        id: upload,
        file_name: "bench.csv".into(),
        bytes: 1,
        by: person,
    };
    store.create_upload(namespace, new, NOW).await?;
    let new = NewJob {
        id: job,
        name: "Job 0".parse()?,
        created_by: person,
    };
    store.create_job(namespace, new, Vec::new(), NOW).await?;
    let record = store.job(namespace, job).await?;
    let before = Job {
        sample: SampleState::Ready,
        ..record.job
    };
    let version = JobVersionId(Uuid::now_v7());
    let settings = JobSettings {
        dataset,
        method: ImportMethod::Upsert,
        source: SourceKind::Upload,
        sample: None,
        sample_file_bytes: None,
        dialect: tabular::dialect::Dialect::default(),
        mapping: Mapping {
            columns: vec![ColumnMapping {
                name: "id".into(),
                field: Some("id".into()),
                ..ColumnMapping::default()
            }],
            ..Mapping::default()
        },
        schedule: Schedule::Now,
        quality_gate: QualityGate::default(),
    };
    let event = JobEvent::Activated {
        version,
        timing: Timing::Once { at: NOW },
        upload: Some(upload),
    };
    let (after, effects) = before.apply(&event, NOW)?;
    let queue = effects
        .into_iter()
        .find_map(|effect| match effect {
            Effect::QueueRun(queue) => Some(queue),
            _ => None,
        })
        .ok_or("the job has queued no run")?;
    let run = Run::queued(RunId(Uuid::now_v7()), &after, &queue, NOW);
    let changes = Changes {
        seal: Some((version, settings)),
        runs: vec![run],
        ..Changes::default()
    };
    store
        .transition(namespace, &before, &after, changes, NOW)
        .await?;
    Box::pin(finish(store, namespace, &after)).await?;
    Ok(Seed { namespace, job })
}

async fn finish(store: &Store, namespace: NamespaceId, job: &Job) -> Result<(), Box<dyn Error>> {
    let claim = store
        .claim_run("bench", NOW, NOW.plus_seconds(60), &[])
        .await?
        .ok_or("there is nothing to claim")?;
    let mut run = claim.run;
    for event in [
        RunEvent::ValidationFinished {
            seen: 10,
            rejected: 0,
            gate: QualityGate::default(),
        },
        RunEvent::ImportFinished {
            rejected: 0,
            gate: QualityGate::default(),
        },
    ] {
        let after = run.apply(&event, NOW)?;
        store
            .apply_run(
                namespace,
                &run,
                &after,
                Some(run.fence),
                RunChanges::default(),
                NOW,
            )
            .await?;
        run = after;
    }
    let event = RunEvent::Merged {
        imported: 10,
        rejected: 0,
    };
    let after = run.apply(&event, NOW)?;
    let ended = after.ended().ok_or("the run has not ended")?;
    let told = JobEvent::RunEnded {
        run: ended,
        reruns: domain::retry::RerunSettings::default(),
    };
    let before = store.job(namespace, job.id).await?.job;
    let (job_after, _) = before.apply(&told, NOW)?;
    let changes = RunChanges {
        job: Some((
            store::jobs::JobTransition {
                before,
                after: job_after,
            },
            Changes::default(),
        )),
        ..RunChanges::default()
    };
    store
        .apply_run(namespace, &run, &after, Some(run.fence), changes, NOW)
        .await?;
    Ok(())
}

/// Copies the job, its version and its run; each tenth job is Active and waits for an instant, one in ten thousand is due.
async fn fill(db: &DatabaseConnection, arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let is_sqlite = db.get_database_backend() == DbBackend::Sqlite;
    let (series, id, tenth) = if is_sqlite {
        (
            format!(
                "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n)",
                arguments.jobs
            ),
            "randomblob(16)",
            "s.i % 10 = 0",
        )
    } else {
        (
            format!(
                "(SELECT i FROM generate_series(1, {}) AS n(i))",
                arguments.jobs
            ),
            "gen_random_uuid()",
            "s.i % 10 = 0",
        )
    };
    db.execute_unprepared(&format!(
        "CREATE TABLE bench_ids AS SELECT s.i AS i, {id} AS job, {id} AS version FROM {series} s"
    ))
    .await?;
    let now = NOW.0;
    let due = format!(
        "CASE WHEN {tenth} THEN CASE WHEN s.i % 10000 = 0 THEN {now} - 1 ELSE {now} + s.i * 1000 END END"
    );
    let jobs = [
        ("id", "s.job".to_owned()),
        ("name", "'Job ' || s.i".to_owned()),
        ("name_key", "'job ' || s.i".to_owned()),
        (
            "status",
            format!("CASE WHEN {tenth} THEN 'active' ELSE t.status END"),
        ),
        ("current", "s.version".to_owned()),
        ("next_due", due.clone()),
        ("next_run_key", format!("COALESCE({due}, {})", i64::MAX)),
        ("wakes_at", due),
        ("created_at", format!("{now} + s.i")),
        ("change", "1000 + s.i".to_owned()),
    ];
    copy(db, "jobs", &jobs, "").await?;
    let versions = [("id", "s.version".to_owned()), ("job", "s.job".to_owned())];
    copy(db, "job_versions", &versions, "").await?;
    for round in 0..arguments.runs_per_job {
        let at = format!("{now} - {round} * 86400000 + s.i % 1000");
        let run = if is_sqlite {
            "randomblob(16)"
        } else {
            "gen_random_uuid()"
        };
        let runs = [
            ("id", run.to_owned()),
            ("occurrence", run.to_owned()),
            ("job", "s.job".to_owned()),
            ("job_version", "s.version".to_owned()),
            ("queued_at", at.clone()),
            ("due_at", at.clone()),
            ("started_at", at.clone()),
            ("ended_at", format!("{at} + 5000")),
            ("change", format!("1000000 + {round} * 1000000 + s.i")),
        ];
        copy(db, "runs", &runs, "").await?;
    }
    db.execute_unprepared("DROP TABLE bench_ids").await?;
    db.execute_unprepared("ANALYZE").await?;
    Ok(())
}

/// Inserts a copy of the one row of `table` for each number, with other values in some columns.
async fn copy(
    db: &DatabaseConnection,
    table: &str,
    other: &[(&str, String)],
    filter: &str,
) -> Result<(), Box<dyn Error>> {
    let backend = db.get_database_backend();
    let sql = match backend {
        DbBackend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
        _ => format!(
            "SELECT column_name::text AS name FROM information_schema.columns \
             WHERE table_name = '{table}' AND table_schema = current_schema()"
        ),
    };
    let rows = db
        .query_all_raw(Statement::from_string(backend, sql))
        .await?;
    let mut columns = Vec::new();
    for row in rows {
        columns.push(row.try_get::<String>("", "name")?);
    }
    let values: Vec<String> = columns
        .iter()
        .map(|column| {
            let value = other.iter().find(|(name, _)| name == column);
            value.map_or_else(|| format!("t.{column}"), |(_, value)| value.clone())
        })
        .collect();
    let sql = format!(
        "INSERT INTO {table} ({}) SELECT {} FROM bench_ids s CROSS JOIN (SELECT * FROM {table} LIMIT 1) t {filter}",
        columns.join(", "),
        values.join(", ")
    );
    db.execute_unprepared(&sql).await?;
    Ok(())
}

struct Measure {
    db: DatabaseConnection,
    statements: Statements,
}

impl Measure {
    async fn call<T, E: Error + 'static>(
        &self,
        name: &str,
        call: impl AsyncFn() -> Result<T, E>,
    ) -> Result<(), Box<dyn Error>> {
        let mut times = Vec::new();
        for _ in 0..REPEATS {
            self.statements.take();
            let started = Instant::now();
            call().await?;
            times.push(started.elapsed());
        }
        times.sort_unstable();
        let sent = self.statements.take();
        println!(
            "\n{name}: {:.2} ms (median of {REPEATS}; {} statements)",
            times[REPEATS / 2].as_secs_f64() * 1000.0,
            sent.len()
        );
        if let Some((slowest, _)) = sent.into_iter().max_by_key(|(_, took)| *took) {
            self.explain(&slowest).await?;
        }
        Ok(())
    }

    async fn explain(&self, sql: &str) -> Result<(), Box<dyn Error>> {
        let backend = self.db.get_database_backend();
        let tx = self.db.begin().await?;
        let (explain, column) = if backend == DbBackend::Sqlite {
            (format!("EXPLAIN QUERY PLAN {sql}"), "detail")
        } else {
            // The plan for any values, which a statement that is prepared gets.
            tx.execute_unprepared("SET LOCAL plan_cache_mode = force_generic_plan")
                .await?;
            tx.execute_unprepared(&format!("PREPARE explained AS {sql}"))
                .await?;
            let values = (1..).take_while(|number| sql.contains(&format!("${number}")));
            let nulls = vec!["NULL"; values.count()].join(", ");
            let given = if nulls.is_empty() {
                String::new()
            } else {
                format!("({nulls})")
            };
            (
                format!("EXPLAIN (COSTS OFF) EXECUTE explained{given}"),
                "QUERY PLAN",
            )
        };
        for row in tx
            .query_all_raw(Statement::from_string(backend, explain))
            .await?
        {
            println!("    {}", row.try_get::<String>("", column)?);
        }
        if backend != DbBackend::Sqlite {
            tx.execute_unprepared("DEALLOCATE explained").await?;
        }
        tx.rollback().await?;
        Ok(())
    }
}

async fn measure_all(measure: &Measure, store: &Store, seed: &Seed) -> Result<(), Box<dyn Error>> {
    let namespace = seed.namespace;
    let month = Month::of(NOW, &domain::zone::TimeZone::UTC);
    let all = JobsFilter::default();
    let named = JobsFilter {
        search: Some("job 4711".into()),
        ..JobsFilter::default()
    };
    let of_dataset = JobsFilter {
        search: Some("BENCH".into()),
        ..JobsFilter::default()
    };
    let active = JobsFilter {
        status: Some(JobStatus::Active),
        ..JobsFilter::default()
    };
    let by_name = JobsOrder::Name { after: None };
    let middle = JobsOrder::Name {
        after: Some(("job 5".into(), seed.job)),
    };
    let by_next_run = JobsOrder::NextRun { after: None };
    let without = JobsOrder::NextRun {
        after: Some((None, seed.job)),
    };
    for (name, filter, order) in [
        ("jobs, first page", &all, &by_name),
        ("jobs, a page in the middle", &all, &middle),
        ("jobs, by next run", &all, &by_next_run),
        ("jobs, in the middle of those without", &all, &without),
        ("jobs, found by name", &named, &by_name),
        ("jobs, found by name, by next run", &named, &by_next_run),
        ("jobs, found by dataset", &of_dataset, &by_name),
        ("jobs, Active ones", &active, &by_name),
    ] {
        measure
            .call(name, async || {
                store.jobs_page(namespace, filter, order, 50, month).await
            })
            .await?;
    }
    measure
        .call("jobs, counted by status", async || {
            store.job_counts_by_status(namespace).await
        })
        .await?;
    let jobs = store.jobs_page(namespace, &all, &middle, 1, month).await?;
    let job = jobs.first().ok_or("there are no jobs")?.job.id;
    measure
        .call("run history of a job, first page", async || {
            store.runs_page(namespace, job, None, 50).await
        })
        .await?;
    measure
        .call("what is due", async || store.due_jobs(NOW, 100).await)
        .await?;
    measure
        .call("a run to claim, when none waits", async || {
            store
                .claim_run("bench", NOW, NOW.plus_seconds(60), &[])
                .await
        })
        .await?;
    measure
        .call("runs whose lease ran out", async || {
            store.lapsed_runs(NOW, 100).await
        })
        .await?;
    measure
        .call("what changed since", async || {
            store.changes_after(namespace, 11_099_900, 200).await
        })
        .await
}

impl Statements {
    fn take(&self) -> Vec<(String, Duration)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S: tracing::Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut sent = Sent::default();
        event.record(&mut sent);
        let sql = if sent.statement.trim().is_empty() {
            sent.summary
        } else {
            sent.statement
        };
        let took = Duration::from_secs_f64(sent.seconds.max(0.0));
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((sql, took));
    }
}

/// What sqlx tells of a statement.
#[derive(Default)]
struct Sent {
    summary: String,
    statement: String,
    seconds: f64,
}

impl Visit for Sent {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.clone_into(&mut self.statement),
            _ => {}
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "elapsed_secs" {
            self.seconds = value;
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
