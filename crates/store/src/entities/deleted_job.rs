//! What is left of a deleted job, so that open pages learn that it went.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deleted_jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub namespace: Uuid,
    pub change: i64,
    pub deleted_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
