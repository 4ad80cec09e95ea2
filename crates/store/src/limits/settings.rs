//! The limits of a namespace, which its operator sets.

use domain::{id::NamespaceId, time::Timestamp};
use sea_orm::{ActiveValue::Set, EntityTrait, QueryFilter, QuerySelect, sea_query::LockType};

use crate::{
    activity::{self, NewActivity},
    column::{from_count, from_small_count},
    connection::Store,
    entities::{namespace, quota_month},
    error::StoreError,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamespaceLimits {
    pub monthly_rows: u64,
    /// So many runs may be under way at once; `None`: as many as there are workers.
    pub concurrent_runs: Option<u32>,
}

impl Store {
    /// With the entry of the log that says who did it. Where the rows change, what was told of the old limit is told anew of
    /// the new one.
    pub async fn set_limits(
        &self,
        namespace: NamespaceId,
        limits: NamespaceLimits,
        activity: NewActivity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let monthly_rows = from_count(limits.monthly_rows);
        let before = namespace::Entity::find_by_id(namespace.0)
            .lock(LockType::NoKeyUpdate)
            .one(&tx)
            .await?
            .ok_or(StoreError::NotFound { what: "namespace" })?;
        namespace::Entity::update_many()
            .set(namespace::ActiveModel {
                monthly_row_limit: Set(monthly_rows),
                concurrent_runs: Set(limits.concurrent_runs.map(from_small_count)),
                ..Default::default()
            })
            .filter(namespace::COLUMN.id.eq(namespace.0))
            .exec(&tx)
            .await?;
        if before.monthly_row_limit != monthly_rows {
            quota_month::Entity::update_many()
                .set(quota_month::ActiveModel {
                    near_at: Set(None),
                    reached_at: Set(None),
                    refused_at: Set(None),
                    ..Default::default()
                })
                .filter(quota_month::COLUMN.namespace.eq(namespace.0))
                .exec(&tx)
                .await?;
        }
        activity::insert(&tx, namespace, vec![activity], now).await?;
        tx.commit().await?;
        Ok(())
    }
}
