//! Content that a job has imported before, and comes again: under another name, after something newer, or with more behind it. That
//! a file equals the last import of its own name is no repeat: it is the file that was imported.

use serde::{Deserialize, Serialize};

use crate::code::coded_enum;
use crate::name::shown_file_name;
use crate::settings::ImportMethod;

coded_enum! {
    /// What a job does with repeated content.
    #[derive(Default)]
    pub enum Repeats as "choice for repeated content" {
        #[default]
        ByMethod = "by_method", "Ask if its rows would come in twice, else import it";
        Import = "import", "Import it again";
        PassOver = "pass_over", "Pass over it";
        Ask = "ask", "Halt and ask";
    }
}

/// What a run does with the file that repeats content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnRepeat {
    Import,
    PassOver,
    Ask,
}

coded_enum! {
    pub enum RepeatKind as "kind of repeat" {
        /// As a file of another name.
        SameContent = "same_content", "It has the content of a file that was imported under another name";
        /// As its own name had it, before something else was imported under it.
        OlderContent = "older_content", "It has an older content again: something newer was imported under its name since";
        /// The last import of its name, and more.
        Grown = "grown", "It begins with all that was imported under its name, and has grown since";
    }
}

/// How a file repeats what was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    pub kind: RepeatKind,
    /// The file that was imported.
    pub name: String,
}

/// An import of the job that is not the last of the file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EarlierImport<'take> {
    pub name: &'take str,
    /// Of the place and the name of the file.
    pub is_of_this_name: bool,
}

impl Repeats {
    pub const fn with(self, method: ImportMethod) -> OnRepeat {
        let doubles_rows = match method {
            ImportMethod::Insert => true,
            ImportMethod::Upsert
            | ImportMethod::Update
            | ImportMethod::Delete
            | ImportMethod::ReplaceAll => false,
        };
        match self {
            Self::PassOver => OnRepeat::PassOver,
            Self::Ask => OnRepeat::Ask,
            Self::ByMethod if doubles_rows => OnRepeat::Ask,
            Self::ByMethod | Self::Import => OnRepeat::Import,
        }
    }
}

impl Repeat {
    /// `same`: imports of the same content, the latest first, without the last import of the file's own name. `grown`: it begins with the
    /// bytes of that one.
    pub fn of<'take>(
        name: &str,
        same: impl IntoIterator<Item = EarlierImport<'take>>,
        grown: bool,
    ) -> Option<Self> {
        let repeat = |kind, name: &str| Self {
            kind,
            name: shown_file_name(name),
        };
        let earlier = same.into_iter().next().map(|import| {
            if import.is_of_this_name {
                repeat(RepeatKind::OlderContent, name)
            } else {
                repeat(RepeatKind::SameContent, import.name)
            }
        });
        earlier.or_else(|| grown.then(|| repeat(RepeatKind::Grown, name)))
    }

    /// What a person is told about the file.
    pub fn sentence(&self) -> String {
        match self.kind {
            RepeatKind::SameContent => format!(
                "It has the content of “{}”, which was imported before.",
                self.name
            ),
            kind @ (RepeatKind::OlderContent | RepeatKind::Grown) => format!("{kind}."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_default_what_would_double_rows_is_asked() {
        assert_eq!(Repeats::default().with(ImportMethod::Insert), OnRepeat::Ask);
        for method in [
            ImportMethod::Upsert,
            ImportMethod::Update,
            ImportMethod::Delete,
            ImportMethod::ReplaceAll,
        ] {
            assert_eq!(Repeats::default().with(method), OnRepeat::Import);
            assert_eq!(Repeats::Ask.with(method), OnRepeat::Ask);
            assert_eq!(Repeats::PassOver.with(method), OnRepeat::PassOver);
        }
        assert_eq!(Repeats::Import.with(ImportMethod::Insert), OnRepeat::Import);
    }

    #[test]
    fn a_repeat_is_named_by_what_it_repeats() {
        let import = |name, is_of_this_name| EarlierImport {
            name,
            is_of_this_name,
        };
        let kind = |same: &[EarlierImport<'_>], grown| {
            let repeat = Repeat::of("a.csv", same.iter().copied(), grown)?;
            Some((repeat.kind, repeat.name))
        };
        assert_eq!(kind(&[], false), None);
        assert_eq!(kind(&[], true), Some((RepeatKind::Grown, "a.csv".into())));
        // The latest import counts, and equal content goes before a beginning.
        for (same, expected) in [
            (
                [import("b.csv", false), import("a.csv", true)],
                (RepeatKind::SameContent, "b.csv"),
            ),
            (
                [import("a.csv", true), import("b.csv", false)],
                (RepeatKind::OlderContent, "a.csv"),
            ),
        ] {
            assert_eq!(kind(&same, true), Some((expected.0, expected.1.into())));
        }
    }
}
