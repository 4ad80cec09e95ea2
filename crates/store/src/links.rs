//! One-time links, through which a password is set or an invitation accepted.

use domain::{
    id::{NamespaceId, PersonId},
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    sea_query::IntoCondition,
};

use crate::{
    activity::{self, NewActivity},
    changes,
    connection::Store,
    entities::link,
    error::{StoreError, on_insert},
    members,
    namespaces::{self, NewNamespace},
    people::{self, NewPerson},
    sessions,
    token::TokenHash,
};

/// What a link gives whoever has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// It makes the first person of the instance.
    FirstPerson,
    /// It sets the person's password, whatever they had before: an operator's.
    Password(PersonId),
    /// It accepts one invitation, and sets the first password of who has none.
    Invitation(NamespaceId, PersonId),
}

#[derive(Clone, Debug)]
pub struct NewLink {
    pub token_hash: TokenHash,
    pub kind: LinkKind,
    pub expires_at: Timestamp,
}

/// A link that can still be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub kind: LinkKind,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Store {
    pub async fn create_link(&self, new: NewLink, now: Timestamp) -> Result<(), StoreError> {
        insert(self.writer(), new, now).await
    }

    /// A link that sets a person's password, with the entry that tells of it; those before it end.
    pub async fn create_password_link(
        &self,
        token_hash: TokenHash,
        person: PersonId,
        expires_at: Timestamp,
        activity: NewActivity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        end_password_links(&tx, person, now).await?;
        let new = NewLink {
            token_hash,
            kind: LinkKind::Password(person),
            expires_at,
        };
        insert(&tx, new, now).await?;
        activity::insert_of_instance(&tx, vec![activity], now).await?;
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
            kind: kind_of(&row),
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
        used(self.writer(), token_hash, Of::Anything, now).await
    }

    /// Uses a link without a person to make the instance's first person with a namespace of their own.
    ///
    /// [`StoreError::NotFound`]: the link is unknown, used, expired or for something else;
    /// [`StoreError::Conflict`]: there is a person already.
    pub async fn accept_first_link(
        &self,
        token_hash: TokenHash,
        person: NewPerson,
        namespace: NewNamespace,
        set: NewActivity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        // Two different first links at once wait for each other here.
        changes::next(&tx).await?;
        if !used(&tx, token_hash, Of::Kind(LinkKind::FirstPerson), now).await? {
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
        activity::insert_of_instance(&tx, vec![set], now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Uses an operator's link to set a person's password, and ends their sessions.
    ///
    /// [`StoreError::NotFound`]: the link is unknown, used, expired, somebody else's or an invitation.
    pub async fn accept_password_link(
        &self,
        token_hash: TokenHash,
        person: PersonId,
        password: NewPassword<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        if !used(&tx, token_hash, Of::Kind(LinkKind::Password(person)), now).await? {
            return Err(NOT_FOUND);
        }
        people::set_password(&tx, person, password.hash, password.name).await?;
        activity::insert_of_instance(&tx, vec![password.set], now).await?;
        end_password_links(&tx, person, now).await?;
        sessions::delete_of(&tx, person).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Uses an invitation to set the first password of a person and to make them a member of its namespace alone.
    ///
    /// [`StoreError::NotFound`]: the link is unknown, used, expired, for something else, or they are not invited any more;
    /// [`StoreError::Conflict`]: they have a password.
    pub async fn accept_first_invitation(
        &self,
        token_hash: TokenHash,
        invitation: Invitation,
        password: NewPassword<'_>,
        activity: NewActivity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        invitation.accept(&tx, token_hash, activity, now).await?;
        let NewPassword { hash, name, set } = password;
        if !people::set_first_password(&tx, invitation.person, hash, name).await? {
            return Err(StoreError::Conflict { what: "password" });
        }
        activity::insert_of_instance(&tx, vec![set], now).await?;
        sessions::delete_of(&tx, invitation.person).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Uses an invitation of somebody who is signed in. Errors as [`Store::accept_first_invitation`].
    pub async fn accept_invitation(
        &self,
        token_hash: TokenHash,
        invitation: Invitation,
        activity: NewActivity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        invitation.accept(&tx, token_hash, activity, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Removes links that were used, ended or expired before `before`; how many went.
    pub async fn forget_links(&self, before: Timestamp) -> Result<u64, StoreError> {
        let ended = Condition::any()
            .add(link::COLUMN.used_at.lt(before.0))
            .add(link::COLUMN.expires_at.lt(before.0));
        let deleted = link::Entity::delete_many()
            .filter(ended)
            .exec(self.writer())
            .await?;
        Ok(deleted.rows_affected)
    }
}

/// A password, and the name that its person chose with it.
#[derive(Clone, Debug)]
pub struct NewPassword<'a> {
    /// The PHC string.
    pub hash: &'a str,
    pub name: &'a str,
    /// What the instance's log tells of it.
    pub set: NewActivity,
}

/// Who is invited where.
#[derive(Clone, Copy, Debug)]
pub struct Invitation {
    pub namespace: NamespaceId,
    pub person: PersonId,
}

impl Invitation {
    async fn accept(
        self,
        tx: &DatabaseTransaction,
        token_hash: TokenHash,
        activity: NewActivity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let kind = LinkKind::Invitation(self.namespace, self.person);
        if !used(tx, token_hash, Of::Kind(kind), now).await? {
            return Err(NOT_FOUND);
        }
        members::accept(tx, self.namespace, self.person, now).await?;
        end_of(tx, self.namespace, self.person, now).await?;
        activity::insert(tx, self.namespace, vec![activity], now).await
    }
}

const NOT_FOUND: StoreError = StoreError::NotFound { what: "link" };

pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    new: NewLink,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (person, namespace) = match new.kind {
        LinkKind::FirstPerson => (None, None),
        LinkKind::Password(person) => (Some(person.0), None),
        LinkKind::Invitation(namespace, person) => (Some(person.0), Some(namespace.0)),
    };
    let row = link::ActiveModel {
        token_hash: Set(new.token_hash.stored()),
        person: Set(person),
        namespace: Set(namespace),
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

/// Ends the open links with which the person's password can be replaced.
pub(crate) async fn end_password_links(
    tx: &DatabaseTransaction,
    person: PersonId,
    now: Timestamp,
) -> Result<(), StoreError> {
    end(tx, person, link::COLUMN.namespace.is_null(), now).await
}

/// Ends the person's open invitations to this namespace, and the links with which their password can be replaced. What
/// other namespaces gave out stays: it gives no password to who has one, and nothing here.
pub(crate) async fn end_of(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    person: PersonId,
    now: Timestamp,
) -> Result<(), StoreError> {
    end(tx, person, link::COLUMN.namespace.eq(namespace.0), now).await?;
    end_password_links(tx, person, now).await
}

async fn end(
    tx: &DatabaseTransaction,
    person: PersonId,
    which: impl IntoCondition,
    now: Timestamp,
) -> Result<(), StoreError> {
    link::Entity::update_many()
        .set(link::ActiveModel {
            used_at: Set(Some(now.0)),
            ..Default::default()
        })
        .filter(link::COLUMN.person.eq(person.0))
        .filter(which)
        .filter(link::COLUMN.used_at.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

fn kind_of(row: &link::Model) -> LinkKind {
    match (row.person.map(PersonId), row.namespace.map(NamespaceId)) {
        (None, _) => LinkKind::FirstPerson,
        (Some(person), None) => LinkKind::Password(person),
        (Some(person), Some(namespace)) => LinkKind::Invitation(namespace, person),
    }
}

/// What the link must be for.
#[derive(Clone, Copy)]
enum Of {
    Anything,
    Kind(LinkKind),
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
        Of::Anything => update,
        Of::Kind(LinkKind::FirstPerson) => update.filter(link::COLUMN.person.is_null()),
        Of::Kind(LinkKind::Password(person)) => update
            .filter(link::COLUMN.person.eq(person.0))
            .filter(link::COLUMN.namespace.is_null()),
        Of::Kind(LinkKind::Invitation(namespace, person)) => update
            .filter(link::COLUMN.person.eq(person.0))
            .filter(link::COLUMN.namespace.eq(namespace.0)),
    };
    Ok(update.exec(db).await?.rows_affected == 1)
}
