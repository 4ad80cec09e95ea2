//! The log of what was done with a job.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::id::PersonId;
use domain::role::Action;
use domain::time::Timestamp;

use crate::access::{Actor, enter, parse_id};
use crate::context::Context;
use crate::error::OperationError;

const ACTIVITIES: u64 = 100;

/// An entry of the log of what was done.
#[derive(Debug)]
pub struct ActivityEntry {
    pub at: Timestamp,
    /// `None`: the system.
    pub who: Option<String>,
    /// Code of the event.
    pub kind: String,
}

/// Newest first.
pub async fn activity(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
) -> Result<Vec<ActivityEntry>, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let id = parse_id(job)?;
    context.store.job(access.namespace, id).await?;
    let mut names: HashMap<PersonId, String> = HashMap::new();
    let mut entries = Vec::new();
    for activity in context
        .store
        .activity(access.namespace, id, ACTIVITIES)
        .await?
    {
        let who = match activity.person {
            Some(person) => {
                let name = match names.entry(person) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(unknown) => {
                        unknown.insert(context.store.person(person).await?.name)
                    }
                };
                Some(name.clone())
            }
            None => None,
        };
        entries.push(ActivityEntry {
            at: activity.at,
            who,
            kind: activity.kind,
        });
    }
    Ok(entries)
}
