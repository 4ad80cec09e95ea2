//! The monthly row limit of a namespace: what may still be reserved, and when the limit will be reached.

use serde::{Deserialize, Serialize};

use crate::code::coded_enum;
use crate::time::Timestamp;

const DAY_MILLISECONDS: i64 = 24 * 60 * 60 * 1000;
/// Before that, one import more or less would turn the forecast round.
const FORECAST_AFTER_DAYS: i64 = 3;
const FORECAST_AFTER_DAYS_WITH_ROWS: usize = 2;

/// The rows of a month. A run that holds a reservation has its rows counted in `taken`, imported or not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    pub limit: u64,
    pub taken: u64,
}

/// A run asked for more rows than are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverLimit {
    /// How many the run could have had.
    pub rows_left: u64,
}

coded_enum! {
    /// What people are told of once in a month.
    pub enum Mark as "mark of the monthly limit" {
        Near = "limit_80", "80 % of the monthly limit";
        Reached = "limit_reached", "Monthly limit reached";
    }
}

/// What the rows so far let expect of the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forecast {
    TooLittleData,
    Reached,
    ReachedAt(Timestamp),
    /// So many rows by the end of the month.
    NotThisMonth {
        rows: u64,
    },
}

/// A month that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed {
    pub start: Timestamp,
    pub now: Timestamp,
    pub end: Timestamp,
}

impl Quota {
    pub const fn left(self) -> u64 {
        self.limit.saturating_sub(self.taken)
    }

    /// What is taken when a run that holds `held` rows of the month wants `wanted` instead. It may always keep what it
    /// holds, even where the limit was lowered meanwhile.
    pub const fn reserve(self, held: u64, wanted: u64) -> Result<u64, OverLimit> {
        let by_others = self.taken.saturating_sub(held);
        let taken = by_others.saturating_add(wanted);
        if wanted <= held || taken <= self.limit {
            Ok(taken)
        } else {
            let rows_left = self.limit.saturating_sub(by_others);
            Err(OverLimit { rows_left })
        }
    }

    /// The highest mark that the month has come to.
    pub fn mark(self) -> Option<Mark> {
        if self.taken >= self.limit {
            Some(Mark::Reached)
        } else if u128::from(self.taken) * 100 >= u128::from(self.limit) * 80 {
            Some(Mark::Near)
        } else {
            None
        }
    }

    /// At the rate of the month so far. `days_with_rows`: of the month.
    pub fn forecast(self, month: Elapsed, days_with_rows: usize) -> Forecast {
        if self.taken >= self.limit {
            return Forecast::Reached;
        }
        let elapsed = month.now.0 - month.start.0;
        if elapsed < FORECAST_AFTER_DAYS * DAY_MILLISECONDS
            || days_with_rows < FORECAST_AFTER_DAYS_WITH_ROWS
        {
            return Forecast::TooLittleData;
        }
        let (taken, limit) = (i128::from(self.taken), i128::from(self.limit));
        let reached_at = i128::from(month.start.0) + i128::from(elapsed) * limit / taken.max(1);
        if reached_at < i128::from(month.end.0) {
            return Forecast::ReachedAt(Timestamp(
                i64::try_from(reached_at).unwrap_or(month.end.0),
            ));
        }
        let length = i128::from(month.end.0 - month.start.0);
        let rows = taken * length / i128::from(elapsed);
        Forecast::NotThisMonth {
            rows: u64::try_from(rows).unwrap_or(u64::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reserve(limit: u64, taken: u64, held: u64, wanted: u64) -> Result<u64, u64> {
        Quota { limit, taken }
            .reserve(held, wanted)
            .map_err(|over| over.rows_left)
    }

    #[test]
    fn a_file_that_fits_exactly_is_let_in() {
        assert_eq!(reserve(100, 40, 0, 60), Ok(100));
        assert_eq!(reserve(100, 40, 0, 61), Err(60));
        assert_eq!(reserve(100, 100, 0, 0), Ok(100));
        assert_eq!(reserve(u64::MAX, u64::MAX, 0, u64::MAX), Ok(u64::MAX));
    }

    #[test]
    fn a_rerun_has_what_it_holds() {
        assert_eq!(reserve(100, 90, 50, 60), Ok(100));
        assert_eq!(reserve(100, 90, 50, 61), Err(60));
        assert_eq!(reserve(100, 90, 50, 20), Ok(60));
    }

    #[test]
    fn a_limit_that_was_lowered_takes_nothing_back() {
        assert_eq!(reserve(10, 90, 50, 50), Ok(90));
        assert_eq!(reserve(10, 90, 50, 51), Err(0));
        assert_eq!(reserve(10, 90, 0, 1), Err(0));
    }

    #[test]
    fn marks_are_at_four_fifths_and_at_the_limit() {
        for (limit, taken, mark) in [
            (100, 79, None),
            (100, 80, Some(Mark::Near)),
            (100, 99, Some(Mark::Near)),
            (100, 100, Some(Mark::Reached)),
            (10, 90, Some(Mark::Reached)),
            (0, 0, Some(Mark::Reached)),
            (u64::MAX, u64::MAX / 2, None),
        ] {
            assert_eq!(Quota { limit, taken }.mark(), mark, "{taken} of {limit}");
        }
    }

    /// A month of thirty days, so many of which have gone.
    fn forecast(limit: u64, taken: u64, days_gone: i64, days_with_rows: usize) -> Forecast {
        let at = |days: i64| Timestamp(days * DAY_MILLISECONDS);
        let month = Elapsed {
            start: at(0),
            now: at(days_gone),
            end: at(30),
        };
        Quota { limit, taken }.forecast(month, days_with_rows)
    }

    #[test]
    fn the_limit_is_reached_at_the_rate_so_far() {
        let day = |day: i64| Forecast::ReachedAt(Timestamp(day * DAY_MILLISECONDS));
        assert_eq!(forecast(1000, 500, 10, 5), day(20));
        assert_eq!(forecast(1000, 999, 10, 5), {
            Forecast::ReachedAt(Timestamp(10 * DAY_MILLISECONDS * 1000 / 999))
        });
        assert_eq!(
            forecast(1000, 333, 10, 5),
            Forecast::NotThisMonth { rows: 999 }
        );
        assert_eq!(forecast(1000, 1000, 10, 5), Forecast::Reached);
        assert_eq!(
            forecast(u64::MAX, 1, 10, 5),
            Forecast::NotThisMonth { rows: 3 }
        );
    }

    #[test]
    fn two_days_or_one_import_say_nothing() {
        assert_eq!(forecast(1000, 500, 2, 2), Forecast::TooLittleData);
        assert_eq!(forecast(1000, 500, 10, 1), Forecast::TooLittleData);
        assert_eq!(forecast(1000, 0, 10, 0), Forecast::TooLittleData);
        assert_eq!(forecast(1000, 1000, 1, 1), Forecast::Reached);
    }
}
