//! Files that jobs have taken from a source: each as it was listed, with the copy that runs read.

use std::collections::{HashMap, HashSet};

use domain::{
    folder::{FolderSource, FoundFile, Known, KnownFile, Repeat, RepeatKind},
    id::{JobId, JobVersionId, NamespaceId, PersonId, UploadId},
    name::shown_file_name,
    run::{EndOfFile, Run},
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::{
    column::{from_count, from_json, from_optional_json, to_count, to_optional_json},
    connection::Store,
    entities::{source_file, upload},
    error::{StoreError, on_insert},
};

/// When a file is cleared up of which nothing is known to have become yet.
const NOT_YET: i64 = i64::MAX;

/// So many files are looked up at once.
const FILES_AT_ONCE: usize = 200;

/// Imports of one content that are looked at.
const IMPORTS_AT_MOST: u64 = 100;

/// A file that is taken.
#[derive(Clone, Debug)]
pub struct TakenFile {
    pub id: Uuid,
    /// Folder and name: what it is remembered by, beside size and time.
    pub address: String,
    pub file: FoundFile,
    pub sha256: String,
    pub copy: FileCopy,
    /// What says how it is cleared up; `None`: it stays, whatever becomes of it.
    pub clear_up: Option<FolderSource>,
    /// How it repeats what was imported.
    pub repeat: Option<Repeat>,
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
    /// When its rows were in, or it was passed over. `None`: neither, or it was taken again since.
    pub done_at: Option<Timestamp>,
    pub passed_over: bool,
    /// When its rows were in last, whatever became of it since.
    pub imported_at: Option<Timestamp>,
    pub repeat: Option<Repeat>,
    /// The version of the job with which nothing of it could go in.
    pub failed_version: Option<JobVersionId>,
}

/// A file of which something has become, and which may be yet to be moved or deleted.
#[derive(Clone, Debug)]
pub struct FileToClearUp {
    pub id: Uuid,
    pub namespace: NamespaceId,
    pub job: JobId,
    pub file: FoundFile,
    pub source: FolderSource,
    pub known: Known,
}

impl FileTake {
    /// Whether it was found to begin with what was imported last.
    pub fn is_grown(&self) -> bool {
        self.repeat
            .as_ref()
            .is_some_and(|repeat| repeat.kind == RepeatKind::Grown)
    }
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
        self.takes(rows).await
    }

    /// The imports of the same content, whatever the files were called, the latest first.
    pub async fn imports_of_content(
        &self,
        namespace: NamespaceId,
        job: JobId,
        sha256: &str,
    ) -> Result<Vec<FileTake>, StoreError> {
        let rows = source_file::Entity::find()
            .filter(source_file::COLUMN.namespace.eq(namespace.0))
            .filter(source_file::COLUMN.job.eq(job.0))
            .filter(source_file::COLUMN.sha256.eq(sha256))
            .filter(source_file::COLUMN.imported_at.is_not_null())
            .order_by_desc(source_file::Column::ImportedAt)
            .limit(IMPORTS_AT_MOST)
            .all(self.reader())
            .await?;
        self.takes(rows).await
    }

    /// Whether the job has imported a file of a source since then.
    pub async fn has_imported_since(
        &self,
        namespace: NamespaceId,
        job: JobId,
        since: Timestamp,
    ) -> Result<bool, StoreError> {
        let row = source_file::Entity::find()
            .filter(source_file::COLUMN.namespace.eq(namespace.0))
            .filter(source_file::COLUMN.job.eq(job.0))
            .filter(source_file::COLUMN.imported_at.gte(since.0))
            .one(self.reader())
            .await?;
        Ok(row.is_some())
    }

    /// Whether the file that the run has read was passed over, and not imported since.
    pub async fn is_passed_over(&self, run: &Run) -> Result<bool, StoreError> {
        let Some(upload) = run.input.upload else {
            return Ok(false);
        };
        let row = source_file::Entity::find()
            .filter(source_file::COLUMN.namespace.eq(run.namespace.0))
            .filter(source_file::COLUMN.job.eq(run.job.0))
            .filter(source_file::COLUMN.upload.eq(upload.0))
            .filter(source_file::COLUMN.passed_over.eq(true))
            .one(self.reader())
            .await?;
        Ok(row.is_some())
    }

    /// The name of another job that has imported some of the files, by their names.
    pub async fn job_with_imports_of(
        &self,
        namespace: NamespaceId,
        but: JobId,
        source: &FolderSource,
        files: &[FoundFile],
    ) -> Result<Option<String>, StoreError> {
        for files in files.chunks(FILES_AT_ONCE) {
            let addresses = files.iter().map(|file| source.address(&file.name));
            let row = source_file::Entity::find()
                .filter(source_file::COLUMN.namespace.eq(namespace.0))
                .filter(source_file::COLUMN.job.ne(but.0))
                .filter(source_file::COLUMN.address.is_in(addresses))
                .filter(source_file::COLUMN.imported_at.is_not_null())
                .one(self.reader())
                .await?;
            if let Some(row) = row {
                let record = self.job(namespace, JobId(row.job)).await?;
                return Ok(Some(record.job.name.to_string()));
            }
        }
        Ok(None)
    }

    async fn takes(&self, rows: Vec<source_file::Model>) -> Result<Vec<FileTake>, StoreError> {
        let uploads: Vec<_> = rows.iter().map(|row| UploadId(row.upload)).collect();
        let copies = self.uploads_with_file(&uploads).await?;
        let take = |row: source_file::Model| {
            Ok(FileTake {
                file: found(&row),
                upload: UploadId(row.upload),
                has_copy: copies.contains(&UploadId(row.upload)),
                done_at: row.done_at.map(Timestamp),
                passed_over: row.passed_over,
                imported_at: row.imported_at.map(Timestamp),
                repeat: from_optional_json("source_files.repeat", row.repeat.as_deref())?,
                failed_version: row.failed_version.map(JobVersionId),
                address: row.address,
                sha256: row.sha256,
            })
        };
        rows.into_iter().map(take).collect()
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

    /// What is known of files as they lie there: of those of one name only the last one that was imported counts as imported, and what was
    /// passed over since.
    pub async fn known_files(
        &self,
        namespace: NamespaceId,
        job: JobId,
        version: Option<JobVersionId>,
        source: &FolderSource,
        files: &[FoundFile],
    ) -> Result<HashMap<FoundFile, KnownFile>, StoreError> {
        let mut all = HashMap::new();
        for files in files.chunks(FILES_AT_ONCE) {
            let addresses: Vec<_> = files
                .iter()
                .map(|file| source.address(&file.name))
                .collect();
            let takes = self.file_takes(namespace, job, &addresses).await?;
            let mut last: HashMap<&str, Timestamp> = HashMap::new();
            for take in &takes {
                let last = last.entry(&take.address).or_insert(Timestamp(i64::MIN));
                *last = (*last).max(take.imported_at.unwrap_or(*last));
            }
            let known = |take: &FileTake| {
                let last = last.get(take.address.as_str()).copied()?;
                match take.done_at {
                    Some(at) if take.passed_over => (at >= last).then_some(Known::PassedOver),
                    // One without rows was no import, and is done all the same.
                    Some(at) => (take.imported_at.unwrap_or(at) >= last).then_some(Known::Imported),
                    None if version.is_none() || take.failed_version != version => None,
                    None if take.repeat.is_some() => Some(Known::Asked),
                    None => Some(Known::Failed),
                }
            };
            all.extend(takes.iter().filter_map(|take| {
                let known = KnownFile {
                    known: known(take)?,
                    repeat: take.repeat.clone(),
                };
                Some((take.file.clone(), known))
            }));
        }
        Ok(all)
    }

    /// Remembers a file that no run reads: its bytes were imported last under its name, or, with a repeat, it is passed over.
    pub async fn remember_done_file(
        &self,
        namespace: NamespaceId,
        job: JobId,
        taken: TakenFile,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let upload = taken.copy.upload();
        let end = match taken.repeat {
            Some(_) => passed_over(now),
            None => source_file::ActiveModel {
                imported_at: Set(Some(now.0)),
                ..done(now)
            },
        };
        insert(&tx, namespace, job, taken, now).await?;
        change_copies(&tx, namespace, job, upload, end).await?;
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
                    known: match row.done_at {
                        Some(_) if row.passed_over => Known::PassedOver,
                        Some(_) => Known::Imported,
                        None => Known::Failed,
                    },
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
            clear_up_at: Set(NOT_YET),
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
    let change = match end {
        EndOfFile::Imported => source_file::ActiveModel {
            imported_at: Set(Some(now.0)),
            ..done(now)
        },
        // Nothing of it was imported: it is not cleared away.
        EndOfFile::Empty => source_file::ActiveModel {
            clear_up_at: Set(NOT_YET),
            ..done(now)
        },
        EndOfFile::NothingNew => done(now),
        EndOfFile::Failed => source_file::ActiveModel {
            failed_version: Set(Some(run.job_version.0)),
            clear_up_at: Set(now.0),
            ..Default::default()
        },
        EndOfFile::Asked => source_file::ActiveModel {
            failed_version: Set(Some(run.job_version.0)),
            ..Default::default()
        },
        EndOfFile::PassedOver => passed_over(now),
    };
    change_copies(tx, run.namespace, run.job, upload, change).await
}

fn done(now: Timestamp) -> source_file::ActiveModel {
    source_file::ActiveModel {
        done_at: Set(Some(now.0)),
        passed_over: Set(false),
        failed_version: Set(None),
        clear_up_at: Set(now.0),
        ..Default::default()
    }
}

fn passed_over(now: Timestamp) -> source_file::ActiveModel {
    source_file::ActiveModel {
        passed_over: Set(true),
        ..done(now)
    }
}

/// Of files that are not imported, those whose copy it is: what was passed over may be imported all the same.
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
        .filter(
            Condition::any()
                .add(source_file::COLUMN.done_at.is_null())
                .add(source_file::COLUMN.passed_over.eq(true)),
        )
        .exec(tx)
        .await?;
    Ok(())
}

/// Files that are passed over without a look into them: nothing is known of their content, and there is no copy.
pub(crate) async fn leave_out(
    tx: &impl ConnectionTrait,
    namespace: NamespaceId,
    job: JobId,
    files: Vec<TakenFile>,
    now: Timestamp,
) -> Result<(), StoreError> {
    for file in files {
        let upload = file.copy.upload();
        insert(tx, namespace, job, file, now).await?;
        change_copies(tx, namespace, job, upload, passed_over(now)).await?;
    }
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
        repeat,
    } = taken;
    let upload = copy.upload();
    let clear_up = to_optional_json("source_files.clear_up", clear_up.as_ref())?;
    let repeat = to_optional_json("source_files.repeat", repeat.as_ref())?;
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
            sha256: Set(sha256.clone()),
            upload: Set(upload.0),
            taken_at: Set(now.0),
            done_at: Set(None),
            passed_over: Set(false),
            repeat: Set(repeat.clone()),
            failed_version: Set(None),
            clear_up: Set(clear_up.clone()),
            clear_up_at: Set(NOT_YET),
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
        imported_at: Set(None),
        passed_over: Set(false),
        repeat: Set(repeat),
        failed_version: Set(None),
        clear_up: Set(clear_up),
        clear_up_at: Set(NOT_YET),
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
