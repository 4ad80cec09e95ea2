//! What became of the records of a run.

use serde::{Deserialize, Serialize};

/// Records, each counted once. Of a run that ended having imported: `seen = imported + rejected`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Records read so far.
    pub seen: u64,
    /// Records that became rows. While a run is Importing: written, not yet visible.
    pub imported: u64,
    /// Records with at least one rejection.
    pub rejected: u64,
}

impl Counts {
    /// Records that were read but neither imported nor rejected: those of a run that stopped early.
    pub const fn not_attempted(self) -> u64 {
        self.seen
            .saturating_sub(self.imported)
            .saturating_sub(self.rejected)
    }

    /// Whether no record is counted twice.
    pub const fn is_possible(self) -> bool {
        match self.imported.checked_add(self.rejected) {
            Some(decided) => decided <= self.seen,
            None => false,
        }
    }
}

/// What runs have brought into a dataset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// New rows.
    pub rows: u64,
    /// Runs whose rows are in, also those that changed rows alone.
    pub runs: u64,
}

impl Brought {
    /// Whether something of what is known is not there.
    pub const fn lacks(self, known: Self) -> bool {
        self.rows < known.rows || self.runs < known.runs
    }

    #[must_use]
    pub fn at_least(self, other: Self) -> Self {
        Self {
            rows: self.rows.max(other.rows),
            runs: self.runs.max(other.runs),
        }
    }
}

/// A share in tenths of a per cent, so 1000 is all. Never 0 unless it is none and never 1000 unless it is all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PerMille(pub u16);

impl PerMille {
    pub const ALL: Self = Self(1000);

    /// `part` of `whole`, rounded half up, except that something is never shown as nothing and not all never as all.
    /// None of nothing is 0.
    pub fn of(part: u64, whole: u64) -> Self {
        if part == 0 || whole == 0 {
            return Self(0);
        }
        if part >= whole {
            return Self::ALL;
        }
        let rounded = (u128::from(part) * 1000 + u128::from(whole) / 2) / u128::from(whole);
        Self(u16::try_from(rounded.clamp(1, 999)).expect("clamped below 1000"))
    }
}

impl std::fmt::Display for PerMille {
    /// `12.5 %`; `0 %` and `100 %` without a decimal, because they are exact.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            0 => f.write_str("0 %"),
            1000 => f.write_str("100 %"),
            tenths => write!(f, "{}.{} %", tenths / 10, tenths % 10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(part: u64, whole: u64, shown: &str) {
        assert_eq!(PerMille::of(part, whole).to_string(), shown);
    }

    #[test]
    fn one_decimal_is_shown() {
        check(1, 8, "12.5 %");
        check(1, 3, "33.3 %");
        check(2, 3, "66.7 %");
        check(1, 2, "50.0 %");
    }

    #[test]
    fn something_is_never_shown_as_nothing() {
        check(1, 10_000_000, "0.1 %");
        check(1, u64::MAX, "0.1 %");
        check(0, 10, "0 %");
        check(0, 0, "0 %");
    }

    #[test]
    fn not_all_is_never_shown_as_all() {
        check(9_999_999, 10_000_000, "99.9 %");
        check(u64::MAX - 1, u64::MAX, "99.9 %");
        check(10, 10, "100 %");
    }

    #[test]
    fn records_that_were_not_attempted_have_a_name() {
        let counts = Counts {
            seen: 10,
            imported: 0,
            rejected: 3,
        };
        assert_eq!(counts.not_attempted(), 7);
        assert!(counts.is_possible());
        assert!(
            !Counts {
                seen: 1,
                imported: 1,
                rejected: 1
            }
            .is_possible()
        );
        assert!(
            !Counts {
                seen: 1,
                imported: u64::MAX,
                rejected: 1
            }
            .is_possible()
        );
    }
}
