//! The steps of the set-up, and what each has decided in a few words.

use domain::settings::{DraftSettings, ImportMethod, Schedule, SourceKind};
use tabular::dialect::{Dialect, HeaderRow};

use super::words;
use crate::wire::SetupView;
use crate::wire::schedule::Sampling;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Basics,
    Source,
    Sample,
    Schedule,
    Review,
}

impl Step {
    pub const ALL: [Self; 5] = [
        Self::Basics,
        Self::Source,
        Self::Sample,
        Self::Schedule,
        Self::Review,
    ];

    /// The step that the last part of a URL names; the first one where it names none.
    pub fn from_segment(segment: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|step| step.segment() == segment)
            .unwrap_or(Self::Basics)
    }

    pub fn segment(self) -> &'static str {
        match self {
            Self::Basics => "basics",
            Self::Source => "source",
            Self::Sample => "sample",
            Self::Schedule => "schedule",
            Self::Review => "review",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Basics => "Basics",
            Self::Source => "Source",
            Self::Sample => "Provide Sample File",
            Self::Schedule => "Schedule",
            Self::Review => "Review",
        }
    }

    pub fn url(self, namespace: &str, job: &str) -> String {
        format!("/n/{namespace}/jobs/{job}/setup/{}", self.segment())
    }

    pub fn before(self) -> Option<Self> {
        let place = Self::ALL.iter().position(|step| *step == self)?;
        place.checked_sub(1).map(|place| Self::ALL[place])
    }

    pub fn after(self) -> Option<Self> {
        let place = Self::ALL.iter().position(|step| *step == self)?;
        Self::ALL.get(place + 1).copied()
    }

    /// Whether what is saved suffices for the steps after this one.
    pub fn is_decided(self, saved: &SetupView) -> bool {
        let settings = &saved.settings;
        match self {
            Self::Basics => settings.method.is_some() && !saved.name.trim().is_empty(),
            Self::Source => settings.source.is_some(),
            Self::Sample => {
                settings.dialect.is_some()
                    && settings.mapping.is_some()
                    && saved.dataset.is_some()
                    && saved
                        .sample
                        .as_ref()
                        .is_some_and(|sample| sample.processed && sample.problem.is_none())
            }
            Self::Schedule => settings.schedule.is_some(),
            Self::Review => false,
        }
    }

    /// What the step has decided, in a few words.
    pub fn summary(self, saved: &SetupView) -> String {
        match self {
            Self::Basics => basics(saved),
            Self::Source => source(&saved.settings, saved),
            Self::Sample => sample(saved),
            Self::Schedule => saved
                .settings
                .schedule
                .as_ref()
                .map_or_else(|| NOT_SET.to_owned(), Schedule::words),
            Self::Review => String::new(),
        }
    }
}

const NOT_SET: &str = "not set";

fn basics(saved: &SetupView) -> String {
    let Some(method) = saved.settings.method else {
        return NOT_SET.to_owned();
    };
    let dataset = saved
        .dataset
        .as_ref()
        .map_or("new dataset", |dataset| dataset.name.as_str());
    format!("{dataset} · {}", method_word(method))
}

fn source(settings: &DraftSettings, saved: &SetupView) -> String {
    match (&settings.source, &saved.sample) {
        (Some(SourceKind::Upload), Some(sample)) => {
            format!(
                "upload · {}, {}",
                sample.file_name,
                words::bytes(sample.file_bytes)
            )
        }
        (Some(SourceKind::Upload), None) => "upload".to_owned(),
        (Some(SourceKind::Folder(folder)), _) => format!("folder · {}", folder.words()),
        (None, _) => NOT_SET.to_owned(),
    }
}

fn sample(saved: &SetupView) -> String {
    match (saved.sampling(), &saved.settings.dialect) {
        (Sampling::UnderWay, _) => "being processed".to_owned(),
        (Sampling::Failed, _) => "could not be processed".to_owned(),
        (_, Some(dialect)) => dialect_summary(dialect),
        (_, None) => NOT_SET.to_owned(),
    }
}

/// "windows-1252 · semicolon · 2 lines skipped".
pub fn dialect_summary(dialect: &Dialect) -> String {
    let mut parts = vec![
        dialect.encoding.label(),
        words::delimiter(dialect.delimiter),
    ];
    match dialect.preamble_rows {
        0 => {}
        1 => parts.push("1 line skipped".to_owned()),
        rows => parts.push(format!("{rows} lines skipped")),
    }
    if dialect.header == HeaderRow::Absent {
        parts.push("no header".to_owned());
    }
    parts.join(" · ")
}

pub fn method_word(method: ImportMethod) -> &'static str {
    match method {
        ImportMethod::Insert => "insert",
        ImportMethod::Upsert => "upsert",
        ImportMethod::Update => "update",
        ImportMethod::Delete => "delete",
        ImportMethod::ReplaceAll => "replace all",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_follow_each_other_and_are_found_by_their_segment() {
        for pair in Step::ALL.windows(2) {
            assert_eq!(pair[0].after(), Some(pair[1]));
            assert_eq!(pair[1].before(), Some(pair[0]));
        }
        for step in Step::ALL {
            assert_eq!(Step::from_segment(step.segment()), step);
        }
        assert_eq!(Step::from_segment("elsewhere"), Step::Basics);
    }

    #[test]
    fn dialect_is_summed_up_by_what_is_unusual() {
        assert_eq!(dialect_summary(&Dialect::default()), "utf-8 · comma");
        let dialect = Dialect {
            delimiter: Some(';'),
            preamble_rows: 2,
            header: HeaderRow::Absent,
            ..Dialect::default()
        };
        assert_eq!(
            dialect_summary(&dialect),
            "utf-8 · semicolon · 2 lines skipped · no header"
        );
    }
}
