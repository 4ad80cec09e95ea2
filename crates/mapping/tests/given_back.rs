//! Corrected records that are found again in what is given back.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod settings;

use std::ops::RangeInclusive;

use mapping::field::{Field, FieldType};
use mapping::given_back::{ChangedCells, Comparison, GivenBack, NotComparable, Settings};
use mapping::settings::{DateOrder, Mapping};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use settings::{column, columns, field};
use tabular::dialect::Dialect;
use tabular::encoding::Encoding;

fn fields() -> Vec<Field> {
    vec![
        field("no", FieldType::Text),
        field("name", FieldType::Text),
        Field {
            required: true,
            ..field("email", FieldType::Email)
        },
        field("born", FieldType::Date),
    ]
}

fn mapped() -> Mapping {
    let mut mapping = columns([
        column("no"),
        column("name"),
        column("email"),
        column("born"),
    ]);
    mapping.columns[3].format.date_order = Some(DateOrder::YearMonthDay);
    mapping
}

/// What a run has read and rejected, and what was given back before.
struct Case {
    dialect: Dialect,
    report: Vec<u8>,
    original: Option<Vec<u8>>,
    held: Vec<RangeInclusive<u64>>,
    before: Vec<u8>,
}

const HEADER: &str = "no,name,email,born\n";

fn lines(lines: &[&str]) -> String {
    lines
        .iter()
        .fold(HEADER.to_owned(), |file, line| file + line + "\n")
}

impl Case {
    fn rejected(records: &[&str]) -> Self {
        Self {
            dialect: Dialect::default(),
            report: lines(records).into_bytes(),
            original: None,
            held: Vec::new(),
            before: Vec::new(),
        }
    }

    fn of_file(self, records: &[&str]) -> Self {
        Self {
            original: Some(lines(records).into_bytes()),
            ..self
        }
    }

    fn after(self, held: &[RangeInclusive<u64>], records: &[&str]) -> Self {
        Self {
            held: held.to_vec(),
            before: lines(records).into_bytes(),
            ..self
        }
    }

    fn give_back_as(
        &self,
        file: &[u8],
        changed: ChangedCells,
    ) -> Result<Comparison, NotComparable> {
        let (mapping, fields) = (mapped(), fields());
        let settings = Settings {
            dialect: &self.dialect,
            mapping: &mapping,
            fields: &fields,
        };
        let given = GivenBack::open(settings, &self.report, &self.held, file)?;
        let found_in = |file: &[u8]| {
            let mut lookup = given.lookup();
            // Where a chunk ends does not matter.
            file.chunks(3).for_each(|chunk| lookup.feed(chunk));
            lookup.finish(&settings);
            lookup
        };
        let original = self.original.as_deref();
        Ok(given.compare(found_in(&self.before), original.map(found_in), changed))
    }

    fn give_back(&self, records: &[&str]) -> Comparison {
        self.give_back_as(lines(records).as_bytes(), ChangedCells::Keep)
            .unwrap()
    }
}

/// The records that go in.
fn taken(comparison: &Comparison) -> Vec<String> {
    let file = String::from_utf8(comparison.file.clone()).unwrap();
    let mut lines = file.lines().map(str::to_owned);
    assert_eq!(lines.next().as_deref(), Some(HEADER.trim()));
    lines.collect()
}

const THREE: [&str; 3] = [
    "01,Ada,at sea,1990-01-31",
    "02,Grace,at home,1991-02-28",
    "03,Mary,nowhere,1992-03-31",
];
const ADA: &str = "01,Ada,ada@example.org,1990-01-31";
const GRACE: &str = "02,Grace,grace@example.org,1991-02-28";
const MARY: &str = "03,Mary,mary@example.org,1992-03-31";
const ALAN: &str = "04,Alan,alan@example.org,1993-04-30";

#[test]
fn any_part_of_the_report_is_taken_in_any_order() {
    for (given, places) in [
        (&[ADA, GRACE, MARY][..], &[(0, 2)][..]),
        (&[MARY, ADA, GRACE], &[(0, 2)]),
        (&[GRACE], &[(1, 1)]),
        (&[MARY, ADA], &[(0, 0), (2, 2)]),
    ] {
        let comparison = Case::rejected(&THREE).give_back(given);
        assert_eq!(comparison.taken, places, "{given:?}");
        assert_eq!(comparison.missing, 3);
        assert_eq!(comparison.taken_count, given.len() as u64);
        assert_eq!((comparison.unknown_count, comparison.change_count), (0, 0));
        let mut sorted = given.to_vec();
        sorted.sort_unstable();
        assert_eq!(taken(&comparison), sorted, "in the order of the report");
    }
}

#[test]
fn what_is_not_corrected_stays_missing() {
    let comparison =
        Case::rejected(&THREE).give_back(&[THREE[0], GRACE, "03,Mary,still wrong,1992-03-31"]);
    assert_eq!(comparison.taken, [(1, 1)]);
    assert_eq!(comparison.unfit_count, 2);
    let first = comparison.first_unfit.unwrap();
    assert_eq!((first.line, first.rejection.column), (2, Some(2)));
    assert!(first.rejection.message.contains("at sea"), "{first:?}");
}

#[test]
fn records_of_another_file_are_unknown() {
    let comparison = Case::rejected(&THREE).give_back(&[ADA, ALAN, MARY]);
    assert_eq!(comparison.taken, [(0, 0), (2, 2)]);
    assert_eq!(comparison.unknown_count, 1);
    assert_eq!(comparison.first_unknown_line, Some(3));
    // Neither does one stand in for a record that was taken out.
    let only = Case::rejected(&THREE[..1]).give_back(&[ALAN]);
    assert_eq!((only.unknown_count, only.taken_count), (1, 0));
    let twice = Case::rejected(&THREE[..1]).give_back(&[ADA, ADA]);
    assert_eq!((twice.unknown_count, twice.taken_count), (1, 1));
}

#[test]
fn of_a_whole_file_only_what_is_missing_goes_in() {
    let file = [
        ALAN,
        THREE[0],
        "05,Ida,ida@example.org,",
        THREE[1],
        THREE[2],
    ];
    let case = Case::rejected(&THREE).of_file(&file);
    let whole = case.give_back(&[ALAN, ADA, "05,Ida,ida@example.org,", GRACE, MARY]);
    assert_eq!(taken(&whole), [ADA, GRACE, MARY]);
    assert_eq!((whole.in_already, whole.unknown_count), (2, 0));
    let sorted = case.give_back(&[MARY, ALAN, THREE[1], ADA]);
    assert_eq!(taken(&sorted), [ADA, MARY]);
    assert_eq!((sorted.in_already, sorted.unfit_count), (1, 1));
    // A record that was changed is none of the file.
    let changed = case.give_back(&[ADA, "04,Alan,other@example.org,1993-04-30"]);
    assert_eq!((changed.in_already, changed.unknown_count), (0, 1));
    // Another copy of an imported record is none either.
    let twice = case.give_back(&[ALAN, ALAN, ADA]);
    assert_eq!((twice.in_already, twice.unknown_count), (1, 1));
}

/// The run's file, what is given back, and what is to become of it.
fn check(
    file: &[&str],
    given: &[&str],
    goes_in: &[&str],
    [in_already, by_likeness, unknown]: [u64; 3],
) {
    let comparison = Case::rejected(&rejected_of(file))
        .of_file(file)
        .give_back(given);
    assert_eq!(taken(&comparison), goes_in, "{file:?} {given:?}");
    assert_eq!(
        (
            comparison.in_already,
            comparison.by_likeness,
            comparison.unknown_count
        ),
        (in_already, by_likeness, unknown),
        "in already, by likeness, unknown: {file:?} {given:?}"
    );
}

/// Of records as these tests have them: whose email has no `@`, or who is born soon.
fn rejected_of<'a>(file: &[&'a str]) -> Vec<&'a str> {
    let rejected = file.iter().filter(|record| !fits(record));
    rejected.copied().collect()
}

fn fits(record: &str) -> bool {
    record.contains('@') && !record.contains("soon")
}

#[test]
fn imported_records_of_a_whole_file_answer_nothing() {
    // Those that were rejected are deleted, and the imported ones are like them.
    let file: Vec<String> = (1000..1010)
        .map(|no| match no {
            1003 | 1006 => format!("o-{no},,five@x.org,"),
            _ => format!("o-{no},,abc,"),
        })
        .collect();
    let file: Vec<&str> = file.iter().map(String::as_str).collect();
    let corrected: Vec<String> = file
        .iter()
        .map(|record| record.replace(",abc,", ",seven@x.org,"))
        .filter(|record| !record.starts_with("o-1002") && !record.starts_with("o-1004"))
        .collect();
    let given: Vec<&str> = corrected.iter().map(String::as_str).collect();
    let goes_in: Vec<&str> = given
        .iter()
        .filter(|record| record.contains("seven"))
        .copied()
        .collect();
    check(&file, &given, &goes_in, [2, 0, 0]);

    let (two, three, one) = (",A,2@x.org,", ",A,3@x.org,", ",A,1@x.org,");
    let (x, z, empty) = (",A,x,", ",A,z,", ",A,,");
    for (file, given, goes_in, counts) in [
        (
            &[two, x, z, empty][..],
            &[two, three, one][..],
            &[three, one][..],
            [1, 2, 0],
        ),
        (&[two, x], &[two, three], &[three], [1, 0, 0]),
        (&[x, two], &[three, two], &[three], [1, 0, 0]),
        (&[two, x], &[two, two], &[two], [1, 0, 0]),
        (&[two, x], &[two, x], &[], [1, 0, 0]),
        (&[two, x], &[two], &[], [1, 0, 0]),
        (&[two, two, x], &[two, two], &[], [2, 0, 0]),
        (&[two, two, x, z], &[two, two, two], &[two], [2, 1, 0]),
    ] {
        check(file, given, goes_in, counts);
    }
}

#[test]
fn in_a_part_a_record_that_equals_an_imported_one_is_never_a_certain_answer() {
    let (two, three, four) = (",A,2@x.org,", ",A,3@x.org,", ",A,4@x.org,");
    let (x, z) = (",A,x,", ",A,z,");
    let other = ",B,2@x.org,";
    for (file, given, goes_in, counts) in [
        // Nothing says that it is not the correction.
        (&[two, other, x][..], &[two][..], &[two][..], [0, 1, 0]),
        (&[two, other, x, z], &[three, two], &[three, two], [0, 2, 0]),
        // Another one is the correction.
        (&[two, other, x], &[two, three], &[three], [1, 0, 0]),
        // By likeness alone it answers nothing.
        (
            &["o-1,,2@x.org,", other, "o-2,,x,"],
            &["o-1,,2@x.org,"],
            &[],
            [1, 0, 0],
        ),
        // Where one is surely imported, so are its like.
        (&[two, other, four, x], &[two, other], &[], [2, 0, 0]),
    ] {
        check(file, given, goes_in, counts);
    }
}

#[test]
fn what_a_spreadsheet_saved_without_its_zeros_is_in_already() {
    let file = [
        "007,10.10,bond@example.org,1990-01-31",
        "008,11.50,at sea,1991-02-28",
        "8,3,eight@example.org,",
    ];
    let rejected = [file[1]];
    let case = Case::rejected(&rejected).of_file(&file);
    let whole = case.give_back(&[
        "7,10.1,bond@example.org,1990-01-31",
        "8,11.5,m@example.org,1991-02-28",
        "8,3,eight@example.org,",
    ]);
    assert_eq!(taken(&whole), ["008,11.50,m@example.org,1991-02-28"]);
    assert_eq!((whole.in_already, whole.unknown_count), (2, 0));
    assert_eq!(
        whole.change_count, 1,
        "the decimals are known to be a form, the zeros in front are not"
    );
    // Who is there as it stands stays who it is.
    let case = Case::rejected(&["07,A,at sea,"]).of_file(&["7,A,a@x.org,", "07,A,at sea,"]);
    let both = case.give_back(&["07,A,a@x.org,", "7,A,a@x.org,"]);
    assert_eq!(taken(&both), ["07,A,a@x.org,"]);
    assert_eq!((both.in_already, both.unknown_count), (1, 0));
}

#[derive(Clone, Copy, Debug)]
enum Fate {
    Corrected,
    Uncorrected,
    Deleted,
}

/// A record, what becomes of it where it is rejected, and whether a part of the file and a part of the report have it.
fn a_record() -> impl Strategy<Value = (String, Fate, u8, bool, bool)> {
    let fate = prop_oneof![
        3 => Just(Fate::Corrected),
        1 => Just(Fate::Uncorrected),
        2 => Just(Fate::Deleted),
    ];
    let email = prop_oneof!["[1-3]@x\\.org", "[xyz]?"];
    let born = prop_oneof![4 => Just(""), 1 => Just("1990-01-31"), 2 => Just("soon")];
    let text = ("[A-C]", email, born);
    let text = text.prop_map(|(name, email, born)| format!(",{name},{email},{born}"));
    let is_in_report = prop_oneof![3 => Just(true), 1 => Just(false)];
    (text, fate, 1..4_u8, any::<bool>(), is_in_report)
}

proptest! {
    #[test]
    fn no_imported_record_goes_in_again_and_none_is_invented(
        records in proptest::collection::vec(a_record(), 1..10),
        is_turned in any::<bool>(),
    ) {
        let file: Vec<&str> = records.iter().map(|it| it.0.as_str()).collect();
        let case = Case::rejected(&rejected_of(&file)).of_file(&file);
        let (mut whole, mut report, mut part, mut corrected) = (vec![], vec![], vec![], vec![]);
        let mut corrected_in_part = vec![];
        for (text, fate, email, is_in_part, is_in_report) in &records {
            let given = match fate {
                _ if fits(text) => text.clone(),
                Fate::Deleted => continue,
                Fate::Uncorrected => text.clone(),
                Fate::Corrected => {
                    let cells: Vec<&str> = text.split(',').collect();
                    let own = Some(cells[2]).filter(|own| own.contains('@'));
                    let email = own.map_or_else(|| format!("{email}@x.org"), str::to_owned);
                    let born = cells[3].replace("soon", "1991-01-31");
                    format!(",{},{email},{born}", cells[1])
                }
            };
            if !fits(text) {
                if *is_in_report {
                    report.push(given.clone());
                }
                if fits(&given) {
                    corrected.push(given.clone());
                    if *is_in_part {
                        corrected_in_part.push(given.clone());
                    }
                }
            }
            if *is_in_part {
                part.push(given.clone());
            }
            whole.push(given);
        }
        if is_turned {
            whole.reverse();
            part.reverse();
        }
        let give = |given: &[String]| {
            let given: Vec<&str> = given.iter().map(String::as_str).collect();
            let comparison = case.give_back(&given);
            let mut goes_in = taken(&comparison);
            goes_in.sort_unstable();
            (comparison, goes_in)
        };
        corrected.sort_unstable();
        let imported = file.iter().filter(|record| fits(record)).count() as u64;

        let (comparison, goes_in) = give(&whole);
        prop_assert_eq!(&goes_in, &corrected, "the whole file");
        prop_assert_eq!((comparison.in_already, comparison.unknown_count), (imported, 0));

        // Of the report alone a correction may be left out, where it has all that is imported as well.
        let (comparison, goes_in) = give(&report);
        prop_assert!(without(&goes_in, &corrected).is_empty(), "the report: {:?}", goes_in);
        prop_assert_eq!(comparison.unknown_count, 0);
        prop_assert_eq!(
            comparison.taken_count + comparison.in_already,
            report.iter().filter(|record| fits(record)).count() as u64,
            "what does not go in is told"
        );

        // What came in with it does not come in again with the whole file.
        let rest = Case::rejected(&rejected_of(&file)).of_file(&file);
        let rest = Case {
            held: comparison.taken.iter().map(|(first, last)| *first..=*last).collect(),
            before: comparison.file.clone(),
            ..rest
        };
        let given: Vec<&str> = whole.iter().map(String::as_str).collect();
        let all = [goes_in, taken(&rest.give_back(&given))].concat();
        prop_assert!(without(&all, &corrected).is_empty(), "the report and the whole file: {:?}", all);

        // A part of the whole file does not prove what it is, which is told.
        let (comparison, goes_in) = give(&part);
        let surplus = without(&goes_in, &corrected_in_part);
        prop_assert!(surplus.len() as u64 <= comparison.by_likeness, "a part: {:?}", surplus);
    }
}

/// What the one has more than the other.
fn without(one: &[String], other: &[String]) -> Vec<String> {
    let mut other = other.to_vec();
    let mut surplus = one.to_vec();
    surplus.retain(|text| match other.iter().position(|it| it == text) {
        Some(at) => {
            other.swap_remove(at);
            false
        }
        None => true,
    });
    surplus
}

/// Where the cells that were not at fault say too little: the imported one is in, and its like is the correction.
#[test]
fn an_imported_record_that_is_like_a_missing_one_is_not_taken_for_it() {
    let imported = "01,Ada,ada@example.org,1990-01-31";
    let other = "01,Ada,lovelace@example.org,1990-01-31";
    let case = Case::rejected(&THREE[..1]).of_file(&[imported, THREE[0], ALAN]);
    let whole = case.give_back(&[imported, other, ALAN]);
    assert_eq!(taken(&whole), [other]);
    assert_eq!(whole.in_already, 2);
    // The rejected one was deleted in the whole file.
    let deleted = case.give_back(&[imported, ALAN]);
    assert_eq!((deleted.taken_count, deleted.in_already), (0, 2));
    // In a file of corrected records alone it is the correction.
    let alone = case.give_back(&[imported]);
    assert_eq!(taken(&alone), [imported]);
}

#[test]
fn duplicates_are_taken_as_often_as_they_are_missing() {
    let wrong = "01,Ada,at sea,1990-01-31";
    let case = Case::rejected(&[wrong, wrong, THREE[1]]);
    let both = case.give_back(&[ADA, GRACE, ADA]);
    assert_eq!(both.taken, [(0, 2)]);
    assert_eq!(both.by_likeness, 0);
    let one = case.give_back(&[ADA]);
    assert_eq!(one.taken, [(0, 0)]);
    assert_eq!(one.by_likeness, 1);
    let three = case.give_back(&[ADA, ADA, ADA]);
    assert_eq!((three.taken_count, three.unknown_count), (2, 1));
}

/// The rest of what is alike is offered again: it must be the one that was not given back.
#[test]
fn of_records_that_differ_in_faults_alone_the_most_alike_is_answered() {
    let case = Case::rejected(&["1,DE,anna@@example.org,", "1,DE,bob@@example.org,"]);
    let one = case.give_back(&["1,DE,bob@example.org,"]);
    assert_eq!(one.taken, [(1, 1)]);
    assert_eq!(one.by_likeness, 1);
}

#[test]
fn three_parts_come_one_after_the_other() {
    let first = Case::rejected(&THREE).give_back(&[GRACE]);
    assert_eq!(first.taken, [(1, 1)]);
    let second = Case::rejected(&THREE).after(&[1..=1], &[GRACE]);
    let same_again = second.give_back(&[GRACE]);
    assert_eq!((same_again.taken_count, same_again.given_before), (0, 1));
    let changed_again = second.give_back(&["02,Grace,hopper@example.org,1991-02-28"]);
    assert_eq!(
        (changed_again.taken_count, changed_again.given_before),
        (0, 1)
    );
    let all = second.give_back(&[ADA, GRACE, THREE[2]]);
    assert_eq!(all.missing, 2);
    assert_eq!(all.taken, [(0, 0)]);
    assert_eq!((all.given_before, all.unfit_count), (1, 1));
    let third = Case::rejected(&THREE).after(&[0..=0, 1..=1], &[GRACE, ADA]);
    assert_eq!(third.give_back(&[MARY]).taken, [(2, 2)]);
    // Of two that are alike in all but their faults, what came in before is known by its text.
    let alike = ["1,DE,x@@example.org,", "1,DE,y@@example.org,"];
    let rest = Case::rejected(&alike).after(&[0..=0], &["1,DE,x@example.org,"]);
    let both = rest.give_back(&["1,DE,y@example.org,", "1,DE,x@example.org,"]);
    assert_eq!(both.taken, [(1, 1)]);
    assert_eq!(taken(&both), ["1,DE,y@example.org,"]);
    // Where both are others now, nothing says which one came in before.
    let others = rest.give_back(&["1,DE,y@example.org,", "1,DE,z@example.org,"]);
    assert_eq!((others.taken_count, others.given_before), (1, 1));
    assert_eq!(others.by_likeness, 1);
}

#[test]
fn a_rejected_record_as_a_whole_is_known_by_its_text_and_its_neighbours() {
    let rejected = [
        "01,Ada,ada@example.org",
        THREE[1],
        "03,Mary,mary@example.org,1992-03-31,x",
        "\"04,Alan,alan@example.org,1993-04-30",
    ];
    let case = Case::rejected(&rejected);
    let corrected = [ADA, GRACE, MARY, ALAN];
    assert_eq!(taken(&case.give_back(&corrected)), corrected);
    assert_eq!(case.give_back(&[MARY]).taken, [(2, 2)]);
    assert_eq!(case.give_back(&[ALAN, ADA]).taken, [(0, 0), (3, 3)]);
    let foreign = case.give_back(&["77,Zoe,zoe@example.net,2000-12-24"]);
    assert_eq!(foreign.unknown_count, 1);
}

/// Somebody who appends nothing has corrected nothing.
#[test]
fn empty_cells_that_a_spreadsheet_appends_are_no_correction() {
    let case = Case::rejected(&[
        "01,Ada,ada@example.org",
        "02,Grace,grace@example.org,1991-02-28,",
    ]);
    let padded = case.give_back(&["01,Ada,ada@example.org,", GRACE]);
    assert_eq!(
        padded.taken,
        [(1, 1)],
        "an empty cell too many is taken away"
    );
    assert_eq!(padded.unfit_count, 1);
}

/// A key that comes twice is none of the settings' affair: the same text is in once, and missing once.
#[test]
fn a_record_that_fits_and_was_rejected_is_told_from_its_like_that_is_in() {
    let case = Case::rejected(&[ADA]).of_file(&[ADA, ALAN, ADA]);
    let whole = case.give_back(&[ADA, ALAN, ADA]);
    assert_eq!(taken(&whole), [ADA]);
    assert_eq!((whole.in_already, whole.unknown_count), (2, 0));
    let renumbered = case.give_back(&["09,Ada,ada@example.org,1990-01-31"]);
    assert_eq!((renumbered.taken_count, renumbered.change_count), (1, 1));
}

#[test]
fn nothing_but_their_order_tells_records_without_a_right_cell() {
    let case = Case::rejected(&[",,at sea,", THREE[1], ",,at home,"]);
    let corrected = [",,a@example.org,", GRACE, ",,b@example.org,"];
    assert_eq!(taken(&case.give_back(&corrected)), corrected);
    assert_eq!(case.give_back(&corrected).by_likeness, 2);
    assert_eq!(case.give_back(&[",,b@example.org,"]).unknown_count, 1);
}

#[test]
fn cells_that_were_right_are_told_and_kept_or_taken() {
    let lost_zeros = "1,Ada,ada@example.org,1990-01-31";
    let renamed = "03,Maria,mary@example.org,1992-03-31";
    let case = Case::rejected(&THREE);
    let file = lines(&[lost_zeros, GRACE, renamed]);
    let kept = case
        .give_back_as(file.as_bytes(), ChangedCells::Keep)
        .unwrap();
    assert_eq!(taken(&kept), [ADA, GRACE, MARY]);
    assert_eq!(kept.change_count, 2);
    let told: Vec<_> = kept
        .changes
        .iter()
        .map(|it| (it.line, it.column.as_str(), it.was.as_str(), it.is.as_str()))
        .collect();
    assert_eq!(told, [(2, "no", "01", "1"), (4, "name", "Mary", "Maria")]);
    let as_given = case
        .give_back_as(file.as_bytes(), ChangedCells::Take)
        .unwrap();
    assert_eq!(taken(&as_given), [lost_zeros, GRACE, renamed]);
    assert_eq!(as_given.taken, kept.taken);
}

/// Its cells may stand anywhere, but a zero that is lost is lost.
#[test]
fn what_a_spreadsheet_makes_of_a_record_that_was_wrong_as_a_whole_is_told_too() {
    let case = Case::rejected(&["01,Ada,ada@example.org,1990-01-31,x"]);
    let comparison = case.give_back(&["1,Ada,lovelace@example.org,1990-01-31"]);
    assert_eq!(comparison.change_count, 1);
    assert_eq!(
        taken(&comparison),
        ["01,Ada,lovelace@example.org,1990-01-31"]
    );
}

#[test]
fn a_report_that_a_spreadsheet_saved_is_read_as_it_was_saved() {
    let case = Case::rejected(&[
        "01,Zoë,at sea,1990-01-31",
        "02,\"Li; Lei\",at home,1991-02-28",
    ]);
    let corrected = [
        "01,Zoë,z@example.org,1990-01-31",
        "02,Li; Lei,li@example.org,1991-02-28",
    ];
    let text = "no;name;email;born;\r\n01;Zoë;z@example.org;31.01.1990;\r\n02;\"Li; Lei\";li@example.org;28.02.1991;\r\n";
    let utf_16: Vec<u8> = "\u{feff}"
        .encode_utf16()
        .chain(
            text.replace(';', "\t")
                .replace("Li\t Lei", "Li; Lei")
                .encode_utf16(),
        )
        .flat_map(u16::to_le_bytes)
        .collect();
    let windows = text
        .replace('ë', "\u{1}")
        .into_bytes()
        .into_iter()
        .map(|byte| if byte == 1 { 0xEB } else { byte })
        .collect();
    for (file, encoding, delimiter) in [
        (
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            Encoding::UTF_8,
            ';',
        ),
        (windows, Encoding::WINDOWS_1252, ';'),
        (utf_16, Encoding::UTF_16LE, '\t'),
    ] {
        let comparison = case.give_back_as(&file, ChangedCells::Keep).unwrap();
        let saved = comparison.saved.clone().unwrap();
        assert_eq!(
            (saved.encoding, saved.delimiter),
            (encoding, Some(delimiter))
        );
        assert_eq!(taken(&comparison), corrected, "{encoding:?}");
        assert_eq!((comparison.change_count, comparison.unknown_count), (0, 0));
        assert_eq!(comparison.forms.len(), 1, "the dates");
    }
}

#[test]
fn a_file_in_another_encoding_is_not_read_as_the_runs() {
    let dialect = Dialect {
        encoding: Encoding::WINDOWS_1252,
        ..Dialect::default()
    };
    let case = Case {
        dialect,
        report: [HEADER.as_bytes(), b"01,Zo\xEB,at sea,1990-01-31\n"].concat(),
        ..Case::rejected(&[])
    };
    let comparison = case
        .give_back_as(
            "no,name,email,born\n01,Zoë,z@example.org,1990-01-31\n".as_bytes(),
            ChangedCells::Keep,
        )
        .unwrap();
    assert_eq!(comparison.saved.unwrap().encoding, Encoding::UTF_8);
    assert_eq!(
        comparison.file,
        [HEADER.as_bytes(), b"01,Zo\xEB,z@example.org,1990-01-31\n"].concat()
    );
    // Also where only what is corrected tells.
    let plain = Case {
        dialect: case.dialect.clone(),
        ..Case::rejected(&["01,Zoe,at sea,1990-01-31", ",,at home,"])
    };
    let file = lines(&["01,Zoe,z@example.org,1990-01-31", ",Zoë,h@example.org,"]);
    let comparison = plain
        .give_back_as(file.as_bytes(), ChangedCells::Take)
        .unwrap();
    assert!(
        comparison.file.ends_with(b"\n,Zo\xEB,h@example.org,\n"),
        "{comparison:?}"
    );
    let own = [HEADER.as_bytes(), b"01,Zo\xEB,z@example.org,1990-01-31"].concat();
    let comparison = case.give_back_as(&own, ChangedCells::Keep).unwrap();
    assert_eq!(comparison.saved, None);
    assert_eq!(comparison.file, [&own[..], b"\n"].concat());
}

#[test]
fn a_spreadsheet_that_turned_the_whole_file_leaves_what_is_in_out() {
    let imported = [
        "04,Alan,alan@example.org,1993-04-30",
        "05,Ida,ida@example.org,1994-05-31",
    ];
    let case =
        Case::rejected(&THREE).of_file(&[imported[0], THREE[0], THREE[1], imported[1], THREE[2]]);
    let file = "no;name;email;born\n04;Alan;alan@example.org;30.04.1993\n01;Ada;ada@example.org;31.01.1990\n02;Grace;at home;28.02.1991\n05;Ida;ida@example.org;31.05.1994\n03;Mary;mary@example.org;31.03.1992\n";
    let comparison = case
        .give_back_as(file.as_bytes(), ChangedCells::Keep)
        .unwrap();
    assert_eq!(taken(&comparison), [ADA, MARY]);
    assert_eq!(
        (
            comparison.in_already,
            comparison.unfit_count,
            comparison.unknown_count
        ),
        (2, 1, 0)
    );
}

#[test]
fn other_columns_are_another_file() {
    let refused = Case::rejected(&THREE).give_back_as(b"sku,price\nA1,3\n", ChangedCells::Keep);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(
        refused,
        Err(NotComparable::OtherColumns {
            expected: names(&["no", "name", "email", "born"]),
            found: names(&["sku", "price"]),
        })
    );
    let turned = Case::rejected(&THREE).give_back_as(
        b"name,no,email,born\nAda,1,a@example.org,\n",
        ChangedCells::Keep,
    );
    assert!(matches!(turned, Err(NotComparable::OtherColumns { .. })));
}

#[test]
fn what_the_files_encoding_does_not_have_does_not_fit() {
    let case = Case {
        dialect: Dialect {
            encoding: Encoding::WINDOWS_1252,
            ..Dialect::default()
        },
        ..Case::rejected(&THREE)
    };
    let file = lines(&["01,李,ada@example.org,1990-01-31", GRACE]);
    for changed in [ChangedCells::Keep, ChangedCells::Take] {
        let comparison = case.give_back_as(file.as_bytes(), changed).unwrap();
        assert_eq!(taken(&comparison), [GRACE]);
        let unfit = comparison.first_unfit.unwrap();
        assert!(unfit.rejection.message.contains('李'), "{unfit:?}");
    }
}

#[test]
fn many_records_take_little_longer_than_few() {
    let rejected: Vec<String> = (0..30_000)
        .map(|no| format!("{no},Person {no},at sea,1990-01-31"))
        .collect();
    let corrected: Vec<String> = (0..30_000)
        .rev()
        .map(|no| format!("{no},Person {no},p{no}@example.org,1990-01-31"))
        .collect();
    let texts = |lines: &[String]| -> Vec<u8> {
        let mut file = HEADER.to_owned() + &lines.join("\n");
        file.push('\n');
        file.into_bytes()
    };
    let case = Case {
        report: texts(&rejected),
        ..Case::rejected(&[])
    };
    let all = case
        .give_back_as(&texts(&corrected), ChangedCells::Keep)
        .unwrap();
    assert_eq!(all.taken, [(0, 29_999)]);
    // Every name is changed, too.
    let renamed: Vec<String> = corrected
        .iter()
        .map(|line| line.replace("Person", "Human"))
        .collect();
    let all = case
        .give_back_as(&texts(&renamed), ChangedCells::Keep)
        .unwrap();
    assert_eq!((all.taken_count, all.change_count), (30_000, 30_000));
}
