//! The limits of a namespace, which its operator sets.

use domain::{id::NamespaceId, time::Timestamp};
use sea_orm::{ActiveValue::Set, EntityTrait, QueryFilter};

use crate::{
    activity::{self, NewActivity},
    column::{from_count, from_small_count},
    connection::Store,
    entities::namespace,
    error::StoreError,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamespaceLimits {
    pub monthly_rows: u64,
    /// So many runs may be under way at once; `None`: as many as there are workers.
    pub concurrent_runs: Option<u32>,
}

impl Store {
    /// With the entry of the log that says who did it.
    pub async fn set_limits(
        &self,
        namespace: NamespaceId,
        limits: NamespaceLimits,
        activity: NewActivity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let updated = namespace::Entity::update_many()
            .set(namespace::ActiveModel {
                monthly_row_limit: Set(from_count(limits.monthly_rows)),
                concurrent_runs: Set(limits.concurrent_runs.map(from_small_count)),
                ..Default::default()
            })
            .filter(namespace::COLUMN.id.eq(namespace.0))
            .exec(&tx)
            .await?;
        if updated.rows_affected == 0 {
            return Err(StoreError::NotFound { what: "namespace" });
        }
        activity::insert(&tx, namespace, vec![activity], now).await?;
        tx.commit().await?;
        Ok(())
    }
}
