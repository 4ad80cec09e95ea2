//! A field for each column: by name, by synonyms in four languages, by the values seen.

mod names;
mod synonyms;

use std::cmp::Reverse;
use std::collections::HashSet;

use crate::field::{Field, FieldType};
use crate::infer::ColumnStats;
use crate::settings::{ColumnMapping, Mapping};

use names::identifier;
pub(crate) use names::{Key, keys_of_columns};

/// How well a column's name matches a field's; the greater the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    /// Another word for the same.
    Synonym,
    Name,
}

/// Proposes a field for each column, each field once at most, with the formats that the sample proves.
pub fn propose(columns: &[ColumnStats], fields: &[Field]) -> Mapping {
    let chosen = choose(columns, fields);
    let columns = columns
        .iter()
        .zip(chosen)
        .map(|(column, field)| ColumnMapping {
            name: column.name.clone(),
            field: field.map(|index| fields[index].name.clone()),
            format: field
                .map(|index| column.format_for(fields[index].field_type))
                .unwrap_or_default(),
            ..ColumnMapping::default()
        })
        .collect();
    Mapping {
        columns,
        ..Mapping::default()
    }
}

/// Fields of a new dataset that has one for each column, and the mapping that goes with them.
pub fn new_dataset(columns: &[ColumnStats]) -> (Vec<Field>, Mapping) {
    let mut taken = HashSet::new();
    let mut fields = Vec::with_capacity(columns.len());
    let mut mapped = Vec::with_capacity(columns.len());
    for (index, column) in columns.iter().enumerate() {
        let name = identifier(&column.name, index, &mut taken);
        fields.push(Field {
            name: name.clone(),
            field_type: column.suggestion.field_type,
            required: false,
            key: false,
            max_length: None,
            allowed: Vec::new(),
            pattern: None,
            minimum: None,
            maximum: None,
            synonyms: Vec::new(),
            capitals_matter: false,
        });
        mapped.push(ColumnMapping {
            name: column.name.clone(),
            field: Some(name),
            format: column.suggestion.format.clone(),
            ..ColumnMapping::default()
        });
    }
    (
        fields,
        Mapping {
            columns: mapped,
            ..Mapping::default()
        },
    )
}

/// The index of the field of each column.
fn choose(columns: &[ColumnStats], fields: &[Field]) -> Vec<Option<usize>> {
    let column_keys = keys_of_columns(columns.iter().map(|column| column.name.as_str()));
    let field_keys: Vec<Vec<Key>> = fields.iter().map(names::keys_of_field).collect();
    let mut pairs = Vec::new();
    for (column, key) in column_keys.iter().enumerate() {
        for (field, keys) in field_keys.iter().enumerate() {
            if let Some(found) = match_names(key, keys) {
                pairs.push((Reverse(found), column, field));
            }
        }
    }
    pairs.sort_unstable();
    let mut chosen = vec![None; columns.len()];
    let mut taken = vec![false; fields.len()];
    for (_, column, field) in pairs {
        if chosen[column].is_none() && !taken[field] {
            chosen[column] = Some(field);
            taken[field] = true;
        }
    }
    choose_by_values(columns, fields, &mut chosen, &taken);
    chosen
}

fn match_names(column: &Key, field: &[Key]) -> Option<Match> {
    if field.contains(column) {
        return Some(Match::Name);
    }
    let meaning = column.meaning?;
    field
        .iter()
        .any(|key| key.ordinal == column.ordinal && key.meaning == Some(meaning))
        .then_some(Match::Synonym)
}

/// An e-mail, date or timestamp field, where one such field and one column with such values are left.
fn choose_by_values(
    columns: &[ColumnStats],
    fields: &[Field],
    chosen: &mut [Option<usize>],
    taken: &[bool],
) {
    for field_type in [
        FieldType::Email,
        FieldType::Date,
        FieldType::Timestamp { zoned: false },
        FieldType::Timestamp { zoned: true },
    ] {
        let of_type = |other: FieldType| other == field_type;
        let mut free_fields =
            (0..fields.len()).filter(|index| !taken[*index] && of_type(fields[*index].field_type));
        let mut free_columns = (0..columns.len()).filter(|index| {
            chosen[*index].is_none() && of_type(columns[*index].suggestion.field_type)
        });
        if let (Some(field), None, Some(column), None) = (
            free_fields.next(),
            free_fields.next(),
            free_columns.next(),
            free_columns.next(),
        ) {
            chosen[column] = Some(field);
        }
    }
}
