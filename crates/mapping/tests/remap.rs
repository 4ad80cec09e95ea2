//! Settings carried over to the columns of a new file.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod settings;

use std::collections::HashSet;

use mapping::field::{Field, FieldType};
use mapping::infer::ColumnStats;
use mapping::remap::{ColumnChange, Likeness, Remapping, remap};
use mapping::sample::inspect;
use mapping::settings::{ColumnMapping, EmptyCells, Mapping, ValueMapping};
use proptest::prelude::*;
use settings::{column, columns, field};
use tabular::dialect::Dialect;

fn fields() -> Vec<Field> {
    vec![
        field("customer_no", FieldType::Text),
        field("email", FieldType::Email),
        field("born", FieldType::Date),
        field("note", FieldType::Text),
    ]
}

/// `Customer No, Email, Born, Note`; the note is not imported.
fn saved() -> Mapping {
    let named = |name: &str, field: Option<&str>| ColumnMapping {
        field: field.map(str::to_owned),
        ..column(name)
    };
    let mut mapping = columns([
        named("Customer No", Some("customer_no")),
        named("Email", Some("email")),
        named("Born", Some("born")),
        named("Note", None),
    ]);
    mapping.columns[0].values = vec![ValueMapping {
        from: "x".into(),
        to: "0".into(),
    }];
    mapping.empty_cells = EmptyCells::LeaveTheField;
    mapping.columns[3].empty_cells = Some(EmptyCells::EmptyTheField);
    mapping
}

fn stats(file: &str) -> Vec<ColumnStats> {
    inspect(file.as_bytes(), true, &Dialect::default(), 0).columns
}

fn to(file: &str) -> Remapping {
    remap(&saved(), &stats(file), &fields()).unwrap()
}

fn renamed(from: &str, to: &str, likeness: Likeness) -> ColumnChange {
    ColumnChange::Renamed {
        from: from.to_owned(),
        to: to.to_owned(),
        likeness,
    }
}

fn fields_of(mapping: &Mapping) -> Vec<Option<&str>> {
    mapping
        .columns
        .iter()
        .map(|column| column.field.as_deref())
        .collect()
}

#[test]
fn the_same_columns_change_nothing() {
    let remapping = to("Customer No,Email,Born,Note\n1,a@b.de,2000-01-02,x\n");
    assert_eq!(remapping.changes, []);
    assert_eq!(remapping.mapping, saved());
}

#[test]
fn renamed_columns_keep_what_was_decided() {
    for (file, change) in [
        (
            "CUSTOMER-NO,Email,Born,Note\n1,a@b.de,2000-01-02,x\n",
            renamed("Customer No", "CUSTOMER-NO", Likeness::Spelling),
        ),
        (
            "Kundennummer,Email,Born,Note\n1,a@b.de,2000-01-02,x\n",
            renamed("Customer No", "Kundennummer", Likeness::Meaning),
        ),
        (
            "Customer No,Kontakt,Born,Note\n1,a@b.de,2000-01-02,x\n",
            renamed("Email", "Kontakt", Likeness::Field),
        ),
        (
            "CU_ID_7,Email,Born,Note\n1,a@b.de,2000-01-02,x\n",
            renamed("Customer No", "CU_ID_7", Likeness::Place),
        ),
    ] {
        let remapping = to(file);
        assert_eq!(remapping.changes, [change], "{file}");
        assert_eq!(fields_of(&remapping.mapping), fields_of(&saved()), "{file}");
        assert_eq!(
            remapping.mapping.columns[0].values,
            saved().columns[0].values
        );
    }
}

#[test]
fn a_column_whose_values_do_not_fit_is_no_renamed_one() {
    let remapping = to("Customer No,Email,Qqq,Note\n1,a@b.de,blue,x\n");
    assert_eq!(
        remapping.changes,
        [
            ColumnChange::New {
                name: "Qqq".into(),
                field: None
            },
            ColumnChange::Missing {
                name: "Born".into(),
                field: Some("born".into())
            },
        ]
    );
}

#[test]
fn moved_missing_and_new_columns_are_told_apart() {
    let moved = to("Born,Customer No,Email,Note\n2000-01-02,1,a@b.de,x\n");
    assert_eq!(
        moved.changes,
        [ColumnChange::Moved {
            name: "Born".into(),
            from: 2,
            to: 0
        }]
    );
    // What only stands further to the right has not moved.
    let new = to("Id,Customer No,Email,Born,Note\n7,1,a@b.de,2000-01-02,x\n");
    assert_eq!(
        new.changes,
        [ColumnChange::New {
            name: "Id".into(),
            field: None
        }]
    );
    let missing = to("Customer No,Born,Note\n1,2000-01-02,x\n");
    assert_eq!(
        missing.changes,
        [ColumnChange::Missing {
            name: "Email".into(),
            field: Some("email".into())
        }]
    );
    assert_eq!(
        fields_of(&missing.mapping),
        [Some("customer_no"), Some("born"), None]
    );
}

#[test]
fn a_new_column_is_proposed_a_field_that_is_free() {
    let saved = Mapping {
        columns: saved().columns[..1].to_vec(),
        ..Mapping::default()
    };
    let remapping = remap(&saved, &stats("Customer No,E-Mail\n1,a@b.de\n"), &fields()).unwrap();
    assert_eq!(
        remapping.changes,
        [ColumnChange::New {
            name: "E-Mail".into(),
            field: Some("email".into())
        }]
    );
}

#[test]
fn a_file_with_nothing_of_it_is_another_file() {
    let other = stats("Sku,Price\n1,2.50\n");
    assert_eq!(remap(&saved(), &other, &fields()), None);
}

#[test]
fn columns_of_one_name_are_told_apart_by_their_order() {
    let named = |field: &str| ColumnMapping {
        field: Some(field.into()),
        ..column("Phone")
    };
    let saved = columns([named("first"), named("second")]);
    let fields = [
        field("first", FieldType::Text),
        field("second", FieldType::Text),
    ];
    let remapping = remap(&saved, &stats("Id,Phone,Phone\n1,2,3\n"), &fields).unwrap();
    assert_eq!(
        fields_of(&remapping.mapping),
        [None, Some("first"), Some("second")]
    );
}

proptest! {
    /// Whatever the columns are: one setting for each of them, and no field twice.
    #[test]
    fn a_proposal_always_holds(
        old in proptest::collection::vec("[A-C]|Email|E-Mail|Born|Name", 1..8),
        new in proptest::collection::vec("[A-C]|Email|E-Mail|Born|Name", 1..8),
    ) {
        let fields = fields();
        let old_stats = stats(&format!("{}\n", old.join(",")));
        let saved = mapping::propose::propose(&old_stats, &fields);
        let new_stats = stats(&format!("{}\n", new.join(",")));
        if let Some(remapping) = remap(&saved, &new_stats, &fields) {
            let columns = &remapping.mapping.columns;
            let names: Vec<_> = columns.iter().map(|column| &column.name).collect();
            prop_assert_eq!(names, new.iter().collect::<Vec<_>>());
            let mut taken = HashSet::new();
            for field in columns.iter().filter_map(|column| column.field.as_ref()) {
                prop_assert!(taken.insert(field), "{} twice", field);
            }
            prop_assert_eq!(old == new, remapping.changes.is_empty());
        }
    }
}
