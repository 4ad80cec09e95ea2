//! Every reason and every problem of a sample, as a person reads it.

use domain::reason::{Month, Reason, StorageFault};
use domain::sampling::SamplingProblem;

use super::table::markdown;

pub fn reasons() -> Vec<Reason> {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    vec![
        Reason::SourceUnreachable,
        Reason::NoFileMatched {
            pattern: "customers-*.csv".to_owned(),
        },
        Reason::FileStillGrowing,
        Reason::DestinationUnreachable,
        Reason::StorageUnavailable {
            fault: StorageFault::Full,
        },
        Reason::StorageUnavailable {
            fault: StorageFault::NotPermitted,
        },
        Reason::StorageUnavailable {
            fault: StorageFault::TooManyOpenFiles,
        },
        Reason::StorageUnavailable {
            fault: StorageFault::Broken,
        },
        Reason::LimitReached {
            rows_in_file: 1_234_567,
            rows_left: 1000,
            month: Month {
                year: 2026,
                month: 11,
            },
            contact: String::new(),
        },
        Reason::EmptyFile,
        Reason::NoRecordFits { seen: 1200 },
        Reason::CredentialsRefused,
        Reason::HostKeyChanged,
        Reason::HeaderChanged {
            missing: names(&["email", "city"]),
            moved: names(&["age"]),
            unexpected: names(&["e-mail"]),
        },
        Reason::NotDecodable {
            encoding: "UTF-8".to_owned(),
        },
        Reason::NotInFormat { line: Some(100) },
        Reason::DatasetChanged,
        Reason::TooManyRejected {
            rejected: 120,
            seen: 1000,
            at_most_per_mille: 50,
        },
        Reason::FileTooLarge {
            size_bytes: 2_000_000_000,
            at_most_bytes: 1_000_000_000,
        },
        Reason::InternalError {
            reference: "0199a3".to_owned(),
        },
    ]
}

pub fn sampling_problems() -> Vec<SamplingProblem> {
    vec![
        SamplingProblem::Undecodable {
            encoding: "UTF-8".to_owned(),
        },
        SamplingProblem::Empty,
        SamplingProblem::NotInFormat { line: None },
        SamplingProblem::Mapping {
            unfilled_fields: vec!["email".to_owned()],
            undecided_columns: vec!["Geburtstag".to_owned(), "Umsatz".to_owned()],
        },
        SamplingProblem::NoRecordFits { seen: 200 },
        SamplingProblem::InternalError {
            reference: "0199a3".to_owned(),
        },
    ]
}

pub fn reasons_table() -> String {
    let rows: Vec<Vec<String>> = reasons()
        .iter()
        .map(|reason| {
            vec![
                reason.status().to_string(),
                format!("`{}`", reason.code()),
                reason.title().to_owned(),
                reason.sentence(),
                reason.next_step().into_owned(),
                if reason.rerun() { "yes" } else { "no" }.to_owned(),
            ]
        })
        .collect();
    markdown(
        &[
            "Run status",
            "Code",
            "Reason",
            "What the person reads",
            "What to do",
            "Rerun",
        ],
        &rows,
    )
}

pub fn sampling_problems_table() -> String {
    let rows: Vec<Vec<String>> = sampling_problems()
        .iter()
        .map(|problem| {
            vec![
                format!("`{}`", problem.code()),
                problem.sentence(),
                problem.next_step().to_owned(),
            ]
        })
        .collect();
    markdown(&["Code", "What the person reads", "What to do"], &rows)
}

#[test]
fn codes_are_what_is_stored() {
    for reason in reasons() {
        let stored = serde_json::to_value(&reason).unwrap();
        assert_eq!(stored["code"], reason.code());
        assert_eq!(serde_json::from_value::<Reason>(stored).unwrap(), reason);
    }
    for problem in sampling_problems() {
        let stored = serde_json::to_value(&problem).unwrap();
        assert_eq!(stored["code"], problem.code());
        assert_eq!(
            serde_json::from_value::<SamplingProblem>(stored).unwrap(),
            problem
        );
    }
}

#[test]
fn a_hostile_header_makes_a_bounded_sentence() {
    let missing: Vec<String> = (0..100_000)
        .map(|number| format!("{number}\n\u{7}{}", "x".repeat(1000)))
        .collect();
    let sentence = Reason::HeaderChanged {
        missing,
        moved: Vec::new(),
        unexpected: Vec::new(),
    }
    .sentence();
    assert!(sentence.chars().count() < 500, "{sentence}");
    assert!(!sentence.chars().any(char::is_control));
    assert!(sentence.ends_with("and 99995 more."));
}
