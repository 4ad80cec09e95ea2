//! Sealed settings of a job (JSON), numbered from 1.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub namespace: Uuid,
    pub job: Uuid,
    pub number: i32,
    pub dataset: Uuid,
    pub settings: String,
    pub sealed_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
