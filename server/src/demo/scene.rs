//! What the story is told with: a person, a clock that is moved, and a worker.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use domain::id::{JobId, NamespaceId, RunId};
use domain::job::{Job, JobStatus};
use domain::sampling::SampleState;
use domain::schedule::ScheduleForm;
use domain::settings::ImportMethod;
use domain::time::Timestamp;
use operations::access::Actor;
use operations::context::{Clock, Context};
use operations::links::{self, AcceptLink};
use operations::setup::{self, SampleStep, Step};
use operations::token::Token;
use operations::uploads::{self, Opening};
use operations::{activate, datasets, jobs};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::DemoError;
use super::files::Read;
use super::unhurried::Held;
use crate::config::Config;
use crate::wiring;

/// Of the namespace that every Weir begins with.
pub const SLUG: &str = "main";

/// Whom to sign in as.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    pub email: String,
    pub password: String,
}

/// Whenever somebody looks at the clock of the demo it has gone on so far: runs take time.
const TICK_MS: i64 = 23;

pub struct DemoClock(AtomicI64);

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.fetch_add(TICK_MS, Ordering::SeqCst))
    }
}

/// A file that another program puts into the watched folder.
pub struct Arrival {
    pub at: Timestamp,
    pub name: String,
    pub bytes: Vec<u8>,
}

pub struct Scene {
    pub context: Context,
    pub actor: Actor,
    pub account: DemoAccount,
    pub held: Arc<Held>,
    clock: Arc<DemoClock>,
    namespace: NamespaceId,
    inbox: PathBuf,
    /// Latest first.
    arrivals: Vec<Arrival>,
    jobs: Vec<JobId>,
    stopping: CancellationToken,
    worker: Option<JoinHandle<()>>,
}

impl Scene {
    /// Begins at `start`, with the first person.
    pub async fn open(
        config: &Config,
        context: &Context,
        held: &Arc<Held>,
        inbox: &Path,
        start: Timestamp,
    ) -> Result<Self, DemoError> {
        let clock = Arc::new(DemoClock(AtomicI64::new(start.0)));
        let mut context = context.clone();
        context.clock = clock.clone();
        let (actor, account) = first_person(&context).await?;
        let namespace = context.store.namespace_by_slug(SLUG).await?.id;
        let stopping = CancellationToken::new();
        let config = Config {
            // Nobody writes to the files of the story.
            settle: Duration::ZERO,
            ..config.clone()
        };
        let connectors = super::connectors(&context.folder, held);
        let worker = wiring::start_worker(&config, &context, connectors, stopping.clone());
        Ok(Self {
            context,
            actor,
            account,
            held: Arc::clone(held),
            clock,
            namespace,
            inbox: inbox.to_owned(),
            arrivals: Vec::new(),
            jobs: Vec::new(),
            stopping,
            worker: Some(worker),
        })
    }

    pub fn now(&self) -> Timestamp {
        self.context.now()
    }

    pub fn arrives(&mut self, arrival: Arrival) {
        self.arrivals.push(arrival);
        self.arrivals
            .sort_by_key(|arrival| std::cmp::Reverse(arrival.at));
    }

    /// Lets time pass: whatever comes due on the way is brought to its end at its own instant.
    pub async fn pass_until(&mut self, end: Timestamp) -> Result<(), DemoError> {
        loop {
            let due = self.next_due().await?.filter(|due| *due <= end);
            let instant = due.unwrap_or(end).max(self.now());
            self.deliver(instant)?;
            self.clock.0.fetch_max(instant.0, Ordering::SeqCst);
            self.context.changes.poke();
            self.rest().await?;
            if due.is_none() {
                return Ok(());
            }
        }
    }

    /// Waits until nothing is under way or due.
    pub async fn rest(&self) -> Result<(), DemoError> {
        let mut changes = self.context.changes.listen();
        while !self.is_at_rest().await? {
            changes
                .changed()
                .await
                .map_err(|_| DemoError::Broken("the worker is gone".to_owned()))?;
        }
        Ok(())
    }

    pub async fn job(&self, id: JobId) -> Result<Job, DemoError> {
        Ok(self.context.store.job(self.namespace, id).await?.job)
    }

    /// Newest first.
    pub async fn runs(&self, id: JobId) -> Result<Vec<RunId>, DemoError> {
        let runs = self
            .context
            .store
            .runs_page(self.namespace, id, None, 100)
            .await?;
        Ok(runs.into_iter().map(|run| run.run.id).collect())
    }

    pub async fn upload(&self, name: &str, bytes: &[u8]) -> Result<String, DemoError> {
        let (context, actor) = (&self.context, &self.actor);
        let length = bytes.len() as u64;
        let id = uploads::create(context, actor, SLUG, name, length)
            .await?
            .id
            .to_string();
        match uploads::open(context, actor, SLUG, &id, 0, Some(length)).await? {
            Opening::Ready(mut receiver) => {
                receiver.write(bytes).await?;
                receiver.finish().await?;
            }
            Opening::Elsewhere(_) => {
                return Err(DemoError::Broken("an upload is elsewhere".to_owned()));
            }
        }
        Ok(id)
    }

    pub async fn dataset(&self, name: &str, read: &Read) -> Result<String, DemoError> {
        let fields = read.fields.clone();
        let dataset = datasets::create(&self.context, &self.actor, SLUG, name, fields).await?;
        Ok(dataset.id.to_string())
    }

    pub async fn create(&mut self, name: &str) -> Result<JobId, DemoError> {
        let job = jobs::create(&self.context, &self.actor, SLUG, name).await?;
        self.jobs.push(job);
        Ok(job)
    }

    pub async fn save(&self, job: JobId, step: Step) -> Result<(), DemoError> {
        let (context, actor, id) = (&self.context, &self.actor, job.to_string());
        let version = setup::show(context, actor, SLUG, &id).await?.job.version;
        setup::save(context, actor, SLUG, &id, version, step).await?;
        Ok(())
    }

    pub async fn basics(&self, job: JobId, name: &str, dataset: &str) -> Result<(), DemoError> {
        let step = Step::Basics {
            name: name.to_owned(),
            dataset: Some(dataset.to_owned()),
            method: ImportMethod::Upsert,
        };
        self.save(job, step).await
    }

    /// The whole file is the sample.
    pub async fn sample(
        &self,
        job: JobId,
        upload: &str,
        bytes: &[u8],
        read: &Read,
    ) -> Result<(), DemoError> {
        let step = Step::Sample(Box::new(SampleStep {
            upload: Some(upload.to_owned()),
            file_bytes: bytes.len() as u64,
            dialect: read.dialect.clone(),
            mapping: read.mapping.clone(),
            new_dataset: None,
        }));
        self.save(job, step).await
    }

    pub async fn schedule(&self, job: JobId, form: ScheduleForm) -> Result<(), DemoError> {
        self.save(job, Step::Schedule(Box::new(form))).await
    }

    pub async fn activate(
        &self,
        job: JobId,
        upload: Option<&str>,
    ) -> Result<Option<RunId>, DemoError> {
        let (context, actor, id) = (&self.context, &self.actor, job.to_string());
        let version = setup::show(context, actor, SLUG, &id).await?.job.version;
        Ok(activate::activate(context, actor, SLUG, &id, version, upload, None).await?)
    }

    /// From here on things are only begun: who serves the demo finds them waiting.
    pub async fn stop_worker(&mut self) {
        self.stopping.cancel();
        if let Some(worker) = self.worker.take() {
            // It ends by itself; a panic of it would have shown before.
            let _ = worker.await;
        }
    }

    pub async fn job_named(&self, name: &str) -> Result<JobId, DemoError> {
        for id in &self.jobs {
            if self.job(*id).await?.name.as_str() == name {
                return Ok(*id);
            }
        }
        Err(DemoError::Broken(format!("there is no job `{name}`")))
    }

    /// Waits until the sample was looked at.
    pub async fn sampled(&self, job: JobId) -> Result<(), DemoError> {
        let mut changes = self.context.changes.listen();
        while self.job(job).await?.sample == SampleState::Processing {
            changes
                .changed()
                .await
                .map_err(|_| DemoError::Broken("the worker is gone".to_owned()))?;
        }
        Ok(())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, DemoError> {
        let mut due = Vec::new();
        for id in &self.jobs {
            let job = self.job(*id).await?;
            due.extend(dues(&job));
        }
        Ok(due.into_iter().min())
    }

    async fn is_at_rest(&self) -> Result<bool, DemoError> {
        for id in &self.jobs {
            let job = self.job(*id).await?;
            let is_busy = job.unfinished.total() > 0
                || job.sample == SampleState::Processing
                || dues(&job).any(|due| due <= self.now());
            if is_busy {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Writes the files that have arrived by then.
    fn deliver(&mut self, by: Timestamp) -> Result<(), DemoError> {
        while self.arrivals.last().is_some_and(|arrival| arrival.at <= by) {
            let Some(arrival) = self.arrivals.pop() else {
                return Ok(());
            };
            let path = self.inbox.join(&arrival.name);
            fs::write(&path, &arrival.bytes)?;
            let since = Duration::from_millis(arrival.at.0.unsigned_abs());
            fs::File::options()
                .write(true)
                .open(path)?
                .set_modified(UNIX_EPOCH + since)?;
        }
        Ok(())
    }
}

/// When the job wants to run, while nothing keeps it from that.
fn dues(job: &Job) -> impl Iterator<Item = Timestamp> {
    let runs = job.status == JobStatus::Active;
    let rerun = job.rerun.as_ref().map(|rerun| rerun.due_at);
    job.next_due.into_iter().chain(rerun).filter(move |_| runs)
}

async fn first_person(context: &Context) -> Result<(Actor, DemoAccount), DemoError> {
    let link = links::create_first_link(context)
        .await?
        .ok_or_else(|| DemoError::Broken("somebody has an account already".to_owned()))?;
    let account = DemoAccount {
        email: "demo@example.org".to_owned(),
        password: Token::random(context.randomness.as_ref()).reveal()[..12].to_owned(),
    };
    let input = AcceptLink {
        token: link.reveal(),
        email: account.email.clone(),
        name: "Dora Demo".to_owned(),
        password: account.password.clone(),
        address: "127.0.0.1".to_owned(),
        previous: None,
    };
    links::accept(context, input).await?;
    let person = context
        .store
        .person_by_email(&account.email)
        .await?
        .ok_or_else(|| DemoError::Broken("the first person is not there".to_owned()))?;
    let actor = Actor {
        person: person.id,
        name: person.name,
        email: person.email,
        operator: person.operator,
        address: Some("127.0.0.1".to_owned()),
    };
    Ok((actor, account))
}
