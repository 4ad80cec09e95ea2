//! Claiming samples that wait to be processed: like runs, by lease and fence.

use domain::{
    id::{JobId, NamespaceId},
    job::Job,
    settings::DraftSettings,
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockBehavior, LockType},
};

use super::row::PROCESSING;
use crate::{
    column::{from_count, from_json, to_count, to_small_count},
    connection::Store,
    datasets::Dataset,
    entities::{dataset, job, upload},
    error::StoreError,
    uploads::Upload,
};

/// A sample to be processed. Its outcome is written by [`Store::transition`] with the fence in
/// [`super::Changes::sampling_fence`].
#[derive(Clone, Debug, PartialEq)]
pub struct SamplingClaim {
    pub namespace: NamespaceId,
    pub job: Job,
    pub draft: DraftSettings,
    pub upload: Option<Upload>,
    pub dataset: Option<Dataset>,
    pub fence: u64,
    /// How often this sample was claimed, this time included: more than a few times took workers down.
    pub claims: u32,
}

impl Store {
    /// The sample that waits longest, with no worker or one whose lease has ended.
    pub async fn claim_sampling(
        &self,
        worker: &str,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Option<SamplingClaim>, StoreError> {
        let tx = self.begin().await?;
        let waiting = job::Entity::find()
            .filter(job::COLUMN.sample_state.eq(PROCESSING))
            .filter(
                Expr::col(job::Column::SamplingUntil)
                    .is_null()
                    .or(Expr::col(job::Column::SamplingUntil).lte(now.0)),
            )
            .order_by_asc(job::COLUMN.updated_at)
            .order_by_asc(job::COLUMN.id)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .one(&tx)
            .await?;
        let Some(row) = waiting else { return Ok(None) };
        let (fence, claims) = (row.sampling_fence + 1, row.sampling_claims + 1);
        job::Entity::update_many()
            .set(job::ActiveModel {
                sampling_fence: Set(fence),
                sampling_by: Set(Some(worker.to_owned())),
                sampling_until: Set(Some(lease_until.0)),
                sampling_claims: Set(claims),
                ..Default::default()
            })
            .filter(job::COLUMN.id.eq(row.id))
            .exec(&tx)
            .await?;
        let claim = read(&tx, &row, fence, claims).await?;
        tx.commit().await?;
        Ok(Some(claim))
    }

    /// Whether the worker still holds the sample; if so, its lease is renewed.
    pub async fn renew_sampling(
        &self,
        namespace: NamespaceId,
        job: JobId,
        fence: u64,
        lease_until: Timestamp,
    ) -> Result<bool, StoreError> {
        let renewed = job::Entity::update_many()
            .set(job::ActiveModel {
                sampling_until: Set(Some(lease_until.0)),
                ..Default::default()
            })
            .filter(job::COLUMN.id.eq(job.0))
            .filter(job::COLUMN.namespace.eq(namespace.0))
            .filter(job::COLUMN.sampling_fence.eq(from_count(fence)))
            .filter(job::COLUMN.sampling_by.is_not_null())
            .exec(self.writer())
            .await?;
        Ok(renewed.rows_affected == 1)
    }
}

async fn read(
    db: &impl ConnectionTrait,
    row: &job::Model,
    fence: i64,
    claims: i32,
) -> Result<SamplingClaim, StoreError> {
    let draft: DraftSettings = from_json("jobs.draft", &row.draft)?;
    let upload = match draft.sample {
        Some(id) => {
            upload::Entity::find_by_id(id.0)
                .filter(upload::COLUMN.namespace.eq(row.namespace))
                .one(db)
                .await?
        }
        None => None,
    };
    let dataset = match draft.dataset {
        Some(id) => {
            dataset::Entity::find_by_id(id.0)
                .filter(dataset::COLUMN.namespace.eq(row.namespace))
                .one(db)
                .await?
        }
        None => None,
    };
    Ok(SamplingClaim {
        namespace: NamespaceId(row.namespace),
        job: Job::try_from(row)?,
        draft,
        upload: upload.map(Upload::from),
        dataset: dataset.map(Dataset::try_from).transpose()?,
        fence: to_count(fence),
        claims: to_small_count("jobs.sampling_claims", claims)?,
    })
}
