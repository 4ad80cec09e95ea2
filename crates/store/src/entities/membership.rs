//! What a person may do in a namespace.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "memberships")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub namespace: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub person: Uuid,
    pub role: String,
    pub created_at: i64,
    pub accepted_at: Option<i64>,
    #[sea_orm(belongs_to, from = "namespace", to = "id")]
    pub of: BelongsTo<super::namespace::Entity>,
    #[sea_orm(belongs_to, from = "person", to = "id")]
    pub whose: BelongsTo<super::person::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
