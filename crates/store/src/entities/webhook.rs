//! An address of a namespace that is told, and its key, encrypted.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhooks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub namespace: Uuid,
    pub url: String,
    pub sealed_key: Vec<u8>,
    pub created_by: Uuid,
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
