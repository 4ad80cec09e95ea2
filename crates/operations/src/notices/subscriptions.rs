//! Who hears of what: each for themselves, and those who answer for a job or a namespace for others.

use domain::id::JobId;
use domain::notice::{
    Addressee, Events, Subscriber, Subscription, built_in, heard, stand_ins, unheard_failures,
};
use domain::role::Action;
use store::notices::Audience;

use super::check_events;
use crate::access::{Access, Actor, enter, parse_id};
use crate::change;
use crate::context::Context;
use crate::error::OperationError;

const MINUTES_OF_A_DAY: u16 = 24 * 60;

/// A member or a webhook, and what they hear of.
#[derive(Clone, Debug)]
pub struct Hearer {
    pub subscriber: Subscriber,
    /// Of the person, or the host of the webhook.
    pub name: String,
    /// What they hear of now.
    pub events: Events,
    /// Whether that was said here; else it follows from the namespace or is built in.
    pub chosen: bool,
    /// Whether the actor may change it.
    pub may_change: bool,
    /// The person who asks.
    pub is_actor: bool,
}

#[derive(Debug)]
pub struct JobAudience {
    pub hearers: Vec<Hearer>,
    /// What can go wrong of which nobody hears who has said so, or for whom it is built in.
    pub unheard: Events,
    /// Names of the owners who hear of that in their place.
    pub stand_ins: Vec<String>,
    /// Whether a mail server is configured: without one members have the page alone.
    pub mail: bool,
}

#[derive(Debug)]
pub struct NamespaceAudience {
    pub hearers: Vec<Hearer>,
    /// Names of the owners who hear of what goes wrong with a job where nobody else does.
    pub stand_ins: Vec<String>,
    pub mail: bool,
    /// Whether the actor may manage webhooks and dead letters.
    pub may_manage: bool,
}

/// The actor's own.
#[derive(Debug)]
pub struct MySettings {
    pub email: String,
    /// `None`: as is built in.
    pub events: Option<Events>,
    pub built_in: Events,
    pub digest_minute: Option<u16>,
    pub time_zone: String,
    pub mail: bool,
}

pub async fn my_settings(
    context: &Context,
    actor: &Actor,
    slug: &str,
) -> Result<MySettings, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let audience = context.store.audience(access.namespace, None).await?;
    let me = Subscriber::Person(actor.person);
    let said = audience
        .subscriptions
        .iter()
        .find(|said| said.subscriber == me)
        .map(|said| said.events.clone());
    let preference = context
        .store
        .notice_preference(access.namespace, actor.person)
        .await?;
    Ok(MySettings {
        email: actor.email.clone(),
        events: said,
        // What is built in for the maker of a job counts for those of their own jobs.
        built_in: built_in(Addressee::Member {
            person: actor.person,
            role: access.role,
            created_job: true,
        }),
        digest_minute: preference.digest_minute,
        time_zone: access.time_zone,
        mail: context.notices.mail,
    })
}

/// Who is told of the job.
pub async fn job_audience(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
) -> Result<JobAudience, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let job: JobId = parse_id(job)?;
    context.store.job(access.namespace, job).await?;
    let audience = context.store.audience(access.namespace, Some(job)).await?;
    let addressees = audience.addressees(audience.job_created_by);
    Ok(JobAudience {
        hearers: hearers(context, &access, actor, &audience, Some(job)).await?,
        unheard: unheard_failures(&addressees, &audience.subscriptions, job),
        stand_ins: names_of_stand_ins(&audience, &addressees, Some(job)),
        mail: context.notices.mail,
    })
}

/// Who is told of the namespace, and of every job of which nothing else is said.
pub async fn namespace_audience(
    context: &Context,
    actor: &Actor,
    slug: &str,
) -> Result<NamespaceAudience, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let audience = context.store.audience(access.namespace, None).await?;
    let addressees = audience.addressees(None);
    Ok(NamespaceAudience {
        hearers: hearers(context, &access, actor, &audience, None).await?,
        stand_ins: names_of_stand_ins(&audience, &addressees, None),
        mail: context.notices.mail,
        may_manage: access.role.allows(Action::ManageNamespace),
    })
}

/// `job: None`: for the namespace, and every job of which nothing else is said. `events: None` takes back what was said.
pub async fn subscribe(
    context: &Context,
    actor: &Actor,
    slug: &str,
    subscriber: Subscriber,
    job: Option<&str>,
    events: Option<Events>,
) -> Result<(), OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let job: Option<JobId> = job.map(parse_id).transpose()?;
    if !may_change(&access, actor, subscriber, job) {
        return Err(OperationError::NotAllowed);
    }
    let events = events.map(check_events).transpose()?;
    match subscriber {
        Subscriber::Person(person) => {
            context
                .store
                .role_in(access.namespace, person)
                .await?
                .ok_or(OperationError::NotFound)?;
        }
        Subscriber::Webhook(webhook) => {
            context.store.webhook(access.namespace, webhook).await?;
        }
    }
    let activity = change::notice_activity(context, actor, job, "subscription_changed", subscriber);
    let now = context.now();
    context
        .store
        .set_subscription(
            access.namespace,
            subscriber,
            job,
            events,
            vec![activity],
            now,
        )
        .await?;
    Ok(())
}

/// The actor's own e-mails come together, once a day at a minute of the local day; `None`: each at once.
pub async fn set_digest(
    context: &Context,
    actor: &Actor,
    slug: &str,
    minute: Option<u16>,
) -> Result<(), OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    if minute.is_some_and(|minute| minute >= MINUTES_OF_A_DAY) {
        return Err(OperationError::invalid(
            "digest",
            "A day has no such time.",
            "Choose a time from 00:00 to 23:59.",
        ));
    }
    Ok(context
        .store
        .set_digest_minute(access.namespace, actor.person, minute)
        .await?)
}

fn may_change(access: &Access, actor: &Actor, subscriber: Subscriber, job: Option<JobId>) -> bool {
    let needed = match job {
        _ if subscriber == Subscriber::Person(actor.person) => Action::ViewJobs,
        Some(_) => Action::EditJobs,
        None => Action::ManageNamespace,
    };
    access.role.allows(needed)
}

fn names_of_stand_ins(
    audience: &Audience,
    addressees: &[Addressee],
    job: Option<JobId>,
) -> Vec<String> {
    let owners: Vec<Subscriber> = stand_ins(addressees, &audience.subscriptions, job).collect();
    let is_owner = |person| owners.contains(&Subscriber::Person(person));
    let members = audience.members.iter();
    members
        .filter(|member| is_owner(member.person))
        .map(|member| member.name.clone())
        .collect()
}

async fn hearers(
    context: &Context,
    access: &Access,
    actor: &Actor,
    audience: &Audience,
    job: Option<JobId>,
) -> Result<Vec<Hearer>, OperationError> {
    let webhooks = context.store.webhooks(access.namespace).await?;
    let name_of = |subscriber: Subscriber| match subscriber {
        Subscriber::Person(person) => {
            let mut members = audience.members.iter();
            let member = members.find(|member| member.person == person);
            member.map(|member| member.name.clone())
        }
        Subscriber::Webhook(id) => {
            let webhook = webhooks.iter().find(|webhook| webhook.id == id);
            webhook.map(|webhook| super::webhooks::host(&webhook.url))
        }
    };
    let hearer = |addressee: Addressee| {
        let subscriber = addressee.subscriber();
        let said_here = |said: &Subscription| said.subscriber == subscriber && said.job == job;
        // A webhook that came or went between the two questions has no name, and is left out.
        Some(Hearer {
            subscriber,
            name: name_of(subscriber)?,
            events: heard(addressee, &audience.subscriptions, job),
            chosen: audience.subscriptions.iter().any(said_here),
            may_change: may_change(access, actor, subscriber, job),
            is_actor: subscriber == Subscriber::Person(actor.person),
        })
    };
    let addressees = audience.addressees(audience.job_created_by);
    Ok(addressees.into_iter().filter_map(hearer).collect())
}
