//! A notice in a message, and as news of what it is told.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_notices")]
pub struct Model {
    pub namespace: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub delivery: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub notice: Uuid,
    pub event: String,
}

impl ActiveModelBehavior for ActiveModel {}
