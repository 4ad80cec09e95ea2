//! A status: icon, word and colour, never colour alone.

use domain::job::JobStatus;
use domain::run::RunStatus;
use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// What a colour says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    Success,
    Progress,
    Waiting,
    Warning,
    Failure,
}

impl Meaning {
    pub const fn class(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Progress => "progress",
            Self::Waiting => "waiting",
            Self::Warning => "warning",
            Self::Failure => "failure",
        }
    }
}

pub const fn look_of_job(status: JobStatus) -> (Meaning, Glyph) {
    match status {
        JobStatus::Draft => (Meaning::Waiting, Glyph::Pencil),
        JobStatus::Sampling => (Meaning::Waiting, Glyph::Clock),
        JobStatus::SamplingFailed => (Meaning::Failure, Glyph::Cross),
        JobStatus::Active => (Meaning::Success, Glyph::Pulse),
        JobStatus::Paused => (Meaning::Waiting, Glyph::Bars),
        JobStatus::Halted => (Meaning::Failure, Glyph::BarredCross),
        JobStatus::Completed => (Meaning::Success, Glyph::Check),
    }
}

pub const fn look_of_run(status: RunStatus) -> (Meaning, Glyph) {
    match status {
        RunStatus::Queued => (Meaning::Waiting, Glyph::Clock),
        RunStatus::Validating | RunStatus::Importing | RunStatus::Processing => {
            (Meaning::Progress, Glyph::Stage)
        }
        RunStatus::Completed => (Meaning::Success, Glyph::Check),
        RunStatus::PartiallyCompleted => (Meaning::Warning, Glyph::HalfCheck),
        RunStatus::Failed => (Meaning::Failure, Glyph::Cross),
        RunStatus::Halted => (Meaning::Failure, Glyph::BarredCross),
        RunStatus::Cancelled => (Meaning::Waiting, Glyph::LinedCircle),
    }
}

#[component]
pub fn JobBadge(#[prop(into)] status: Signal<JobStatus>) -> impl IntoView {
    badge(Signal::derive(move || {
        let status = status.get();
        (look_of_job(status), status.label())
    }))
}

#[component]
pub fn RunBadge(#[prop(into)] status: Signal<RunStatus>) -> impl IntoView {
    badge(Signal::derive(move || {
        let status = status.get();
        (look_of_run(status), status.label())
    }))
}

/// A state that was there when the page came stands still; a later one slides in once.
fn badge(shown: Signal<((Meaning, Glyph), &'static str)>) -> AnyView {
    let shown = Memo::new(move |_| shown.get());
    let changes = StoredValue::new(0_u32);
    let view = move || {
        let ((meaning, glyph), word) = shown.get();
        let arriving = if changes.get_value() > 0 {
            " arriving"
        } else {
            ""
        };
        changes.update_value(|changes| *changes += 1);
        let class = format!("badge {}{arriving}", meaning.class());
        view! {
            <span class=class>
                <Icon glyph size=13 />
                {word}
            </span>
        }
    };
    view.into_any()
}
