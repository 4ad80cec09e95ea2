//! The journey files with the fields of their datasets and how they are written down.

use mapping::field::{Field, FieldType};
use tabular::dialect::Dialect;
use tabular::encoding::Encoding;

pub struct Journey {
    pub name: &'static str,
    pub file: &'static [u8],
    pub dialect: Dialect,
    pub fields: Vec<Field>,
    /// The field of each column.
    pub mapped: &'static [&'static str],
}

pub fn all() -> Vec<Journey> {
    vec![kunden(), orders(), leads()]
}

pub fn kunden() -> Journey {
    Journey {
        name: "kunden",
        file: include_bytes!("../../../../fixtures/journeys/kunden.csv"),
        dialect: Dialect {
            encoding: Encoding::WINDOWS_1252,
            delimiter: Some(';'),
            preamble_rows: 2,
            ..Dialect::default()
        },
        fields: vec![
            key(field("customer_no", FieldType::Text)),
            required(field("email", FieldType::Email)),
            field("first_name", FieldType::Text),
            field("last_name", FieldType::Text),
            field("revenue", FieldType::Decimal { scale: 2 }),
            field("birthdate", FieldType::Date),
            field("newsletter", FieldType::Boolean),
            field("postal_code", FieldType::Text),
            field("city", FieldType::Text),
            field("note", FieldType::Text),
        ],
        mapped: &[
            "customer_no",
            "email",
            "first_name",
            "last_name",
            "revenue",
            "birthdate",
            "newsletter",
            "postal_code",
            "city",
            "note",
        ],
    }
}

pub fn orders() -> Journey {
    Journey {
        name: "orders",
        file: include_bytes!("../../../../fixtures/journeys/orders.txt"),
        dialect: Dialect {
            encoding: Encoding::UTF_16LE,
            delimiter: Some('\t'),
            ..Dialect::default()
        },
        fields: vec![
            key(required(field("order_id", FieldType::Text))),
            field("email", FieldType::Email),
            field("ordered_at", FieldType::Timestamp { zoned: false }),
            field("total", FieldType::Decimal { scale: 2 }),
            field("items", FieldType::Integer),
            field("product", FieldType::Text),
        ],
        mapped: &[
            "order_id",
            "email",
            "ordered_at",
            "total",
            "items",
            "product",
        ],
    }
}

pub fn leads() -> Journey {
    Journey {
        name: "leads",
        file: include_bytes!("../../../../fixtures/journeys/leads.csv"),
        dialect: Dialect::default(),
        fields: vec![
            key(required(field("email", FieldType::Email))),
            field("name", FieldType::Text),
            field("phone", FieldType::Text),
            field("phone_2", FieldType::Text),
            field("score", FieldType::Integer),
            field("note", FieldType::Text),
        ],
        mapped: &["email", "name", "phone", "phone_2", "score", "note"],
    }
}

fn field(name: &str, field_type: FieldType) -> Field {
    Field {
        name: name.to_owned(),
        field_type,
        required: false,
        key: false,
        max_length: None,
        allowed: Vec::new(),
        pattern: None,
        minimum: None,
        maximum: None,
        synonyms: Vec::new(),
        capitals_matter: false,
    }
}

fn key(field: Field) -> Field {
    Field { key: true, ..field }
}

fn required(field: Field) -> Field {
    Field {
        required: true,
        ..field
    }
}
