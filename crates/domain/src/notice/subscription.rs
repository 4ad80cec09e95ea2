//! Who is told of what.

use std::collections::BTreeSet;

use super::{Announcement, Events, NoticeEvent};
use crate::code::coded_enum;
use crate::id::{JobId, PersonId, WebhookId};
use crate::role::Role;

/// A member of the namespace, or one of its webhooks. No other address: what is told is the namespace's alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subscriber {
    Person(PersonId),
    Webhook(WebhookId),
}

coded_enum! {
    /// How a notice gets to somebody.
    pub enum Channel as "channel" {
        Mail = "mail", "E-mail";
        Webhook = "webhook", "Webhook";
    }
}

/// What somebody has said that they want to hear of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub subscriber: Subscriber,
    /// `None`: for every job for which nothing else is said, and for the namespace itself.
    pub job: Option<JobId>,
    /// Empty: nothing.
    pub events: Events,
}

/// Somebody who can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressee {
    Member {
        person: PersonId,
        role: Role,
        /// Of the job that the notice is about.
        created_job: bool,
    },
    Webhook(WebhookId),
}

/// Who gets a notice, as news of which event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    pub subscriber: Subscriber,
    pub event: NoticeEvent,
}

impl Subscriber {
    pub const fn channel(self) -> Channel {
        match self {
            Self::Person(_) => Channel::Mail,
            Self::Webhook(_) => Channel::Webhook,
        }
    }
}

impl Addressee {
    pub const fn subscriber(self) -> Subscriber {
        match self {
            Self::Member { person, .. } => Subscriber::Person(person),
            Self::Webhook(webhook) => Subscriber::Webhook(webhook),
        }
    }
}

/// What somebody hears of who has not said what they want: whoever made a job, what goes wrong with it; owners, which job
/// stands still and how the limit is used.
pub fn built_in(addressee: Addressee) -> Events {
    let mut events = BTreeSet::new();
    if let Addressee::Member {
        role, created_job, ..
    } = addressee
    {
        if created_job {
            events.extend([
                NoticeEvent::RunPartiallyCompleted,
                NoticeEvent::RunFailed,
                NoticeEvent::RunHalted,
                NoticeEvent::JobHalted,
                NoticeEvent::SamplingFailed,
            ]);
        }
        if role == Role::Owner {
            events.extend([
                NoticeEvent::JobHalted,
                NoticeEvent::LimitNear,
                NoticeEvent::LimitReached,
            ]);
        }
    }
    events
}

/// What somebody hears of: what they said of the job, else what they said of the namespace, else what is built in.
pub fn heard(addressee: Addressee, subscriptions: &[Subscription], job: Option<JobId>) -> Events {
    said(addressee, subscriptions, job)
        .cloned()
        .unwrap_or_else(|| built_in(addressee))
}

fn said(
    addressee: Addressee,
    subscriptions: &[Subscription],
    job: Option<JobId>,
) -> Option<&Events> {
    let said_of = |job: Option<JobId>| {
        subscriptions
            .iter()
            .find(|said| said.subscriber == addressee.subscriber() && said.job == job)
            .map(|said| &said.events)
    };
    job.and_then(|job| said_of(Some(job)))
        .or_else(|| said_of(None))
}

/// Each of the addressees at most once. `told_of_failures`: who was told of the failures that this ends; they hear of it whatever else
/// they hear of, unless they want to hear of nothing by now. Of what goes wrong and nobody would hear of, as when those who did
/// have left, the owners hear who have not chosen otherwise.
pub fn recipients(
    announcements: &[Announcement],
    addressees: &[Addressee],
    subscriptions: &[Subscription],
    job: Option<JobId>,
    told_of_failures: &BTreeSet<Subscriber>,
) -> Vec<Recipient> {
    let concerned = |addressee: &Addressee| {
        let subscriber = addressee.subscriber();
        let events = heard(*addressee, subscriptions, job);
        let first_subscribed = announcements
            .iter()
            .find(|news| news.audience.iter().any(|event| events.contains(event)));
        let wants_nothing = said(*addressee, subscriptions, job).is_some_and(BTreeSet::is_empty);
        let first = first_subscribed.or_else(|| {
            let was_told = told_of_failures.contains(&subscriber) && !wants_nothing;
            announcements.first().filter(|_| was_told)
        })?;
        Some(Recipient {
            subscriber,
            event: first.event,
        })
    };
    let concerned: Vec<_> = addressees.iter().filter_map(concerned).collect();
    let goes_wrong = announcements.iter().find(|news| news.event.is_failure());
    let Some(news) = goes_wrong.filter(|_| concerned.is_empty()) else {
        return concerned;
    };
    stand_ins(addressees, subscriptions, job)
        .map(|subscriber| Recipient {
            subscriber,
            event: news.event,
        })
        .collect()
}

/// The owners who hear of what goes wrong where nobody else does: those who have not chosen what they hear of.
pub fn stand_ins(
    addressees: &[Addressee],
    subscriptions: &[Subscription],
    job: Option<JobId>,
) -> impl Iterator<Item = Subscriber> {
    let stands_in = move |addressee: &&Addressee| {
        matches!(
            addressee,
            Addressee::Member {
                role: Role::Owner,
                ..
            }
        ) && said(**addressee, subscriptions, job).is_none()
    };
    addressees
        .iter()
        .filter(stands_in)
        .map(|owner| owner.subscriber())
}

/// What can go wrong with the job without anybody who has said, or for whom it is built in, that they hear of it.
pub fn unheard_failures(
    addressees: &[Addressee],
    subscriptions: &[Subscription],
    job: JobId,
) -> Events {
    let heard: Events = addressees
        .iter()
        .flat_map(|addressee| heard(*addressee, subscriptions, Some(job)))
        .collect();
    NoticeEvent::ALL
        .iter()
        .copied()
        .filter(|event| event.is_failure() && !heard.contains(event))
        .collect()
}
