//! Cron expressions.

use domain::schedule::{CronExpression, CronProblem, Recurrence};

use crate::{check, recurring};

#[track_caller]
fn check_cron(expression: &str, after: &str, expected: &[&str]) {
    let expression = expression.parse().unwrap();
    check(
        recurring(Recurrence::Cron(expression), "UTC"),
        after,
        expected,
    );
}

#[track_caller]
fn check_refused(expression: &str, sentence: &str) {
    let problem = expression.parse::<CronExpression>().unwrap_err();
    assert_eq!(problem.to_string(), sentence, "{expression}");
}

#[test]
fn every_minute() {
    check_cron(
        "* * * * *",
        "2026-12-31T23:58:30Z",
        &["2026-12-31T23:59:00Z", "2027-01-01T00:00:00Z"],
    );
}

#[test]
fn lists_ranges_and_steps() {
    check_cron(
        "5,10-12,50-59/4 6 * * *",
        "2026-06-01T00:00:00Z",
        &[
            "2026-06-01T06:05:00Z",
            "2026-06-01T06:10:00Z",
            "2026-06-01T06:11:00Z",
            "2026-06-01T06:12:00Z",
            "2026-06-01T06:50:00Z",
            "2026-06-01T06:54:00Z",
            "2026-06-01T06:58:00Z",
            "2026-06-02T06:05:00Z",
        ],
    );
    check_cron(
        "0 */7 * * *",
        "2026-06-01T07:00:00Z",
        &[
            "2026-06-01T14:00:00Z",
            "2026-06-01T21:00:00Z",
            "2026-06-02T00:00:00Z",
        ],
    );
    check_cron(
        "0 0 1-31/10 * *",
        "2026-02-01T12:00:00Z",
        &[
            "2026-02-11T00:00:00Z",
            "2026-02-21T00:00:00Z",
            "2026-03-01T00:00:00Z",
        ],
    );
}

#[test]
fn names_are_taken_in_any_case() {
    check_cron(
        "30 6 * jan,MAR MON-wed",
        "2026-01-28T12:00:00Z",
        &["2026-03-02T06:30:00Z", "2026-03-03T06:30:00Z"],
    );
}

#[test]
fn sunday_is_0_and_7() {
    let sundays = ["2026-06-07T00:00:00Z", "2026-06-14T00:00:00Z"];
    for expression in ["0 0 * * 0", "0 0 * * 7", "0 0 * * SUN", "0 0 * * 0,7"] {
        check_cron(expression, "2026-06-01T00:00:00Z", &sundays);
    }
    check_cron(
        "0 0 * * 5-7",
        "2026-06-06T12:00:00Z",
        &["2026-06-07T00:00:00Z", "2026-06-12T00:00:00Z"],
    );
    // Sunday, Tuesday, Thursday, Saturday: 7 is not a day of its own.
    check_cron(
        "0 0 * * */2",
        "2026-06-06T12:00:00Z",
        &["2026-06-07T00:00:00Z", "2026-06-09T00:00:00Z"],
    );
}

#[test]
fn either_day_will_do_where_both_are_restricted() {
    check_cron(
        "0 0 13 * FRI",
        "2026-04-01T00:00:00Z",
        &[
            "2026-04-03T00:00:00Z",
            "2026-04-10T00:00:00Z",
            "2026-04-13T00:00:00Z",
            "2026-04-17T00:00:00Z",
        ],
    );
    check_cron(
        "0 0 13 * *",
        "2026-04-01T00:00:00Z",
        &["2026-04-13T00:00:00Z", "2026-05-13T00:00:00Z"],
    );
    // The month holds for both.
    check_cron(
        "0 0 31 2 MON",
        "2026-01-01T00:00:00Z",
        &["2026-02-02T00:00:00Z", "2026-02-09T00:00:00Z"],
    );
}

#[test]
fn the_29th_of_february_is_found_across_a_century_that_has_none() {
    check_cron(
        "0 0 29 2 *",
        "2096-03-01T00:00:00Z",
        &["2104-02-29T00:00:00Z"],
    );
}

#[test]
fn what_is_written_stays_as_it_is_but_for_blanks() {
    let expression: CronExpression = "  30   6 * *\tMON-FRI ".parse().unwrap();
    assert_eq!(expression.to_string(), "30 6 * * MON-FRI");
    let json = serde_json::to_string(&expression).unwrap();
    assert_eq!(
        serde_json::from_str::<CronExpression>(&json).unwrap(),
        expression
    );
    assert!(serde_json::from_str::<CronExpression>("\"61 * * * *\"").is_err());
}

#[test]
fn a_refusal_names_the_field() {
    const FIELDS: &str = "A cron expression has 5 fields: minute, hour, day of the month, month, day of the week; this one has ";
    for (expression, sentence) in [
        ("", format!("{FIELDS}0.")),
        ("@daily", format!("{FIELDS}1.")),
        ("* * * *", format!("{FIELDS}4.")),
        ("0 0 6 * * *", format!("{FIELDS}6.")),
        (
            "60 * * * *",
            "Minute: `60` is not between 0 and 59.".to_owned(),
        ),
        (
            "* 24 * * *",
            "Hour: `24` is not between 0 and 23.".to_owned(),
        ),
        (
            "* * 0 * *",
            "Day of the month: `0` is not between 1 and 31.".to_owned(),
        ),
        (
            "* * * 13 *",
            "Month: `13` is not between 1 and 12.".to_owned(),
        ),
        (
            "* * * * 8",
            "Day of the week: `8` is not between 0 and 7.".to_owned(),
        ),
        (
            "99999999999 * * * *",
            "Minute: `99999999999` is not between 0 and 59.".to_owned(),
        ),
        (
            "-5 * * * *",
            "Minute: `` is neither a number nor a range.".to_owned(),
        ),
        (
            "+5 * * * *",
            "Minute: `+5` is neither a number nor a range.".to_owned(),
        ),
        (
            "1.5 * * * *",
            "Minute: `1.5` is neither a number nor a range.".to_owned(),
        ),
        (
            "a * * * *",
            "Minute: `a` is neither a number nor a range.".to_owned(),
        ),
        (
            "* * ? * *",
            "Day of the month: `?` is neither a number nor a range.".to_owned(),
        ),
        (
            "* * L * *",
            "Day of the month: `L` is neither a number nor a range.".to_owned(),
        ),
        (
            "* * * JANUARY *",
            "Month: `JANUARY` is neither a number nor a range, nor a name from JAN to DEC."
                .to_owned(),
        ),
        (
            "* * * * MO",
            "Day of the week: `MO` is neither a number nor a range, nor a name from SUN to SAT."
                .to_owned(),
        ),
        (
            "* * * * FRI#2",
            "Day of the week: `FRI#2` is neither a number nor a range, nor a name from SUN to SAT."
                .to_owned(),
        ),
        (
            "1,,2 * * * *",
            "Minute: there is nothing before, after or between two commas.".to_owned(),
        ),
        (
            "1, * * * *",
            "Minute: there is nothing before, after or between two commas.".to_owned(),
        ),
        (
            "20-10 * * * *",
            "Minute: the range `20-10` ends before it begins.".to_owned(),
        ),
        (
            "* * * * FRI-MON",
            "Day of the week: the range `FRI-MON` ends before it begins.".to_owned(),
        ),
        (
            "*/0 * * * *",
            "Minute: the step `0` is not a number from 1 to 59.".to_owned(),
        ),
        (
            "*/x * * * *",
            "Minute: the step `x` is not a number from 1 to 59.".to_owned(),
        ),
        (
            "* */99 * * *",
            "Hour: the step `99` is not a number from 1 to 23.".to_owned(),
        ),
        (
            "*/2/3 * * * *",
            "Minute: the step `2/3` is not a number from 1 to 59.".to_owned(),
        ),
        (
            "5/15 * * * *",
            "Minute: the step in `5/15` needs a range before it, such as `5-59/15`.".to_owned(),
        ),
        (
            "0 0 31 2 *",
            "Day of the month: none of the months has such a day, so the job would never run."
                .to_owned(),
        ),
        (
            "0 0 31 4,6,9,11 *",
            "Day of the month: none of the months has such a day, so the job would never run."
                .to_owned(),
        ),
        (
            "0 0 30-31 2 *",
            "Day of the month: none of the months has such a day, so the job would never run."
                .to_owned(),
        ),
    ] {
        check_refused(expression, &sentence);
    }
}

#[test]
fn an_endless_expression_is_refused_where_it_is_typed_and_read_where_it_is_stored() {
    let minutes: Vec<String> = (0..60).map(|minute| minute.to_string()).collect();
    let longest = format!("{} * * * *", minutes.join(","));
    assert!(longest.parse::<CronExpression>().is_ok());
    let endless = format!("{} * * * *", vec!["1-59/1"; 1000].join(","));
    assert_eq!(endless.parse::<CronExpression>(), Err(CronProblem::TooLong));
    assert!(CronExpression::try_from(endless).is_ok());
}
