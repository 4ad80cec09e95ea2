//! How a member reads the notices of a namespace. Of what never was, the instant is the lowest number.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_preferences")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub namespace: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub person: Uuid,
    /// Minute of the local day; `None`: each notice at once.
    pub digest_minute: Option<i32>,
    pub seen_until: i64,
    /// When they last had a test sent.
    pub tested_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
