//! When jobs run.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever it likes")]

#[path = "schedule/cron.rs"]
mod cron;
#[path = "schedule/days.rs"]
mod days;
#[path = "schedule/form.rs"]
mod form;
#[path = "schedule/properties.rs"]
mod properties;
#[path = "schedule/zones.rs"]
mod zones;

use domain::id::JobId;
use domain::schedule::{Recurrence, Recurring, Schedule};
use domain::time::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;

const JOB: JobId = JobId(Uuid::from_u128(7));

fn rules(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

fn instant(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

fn text(instant: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(instant.0)
        .unwrap()
        .to_string()
}

fn recurring(recurrence: Recurrence, time_zone: &str) -> Recurring {
    Recurring {
        recurrence,
        time_zone: time_zone.to_owned(),
        start: None,
        end: None,
        jitter_seconds: 0,
    }
}

/// The instants that come after `after` are `expected`, as far as it goes.
#[track_caller]
fn check(recurring: Recurring, after: &str, expected: &[&str]) {
    let schedule = Schedule::Recurring(recurring);
    let coming = schedule
        .coming(JOB, instant(after), expected.len(), &rules)
        .unwrap();
    let coming: Vec<String> = coming.into_iter().map(text).collect();
    assert_eq!(coming, expected, "{}", schedule.words());
}
