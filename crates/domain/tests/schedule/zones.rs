//! Clocks that go forward and back.

use domain::job::Timing;
use domain::schedule::{Recurrence, Schedule, UnknownTimeZone};

use crate::{JOB, check, instant, recurring, rules, text};

#[track_caller]
fn check_daily(time_zone: &str, at: &str, after: &str, expected: &[&str]) {
    let at = at.parse().unwrap();
    check(
        recurring(Recurrence::Daily { at }, time_zone),
        after,
        expected,
    );
}

#[test]
fn a_local_time_keeps_its_place_in_the_day_whatever_the_season() {
    check_daily(
        "Europe/Berlin",
        "06:00",
        "2026-03-28T04:59:59Z",
        &[
            "2026-03-28T05:00:00Z",
            "2026-03-29T04:00:00Z",
            "2026-03-30T04:00:00Z",
        ],
    );
}

#[test]
fn a_local_time_that_does_not_exist_runs_at_the_next_instant_that_does() {
    check_daily(
        "Europe/Berlin",
        "02:30",
        "2026-03-27T12:00:00Z",
        &[
            "2026-03-28T01:30:00Z",
            "2026-03-29T01:00:00Z",
            "2026-03-30T00:30:00Z",
        ],
    );
    check_daily(
        "America/New_York",
        "02:30",
        "2026-03-07T12:00:00Z",
        &["2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"],
    );
    // Half an hour only.
    check_daily(
        "Australia/Lord_Howe",
        "02:15",
        "2026-10-02T16:00:00Z",
        &["2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"],
    );
    // A whole day.
    check_daily(
        "Pacific/Apia",
        "06:00",
        "2011-12-29T20:00:00Z",
        &["2011-12-30T10:00:00Z", "2011-12-30T16:00:00Z"],
    );
}

#[test]
fn a_local_time_that_occurs_twice_runs_once() {
    check_daily(
        "Europe/Berlin",
        "02:30",
        "2026-10-23T12:00:00Z",
        &[
            "2026-10-24T00:30:00Z",
            "2026-10-25T00:30:00Z",
            "2026-10-26T01:30:00Z",
        ],
    );
    check_daily(
        "America/New_York",
        "01:30",
        "2026-10-31T12:00:00Z",
        &["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"],
    );
    check_daily(
        "Australia/Lord_Howe",
        "01:45",
        "2026-04-04T00:00:00Z",
        &["2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"],
    );
}

#[test]
fn asking_within_the_hour_that_comes_twice_does_not_bring_it_a_third_time() {
    for after in [
        "2026-10-25T00:30:00Z",
        "2026-10-25T00:59:59Z",
        "2026-10-25T01:00:00Z",
        "2026-10-25T01:29:00Z",
        "2026-10-25T01:59:00Z",
    ] {
        check_daily("Europe/Berlin", "02:30", after, &["2026-10-26T01:30:00Z"]);
    }
}

#[test]
fn what_runs_in_every_hour_goes_on_when_clocks_change() {
    let hourly = || recurring(Recurrence::Hourly { minute: 30 }, "Europe/Berlin");
    check(
        hourly(),
        "2026-03-29T00:15:00Z",
        &["2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"],
    );
    check(
        hourly(),
        "2026-10-24T23:45:00Z",
        &[
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:30:00Z",
            "2026-10-25T02:30:00Z",
        ],
    );
    let cron = |text: &str| recurring(Recurrence::Cron(text.parse().unwrap()), "Europe/Berlin");
    check(
        cron("*/15 * * * *"),
        "2026-10-25T00:40:00Z",
        &[
            "2026-10-25T00:45:00Z",
            "2026-10-25T01:00:00Z",
            "2026-10-25T01:15:00Z",
            "2026-10-25T01:30:00Z",
            "2026-10-25T01:45:00Z",
            "2026-10-25T02:00:00Z",
        ],
    );
    // One hour of the day runs once.
    check(
        cron("*/30 2 * * *"),
        "2026-10-24T23:45:00Z",
        &[
            "2026-10-25T00:00:00Z",
            "2026-10-25T00:30:00Z",
            "2026-10-26T01:00:00Z",
        ],
    );
}

#[track_caller]
fn check_cron(expression: &str, time_zone: &str, after: &str, expected: &[&str]) {
    let expression = Recurrence::Cron(expression.parse().unwrap());
    check(recurring(expression, time_zone), after, expected);
}

#[test]
fn a_cron_of_minutes_goes_on_when_clocks_change_wherever_that_is() {
    for (time_zone, after, expected) in [
        (
            "Europe/Berlin",
            "2026-03-29T00:15:00Z",
            ["00:30", "01:00", "01:30", "02:00"],
        ),
        (
            "Europe/Berlin",
            "2026-10-25T00:15:00Z",
            ["00:30", "01:00", "01:30", "02:00"],
        ),
        (
            "America/New_York",
            "2026-03-08T06:15:00Z",
            ["06:30", "07:00", "07:30", "08:00"],
        ),
        (
            "America/New_York",
            "2026-11-01T05:15:00Z",
            ["05:30", "06:00", "06:30", "07:00"],
        ),
        // By half an hour.
        (
            "Australia/Lord_Howe",
            "2026-10-03T14:45:00Z",
            ["15:00", "15:30", "16:00", "16:30"],
        ),
        (
            "Australia/Lord_Howe",
            "2026-04-04T14:15:00Z",
            ["14:30", "15:00", "15:30", "16:00"],
        ),
    ] {
        let day = &after[..11];
        let expected = expected.map(|time| format!("{day}{time}:00Z"));
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check_cron("*/30 * * * *", time_zone, after, &expected);
    }
}

#[test]
fn a_daily_cron_runs_once_a_day_when_clocks_change_wherever_that_is() {
    for (expression, time_zone, after, expected) in [
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-03-28T12:00:00Z",
            ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
        ),
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-10-24T12:00:00Z",
            ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
        ),
        (
            "30 2 * * *",
            "America/New_York",
            "2026-03-07T12:00:00Z",
            ["2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"],
        ),
        (
            "30 1 * * *",
            "America/New_York",
            "2026-10-31T12:00:00Z",
            ["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"],
        ),
        (
            "15 2 * * *",
            "Australia/Lord_Howe",
            "2026-10-03T00:00:00Z",
            ["2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"],
        ),
        (
            "45 1 * * *",
            "Australia/Lord_Howe",
            "2026-04-04T00:00:00Z",
            ["2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"],
        ),
    ] {
        check_cron(expression, time_zone, after, &expected);
    }
}

#[test]
fn what_runs_at_a_minute_of_every_hour_runs_in_each_that_passes() {
    for (time_zone, after, expected) in [
        (
            "America/New_York",
            "2026-03-08T05:30:00Z",
            ["2026-03-08T06:15:00Z", "2026-03-08T07:15:00Z"],
        ),
        (
            "America/New_York",
            "2026-11-01T05:00:00Z",
            ["2026-11-01T05:15:00Z", "2026-11-01T06:15:00Z"],
        ),
        (
            "Australia/Lord_Howe",
            "2026-10-03T14:00:00Z",
            ["2026-10-03T14:45:00Z", "2026-10-03T16:15:00Z"],
        ),
        (
            "Australia/Lord_Howe",
            "2026-04-04T14:00:00Z",
            ["2026-04-04T14:15:00Z", "2026-04-04T15:45:00Z"],
        ),
    ] {
        check_cron("15 * * * *", time_zone, after, &expected);
        check(
            recurring(Recurrence::Hourly { minute: 15 }, time_zone),
            after,
            &expected,
        );
    }
}

#[test]
fn a_schedule_that_runs_once_follows_them_too() {
    let at = |local: &str| Schedule::At {
        local: local.parse().unwrap(),
        time_zone: "Europe/Berlin".to_owned(),
    };
    for (local, expected) in [
        ("2026-12-01T06:00", "2026-12-01T05:00:00Z"),
        ("2026-03-29T02:00", "2026-03-29T01:00:00Z"),
        ("2026-03-29T02:59", "2026-03-29T01:00:00Z"),
        ("2026-03-29T03:00", "2026-03-29T01:00:00Z"),
        ("2026-10-25T02:00", "2026-10-25T00:00:00Z"),
        ("2026-10-25T03:00", "2026-10-25T02:00:00Z"),
    ] {
        let now = instant("2026-01-01T00:00:00Z");
        let next = at(local).next_after(JOB, now, &rules).unwrap().unwrap();
        assert_eq!(text(next), expected, "{local}");
        let timing = at(local).timing(JOB, now, &rules);
        assert_eq!(timing, Ok(Some(Timing::Once { at: next })));
        assert_eq!(at(local).next_after(JOB, next, &rules), Ok(None));
    }
}

#[test]
fn a_zone_that_nobody_knows_is_named() {
    let at = Schedule::At {
        local: "2026-12-01T06:00".parse().unwrap(),
        time_zone: "Europe/Nowhere".to_owned(),
    };
    assert_eq!(
        at.next_after(JOB, instant("2026-01-01T00:00:00Z"), &rules),
        Err(UnknownTimeZone {
            name: "Europe/Nowhere".to_owned()
        })
    );
}
