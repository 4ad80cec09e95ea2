//! Tells people and programs what happened: decides who hears of a notice, and delivers.
//!
//! Apart from the worker, which only writes notices with the changes that it makes. A process that is killed between sending
//! and recording sends once more when the lease has run out, under the same key.

mod digest;
mod letter;
mod payload;
mod plan;
mod send;
mod written;

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

use domain::time::Timestamp;
use notifiers::mail::Mailer;
use notifiers::webhook::WebhookSender;
use store::Store;
use store::secrets::SealingKey;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::services::keep;

pub(crate) use self::written::{of_ended_run, of_sampling_failed};

/// As the log and monitoring name them.
const PLANNING: &str = "notices";
pub(crate) const SENDING: &str = "deliveries";

/// What delivering needs from the outside world.
#[derive(Clone)]
pub struct Postman {
    pub store: Store,
    /// `None`: no mail server is configured, and nothing is told by e-mail.
    pub mailer: Option<Mailer>,
    pub webhooks: WebhookSender,
    pub sealing_key: SealingKey,
    /// How people reach the pages, without a slash at the end.
    pub public_url: String,
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    pub new_id: Arc<dyn Fn() -> Uuid + Send + Sync>,
    /// Called when something was delivered or given up.
    pub changed: Arc<dyn Fn() + Send + Sync>,
    /// Changes when there may be something to tell; without it a postman looks once in [`PostmanSettings::poll`].
    pub wake: watch::Receiver<u64>,
    pub settings: PostmanSettings,
}

#[derive(Clone, Debug)]
pub struct PostmanSettings {
    /// Unique among the processes that share a database.
    pub name: String,
    /// Deliveries that are on their way at the same time: one that gets no answer does not hold up the others.
    pub slots: usize,
    /// Longer than any attempt takes.
    pub lease: Duration,
    pub poll: Duration,
    /// How long a letter waits for more of its kind; zero: it goes at once.
    pub letter_wait: Duration,
}

impl PostmanSettings {
    pub fn new(name: String) -> Self {
        Self {
            name,
            slots: 4,
            lease: Duration::from_mins(2),
            poll: Duration::from_secs(2),
            letter_wait: Duration::from_mins(1),
        }
    }
}

/// Delivers until `shutdown`, and brings what is on its way to its end.
pub async fn run(postman: Postman, shutdown: CancellationToken) {
    let planning = keep(PLANNING, shutdown.clone(), || {
        keep_planning(postman.clone(), shutdown.clone())
    });
    let slots = (0..postman.settings.slots).map(|_| {
        keep(SENDING, shutdown.clone(), || {
            keep_sending(postman.clone(), shutdown.clone())
        })
    });
    tokio::join!(planning, futures::future::join_all(slots));
}

async fn keep_planning(mut postman: Postman, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        postman.wake.mark_unchanged();
        match plan::plan_all(&postman).await {
            // The senders look at what was planned.
            Ok(planned) if planned > 0 => (postman.changed)(),
            Ok(_) => postman.wait(&shutdown).await,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "could not look for what is to be told"
                );
                postman.wait(&shutdown).await;
            }
        }
    }
}

async fn keep_sending(mut postman: Postman, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        postman.wake.mark_unchanged();
        match send::send_one(&postman).await {
            Ok(true) => {}
            Ok(false) => postman.wait(&shutdown).await,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "could not look for what is to be delivered"
                );
                postman.wait(&shutdown).await;
            }
        }
    }
}

impl Postman {
    pub(crate) fn now(&self) -> Timestamp {
        (self.now)()
    }

    fn lease_until(&self) -> Timestamp {
        let lease = i64::try_from(self.settings.lease.as_millis()).unwrap_or(i64::MAX);
        Timestamp(self.now().0.saturating_add(lease))
    }

    async fn wait(&mut self, shutdown: &CancellationToken) {
        let poll = self.settings.poll;
        tokio::select! {
            () = shutdown.cancelled() => {}
            // An error means that nobody is left to wake the postman: it goes on looking by itself.
            woken = self.wake.changed() => if woken.is_err() { tokio::time::sleep(poll).await },
            () = tokio::time::sleep(poll) => {}
        }
    }
}

impl Debug for Postman {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postman")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
