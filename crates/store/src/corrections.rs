//! Corrected records of a run: the uploads that hold them and the runs that read those.

use std::collections::HashMap;

use domain::{
    id::{JobId, NamespaceId, RunId, UploadId},
    run::Run,
};
use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, sea_query::Query,
};

use crate::{
    column::{from_count, from_optional_json, to_count, to_optional_json},
    connection::Store,
    entities::{correction, run},
    error::{StoreError, on_insert},
    runs::{self, RunRecord},
};

/// What an upload holds of the records that a run rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corrections {
    pub upload: UploadId,
    /// The run whose records these are.
    pub corrects: RunId,
    pub record_count: u64,
    /// Places in the run's *exact* report, from 0, as ascending ranges that hold both ends; `None`: all of them, as a
    /// whole report was given back before they were told apart.
    pub records: Option<Vec<(u64, u64)>>,
}

/// A run that reads corrected records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectingRun {
    pub record: RunRecord,
    pub corrections: Corrections,
}

impl Store {
    /// The runs that read corrected records of a run, oldest first.
    pub async fn runs_correcting(
        &self,
        namespace: NamespaceId,
        corrected: RunId,
    ) -> Result<Vec<CorrectingRun>, StoreError> {
        let rows = run::Entity::find()
            .filter(run::COLUMN.namespace.eq(namespace.0))
            .filter(run::COLUMN.corrects.eq(corrected.0))
            .order_by_asc(run::COLUMN.queued_at)
            .order_by_asc(run::COLUMN.id)
            .all(self.reader())
            .await?;
        let known: HashMap<UploadId, Corrections> = correction::Entity::find()
            .filter(correction::COLUMN.namespace.eq(namespace.0))
            .filter(correction::COLUMN.corrects.eq(corrected.0))
            .all(self.reader())
            .await?
            .into_iter()
            .map(|row| Corrections::try_from(row).map(|known| (known.upload, known)))
            .collect::<Result<_, _>>()?;
        let records = runs::with_uploads(self.reader(), rows).await?;
        let correcting = records.into_iter().map(|record| {
            let corrections = record
                .run
                .input
                .upload
                .and_then(|upload| known.get(&upload).cloned())
                .ok_or(StoreError::NotFound {
                    what: "corrections",
                })?;
            Ok(CorrectingRun {
                record,
                corrections,
            })
        });
        correcting.collect()
    }

    /// What an upload holds of the records that a run rejected.
    pub async fn corrections(
        &self,
        namespace: NamespaceId,
        upload: UploadId,
    ) -> Result<Corrections, StoreError> {
        correction::Entity::find_by_id(upload.0)
            .filter(correction::COLUMN.namespace.eq(namespace.0))
            .one(self.reader())
            .await?
            .ok_or(StoreError::NotFound {
                what: "corrections",
            })?
            .try_into()
    }

    /// The runs of a job that read the same whole upload, oldest first.
    pub async fn runs_of_upload(
        &self,
        namespace: NamespaceId,
        job: JobId,
        upload: UploadId,
    ) -> Result<Vec<Run>, StoreError> {
        run::Entity::find()
            .filter(run::COLUMN.namespace.eq(namespace.0))
            .filter(run::COLUMN.job.eq(job.0))
            .filter(run::COLUMN.upload.eq(upload.0))
            .filter(run::COLUMN.corrects.is_null())
            .order_by_asc(run::COLUMN.queued_at)
            .order_by_asc(run::COLUMN.id)
            .all(self.reader())
            .await?
            .iter()
            .map(Run::try_from)
            .collect()
    }
}

pub(crate) async fn insert(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    corrections: &Corrections,
) -> Result<(), StoreError> {
    let row = correction::ActiveModel {
        upload: Set(corrections.upload.0),
        namespace: Set(namespace.0),
        corrects: Set(corrections.corrects.0),
        record_count: Set(from_count(corrections.record_count)),
        records: Set(to_optional_json(
            "corrections.records",
            corrections.records.as_ref(),
        )?),
    };
    correction::Entity::insert(row)
        .exec_without_returning(tx)
        .await
        .map_err(on_insert("corrections"))?;
    Ok(())
}

/// Before the job's runs go.
pub(crate) async fn delete_of_job(tx: &DatabaseTransaction, job: JobId) -> Result<(), StoreError> {
    let runs = Query::select()
        .column(run::Column::Id)
        .from(run::Entity)
        .and_where(run::COLUMN.job.eq(job.0))
        .take();
    correction::Entity::delete_many()
        .filter(correction::COLUMN.corrects.in_subquery(runs))
        .exec(tx)
        .await?;
    Ok(())
}

impl TryFrom<correction::Model> for Corrections {
    type Error = StoreError;

    fn try_from(row: correction::Model) -> Result<Self, StoreError> {
        Ok(Self {
            upload: UploadId(row.upload),
            corrects: RunId(row.corrects),
            record_count: to_count(row.record_count),
            records: from_optional_json("corrections.records", row.records.as_deref())?,
        })
    }
}
