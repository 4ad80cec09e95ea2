//! Every reason and every problem of a sample, as a person reads it.

use domain::folder::{FileVerdict, Verdict};
use domain::reason::{Month, Reason, StorageFault};
use domain::sampling::SamplingProblem;
use mapping::names::Names;
use tabular::kind::FileKind;

use super::table::markdown;

pub fn reasons() -> Vec<Reason> {
    vec![
        Reason::SourceUnreachable,
        Reason::NoFileMatched {
            pattern: "customers-*.csv".to_owned(),
            others: vec![FileVerdict {
                name: "Orders-1.CSV".to_owned(),
                verdict: Verdict::OtherCapitals,
                repeat: None,
            }],
            expected_by: None,
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
        Reason::HeaderChanged {
            missing: Names::from_iter(["email", "city"]),
            moved: Names::from_iter(["age"]),
            unexpected: Names::from_iter(["e-mail"]),
        },
        Reason::TooManyColumns {
            found: 170_000,
            at_most: 10_000,
        },
        Reason::NotDecodable {
            encoding: "UTF-8".to_owned(),
        },
        Reason::NotInFormat {
            line: Some(100),
            kind: None,
        },
        Reason::NotInFormat {
            line: None,
            kind: None,
        },
        Reason::NotInFormat {
            line: None,
            kind: Some(FileKind::Workbook),
        },
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
        crate::fixtures::repeated_file(),
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
        SamplingProblem::NotInFormat {
            line: None,
            kind: None,
        },
        SamplingProblem::NotInFormat {
            line: None,
            kind: Some(FileKind::Workbook),
        },
        SamplingProblem::TooManyColumns {
            found: 170_000,
            at_most: 10_000,
        },
        SamplingProblem::Mapping {
            unfilled_fields: Names::from_iter(["email"]),
            undecided_columns: Names::from_iter(["Geburtstag", "Umsatz"]),
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
fn every_reason_is_documented() {
    let documented: Vec<Reason> = reasons();
    let mut codes: Vec<&str> = documented.iter().map(Reason::code).collect();
    codes.dedup();
    assert_eq!(codes, Reason::CODES);
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
    let missing = (0..100_000).map(|number| format!("{number}\n\u{7}{}", "x".repeat(1000)));
    let reason = Reason::HeaderChanged {
        missing: missing.collect(),
        moved: Names::default(),
        unexpected: Names::default(),
    };
    let stored = serde_json::to_string(&reason).unwrap();
    assert!(stored.len() < 4000, "{}", stored.len());
    let sentence = reason.sentence();
    assert!(sentence.chars().count() < 500, "{sentence}");
    assert!(!sentence.chars().any(char::is_control));
    assert!(sentence.ends_with("and 99995 more."));
}
