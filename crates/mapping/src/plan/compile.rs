//! Settings to a plan, collecting every problem.

use std::collections::HashMap;

use super::constraint::Constraints;
use super::reading::{Reading, Undecided};
use super::{Constant, FieldPlan, PlanError, RowPlan, Source, column_names};
use crate::field::Field;
use crate::names::Names;
use crate::settings::{ColumnMapping, Mapping};

/// The plan is good only where there are no problems.
pub(super) fn compile(
    fields: &[Field],
    mapping: &Mapping,
    header: Option<&[String]>,
) -> (RowPlan, Vec<PlanError>) {
    let mut problems = Vec::new();
    if let Some(header) = header {
        problems.extend(header_change(mapping, &column_names(header)));
    }
    let columns = columns_of_fields(fields, mapping, &mut problems);
    let plans: Vec<FieldPlan> = fields
        .iter()
        .map(|field| {
            let column = columns.get(field.name.as_str()).copied();
            field_plan(field, column, mapping, &mut problems)
        })
        .collect();
    let columns_needed = plans
        .iter()
        .filter_map(|plan| plan.source.as_ref())
        .map(|source| source.column + 1)
        .max()
        .unwrap_or(0);
    let plan = RowPlan {
        fields: plans,
        columns_needed,
    };
    (plan, problems)
}

/// Which column fills which field.
fn columns_of_fields<'a>(
    fields: &[Field],
    mapping: &'a Mapping,
    problems: &mut Vec<PlanError>,
) -> HashMap<&'a str, usize> {
    let mut columns = HashMap::new();
    for (index, column) in mapping.columns.iter().enumerate() {
        let Some(name) = column.field.as_deref() else {
            continue;
        };
        if !fields.iter().any(|field| field.name == name) {
            problems.push(PlanError::UnknownField {
                column: column.name.clone(),
                field: name.to_owned(),
            });
        } else if let Some(first) = columns.get(name) {
            let first: &ColumnMapping = &mapping.columns[*first];
            problems.push(PlanError::FieldFilledTwice {
                field: name.to_owned(),
                first: first.name.clone(),
                second: column.name.clone(),
            });
        } else {
            columns.insert(name, index);
        }
    }
    if mapping.columns.iter().all(|column| column.field.is_none()) {
        problems.push(PlanError::NothingMapped);
    }
    columns
}

fn field_plan(
    field: &Field,
    column: Option<usize>,
    mapping: &Mapping,
    problems: &mut Vec<PlanError>,
) -> FieldPlan {
    let required = field.required || field.key;
    let constraints = Constraints::new(field, problems);
    if column.is_none() && required {
        problems.push(PlanError::RequiredFieldUnmapped {
            field: field.name.clone(),
        });
    }
    let source = column.and_then(|index| {
        source(
            field,
            index,
            &mapping.columns[index],
            &constraints,
            problems,
        )
    });
    FieldPlan {
        name: field.name.clone(),
        required,
        key: field.key,
        source,
        constraints,
    }
}

fn source(
    field: &Field,
    index: usize,
    column: &ColumnMapping,
    constraints: &Constraints,
    problems: &mut Vec<PlanError>,
) -> Option<Source> {
    let names = || (column.name.clone(), field.name.clone());
    let canonical = Reading::canonical(field.field_type, column.format.utc_offset_minutes);
    let constant = |text: &str| {
        let is_blank = field.key && text.trim().is_empty();
        let text = if is_blank { "" } else { text };
        canonical.constant(text).ok().filter(|constant| {
            *constant == Constant::Null || constraints.check(constant.value()).is_ok()
        })
    };
    let mut values = HashMap::with_capacity(column.values.len());
    for value in &column.values {
        if let Some(constant) = constant(&value.to) {
            values.entry(value.from.clone()).or_insert(constant);
        } else {
            let (column, field) = names();
            problems.push(PlanError::ValueDoesNotFit {
                column,
                field,
                from: value.from.clone(),
                to: value.to.clone(),
            });
        }
    }
    let default = column.default.as_deref().unwrap_or("");
    let default = constant(default).unwrap_or_else(|| {
        let (column, field) = names();
        problems.push(PlanError::DefaultDoesNotFit {
            column,
            field,
            default: default.to_owned(),
        });
        Constant::Null
    });
    let reading = match Reading::new(field.field_type, &column.format) {
        Ok(reading) => reading,
        Err(undecided) => {
            let (column, field) = names();
            problems.push(match undecided {
                Undecided::DateOrder => PlanError::DateOrderUndecided { column, field },
                Undecided::DecimalMark => PlanError::DecimalMarkUndecided { column, field },
            });
            return None;
        }
    };
    Some(Source {
        column: index,
        column_name: column.name.clone(),
        reading,
        values,
        null_tokens: column.null_tokens.clone(),
        default,
    })
}

/// Compares the columns that are imported with the header that was found. Of several columns with one name the n-th is
/// the n-th.
fn header_change(mapping: &Mapping, found: &[String]) -> Option<PlanError> {
    let in_place =
        |(index, column): (usize, &ColumnMapping)| found.get(index) == Some(&column.name);
    if mapping
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.field.is_some())
        .all(in_place)
    {
        return None;
    }
    let expected: Vec<&str> = mapping.columns.iter().map(|c| c.name.as_str()).collect();
    let expected = occurrences(&expected);
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    let found = occurrences(&found);
    let (mut missing, mut moved) = (Vec::new(), Vec::new());
    for (occurrence, index) in &expected {
        if mapping.columns[*index].field.is_none() {
            continue;
        }
        match found.get(occurrence) {
            None => missing.push(*index),
            Some(place) if place != index => moved.push(*index),
            Some(_) => {}
        }
    }
    let mut unexpected: Vec<(usize, &str)> = found
        .iter()
        .filter(|(occurrence, _)| !expected.contains_key(*occurrence))
        .map(|((name, _), index)| (*index, *name))
        .collect();
    missing.sort_unstable();
    moved.sort_unstable();
    unexpected.sort_unstable();
    let names = |places: Vec<usize>| -> Names {
        let name = |index: usize| &mapping.columns[index].name;
        places.into_iter().map(name).collect()
    };
    Some(PlanError::HeaderChanged {
        missing: names(missing),
        moved: names(moved),
        unexpected: unexpected.into_iter().map(|(_, name)| name).collect(),
    })
}

/// The place of each (name, n-th of this name).
fn occurrences<'a>(names: &[&'a str]) -> HashMap<(&'a str, usize), usize> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    names
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let count = counts.entry(name).or_default();
            *count += 1;
            ((*name, *count), index)
        })
        .collect()
}
