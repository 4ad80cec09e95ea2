//! Patterns of names.

use domain::folder::{FilePattern, FolderProblem};
use domain::month::{Day, Month};
use proptest::prelude::*;

const DAY: Day = Day {
    month: Month {
        year: 2026,
        month: 3,
    },
    day: 9,
};

#[track_caller]
fn check(pattern: &str, name: &str, expected: bool) {
    let pattern: FilePattern = pattern.parse().unwrap();
    assert_eq!(
        pattern.matches(name, DAY, true),
        expected,
        "{pattern} {name}"
    );
}

#[test]
fn text_matches_itself_alone() {
    check("orders.csv", "orders.csv", true);
    check("orders.csv", "Orders.csv", false);
    check("orders.csv", "orders.csv ", false);
    check("orders.csv", "orders.cs", false);
    check("a.b", "axb", false);
    check("[a-z].csv", "a.csv", false);
    check("[a-z].csv", "[a-z].csv", true);
}

#[test]
fn a_star_is_any_text_and_a_question_mark_one_character() {
    check("*", "orders.csv", true);
    check("*.csv", ".csv", true);
    check("orders*.csv", "orders.csv", true);
    check("orders*.csv", "orders-2.csv.csv", true);
    check("orders*.csv", "orders-2.csv.gz", false);
    check("a*b*c", "aXbYbZc", true);
    check("a*b*c", "aXcYb", false);
    check("**", "x", true);
    check("?.csv", "ü.csv", true);
    check("?.csv", "ab.csv", false);
    check("?.csv", ".csv", false);
}

#[test]
fn parts_of_the_date_are_the_day_of_the_run() {
    check("o-{yyyy}-{mm}-{dd}.csv", "o-2026-03-09.csv", true);
    check("o-{yyyy}-{mm}-{dd}.csv", "o-2026-03-10.csv", false);
    check("{yy}{mm}{dd}*", "260309-late.txt", true);
    check("{yyyy}*", "2025x", false);
    let pattern: FilePattern = "o-{yyyy}{mm}{dd}*.csv".parse().unwrap();
    assert_eq!(pattern.on(DAY), "o-20260309*.csv");
}

#[test]
fn a_part_of_the_date_may_be_that_of_another_day() {
    let day = |year, month, day| Day {
        month: Month { year, month },
        day,
    };
    for (pattern, of, expected) in [
        ("{yyyy-1d}{mm-1d}{dd-1d}", day(2026, 3, 1), "20260228"),
        ("{yyyy-1d}{mm-1d}{dd-1d}", day(2027, 1, 1), "20261231"),
        ("{yyyy+1d}{mm+1d}{dd+1d}", day(2028, 2, 28), "20280229"),
        ("{mm-1w}{dd-1w}", day(2026, 3, 9), "0302"),
        ("{mm+2w}{dd+2w}", day(2026, 12, 25), "0108"),
        ("{yyyy-1m}-{mm-1m}", day(2026, 1, 31), "2025-12"),
        // The last day of a shorter month.
        ("{yyyy-1m}{mm-1m}{dd-1m}", day(2026, 3, 31), "20260228"),
        ("{yy+1m}{mm+1m}{dd+1m}", day(2026, 1, 31), "260228"),
        ("{mm-7d}{dd-7d}-{mm}{dd}", day(2026, 3, 9), "0302-0309"),
        // One part says it for the whole date.
        ("{yyyy}{mm}{dd-1d}", day(2026, 11, 1), "20261031"),
        ("{yyyy}-{mm-1m}", day(2026, 1, 15), "2025-12"),
        (
            "{dd-7d}.{mm}.{yy}-{dd}.{mm}.{yy}",
            day(2026, 1, 3),
            "27.12.25-03.01.26",
        ),
    ] {
        let parsed: FilePattern = pattern.parse().unwrap();
        assert_eq!(parsed.on(of), expected, "{pattern}");
        assert!(parsed.matches(expected, of, true) && parsed.has_date());
    }
}

#[test]
fn capitals_matter_where_the_job_says_so() {
    let pattern: FilePattern = "Orders-Ä*.csv".parse().unwrap();
    for name in ["orders-äß.CSV", "ORDERS-Ä.csv"] {
        assert!(pattern.matches(name, DAY, false), "{name}");
        assert!(!pattern.matches(name, DAY, true), "{name}");
    }
}

#[test]
fn a_pattern_that_means_nothing_is_refused() {
    for (text, problem) in [
        ("", FolderProblem::NoPattern),
        ("  ", FolderProblem::NoPattern),
        ("../x", FolderProblem::PatternWithPath),
        ("a\\b", FolderProblem::PatternWithPath),
        ("a\nb", FolderProblem::PatternWithPath),
        ("{year}", FolderProblem::NotADatePart),
        ("{yyyy", FolderProblem::NotADatePart),
        ("yyyy}", FolderProblem::NotADatePart),
        ("{}", FolderProblem::NotADatePart),
        ("{dd-}", FolderProblem::NotADatePart),
        ("{dd-d}", FolderProblem::NotADatePart),
        ("{dd-0d}", FolderProblem::NotADatePart),
        ("{dd-1y}", FolderProblem::NotADatePart),
        ("{dd--1d}", FolderProblem::NotADatePart),
        ("{dd-+1d}", FolderProblem::NotADatePart),
        ("{dd-1000d}", FolderProblem::NotADatePart),
        ("{dd-1é}", FolderProblem::NotADatePart),
        ("{-1d}", FolderProblem::NotADatePart),
        ("{yyyy-1m}{mm}{dd-1d}", FolderProblem::SeveralDays),
    ] {
        assert_eq!(text.parse::<FilePattern>(), Err(problem), "{text:?}");
    }
    assert!("x".repeat(201).parse::<FilePattern>().is_err());
}

#[test]
fn a_pattern_of_many_stars_takes_no_time() {
    let pattern = format!("{}b", "a*".repeat(90));
    check(&pattern, &"a".repeat(5000), false);
}

/// The definition, without care for time.
fn by_definition(pattern: &[char], name: &[char]) -> bool {
    match (pattern.first(), name.first()) {
        (None, None) => true,
        (Some('*'), _) => {
            by_definition(&pattern[1..], name)
                || (!name.is_empty() && by_definition(pattern, &name[1..]))
        }
        (Some('?'), Some(_)) => by_definition(&pattern[1..], &name[1..]),
        (Some(wanted), Some(found)) if wanted == found => by_definition(&pattern[1..], &name[1..]),
        _ => false,
    }
}

proptest! {
    #[test]
    fn matching_is_as_defined(pattern in "[ab*?]{1,8}", name in "[ab]{0,10}") {
        let parsed: FilePattern = pattern.parse().unwrap();
        let characters = |text: &str| text.chars().collect::<Vec<_>>();
        prop_assert_eq!(
            parsed.matches(&name, DAY, true),
            by_definition(&characters(&pattern), &characters(&name))
        );
    }

    #[test]
    fn whatever_parses_is_kept_as_it_is_and_never_panics(text in "\\PC{0,20}", name in "\\PC{0,20}") {
        if let Ok(pattern) = text.parse::<FilePattern>() {
            prop_assert_eq!(pattern.as_str(), text.trim());
            let again: FilePattern = String::from(pattern.clone()).parse().unwrap();
            prop_assert_eq!(pattern.matches(&name, DAY, true), again.matches(&name, DAY, true));
        }
    }
}
