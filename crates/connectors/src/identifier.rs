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

/// Tables that a destination keeps for itself.
pub const LEDGER: &str = "weir_ledger";
pub const GIVEN_UP: &str = "weir_given_up";
pub const NAMESPACE: &str = "weir_namespace";
pub const REMOVED: &str = "weir_removed";

/// The column that a destination adds to a dataset's table for the canonical form of the key. No field has such a name.
pub const KEY_COLUMN: &str = "weir key";

/// Whether a table of this name would be the destination's own, or what SQLite keeps for itself. Names of datasets
/// are not; should one be all the same, no row of it may get there.
pub fn is_own_table(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [LEDGER, GIVEN_UP, NAMESPACE, REMOVED].contains(&name.as_str()) || name.starts_with("sqlite_")
}

#[cfg(test)]
mod tests {
    use super::{is_own_table, quoted};

    #[test]
    fn quotes_are_doubled() {
        assert_eq!(quoted("customers"), "\"customers\"");
        assert_eq!(quoted("a\"; DROP TABLE b;--"), "\"a\"\"; DROP TABLE b;--\"");
        assert_eq!(quoted("a\0b"), "\"ab\"");
    }

    #[test]
    fn own_tables_are_known_in_any_case() {
        for name in [
            "weir_ledger",
            "WEIR_Ledger",
            "weir_given_up",
            "weir_removed",
            "sqlite_master",
            "SQLite_x",
        ] {
            assert!(is_own_table(name), "{name}");
        }
        assert!(!is_own_table("weir_orders"));
    }
}
