//! Signed-in browsers.

use domain::{id::PersonId, time::Timestamp};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::{
    activity::{self, NewActivity},
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

#[derive(Clone, Copy, Debug)]
pub struct NewSession {
    pub token_hash: TokenHash,
    pub person: PersonId,
    pub expires_at: Timestamp,
    /// The session that it takes the place of, which ends.
    pub in_place_of: Option<TokenHash>,
}

impl Store {
    /// `activity`: what the instance's log tells of it.
    pub async fn create_session(
        &self,
        new: NewSession,
        activity: Vec<NewActivity>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let row = session::ActiveModel {
            token_hash: Set(new.token_hash.stored()),
            person: Set(new.person.0),
            created_at: Set(now.0),
            last_seen_at: Set(now.0),
            expires_at: Set(new.expires_at.0),
        };
        let tx = self.begin().await?;
        if let Some(ended) = new.in_place_of {
            delete(&tx, ended).await?;
        }
        session::Entity::insert(row)
            .exec_without_returning(&tx)
            .await
            .map_err(on_insert("session"))?;
        activity::insert_of_instance(&tx, activity, now).await?;
        tx.commit().await?;
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

    /// One that is gone is no error. `activity`: what the instance's log tells, unless it was gone.
    pub async fn delete_session(
        &self,
        token_hash: TokenHash,
        activity: Vec<NewActivity>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        if delete(&tx, token_hash).await? {
            activity::insert_of_instance(&tx, activity, now).await?;
        }
        tx.commit().await?;
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

/// Whether there was one.
async fn delete(tx: &DatabaseTransaction, token_hash: TokenHash) -> Result<bool, StoreError> {
    let deleted = session::Entity::delete_by_id(token_hash.stored())
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected > 0)
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
