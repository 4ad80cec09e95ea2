//! The choice among the files that are listed.

use std::collections::HashMap;
use std::time::Duration;

use domain::folder::{
    Afterwards, Candidates, EntryName, FolderSource, FoundFile, Known, KnownFile, NothingNew,
    Repeat, RepeatKind, Take, Verdict, candidates, is_temporary,
};
use domain::month::{Day, Month};
use domain::time::Timestamp;
use domain::zone::Time;

const NOW: Timestamp = Timestamp(1_000_000);
const DAY: Day = Day {
    month: Month {
        year: 2026,
        month: 11,
    },
    day: 25,
};

fn source(take: Take) -> FolderSource {
    FolderSource {
        minimum_age_seconds: 60,
        take,
        ..FolderSource::new("exports".parse().unwrap(), "*.csv".parse().unwrap())
    }
}

fn file(name: &str, age_seconds: i64) -> FoundFile {
    FoundFile {
        name: name.to_owned(),
        size_bytes: 1,
        modified_at: NOW.plus_seconds(-age_seconds),
    }
}

fn known(file: &FoundFile) -> Option<Known> {
    if file.name.starts_with("done") {
        Some(Known::Imported)
    } else if file.name.starts_with("failed") {
        Some(Known::Failed)
    } else if file.name.starts_with("asked") {
        Some(Known::Asked)
    } else if file.name.starts_with("out") {
        Some(Known::PassedOver)
    } else {
        None
    }
}

/// Files by name and age in seconds.
fn look(source: &FolderSource, files: &[(&str, i64)]) -> Candidates {
    let listing: Vec<FoundFile> = files.iter().map(|(name, age)| file(name, *age)).collect();
    candidates(source, DAY, NOW, &listing, known)
}

#[track_caller]
fn check(source: &FolderSource, files: &[(&str, i64)], ready: &[&str], waiting: bool) {
    let found = look(source, files);
    let names: Vec<&str> = found.ready.iter().map(|file| file.name.as_str()).collect();
    assert_eq!((names.as_slice(), found.waiting), (ready, waiting));
}

#[test]
fn an_empty_folder_gives_nothing() {
    check(&source(Take::Newest), &[], &[], false);
}

#[test]
fn the_newest_is_the_one_that_was_changed_last() {
    let files = [("b.csv", 300), ("a.csv", 100), ("c.csv", 200)];
    check(&source(Take::Newest), &files, &["a.csv"], false);
}

#[test]
fn all_come_in_the_order_of_their_change_then_of_their_names() {
    let files = [("b.csv", 100), ("z.csv", 300), ("a.csv", 100)];
    check(
        &source(Take::AllInOrder),
        &files,
        &["z.csv", "a.csv", "b.csv"],
        false,
    );
}

#[test]
fn a_young_file_waits() {
    check(&source(Take::Newest), &[("a.csv", 59)], &[], true);
    check(&source(Take::Newest), &[("a.csv", 60)], &["a.csv"], false);
    check(
        &source(Take::Newest),
        &[("a.csv", 5), ("b.csv", 90)],
        &["b.csv"],
        true,
    );
    // A clock that is ahead of ours says nothing of its age: it is looked at for so long instead.
    let ahead = file("a.csv", -30);
    check(&source(Take::Newest), &[("a.csv", -30)], &["a.csv"], false);
    let least = Duration::from_secs(2);
    let apart = |file, seconds| {
        let source = FolderSource {
            minimum_age_seconds: seconds,
            ..source(Take::Newest)
        };
        source.apart(file, NOW, least).as_secs()
    };
    assert_eq!(apart(&ahead, 10), 10);
    assert_eq!(apart(&ahead, 3600), 60);
    assert_eq!(apart(&ahead, 0), 2);
    assert_eq!(apart(&file("a.csv", 30), 10), 2);
}

#[test]
fn names_of_unfinished_files_are_passed_over() {
    let files = [
        (".a.csv", 90),
        ("~$a.csv", 90),
        ("a.csv.tmp", 90),
        ("a.csv.PART", 90),
        ("a.csv.crdownload", 90),
        ("a.csv~", 90),
    ];
    let mut all = source(Take::AllInOrder);
    all.pattern = "*".parse().unwrap();
    check(&all, &files, &[], false);
    assert!(files.iter().all(|(name, _)| is_temporary(name)));
    assert!(!is_temporary("partial.csv"));
}

#[test]
fn a_file_without_its_done_marker_waits_and_the_marker_itself_is_no_file() {
    let mut marked = source(Take::AllInOrder);
    marked.pattern = "*".parse().unwrap();
    marked.done_marker = Some(".done".parse().unwrap());
    let files = [("a.csv", 90), ("b.csv", 80), ("a.csv.done", 1)];
    check(&marked, &files, &["a.csv"], true);
}

#[test]
fn in_order_no_file_goes_before_one_that_waits() {
    let mut marked = source(Take::AllInOrder);
    marked.done_marker = Some(".done".parse().unwrap());
    let files = [("a.csv", 90), ("b.csv", 80), ("b.csv.done", 1)];
    check(&marked, &files, &[], true);
    check_verdicts(
        &marked,
        &files,
        &[("a.csv", Verdict::NoMarker), ("b.csv", Verdict::Later)],
    );
    // The newest does: what is older is not taken anyway.
    marked.take = Take::Newest;
    check(&marked, &files, &["b.csv"], true);
}

#[test]
fn a_file_that_was_imported_waits_for_nothing_and_holds_nothing_back() {
    let mut marked = source(Take::AllInOrder);
    marked.done_marker = Some(".done".parse().unwrap());
    let files = [("done-a.csv", 90), ("b.csv", 80), ("b.csv.done", 1)];
    check(&marked, &files, &["b.csv"], false);
    check(&marked, &files[..1], &[], false);
    marked.take = Take::Newest;
    check(&marked, &files, &["b.csv"], false);
    check(
        &source(Take::Newest),
        &[("a.csv", 90), ("done.csv", 80)],
        &[],
        false,
    );
}

#[test]
fn settings_are_stored_and_read_again() {
    let mut settings = source(Take::AllInOrder);
    settings.subfolder = "daily".parse().unwrap();
    settings.afterwards = Afterwards::Move("done".parse().unwrap());
    settings.nothing_new = NothingNew::Completes {
        expected_by: Some(Time::constant(9, 30, 0, 0)),
    };
    let text = serde_json::to_string(&settings).unwrap();
    assert_eq!(
        serde_json::from_str::<FolderSource>(&text).unwrap(),
        settings
    );
    assert_eq!(settings.address("a.csv"), "exports/daily/a.csv");
    assert!(serde_json::from_str::<FolderSource>(&text.replace("daily", "../x")).is_err());
}

#[track_caller]
fn check_verdicts(source: &FolderSource, files: &[(&str, i64)], expected: &[(&str, Verdict)]) {
    let listing: Vec<FoundFile> = files.iter().map(|(name, age)| file(name, *age)).collect();
    let known_file = |file: &FoundFile| {
        let known = known(file)?;
        let repeat = file.name.contains("again").then(|| Repeat {
            kind: RepeatKind::SameContent,
            name: "first.csv".to_owned(),
        });
        Some((file.clone(), KnownFile { known, repeat }))
    };
    let known: HashMap<_, _> = listing.iter().filter_map(known_file).collect();
    let verdicts = source.verdicts(DAY, NOW, &listing, |file| known.get(file));
    let found: Vec<_> = verdicts
        .iter()
        .map(|(file, verdict)| (file.name.as_str(), verdict.verdict))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn every_file_that_matches_has_a_verdict() {
    use Verdict::{
        Asked, Done, Failed, Later, LeftOut, Next, NoMarker, PassedOver, Repeated, TooYoung,
    };
    let files = [
        ("done.csv", 400),
        ("a.csv", 300),
        ("b.csv", 200),
        ("young.csv", 10),
        ("x.txt", 500),
    ];
    check_verdicts(
        &source(Take::AllInOrder),
        &files,
        &[
            ("done.csv", Done),
            ("a.csv", Next),
            ("b.csv", Later),
            ("young.csv", TooYoung),
        ],
    );
    check_verdicts(
        &source(Take::Newest),
        &files,
        &[
            ("young.csv", TooYoung),
            ("b.csv", Next),
            ("a.csv", PassedOver),
            ("done.csv", Done),
        ],
    );
    // The newest is in: what is older stays where it is.
    check_verdicts(
        &source(Take::Newest),
        &[("a.csv", 300), ("done.csv", 100)],
        &[("done.csv", Done), ("a.csv", PassedOver)],
    );
    // What failed is left until something changes; in order, nothing goes before it.
    let files = [("a.csv", 200), ("failed.csv", 300)];
    check_verdicts(
        &source(Take::AllInOrder),
        &files,
        &[("failed.csv", Next), ("a.csv", Later)],
    );
    let files = [("a.csv", 300), ("failed.csv", 200)];
    check_verdicts(
        &source(Take::Newest),
        &files,
        &[("failed.csv", Failed), ("a.csv", PassedOver)],
    );
    check(&source(Take::Newest), &files, &[], false);
    // What a person is asked about waits for the answer, and what was passed over holds nothing back.
    check_verdicts(
        &source(Take::Newest),
        &[("asked-again.csv", 100), ("a.csv", 200)],
        &[("asked-again.csv", Asked), ("a.csv", PassedOver)],
    );
    check_verdicts(
        &source(Take::AllInOrder),
        &[("out-again.csv", 400), ("out.csv", 300), ("a.csv", 200)],
        &[
            ("out-again.csv", Repeated),
            ("out.csv", LeftOut),
            ("a.csv", Next),
        ],
    );
    let marked = FolderSource {
        done_marker: Some(".done".parse().unwrap()),
        ..source(Take::Newest)
    };
    check_verdicts(
        &marked,
        &[("a.csv", 300), ("b.csv", 200), ("a.csv.done", 100)],
        &[("b.csv", NoMarker), ("a.csv", Next)],
    );
    check_verdicts(
        &marked,
        &[("a.csv", 300), ("a.csv.DONE", 100)],
        &[("a.csv", Next)],
    );
}

#[test]
fn names_that_a_pattern_may_have_meant_are_told_with_what_differs() {
    use Verdict::{NotText, OtherBlanks, OtherCapitals, OtherDay, OtherEnding, Temporary};
    let dated = FolderSource {
        capitals_matter: true,
        done_marker: Some(".done".parse().unwrap()),
        ..FolderSource::new(
            "exports".parse().unwrap(),
            "orders-{yyyy}-{mm}-{dd}*.csv".parse().unwrap(),
        )
    };
    let names = [
        ("orders-2026-11-25.csv", None),
        ("orders-2026-11-25-late.csv", None),
        ("orders-2026-11-25.csv.done", None),
        ("Orders-2026-11-25.csv", Some(OtherCapitals)),
        ("orders-2026-11-25.CSV", Some(OtherCapitals)),
        ("orders-2026-11-24.csv", Some(OtherDay)),
        ("orders -2026-11-25.csv", Some(OtherBlanks)),
        ("orders-2026-11-25.csv ", Some(OtherBlanks)),
        ("orders-2026-11-25.txt", Some(OtherEnding)),
        ("orders-2026-11-25.csv.gz", Some(OtherEnding)),
        ("orders-2026-11-25.csv.part", Some(Temporary)),
        (".orders-2026-11-25.csv", None),
        ("orders-2026-11-25-\u{fffd}.csv", Some(NotText)),
        ("customers.csv", None),
        ("orders.csv", None),
    ];
    for (name, expected) in names {
        let entry = EntryName {
            name: name.to_owned(),
            is_text: !name.contains('\u{fffd}'),
        };
        let found = dated.near_misses(DAY, [&entry]);
        let verdict = found.first().map(|near| near.verdict);
        assert_eq!(verdict, expected, "{name}");
    }
    let free = FolderSource {
        capitals_matter: false,
        ..dated
    };
    assert!(free.may_concern("ORDERS-2026-11-25.CSV", DAY));
}

#[test]
fn nothing_new_is_well_until_the_time_at_which_a_file_is_expected() {
    let at = |hour| Time::constant(hour, 30, 0, 0);
    let by_nine = NothingNew::Completes {
        expected_by: Some(Time::constant(9, 0, 0, 0)),
    };
    for (choice, hour, has_imported, expected) in [
        (NothingNew::Fails, 1, true, false),
        (NothingNew::Completes { expected_by: None }, 23, false, true),
        (by_nine, 8, false, true),
        (by_nine, 9, false, false),
        (by_nine, 9, true, true),
    ] {
        assert_eq!(choice.is_well(at(hour), has_imported), expected);
    }
}

#[test]
fn what_was_passed_over_is_never_deleted_and_what_failed_goes_where_the_job_says() {
    let done = Afterwards::Move("done".parse().unwrap());
    let failed = Afterwards::Move("failed".parse().unwrap());
    let with = |afterwards: &Afterwards, failed_into: Option<&str>| FolderSource {
        afterwards: afterwards.clone(),
        failed_into: failed_into.map(|into| into.parse().unwrap()),
        ..source(Take::Newest)
    };
    let (delete, stay) = (Afterwards::Delete, Afterwards::Leave);
    for (known, afterwards, failed_into, expected) in [
        (Known::Imported, &delete, None, &delete),
        (Known::PassedOver, &delete, None, &stay),
        (Known::PassedOver, &done, None, &done),
        (Known::Failed, &delete, None, &stay),
        (Known::Failed, &delete, Some("failed"), &failed),
        (Known::Asked, &done, Some("failed"), &stay),
    ] {
        assert_eq!(
            with(afterwards, failed_into).after(known),
            *expected,
            "{known:?}"
        );
    }
}
