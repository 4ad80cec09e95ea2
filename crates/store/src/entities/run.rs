//! A run. JSON: `reason`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "runs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub namespace: Uuid,
    pub job: Uuid,
    pub job_version: Uuid,
    pub status: String,
    pub version: i64,
    pub attempt: i32,
    pub occurrence: Uuid,
    pub parent: Option<Uuid>,
    pub origin: String,
    pub upload: Option<Uuid>,
    pub corrects: Option<Uuid>,
    pub due_at: i64,
    pub fence: i64,
    pub claimed_by: Option<String>,
    pub lease_until: Option<i64>,
    pub claims_lost: i32,
    pub seen: i64,
    pub imported: i64,
    pub rejected: i64,
    pub corrected: i64,
    pub reason: Option<String>,
    pub cancel_requested: bool,
    pub queued_at: i64,
    pub started_at: Option<i64>,
    pub importing_at: Option<i64>,
    pub processing_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub bytes_done: i64,
    pub progress_at: Option<i64>,
    pub rows_inserted: Option<i64>,
    pub rows_updated: Option<i64>,
    pub exact_bytes: Option<i64>,
    pub explained_bytes: Option<i64>,
    pub change: i64,
}

impl ActiveModelBehavior for ActiveModel {}
