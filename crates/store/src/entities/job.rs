//! A job. JSON: `draft`, `sample_problem`, `unsettled`, `last_whole_input`, `rerun`, `halt_reason`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub namespace: Uuid,
    pub name: String,
    /// The name in lower case, for sorting and searching.
    pub name_key: String,
    pub status: String,
    pub version: i64,
    /// Of the newest sealed version.
    pub current: Option<Uuid>,
    pub recurring: bool,
    pub next_due: Option<i64>,
    /// When the next regular run is due, for sorting. Where none is to come the greatest number: databases do not agree on where
    /// NULL belongs.
    pub next_run_key: i64,
    pub sample_state: String,
    pub sample_problem: Option<String>,
    pub unsettled: Option<String>,
    pub last_whole_input: Option<String>,
    pub rerun: Option<String>,
    pub unfinished_whole_file: i32,
    pub unfinished_corrections: i32,
    pub halt_reason: Option<String>,
    /// When the scheduler looks at it; `None` while it waits for nothing.
    pub wakes_at: Option<i64>,
    pub draft: String,
    /// Of the newest sealed version, else of the draft.
    pub dataset: Option<Uuid>,
    pub sampling_fence: i64,
    pub sampling_by: Option<String>,
    pub sampling_until: Option<i64>,
    /// How often the present sample was claimed.
    pub sampling_claims: i32,
    pub created_by: Uuid,
    pub created_at: i64,
    pub updated_at: i64,
    pub change: i64,
}

impl ActiveModelBehavior for ActiveModel {}
