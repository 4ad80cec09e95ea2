//! The rows of a month that a run holds, or has imported.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reservations")]
pub struct Model {
    /// The newest attempt.
    #[sea_orm(primary_key, auto_increment = false)]
    pub run: Uuid,
    pub namespace: Uuid,
    pub job: Uuid,
    pub occurrence: Uuid,
    /// 202611
    pub month: i64,
    /// When it was made, in the zone of the namespace.
    pub day: i32,
    pub row_count: i64,
    pub state: String,
}

impl ActiveModelBehavior for ActiveModel {}
