//! What every destination must do. Each implementation's tests run all of it.

use domain::counts::Brought;
use domain::id::{NamespaceId, RunId};
use domain::settings::ImportMethod;
use mapping::field::{Field, FieldType};
use mapping::key::KeyForm;
use uuid::Uuid;

use connectors::batch::{Batch, Cell, RecordReference};
use connectors::destination::{
    Begun, Destination, DestinationError, Filling, Inspection, KeyGroups, LedgerEntry, Load,
    Refusal, RefusalReason, Target,
};

pub const DATASET: &str = "people \"x\"";
const RECORD: RecordReference = RecordReference {
    number: 1,
    line: 1,
    offset: 0,
    length_bytes: 0,
};

/// Panics where the destination, empty at first, breaks a rule.
pub fn destination(destination: &dyn Destination) {
    rows_show_at_the_commit_alone(destination, namespace(1));
    a_dropped_load_leaves_nothing(destination, namespace(2));
    a_run_is_merged_once(destination, namespace(3));
    a_run_that_is_given_up_never_begins_again(destination, namespace(9));
    the_ledger_knows_the_rows_of_each_dataset(destination, namespace(10));
    insert_refuses_a_key_that_is_taken(destination, namespace(4));
    upsert_updates_what_the_run_fills(destination, namespace(5));
    null_leaves_a_field_where_the_run_says_so(destination, namespace(14));
    keys_are_compared_in_their_canonical_form(destination, namespace(11));
    each_part_of_a_key_has_its_form(destination, namespace(12));
    keys_in_canonical_form_cannot_be_changed(destination, namespace(13));
    a_column_that_the_table_lacks_is_named(destination, namespace(6));
    no_row_gets_into_a_table_of_its_own(destination, namespace(9));
    namespaces_do_not_see_each_other(destination);
}

fn rows_show_at_the_commit_alone(destination: &dyn Destination, namespace: NamespaceId) {
    let mut load = begin(destination, &target(namespace, 1, ImportMethod::Insert));
    assert_eq!(write(&mut *load, &[("a", Some("Ada")), ("b", None)]), []);
    assert_eq!(load.inserted(), 2);
    load.commit(LedgerEntry::default()).unwrap();
    assert_eq!(rows(destination, namespace), [["a", "Ada"], ["b", "∅"]]);
}

fn a_dropped_load_leaves_nothing(destination: &dyn Destination, namespace: NamespaceId) {
    let target = target(namespace, 1, ImportMethod::Insert);
    let mut load = begin(destination, &target);
    write(&mut *load, &[("a", Some("Ada"))]);
    drop(load);
    assert!(rows(destination, namespace).is_empty());
    let mut load = begin(destination, &target);
    write(&mut *load, &[("a", Some("Ada"))]);
    load.commit(LedgerEntry::default()).unwrap();
    assert_eq!(rows(destination, namespace), [["a", "Ada"]]);
}

fn a_run_is_merged_once(destination: &dyn Destination, namespace: NamespaceId) {
    let target = target(namespace, 1, ImportMethod::Insert);
    let entry = LedgerEntry {
        seen: 3,
        imported: 1,
        rejected: 2,
        inserted: 1,
    };
    assert_eq!(destination.merged(namespace, target.run).unwrap(), None);
    let mut load = begin(destination, &target);
    write(&mut *load, &[("a", Some("Ada"))]);
    load.commit(entry).unwrap();
    assert_eq!(
        destination.merged(namespace, target.run).unwrap(),
        Some(entry)
    );
    match destination.begin(&target).unwrap() {
        Begun::AlreadyMerged(kept) => assert_eq!(kept, entry),
        _ => panic!("a run that was merged must not begin again"),
    }
}

fn a_run_that_is_given_up_never_begins_again(
    destination: &dyn Destination,
    namespace: NamespaceId,
) {
    let target = target(namespace, 1, ImportMethod::Insert);
    let mut load = begin(destination, &target);
    write(&mut *load, &[("a", Some("Ada"))]);
    drop(load);
    begin(destination, &target).give_up().unwrap();
    assert!(matches!(
        destination.begin(&target).unwrap(),
        Begun::GivenUp
    ));
    assert_eq!(destination.merged(namespace, target.run).unwrap(), None);
    assert!(rows(destination, namespace).is_empty());
}

fn the_ledger_knows_the_rows_of_each_dataset(
    destination: &dyn Destination,
    namespace: NamespaceId,
) {
    assert_eq!(destination.inspect(namespace).unwrap(), Inspection::Nothing);
    let ids = ["a", "b", "c"];
    for (run, dataset) in [(1, "one"), (2, "two"), (3, "two")] {
        let target = Target {
            dataset: dataset.to_owned(),
            ..target(namespace, run, ImportMethod::Upsert)
        };
        let mut load = begin(destination, &target);
        let records: Vec<_> = ids
            .iter()
            .take(run as usize)
            .map(|id| (*id, None))
            .collect();
        write(&mut *load, &records);
        let entry = LedgerEntry {
            seen: records.len() as u64,
            imported: records.len() as u64,
            rejected: 0,
            inserted: load.inserted(),
        };
        load.commit(entry).unwrap();
    }
    assert_eq!(
        destination.inspect(namespace).unwrap(),
        Inspection::Brought(vec![
            ("one".to_owned(), Brought { rows: 1, runs: 1 }),
            ("two".to_owned(), Brought { rows: 3, runs: 2 }),
        ])
    );
}

fn insert_refuses_a_key_that_is_taken(destination: &dyn Destination, namespace: NamespaceId) {
    let mut load = begin(destination, &target(namespace, 1, ImportMethod::Insert));
    let refused: Vec<u64> = write(
        &mut *load,
        &[("a", Some("first")), ("b", None), ("a", Some("second"))],
    )
    .iter()
    .map(|refusal| refusal.record.number)
    .collect();
    assert_eq!(refused, [3]);
    load.commit(LedgerEntry::default()).unwrap();
    assert_eq!(rows(destination, namespace), [["a", "first"], ["b", "∅"]]);
}

fn upsert_updates_what_the_run_fills(destination: &dyn Destination, namespace: NamespaceId) {
    let mut load = begin(destination, &target(namespace, 1, ImportMethod::Upsert));
    assert_eq!(
        write(
            &mut *load,
            &[("a", Some("old")), ("b", Some("kept")), ("a", Some("new"))]
        ),
        []
    );
    assert_eq!(load.inserted(), 2);
    load.commit(LedgerEntry::default()).unwrap();
    let mut key_only = target(namespace, 2, ImportMethod::Upsert);
    key_only.filling = vec![Filling::Always, Filling::Never];
    let mut load = begin(destination, &key_only);
    write(&mut *load, &[("a", None), ("c", None)]);
    assert_eq!(load.inserted(), 1);
    load.commit(LedgerEntry::default()).unwrap();
    assert_eq!(
        rows(destination, namespace),
        [["a", "new"], ["b", "kept"], ["c", "∅"]]
    );
}

fn null_leaves_a_field_where_the_run_says_so(
    destination: &dyn Destination,
    namespace: NamespaceId,
) {
    let of_run = |run, filling| Target {
        filling: vec![Filling::Always, filling],
        ..target(namespace, run, ImportMethod::Upsert)
    };
    for (run, filling, after) in [
        (1, Filling::UnlessNull, [["a", "Ada"], ["b", "∅"]]),
        (2, Filling::Always, [["a", "∅"], ["b", "∅"]]),
    ] {
        let mut load = begin(destination, &of_run(run, filling));
        write(&mut *load, &[("a", Some("Ada")), ("a", None), ("b", None)]);
        load.commit(LedgerEntry::default()).unwrap();
        assert_eq!(rows(destination, namespace), after, "{filling:?}");
    }
}

fn keys_are_compared_in_their_canonical_form(
    destination: &dyn Destination,
    namespace: NamespaceId,
) {
    let mut load = begin(destination, &target(namespace, 1, ImportMethod::Upsert));
    write(&mut *load, &[("Zürich", Some("old")), ("zürich", None)]);
    write(&mut *load, &[("\u{a0}Zu\u{308}rich ", Some("new"))]);
    assert_eq!(load.inserted(), 2);
    load.commit(LedgerEntry::default()).unwrap();
    assert_eq!(
        rows(destination, namespace),
        [["Zürich", "new"], ["zürich", "∅"]],
        "what is stored stays as it was written"
    );

    let mut load = begin(destination, &target(namespace, 2, ImportMethod::Insert));
    let refused = write(&mut *load, &[(" zürich", None), ("Bern", None)]);
    let why = RefusalReason::KeyTaken(KeyForm::Canonical);
    assert_eq!(
        refused
            .iter()
            .map(|refusal| (refusal.record.number, refusal.why.clone()))
            .collect::<Vec<_>>(),
        [(1, why)]
    );
}

fn each_part_of_a_key_has_its_form(destination: &dyn Destination, namespace: NamespaceId) {
    let mut target = target(namespace, 1, ImportMethod::Upsert);
    target.fields = vec![
        Field {
            field_type: FieldType::Email,
            ..field("email", true)
        },
        Field {
            field_type: FieldType::Integer,
            ..field("list", true)
        },
        field("name", false),
    ];
    target.filling = vec![Filling::Always; 3];
    let mut load = begin(destination, &target);
    let mut batch = Batch::new(3);
    for (email, list, name) in [
        ("Ada@Example.ORG", 1, "a"),
        ("ada@example.org", 1, "b"),
        ("ada@example.org", 11, "c"),
    ] {
        let cells = [Cell::Text(email), Cell::Integer(list), Cell::Text(name)];
        batch.push_row(RECORD, cells.into_iter());
    }
    load.write(&batch).unwrap();
    load.commit(LedgerEntry::default()).unwrap();
    let rows = destination
        .first_rows(namespace, DATASET, &target.fields, 10)
        .unwrap();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        rows,
        [
            [text("Ada@Example.ORG"), text("1"), text("b")],
            [text("ada@example.org"), text("11"), text("c")]
        ]
    );
}

fn keys_in_canonical_form_cannot_be_changed(destination: &dyn Destination, namespace: NamespaceId) {
    let target = target(namespace, 1, ImportMethod::Upsert);
    let (keys, fields) = (destination.keys(), &target.fields);
    for run in 1..3 {
        assert_eq!(
            keys.form(namespace, DATASET, fields).unwrap(),
            KeyForm::Canonical
        );
        assert_eq!(
            keys.look(namespace, DATASET, fields, 9).unwrap(),
            KeyGroups::default()
        );
        let change = keys.begin_canonical(namespace, DATASET, fields).unwrap();
        assert!(change.is_none());
        let target = self::target(namespace, run, ImportMethod::Upsert);
        let mut load = begin(destination, &target);
        write(&mut *load, &[("a", None), (" a", None)]);
        load.commit(LedgerEntry::default()).unwrap();
    }
}

fn a_column_that_the_table_lacks_is_named(destination: &dyn Destination, namespace: NamespaceId) {
    let mut target = target(namespace, 1, ImportMethod::Insert);
    begin(destination, &target)
        .commit(LedgerEntry::default())
        .unwrap();
    target.run = RunId(Uuid::from_u128(2));
    target.fields.push(field("added", false));
    target.filling.push(Filling::Always);
    let error = destination.begin(&target).err().unwrap();
    assert!(error.to_string().contains("added"), "{error}");
}

fn no_row_gets_into_a_table_of_its_own(destination: &dyn Destination, namespace: NamespaceId) {
    for dataset in ["weir_ledger", "sqlite_master"] {
        let target = Target {
            dataset: dataset.to_owned(),
            ..target(namespace, 1, ImportMethod::Insert)
        };
        assert!(matches!(
            destination.begin(&target),
            Err(DestinationError::OwnTable { .. })
        ));
    }
}

fn namespaces_do_not_see_each_other(destination: &dyn Destination) {
    let mut load = begin(destination, &target(namespace(7), 1, ImportMethod::Insert));
    write(&mut *load, &[("a", None)]);
    load.commit(LedgerEntry::default()).unwrap();
    assert_eq!(
        destination.inspect(namespace(8)).unwrap(),
        Inspection::Nothing
    );
    assert!(rows(destination, namespace(8)).is_empty());
}

pub fn namespace(number: u128) -> NamespaceId {
    NamespaceId(Uuid::from_u128(number))
}

pub fn target(namespace: NamespaceId, run: u128, method: ImportMethod) -> Target {
    Target {
        namespace,
        dataset: DATASET.to_owned(),
        fields: vec![field("id", true), field("full name", false)],
        filling: vec![Filling::Always; 2],
        method,
        run: RunId(Uuid::from_u128(run)),
        runs_known: 0,
    }
}

fn field(name: &str, key: bool) -> Field {
    Field {
        name: name.to_owned(),
        field_type: FieldType::Text,
        required: key,
        key,
        max_length: None,
        allowed: Vec::new(),
        pattern: None,
        minimum: None,
        maximum: None,
        synonyms: Vec::new(),
        capitals_matter: false,
    }
}

pub fn begin(destination: &dyn Destination, target: &Target) -> Box<dyn Load> {
    match destination.begin(target).unwrap() {
        Begun::Load(load) => load,
        Begun::AlreadyMerged(merged) => panic!("a new run is in the ledger: {merged:?}"),
        Begun::GivenUp => panic!("a new run is given up"),
    }
}

pub fn write(load: &mut dyn Load, rows: &[(&str, Option<&str>)]) -> Vec<Refusal> {
    let mut batch = Batch::new(2);
    for (number, (id, name)) in (1..).zip(rows) {
        let record = RecordReference {
            number,
            line: number,
            ..RECORD
        };
        batch.push_row(
            record,
            [Cell::Text(id), name.map_or(Cell::Null, Cell::Text)].into_iter(),
        );
    }
    load.write(&batch).unwrap()
}

pub fn rows(destination: &dyn Destination, namespace: NamespaceId) -> Vec<Vec<String>> {
    let fields = [field("id", true), field("full name", false)];
    let rows = destination
        .first_rows(namespace, DATASET, &fields, 100)
        .unwrap();
    let text = |cell: Option<String>| cell.unwrap_or_else(|| "∅".to_owned());
    rows.into_iter()
        .map(|row| row.into_iter().map(text).collect())
        .collect()
}
