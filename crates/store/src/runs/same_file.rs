//! What runs of the same file have brought in.

use domain::run::{Run, RunStatus};
use sea_orm::{EntityTrait, QueryFilter, QuerySelect};

use crate::{
    Store,
    column::{from_code, to_count},
    entities::run,
    error::StoreError,
};

impl Store {
    /// Whether another run reads it now, or waits to.
    pub async fn is_read_by_another(&self, of: &Run) -> Result<bool, StoreError> {
        let Some(upload) = of.input.upload else {
            return Ok(false);
        };
        let statuses: Vec<String> = run::Entity::find()
            .select_only()
            .column(run::Column::Status)
            .filter(run::COLUMN.namespace.eq(of.namespace.0))
            .filter(run::COLUMN.job.eq(of.job.0))
            .filter(run::COLUMN.upload.eq(upload.0))
            .filter(run::COLUMN.id.ne(of.id.0))
            .into_tuple()
            .all(self.reader())
            .await?;
        for status in statuses {
            if !from_code::<RunStatus>("runs.status", &status)?.is_final() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Rows that are in of what the run reads: by itself, by its reruns and retries, and by corrections of their records.
    pub async fn rows_in_of_same_file(&self, of: &Run) -> Result<u64, StoreError> {
        let Some(upload) = of.input.upload else {
            return Ok(0);
        };
        let rows: Vec<(String, i64, i64)> = run::Entity::find()
            .select_only()
            .column(run::Column::Status)
            .column(run::Column::Imported)
            .column(run::Column::Corrected)
            .filter(run::COLUMN.namespace.eq(of.namespace.0))
            .filter(run::COLUMN.job.eq(of.job.0))
            .filter(run::COLUMN.upload.eq(upload.0))
            .into_tuple()
            .all(self.reader())
            .await?;
        let mut sum = 0;
        for (status, imported, corrected) in rows {
            // Of a run under way the rows that it has written so far are not in yet.
            if from_code::<RunStatus>("runs.status", &status)?.is_successful() {
                sum += to_count(imported);
            }
            sum += to_count(corrected);
        }
        Ok(sum)
    }
}
