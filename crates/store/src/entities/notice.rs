//! Something that happened and is to be told. JSON: `announcements`, `happening`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub namespace: Uuid,
    pub job: Option<Uuid>,
    pub run: Option<Uuid>,
    /// The weightiest of the announcements.
    pub event: String,
    pub announcements: String,
    pub happening: String,
    pub attention: bool,
    pub at: i64,
    /// When it was decided who hears of it.
    pub planned_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
