//! Times a whole run as the worker does it: validated, imported, merged, both reports written, crash-safe. The file must
//! have the columns that the bin `customers` writes. The clock starts when the run is queued.

#![expect(clippy::cast_precision_loss, reason = "rates are rounded")]

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::Parser;
use connectors::folder::AllowedFolders;
use connectors::sqlite::SqliteDestination;
use connectors::upload::UploadSource;
use domain::id::{DatasetId, JobId, JobVersionId, NamespaceId, PersonId, RunId, UploadId};
use domain::job::{Effect, JobEvent, Timing};
use domain::run::{Run, RunStatus};
use domain::settings::{ImportMethod, JobSettings, QualityGate, Schedule, SourceKind};
use domain::time::Timestamp;
use engine::context::{Engine, Reports, WorkerSettings};
use mapping::field::Field;
use store::Store;
use store::datasets::NewDataset;
use store::jobs::{Changes, NewJob};
use store::namespaces::NewNamespace;
use store::people::NewPerson;
use store::runs::RunRecord;
use store::uploads::NewUpload;
use tabular::dialect::Dialect;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const FIELDS: &str = include_str!("../../../../fixtures/customers/fields.json");
const MAPPING: &str = include_str!("../../../../fixtures/customers/mapping.json");

#[derive(Debug, Parser)]
#[command(about = "Import a customer file into a new data folder and say how fast it went")]
struct Arguments {
    /// The file to import.
    #[arg(env = "WEIR_COMPARE_FILE")]
    file: PathBuf,
    /// An empty folder for the database, the rows and the reports.
    #[arg(long, env = "WEIR_COMPARE_FOLDER")]
    folder: PathBuf,
    /// Make `email` the match key and upsert.
    #[arg(long)]
    keyed: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    let namespace = NamespaceId(Uuid::now_v7());
    let store = open(&arguments.folder).await?;
    let run = queue(&store, namespace, &arguments).await?;
    let started = Instant::now();
    let record = work(&store, &arguments.folder, namespace, run).await?;
    print(&arguments.file, &record, started.elapsed())?;
    store.close().await?;
    Ok(())
}

async fn open(folder: &Path) -> Result<Store, Box<dyn Error>> {
    fs::create_dir_all(folder.join("uploads"))?;
    let store = Store::connect(&format!(
        "sqlite://{}?mode=rwc",
        folder.join("weir.sqlite").display()
    ))
    .await?;
    store.migrate().await?;
    Ok(store)
}

/// Everything that a person does before the run: dataset, upload, job.
async fn queue(
    store: &Store,
    namespace: NamespaceId,
    arguments: &Arguments,
) -> Result<RunId, Box<dyn Error>> {
    let person = PersonId(Uuid::now_v7());
    let new_person = NewPerson {
        id: person,
        email: "bench@example.org".into(),
        name: "Bench".into(),
        operator: true,
        password_hash: None,
    };
    store.create_person(new_person, now()).await?;
    let new_namespace = NewNamespace {
        id: namespace,
        slug: "bench".into(),
        name: "Bench".into(),
        time_zone: "UTC".into(),
        monthly_row_limit: u64::MAX >> 1,
    };
    store.create_namespace(new_namespace, person, now()).await?;

    let mut fields: Vec<Field> = serde_json::from_str(FIELDS)?;
    fields[0].key = arguments.keyed;
    let dataset = DatasetId(Uuid::now_v7());
    store
        .create_dataset(
            namespace,
            NewDataset {
                id: dataset,
                name: "customers".into(),
                fields,
            },
            Vec::new(),
            now(),
        )
        .await?;

    let upload = UploadId(Uuid::now_v7());
    let bytes = fs::metadata(&arguments.file)?.len();
    let place = arguments.folder.join("uploads").join(upload.to_string());
    fs::hard_link(&arguments.file, &place)
        .or_else(|_| fs::copy(&arguments.file, &place).map(drop))?;
    store
        .create_upload(
            namespace,
            NewUpload {
                id: upload,
                file_name: "customers.csv".into(),
                bytes,
                by: person,
            },
            now(),
        )
        .await?;
    store.set_received(namespace, upload, 0, bytes).await?;
    store.complete_upload(namespace, upload, "", now()).await?;

    let job = JobId(Uuid::now_v7());
    store
        .create_job(
            namespace,
            NewJob {
                id: job,
                name: "Customers".parse()?,
                created_by: person,
            },
            Vec::new(),
            now(),
        )
        .await?;
    let method = if arguments.keyed {
        ImportMethod::Upsert
    } else {
        ImportMethod::Insert
    };
    let settings = JobSettings {
        dataset,
        method,
        source: SourceKind::Upload,
        sample: None,
        sample_file_bytes: None,
        dialect: Dialect::default(),
        mapping: serde_json::from_str(MAPPING)?,
        schedule: Schedule::Now,
        quality_gate: QualityGate::default(),
    };
    let mut before = store.job(namespace, job).await?.job;
    // The sample was processed when the person set the job up; here there is none.
    before.sample = domain::sampling::SampleState::Ready;
    let version = JobVersionId(Uuid::now_v7());
    let event = JobEvent::Activated {
        version,
        timing: Timing::Once { at: now() },
        upload: Some(upload),
    };
    let (after, effects) = before
        .apply(&event, now())
        .map_err(|refused| refused.sentence)?;
    let mut runs = Vec::new();
    for effect in effects {
        if let Effect::QueueRun(queue) = effect {
            runs.push(Run::queued(RunId(Uuid::now_v7()), &after, &queue, now()));
        }
    }
    let run = runs.first().ok_or("activating has queued no run")?.id;
    let changes = Changes {
        seal: Some((version, settings)),
        runs,
        ..Changes::default()
    };
    store
        .transition(namespace, &before, &after, changes, now())
        .await?;
    Ok(run)
}

async fn work(
    store: &Store,
    folder: &Path,
    namespace: NamespaceId,
    run: RunId,
) -> Result<RunRecord, Box<dyn Error>> {
    let (wake, wakes) = watch::channel(0);
    let wake = Arc::new(wake);
    let poke = Arc::clone(&wake);
    let mut changed = wake.subscribe();
    let engine = Engine {
        store: store.clone(),
        source: Arc::new(UploadSource::new(folder.join("uploads"))),
        destination: Arc::new(SqliteDestination::new(folder.join("namespaces"))),
        inboxes: Arc::new(AllowedFolders::default()),
        looks: Arc::default(),
        uploads: folder.join("uploads"),
        reports: Reports {
            folder: folder.join("reports"),
            bytes_at_most: 256 << 20,
        },
        has_room: Arc::new(|| true),
        now: Arc::new(now),
        new_id: Arc::new(Uuid::now_v7),
        changed: Arc::new(move || poke.send_modify(|pokes| *pokes += 1)),
        wake: wakes,
        settings: WorkerSettings::new("bench".into(), 1, Duration::from_secs(15)),
    };
    let shutdown = CancellationToken::new();
    let worker = tokio::spawn(engine::worker::run(engine, shutdown.clone()));
    let record = loop {
        let record = store.run(namespace, run).await?;
        if record.run.status.is_final() {
            break record;
        }
        changed.changed().await?;
    };
    shutdown.cancel();
    worker.await?;
    Ok(record)
}

fn print(file: &Path, record: &RunRecord, took: Duration) -> Result<(), Box<dyn Error>> {
    let counts = record.run.counts;
    let seconds = took.as_secs_f64();
    let megabytes = fs::metadata(file)?.len() as f64 / 1e6;
    writeln!(
        std::io::stdout(),
        "{}: {} seen, {} imported, {} rejected in {seconds:.3} s: {:.0} records/s, {:.1} MB/s, peak memory {} MB",
        record.run.status.label(),
        counts.seen,
        counts.imported,
        counts.rejected,
        counts.seen as f64 / seconds,
        megabytes / seconds,
        peak_memory_kilobytes().map_or_else(
            || "unknown".to_owned(),
            |kilobytes| (kilobytes / 1000).to_string()
        ),
    )?;
    match record.run.status {
        RunStatus::Completed | RunStatus::PartiallyCompleted => Ok(()),
        status => Err(format!(
            "the run ended as {}: {:?}",
            status.label(),
            record.run.reason
        )
        .into()),
    }
}

/// Linux tells it; elsewhere it stays unknown.
fn peak_memory_kilobytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
