//! What every destination must do. Each implementation's tests run all of it.

use domain::id::{NamespaceId, RunId};
use domain::settings::ImportMethod;
use mapping::field::{Field, FieldType};
use uuid::Uuid;

use connectors::batch::{Batch, Cell, RecordReference};
use connectors::destination::{Begun, Destination, LedgerEntry, Load, Refusal, Target};

const DATASET: &str = "people \"x\"";

/// Panics where the destination, empty at first, breaks a rule.
pub fn destination(destination: &dyn Destination) {
    rows_show_at_the_commit_alone(destination, namespace(1));
    a_dropped_load_leaves_nothing(destination, namespace(2));
    a_run_is_merged_once(destination, namespace(3));
    insert_refuses_a_key_that_is_taken(destination, namespace(4));
    upsert_updates_what_the_run_fills(destination, namespace(5));
    a_column_that_the_table_lacks_is_named(destination, namespace(6));
    namespaces_do_not_see_each_other(destination);
}

fn rows_show_at_the_commit_alone(destination: &dyn Destination, namespace: NamespaceId) {
    let mut load = begin(destination, &target(namespace, 1, ImportMethod::Insert));
    assert_eq!(write(&mut *load, &[("a", Some("Ada")), ("b", None)]), []);
    assert_eq!(load.inserted(), 2);
    load.commit(LedgerEntry::default()).unwrap();
    assert_eq!(rows(destination, namespace), [["a", "Ada"], ["b", "∅"]]);
    assert_eq!(destination.row_count(namespace, DATASET).unwrap(), 2);
}

fn a_dropped_load_leaves_nothing(destination: &dyn Destination, namespace: NamespaceId) {
    let target = target(namespace, 1, ImportMethod::Insert);
    let mut load = begin(destination, &target);
    write(&mut *load, &[("a", Some("Ada"))]);
    drop(load);
    assert_eq!(destination.row_count(namespace, DATASET).unwrap(), 0);
    let mut load = begin(destination, &target);
    write(&mut *load, &[("a", Some("Ada"))]);
    load.commit(LedgerEntry::default()).unwrap();
    assert_eq!(destination.row_count(namespace, DATASET).unwrap(), 1);
}

fn a_run_is_merged_once(destination: &dyn Destination, namespace: NamespaceId) {
    let target = target(namespace, 1, ImportMethod::Insert);
    let entry = LedgerEntry {
        seen: 3,
        imported: 1,
        rejected: 2,
        inserted: 1,
    };
    let mut load = begin(destination, &target);
    write(&mut *load, &[("a", Some("Ada"))]);
    load.commit(entry).unwrap();
    match destination.begin(&target).unwrap() {
        Begun::AlreadyMerged(kept) => assert_eq!(kept, entry),
        Begun::Load(_) => panic!("a run that was merged must not begin again"),
    }
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
    key_only.filled = vec![true, false];
    let mut load = begin(destination, &key_only);
    write(&mut *load, &[("a", None), ("c", None)]);
    assert_eq!(load.inserted(), 1);
    load.commit(LedgerEntry::default()).unwrap();
    assert_eq!(
        rows(destination, namespace),
        [["a", "new"], ["b", "kept"], ["c", "∅"]]
    );
}

fn a_column_that_the_table_lacks_is_named(destination: &dyn Destination, namespace: NamespaceId) {
    let mut target = target(namespace, 1, ImportMethod::Insert);
    begin(destination, &target)
        .commit(LedgerEntry::default())
        .unwrap();
    target.run = RunId(Uuid::from_u128(2));
    target.fields.push(field("added", false));
    target.filled.push(true);
    let error = destination.begin(&target).err().unwrap();
    assert!(error.to_string().contains("added"), "{error}");
}

fn namespaces_do_not_see_each_other(destination: &dyn Destination) {
    let mut load = begin(destination, &target(namespace(7), 1, ImportMethod::Insert));
    write(&mut *load, &[("a", None)]);
    load.commit(LedgerEntry::default()).unwrap();
    assert_eq!(destination.row_count(namespace(8), DATASET).unwrap(), 0);
    assert!(rows(destination, namespace(8)).is_empty());
}

fn namespace(number: u128) -> NamespaceId {
    NamespaceId(Uuid::from_u128(number))
}

fn target(namespace: NamespaceId, run: u128, method: ImportMethod) -> Target {
    Target {
        namespace,
        dataset: DATASET.to_owned(),
        fields: vec![field("id", true), field("full name", false)],
        filled: vec![true, true],
        method,
        run: RunId(Uuid::from_u128(run)),
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
    }
}

fn begin(destination: &dyn Destination, target: &Target) -> Box<dyn Load> {
    match destination.begin(target).unwrap() {
        Begun::Load(load) => load,
        Begun::AlreadyMerged(entry) => panic!("a new run is in the ledger: {entry:?}"),
    }
}

fn write(load: &mut dyn Load, rows: &[(&str, Option<&str>)]) -> Vec<Refusal> {
    let mut batch = Batch::new(2);
    for (number, (id, name)) in (1..).zip(rows) {
        let record = RecordReference {
            number,
            line: number,
            offset: 0,
            length_bytes: 0,
        };
        batch.push_row(
            record,
            [Cell::Text(id), name.map_or(Cell::Null, Cell::Text)].into_iter(),
        );
    }
    load.write(&batch).unwrap()
}

fn rows(destination: &dyn Destination, namespace: NamespaceId) -> Vec<Vec<String>> {
    let fields = [field("id", true), field("full name", false)];
    let rows = destination
        .first_rows(namespace, DATASET, &fields, 100)
        .unwrap();
    let text = |cell: Option<String>| cell.unwrap_or_else(|| "∅".to_owned());
    rows.into_iter()
        .map(|row| row.into_iter().map(text).collect())
        .collect()
}
