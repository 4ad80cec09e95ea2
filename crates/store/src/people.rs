//! People who can sign in. They belong to the instance, not to a namespace.

use std::fmt;

use domain::{id::PersonId, time::Timestamp};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};

use crate::{
    connection::Store,
    entities::person,
    error::{StoreError, on_insert},
};

#[derive(Clone, PartialEq, Eq)]
pub struct NewPerson {
    pub id: PersonId,
    /// Kept in lower case.
    pub email: String,
    pub name: String,
    /// Whether they run the instance: the first person does.
    pub operator: bool,
    pub password_hash: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    /// In lower case.
    pub email: String,
    pub name: String,
    pub operator: bool,
    /// `None` until they have set a password through a link.
    pub password_hash: Option<String>,
    pub created_at: Timestamp,
}

impl Store {
    /// [`StoreError::Conflict`]: somebody has this address already.
    pub async fn create_person(&self, new: NewPerson, now: Timestamp) -> Result<(), StoreError> {
        insert(self.writer(), new, now).await
    }

    pub async fn person(&self, id: PersonId) -> Result<Person, StoreError> {
        person::Entity::find_by_id(id.0)
            .one(self.reader())
            .await?
            .map(Person::from)
            .ok_or(NOT_FOUND)
    }

    /// The address is compared in lower case.
    pub async fn person_by_email(&self, email: &str) -> Result<Option<Person>, StoreError> {
        let found = person::Entity::find()
            .filter(person::COLUMN.email.eq(email.to_lowercase()))
            .one(self.reader())
            .await?;
        Ok(found.map(Person::from))
    }

    pub async fn any_person(&self) -> Result<bool, StoreError> {
        any(self.reader()).await
    }

    pub async fn set_password(
        &self,
        id: PersonId,
        password_hash: &str,
        name: &str,
    ) -> Result<(), StoreError> {
        set_password(self.writer(), id, password_hash, name).await
    }
}

const NOT_FOUND: StoreError = StoreError::NotFound { what: "person" };

pub(crate) async fn any(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    Ok(person::Entity::find().limit(1).count(db).await? > 0)
}

pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    new: NewPerson,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = person::ActiveModel {
        id: Set(new.id.0),
        email: Set(new.email.to_lowercase()),
        name: Set(new.name),
        operator: Set(new.operator),
        password_hash: Set(new.password_hash),
        created_at: Set(now.0),
    };
    person::Entity::insert(row)
        .exec_without_returning(db)
        .await
        .map_err(on_insert("person"))?;
    Ok(())
}

pub(crate) async fn set_password(
    db: &impl ConnectionTrait,
    id: PersonId,
    password_hash: &str,
    name: &str,
) -> Result<(), StoreError> {
    let changed = person::Entity::update_many()
        .set(person::ActiveModel {
            name: Set(name.to_owned()),
            password_hash: Set(Some(password_hash.to_owned())),
            ..Default::default()
        })
        .filter(person::COLUMN.id.eq(id.0))
        .exec(db)
        .await?;
    if changed.rows_affected == 0 {
        return Err(NOT_FOUND);
    }
    Ok(())
}

/// Whether it was set: who has a password keeps it.
pub(crate) async fn set_first_password(
    db: &impl ConnectionTrait,
    id: PersonId,
    password_hash: &str,
    name: &str,
) -> Result<bool, StoreError> {
    let changed = person::Entity::update_many()
        .set(person::ActiveModel {
            name: Set(name.to_owned()),
            password_hash: Set(Some(password_hash.to_owned())),
            ..Default::default()
        })
        .filter(person::COLUMN.id.eq(id.0))
        .filter(person::COLUMN.password_hash.is_null())
        .exec(db)
        .await?;
    Ok(changed.rows_affected == 1)
}

impl From<person::Model> for Person {
    fn from(row: person::Model) -> Self {
        Self {
            id: PersonId(row.id),
            email: row.email,
            name: row.name,
            operator: row.operator,
            password_hash: row.password_hash,
            created_at: Timestamp(row.created_at),
        }
    }
}

/// Ids only: neither addresses nor password hashes belong into logs.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for NewPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPerson")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
