//! Uploaded files: what is known of them. Their bytes lie elsewhere.

use domain::{
    id::{NamespaceId, PersonId, UploadId},
    name::shown_file_name,
    run::Run,
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait, PaginatorTrait,
    QueryFilter, QuerySelect, sea_query::Expr,
};

use crate::{
    column::{from_count, to_count, to_instant},
    connection::Store,
    entities::upload,
    error::{StoreError, on_insert},
    namespaces,
};

#[derive(Clone, Debug)]
pub struct NewUpload {
    pub id: UploadId,
    pub file_name: String,
    /// The size that was announced.
    pub bytes: u64,
    pub by: PersonId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    pub id: UploadId,
    pub file_name: String,
    pub bytes: u64,
    /// How many of its bytes are here, from the first on without a gap.
    pub received: u64,
    /// In hexadecimal digits; known when it is complete.
    pub sha256: Option<String>,
    pub uploaded_by: PersonId,
    pub created_at: Timestamp,
    pub completed_at: Option<Timestamp>,
    /// When its file was removed; what is known of it stays as long as runs tell of it.
    pub removed_at: Option<Timestamp>,
}

impl Upload {
    pub fn is_complete(&self) -> bool {
        self.completed_at.is_some()
    }

    pub fn is_removed(&self) -> bool {
        self.removed_at.is_some()
    }
}

/// What a namespace may have of files.
#[derive(Clone, Copy, Debug)]
pub struct UploadLimits {
    /// Stored and announced.
    pub bytes: u64,
    /// Announced, and not whole.
    pub open: u32,
}

/// Whether a file may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Announced {
    Made,
    TooManyOpen,
    OverQuota { stored: u64 },
}

/// What a namespace has of files. What was announced counts as if it were here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredFiles {
    pub bytes: u64,
    pub open: u32,
}

impl Store {
    /// Of several at once, none passes the limits together with another.
    pub async fn announce_upload(
        &self,
        namespace: NamespaceId,
        new: NewUpload,
        limits: UploadLimits,
        now: Timestamp,
    ) -> Result<Announced, StoreError> {
        let tx = self.begin().await?;
        namespaces::lock(&tx, namespace).await?;
        let stored = stored_files(&tx, namespace).await?;
        if stored.open >= limits.open {
            return Ok(Announced::TooManyOpen);
        }
        if stored.bytes.saturating_add(new.bytes) > limits.bytes {
            return Ok(Announced::OverQuota {
                stored: stored.bytes,
            });
        }
        insert(&tx, namespace, new, now).await?;
        tx.commit().await?;
        Ok(Announced::Made)
    }

    pub async fn stored_files(&self, namespace: NamespaceId) -> Result<StoredFiles, StoreError> {
        stored_files(self.reader(), namespace).await
    }

    /// Whatever the namespace has already.
    pub async fn create_upload(
        &self,
        namespace: NamespaceId,
        new: NewUpload,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        insert(self.writer(), namespace, new, now).await
    }

    pub async fn upload(&self, namespace: NamespaceId, id: UploadId) -> Result<Upload, StoreError> {
        upload::Entity::find_by_id(id.0)
            .filter(upload::COLUMN.namespace.eq(namespace.0))
            .one(self.reader())
            .await?
            .map(Upload::from)
            .ok_or(StoreError::NotFound { what: "upload" })
    }

    /// Moves the number of received bytes from `expected` to `received`.
    ///
    /// [`StoreError::Conflict`]: it was not `expected`, the upload is complete, or `received` is more than announced.
    pub async fn set_received(
        &self,
        namespace: NamespaceId,
        id: UploadId,
        expected: u64,
        received: u64,
    ) -> Result<(), StoreError> {
        let received = from_count(received);
        let change = upload::ActiveModel {
            received: Set(received),
            ..Default::default()
        };
        let update = upload::Entity::update_many()
            .set(change)
            .filter(upload::COLUMN.id.eq(id.0))
            .filter(upload::COLUMN.namespace.eq(namespace.0))
            .filter(upload::COLUMN.received.eq(from_count(expected)))
            .filter(upload::COLUMN.bytes.gte(received))
            .filter(upload::COLUMN.completed_at.is_null());
        if update.exec(self.writer()).await?.rows_affected == 1 {
            return Ok(());
        }
        self.upload(namespace, id).await?;
        Err(CONFLICT)
    }

    /// All bytes are here and were hashed.
    ///
    /// [`StoreError::Conflict`]: bytes are missing, or it is complete already.
    pub async fn complete_upload(
        &self,
        namespace: NamespaceId,
        id: UploadId,
        sha256: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let change = upload::ActiveModel {
            sha256: Set(Some(sha256.to_owned())),
            completed_at: Set(Some(now.0)),
            ..Default::default()
        };
        let update = upload::Entity::update_many()
            .set(change)
            .filter(upload::COLUMN.id.eq(id.0))
            .filter(upload::COLUMN.namespace.eq(namespace.0))
            .filter(upload::COLUMN.completed_at.is_null())
            .filter(Expr::col(upload::Column::Received).equals(upload::Column::Bytes));
        if update.exec(self.writer()).await?.rows_affected == 1 {
            return Ok(());
        }
        self.upload(namespace, id).await?;
        Err(CONFLICT)
    }
}

/// Locks the upload that a new run reads: clean-up, and whoever removes it, look what is in use, and wait for the run.
///
/// Where the file has gone before, a run that the system queues says so by its end. [`StoreError::Conflict`]: a person queues
/// it, and is to hear so.
pub(crate) async fn take_up(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    run: &Run,
) -> Result<(), StoreError> {
    let Some(id) = run.input.upload else {
        return Ok(());
    };
    let taken = upload::Entity::update_many()
        .set(upload::ActiveModel {
            removed_at: Set(None),
            ..Default::default()
        })
        .filter(upload::COLUMN.id.eq(id.0))
        .filter(upload::COLUMN.namespace.eq(namespace.0))
        .filter(upload::COLUMN.removed_at.is_null())
        .exec(tx)
        .await?;
    if taken.rows_affected == 0 && run.origin.is_by_person() {
        return Err(StoreError::Conflict { what: "upload" });
    }
    Ok(())
}

async fn insert(
    db: &impl ConnectionTrait,
    namespace: NamespaceId,
    new: NewUpload,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = upload::ActiveModel {
        id: Set(new.id.0),
        namespace: Set(namespace.0),
        file_name: Set(new.file_name),
        bytes: Set(from_count(new.bytes)),
        received: Set(0),
        sha256: Set(None),
        uploaded_by: Set(new.by.0),
        created_at: Set(now.0),
        completed_at: Set(None),
        removed_at: Set(None),
    };
    upload::Entity::insert(row)
        .exec_without_returning(db)
        .await
        .map_err(on_insert("upload"))?;
    Ok(())
}

async fn stored_files(
    db: &impl ConnectionTrait,
    namespace: NamespaceId,
) -> Result<StoredFiles, StoreError> {
    let here = || {
        upload::Entity::find()
            .filter(upload::COLUMN.namespace.eq(namespace.0))
            .filter(upload::COLUMN.removed_at.is_null())
    };
    // A sum of bigints is a numeric of PostgreSQL.
    let sum = Expr::col(upload::Column::Bytes).sum().cast_as("bigint");
    let bytes = here()
        .select_only()
        .expr(sum)
        .into_tuple::<Option<i64>>()
        .one(db)
        .await?
        .flatten();
    let open = here()
        .filter(upload::COLUMN.completed_at.is_null())
        .count(db)
        .await?;
    Ok(StoredFiles {
        bytes: to_count(bytes.unwrap_or(0)),
        open: u32::try_from(open).unwrap_or(u32::MAX),
    })
}

const CONFLICT: StoreError = StoreError::Conflict { what: "upload" };

impl From<upload::Model> for Upload {
    fn from(row: upload::Model) -> Self {
        Self {
            id: UploadId(row.id),
            file_name: shown_file_name(&row.file_name),
            bytes: to_count(row.bytes),
            received: to_count(row.received),
            sha256: row.sha256,
            uploaded_by: PersonId(row.uploaded_by),
            created_at: Timestamp(row.created_at),
            completed_at: to_instant(row.completed_at),
            removed_at: to_instant(row.removed_at),
        }
    }
}
