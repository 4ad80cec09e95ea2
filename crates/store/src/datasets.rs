//! Datasets of a namespace.

use domain::{
    counts::Brought,
    id::{DatasetId, JobVersionId, NamespaceId},
    run::RunStatus,
    time::Timestamp,
};
use mapping::field::Field;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder,
    sea_query::{Expr, Query, SelectStatement},
};

use crate::{
    activity::{self, NewActivity},
    column::{from_count, from_json, to_count, to_json},
    connection::Store,
    entities::{dataset, job_version, run},
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
    /// As far as is known: runs take nothing away.
    pub brought: Brought,
}

impl Store {
    /// [`StoreError::Conflict`]: the namespace has a dataset of this name.
    pub async fn create_dataset(
        &self,
        namespace: NamespaceId,
        new: NewDataset,
        log: Vec<NewActivity>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        insert(&tx, namespace, new, now).await?;
        activity::insert(&tx, namespace, log, now).await?;
        tx.commit().await?;
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

    /// So much is in the destination's dataset of this name. Nothing is unlearnt: where the destination has less, something of it
    /// was lost. Nothing is noted while a run of the dataset has not ended: its end counts what it brought.
    pub async fn note_brought(
        &self,
        namespace: NamespaceId,
        name: &str,
        found: Brought,
    ) -> Result<(), StoreError> {
        let larger = |column: dataset::Column, found: u64| {
            let (known, found) = (Expr::col(column), from_count(found));
            Expr::case(known.clone().lt(found), found).finally(known)
        };
        dataset::Entity::update_many()
            .col_expr(
                dataset::Column::RowCount,
                larger(dataset::Column::RowCount, found.rows).into(),
            )
            .col_expr(
                dataset::Column::RunCount,
                larger(dataset::Column::RunCount, found.runs).into(),
            )
            .filter(dataset::COLUMN.namespace.eq(namespace.0))
            .filter(dataset::COLUMN.name.eq(name))
            .filter(Expr::not_exists(runs_with(namespace, |status| {
                !status.is_final()
            })))
            .exec(self.writer())
            .await?;
        Ok(())
    }

    /// The rows that are in the destination are all that the dataset is said to have: an operator knows why others are not.
    ///
    /// [`StoreError::Conflict`]: a run of the dataset has not ended.
    pub async fn accept_rows(
        &self,
        namespace: NamespaceId,
        id: DatasetId,
        found: Brought,
        activity: NewActivity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let accepted = dataset::Entity::update_many()
            .col_expr(
                dataset::Column::RowCount,
                Expr::value(from_count(found.rows)),
            )
            .col_expr(
                dataset::Column::RunCount,
                Expr::value(from_count(found.runs)),
            )
            .filter(dataset::COLUMN.namespace.eq(namespace.0))
            .filter(dataset::COLUMN.id.eq(id.0))
            .filter(Expr::not_exists(runs_with(namespace, |status| {
                !status.is_final()
            })))
            .exec(&tx)
            .await?;
        if accepted.rows_affected == 0 {
            return Err(StoreError::Conflict { what: "dataset" });
        }
        activity::insert(&tx, namespace, vec![activity], now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Counts so many rows fewer, because they go from the destination. What runs add meanwhile is not touched.
    ///
    /// [`StoreError::Conflict`]: a run is bringing rows into the dataset.
    pub async fn remove_rows(
        &self,
        namespace: NamespaceId,
        id: DatasetId,
        removed: u64,
        activity: NewActivity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let left = Expr::col(dataset::Column::RowCount).sub(from_count(removed));
        let changed = dataset::Entity::update_many()
            .col_expr(
                dataset::Column::RowCount,
                Expr::case(left.clone().lt(0), 0).finally(left).into(),
            )
            .filter(dataset::COLUMN.namespace.eq(namespace.0))
            .filter(dataset::COLUMN.id.eq(id.0))
            .filter(Expr::not_exists(runs_with(namespace, |status| {
                matches!(status, RunStatus::Importing | RunStatus::Processing)
            })))
            .exec(&tx)
            .await?;
        if changed.rows_affected == 0 {
            return Err(StoreError::Conflict { what: "dataset" });
        }
        activity::insert(&tx, namespace, vec![activity], now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Counts rows again that have not gone after all.
    pub async fn put_rows_back(
        &self,
        namespace: NamespaceId,
        id: DatasetId,
        rows: u64,
    ) -> Result<(), StoreError> {
        let sum = Expr::col(dataset::Column::RowCount).add(from_count(rows));
        dataset::Entity::update_many()
            .col_expr(dataset::Column::RowCount, sum)
            .filter(dataset::COLUMN.namespace.eq(namespace.0))
            .filter(dataset::COLUMN.id.eq(id.0))
            .exec(self.writer())
            .await?;
        Ok(())
    }
}

/// In the transaction that ends the run which brought so many new rows in. What is missing stays so.
pub(crate) async fn add_rows(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    version: JobVersionId,
    added: u64,
) -> Result<(), StoreError> {
    let dataset = Query::select()
        .column(job_version::Column::Dataset)
        .from(job_version::Entity)
        .and_where(job_version::Column::Id.eq(version.0))
        .take();
    let sum = Expr::col(dataset::Column::RowCount).add(from_count(added));
    dataset::Entity::update_many()
        .col_expr(dataset::Column::RowCount, sum)
        .col_expr(
            dataset::Column::RunCount,
            Expr::col(dataset::Column::RunCount).add(1),
        )
        .filter(dataset::COLUMN.namespace.eq(namespace.0))
        .filter(dataset::Column::Id.in_subquery(dataset))
        .exec(tx)
        .await?;
    Ok(())
}

/// Of the dataset in the outer query.
fn runs_with(namespace: NamespaceId, wanted: fn(RunStatus) -> bool) -> SelectStatement {
    let statuses = RunStatus::ALL
        .iter()
        .filter(|status| wanted(**status))
        .map(|status| status.code());
    let versions = Query::select()
        .column(job_version::Column::Id)
        .from(job_version::Entity)
        .and_where(
            Expr::col((job_version::Entity, job_version::Column::Dataset))
                .equals((dataset::Entity, dataset::Column::Id)),
        )
        .take();
    Query::select()
        .expr(Expr::val(1))
        .from(run::Entity)
        .and_where(run::COLUMN.namespace.eq(namespace.0))
        .and_where(run::COLUMN.status.is_in(statuses))
        .and_where(run::Column::JobVersion.in_subquery(versions))
        .take()
}

/// [`StoreError::Conflict`]: the namespace has a dataset of this name.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
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
        row_count: Set(0),
        run_count: Set(0),
    };
    dataset::Entity::insert(row)
        .exec_without_returning(connection)
        .await
        .map_err(on_insert("dataset"))?;
    Ok(())
}

impl TryFrom<dataset::Model> for Dataset {
    type Error = StoreError;

    fn try_from(row: dataset::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: DatasetId(row.id),
            name: row.name,
            fields: from_json("datasets.fields", &row.fields)?,
            created_at: Timestamp(row.created_at),
            brought: Brought {
                rows: to_count(row.row_count),
                runs: to_count(row.run_count),
            },
        })
    }
}
