//! Failed attempts to sign in, counted per account and per address, so that guessing can be slowed down.

use domain::time::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    EntityTrait, PaginatorTrait, QueryFilter,
};

use crate::{connection::Store, entities::failed_sign_in, error::StoreError};

impl Store {
    /// `key`: what is counted, such as an account or an address.
    pub async fn note_failed_sign_in(&self, key: &str, now: Timestamp) -> Result<(), StoreError> {
        let row = failed_sign_in::ActiveModel {
            id: NotSet,
            key: Set(key.to_owned()),
            at: Set(now.0),
        };
        failed_sign_in::Entity::insert(row)
            .exec_without_returning(self.writer())
            .await?;
        Ok(())
    }

    /// Those at `since` and later.
    pub async fn failed_sign_ins_since(
        &self,
        key: &str,
        since: Timestamp,
    ) -> Result<u32, StoreError> {
        let count = failed_sign_in::Entity::find()
            .filter(failed_sign_in::COLUMN.key.eq(key))
            .filter(failed_sign_in::COLUMN.at.gte(since.0))
            .count(self.reader())
            .await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    pub async fn clear_failed_sign_ins(&self, key: &str) -> Result<(), StoreError> {
        failed_sign_in::Entity::delete_many()
            .filter(failed_sign_in::COLUMN.key.eq(key))
            .exec(self.writer())
            .await?;
        Ok(())
    }

    /// Forgets those before `before`; how many went.
    pub async fn prune_failed_sign_ins(&self, before: Timestamp) -> Result<u64, StoreError> {
        let deleted = failed_sign_in::Entity::delete_many()
            .filter(failed_sign_in::COLUMN.at.lt(before.0))
            .exec(self.writer())
            .await?;
        Ok(deleted.rows_affected)
    }
}
