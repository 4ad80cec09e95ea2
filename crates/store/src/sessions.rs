//! Signed-in browsers.

use domain::{id::PersonId, time::Timestamp};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    connection::Store,
    entities::session,
    error::{StoreError, on_insert},
    token::TokenHash,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub person: PersonId,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Store {
    pub async fn create_session(
        &self,
        token_hash: TokenHash,
        person: PersonId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let row = session::ActiveModel {
            token_hash: Set(token_hash.stored()),
            person: Set(person.0),
            created_at: Set(now.0),
            last_seen_at: Set(now.0),
            expires_at: Set(expires_at.0),
        };
        session::Entity::insert(row)
            .exec_without_returning(self.writer())
            .await
            .map_err(on_insert("session"))?;
        Ok(())
    }

    /// `None`: unknown or expired.
    pub async fn session(
        &self,
        token_hash: TokenHash,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let found = session::Entity::find_by_id(token_hash.stored())
            .filter(session::COLUMN.expires_at.gt(now.0))
            .one(self.reader())
            .await?;
        Ok(found.map(|row| Session {
            person: PersonId(row.person),
            created_at: Timestamp(row.created_at),
            last_seen_at: Timestamp(row.last_seen_at),
            expires_at: Timestamp(row.expires_at),
        }))
    }

    /// Notes that it was seen, never backwards. A session that is gone stays gone.
    pub async fn touch_session(
        &self,
        token_hash: TokenHash,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        session::Entity::update_many()
            .set(session::ActiveModel {
                last_seen_at: Set(now.0),
                ..Default::default()
            })
            .filter(session::COLUMN.token_hash.eq(token_hash.stored()))
            .filter(session::COLUMN.last_seen_at.lt(now.0))
            .exec(self.writer())
            .await?;
        Ok(())
    }

    pub async fn delete_session(&self, token_hash: TokenHash) -> Result<(), StoreError> {
        session::Entity::delete_by_id(token_hash.stored())
            .exec(self.writer())
            .await?;
        Ok(())
    }

    pub async fn delete_sessions_of(&self, person: PersonId) -> Result<(), StoreError> {
        delete_of(self.writer(), person).await
    }

    /// How many went.
    pub async fn delete_expired_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        let deleted = session::Entity::delete_many()
            .filter(session::COLUMN.expires_at.lte(now.0))
            .exec(self.writer())
            .await?;
        Ok(deleted.rows_affected)
    }
}

pub(crate) async fn delete_of(
    db: &impl ConnectionTrait,
    person: PersonId,
) -> Result<(), StoreError> {
    session::Entity::delete_many()
        .filter(session::COLUMN.person.eq(person.0))
        .exec(db)
        .await?;
    Ok(())
}
