//! The choice among the files that are listed.

use std::time::Duration;

use domain::folder::{
    Afterwards, Candidates, FolderSource, FoundFile, Known, Subfolder, Take, Verdict, candidates,
    is_temporary,
};
use domain::month::{Day, Month};
use domain::time::Timestamp;

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
        folder: "exports".parse().unwrap(),
        subfolder: Subfolder::default(),
        pattern: "*.csv".parse().unwrap(),
        minimum_age_seconds: 60,
        done_marker: None,
        take,
        afterwards: Afterwards::Leave,
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
    let verdicts = source.verdicts(DAY, NOW, &listing, known);
    let found: Vec<_> = verdicts
        .iter()
        .map(|(file, verdict)| (file.name.as_str(), *verdict))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn every_file_that_matches_has_a_verdict() {
    use Verdict::{Done, Failed, Later, Next, NoMarker, PassedOver, TooYoung};
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
    let marked = FolderSource {
        done_marker: Some(".done".parse().unwrap()),
        ..source(Take::Newest)
    };
    check_verdicts(
        &marked,
        &[("a.csv", 300), ("b.csv", 200), ("a.csv.done", 100)],
        &[("b.csv", NoMarker), ("a.csv", Next)],
    );
}
