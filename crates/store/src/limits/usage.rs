//! What a month's rows came from.

use std::collections::HashMap;

use domain::{
    id::{JobId, NamespaceId},
    month::Month,
};
use sea_orm::{
    EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    prelude::Uuid,
    sea_query::{Alias, Expr, Order, SimpleExpr},
};

use super::{HELD, USED, from_month, to_month};
use crate::{
    column::to_count,
    connection::Store,
    entities::{job, quota_month, reservation},
    error::StoreError,
};

/// Reservations and imports of a month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MonthUsage {
    pub imported: u64,
    /// Held by runs that have not ended, and by waiting reruns.
    pub reserved: u64,
    /// Days without rows are left out; in their order.
    pub days: Vec<DayRows>,
    /// Most rows first; at most as many as were asked for.
    pub jobs: Vec<JobRows>,
    /// Jobs with rows in the month.
    pub job_count: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayRows {
    pub day: u8,
    pub imported: u64,
    pub reserved: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRows {
    pub job: JobId,
    /// `None`: the job was deleted.
    pub name: Option<String>,
    /// Runs that imported something, or are about to.
    pub runs: u64,
    pub imported: u64,
    pub reserved: u64,
}

impl Store {
    /// Rows of the month that are imported or reserved: what is held against the limit.
    pub async fn rows_taken(
        &self,
        namespace: NamespaceId,
        month: Month,
    ) -> Result<u64, StoreError> {
        let found = quota_month::Entity::find_by_id((namespace.0, from_month(month)))
            .one(self.reader())
            .await?;
        Ok(found.map_or(0, |month| to_count(month.taken)))
    }

    /// Months of which something is known, newest first.
    pub async fn usage_months(
        &self,
        namespace: NamespaceId,
        limit: u64,
    ) -> Result<Vec<Month>, StoreError> {
        let months: Vec<i64> = quota_month::Entity::find()
            .select_only()
            .column(quota_month::Column::Month)
            .filter(quota_month::COLUMN.namespace.eq(namespace.0))
            .order_by_desc(quota_month::COLUMN.month)
            .limit(limit)
            .into_tuple()
            .all(self.reader())
            .await?;
        months.into_iter().map(to_month).collect()
    }

    pub async fn usage(
        &self,
        namespace: NamespaceId,
        month: Month,
        jobs: u64,
    ) -> Result<MonthUsage, StoreError> {
        let days: Vec<(i32, i64, i64)> = reservation::Entity::find()
            .select_only()
            .column(reservation::Column::Day)
            .column_as(rows_in(USED), "imported")
            .column_as(rows_in(HELD), "reserved")
            .filter(of_month(namespace, month))
            .group_by(reservation::Column::Day)
            .order_by_asc(reservation::COLUMN.day)
            .into_tuple()
            .all(self.reader())
            .await?;
        let days: Vec<_> = days
            .into_iter()
            .filter_map(|(day, imported, reserved)| {
                Some(DayRows {
                    day: u8::try_from(day).ok()?,
                    imported: to_count(imported),
                    reserved: to_count(reserved),
                })
            })
            .collect();
        let of_jobs: Vec<(Uuid, i64, i64, i64)> = reservation::Entity::find()
            .select_only()
            .column(reservation::Column::Job)
            .column_as(reservation::COLUMN.run.count(), "runs")
            .column_as(rows_in(USED), "imported")
            .column_as(rows_in(HELD), "reserved")
            .filter(of_month(namespace, month))
            .group_by(reservation::Column::Job)
            .order_by(Expr::col(Alias::new("imported")), Order::Desc)
            .order_by(Expr::col(Alias::new("reserved")), Order::Desc)
            .order_by_asc(reservation::COLUMN.job)
            .limit(jobs)
            .into_tuple()
            .all(self.reader())
            .await?;
        let names = self
            .job_names(namespace, of_jobs.iter().map(|row| row.0).collect())
            .await?;
        let job_count: Option<i64> = reservation::Entity::find()
            .select_only()
            .expr(Expr::col(reservation::Column::Job).count_distinct())
            .filter(of_month(namespace, month))
            .into_tuple()
            .one(self.reader())
            .await?;
        Ok(MonthUsage {
            imported: days.iter().map(|day| day.imported).sum(),
            reserved: days.iter().map(|day| day.reserved).sum(),
            days,
            jobs: of_jobs
                .into_iter()
                .map(|(job, runs, imported, reserved)| JobRows {
                    job: JobId(job),
                    name: names.get(&job).cloned(),
                    runs: to_count(runs),
                    imported: to_count(imported),
                    reserved: to_count(reserved),
                })
                .collect(),
            job_count: job_count.map_or(0, to_count),
        })
    }

    /// What the jobs have imported in the month; jobs without rows are left out.
    pub(crate) async fn rows_of_jobs(
        &self,
        namespace: NamespaceId,
        jobs: &[JobId],
        month: Month,
    ) -> Result<HashMap<JobId, u64>, StoreError> {
        let rows: Vec<(Uuid, i64)> = reservation::Entity::find()
            .select_only()
            .column(reservation::Column::Job)
            .column_as(rows_in(USED), "imported")
            .filter(of_month(namespace, month))
            .filter(reservation::COLUMN.job.is_in(jobs.iter().map(|id| id.0)))
            .group_by(reservation::Column::Job)
            .into_tuple()
            .all(self.reader())
            .await?;
        Ok(rows
            .into_iter()
            .map(|(id, imported)| (JobId(id), to_count(imported)))
            .collect())
    }

    async fn job_names(
        &self,
        namespace: NamespaceId,
        ids: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, String>, StoreError> {
        let names: Vec<(Uuid, String)> = job::Entity::find()
            .select_only()
            .columns([job::Column::Id, job::Column::Name])
            .filter(job::COLUMN.namespace.eq(namespace.0))
            .filter(job::COLUMN.id.is_in(ids))
            .into_tuple()
            .all(self.reader())
            .await?;
        Ok(names.into_iter().collect())
    }
}

fn of_month(namespace: NamespaceId, month: Month) -> SimpleExpr {
    reservation::COLUMN
        .namespace
        .eq(namespace.0)
        .and(reservation::COLUMN.month.eq(from_month(month)))
}

/// The sum of the rows in a state. PostgreSQL's sum of BIGINT is NUMERIC, which nothing here reads.
fn rows_in(state: &'static str) -> SimpleExpr {
    Expr::case(
        Expr::col(reservation::Column::State).eq(state),
        Expr::col(reservation::Column::RowCount),
    )
    .finally(0)
    .sum()
    .cast_as("bigint")
}
