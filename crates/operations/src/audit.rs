//! The log of what was done: of a job, of a namespace, and of the instance. One form for all of them.

use std::collections::HashMap;

use domain::activity::{ActivityGroup, kind};
use domain::id::{ActivityId, JobId, PersonId, RunId};
use domain::role::Action;
use domain::time::Timestamp;
use domain::zone::TimeZone;
use jiff::civil::Date;
use store::activity::{Activity, ActivityFilter, By};

use crate::access::{Access, Actor, enter, parse_id, require_operator};
use crate::context::Context;
use crate::error::OperationError;
use crate::place;

const PAGE: u64 = 50;
const OF_JOB: u64 = 100;

/// Which log is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    #[default]
    Namespace,
    /// What concerns no namespace, such as signing in; for operators.
    Instance,
}

#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    pub scope: Scope,
    pub by: Option<AskedBy>,
    pub group: Option<ActivityGroup>,
    pub job: Option<String>,
    /// First and last day in the namespace's time zone, as `2026-11-25`.
    pub from: Option<String>,
    pub until: Option<String>,
    /// From [`AuditPage::next`].
    pub after: Option<String>,
}

#[derive(Clone, Debug)]
pub enum AskedBy {
    Person(String),
    System,
}

#[derive(Debug)]
pub struct AuditPage {
    /// Newest first.
    pub entries: Vec<LogEntry>,
    /// Where the next page begins; opaque.
    pub next: Option<String>,
    /// Who and what the filter names, in words; `None`: not asked for.
    pub by: Option<String>,
    pub job: Option<String>,
    /// Members of the namespace, by name: whom one may filter by.
    pub people: Vec<(PersonId, String)>,
}

#[derive(Debug)]
pub struct LogEntry {
    pub id: ActivityId,
    pub at: Timestamp,
    /// `None`: the system, or nobody who is known.
    pub who: Option<(PersonId, String)>,
    pub address: Option<String>,
    pub kind: String,
    pub detail: String,
    pub job: Option<JobOfEntry>,
    pub run: Option<RunId>,
}

#[derive(Clone, Debug)]
pub struct JobOfEntry {
    pub id: JobId,
    /// As it is called now, or was when it was deleted; empty where nobody knows.
    pub name: String,
    pub is_deleted: bool,
}

pub async fn page(
    context: &Context,
    actor: &Actor,
    slug: &str,
    query: AuditQuery,
) -> Result<AuditPage, OperationError> {
    let access = enter(context, actor, slug, Action::ViewAuditLog).await?;
    let filter = filter(&query, &access)?;
    let after = query.after.as_deref().map(place::parse).transpose()?;
    // One more than is shown tells whether there is a next page.
    let mut activities = match query.scope {
        Scope::Namespace => {
            let store = &context.store;
            store
                .activity_page(access.namespace, &filter, after, PAGE + 1)
                .await?
        }
        Scope::Instance => {
            require_operator(actor)?;
            let store = &context.store;
            store
                .instance_activity_page(&filter, after, PAGE + 1)
                .await?
        }
    };
    let shown = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = activities.len() > shown;
    activities.truncate(shown);
    let last = activities.last().filter(|_| more);
    let next = last.map(|last| place::write(last.at, last.id));
    let mut names = Names::new(context, &access);
    let by = match filter.by {
        Some(By::Person(person)) => Some(names.person(person).await?),
        Some(By::System) => Some("Weir".to_owned()),
        None => None,
    };
    let job = match filter.job {
        Some(job) => Some(names.job(job).await?.name),
        None => None,
    };
    let members = context.store.members(access.namespace).await?;
    let members = members.into_iter().map(|member| member.person);
    Ok(AuditPage {
        entries: names.entries(activities).await?,
        next,
        by,
        job,
        people: members.map(|person| (person.id, person.name)).collect(),
    })
}

/// The last hundred of a job, newest first, without addresses: every member may see it.
pub async fn of_job(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
) -> Result<Vec<LogEntry>, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let id = parse_id(job)?;
    context.store.job(access.namespace, id).await?;
    let activities = context
        .store
        .activity_page(access.namespace, &ActivityFilter::of_job(id), None, OF_JOB)
        .await?;
    let mut entries = Names::new(context, &access).entries(activities).await?;
    for entry in &mut entries {
        entry.address = None;
    }
    Ok(entries)
}

fn filter(query: &AuditQuery, access: &Access) -> Result<ActivityFilter, OperationError> {
    let by = match &query.by {
        Some(AskedBy::Person(person)) => Some(By::Person(parse_id(person)?)),
        Some(AskedBy::System) => Some(By::System),
        None => None,
    };
    let kinds = query.group.map(ActivityGroup::kinds).unwrap_or_default();
    let zone = access.zone()?;
    let from = query.from.as_deref().map(parse_day).transpose()?;
    let until = query.until.as_deref().map(parse_day).transpose()?;
    Ok(ActivityFilter {
        by,
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        job: query.job.as_deref().map(parse_id).transpose()?,
        from: from.map(|day| start_of(day, &zone)).transpose()?,
        before: until
            .map(|day| start_of(day.tomorrow().map_err(|_| no_day())?, &zone))
            .transpose()?,
    })
}

fn parse_day(text: &str) -> Result<Date, OperationError> {
    text.parse().map_err(|_| no_day())
}

fn start_of(day: Date, zone: &TimeZone) -> Result<Timestamp, OperationError> {
    let start = day.to_zoned_datetime(zone.clone()).map_err(|_| no_day())?;
    Ok(Timestamp(start.timestamp().as_millisecond()))
}

fn no_day() -> OperationError {
    OperationError::invalid("day", "This is not a day.", "Write it as 2026-11-25.")
}

/// Names of people and jobs, each looked up once.
struct Names<'a> {
    context: &'a Context,
    access: &'a Access,
    people: HashMap<PersonId, String>,
    jobs: HashMap<JobId, JobOfEntry>,
}

impl<'a> Names<'a> {
    fn new(context: &'a Context, access: &'a Access) -> Self {
        Self {
            context,
            access,
            people: HashMap::new(),
            jobs: HashMap::new(),
        }
    }

    async fn entries(
        &mut self,
        activities: Vec<Activity>,
    ) -> Result<Vec<LogEntry>, OperationError> {
        let mut entries = Vec::with_capacity(activities.len());
        for activity in activities {
            let who = match activity.person {
                Some(person) => Some((person, self.person(person).await?)),
                None => None,
            };
            let job = match activity.job {
                Some(job) => Some(self.job(job).await?),
                None => None,
            };
            entries.push(LogEntry {
                id: activity.id,
                at: activity.at,
                who,
                address: activity.address,
                kind: activity.kind,
                detail: activity.detail,
                job,
                run: activity.run,
            });
        }
        Ok(entries)
    }

    async fn person(&mut self, id: PersonId) -> Result<String, OperationError> {
        if let Some(name) = self.people.get(&id) {
            return Ok(name.clone());
        }
        let name = self.context.store.person(id).await?.name;
        self.people.insert(id, name.clone());
        Ok(name)
    }

    /// Of a job that was deleted, the log itself knows what it was called.
    async fn job(&mut self, id: JobId) -> Result<JobOfEntry, OperationError> {
        if let Some(job) = self.jobs.get(&id) {
            return Ok(job.clone());
        }
        let (store, namespace) = (&self.context.store, self.access.namespace);
        let job = match store.job(namespace, id).await {
            Ok(record) => JobOfEntry {
                id,
                name: record.job.name.to_string(),
                is_deleted: false,
            },
            Err(error) if error.is_not_found() => {
                let deleted = ActivityFilter {
                    kinds: vec![kind::JOB_DELETED.to_owned()],
                    ..ActivityFilter::of_job(id)
                };
                let entry = store
                    .activity_page(namespace, &deleted, None, 1)
                    .await?
                    .pop();
                JobOfEntry {
                    id,
                    name: entry.map(|entry| entry.detail).unwrap_or_default(),
                    is_deleted: true,
                }
            }
            Err(error) => return Err(error.into()),
        };
        self.jobs.insert(id, job.clone());
        Ok(job)
    }
}

#[cfg(test)]
mod tests {
    use domain::id::NamespaceId;
    use domain::role::Role;

    use super::*;

    fn days(from: &str, until: &str) -> Result<ActivityFilter, OperationError> {
        let access = Access {
            namespace: NamespaceId(uuid::Uuid::nil()),
            slug: "main".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            role: Role::Owner,
        };
        let query = AuditQuery {
            from: Some(from.to_owned()),
            until: Some(until.to_owned()),
            ..AuditQuery::default()
        };
        filter(&query, &access)
    }

    #[test]
    fn days_are_those_of_the_namespace_and_the_last_one_counts() {
        // The day on which summer time ended in Berlin has 25 hours.
        let filter = days("2026-10-25", "2026-10-25").unwrap();
        let (from, before) = (filter.from.unwrap(), filter.before.unwrap());
        assert_eq!(from, Timestamp(1_792_879_200_000));
        assert_eq!(before, from.plus_seconds(25 * 60 * 60));
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["", "2026-02-30", "yesterday", "9999-12-31"] {
            assert!(days("2026-01-01", text).is_err(), "{text}");
        }
    }
}
