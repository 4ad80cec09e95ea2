//! How a field of a dataset is described where people read it.

use mapping::field::{Field, FieldType};

pub fn field_type_text(field_type: FieldType) -> String {
    match field_type {
        FieldType::Text => "text".to_owned(),
        FieldType::Email => "e-mail".to_owned(),
        FieldType::Integer => "whole number".to_owned(),
        FieldType::Decimal { scale: 1 } => "decimal, 1 place".to_owned(),
        FieldType::Decimal { scale } => format!("decimal, {scale} places"),
        FieldType::Boolean => "true or false".to_owned(),
        FieldType::Date => "date".to_owned(),
        FieldType::Timestamp { zoned: true } => "timestamp with zone".to_owned(),
        FieldType::Timestamp { zoned: false } => "local timestamp".to_owned(),
    }
}

/// As much of a name as a person reads. A file whose quote is never closed may have a column name of a megabyte.
pub fn shown_name(name: &str) -> String {
    const MOST_CHARACTERS: usize = 200;
    match name.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// "key · at most 40 characters · one of: EUR, USD".
pub fn field_rules(field: &Field) -> String {
    let mut rules = Vec::new();
    if field.key {
        rules.push("key".to_owned());
    } else if field.required {
        rules.push("required".to_owned());
    }
    rules.extend(
        field
            .max_length
            .map(|length| format!("at most {length} characters")),
    );
    match (&field.minimum, &field.maximum) {
        (Some(minimum), Some(maximum)) => rules.push(format!("from {minimum} to {maximum}")),
        (Some(minimum), None) => rules.push(format!("{minimum} or more")),
        (None, Some(maximum)) => rules.push(format!("{maximum} or less")),
        (None, None) => {}
    }
    if !field.allowed.is_empty() {
        let shown = field
            .allowed
            .iter()
            .take(8)
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        let more = if field.allowed.len() > 8 { ", …" } else { "" };
        rules.push(format!("one of: {shown}{more}"));
    }
    rules.extend(
        field
            .pattern
            .as_ref()
            .map(|pattern| format!("matches {pattern}")),
    );
    rules.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_between_characters() {
        assert_eq!(shown_name("Größe"), "Größe");
        let shown = shown_name(&"ü".repeat(1_000_000));
        assert_eq!(shown.chars().count(), 201);
        assert!(shown.ends_with("ü…"));
    }

    #[test]
    fn rules_are_told_in_one_line() {
        let field = Field {
            name: "amount".to_owned(),
            field_type: FieldType::Decimal { scale: 2 },
            required: true,
            key: false,
            max_length: Some(12),
            allowed: Vec::new(),
            pattern: None,
            minimum: Some("0".to_owned()),
            maximum: None,
            synonyms: Vec::new(),
            capitals_matter: false,
        };
        assert_eq!(field_type_text(field.field_type), "decimal, 2 places");
        assert_eq!(
            field_rules(&field),
            "required · at most 12 characters · 0 or more"
        );
    }
}
