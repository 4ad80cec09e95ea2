//! A small instance with a clock that tests move: a store in a temporary folder, one namespace, one dataset.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use connectors::destination::{Destination, Filling, Target};
use connectors::folder::{AllowedFolder, AllowedFolders};
use connectors::inbox::Inboxes;
use connectors::source::Source;
use connectors::sqlite::SqliteDestination;
use connectors::upload::UploadSource;
use domain::id::{
    ActivityId, DatasetId, JobId, JobVersionId, NamespaceId, PersonId, RunId, UploadId,
};
use domain::job::{Effect, Job, JobEvent, Timing};
use domain::month::Month;
use domain::report::{self, RejectedRecord};
use domain::run::{Run, RunEvent};
use domain::sampling::SampleState;
use domain::settings::{ImportMethod, JobSettings, QualityGate, Schedule, SourceKind};
use domain::time::Timestamp;
use engine::clean_up::{CleanUp, Terms};
use engine::context::{Engine, Looks, Reports, WorkerSettings};
use engine::notices::{Postman, PostmanSettings};
use mapping::field::Field;
use mapping::settings::{ColumnMapping, Mapping};
use notifiers::mail::{Mailer, Security, SmtpSettings};
use notifiers::webhook::WebhookSender;
use store::Store;
use store::activity::NewActivity;
use store::corrections::Corrections;
use store::datasets::NewDataset;
use store::jobs::{Changes, NewJob};
use store::limits::NamespaceLimits;
use store::namespaces::NewNamespace;
use store::people::NewPerson;
use store::runs::{RunChanges, RunRecord};
use store::secrets::SealingKey;
use store::uploads::NewUpload;
use tabular::dialect::Dialect;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const FIELDS: &str = r#"[{"name": "id", "type": {"kind": "text"}, "key": true}, {"name": "age", "type": {"kind": "integer"}}]"#;
const WITHOUT_KEY: &str =
    r#"[{"name": "id", "type": {"kind": "text"}}, {"name": "age", "type": {"kind": "integer"}}]"#;
pub const LEASE: Duration = Duration::from_secs(15);
/// Of files that are found in a folder.
pub const FILE_BYTES_AT_MOST: u64 = 1000;
pub const HEARTBEAT: Duration = Duration::from_millis(20);

pub struct Instance {
    folder: TempDir,
    pub store: Store,
    pub namespace: NamespaceId,
    dataset: DatasetId,
    pub person: PersonId,
    now: Arc<AtomicI64>,
    changes: Arc<watch::Sender<u64>>,
    pub source: Arc<dyn Source>,
    pub destination: Arc<dyn Destination>,
    pub inboxes: Arc<dyn Inboxes>,
    pub looks: Arc<Looks>,
    pub report_bytes_at_most: u64,
    pub dialect: Dialect,
    fields: &'static str,
    pub mapping: Mapping,
}

fn column(name: &str) -> ColumnMapping {
    ColumnMapping {
        name: name.to_owned(),
        field: Some(name.to_owned()),
        ..ColumnMapping::default()
    }
}

impl Instance {
    pub async fn new() -> Self {
        Self::with_fields(FIELDS).await
    }

    /// Its dataset takes the same row any number of times.
    pub async fn without_key() -> Self {
        Self::with_fields(WITHOUT_KEY).await
    }

    async fn with_fields(fields: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("uploads")).unwrap();
        fs::create_dir(folder.path().join("exports")).unwrap();
        let store = Store::connect(&format!(
            "sqlite://{}?mode=rwc",
            folder.path().join("weir.sqlite").display()
        ))
        .await
        .unwrap();
        store.migrate().await.unwrap();
        let instance = Self {
            fields,
            namespace: NamespaceId(Uuid::now_v7()),
            dataset: DatasetId(Uuid::now_v7()),
            person: PersonId(Uuid::now_v7()),
            now: Arc::new(AtomicI64::new(1_700_000_000_000)),
            changes: Arc::new(watch::Sender::new(0)),
            source: Arc::new(UploadSource::new(folder.path().join("uploads"))),
            destination: Arc::new(SqliteDestination::new(folder.path().join("namespaces"))),
            looks: Arc::default(),
            inboxes: Arc::new(AllowedFolders::new(vec![AllowedFolder {
                name: "exports".parse().unwrap(),
                path: folder.path().join("exports"),
                namespace: None,
            }])),
            report_bytes_at_most: u64::MAX,
            dialect: Dialect::default(),
            mapping: Mapping {
                columns: ["id", "age"].map(column).to_vec(),
                ..Mapping::default()
            },
            store,
            folder,
        };
        instance.found().await;
        instance
    }

    async fn found(&self) {
        let person = NewPerson {
            id: self.person,
            email: "ada@example.org".into(),
            name: "Ada".into(),
            operator: true,
            password_hash: None,
        };
        self.store.create_person(person, self.now()).await.unwrap();
        self.open_namespace("main").await;
    }

    /// Another one, in which everything happens from now on. Answers the one before.
    pub async fn move_on(&mut self) -> NamespaceId {
        let before = self.namespace;
        self.namespace = NamespaceId(Uuid::now_v7());
        self.dataset = DatasetId(Uuid::now_v7());
        self.open_namespace("next").await;
        before
    }

    async fn open_namespace(&self, slug: &str) {
        let namespace = NewNamespace {
            id: self.namespace,
            slug: slug.into(),
            name: slug.into(),
            time_zone: "UTC".into(),
            monthly_row_limit: 10_000_000,
        };
        self.store
            .create_namespace(namespace, self.person, self.now())
            .await
            .unwrap();
        let fields = serde_json::from_str(self.fields).unwrap();
        let dataset = NewDataset {
            id: self.dataset,
            name: "people".into(),
            fields,
        };
        self.store
            .create_dataset(self.namespace, dataset, Vec::new(), self.now())
            .await
            .unwrap();
    }

    /// Where files arrive by themselves.
    pub fn exports(&self) -> PathBuf {
        self.folder.path().join("exports")
    }

    pub fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst))
    }

    pub fn pass(&self, time: Duration) {
        self.now
            .fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
        self.changes.send_modify(|changes| *changes += 1);
    }

    /// An active one-time job whose first run reads `file`, a CSV file with the columns `id` and `age`.
    pub async fn activate(&self, file: &[u8], method: ImportMethod, gate: QualityGate) -> RunId {
        let (_, run) = self.activate_by(file, method, gate, Schedule::Now).await;
        run.unwrap()
    }

    /// The job and the run that it queued at once, if it did.
    pub async fn activate_by(
        &self,
        file: &[u8],
        method: ImportMethod,
        gate: QualityGate,
        schedule: Schedule,
    ) -> (JobId, Option<RunId>) {
        let upload = self.send(file).await;
        self.activate_from(SourceKind::Upload, Some(upload), method, gate, schedule)
            .await
    }

    /// As [`Self::activate_by`], wherever the file comes from.
    pub async fn activate_from(
        &self,
        source: SourceKind,
        upload: Option<UploadId>,
        method: ImportMethod,
        gate: QualityGate,
        schedule: Schedule,
    ) -> (JobId, Option<RunId>) {
        let id = JobId(Uuid::now_v7());
        let new = NewJob {
            id,
            name: id.to_string().parse().unwrap(),
            created_by: self.person,
        };
        self.store
            .create_job(self.namespace, new, Vec::new(), self.now())
            .await
            .unwrap();
        let before = Job {
            sample: SampleState::Ready,
            ..self.job(id).await
        };
        let settings = JobSettings {
            dataset: self.dataset,
            method,
            source,
            sample: None,
            sample_file_bytes: None,
            dialect: self.dialect.clone(),
            mapping: self.mapping.clone(),
            schedule,
            quality_gate: gate,
        };
        let version = JobVersionId(Uuid::now_v7());
        let event = JobEvent::Activated {
            version,
            timing: self.timing(id, &settings.schedule),
            upload,
        };
        let (after, effects) = before.apply(&event, self.now()).unwrap();
        let runs = self.runs_of(&after, effects);
        let run = runs.first().map(|run| run.id);
        let changes = Changes {
            seal: Some((version, settings)),
            runs,
            ..Changes::default()
        };
        self.store
            .transition(self.namespace, &before, &after, changes, self.now())
            .await
            .unwrap();
        (id, run)
    }

    pub fn timing(&self, job: JobId, schedule: &Schedule) -> Timing {
        let rules = |name: &str| jiff::tz::TimeZone::get(name).ok();
        schedule.timing(job, self.now(), &rules).unwrap().unwrap()
    }

    /// What a person does with a job.
    pub async fn tell_job(&self, id: JobId, event: JobEvent) -> Job {
        let before = self.job(id).await;
        let (after, effects) = before.apply(&event, self.now()).unwrap();
        let runs = self.runs_of(&after, effects);
        let changes = Changes {
            runs,
            ..Changes::default()
        };
        self.store
            .transition(self.namespace, &before, &after, changes, self.now())
            .await
            .unwrap();
        self.changes.send_modify(|changes| *changes += 1);
        after
    }

    /// Seals an edit that changes the schedule alone.
    pub async fn edit(&self, id: JobId, schedule: Schedule) {
        let before = self.job(id).await;
        let sealed = self
            .store
            .job_version(self.namespace, before.current.unwrap())
            .await
            .unwrap();
        let version = JobVersionId(Uuid::now_v7());
        let event = JobEvent::Edited {
            version,
            timing: Some(self.timing(id, &schedule)),
        };
        // The sample of the edit is the one that was processed before.
        let ready = Job {
            sample: SampleState::Ready,
            ..before.clone()
        };
        let after = ready.apply(&event, self.now()).unwrap().0;
        let changes = Changes {
            seal: Some((version, JobSettings { schedule, ..sealed })),
            ..Changes::default()
        };
        self.store
            .transition(self.namespace, &before, &after, changes, self.now())
            .await
            .unwrap();
    }

    fn runs_of(&self, job: &Job, effects: Vec<Effect>) -> Vec<Run> {
        let queued = |effect| match effect {
            Effect::QueueRun(queue) => {
                Some(Run::queued(RunId(Uuid::now_v7()), job, &queue, self.now()))
            }
            _ => None,
        };
        effects.into_iter().filter_map(queued).collect()
    }

    /// Newest first.
    pub async fn runs(&self, id: JobId) -> Vec<RunRecord> {
        self.store
            .runs_page(self.namespace, id, None, 100)
            .await
            .unwrap()
    }

    async fn send(&self, file: &[u8]) -> UploadId {
        let upload = UploadId(Uuid::now_v7());
        fs::write(
            self.folder.path().join("uploads").join(upload.to_string()),
            file,
        )
        .unwrap();
        let bytes = file.len() as u64;
        let new = NewUpload {
            id: upload,
            file_name: "people.csv".into(),
            bytes,
            by: self.person,
        };
        self.store
            .create_upload(self.namespace, new, self.now())
            .await
            .unwrap();
        self.store
            .set_received(self.namespace, upload, 0, bytes)
            .await
            .unwrap();
        self.store
            .complete_upload(self.namespace, upload, "", self.now())
            .await
            .unwrap();
        upload
    }

    /// Rows of a month that the namespace may import.
    pub async fn limit_rows(&self, monthly_rows: u64) {
        let limits = NamespaceLimits {
            monthly_rows,
            concurrent_runs: None,
        };
        let activity = NewActivity {
            id: ActivityId(Uuid::now_v7()),
            job: None,
            run: None,
            person: Some(self.person),
            address: None,
            kind: "limits_changed".into(),
            detail: String::new(),
            of_instance: false,
        };
        self.store
            .set_limits(self.namespace, limits, activity, self.now())
            .await
            .unwrap();
    }

    pub async fn rows_taken(&self) -> u64 {
        let month = Month::of(self.now(), &domain::zone::TimeZone::UTC);
        self.store.rows_taken(self.namespace, month).await.unwrap()
    }

    /// Corrected records of a run, read by a run of their own.
    pub async fn reimport(&self, corrected: RunId, file: &[u8], record_count: u64) -> RunId {
        let run = self.run(corrected).await.run;
        let before = self.job(run.job).await;
        let upload = self.send(file).await;
        let event = JobEvent::Reimported {
            run: run.ended().unwrap(),
            upload,
        };
        let (after, effects) = before.apply(&event, self.now()).unwrap();
        let [Effect::QueueRun(queue)] = &effects[..] else {
            panic!("{effects:?}");
        };
        let child = Run::queued(RunId(Uuid::now_v7()), &after, queue, self.now());
        let id = child.id;
        let changes = Changes {
            runs: vec![child],
            corrections: Some(Corrections {
                upload,
                corrects: corrected,
                record_count,
                records: None,
            }),
            ..Changes::default()
        };
        self.store
            .transition(self.namespace, &before, &after, changes, self.now())
            .await
            .unwrap();
        id
    }

    pub async fn job(&self, id: JobId) -> Job {
        self.store.job(self.namespace, id).await.unwrap().job
    }

    pub async fn run(&self, id: RunId) -> RunRecord {
        self.store.run(self.namespace, id).await.unwrap()
    }

    pub async fn request_cancel(&self, id: RunId) {
        self.tell(id, &RunEvent::CancelRequested).await;
    }

    /// Hears of what a live page may show.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Lets a worker work until `enough` says so, then stops it in good order.
    pub async fn work_until(&self, name: &str, enough: impl AsyncFn(&Self) -> bool) {
        let (shutdown, worker) = self.start_worker(name);
        let mut changed = self.changes.subscribe();
        while !enough(self).await {
            // Not everything that a test looks at is announced.
            let _ = tokio::time::timeout(HEARTBEAT, changed.changed()).await;
        }
        shutdown.cancel();
        worker.await.unwrap();
    }

    pub fn start_worker(&self, name: &str) -> (CancellationToken, JoinHandle<()>) {
        let shutdown = CancellationToken::new();
        (
            shutdown.clone(),
            tokio::spawn(engine::worker::run(self.engine(name), shutdown)),
        )
    }

    /// Returns when the worker has renewed the lease of the run at a later instant than now.
    pub async fn wait_for_heartbeat(&self, id: RunId) {
        self.pass(Duration::from_secs(1));
        let renewed = Timestamp(self.now().0 + i64::try_from(LEASE.as_millis()).unwrap());
        let mut changed = self.changes.subscribe();
        while self.run(id).await.run.lease_until != Some(renewed) {
            let _ = tokio::time::timeout(HEARTBEAT, changed.changed()).await;
        }
    }

    pub async fn work_until_ended(&self, id: RunId) -> RunRecord {
        self.work_until("worker", async |instance| {
            instance.run(id).await.run.status.is_final()
        })
        .await;
        self.run(id).await
    }

    pub fn engine(&self, name: &str) -> Engine {
        let (now, changes) = (Arc::clone(&self.now), Arc::clone(&self.changes));
        let mut settings = WorkerSettings::new(name.to_owned(), 1, LEASE);
        settings.heartbeat = HEARTBEAT;
        settings.settle = Duration::from_millis(1);
        settings.file_bytes_at_most = FILE_BYTES_AT_MOST;
        settings.limit_contact = String::from("limits@example.org");
        Engine {
            store: self.store.clone(),
            source: Arc::clone(&self.source),
            destination: Arc::clone(&self.destination),
            inboxes: Arc::clone(&self.inboxes),
            looks: Arc::clone(&self.looks),
            uploads: self.folder.path().join("uploads"),
            reports: Reports {
                folder: self.reports(),
                bytes_at_most: self.report_bytes_at_most,
            },
            has_room: Arc::new(|| true),
            now: Arc::new(move || Timestamp(now.load(Ordering::SeqCst))),
            new_id: Arc::new(Uuid::now_v7),
            changed: Arc::new(move || changes.send_modify(|changes| *changes += 1)),
            wake: self.changes.subscribe(),
            settings,
        }
    }

    /// Whose mail server is not there: what it would send waits.
    pub fn postman(&self) -> Postman {
        let (now, changes) = (Arc::clone(&self.now), Arc::clone(&self.changes));
        let settings = SmtpSettings {
            host: "127.0.0.1".into(),
            port: 9,
            security: Security::Plain,
            login: None,
            from: "weir@example.org".into(),
            own_name: "weir.example.org".into(),
        };
        Postman {
            store: self.store.clone(),
            mailer: Some(Mailer::new(settings).unwrap()),
            webhooks: WebhookSender::new(true),
            sealing_key: SealingKey::new([3; 32]),
            public_url: "https://weir.example.org".into(),
            now: Arc::new(move || Timestamp(now.load(Ordering::SeqCst))),
            new_id: Arc::new(Uuid::now_v7),
            changed: Arc::new(move || changes.send_modify(|changes| *changes += 1)),
            wake: self.changes.subscribe(),
            settings: PostmanSettings::new("postman".to_owned()),
        }
    }

    /// `id=age`, sorted.
    pub fn rows(&self) -> Vec<String> {
        let fields: Vec<Field> = serde_json::from_str(self.fields).unwrap();
        let rows = self
            .destination
            .first_rows(self.namespace, "people", &fields, 1000)
            .unwrap();
        let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
        let mut rows: Vec<String> = rows
            .iter()
            .map(|row| format!("{}={}", text(&row[0]), text(&row[1])))
            .collect();
        rows.sort();
        rows
    }

    /// What a worker would bring the run's rows into.
    pub fn target(&self, run: RunId) -> Target {
        Target {
            namespace: self.namespace,
            dataset: "people".into(),
            fields: serde_json::from_str(self.fields).unwrap(),
            filling: vec![Filling::Always; 2],
            method: ImportMethod::Upsert,
            run,
            runs_known: 0,
        }
    }

    /// Claims the run, and tells it what its worker would.
    pub async fn advance_by_hand(&self, id: RunId, events: &[RunEvent]) {
        self.store
            .claim_run("lost", self.now(), self.lease_until(), &[])
            .await
            .unwrap()
            .expect("the run is due");
        for event in events {
            self.tell(id, event).await;
        }
    }

    /// Of a run that goes on.
    pub async fn tell(&self, id: RunId, event: &RunEvent) {
        let before = self.run(id).await.run;
        let after = before.apply(event, self.now()).unwrap();
        let changes = RunChanges::default();
        self.store
            .apply_run(self.namespace, &before, &after, None, changes, self.now())
            .await
            .unwrap();
    }

    /// As the database knows.
    pub async fn dataset_rows(&self) -> u64 {
        let dataset = self.store.dataset(self.namespace, self.dataset).await;
        dataset.unwrap().brought.rows
    }

    pub fn namespace_file(&self) -> PathBuf {
        let name = format!("{}.sqlite", self.namespace);
        self.folder.path().join("namespaces").join(name)
    }

    pub fn lease_until(&self) -> Timestamp {
        Timestamp(self.now().0 + i64::try_from(LEASE.as_millis()).unwrap())
    }

    pub fn clean_up(&self) -> CleanUp {
        let now = Arc::clone(&self.now);
        CleanUp {
            store: self.store.clone(),
            uploads: self.folder.path().join("uploads"),
            reports: self.folder.path().join("reports"),
            terms: Terms {
                upload_days: 30,
                history_days: 400,
            },
            now: Arc::new(move || Timestamp(now.load(Ordering::SeqCst))),
        }
    }

    /// An upload of which no byte came, with the file that waits for them.
    pub async fn announce_upload(&self) -> UploadId {
        let id = UploadId(Uuid::now_v7());
        fs::write(self.upload(id), "").unwrap();
        let new = NewUpload {
            id,
            file_name: "people.csv".into(),
            bytes: 10,
            by: self.person,
        };
        self.store
            .create_upload(self.namespace, new, self.now())
            .await
            .unwrap();
        id
    }

    pub fn upload(&self, id: UploadId) -> PathBuf {
        self.folder.path().join("uploads").join(id.to_string())
    }

    /// Folder of all reports.
    pub fn reports(&self) -> PathBuf {
        self.folder.path().join("reports")
    }

    pub fn report(&self, run: RunId) -> PathBuf {
        report::folder(&self.reports(), run)
    }

    pub fn explained(&self, run: RunId) -> String {
        fs::read_to_string(self.report(run).join(report::EXPLAINED)).unwrap()
    }

    pub fn exact(&self, run: RunId) -> String {
        fs::read_to_string(self.report(run).join(report::EXACT)).unwrap()
    }

    /// `record:rule`, in the order of the report.
    pub fn rejections(&self, run: RunId) -> Vec<String> {
        let text = fs::read_to_string(self.report(run).join(report::RECORDS)).unwrap();
        let records = text
            .lines()
            .map(|line| serde_json::from_str::<RejectedRecord>(line).unwrap());
        records
            .flat_map(|record| {
                record
                    .rejections
                    .into_iter()
                    .map(move |it| format!("{}:{}", record.record, it.rule.code()))
            })
            .collect()
    }

    pub fn leftovers(&self) -> usize {
        let entries = fs::read_dir(self.folder.path().join("reports")).unwrap();
        entries
            .filter(|entry| entry.as_ref().unwrap().path().extension().is_some())
            .count()
    }
}
