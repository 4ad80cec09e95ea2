//! Everybody of a namespace who may be told something, and what they said about it.

use domain::{
    id::{JobId, NamespaceId, PersonId, WebhookId},
    job::JobStatus,
    notice::{Addressee, Subscription},
    role::Role,
};
use sea_orm::{EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{preference, subscriptions};
use crate::{
    column::from_code,
    connection::Store,
    entities::{job, membership, notice_preference, person, webhook},
    error::StoreError,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience {
    /// By name.
    pub members: Vec<Member>,
    pub webhooks: Vec<WebhookId>,
    pub subscriptions: Vec<Subscription>,
    /// Who made the job that was asked about, where it still is.
    pub job_created_by: Option<PersonId>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Member {
    pub person: PersonId,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// Minute of the local day at which they want a digest; `None`: each notice at once.
    pub digest_minute: Option<u16>,
}

/// A job, and who hears of what goes wrong with it unless they say otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeJob {
    pub id: JobId,
    pub name: String,
    pub created_by: PersonId,
}

impl Store {
    /// By name.
    pub async fn made_jobs(
        &self,
        namespace: NamespaceId,
        statuses: &[JobStatus],
    ) -> Result<Vec<MadeJob>, StoreError> {
        let statuses = statuses.iter().map(|status| status.code());
        let jobs = job::Entity::find()
            .filter(job::COLUMN.namespace.eq(namespace.0))
            .filter(job::COLUMN.status.is_in(statuses))
            .order_by_asc(job::COLUMN.name)
            .order_by_asc(job::COLUMN.id)
            .all(self.reader())
            .await?;
        let made = |row: job::Model| MadeJob {
            id: JobId(row.id),
            name: row.name,
            created_by: PersonId(row.created_by),
        };
        Ok(jobs.into_iter().map(made).collect())
    }

    pub async fn audience(
        &self,
        namespace: NamespaceId,
        job: Option<JobId>,
    ) -> Result<Audience, StoreError> {
        let preferences = notice_preference::Entity::find()
            .filter(notice_preference::COLUMN.namespace.eq(namespace.0))
            .all(self.reader())
            .await?;
        let memberships = membership::Entity::find()
            .filter(membership::COLUMN.namespace.eq(namespace.0))
            .filter(membership::COLUMN.accepted_at.is_not_null())
            .all(self.reader())
            .await?;
        let people = person::Entity::find()
            .filter(
                person::COLUMN
                    .id
                    .is_in(memberships.iter().map(|row| row.person)),
            )
            .order_by_asc(person::COLUMN.name)
            .order_by_asc(person::COLUMN.id)
            .all(self.reader())
            .await?;
        let mut members = Vec::with_capacity(people.len());
        for person in people {
            let Some(membership) = memberships.iter().find(|row| row.person == person.id) else {
                continue;
            };
            let preference = preferences.iter().find(|row| row.person == person.id);
            members.push(Member {
                person: PersonId(person.id),
                name: person.name,
                email: person.email,
                role: from_code("memberships.role", &membership.role)?,
                digest_minute: preference.and_then(preference::digest_minute),
            });
        }
        let webhooks: Vec<uuid::Uuid> = webhook::Entity::find()
            .select_only()
            .column(webhook::Column::Id)
            .filter(webhook::COLUMN.namespace.eq(namespace.0))
            .order_by_asc(webhook::COLUMN.created_at)
            .order_by_asc(webhook::COLUMN.id)
            .into_tuple()
            .all(self.reader())
            .await?;
        let job_created_by = match job {
            Some(id) => job::Entity::find_by_id(id.0)
                .filter(job::COLUMN.namespace.eq(namespace.0))
                .one(self.reader())
                .await?
                .map(|row| PersonId(row.created_by)),
            None => None,
        };
        Ok(Audience {
            members,
            webhooks: webhooks.into_iter().map(WebhookId).collect(),
            subscriptions: subscriptions::of(self.reader(), namespace, job).await?,
            job_created_by,
        })
    }
}

impl Audience {
    /// Members, then webhooks; of a job that `maker` made.
    pub fn addressees(&self, maker: Option<PersonId>) -> Vec<Addressee> {
        let members = self.members.iter().map(|member| Addressee::Member {
            person: member.person,
            role: member.role,
            created_job: maker == Some(member.person),
        });
        let webhooks = self.webhooks.iter().copied().map(Addressee::Webhook);
        members.chain(webhooks).collect()
    }
}

/// Without name and address: neither belongs into logs.
impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Member")
            .field("person", &self.person)
            .field("role", &self.role)
            .field("digest_minute", &self.digest_minute)
            .finish_non_exhaustive()
    }
}
