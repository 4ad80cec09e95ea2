//! Which instance a database belongs to, and whether it is one that nobody has used.

use sea_orm::{
    ActiveValue::Set, EntityName as _, EntityTrait, PaginatorTrait, sea_query::OnConflict,
};
use sea_orm_migration::SchemaManager;
use uuid::Uuid;

use crate::{
    connection::Store,
    entities::{instance, namespace, person},
    error::StoreError,
};

const ONLY: i64 = 1;

impl Store {
    /// The database's own id, which is `new` where it had none. Of several processes that begin at once one gives it.
    pub async fn instance_id(&self, new: Uuid) -> Result<Uuid, StoreError> {
        instance::Entity::insert(instance::ActiveModel {
            id: Set(ONLY),
            instance: Set(new),
        })
        .on_conflict(
            OnConflict::column(instance::Column::Id)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(self.writer())
        .await?;
        instance::Entity::find_by_id(ONLY)
            .one(self.writer())
            .await?
            .map(|row| row.instance)
            .ok_or(StoreError::NotFound { what: "instance" })
    }

    /// `None`: the database is new, or was used by an older version alone. May be asked before [`Store::migrate`].
    pub async fn known_instance(&self) -> Result<Option<Uuid>, StoreError> {
        let schema = SchemaManager::new(self.reader());
        if !schema.has_table(instance::Entity.table_name()).await? {
            return Ok(None);
        }
        let row = instance::Entity::find_by_id(ONLY)
            .one(self.reader())
            .await?;
        Ok(row.map(|row| row.instance))
    }

    /// Nobody has an account, and there is no namespace.
    pub async fn is_unused(&self) -> Result<bool, StoreError> {
        Ok(person::Entity::find().count(self.reader()).await? == 0
            && namespace::Entity::find().count(self.reader()).await? == 0)
    }
}
