//! What holds of every schedule.

use domain::schedule::{Day, MonthDay, Recurrence, Recurring, Schedule};
use domain::time::Timestamp;
use jiff::civil::Time;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::{JOB, rules};

const ZONES: &[&str] = &[
    "UTC",
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Antarctica/Troll",
];
const CRON: &[&str] = &[
    "* * * * *",
    "*/7 1-3 * * *",
    "0 0 29 2 *",
    "59 23 31 * SUN",
    "0 2 * 3,10,11 7",
];

fn time() -> impl Strategy<Value = Time> {
    (0..24_i8, 0..60_i8).prop_map(|(hour, minute)| Time::constant(hour, minute, 0, 0))
}

fn recurrence() -> impl Strategy<Value = Recurrence> {
    prop_oneof![
        (0..60_u8).prop_map(|minute| Recurrence::Hourly { minute }),
        time().prop_map(|at| Recurrence::Daily { at }),
        (subsequence(Day::ALL, 1..=7), time())
            .prop_map(|(days, at)| Recurrence::Weekly { days, at }),
        (1..=31_u8, time()).prop_map(|(day, at)| Recurrence::Monthly {
            day: MonthDay::Day(day),
            at
        }),
        time().prop_map(|at| Recurrence::Monthly {
            day: MonthDay::Last,
            at
        }),
        select(CRON).prop_map(|text| Recurrence::Cron(text.parse().unwrap())),
    ]
}

/// Days since 2000.
fn date(days: i64) -> jiff::civil::Date {
    jiff::civil::date(2000, 1, 1)
        .checked_add(jiff::SignedDuration::from_hours(24 * days))
        .unwrap()
}

fn limits() -> impl Strategy<Value = (Option<i64>, Option<i64>)> {
    (
        prop::option::of(0..14_000_i64),
        prop::option::of(0..1000_i64),
    )
        .prop_map(|(start, length)| {
            (
                start,
                start.zip(length).map(|(start, length)| start + length),
            )
        })
}

fn recurring() -> impl Strategy<Value = Recurring> {
    let jitter = prop_oneof![Just(0), Just(60), Just(3600)];
    (recurrence(), select(ZONES), limits(), jitter).prop_map(
        |(recurrence, time_zone, (start, end), jitter_seconds)| Recurring {
            recurrence,
            time_zone: time_zone.to_owned(),
            start: start.map(date),
            end: end.map(date),
            jitter_seconds,
        },
    )
}

/// Between 2000 and 2038, to the millisecond.
fn instant() -> impl Strategy<Value = Timestamp> {
    (946_684_800_000..2_145_916_800_000_i64).prop_map(Timestamp)
}

proptest! {
    #[test]
    fn instants_grow_and_keep_within_the_first_and_the_last_day(
        recurring in recurring(),
        after in instant(),
    ) {
        let zone = rules(&recurring.time_zone).unwrap();
        let schedule = Schedule::Recurring(recurring.clone());
        let coming = schedule.coming(JOB, after, 8, &rules).unwrap();
        let mut last = after;
        for instant in coming {
            prop_assert!(last < instant);
            let day = zone
                .to_datetime(jiff::Timestamp::from_millisecond(instant.0).unwrap())
                .date();
            prop_assert!(recurring.start.is_none_or(|start| start <= day), "{day}");
            prop_assert!(recurring.end.is_none_or(|end| day <= end), "{day}");
            last = instant;
        }
    }

    #[test]
    fn whenever_it_is_asked_the_next_instant_is_the_same(
        recurring in recurring(),
        after in instant(),
        share in 0.0..1.0_f64,
    ) {
        let schedule = Schedule::Recurring(recurring);
        let next = |after| schedule.next_after(JOB, after, &rules).unwrap();
        if let Some(instant) = next(after) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "any instant between the two will do")]
            let between = Timestamp(after.0 + ((instant.0 - after.0 - 1) as f64 * share) as i64);
            prop_assert_eq!(next(between), Some(instant));
            prop_assert_eq!(next(Timestamp(instant.0 - 1)), Some(instant));
        }
    }

    #[test]
    fn no_text_makes_the_parser_of_cron_expressions_panic(text in "[-0-9*/,A-Za-z ?#]{0,40}") {
        let _ = text.parse::<domain::schedule::CronExpression>();
    }
}
