//! What nobody is left to hear of when somebody leaves.

use std::collections::BTreeSet;

use domain::id::PersonId;
use domain::job::JobStatus;
use domain::notice::{Addressee, Events, Subscriber, stand_ins, unheard_failures};
use domain::role::Action;

use crate::access::{Actor, enter, parse_id};
use crate::context::Context;
use crate::error::OperationError;

/// Jobs of whose failing runs somebody hears alone.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct HeardAlone {
    /// Their names.
    pub jobs: Vec<String>,
    /// Names of the owners who hear of failures of one of them when the person has left.
    pub stand_ins: Vec<String>,
    /// Of how many of the jobs nobody hears then.
    pub unheard: u64,
}

/// Before the person is removed, or leaves. Nothing where no mail server is configured: then nobody is told by e-mail anyway.
pub async fn heard_alone(
    context: &Context,
    actor: &Actor,
    slug: &str,
    person: &str,
) -> Result<HeardAlone, OperationError> {
    let person: PersonId = parse_id(person)?;
    let needed = if person == actor.person {
        Action::ViewJobs
    } else {
        Action::ManageMembers
    };
    let access = enter(context, actor, slug, needed).await?;
    let audience = context.store.audience(access.namespace, None).await?;
    let mut alone = HeardAlone::default();
    let is_member = audience.members.iter().any(|it| it.person == person);
    if !context.notices.mail || !is_member {
        return Ok(alone);
    }
    let subscriptions = context.store.subscriptions(access.namespace).await?;
    let may_fail = [JobStatus::Active, JobStatus::Paused, JobStatus::Halted];
    let mut owners = BTreeSet::new();
    for job in context.store.made_jobs(access.namespace, &may_fail).await? {
        let with = audience.addressees(Some(job.created_by));
        let without: Vec<Addressee> = with
            .iter()
            .copied()
            .filter(|addressee| addressee.subscriber() != Subscriber::Person(person))
            .collect();
        let unheard = |addressees: &[Addressee]| {
            let unheard = unheard_failures(addressees, &subscriptions, job.id);
            let of_runs = unheard.into_iter().filter(|event| event.ends_a_run());
            of_runs.collect::<Events>()
        };
        if unheard(&without) == unheard(&with) {
            continue;
        }
        let mut stand_in = stand_ins(&without, &subscriptions, Some(job.id)).peekable();
        if stand_in.peek().is_none() {
            alone.unheard += 1;
        }
        owners.extend(stand_in);
        alone.jobs.push(job.name);
    }
    let members = audience.members.into_iter();
    alone.stand_ins = members
        .filter(|member| owners.contains(&Subscriber::Person(member.person)))
        .map(|member| member.name)
        .collect();
    Ok(alone)
}
