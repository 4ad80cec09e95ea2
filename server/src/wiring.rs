//! The only place that names the concrete store, source, destination, clock and worker.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use connectors::destination::Destination;
use connectors::source::Source;
use connectors::sqlite::SqliteDestination;
use connectors::upload::UploadSource;
use engine::clean_up::{self, CleanUp, Terms};
use engine::context::{Engine, Reports, WorkerSettings};
use engine::notices::{Postman, PostmanSettings};
use notifiers::mail::{Mailer, SmtpProblem};
use notifiers::webhook::WebhookSender;
use operations::context::{Context, Limits, NoticeSettings};
use operations::folders::DataFolder;
use store::Store;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::binding::{self, BindingError};
use crate::config::{Config, PublicUrl};
use crate::secret_key::{self, SecretKeyError};
use crate::system::{self, SystemClock, SystemIds, SystemRandomness};

#[derive(Debug, thiserror::Error)]
pub enum WiringError {
    #[error("the data folder {} cannot be used", path.display())]
    Folder {
        path: std::path::PathBuf,
        source: std::io::Error,
    },
    #[error("the database cannot be used")]
    Store(#[from] store::error::StoreError),
    #[error(transparent)]
    Binding(#[from] BindingError),
    #[error("stored secrets cannot be protected")]
    SecretKey(#[from] SecretKeyError),
    #[error("the mail server cannot be used")]
    Smtp(#[from] SmtpProblem),
}

/// Where the worker reads files, and where it brings their rows.
#[derive(Clone, Debug)]
pub struct Connectors {
    pub source: Arc<dyn Source>,
    pub destination: Arc<dyn Destination>,
}

/// Makes the worker's connectors for a data folder; [`Connectors::embedded`] is the one that the binary uses.
pub type Connect = fn(&DataFolder) -> Connectors;

impl Connectors {
    /// Uploads in the data folder, and a SQLite file for each namespace.
    pub fn embedded(folder: &DataFolder) -> Self {
        Self {
            source: Arc::new(UploadSource::new(folder.uploads())),
            destination: Arc::new(SqliteDestination::new(folder.namespaces())),
        }
    }
}

/// Opens the data folder and the database, and brings the database up to date.
pub async fn open(config: &Config) -> Result<Context, WiringError> {
    system::keep_new_files_private();
    let folder = DataFolder::open(&config.data_folder).map_err(|source| WiringError::Folder {
        path: config.data_folder.clone(),
        source,
    })?;
    let store = Store::connect(config.database_url.reveal()).await?;
    binding::refuse_other(&store, &folder).await?;
    store.migrate().await?;
    binding::bind(&store, &folder, &SystemIds).await?;
    let Connectors { destination, .. } = Connectors::embedded(&folder);
    let limits = Limits {
        upload_bytes: config.max_upload_bytes,
        namespace_bytes: config.namespace_bytes,
        open_uploads: config.open_uploads,
        reserved_bytes: config.reserved_bytes,
        record_bytes: config.max_record_bytes,
        columns: config.max_columns,
    };
    let notices = NoticeSettings {
        sealing_key: secret_key::load(&config.notices, &config.data_folder, &SystemRandomness)?,
        mail: config.notices.smtp.is_some(),
        private_webhooks: config.notices.allow_private_webhooks,
    };
    let mut context = Context::new(
        store,
        folder,
        destination,
        limits,
        Arc::new(SystemClock),
        Arc::new(SystemIds),
        Arc::new(SystemRandomness),
    );
    context.notices = notices;
    context.free_bytes = Arc::new({
        let folder = config.data_folder.clone();
        move || system::free_bytes(&folder)
    });
    context.strays = || engine::counters::read().strays;
    context.reruns = config.reruns;
    context.inboxes = Arc::new(config.folders.clone());
    context.limit_contact = Arc::from(config.limit_contact.as_str());
    Ok(context)
}

/// Works on samples and runs until it is stopped; then it hands over what it holds.
pub fn start_worker(
    config: &Config,
    context: &Context,
    connectors: Connectors,
    stopping: CancellationToken,
) -> JoinHandle<()> {
    let (clock, ids, changes) = (
        Arc::clone(&context.clock),
        Arc::clone(&context.ids),
        context.changes.clone(),
    );
    // Unique, so that a worker never takes another's run for its own after a restart.
    let name = format!("{}-{}", std::process::id(), context.ids.next());
    let engine = Engine {
        store: context.store.clone(),
        source: connectors.source,
        destination: connectors.destination,
        inboxes: Arc::clone(&context.inboxes),
        looks: Arc::default(),
        uploads: context.folder.uploads(),
        reports: Reports {
            folder: context.folder.all_reports(),
            bytes_at_most: config.max_report_bytes,
        },
        has_room: room_for_runs(context),
        now: Arc::new(move || clock.now()),
        new_id: Arc::new(move || ids.next()),
        wake: changes.listen(),
        changed: Arc::new(move || changes.poke()),
        settings: WorkerSettings {
            limit_contact: config.limit_contact.clone(),
            reruns: config.reruns,
            days_made_up: config.days_made_up,
            file_bytes_at_most: config.max_upload_bytes,
            settle: config.settle,
            ..WorkerSettings::new(name, usize::from(config.workers), config.lease)
        },
    };
    tokio::spawn(engine::worker::run(engine, stopping))
}

/// Half of what uploads leave free is for runs; below it they wait. The log says when that begins and ends.
fn room_for_runs(context: &Context) -> Arc<dyn Fn() -> bool + Send + Sync> {
    let (free_bytes, least) = (
        Arc::clone(&context.free_bytes),
        context.limits.reserved_bytes / 2,
    );
    let waiting = AtomicBool::new(false);
    Arc::new(move || {
        // A disk that cannot be asked is not known to be full.
        let has_room = free_bytes().map_or(true, |free| free >= least);
        if waiting.swap(!has_room, Ordering::Relaxed) == has_room {
            if has_room {
                tracing::info!("there is room on the disk again: imports go on");
            } else {
                tracing::error!(
                    least,
                    "the data folder's disk has too little room: imports wait until there is more"
                );
            }
        }
        has_room
    })
}

/// Takes away what has lain long enough, until it is stopped.
pub fn start_clean_up(
    config: &Config,
    context: &Context,
    stopping: CancellationToken,
) -> JoinHandle<()> {
    tokio::spawn(clean_up::run(clean_up(config, context), stopping))
}

pub fn clean_up(config: &Config, context: &Context) -> CleanUp {
    let clock = Arc::clone(&context.clock);
    CleanUp {
        store: context.store.clone(),
        uploads: context.folder.uploads(),
        reports: context.folder.all_reports(),
        terms: Terms {
            upload_days: config.keep_uploads_days,
            history_days: config.keep_history_days,
        },
        now: Arc::new(move || clock.now()),
    }
}

/// Tells what happened until it is stopped; then it brings what is on its way to its end.
pub fn start_postman(
    config: &Config,
    context: &Context,
    public_url: &PublicUrl,
    stopping: CancellationToken,
) -> Result<JoinHandle<()>, WiringError> {
    let mailer = config
        .notices
        .smtp
        .as_ref()
        .map(|smtp| Mailer::new(smtp.settings(public_url)))
        .transpose()?;
    let (clock, ids, changes) = (
        Arc::clone(&context.clock),
        Arc::clone(&context.ids),
        context.changes.clone(),
    );
    let postman = Postman {
        store: context.store.clone(),
        mailer,
        webhooks: WebhookSender::new(config.notices.allow_private_webhooks),
        sealing_key: context.notices.sealing_key.clone(),
        public_url: public_url.as_str().to_owned(),
        now: Arc::new(move || clock.now()),
        settings: PostmanSettings {
            letter_wait: config.notices.letter_wait,
            ..PostmanSettings::new(format!("{}-{}", std::process::id(), ids.next()))
        },
        new_id: Arc::new(move || ids.next()),
        wake: changes.listen(),
        changed: Arc::new(move || changes.poke()),
    };
    Ok(tokio::spawn(engine::notices::run(postman, stopping)))
}
