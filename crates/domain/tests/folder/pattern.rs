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
    assert_eq!(pattern.matches(name, DAY), expected, "{pattern} {name}");
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
            parsed.matches(&name, DAY),
            by_definition(&characters(&pattern), &characters(&name))
        );
    }

    #[test]
    fn whatever_parses_is_kept_as_it_is_and_never_panics(text in "\\PC{0,20}", name in "\\PC{0,20}") {
        if let Ok(pattern) = text.parse::<FilePattern>() {
            prop_assert_eq!(pattern.as_str(), text.trim());
            let again: FilePattern = String::from(pattern.clone()).parse().unwrap();
            prop_assert_eq!(pattern.matches(&name, DAY), again.matches(&name, DAY));
        }
    }
}
