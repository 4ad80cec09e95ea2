//! Closed lists of plain variants: each has a stable code (as stored and sent) and a label (as shown).

/// The text is no code of the closed list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{code}` is no {list}")]
pub struct UnknownCode {
    /// What was expected, in words: `job status`.
    pub list: &'static str,
    pub code: String,
}

/// Declares an enum of plain variants with `ALL`, `code()`, `label()`, `Display` (the label), `FromStr` (the code) and serde (the code).
macro_rules! coded_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident as $list:literal {
            $($(#[$variant_meta:meta])* $variant:ident = $code:literal, $label:literal;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $code)] $variant,)+
        }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Stable and stored: `snake_case`.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// As shown to people.
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$variant => $label,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.label())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::UnknownCode;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err(crate::UnknownCode { list: $list, code: code.to_owned() }),
                }
            }
        }
    };
}

pub(crate) use coded_enum;

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use crate::job::JobStatus;
    use crate::run::RunStatus;

    #[test]
    fn a_code_is_what_is_stored_and_sent() {
        for status in JobStatus::ALL {
            assert_eq!(JobStatus::from_str(status.code()), Ok(*status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.code());
        }
        let unknown = RunStatus::from_str("Completed").unwrap_err();
        assert_eq!(unknown.to_string(), "`Completed` is no run status");
    }

    #[test]
    fn labels_are_the_words_of_the_product() {
        let labels: Vec<&str> = JobStatus::ALL.iter().map(|status| status.label()).collect();
        assert_eq!(
            labels,
            [
                "Draft",
                "Sampling",
                "Sampling failed",
                "Active",
                "Paused",
                "Halted",
                "Completed"
            ]
        );
        assert_eq!(
            RunStatus::PartiallyCompleted.to_string(),
            "Partially Completed"
        );
    }
}
