//! One run with all that is known of it.

use domain::{
    id::{NamespaceId, RunId},
    run::Run,
    time::Timestamp,
};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    column::{to_count, to_instant},
    connection::Store,
    entities::{run, upload},
    error::StoreError,
    uploads::Upload,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    pub run: Run,
    /// The file it reads, if that was uploaded.
    pub upload: Option<Upload>,
    /// Bytes of the file that were read in the present stage.
    pub bytes_done: u64,
    /// When progress was written last; `None`: not yet in this claim.
    pub progress_at: Option<Timestamp>,
    pub stages: Stages,
    pub facts: RunFacts,
    /// Number of the newest change of this run.
    pub change: u64,
}

/// When a run entered its stages. Validating began with `Run::started_at`, or with the last claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stages {
    pub importing_at: Option<Timestamp>,
    pub processing_at: Option<Timestamp>,
}

/// What is known of a run when it has ended, besides its counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunFacts {
    pub rows_inserted: Option<u64>,
    pub rows_updated: Option<u64>,
    /// Sizes of the failure report's two files; `None`: not written.
    pub exact_bytes: Option<u64>,
    pub explained_bytes: Option<u64>,
}

impl Store {
    pub async fn run(&self, namespace: NamespaceId, id: RunId) -> Result<RunRecord, StoreError> {
        find(self.reader(), namespace, id).await
    }
}

pub(super) const NOT_FOUND: StoreError = StoreError::NotFound { what: "run" };

pub(super) async fn find(
    db: &impl ConnectionTrait,
    namespace: NamespaceId,
    id: RunId,
) -> Result<RunRecord, StoreError> {
    let row = run::Entity::find_by_id(id.0)
        .filter(run::COLUMN.namespace.eq(namespace.0))
        .one(db)
        .await?
        .ok_or(NOT_FOUND)?;
    let upload = match row.upload {
        Some(upload) => upload::Entity::find_by_id(upload).one(db).await?,
        None => None,
    };
    record(&row, upload)
}

/// The records of rows in their order.
pub(crate) async fn with_uploads(
    db: &impl ConnectionTrait,
    rows: Vec<run::Model>,
) -> Result<Vec<RunRecord>, StoreError> {
    let ids = rows.iter().filter_map(|row| row.upload);
    let uploads = upload::Entity::find()
        .filter(upload::COLUMN.id.is_in(ids))
        .all(db)
        .await?;
    rows.iter()
        .map(|row| {
            let upload = uploads.iter().find(|upload| Some(upload.id) == row.upload);
            record(row, upload.cloned())
        })
        .collect()
}

fn record(row: &run::Model, upload: Option<upload::Model>) -> Result<RunRecord, StoreError> {
    Ok(RunRecord {
        run: Run::try_from(row)?,
        upload: upload.map(Upload::from),
        bytes_done: to_count(row.bytes_done),
        progress_at: to_instant(row.progress_at),
        stages: Stages {
            importing_at: to_instant(row.importing_at),
            processing_at: to_instant(row.processing_at),
        },
        facts: RunFacts {
            rows_inserted: row.rows_inserted.map(to_count),
            rows_updated: row.rows_updated.map(to_count),
            exact_bytes: row.exact_bytes.map(to_count),
            explained_bytes: row.explained_bytes.map(to_count),
        },
        change: to_count(row.change),
    })
}
