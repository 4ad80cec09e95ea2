//! The monthly row limit.

use domain::month::Day;
use operations::usage::{Expected, NamespaceLimits, RowsLeft, Usage};

use crate::wire::limits::{
    DayView, ForecastView, JobUsageView, MonthChoice, NewLimits, RowsLeftView, UsageView,
};

pub fn rows_left(left: RowsLeft) -> RowsLeftView {
    RowsLeftView {
        month: left.month.to_string(),
        time_zone: left.time_zone,
        limit: left.quota.limit,
        taken: left.quota.taken,
        left: left.quota.left(),
        contact: left.contact,
    }
}

pub fn usage(usage: Usage) -> UsageView {
    UsageView {
        month: usage.left.month.code(),
        left: rows_left(usage.left),
        months: usage
            .months
            .into_iter()
            .map(|month| MonthChoice {
                code: month.code(),
                name: month.to_string(),
            })
            .collect(),
        imported: usage.imported,
        reserved: usage.reserved,
        days: usage
            .days
            .into_iter()
            .map(|day| DayView {
                day: day.day,
                imported: day.imported,
                reserved: day.reserved,
            })
            .collect(),
        today: usage.today,
        forecast: usage.expected.map(forecast),
        jobs: usage
            .jobs
            .into_iter()
            .map(|job| JobUsageView {
                id: job.job.to_string(),
                name: job.name,
                runs: job.runs,
                imported: job.imported,
                reserved: job.reserved,
            })
            .collect(),
        other_jobs: usage.other_jobs,
        other_rows: usage.other_rows,
        concurrent_runs: usage.limits.concurrent_runs,
        may_change_limits: usage.may_change_limits,
        file_bytes: usage.files.bytes,
        file_bytes_at_most: usage.files.bytes_at_most,
        open_uploads: usage.files.open,
        open_uploads_at_most: usage.files.open_at_most,
    }
}

pub fn limits(limits: NewLimits) -> NamespaceLimits {
    NamespaceLimits {
        monthly_rows: limits.monthly_rows,
        concurrent_runs: limits.concurrent_runs,
    }
}

fn forecast(expected: Expected) -> ForecastView {
    match expected {
        Expected::TooLittleData => ForecastView::TooLittleData,
        Expected::Reached => ForecastView::Reached,
        Expected::ReachedOn(Day { day, month }) => {
            ForecastView::ReachedOn(format!("{day} {month}"))
        }
        Expected::NotThisMonth { rows } => ForecastView::NotThisMonth(rows),
    }
}
