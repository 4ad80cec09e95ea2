//! Rows that tests begin with, made through the store and the domain's transitions.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::{
    id::{ActivityId, DatasetId, JobId, JobVersionId, NamespaceId, PersonId, RunId, UploadId},
    job::{Effect, Job, JobEvent, Timing},
    run::Run,
    settings::{DraftSettings, ImportMethod, JobSettings, Schedule, SourceKind},
    time::Timestamp,
};
use mapping::{
    field::{Field, FieldType},
    settings::{ColumnMapping, Mapping},
};
use store::{
    Store,
    activity::NewActivity,
    datasets::NewDataset,
    jobs::{Changes, NewJob},
    limits::NamespaceLimits,
    links::NewPassword,
    namespaces::NewNamespace,
    people::NewPerson,
    sessions::NewSession,
    token::TokenHash,
    uploads::NewUpload,
};
use uuid::Uuid;

pub const NOW: Timestamp = Timestamp(1_790_000_000_000);
const MONTHLY_ROWS: u64 = 10_000_000;
pub const LEASE: Timestamp = NOW.plus_seconds(60);

/// A new identifier; later ones sort after earlier ones.
pub fn id() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u128(u128::from(NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// A namespace with its owner and a dataset.
#[derive(Clone, Copy, Debug)]
pub struct Tenant {
    pub namespace: NamespaceId,
    pub person: PersonId,
    pub dataset: DatasetId,
}

pub async fn tenant(store: &Store) -> Tenant {
    let person = person(store).await;
    let namespace = NamespaceId(id());
    store
        .create_namespace(new_namespace(namespace), person, NOW)
        .await
        .unwrap();
    let dataset = DatasetId(id());
    store
        .create_dataset(
            namespace,
            NewDataset {
                id: dataset,
                name: "customers".to_owned(),
                fields: fields(),
            },
            Vec::new(),
            NOW,
        )
        .await
        .unwrap();
    Tenant {
        namespace,
        person,
        dataset,
    }
}

pub async fn person(store: &Store) -> PersonId {
    let new = new_person();
    let person = new.id;
    store.create_person(new, NOW).await.unwrap();
    person
}

pub fn new_person() -> NewPerson {
    let id = id();
    NewPerson {
        id: PersonId(id),
        email: format!("{id}@example.org"),
        name: "Ada".to_owned(),
        operator: false,
        password_hash: None,
    }
}

pub fn new_namespace(id: NamespaceId) -> NewNamespace {
    NewNamespace {
        id,
        slug: format!("tenant-{id}"),
        name: "Tenant".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        monthly_row_limit: MONTHLY_ROWS,
    }
}

pub fn fields() -> Vec<Field> {
    vec![Field {
        name: "email".to_owned(),
        field_type: FieldType::Email,
        required: true,
        key: true,
        max_length: Some(200),
        allowed: Vec::new(),
        pattern: None,
        minimum: None,
        maximum: None,
        synonyms: vec!["E-Mail".to_owned()],
        capitals_matter: false,
    }]
}

/// A complete one.
pub async fn upload(store: &Store, tenant: Tenant) -> UploadId {
    let upload = UploadId(id());
    let new = NewUpload {
        id: upload,
        file_name: "customers.csv".to_owned(),
        bytes: 10,
        by: tenant.person,
    };
    store
        .create_upload(tenant.namespace, new, NOW)
        .await
        .unwrap();
    store
        .set_received(tenant.namespace, upload, 0, 10)
        .await
        .unwrap();
    store
        .complete_upload(tenant.namespace, upload, &"0".repeat(64), NOW)
        .await
        .unwrap();
    upload
}

pub async fn draft(store: &Store, tenant: Tenant, name: &str) -> Job {
    let job = JobId(id());
    let new = NewJob {
        id: job,
        name: name.parse().unwrap(),
        created_by: tenant.person,
    };
    store
        .create_job(tenant.namespace, new, Vec::new(), NOW)
        .await
        .unwrap();
    store.job(tenant.namespace, job).await.unwrap().job
}

/// A job that waits for its sample to be processed.
pub async fn sampling(store: &Store, tenant: Tenant) -> (Job, UploadId) {
    let draft = draft(store, tenant, "Sampling").await;
    let upload = upload(store, tenant).await;
    let changes = Changes {
        draft: Some(settings(tenant, upload)),
        ..Changes::default()
    };
    (
        apply(store, &draft, &JobEvent::SampleProvided, changes).await,
        upload,
    )
}

/// An Active job whose first run is Queued.
pub async fn active(store: &Store, tenant: Tenant, name: &str) -> (Job, Run) {
    active_at(store, tenant, name, NOW).await
}

/// An Active job whose first run was queued at `now`.
pub async fn active_at(store: &Store, tenant: Tenant, name: &str, now: Timestamp) -> (Job, Run) {
    let before = draft(store, tenant, name).await;
    let upload = upload(store, tenant).await;
    let draft = settings(tenant, upload);
    let version = JobVersionId(id());
    let activated = JobEvent::Activated {
        version,
        timing: Timing::Once { at: now },
        upload: Some(upload),
    };
    let (after, effects) = [
        JobEvent::SampleProvided,
        JobEvent::SampleProcessed,
        activated,
    ]
    .iter()
    .fold((before.clone(), Vec::new()), |(job, mut effects), event| {
        let (job, more) = job.apply(event, now).unwrap();
        effects.extend(more);
        (job, effects)
    });
    let runs = runs_of(&after, &effects, now);
    let run = runs[0].clone();
    let seal = (version, draft.seal().unwrap());
    let changes = Changes {
        draft: Some(draft),
        seal: Some(seal),
        runs,
        ..Changes::default()
    };
    store
        .transition(tenant.namespace, &before, &after, changes, now)
        .await
        .unwrap();
    (after, run)
}

/// Another run of a job, at `now`.
pub async fn queue(store: &Store, job: JobId, namespace: NamespaceId, now: Timestamp) -> Run {
    let before = store.job(namespace, job).await.unwrap().job;
    let (after, effects) = before
        .apply(
            &JobEvent::RunRequested {
                new_file: None,
                day: None,
            },
            now,
        )
        .unwrap();
    let runs = runs_of(&after, &effects, now);
    let run = runs[0].clone();
    store
        .transition(
            namespace,
            &before,
            &after,
            Changes {
                runs,
                ..Changes::default()
            },
            now,
        )
        .await
        .unwrap();
    run
}

/// Applies and writes an event without runs.
pub async fn apply(store: &Store, before: &Job, event: &JobEvent, changes: Changes) -> Job {
    let (after, _) = before.apply(event, NOW).unwrap();
    store
        .transition(before.namespace, before, &after, changes, NOW)
        .await
        .unwrap();
    after
}

pub fn runs_of(job: &Job, effects: &[Effect], now: Timestamp) -> Vec<Run> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::QueueRun(queue) => Some(Run::queued(RunId(id()), job, queue, now)),
            Effect::CancelQueuedRuns | Effect::ProcessSample | Effect::Delete => None,
        })
        .collect()
}

pub fn settings(tenant: Tenant, sample: UploadId) -> DraftSettings {
    let column = ColumnMapping {
        name: "E-Mail".to_owned(),
        field: Some("email".to_owned()),
        ..ColumnMapping::default()
    };
    DraftSettings {
        dataset: Some(tenant.dataset),
        method: Some(ImportMethod::Upsert),
        source: Some(SourceKind::Upload),
        sample: Some(sample),
        dialect: Some(tabular::dialect::Dialect::default()),
        mapping: Some(Mapping {
            columns: vec![column],
            ..Mapping::default()
        }),
        schedule: Some(Schedule::Now),
        ..DraftSettings::default()
    }
}

pub fn sealed(tenant: Tenant, sample: UploadId) -> JobSettings {
    settings(tenant, sample).seal().unwrap()
}

pub fn activity(job: JobId, kind: &str) -> NewActivity {
    NewActivity {
        id: ActivityId(id()),
        job: Some(job),
        run: None,
        person: None,
        address: None,
        kind: kind.to_owned(),
        detail: String::new(),
        of_instance: false,
    }
}

/// Writes an entry with a change that changes nothing.
pub async fn logged(store: &Store, tenant: Tenant, entry: NewActivity, at: Timestamp) {
    let limits = NamespaceLimits {
        monthly_rows: MONTHLY_ROWS,
        concurrent_runs: None,
    };
    store
        .set_limits(tenant.namespace, limits, entry, at)
        .await
        .unwrap();
}

/// Told by nobody, so that the person may be made in the same transaction.
pub fn password<'a>(hash: &'a str, name: &'a str) -> NewPassword<'a> {
    NewPassword {
        hash,
        name,
        set: instance_activity("password_set"),
    }
}

/// For a minute, in place of none.
pub fn session(token_hash: TokenHash, person: PersonId) -> NewSession {
    NewSession {
        token_hash,
        person,
        expires_at: NOW.plus_seconds(60),
        in_place_of: None,
    }
}

/// About no job.
pub fn instance_activity(kind: &str) -> NewActivity {
    NewActivity {
        job: None,
        ..activity(JobId(id()), kind)
    }
}
