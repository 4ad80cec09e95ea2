//! Files that jobs have taken from a source: each as it was listed, with the copy that runs read.

use std::collections::{HashMap, HashSet};

use domain::{
    folder::{FolderSource, FoundFile, Known},
    id::{JobId, JobVersionId, NamespaceId, PersonId, UploadId},
    name::shown_file_name,
    run::{EndOfFile, Run},
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::{
    column::{from_count, from_json, to_count, to_optional_json},
    connection::Store,
    entities::{source_file, upload},
    error::{StoreError, on_insert},
};

/// So many files are looked up at once.
const FILES_AT_ONCE: usize = 200;

/// A file that is taken.
#[derive(Clone, Debug)]
pub struct TakenFile {
    pub id: Uuid,
    /// Folder and name: what it is remembered by, beside size and time.
    pub address: String,
    pub file: FoundFile,
    pub sha256: String,
    pub copy: FileCopy,
    /// What is done with it when its rows are in; `None`: nothing.
    pub clear_up: Option<FolderSource>,
}

#[derive(Clone, Debug)]
pub enum FileCopy {
    /// Written for this, and durable.
    New {
        upload: UploadId,
        bytes: u64,
        by: PersonId,
    },
    /// Taken before.
    Known(UploadId),
}

/// A file as it was taken earlier.
#[derive(Clone, Debug)]
pub struct FileTake {
    pub address: String,
    pub file: FoundFile,
    pub sha256: String,
    pub upload: UploadId,
    /// The copy was not cleaned up yet.
    pub has_copy: bool,
    /// When its rows were in. `None`: they are not, or it was taken again since.
    pub done_at: Option<Timestamp>,
    /// The version of the job with which nothing of it could go in.
    pub failed_version: Option<JobVersionId>,
}

/// A file whose rows are in, and which is yet to be moved or deleted.
#[derive(Clone, Debug)]
pub struct FileToClearUp {
    pub id: Uuid,
    pub namespace: NamespaceId,
    pub job: JobId,
    pub file: FoundFile,
    pub source: FolderSource,
}

impl FileCopy {
    pub const fn upload(&self) -> UploadId {
        match self {
            Self::New { upload, .. } | Self::Known(upload) => *upload,
        }
    }
}

impl Store {
    /// What was taken from these addresses, in no order.
    pub async fn file_takes(
        &self,
        namespace: NamespaceId,
        job: JobId,
        addresses: &[String],
    ) -> Result<Vec<FileTake>, StoreError> {
        let rows = source_file::Entity::find()
            .filter(source_file::COLUMN.namespace.eq(namespace.0))
            .filter(source_file::COLUMN.job.eq(job.0))
            .filter(source_file::COLUMN.address.is_in(addresses))
            .all(self.reader())
            .await?;
        let uploads: Vec<_> = rows.iter().map(|row| UploadId(row.upload)).collect();
        let copies = self.uploads_with_file(&uploads).await?;
        let take = |row: source_file::Model| FileTake {
            file: found(&row),
            upload: UploadId(row.upload),
            has_copy: copies.contains(&UploadId(row.upload)),
            done_at: row.done_at.map(Timestamp),
            failed_version: row.failed_version.map(JobVersionId),
            address: row.address,
            sha256: row.sha256,
        };
        Ok(rows.into_iter().map(take).collect())
    }

    /// Of files with these names, as they were when they were taken, those whose take the rule holds for.
    pub async fn files_taken(
        &self,
        namespace: NamespaceId,
        job: JobId,
        source: &FolderSource,
        files: &[FoundFile],
        rule: impl Fn(&FileTake) -> bool,
    ) -> Result<HashSet<FoundFile>, StoreError> {
        let mut chosen = HashSet::new();
        for files in files.chunks(FILES_AT_ONCE) {
            let addresses: Vec<_> = files
                .iter()
                .map(|file| source.address(&file.name))
                .collect();
            let takes = self.file_takes(namespace, job, &addresses).await?;
            chosen.extend(takes.into_iter().filter(&rule).map(|take| take.file));
        }
        Ok(chosen)
    }

    /// What is known of files as they lie there: of those of one name only the last one that was imported counts as imported.
    pub async fn known_files(
        &self,
        namespace: NamespaceId,
        job: JobId,
        version: Option<JobVersionId>,
        source: &FolderSource,
        files: &[FoundFile],
    ) -> Result<HashMap<FoundFile, Known>, StoreError> {
        let mut known = HashMap::new();
        for files in files.chunks(FILES_AT_ONCE) {
            let addresses: Vec<_> = files
                .iter()
                .map(|file| source.address(&file.name))
                .collect();
            let takes = self.file_takes(namespace, job, &addresses).await?;
            let has_failed = |take: &&FileTake| version.is_some() && take.failed_version == version;
            known.extend(
                takes
                    .iter()
                    .filter(has_failed)
                    .map(|take| (take.file.clone(), Known::Failed)),
            );
            let mut last: HashMap<&str, &FileTake> = HashMap::new();
            for take in takes.iter().filter(|take| take.done_at.is_some()) {
                let of_name = last.entry(&take.address).or_insert(take);
                if take.done_at > of_name.done_at {
                    *of_name = take;
                }
            }
            let imported = last.into_values();
            known.extend(imported.map(|take| (take.file.clone(), Known::Imported)));
        }
        Ok(known)
    }

    /// Remembers a file that no run reads, because its bytes were imported before.
    pub async fn remember_done_file(
        &self,
        namespace: NamespaceId,
        job: JobId,
        taken: TakenFile,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let upload = taken.copy.upload();
        insert(&tx, namespace, job, taken, now).await?;
        let done = source_file::ActiveModel {
            done_at: Set(Some(now.0)),
            ..Default::default()
        };
        change_copies(&tx, namespace, job, upload, done).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Of all namespaces, those that may be tried at `now`, the one that waits longest first.
    pub async fn files_to_clear_up(
        &self,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<FileToClearUp>, StoreError> {
        let rows = source_file::Entity::find()
            .filter(source_file::Column::ClearUp.is_not_null())
            .filter(source_file::Column::ClearUpAt.lte(now.0))
            .filter(source_file::Column::DoneAt.is_not_null())
            .order_by_asc(source_file::Column::ClearUpAt)
            .limit(limit)
            .all(self.reader())
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(FileToClearUp {
                    id: row.id,
                    namespace: NamespaceId(row.namespace),
                    job: JobId(row.job),
                    file: found(&row),
                    source: from_json(
                        "source_files.clear_up",
                        row.clear_up.as_deref().unwrap_or_default(),
                    )?,
                })
            })
            .collect()
    }

    pub async fn file_is_cleared_up(
        &self,
        namespace: NamespaceId,
        id: Uuid,
    ) -> Result<(), StoreError> {
        let change = source_file::ActiveModel {
            clear_up: Set(None),
            ..Default::default()
        };
        self.change_file(namespace, id, change).await
    }

    pub async fn clear_up_file_later(
        &self,
        namespace: NamespaceId,
        id: Uuid,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let change = source_file::ActiveModel {
            clear_up_at: Set(at.0),
            ..Default::default()
        };
        self.change_file(namespace, id, change).await
    }

    async fn change_file(
        &self,
        namespace: NamespaceId,
        id: Uuid,
        change: source_file::ActiveModel,
    ) -> Result<(), StoreError> {
        source_file::Entity::update_many()
            .set(change)
            .filter(source_file::COLUMN.id.eq(id))
            .filter(source_file::COLUMN.namespace.eq(namespace.0))
            .exec(self.writer())
            .await?;
        Ok(())
    }
}

/// What became of the file that the run read.
pub(crate) async fn note_end(
    tx: &impl ConnectionTrait,
    run: &Run,
    upload: UploadId,
    end: EndOfFile,
    now: Timestamp,
) -> Result<(), StoreError> {
    let done = source_file::ActiveModel {
        done_at: Set(Some(now.0)),
        failed_version: Set(None),
        ..Default::default()
    };
    let change = match end {
        EndOfFile::Imported => done,
        // Nothing of it was imported: it is not cleared away.
        EndOfFile::Empty => source_file::ActiveModel {
            clear_up: Set(None),
            ..done
        },
        EndOfFile::Failed => source_file::ActiveModel {
            failed_version: Set(Some(run.job_version.0)),
            ..Default::default()
        },
    };
    change_copies(tx, run.namespace, run.job, upload, change).await
}

/// Of files that are not done, those whose copy it is.
async fn change_copies(
    tx: &impl ConnectionTrait,
    namespace: NamespaceId,
    job: JobId,
    upload: UploadId,
    change: source_file::ActiveModel,
) -> Result<(), StoreError> {
    source_file::Entity::update_many()
        .set(change)
        .filter(source_file::COLUMN.namespace.eq(namespace.0))
        .filter(source_file::COLUMN.job.eq(job.0))
        .filter(source_file::COLUMN.upload.eq(upload.0))
        .filter(source_file::COLUMN.done_at.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// A file that was taken before as it is, is taken anew: what was imported under its name since counts.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    namespace: NamespaceId,
    job: JobId,
    taken: TakenFile,
    now: Timestamp,
) -> Result<(), StoreError> {
    let TakenFile {
        id,
        address,
        file,
        sha256,
        copy,
        clear_up,
    } = taken;
    let upload = copy.upload();
    let clear_up = to_optional_json("source_files.clear_up", clear_up.as_ref())?;
    if let FileCopy::New { upload, bytes, by } = copy {
        let row = upload::ActiveModel {
            id: Set(upload.0),
            namespace: Set(namespace.0),
            file_name: Set(shown_file_name(&file.name)),
            bytes: Set(from_count(bytes)),
            received: Set(from_count(bytes)),
            sha256: Set(Some(sha256.clone())),
            uploaded_by: Set(by.0),
            created_at: Set(now.0),
            completed_at: Set(Some(now.0)),
            removed_at: Set(None),
        };
        upload::Entity::insert(row)
            .exec_without_returning(tx)
            .await
            .map_err(on_insert("upload"))?;
    }
    let updated = source_file::Entity::update_many()
        .set(source_file::ActiveModel {
            upload: Set(upload.0),
            taken_at: Set(now.0),
            done_at: Set(None),
            failed_version: Set(None),
            clear_up: Set(clear_up.clone()),
            clear_up_at: Set(now.0),
            ..Default::default()
        })
        .filter(source_file::COLUMN.job.eq(job.0))
        .filter(source_file::COLUMN.address.eq(address.as_str()))
        .filter(
            source_file::COLUMN
                .size_bytes
                .eq(from_count(file.size_bytes)),
        )
        .filter(source_file::COLUMN.modified_at.eq(file.modified_at.0))
        .exec(tx)
        .await?;
    if updated.rows_affected > 0 {
        return Ok(());
    }
    let row = source_file::ActiveModel {
        id: Set(id),
        namespace: Set(namespace.0),
        job: Set(job.0),
        address: Set(address),
        file_name: Set(file.name),
        size_bytes: Set(from_count(file.size_bytes)),
        modified_at: Set(file.modified_at.0),
        sha256: Set(sha256),
        upload: Set(upload.0),
        taken_at: Set(now.0),
        done_at: Set(None),
        failed_version: Set(None),
        clear_up: Set(clear_up),
        clear_up_at: Set(now.0),
    };
    source_file::Entity::insert(row)
        .exec_without_returning(tx)
        .await
        .map_err(on_insert("source file"))?;
    Ok(())
}

fn found(row: &source_file::Model) -> FoundFile {
    FoundFile {
        name: row.file_name.clone(),
        size_bytes: to_count(row.size_bytes),
        modified_at: Timestamp(row.modified_at),
    }
}
