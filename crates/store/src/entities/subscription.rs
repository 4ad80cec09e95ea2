//! What a person or a webhook hears of. JSON: `events`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subscriptions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub namespace: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub subscriber: Uuid,
    /// A job, or the namespace itself.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: Uuid,
    /// Says what the subscriber is.
    pub channel: String,
    pub events: String,
}

impl ActiveModelBehavior for ActiveModel {}
