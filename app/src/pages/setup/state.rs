//! What the set-up holds while it is open: what is saved, and what the forms say.

use domain::job::JobStatus;
use leptos::prelude::*;

use super::basics::BasicsForm;
use super::review::ReviewForm;
use super::sample::{FileFacts, SampleForm};
use super::saving::Saving;
use super::schedule::ScheduleEditor;
use super::source::SourceEditor;
use super::step::Step;
use crate::live::{Live, use_live};
use crate::pages::leave::{Unsaved, warn_of_unsaved_changes};
use crate::wire::SetupView;

/// In context below the set-up page.
#[derive(Clone, Copy)]
pub struct Setup {
    namespace: StoredValue<String>,
    live: Live,
    /// As it was saved last.
    pub view: RwSignal<SetupView>,
    pub saving: RwSignal<Saving>,
    pub basics: BasicsForm,
    pub source: SourceEditor,
    pub sample: SampleForm,
    pub schedule: ScheduleEditor,
    pub review: ReviewForm,
}

impl Setup {
    pub fn new(namespace: String, saved: SetupView) -> Self {
        Self {
            namespace: StoredValue::new(namespace),
            live: use_live(),
            basics: BasicsForm::new(&saved),
            source: SourceEditor::new(&saved),
            sample: SampleForm::new(&saved),
            schedule: ScheduleEditor::new(&saved),
            review: ReviewForm::default(),
            saving: RwSignal::new(Saving::Idle),
            view: RwSignal::new(saved),
        }
    }

    /// Of the namespace, in URLs.
    pub fn namespace(self) -> String {
        self.namespace.get_value()
    }

    pub fn job(self) -> String {
        self.view.read_untracked().id.clone()
    }

    pub fn job_page(self) -> String {
        format!("/n/{}/jobs/{}", self.namespace(), self.job())
    }

    pub fn url(self, step: Step) -> String {
        self.namespace
            .with_value(|namespace| step.url(namespace, &self.view.read_untracked().id))
    }

    /// Shows what is saved, in place of everything that was changed here.
    pub fn show(self, saved: SetupView) {
        self.basics.show(&saved);
        self.source.show(&saved);
        self.sample.show(&saved);
        self.schedule.show(&saved);
        self.saving.set(Saving::Idle);
        self.view.set(saved);
    }

    pub fn discard_changes(self) {
        self.show(self.view.get_untracked());
    }

    /// Asks before they are lost.
    pub fn warn_of_unsaved_changes(self) {
        warn_of_unsaved_changes(Unsaved {
            question: "What you changed in this set-up is not saved, or a file is being uploaded. Leave and give it up?",
            inside: Some(".setup"),
            is_busy: move || self.is_busy(),
            discard: move || self.discard_changes(),
        });
    }

    /// Whether the page was left; nothing of it can be read any more.
    pub fn is_gone(self) -> bool {
        self.view.is_disposed()
    }

    /// Whether a file has the name and size of the one that the saved sample was cut from.
    pub fn is_saved_sample(self, file: &FileFacts) -> bool {
        let view = self.view.read_untracked();
        view.sample
            .as_ref()
            .is_some_and(|sample| sample.file_name == file.name && sample.file_bytes == file.bytes)
    }

    /// The status that another person or another tab has given the job: what is shown here can be saved no more.
    pub fn activated_elsewhere(self) -> Option<JobStatus> {
        let view = self.view.read();
        if view.is_edit() || self.is_saving() || self.review.is_uploading() {
            return None;
        }
        match self.live.status(&view.id)? {
            JobStatus::Draft | JobStatus::Sampling | JobStatus::SamplingFailed => None,
            status @ (JobStatus::Active
            | JobStatus::Paused
            | JobStatus::Halted
            | JobStatus::Completed) => Some(status),
        }
    }

    pub fn is_saving(self) -> bool {
        matches!(*self.saving.read(), Saving::UnderWay)
    }

    pub fn is_dirty(self) -> bool {
        let saved = self.view.read();
        self.basics.differs(&saved)
            || self.source.differs(&saved)
            || self.sample.differs(&saved)
            || self.schedule.differs(&saved)
    }

    /// Whether leaving loses something.
    pub fn is_busy(self) -> bool {
        untrack(|| self.is_dirty() || self.review.is_uploading())
    }
}
