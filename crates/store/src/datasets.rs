//! Datasets of a namespace.

use domain::{
    id::{DatasetId, NamespaceId},
    time::Timestamp,
};
use mapping::field::Field;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    column::{from_json, to_json},
    connection::Store,
    entities::dataset,
    error::{StoreError, on_insert},
};

#[derive(Clone, Debug, PartialEq)]
pub struct NewDataset {
    pub id: DatasetId,
    /// Unique in the namespace.
    pub name: String,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    pub id: DatasetId,
    pub name: String,
    pub fields: Vec<Field>,
    pub created_at: Timestamp,
}

impl Store {
    /// [`StoreError::Conflict`]: the namespace has a dataset of this name.
    pub async fn create_dataset(
        &self,
        namespace: NamespaceId,
        new: NewDataset,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let row = dataset::ActiveModel {
            id: Set(new.id.0),
            namespace: Set(namespace.0),
            name: Set(new.name),
            fields: Set(to_json("datasets.fields", &new.fields)?),
            created_at: Set(now.0),
        };
        dataset::Entity::insert(row)
            .exec_without_returning(self.writer())
            .await
            .map_err(on_insert("dataset"))?;
        Ok(())
    }

    /// By name.
    pub async fn datasets(&self, namespace: NamespaceId) -> Result<Vec<Dataset>, StoreError> {
        dataset::Entity::find()
            .filter(dataset::COLUMN.namespace.eq(namespace.0))
            .order_by_asc(dataset::COLUMN.name)
            .all(self.reader())
            .await?
            .into_iter()
            .map(Dataset::try_from)
            .collect()
    }

    pub async fn dataset(
        &self,
        namespace: NamespaceId,
        id: DatasetId,
    ) -> Result<Dataset, StoreError> {
        dataset::Entity::find_by_id(id.0)
            .filter(dataset::COLUMN.namespace.eq(namespace.0))
            .one(self.reader())
            .await?
            .ok_or(StoreError::NotFound { what: "dataset" })?
            .try_into()
    }

    pub async fn dataset_by_name(
        &self,
        namespace: NamespaceId,
        name: &str,
    ) -> Result<Option<Dataset>, StoreError> {
        dataset::Entity::find()
            .filter(dataset::COLUMN.namespace.eq(namespace.0))
            .filter(dataset::COLUMN.name.eq(name))
            .one(self.reader())
            .await?
            .map(Dataset::try_from)
            .transpose()
    }
}

impl TryFrom<dataset::Model> for Dataset {
    type Error = StoreError;

    fn try_from(row: dataset::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: DatasetId(row.id),
            name: row.name,
            fields: from_json("datasets.fields", &row.fields)?,
            created_at: Timestamp(row.created_at),
        })
    }
}
