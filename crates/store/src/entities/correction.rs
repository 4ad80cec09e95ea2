//! An upload of corrected records of a run. JSON: `records`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "corrections")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub upload: Uuid,
    pub namespace: Uuid,
    pub corrects: Uuid,
    pub record_count: i64,
    pub records: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
