//! One-time links, through which a password is set.

use domain::{
    id::{NamespaceId, PersonId},
    time::Timestamp,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    activity::{self, NewActivity},
    changes,
    connection::Store,
    entities::link,
    error::{StoreError, on_insert},
    namespaces::{self, NewNamespace},
    people::{self, NewPerson},
    sessions,
    token::TokenHash,
};

#[derive(Clone, Debug)]
pub struct NewLink {
    pub token_hash: TokenHash,
    /// Whose password it sets; `None`: it makes the first person of the instance.
    pub person: Option<PersonId>,
    pub expires_at: Timestamp,
}

/// A link that can still be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub person: Option<PersonId>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Store {
    pub async fn create_link(&self, new: NewLink, now: Timestamp) -> Result<(), StoreError> {
        insert(self.writer(), new, now).await
    }

    /// As [`Store::create_link`], with an entry in the log of the namespace whose owner made it.
    pub async fn create_link_in(
        &self,
        namespace: NamespaceId,
        new: NewLink,
        log: Vec<NewActivity>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        insert(&tx, new, now).await?;
        activity::insert(&tx, namespace, log, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// `None`: unknown, used or expired.
    pub async fn link(
        &self,
        token_hash: TokenHash,
        now: Timestamp,
    ) -> Result<Option<Link>, StoreError> {
        let found = link::Entity::find_by_id(token_hash.stored())
            .filter(link::COLUMN.used_at.is_null())
            .filter(link::COLUMN.expires_at.gt(now.0))
            .one(self.reader())
            .await?;
        Ok(found.map(|row| Link {
            person: row.person.map(PersonId),
            created_at: Timestamp(row.created_at),
            expires_at: Timestamp(row.expires_at),
        }))
    }

    /// Whether this call used it: of several at once one does.
    pub async fn use_link(
        &self,
        token_hash: TokenHash,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        used(self.writer(), token_hash, Of::Anybody, now).await
    }

    /// Uses a link without a person to make the instance's first person with a namespace of their own.
    ///
    /// [`StoreError::NotFound`]: the link is unknown, used, expired or a person's;
    /// [`StoreError::Conflict`]: there is a person already.
    pub async fn accept_first_link(
        &self,
        token_hash: TokenHash,
        person: NewPerson,
        namespace: NewNamespace,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        // Two different first links at once wait for each other here.
        changes::next(&tx).await?;
        if !used(&tx, token_hash, Of::Nobody, now).await? {
            return Err(NOT_FOUND);
        }
        if people::any(&tx).await? {
            return Err(StoreError::Conflict {
                what: "first person",
            });
        }
        let owner = person.id;
        people::insert(&tx, person, now).await?;
        namespaces::insert(&tx, namespace, owner, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Uses a person's link to set their password, and ends their sessions.
    ///
    /// [`StoreError::NotFound`]: the link is unknown, used, expired or somebody else's.
    pub async fn accept_link(
        &self,
        token_hash: TokenHash,
        person: PersonId,
        password_hash: &str,
        name: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        if !used(&tx, token_hash, Of::Person(person), now).await? {
            return Err(NOT_FOUND);
        }
        people::set_password(&tx, person, password_hash, name).await?;
        sessions::delete_of(&tx, person).await?;
        tx.commit().await?;
        Ok(())
    }
}

const NOT_FOUND: StoreError = StoreError::NotFound { what: "link" };

pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    new: NewLink,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = link::ActiveModel {
        token_hash: Set(new.token_hash.stored()),
        person: Set(new.person.map(|person| person.0)),
        created_at: Set(now.0),
        expires_at: Set(new.expires_at.0),
        used_at: Set(None),
    };
    link::Entity::insert(row)
        .exec_without_returning(db)
        .await
        .map_err(on_insert("link"))?;
    Ok(())
}

/// Whose the link must be.
#[derive(Clone, Copy)]
enum Of {
    Anybody,
    Nobody,
    Person(PersonId),
}

/// Whether this call used it.
async fn used(
    db: &impl ConnectionTrait,
    token_hash: TokenHash,
    of: Of,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut update = link::Entity::update_many()
        .set(link::ActiveModel {
            used_at: Set(Some(now.0)),
            ..Default::default()
        })
        .filter(link::COLUMN.token_hash.eq(token_hash.stored()))
        .filter(link::COLUMN.used_at.is_null())
        .filter(link::COLUMN.expires_at.gt(now.0));
    update = match of {
        Of::Anybody => update,
        Of::Nobody => update.filter(link::COLUMN.person.is_null()),
        Of::Person(person) => update.filter(link::COLUMN.person.eq(person.0)),
    };
    Ok(update.exec(db).await?.rows_affected == 1)
}
