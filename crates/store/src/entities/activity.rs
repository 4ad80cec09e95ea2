//! An entry of the append-only log of what was done; outlives the job it tells of. Without a namespace: of the instance.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub namespace: Option<Uuid>,
    pub job: Option<Uuid>,
    pub run: Option<Uuid>,
    pub person: Option<Uuid>,
    pub address: Option<String>,
    pub kind: String,
    pub detail: String,
    pub at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
