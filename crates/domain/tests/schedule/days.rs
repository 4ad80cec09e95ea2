//! Which days a recurrence has, where it begins and ends, and by how much it is put off.

use domain::id::JobId;
use domain::schedule::{Day, MonthDay, Recurrence, Recurring, Schedule};
use uuid::Uuid;

use crate::{JOB, check, instant, recurring, rules, text};

const MIDNIGHT: jiff::civil::Time = jiff::civil::Time::midnight();

fn monthly(day: MonthDay) -> Recurring {
    recurring(Recurrence::Monthly { day, at: MIDNIGHT }, "UTC")
}

fn daily() -> Recurring {
    recurring(Recurrence::Daily { at: MIDNIGHT }, "UTC")
}

#[test]
fn an_instant_that_is_now_is_not_to_come() {
    check(daily(), "2026-06-01T00:00:00Z", &["2026-06-02T00:00:00Z"]);
    check(
        daily(),
        "2026-05-31T23:59:59.999Z",
        &["2026-06-01T00:00:00Z"],
    );
}

#[test]
fn a_month_without_the_day_is_left_out() {
    check(
        monthly(MonthDay::Day(31)),
        "2026-01-31T12:00:00Z",
        &[
            "2026-03-31T00:00:00Z",
            "2026-05-31T00:00:00Z",
            "2026-07-31T00:00:00Z",
            "2026-08-31T00:00:00Z",
        ],
    );
    check(
        monthly(MonthDay::Day(29)),
        "2027-01-29T12:00:00Z",
        &["2027-03-29T00:00:00Z"],
    );
    check(
        monthly(MonthDay::Day(29)),
        "2028-01-29T12:00:00Z",
        &["2028-02-29T00:00:00Z"],
    );
}

#[test]
fn every_month_has_a_last_day() {
    check(
        monthly(MonthDay::Last),
        "2027-12-31T12:00:00Z",
        &[
            "2028-01-31T00:00:00Z",
            "2028-02-29T00:00:00Z",
            "2028-03-31T00:00:00Z",
            "2028-04-30T00:00:00Z",
        ],
    );
}

#[test]
fn days_of_the_week_are_those_of_the_zone() {
    let weekly = Recurrence::Weekly {
        days: vec![Day::Monday, Day::Sunday],
        at: MIDNIGHT,
    };
    // Midnight in Auckland is noon or eleven of the day before in UTC.
    check(
        recurring(weekly, "Pacific/Auckland"),
        "2026-06-05T00:00:00Z",
        &[
            "2026-06-06T12:00:00Z",
            "2026-06-07T12:00:00Z",
            "2026-06-13T12:00:00Z",
        ],
    );
}

#[test]
fn it_begins_on_its_first_day_and_ends_with_its_last() {
    let limited = Recurring {
        start: Some("2026-06-10".parse().unwrap()),
        end: Some("2026-06-11".parse().unwrap()),
        ..recurring(
            Recurrence::Daily {
                at: "23:30".parse().unwrap(),
            },
            "America/New_York",
        )
    };
    let schedule = Schedule::Recurring(limited.clone());
    check(
        limited,
        "2026-01-01T00:00:00Z",
        &["2026-06-11T03:30:00Z", "2026-06-12T03:30:00Z"],
    );
    let after = |after: &str| schedule.next_after(JOB, instant(after), &rules).unwrap();
    assert_eq!(after("2026-06-12T03:30:00Z"), None);
    assert_eq!(after("2030-01-01T00:00:00Z"), None);
    assert_eq!(
        schedule.timing(JOB, instant("2026-06-12T03:30:00Z"), &rules),
        Ok(None)
    );
}

#[test]
fn jitter_puts_off_the_same_job_by_the_same_time_and_another_by_another() {
    let jittered = Schedule::Recurring(Recurring {
        jitter_seconds: 600,
        ..daily()
    });
    let midnight = instant("2026-06-02T00:00:00Z");
    let of = |job: JobId, after: &str| {
        let next = jittered.next_after(job, instant(after), &rules).unwrap();
        next.unwrap().0 - midnight.0
    };
    let first = of(JOB, "2026-06-01T12:00:00Z");
    assert!((0..=600_000).contains(&first), "{first}");
    assert_eq!(of(JOB, "2026-06-01T23:59:59Z"), first);
    let others =
        (100..110).map(|number| of(JobId(Uuid::from_u128(number)), "2026-06-01T12:00:00Z"));
    assert!(others.into_iter().any(|other| other != first));
}

#[test]
fn jitter_is_kept_after_the_occurrence_has_passed() {
    let jittered = Schedule::Recurring(Recurring {
        jitter_seconds: 600,
        ..daily()
    });
    let next = |after| jittered.next_after(JOB, after, &rules).unwrap().unwrap();
    let expected = next(instant("2026-06-01T12:00:00Z"));
    assert!(
        instant("2026-06-02T00:00:00Z") < expected,
        "choose another job"
    );
    assert_eq!(next(instant("2026-06-02T00:00:00Z")), expected);
}

#[test]
fn the_instant_without_jitter_is_that_of_the_schedule() {
    let at = "23:50".parse().unwrap();
    let jittered = Schedule::Recurring(Recurring {
        jitter_seconds: 3600,
        ..recurring(Recurrence::Daily { at }, "America/New_York")
    });
    let mut after = instant("2026-10-25T12:00:00Z");
    for day in 25..=31 {
        let due_at = jittered.next_after(JOB, after, &rules).unwrap().unwrap();
        let planned = jittered.without_jitter(due_at, &rules).unwrap();
        // 23:50 in New York, in summer time.
        assert_eq!(
            text(planned),
            text(instant("2026-10-26T03:50:00Z").plus_seconds((day - 25) * 86_400))
        );
        after = due_at;
    }
    // What a person started keeps its own.
    let noon = instant("2026-10-25T12:00:00Z");
    assert_eq!(jittered.without_jitter(noon, &rules), Ok(noon));
}
