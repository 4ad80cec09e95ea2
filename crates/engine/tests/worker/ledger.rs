//! The destination's ledger knows better than the database of the runs: one that was put back, one that lags behind, and
//! workers that wake late.

use std::sync::Arc;
use std::time::Duration;

use connectors::batch::{Batch, Cell, RecordReference};
use connectors::destination::{
    Begun, Destination, DestinationError, Inspection, Keys, LedgerEntry, Load, Refusal, Target,
};
use domain::counts::Brought;
use domain::id::{DatasetId, NamespaceId, RunId};
use domain::reason::{Reason, StorageFault};
use domain::run::{CLAIMS_LOST_AT_MOST, RunEvent, RunStatus};
use domain::settings::ImportMethod;
use engine::inspection::{Finding, inspect};
use mapping::field::Field;
use store::datasets::NewDataset;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::instance::{Instance, LEASE};
use crate::{FILE, GATE_OFF};

const ENTRY: LedgerEntry = LedgerEntry {
    seen: 4,
    imported: 3,
    rejected: 1,
    inserted: 2,
};

#[tokio::test]
async fn a_run_whose_rows_are_in_ends_so_whatever_stage_is_remembered() {
    for stage in 0..4 {
        let instance = Instance::new().await;
        let run = instance
            .activate(FILE, ImportMethod::Upsert, GATE_OFF)
            .await;
        // 0: Queued, 1: Validating, 2: Importing, 3: Processing.
        if stage > 0 {
            instance
                .advance_by_hand(run, &to_processing()[..stage - 1])
                .await;
        }
        bring_in(&*instance.destination, &instance.target(run));
        std::fs::create_dir_all(instance.report(run).with_extension("0.partial")).unwrap();
        instance.pass(LEASE + Duration::from_secs(1));
        let record = instance.work_until_ended(run).await;
        assert_eq!(instance.leftovers(), 0);
        assert_eq!(record.run.status, RunStatus::PartiallyCompleted, "{stage}");
        assert_eq!(
            (record.run.counts.imported, record.run.counts.rejected),
            (3, 1)
        );
        assert_eq!(record.facts.rows_inserted, Some(2));
        assert_eq!(instance.rows(), ["a=4", "c=3"]);
        assert_eq!(instance.rows_taken().await, 3);
        assert_eq!(instance.dataset_rows().await, 2);
    }
}

#[tokio::test]
async fn rows_that_are_in_are_found_even_if_the_file_is_gone() {
    let instance = Instance::new().await;
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    bring_in(&*instance.destination, &instance.target(run));
    let upload = instance.run(run).await.run.input.upload.unwrap();
    std::fs::remove_file(instance.upload(upload)).unwrap();
    let record = instance.work_until_ended(run).await;
    assert_eq!(record.run.status, RunStatus::PartiallyCompleted);
}

#[tokio::test]
async fn no_worker_commits_a_run_that_was_given_up() {
    let instance = Instance::new().await;
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    for lost in 0..CLAIMS_LOST_AT_MOST {
        let events = if lost == 0 {
            to_processing()
        } else {
            Vec::new()
        };
        instance.advance_by_hand(run, &events).await;
        instance.pass(LEASE + Duration::from_secs(1));
        let expired = RunEvent::LeaseExpired {
            reference: "lost".into(),
        };
        instance.tell(run, &expired).await;
    }
    std::fs::create_dir_all(instance.report(run).with_extension("2.partial")).unwrap();
    let record = instance.work_until_ended(run).await;
    assert_eq!(instance.leftovers(), 0, "half written by a lost worker");
    let reference = run.to_string();
    assert_eq!(
        (record.run.status, record.run.reason),
        (RunStatus::Halted, Some(Reason::InternalError { reference }))
    );
    assert!(matches!(
        instance.destination.begin(&instance.target(run)).unwrap(),
        Begun::GivenUp
    ));
}

#[tokio::test]
async fn a_worker_whose_run_was_taken_over_does_not_commit() {
    let mut instance = Instance::new().await;
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    instance.advance_by_hand(run, &to_processing()).await;
    instance.pass(LEASE + Duration::from_secs(1));
    let lost = RunEvent::LeaseExpired {
        reference: "lost".into(),
    };
    instance.tell(run, &lost).await;

    let (falls_asleep, sleeps) = std::sync::mpsc::channel();
    let (wake, woken) = std::sync::mpsc::channel();
    instance.destination = Arc::new(Asleep {
        inner: Arc::clone(&instance.destination),
        fell: std::sync::Mutex::new(falls_asleep),
        woken: Arc::new(std::sync::Mutex::new(woken)),
    });
    let mut engine = instance.engine("sleeper");
    // It hears of nothing before it commits.
    engine.settings.heartbeat = Duration::from_hours(1);
    let shutdown = CancellationToken::new();
    let worker = tokio::spawn(engine::worker::run(engine, shutdown.clone()));
    tokio::task::spawn_blocking(move || sleeps.recv().unwrap())
        .await
        .unwrap();
    instance.pass(LEASE + Duration::from_secs(1));
    // The clock of the same process takes the run back, and nobody else is there to claim it.
    let other = loop {
        let claimed = instance
            .store
            .claim_run("other", instance.now(), instance.lease_until(), &[])
            .await;
        if let Some(claim) = claimed.unwrap() {
            break claim;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(other.run.id, run);
    shutdown.cancel();
    wake.send(()).unwrap();
    worker.await.unwrap();
    assert!(instance.rows().is_empty());
    let run = instance.run(run).await.run;
    assert_eq!(
        (run.status, run.claimed_by.as_deref()),
        (RunStatus::Processing, Some("other"))
    );
}

#[tokio::test]
async fn a_dataset_without_rows_is_not_begun_in_place_of_a_file_that_is_gone() {
    let instance = Instance::new().await;
    let other = NewDataset {
        id: DatasetId(Uuid::now_v7()),
        name: "orders".into(),
        fields: Vec::new(),
    };
    let (store, namespace) = (&instance.store, instance.namespace);
    let made = store.create_dataset(namespace, other, Vec::new(), instance.now());
    made.await.unwrap();
    let known = Brought { rows: 3, runs: 1 };
    store
        .note_brought(namespace, "orders", known)
        .await
        .unwrap();
    let run = instance
        .activate(FILE, ImportMethod::Insert, GATE_OFF)
        .await;
    let record = instance.work_until_ended(run).await;
    assert_eq!(record.run.reason, Some(Reason::DestinationUnreachable));
    assert!(!instance.namespace_file().exists());
}

#[tokio::test]
async fn rows_that_are_missing_are_told_and_not_replaced_by_an_empty_file() {
    let instance = Instance::new().await;
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    instance.work_until_ended(run).await;
    let look = || async {
        inspect(&instance.store, &instance.destination)
            .await
            .unwrap()
    };
    assert_eq!(look().await, []);
    let file = instance.namespace_file();
    let whole = std::fs::read(&file).unwrap();

    std::fs::remove_file(&file).unwrap();
    assert_eq!(
        look().await,
        [Finding::RowsMissing {
            namespace: instance.namespace,
            dataset: "people".into(),
            known: Brought { rows: 2, runs: 1 },
            found: Brought::default(),
        }]
    );
    let next = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    let record = instance.work_until_ended(next).await;
    assert_eq!(
        record.run.reason,
        Some(Reason::DestinationUnreachable),
        "an empty file must not take the place of the one that is gone"
    );
    assert!(!file.exists());

    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(
        look().await,
        [Finding::Unreadable {
            namespace: instance.namespace
        }]
    );
    std::fs::write(&file, &whole).unwrap();
    assert_eq!(look().await, []);
}

#[tokio::test]
async fn new_rows_do_not_hide_that_others_are_missing() {
    let instance = Instance::new().await;
    let import = async |file: &[u8]| {
        let run = instance
            .activate(file, ImportMethod::Upsert, GATE_OFF)
            .await;
        instance.work_until_ended(run).await
    };
    let look = async || {
        inspect(&instance.store, &instance.destination)
            .await
            .unwrap()
    };
    let missing = |known, found| {
        let brought = |(rows, runs)| Brought { rows, runs };
        [Finding::RowsMissing {
            namespace: instance.namespace,
            dataset: "people".into(),
            known: brought(known),
            found: brought(found),
        }]
    };
    import(b"id,age\na,1\nb,1\n").await;
    let file = instance.namespace_file();
    let older = std::fs::read(&file).unwrap();
    // Rows are changed, and none is new.
    import(b"id,age\na,2\nb,2\n").await;
    assert_eq!(look().await, []);
    std::fs::write(&file, &older).unwrap();
    assert_eq!(look().await, missing((2, 2), (2, 1)));
    import(b"id,age\nc,3\nd,3\ne,3\n").await;
    assert_eq!(look().await, missing((5, 3), (5, 2)));

    std::fs::write(&file, "").unwrap();
    let record = import(b"id,age\nf,4\n").await;
    assert_eq!(
        record.run.reason,
        Some(Reason::DestinationUnreachable),
        "an emptied file is not begun anew"
    );
}

#[tokio::test]
async fn a_file_in_the_place_of_another_namespaces_is_not_taken_for_it() {
    let mut instance = Instance::new().await;
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    instance.work_until_ended(run).await;
    let of_first = std::fs::read(instance.namespace_file()).unwrap();
    instance.move_on().await;
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    instance.work_until_ended(run).await;
    std::fs::write(instance.namespace_file(), of_first).unwrap();
    let findings = inspect(&instance.store, &instance.destination).await;
    assert_eq!(
        findings.unwrap(),
        [Finding::Unreadable {
            namespace: instance.namespace
        }]
    );
    let fields = instance.target(run).fields;
    let rows = instance
        .destination
        .first_rows(instance.namespace, "people", &fields, 9);
    assert!(
        matches!(rows, Err(DestinationError::Damaged(_))),
        "{rows:?}"
    );
    let next = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    let record = instance.work_until_ended(next).await;
    assert_eq!(record.run.reason, Some(Reason::DestinationUnreachable));
}

#[tokio::test]
async fn an_upload_that_was_cut_off_is_not_imported_as_far_as_it_goes() {
    let instance = Instance::new().await;
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    let upload = instance.run(run).await.run.input.upload.unwrap();
    std::fs::write(instance.upload(upload), &FILE[..FILE.len() - 3]).unwrap();
    let record = instance.work_until_ended(run).await;
    assert_eq!(
        record.run.reason,
        Some(Reason::StorageUnavailable {
            fault: StorageFault::Broken
        })
    );
    assert!(!instance.namespace_file().exists());
}

fn to_processing() -> Vec<RunEvent> {
    vec![
        RunEvent::ValidationFinished {
            seen: 4,
            rejected: 1,
            gate: GATE_OFF,
        },
        RunEvent::ImportFinished {
            rejected: 1,
            gate: GATE_OFF,
        },
    ]
}

/// As a worker does, whose word of it was lost.
pub fn bring_in(destination: &dyn Destination, target: &Target) {
    let Begun::Load(mut load) = destination.begin(target).unwrap() else {
        panic!("the run is new to the destination");
    };
    let mut batch = Batch::new(2);
    for (number, id, age) in [(1, "a", 1), (3, "c", 3), (4, "a", 4)] {
        let record = RecordReference {
            number,
            line: number + 1,
            offset: 0,
            length_bytes: 0,
        };
        batch.push_row(record, [Cell::Text(id), Cell::Integer(age)].into_iter());
    }
    load.write(&batch).unwrap();
    load.commit(ENTRY).unwrap();
}

/// Falls asleep when rows are written.
#[derive(Debug)]
struct Asleep {
    inner: Arc<dyn Destination>,
    fell: std::sync::Mutex<std::sync::mpsc::Sender<()>>,
    woken: Arc<std::sync::Mutex<std::sync::mpsc::Receiver<()>>>,
}

struct AsleepLoad {
    load: Box<dyn Load>,
    fell: std::sync::mpsc::Sender<()>,
    woken: Arc<std::sync::Mutex<std::sync::mpsc::Receiver<()>>>,
}

impl Destination for Asleep {
    fn begin(&self, target: &Target) -> Result<Begun, DestinationError> {
        Ok(match self.inner.begin(target)? {
            Begun::Load(load) => Begun::Load(Box::new(AsleepLoad {
                load,
                fell: self.fell.lock().unwrap().clone(),
                woken: Arc::clone(&self.woken),
            })),
            ended @ (Begun::AlreadyMerged(_) | Begun::GivenUp) => ended,
        })
    }

    fn merged(
        &self,
        namespace: NamespaceId,
        run: RunId,
    ) -> Result<Option<LedgerEntry>, DestinationError> {
        self.inner.merged(namespace, run)
    }

    fn inspect(&self, namespace: NamespaceId) -> Result<Inspection, DestinationError> {
        self.inner.inspect(namespace)
    }

    fn first_rows(
        &self,
        namespace: NamespaceId,
        dataset: &str,
        fields: &[Field],
        limit: u32,
    ) -> Result<Vec<Vec<Option<String>>>, DestinationError> {
        self.inner.first_rows(namespace, dataset, fields, limit)
    }

    fn location(&self, namespace: NamespaceId, dataset: &str) -> String {
        self.inner.location(namespace, dataset)
    }

    fn keys(&self) -> &dyn Keys {
        self.inner.keys()
    }
}

impl Load for AsleepLoad {
    fn write(&mut self, batch: &Batch) -> Result<Vec<Refusal>, DestinationError> {
        self.fell.send(()).unwrap();
        self.woken.lock().unwrap().recv().unwrap();
        self.load.write(batch)
    }

    fn inserted(&self) -> u64 {
        self.load.inserted()
    }

    fn commit(&mut self, entry: LedgerEntry) -> Result<(), DestinationError> {
        self.load.commit(entry)
    }

    fn give_up(&mut self) -> Result<(), DestinationError> {
        self.load.give_up()
    }
}
