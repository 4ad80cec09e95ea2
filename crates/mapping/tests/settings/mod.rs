//! Fields and columns as the tests of plans need them.

use mapping::field::{Field, FieldType};
use mapping::settings::{ColumnFormat, ColumnMapping, DateOrder, DecimalMark, Mapping};

pub fn field(name: &str, field_type: FieldType) -> Field {
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

/// A column that goes to the field of the same name, read as most of these tests need it.
pub fn column(name: &str) -> ColumnMapping {
    ColumnMapping {
        name: name.to_owned(),
        field: Some(name.to_owned()),
        format: ColumnFormat {
            date_order: Some(DateOrder::DayMonthYear),
            decimal_mark: Some(DecimalMark::Comma),
            utc_offset_minutes: None,
        },
        ..ColumnMapping::default()
    }
}

pub fn columns(columns: impl IntoIterator<Item = ColumnMapping>) -> Mapping {
    Mapping {
        columns: columns.into_iter().collect(),
        ..Mapping::default()
    }
}
