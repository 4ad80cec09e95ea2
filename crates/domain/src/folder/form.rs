//! What a person fills in to say which files of a folder a job takes. Browser and server read it by the same rules.

use serde::{Deserialize, Serialize};

use jiff::civil::Time;

use super::{Afterwards, FolderProblem, FolderSource, NothingNew, Repeats, Subfolder, Take};
use crate::code::coded_enum;

coded_enum! {
    pub enum AfterwardsKind as "thing to do with a file" {
        Leave = "leave", "Leave it where it is";
        Move = "move", "Move it into another folder";
        Delete = "delete", "Delete it";
    }
}

/// Everything that the form holds, of the parts that are not shown too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FolderForm {
    pub folder: String,
    pub subfolder: String,
    pub pattern: String,
    pub capitals_matter: bool,
    pub minimum_age_seconds: String,
    /// Empty: no marker is waited for.
    pub done_marker: String,
    pub take: Take,
    pub afterwards: AfterwardsKind,
    /// Where files are moved.
    pub move_into: String,
    /// Empty: files that failed stay.
    pub failed_into: String,
    pub repeats: Repeats,
    pub nothing_new_is_well: bool,
    /// Empty: at no time.
    pub expected_by: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FolderField {
    Folder,
    Subfolder,
    Pattern,
    MinimumAge,
    DoneMarker,
    MoveInto,
    FailedInto,
    ExpectedBy,
}

/// What does not hold, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct FolderFormProblem {
    pub field: FolderField,
    pub sentence: String,
    pub hint: &'static str,
}

impl FolderField {
    /// Stable, as in an error's field.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::Subfolder => "subfolder",
            Self::Pattern => "pattern",
            Self::MinimumAge => "minimum_age_seconds",
            Self::DoneMarker => "done_marker",
            Self::MoveInto => "move_into",
            Self::FailedInto => "failed_into",
            Self::ExpectedBy => "expected_by",
        }
    }
}

impl Default for FolderForm {
    fn default() -> Self {
        Self::new("")
    }
}

impl FolderForm {
    /// A week.
    pub const LONGEST_AGE_SECONDS: u32 = 7 * 24 * 3600;

    /// What is chosen before anything is.
    pub fn new(folder: &str) -> Self {
        Self {
            folder: folder.to_owned(),
            subfolder: String::new(),
            pattern: "*.csv".to_owned(),
            capitals_matter: false,
            minimum_age_seconds: "10".to_owned(),
            done_marker: String::new(),
            take: Take::Newest,
            afterwards: AfterwardsKind::Leave,
            move_into: "done".to_owned(),
            failed_into: String::new(),
            repeats: Repeats::default(),
            nothing_new_is_well: false,
            expected_by: String::new(),
        }
    }

    /// The form that says this source.
    pub fn of(source: &FolderSource) -> Self {
        let mut form = Self {
            subfolder: source.subfolder.to_string(),
            pattern: source.pattern.to_string(),
            capitals_matter: source.capitals_matter,
            minimum_age_seconds: source.minimum_age_seconds.to_string(),
            done_marker: source
                .done_marker
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            take: source.take,
            failed_into: source
                .failed_into
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            repeats: source.repeats,
            ..Self::new(source.folder.as_str())
        };
        form.afterwards = match &source.afterwards {
            Afterwards::Leave => AfterwardsKind::Leave,
            Afterwards::Delete => AfterwardsKind::Delete,
            Afterwards::Move(into) => {
                form.move_into = into.to_string();
                AfterwardsKind::Move
            }
        };
        if let NothingNew::Completes { expected_by } = source.nothing_new {
            form.nothing_new_is_well = true;
            form.expected_by = expected_by
                .map(|time| time.strftime("%H:%M").to_string())
                .unwrap_or_default();
        }
        form
    }

    pub fn parse(&self) -> Result<FolderSource, FolderFormProblem> {
        let folder = self.folder.parse().map_err(|_| FolderFormProblem {
            field: FolderField::Folder,
            sentence: "No folder is chosen.".to_owned(),
            hint: "Choose one of the list.",
        })?;
        let afterwards = match self.afterwards {
            AfterwardsKind::Leave => Afterwards::Leave,
            AfterwardsKind::Delete => Afterwards::Delete,
            AfterwardsKind::Move => {
                Afterwards::Move(below(FolderField::MoveInto, &self.move_into)?)
            }
        };
        let marker = self.done_marker.trim();
        let done_marker = match marker {
            "" => None,
            marker => Some(
                marker
                    .parse()
                    .map_err(|problem| at(FolderField::DoneMarker, problem))?,
            ),
        };
        Ok(FolderSource {
            folder,
            subfolder: self
                .subfolder
                .trim()
                .parse()
                .map_err(|problem| at(FolderField::Subfolder, problem))?,
            pattern: self
                .pattern
                .parse()
                .map_err(|problem| at(FolderField::Pattern, problem))?,
            capitals_matter: self.capitals_matter,
            minimum_age_seconds: self.minimum_age()?,
            done_marker,
            take: self.take,
            afterwards,
            failed_into: match self.failed_into.trim() {
                "" => None,
                into => Some(below(FolderField::FailedInto, into)?),
            },
            repeats: self.repeats,
            nothing_new: if self.nothing_new_is_well {
                NothingNew::Completes {
                    expected_by: self.expected_by()?,
                }
            } else {
                NothingNew::Fails
            },
        })
    }

    fn expected_by(&self) -> Result<Option<Time>, FolderFormProblem> {
        let text = self.expected_by.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let time = Time::strptime("%H:%M", text).map_err(|_| FolderFormProblem {
            field: FolderField::ExpectedBy,
            sentence: format!("`{text}` is not a time of day."),
            hint: "Write hours and minutes, such as `09:30`.",
        })?;
        Ok(Some(time))
    }

    fn minimum_age(&self) -> Result<u32, FolderFormProblem> {
        let text = self.minimum_age_seconds.trim();
        text.parse()
            .ok()
            .filter(|seconds| *seconds <= Self::LONGEST_AGE_SECONDS)
            .ok_or_else(|| FolderFormProblem {
                field: FolderField::MinimumAge,
                sentence: format!("`{text}` is no number of seconds up to a week."),
                hint: "Give a number from 0 to 604800.",
            })
    }
}

/// Below the folder that the files come from: in that folder itself they would be found again.
fn below(field: FolderField, text: &str) -> Result<Subfolder, FolderFormProblem> {
    let into: Subfolder = text.trim().parse().map_err(|problem| at(field, problem))?;
    if into.is_empty() {
        return Err(FolderFormProblem {
            field,
            sentence: "The files would be moved to where they are.".to_owned(),
            hint: "Name a subfolder, such as `done`.",
        });
    }
    Ok(into)
}

/// The problem's own sentence says what to do.
fn at(field: FolderField, problem: FolderProblem) -> FolderFormProblem {
    FolderFormProblem {
        field,
        sentence: problem.to_string(),
        hint: "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_the_source_that_it_was_made_of() {
        let form = FolderForm {
            subfolder: "shop/orders".to_owned(),
            minimum_age_seconds: " 60 ".to_owned(),
            done_marker: ".done".to_owned(),
            take: Take::AllInOrder,
            afterwards: AfterwardsKind::Move,
            move_into: "taken/".to_owned(),
            failed_into: "failed".to_owned(),
            capitals_matter: true,
            repeats: Repeats::PassOver,
            nothing_new_is_well: true,
            expected_by: "09:30".to_owned(),
            ..FolderForm::new("exports")
        };
        let source = form.parse().unwrap();
        assert_eq!(source.words(), "exports/shop/orders · *.csv");
        assert_eq!(FolderForm::of(&source).parse().unwrap(), source);
    }

    #[test]
    fn what_does_not_hold_is_named() {
        type Change = fn(&mut FolderForm);
        let cases: [(Change, FolderField); 10] = [
            (|form| form.folder.clear(), FolderField::Folder),
            (
                |form| form.subfolder = "../x".to_owned(),
                FolderField::Subfolder,
            ),
            (
                |form| form.pattern = "{day}.csv".to_owned(),
                FolderField::Pattern,
            ),
            (
                |form| form.minimum_age_seconds = "-1".to_owned(),
                FolderField::MinimumAge,
            ),
            (
                |form| form.minimum_age_seconds = "604801".to_owned(),
                FolderField::MinimumAge,
            ),
            (
                |form| form.done_marker = "/x".to_owned(),
                FolderField::DoneMarker,
            ),
            (|form| form.move_into.clear(), FolderField::MoveInto),
            (
                |form| form.move_into = "/tmp".to_owned(),
                FolderField::MoveInto,
            ),
            (
                |form| form.failed_into = "../failed".to_owned(),
                FolderField::FailedInto,
            ),
            (
                |form| form.expected_by = "25:00".to_owned(),
                FolderField::ExpectedBy,
            ),
        ];
        for (change, field) in cases {
            let mut form = FolderForm {
                afterwards: AfterwardsKind::Move,
                nothing_new_is_well: true,
                ..FolderForm::new("exports")
            };
            change(&mut form);
            assert_eq!(form.parse().unwrap_err().field, field, "{form:?}");
        }
    }
}
