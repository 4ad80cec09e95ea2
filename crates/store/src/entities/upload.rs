//! A file that is being or was uploaded.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "uploads")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub namespace: Uuid,
    pub file_name: String,
    pub bytes: i64,
    pub received: i64,
    pub sha256: Option<String>,
    pub uploaded_by: Uuid,
    pub created_at: i64,
    pub completed_at: Option<i64>,
    /// When its file was removed.
    pub removed_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
