//! SQL identifiers.

/// Quotes a name for SQL (ISO 9075, also SQLite and PostgreSQL): in double quotes, those inside doubled. A NUL, which no
/// database takes in a name, is left out.
pub fn quoted(name: &str) -> String {
    let mut sql = String::with_capacity(name.len() + 2);
    sql.push('"');
    for character in name.chars().filter(|&character| character != '\0') {
        if character == '"' {
            sql.push('"');
        }
        sql.push(character);
    }
    sql.push('"');
    sql
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn quotes_are_doubled() {
        assert_eq!(quoted("customers"), "\"customers\"");
        assert_eq!(quoted("a\"; DROP TABLE b;--"), "\"a\"\"; DROP TABLE b;--\"");
        assert_eq!(quoted("a\0b"), "\"ab\"");
    }
}
