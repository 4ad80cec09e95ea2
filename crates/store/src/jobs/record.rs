//! One job with all that is known of it.

use domain::{
    id::{DatasetId, JobId, JobVersionId, NamespaceId, PersonId},
    job::Job,
    name::JobName,
    settings::{DraftSettings, JobSettings},
    time::Timestamp,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryFilter};

use super::row;
use crate::{
    activity::{self, NewActivity},
    changes,
    column::{from_json, to_json, to_small_count},
    connection::Store,
    entities::{job, job_version, upload},
    error::{StoreError, on_insert},
    uploads::Upload,
};

#[derive(Clone, Debug)]
pub struct NewJob {
    pub id: JobId,
    pub name: JobName,
    pub created_by: PersonId,
}

#[derive(Clone, Debug, PartialEq)]
pub struct JobRecord {
    pub job: Job,
    pub draft: DraftSettings,
    /// The upload that the draft names as its sample.
    pub sample: Option<Upload>,
    /// Number of the sealed version that runs use, from 1.
    pub version_number: Option<u32>,
    /// Of the sealed version, else of the draft.
    pub dataset: Option<DatasetId>,
    pub created_by: PersonId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Store {
    /// A Draft.
    pub async fn create_job(
        &self,
        namespace: NamespaceId,
        new: NewJob,
        log: Vec<NewActivity>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let id = new.id;
        let row = job::ActiveModel {
            draft: Set(to_json("jobs.draft", &DraftSettings::default())?),
            dataset: Set(None),
            sampling_fence: Set(0),
            sampling_by: Set(None),
            sampling_until: Set(None),
            sampling_claims: Set(0),
            created_by: Set(new.created_by.0),
            created_at: Set(now.0),
            updated_at: Set(now.0),
            change: Set(0),
            ..row::columns(&Job::new(id, namespace, new.name))?
        };
        let tx = self.begin().await?;
        job::Entity::insert(row)
            .exec_without_returning(&tx)
            .await
            .map_err(on_insert("job"))?;
        activity::insert(&tx, namespace, log, now).await?;
        changes::stamp(&tx, &[id], &[]).await?;
        tx.commit().await?;
        Ok(())
    }

    pub async fn job(&self, namespace: NamespaceId, id: JobId) -> Result<JobRecord, StoreError> {
        let row = find(self.reader(), namespace, id).await?;
        let draft: DraftSettings = from_json("jobs.draft", &row.draft)?;
        let sample = match draft.sample {
            Some(sample) => {
                upload::Entity::find_by_id(sample.0)
                    .filter(upload::COLUMN.namespace.eq(namespace.0))
                    .one(self.reader())
                    .await?
            }
            None => None,
        };
        let version_number = match row.current {
            Some(current) => Some(
                find_version(self.reader(), namespace, JobVersionId(current))
                    .await?
                    .number,
            ),
            None => None,
        };
        Ok(JobRecord {
            job: Job::try_from(&row)?,
            draft,
            sample: sample.map(Upload::from),
            version_number: version_number
                .map(|number| to_small_count("job_versions.number", number))
                .transpose()?,
            dataset: row.dataset.map(DatasetId),
            created_by: PersonId(row.created_by),
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
        })
    }

    /// Sealed settings.
    pub async fn job_version(
        &self,
        namespace: NamespaceId,
        id: JobVersionId,
    ) -> Result<JobSettings, StoreError> {
        let row = find_version(self.reader(), namespace, id).await?;
        from_json("job_versions.settings", &row.settings)
    }
}

pub(super) const NOT_FOUND: StoreError = StoreError::NotFound { what: "job" };

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    namespace: NamespaceId,
    id: JobId,
) -> Result<job::Model, StoreError> {
    job::Entity::find_by_id(id.0)
        .filter(job::COLUMN.namespace.eq(namespace.0))
        .one(db)
        .await?
        .ok_or(NOT_FOUND)
}

pub(crate) async fn find_version(
    db: &impl ConnectionTrait,
    namespace: NamespaceId,
    id: JobVersionId,
) -> Result<job_version::Model, StoreError> {
    job_version::Entity::find_by_id(id.0)
        .filter(job_version::COLUMN.namespace.eq(namespace.0))
        .one(db)
        .await?
        .ok_or(StoreError::NotFound {
            what: "job version",
        })
}
