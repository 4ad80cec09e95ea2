//! Settings that a plan refuses.
#![cfg(not(target_arch = "wasm32"))]

mod settings;

use mapping::field::{Field, FieldType};
use mapping::plan::{PlanError, RowPlan};
use mapping::settings::{ColumnFormat, ColumnMapping, Mapping, ValueMapping};
use settings::{column, columns, field};

const DECIMAL: FieldType = FieldType::Decimal { scale: 2 };

#[test]
fn settings_that_cannot_be_used_are_named() {
    let text = field("a", FieldType::Text);
    let required = Field {
        required: true,
        ..text.clone()
    };
    let key = Field {
        key: true,
        ..text.clone()
    };
    let with = |change: &dyn Fn(&mut ColumnMapping)| {
        let mut column = column("a");
        change(&mut column);
        columns([column])
    };
    let undecided = with(&|column| column.format = ColumnFormat::default());
    let unmapped = with(&|column| column.field = None);
    let pattern = |pattern: &str| Field {
        pattern: Some(pattern.to_owned()),
        ..text.clone()
    };
    let bound = |field_type, bound: &str| Field {
        minimum: Some(bound.to_owned()),
        ..field("a", field_type)
    };
    let integer = field("a", FieldType::Integer);
    let cases: Vec<(&str, Field, Mapping)> = vec![
        ("nothing_mapped", text.clone(), unmapped.clone()),
        ("required_field_unmapped", required, unmapped.clone()),
        ("required_field_unmapped", key, unmapped),
        (
            "unknown_field",
            text.clone(),
            with(&|column| column.field = Some("b".to_owned())),
        ),
        (
            "field_filled_twice",
            text.clone(),
            columns([column("a"), column("a")]),
        ),
        (
            "date_order_undecided",
            field("a", FieldType::Date),
            undecided.clone(),
        ),
        (
            "date_order_undecided",
            field("a", FieldType::Timestamp { zoned: true }),
            undecided.clone(),
        ),
        (
            "decimal_mark_undecided",
            field("a", DECIMAL),
            undecided.clone(),
        ),
        ("", integer.clone(), undecided.clone()),
        ("", text.clone(), undecided),
        ("bad_pattern", pattern("["), with(&|_| ())),
        ("bad_pattern", pattern("a)(b"), with(&|_| ())),
        (
            "bound_does_not_fit",
            bound(FieldType::Integer, "1.5"),
            with(&|_| ()),
        ),
        (
            "bound_does_not_fit",
            bound(FieldType::Date, "01.02.2026"),
            with(&|_| ()),
        ),
        (
            "bound_does_not_fit",
            bound(FieldType::Text, "a"),
            with(&|_| ()),
        ),
        (
            "default_does_not_fit",
            integer.clone(),
            with(&|column| column.default = Some("many".to_owned())),
        ),
        (
            "default_does_not_fit",
            bound(FieldType::Integer, "5"),
            with(&|column| column.default = Some("4".to_owned())),
        ),
        (
            "value_does_not_fit",
            integer,
            with(&|column| {
                column.values = vec![ValueMapping {
                    from: "x".to_owned(),
                    to: "y".to_owned(),
                }];
            }),
        ),
    ];
    for (code, field, mapping) in cases {
        let problems = RowPlan::problems(std::slice::from_ref(&field), &mapping, None);
        let codes: Vec<_> = problems.iter().map(PlanError::code).collect();
        if code.is_empty() {
            assert_eq!(problems, [], "{field:?}");
        } else {
            assert!(codes.contains(&code), "{code} is not among {codes:?}");
        }
        for problem in problems {
            let json = serde_json::to_value(&problem).unwrap();
            assert_eq!(json["code"], problem.code());
            assert!(!problem.hint().is_empty());
        }
    }
}

#[test]
fn changed_header_is_refused_where_it_concerns_imported_columns() {
    let fields = ["phone", "phone_2", "mail"].map(|name| field(name, FieldType::Text));
    let to = |name: &str, field: Option<&str>| ColumnMapping {
        name: name.to_owned(),
        field: field.map(str::to_owned),
        ..ColumnMapping::default()
    };
    let mapping = columns([
        to("Mail", Some("mail")),
        to("Phone", Some("phone")),
        to("Old", None),
        to("Phone", Some("phone_2")),
        to("Column 5", None),
    ]);
    let change = |header: &[&str]| {
        let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
        match RowPlan::compile(&fields, &mapping, Some(&header)) {
            Ok(_) => None,
            Err(PlanError::HeaderChanged {
                missing,
                moved,
                unexpected,
            }) => Some([missing, moved, unexpected].map(|names| names.first().join(","))),
            Err(other) => panic!("{other}"),
        }
    };
    let changed = |missing: &str, moved: &str, unexpected: &str| {
        Some([missing, moved, unexpected].map(str::to_owned))
    };
    assert_eq!(change(&["Mail", "Phone", "Old", "Phone", ""]), None);
    assert_eq!(change(&["Mail", "Phone", "New", "Phone", "", "More"]), None);
    assert_eq!(
        change(&["E-Mail", "Phone", "Old", "Phone"]),
        changed("Mail", "", "E-Mail")
    );
    assert_eq!(change(&["Mail", "Phone", "Old"]), changed("Phone", "", ""));
    assert_eq!(
        change(&["Phone", "Mail", "Old", "Phone"]),
        changed("", "Mail,Phone", "")
    );
    assert_eq!(
        change(&["New", "Mail", "Phone", "Old", "Phone"]),
        changed("", "Mail,Phone,Phone", "New")
    );
    assert_eq!(change(&[]), changed("Mail,Phone,Phone", "", ""));
}
