//! Rows of a dataset in a table.

use leptos::prelude::*;
use mapping::field::{Field, FieldType};

/// The head of each field's column.
pub fn heads(fields: &[Field]) -> impl IntoView + use<> {
    let head = |field: &Field| {
        let name = field.name.clone();
        view! {
            <th scope="col" class:number=is_numeric(field.field_type)>
                {name}
            </th>
        }
    };
    fields.iter().map(head).collect_view()
}

/// The cells of one row, in the order of the fields.
pub fn cells(fields: &[Field], row: Vec<Option<String>>) -> impl IntoView + use<> {
    let cell = |(field, cell): (&Field, Option<String>)| {
        let text = match cell {
            Some(text) => shown_value(field.field_type, text).into_any(),
            None => view! { <span class="null">"null"</span> }.into_any(),
        };
        view! { <td class:number=is_numeric(field.field_type)>{text}</td> }
    };
    fields.iter().zip(row).map(cell).collect_view()
}

const fn is_numeric(field_type: FieldType) -> bool {
    matches!(field_type, FieldType::Integer | FieldType::Decimal { .. })
}

/// As people read it; a boolean is stored as 0 or 1.
fn shown_value(field_type: FieldType, stored: String) -> String {
    match (field_type, stored.as_str()) {
        (FieldType::Boolean, "0") => "false".to_owned(),
        (FieldType::Boolean, "1") => "true".to_owned(),
        _ => stored,
    }
}
