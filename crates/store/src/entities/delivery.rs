//! A message to one recipient, from planned to sent or given up. Its id is its idempotency key.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deliveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub namespace: Uuid,
    pub channel: String,
    /// A person or a webhook.
    pub recipient: Uuid,
    /// Of a message that collects notices until then.
    pub digest_at: Option<i64>,
    /// Of a message that still takes in more of its kind: the job and the event. It is over when the message is first claimed.
    pub gathers: Option<String>,
    pub state: String,
    pub attempts: i32,
    pub due_at: i64,
    pub fence: i64,
    pub claimed_by: Option<String>,
    pub lease_until: Option<i64>,
    pub error: Option<String>,
    pub created_at: i64,
    pub ended_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
