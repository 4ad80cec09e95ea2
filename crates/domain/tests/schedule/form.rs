//! What a person fills in, and how a schedule reads.

use domain::schedule::{FormField, Pattern, Schedule, ScheduleForm, When};

fn form(change: impl FnOnce(&mut ScheduleForm)) -> ScheduleForm {
    let mut form = ScheduleForm::new("Europe/Berlin");
    change(&mut form);
    form
}

fn recurring(pattern: Pattern, change: impl FnOnce(&mut ScheduleForm)) -> ScheduleForm {
    form(|form| {
        form.when = When::Recurring;
        form.pattern = pattern;
        change(form);
    })
}

#[track_caller]
fn check_words(form: &ScheduleForm, words: &str) {
    let schedule = form.parse().unwrap();
    assert_eq!(schedule.words(), words);
    // It is stored, and shown again in the form.
    let json = serde_json::to_string(&schedule).unwrap();
    assert_eq!(serde_json::from_str::<Schedule>(&json).unwrap(), schedule);
    assert_eq!(ScheduleForm::of(&schedule, "UTC").parse(), Ok(schedule));
}

#[track_caller]
fn check_refused(form: &ScheduleForm, field: FormField, sentence: &str) {
    let problem = form.parse().unwrap_err();
    assert_eq!(
        (problem.field, problem.sentence.as_str()),
        (field, sentence)
    );
    assert!(!problem.hint.is_empty());
}

#[test]
fn schedules_read_as_people_say_them() {
    check_words(&form(|_| ()), "Once, as soon as it is activated");
    let at = |date: &str, time: &str| {
        form(|form| {
            form.when = When::At;
            form.date = date.to_owned();
            form.time = time.to_owned();
        })
    };
    check_words(
        &at("2026-12-01", "06:00"),
        "Once, on 1 December 2026 at 06:00, Europe/Berlin",
    );
    check_words(
        &at("2026-12-01", "6:05:00"),
        "Once, on 1 December 2026 at 06:05, Europe/Berlin",
    );
    check_words(
        &recurring(Pattern::Hourly, |_| ()),
        "Every hour, Europe/Berlin",
    );
    check_words(
        &recurring(Pattern::Hourly, |form| form.minute = "15".to_owned()),
        "Every hour, 15 min past, Europe/Berlin",
    );
    check_words(
        &recurring(Pattern::Daily, |_| ()),
        "Every day at 06:00, Europe/Berlin",
    );
    check_words(
        &recurring(Pattern::Daily, |form| {
            form.start = "2026-12-01".to_owned();
            form.end = "2027-01-31".to_owned();
            form.jitter_minutes = "5".to_owned();
        }),
        "Every day at 06:00, from 1 December 2026, until 31 January 2027, Europe/Berlin",
    );
    check_words(
        &recurring(Pattern::Monthly, |_| ()),
        "On day 1 of every month at 06:00, Europe/Berlin",
    );
    check_words(
        &recurring(Pattern::Monthly, |form| form.month_day = "last".to_owned()),
        "On the last day of every month at 06:00, Europe/Berlin",
    );
    check_words(
        &recurring(Pattern::Cron, |form| {
            form.cron = "30 6 * * MON-FRI".to_owned();
        }),
        "Cron 30 6 * * MON-FRI, Europe/Berlin",
    );
}

#[test]
fn days_of_the_week_read_in_their_order() {
    use domain::schedule::Day;
    for (days, words) in [
        (vec![Day::Monday], "Every Monday at 06:00, Europe/Berlin"),
        (
            vec![Day::Friday, Day::Monday, Day::Friday],
            "Every Monday and Friday at 06:00, Europe/Berlin",
        ),
        (
            vec![Day::Sunday, Day::Tuesday, Day::Saturday],
            "Every Tuesday, Saturday and Sunday at 06:00, Europe/Berlin",
        ),
        (
            Day::ALL[..5].to_vec(),
            "Every working day (Monday to Friday) at 06:00, Europe/Berlin",
        ),
    ] {
        check_words(&recurring(Pattern::Weekly, |form| form.days = days), words);
    }
}

#[test]
fn a_refusal_names_the_field_and_what_was_filled_in() {
    let at = |date: &str, time: &str| {
        form(|form| {
            form.when = When::At;
            form.date = date.to_owned();
            form.time = time.to_owned();
        })
    };
    check_refused(&at("", "06:00"), FormField::Date, "A day is needed.");
    check_refused(
        &at("2026-02-30", "06:00"),
        FormField::Date,
        "`2026-02-30` is no day of the calendar.",
    );
    check_refused(
        &at("99999-01-01", "06:00"),
        FormField::Date,
        "`99999-01-01` is no day of the calendar.",
    );
    check_refused(&at("2026-12-01", ""), FormField::Time, "A time is needed.");
    for time in ["24:00", "6", "06:60", "06:00:30", "+6:00", "a:b"] {
        check_refused(
            &at("2026-12-01", time),
            FormField::Time,
            &format!("`{time}` is no time of the day."),
        );
    }
    check_refused(
        &recurring(Pattern::Hourly, |form| form.minute = "60".to_owned()),
        FormField::Minute,
        "`60` is no minute of an hour.",
    );
    check_refused(
        &recurring(Pattern::Weekly, |form| form.days.clear()),
        FormField::Days,
        "No day of the week is chosen.",
    );
    check_refused(
        &recurring(Pattern::Monthly, |form| form.month_day = "32".to_owned()),
        FormField::MonthDay,
        "`32` is no day of a month.",
    );
    check_refused(
        &recurring(Pattern::Cron, |form| form.cron = "0 25 * * *".to_owned()),
        FormField::Cron,
        "Hour: `25` is not between 0 and 23.",
    );
    check_refused(
        &recurring(Pattern::Daily, |form| {
            form.start = "2026-12-02".to_owned();
            form.end = "2026-12-01".to_owned();
        }),
        FormField::End,
        "The last day is before the first one.",
    );
    check_refused(
        &recurring(Pattern::Daily, |form| form.jitter_minutes = "61".to_owned()),
        FormField::Jitter,
        "Runs cannot be spread over `61` minutes.",
    );
    check_refused(
        &recurring(Pattern::Daily, |form| form.time_zone = " ".to_owned()),
        FormField::TimeZone,
        "A time zone is needed.",
    );
}
