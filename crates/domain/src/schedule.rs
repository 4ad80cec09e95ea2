//! When a job runs: at once, at a local time, or again and again.
//!
//! A schedule is what a person said: local times in a time zone. Instants follow from it by the zone's rules, which change
//! with the world and are an argument, as the time is. A local time that does not exist, because clocks go forward, stands for
//! the next instant that does; one that occurs twice, because clocks go back, stands for the first of both. So nothing is
//! left out and nothing runs twice, whatever the zone does. What runs in every hour of the day is no matter of local times: it runs in
//! every hour that passes.

mod cron;
mod form;
mod instants;
mod jitter;
mod pattern;
mod words;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use self::cron::{CronExpression, CronField, CronProblem, FieldProblem};
pub use self::form::{FormField, FormProblem, MonthDayChoice, Pattern, ScheduleForm, When};
use crate::code::coded_enum;
use crate::id::JobId;
use crate::job::Timing;
use crate::month;
use crate::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// One-time, as soon as it is activated.
    Now,
    /// One-time.
    At {
        local: DateTime,
        time_zone: String,
    },
    Recurring(Recurring),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurring {
    pub recurrence: Recurrence,
    /// IANA name.
    pub time_zone: String,
    /// The first day on which it may run.
    pub start: Option<Date>,
    /// The last day on which it may run.
    pub end: Option<Date>,
    /// Each run is put off by up to so many seconds, so that many jobs do not all begin at one instant.
    #[serde(default)]
    pub jitter_seconds: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recurrence {
    Hourly {
        minute: u8,
    },
    Daily {
        at: Time,
    },
    Weekly {
        days: Vec<Day>,
        at: Time,
    },
    /// A month without the day is left out, as cron does.
    Monthly {
        day: MonthDay,
        at: Time,
    },
    Cron(CronExpression),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthDay {
    /// 1 to 31.
    Day(u8),
    Last,
}

coded_enum! {
    pub enum Day as "day of the week" {
        Monday = "mon", "Monday";
        Tuesday = "tue", "Tuesday";
        Wednesday = "wed", "Wednesday";
        Thursday = "thu", "Thursday";
        Friday = "fri", "Friday";
        Saturday = "sat", "Saturday";
        Sunday = "sun", "Sunday";
    }
}

/// The rules of a zone by its IANA name, where it is known.
pub type ZoneRules<'rules> = &'rules dyn Fn(&str) -> Option<TimeZone>;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the time zone `{name}` is not known")]
pub struct UnknownTimeZone {
    pub name: String,
}

impl Schedule {
    pub const fn is_recurring(&self) -> bool {
        match self {
            Self::Now | Self::At { .. } => false,
            Self::Recurring(_) => true,
        }
    }

    pub fn time_zone(&self) -> Option<&str> {
        match self {
            Self::Now => None,
            Self::At { time_zone, .. } => Some(time_zone),
            Self::Recurring(recurring) => Some(&recurring.time_zone),
        }
    }

    /// When a job that is activated (or reactivated, or edited) `now` runs next; `None`: the schedule is over.
    pub fn timing(
        &self,
        job: JobId,
        now: Timestamp,
        zones: ZoneRules<'_>,
    ) -> Result<Option<Timing>, UnknownTimeZone> {
        Ok(match self {
            Self::Now => Some(Timing::Once { at: now }),
            Self::At { local, time_zone } => {
                instants::of_local(*local, &rules(time_zone, zones)?).map(|at| Timing::Once { at })
            }
            Self::Recurring(_) => self
                .next_after(job, now, zones)?
                .map(|next| Timing::Recurring { next }),
        })
    }

    /// The first instant after `after`. The job tells its jitter from that of other jobs.
    pub fn next_after(
        &self,
        job: JobId,
        after: Timestamp,
        zones: ZoneRules<'_>,
    ) -> Result<Option<Timestamp>, UnknownTimeZone> {
        Ok(match self {
            Self::Now => None,
            Self::At { local, time_zone } => {
                instants::of_local(*local, &rules(time_zone, zones)?).filter(|at| after < *at)
            }
            Self::Recurring(recurring) => {
                let zone = rules(&recurring.time_zone, zones)?;
                instants::next_after(recurring, job, after, &zone)
            }
        })
    }

    /// The instants after `due` until `now` that have a file of their own, where `name` says what a day's file is called: the first of
    /// each day with another name, and that name. Looks at one instant of each day, however many it has.
    pub fn with_own_file(
        &self,
        job: JobId,
        (due, now): (Timestamp, Timestamp),
        zones: ZoneRules<'_>,
        name: impl Fn(month::Day) -> String,
    ) -> Result<Vec<(Timestamp, String)>, UnknownTimeZone> {
        let Self::Recurring(recurring) = self else {
            return Ok(Vec::new());
        };
        let zone = rules(&recurring.time_zone, zones)?;
        let day = |instant| Ok(month::Day::of(self.without_jitter(instant, zones)?, &zone));
        let (mut last, mut named) = (day(due)?, name(day(due)?));
        let (mut after, mut found) = (due, Vec::new());
        while let Some(instant) = instants::next_after(recurring, job, after, &zone) {
            if instant > now {
                break;
            }
            let of_instant = day(instant)?;
            if of_instant != last {
                last = of_instant;
                let own = name(of_instant);
                if own != named {
                    named.clone_from(&own);
                    found.push((instant, own));
                }
            }
            // Nothing else of the day is looked at; jitter may put some of it off into the next one.
            after = instants::end_of_day(instant, &zone).map_or(instant, |end| instant.max(end));
        }
        Ok(found)
    }

    /// When a run of the schedule that was due then would have been without its jitter.
    pub fn without_jitter(
        &self,
        due_at: Timestamp,
        zones: ZoneRules<'_>,
    ) -> Result<Timestamp, UnknownTimeZone> {
        Ok(match self {
            Self::Recurring(recurring) if recurring.jitter_seconds > 0 => {
                let zone = rules(&recurring.time_zone, zones)?;
                instants::without_jitter(recurring, due_at, &zone)
            }
            Self::Now | Self::At { .. } | Self::Recurring(_) => due_at,
        })
    }

    /// The next instants after `after`, at most `count`.
    pub fn coming(
        &self,
        job: JobId,
        after: Timestamp,
        count: usize,
        zones: ZoneRules<'_>,
    ) -> Result<Vec<Timestamp>, UnknownTimeZone> {
        let mut coming = Vec::with_capacity(count);
        let mut last = after;
        while coming.len() < count {
            let Some(next) = self.next_after(job, last, zones)? else {
                break;
            };
            coming.push(next);
            last = next;
        }
        Ok(coming)
    }
}

fn rules(name: &str, zones: ZoneRules<'_>) -> Result<TimeZone, UnknownTimeZone> {
    zones(name).ok_or_else(|| UnknownTimeZone {
        name: name.to_owned(),
    })
}
