//! A named target table; `fields` is JSON.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "datasets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub namespace: Uuid,
    pub name: String,
    pub fields: String,
    pub created_at: i64,
    pub row_count: i64,
    pub run_count: i64,
}

impl ActiveModelBehavior for ActiveModel {}
