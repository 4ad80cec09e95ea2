//! How many rows of a namespace's month are reserved or imported. `month`: 202611.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "quota_months")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub namespace: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: i64,
    /// The sum of the month's reservations.
    pub taken: i64,
    /// When people were told that it is near the limit, that it is reached, and that a file did not fit.
    pub near_at: Option<i64>,
    pub reached_at: Option<i64>,
    pub refused_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
