//! A file that a job has taken from a source. JSON: `clear_up`, `repeat`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "source_files")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub namespace: Uuid,
    pub job: Uuid,
    pub address: String,
    pub file_name: String,
    pub size_bytes: i64,
    pub modified_at: i64,
    pub sha256: String,
    /// Of the copy; it may be cleaned up and forgotten by now.
    pub upload: Uuid,
    pub taken_at: i64,
    /// When its rows were in, or it was passed over.
    pub done_at: Option<i64>,
    pub passed_over: bool,
    /// When its rows were in last, whatever became of it since.
    pub imported_at: Option<i64>,
    /// How it repeats what was imported.
    pub repeat: Option<String>,
    /// The version of the job with which nothing of it could go in.
    pub failed_version: Option<Uuid>,
    pub clear_up: Option<String>,
    /// The greatest number: not before something becomes of the file.
    pub clear_up_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
