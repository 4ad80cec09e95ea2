//! Review: what each step decided, the whole file checked if wanted, then uploaded and imported.

mod decisions;
mod empty_cells;
mod file_check;
mod file_report;
mod present;
mod rows_left;
mod transfer;

use domain::settings::{Schedule, SourceKind};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use leptos_router::hooks::use_navigate;

use super::edit::saver_of_changes;
use super::foot::{Foot, Then};
use super::sample::{FileChooser, ReplaceButton, choose_whole, name_chosen};
use super::state::Setup;
use super::step::Step;
use super::words;
use crate::sample::client;
use crate::sample::protocol::Request;
use crate::upload::{Cancel, Progress};

use self::present::BeginWith;
pub use self::transfer::UnderWayElsewhere;
use crate::wire::SetupView;
pub use file_check::{FileCheckState, WholeFileCheck};
pub use transfer::{FootOrTransfer, TransferOutcome, upload_new_file};

#[derive(Clone, Copy)]
pub struct ReviewForm {
    pub check: RwSignal<FileCheckState>,
    /// The file was chosen on this page, so it may be another one than the sample was cut from.
    pub is_chosen_here: RwSignal<bool>,
    /// Of the check under way in the worker.
    pub check_call: StoredValue<Option<u32>>,
    pub transfer: RwSignal<Transfer>,
    pub cancel: StoredValue<Cancel>,
    /// The finished upload, so that a failed activation does not send the file again.
    pub uploaded: StoredValue<Option<String>>,
    pub begin: BeginWith,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub enum Transfer {
    #[default]
    Idle,
    Uploading(Option<Progress>),
    Activating,
    /// By the person.
    Cancelled,
    Failed(String),
}

impl Default for ReviewForm {
    fn default() -> Self {
        Self {
            check: RwSignal::new(FileCheckState::NotAsked),
            is_chosen_here: RwSignal::new(false),
            check_call: StoredValue::new(None),
            transfer: RwSignal::new(Transfer::Idle),
            cancel: StoredValue::new(Cancel::default()),
            uploaded: StoredValue::new(None),
            begin: BeginWith::default(),
        }
    }
}

impl ReviewForm {
    pub fn is_uploading(self) -> bool {
        matches!(
            *self.transfer.read(),
            Transfer::Uploading(_) | Transfer::Activating
        )
    }

    pub fn is_uploading_untracked(self) -> bool {
        untrack(|| self.is_uploading())
    }

    pub fn cancel(self) {
        self.cancel.with_value(Cancel::cancel);
    }

    pub fn stop_check(self) {
        if let Some(call) = self.check_call.get_value() {
            // A worker that is gone checks nothing any more.
            let _ = client::send(Request::Cancel { call }, None);
        }
    }

    /// For another file: what was found out about the one before does not hold.
    pub fn forget(self) {
        self.cancel();
        self.stop_check();
        self.check_call.set_value(None);
        self.check.set(FileCheckState::NotAsked);
        self.transfer.set(Transfer::Idle);
        self.uploaded.set_value(None);
        self.is_chosen_here.set(false);
    }
}

#[component]
pub fn ReviewStep() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let form = setup.review;
    let navigate = use_navigate();
    Effect::new(move || name_chosen(setup));

    let go = Callback::new(move |then| {
        let navigate = navigate.clone();
        let jobs = format!("/n/{}/jobs", setup.namespace());
        match then {
            Then::Close => navigate(&jobs, leptos_router::NavigateOptions::default()),
            Then::Continue => spawn_local(async move {
                if let Some(page) = transfer::upload_and_activate(setup).await {
                    navigate(&page, leptos_router::NavigateOptions::default());
                }
            }),
        }
    });
    let blocked = Memo::new(move |_| hindrance(setup));
    let uploads = takes_uploads(&setup.view.read_untracked());
    let note = Signal::derive(move || match (form.transfer.get(), uploads) {
        (Transfer::Idle | Transfer::Cancelled, true) if runs_at_once(setup) => {
            "The import starts as soon as the file is uploaded.".to_owned()
        }
        (Transfer::Idle | Transfer::Cancelled, true) => {
            "The job waits for its time when the file is uploaded.".to_owned()
        }
        (Transfer::Idle | Transfer::Cancelled, false) if runs_at_once(setup) => {
            "The job looks into the folder at once.".to_owned()
        }
        (Transfer::Idle | Transfer::Cancelled, false) => {
            "The job looks into the folder when its time comes.".to_owned()
        }
        (Transfer::Activating, _) => "The import is being started.".to_owned(),
        (Transfer::Uploading(_) | Transfer::Failed(_), _) => String::new(),
    });
    if setup.view.read_untracked().is_edit() {
        return view! { <ReviewChanges /> }.into_any();
    }
    let forward = match (uploads, runs_at_once(setup)) {
        (true, true) => "Upload and start import",
        (true, false) => "Upload and activate",
        (false, _) => "Activate",
    };
    let whole_file = uploads.then(|| {
        view! {
            <WholeFile />
            <file_check::WholeFileCheck />
        }
    });
    let present = (!uploads).then(|| view! { <present::PresentFiles /> });
    view! {
        <decisions::Decisions />
        {whole_file}
        {present}
        <rows_left::RowsLeft />
        <TransferOutcome />
        <FootOrTransfer>
            <Foot step=Step::Review save=go blocked note forward />
        </FootOrTransfer>
    }
    .into_any()
}

/// Else the job finds its files by itself.
fn takes_uploads(view: &SetupView) -> bool {
    view.settings
        .source
        .as_ref()
        .is_none_or(|source| *source == SourceKind::Upload)
}

fn runs_at_once(setup: Setup) -> bool {
    let view = setup.view.read_untracked();
    view.settings
        .schedule
        .as_ref()
        .is_none_or(|schedule| *schedule == Schedule::Now)
}

/// Of a job that is set up already: nothing is uploaded, the next run uses what is saved.
#[component]
fn ReviewChanges() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let navigate = use_navigate();
    let save_changes = saver_of_changes(setup);
    let go = Callback::new(move |then| match then {
        Then::Close => {
            let jobs = format!("/n/{}/jobs", setup.namespace());
            navigate(&jobs, leptos_router::NavigateOptions::default());
        }
        Then::Continue => save_changes.run(()),
    });
    let blocked = Memo::new(move |_| {
        let view = setup.view.read();
        unfinished_step(&view).or_else(|| (!view.edited).then(|| "Nothing is changed.".to_owned()))
    });
    let note = Signal::derive(|| {
        "The next run uses the changes. A file that waits for its time stays the one that it was."
            .to_owned()
    });
    view! {
        <decisions::Decisions />
        <Foot step=Step::Review save=go blocked note forward="Save changes" />
    }
    .into_any()
}

fn unfinished_step(view: &SetupView) -> Option<String> {
    [Step::Basics, Step::Source, Step::Sample, Step::Schedule]
        .into_iter()
        .find(|step| !step.is_decided(view))
        .map(|open| format!("“{}” is not finished.", open.title()))
}

fn hindrance(setup: Setup) -> Option<String> {
    let view = setup.view.read();
    if let Some(unfinished) = unfinished_step(&view) {
        return Some(unfinished);
    }
    if setup.activated_elsewhere().is_some() {
        return Some("The job was activated somewhere else in the meantime.".to_owned());
    }
    if takes_uploads(&view)
        && setup.sample.file.read().is_none()
        && !untrack(|| transfer::is_whole_in_sample(setup))
    {
        return Some("Choose the whole file.".to_owned());
    }
    if setup.review.begin.is_open() {
        return Some("Say what becomes of the files that lie in the folder.".to_owned());
    }
    setup
        .review
        .is_uploading()
        .then(|| "The import is being started.".to_owned())
}

/// The file that is uploaded; asked for again where the set-up was resumed in another tab or on another day.
#[component]
fn WholeFile() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let on_file = Callback::new(move |file: web_sys::File| {
        setup.review.forget();
        setup.review.is_chosen_here.set(true);
        choose_whole(setup, file);
    });
    let expected = move || {
        setup
            .view
            .read()
            .sample
            .as_ref()
            .map(|sample| (sample.file_name.clone(), sample.file_bytes))
    };
    let prompt = Signal::derive(move || match expected() {
        Some((name, _)) => format!("Choose {name} again: the whole file"),
        None => "Choose the whole file".to_owned(),
    });
    let hint = Signal::derive(move || match expected() {
        Some((_, bytes)) if transfer::is_whole_in_sample(setup) => {
            format!(
                "All of it, {}, is uploaded with the sample: the import can start without choosing it again.",
                words::bytes(bytes)
            )
        }
        Some((_, bytes)) => format!(
            "Its sample is saved; the whole file has {}.",
            words::bytes(bytes)
        ),
        None => String::new(),
    });
    let difference = move || {
        let (name, bytes) = expected()?;
        let file = setup.sample.file.get()?;
        (file.name != name || file.bytes != bytes).then(|| {
            let sentence = format!(
                "This is another file than the one that the set-up was made with: {name}, {}. Check it before you upload it.",
                words::bytes(bytes)
            );
            view! { <div class="note warning" role="alert">{sentence}</div> }
        })
    };
    let facts = move || {
        setup.sample.file.get().map(|file| {
            view! {
                <div class="card chosen-file">
                    <b>{file.name}</b>
                    <span class="muted">{words::bytes(file.bytes)}</span>
                    <ReplaceButton on_file />
                </div>
            }
        })
    };
    view! {
        <div class="section-head">
            <h2>"The file"</h2>
        </div>
        {facts}
        <Show when=move || setup.sample.file.read().is_none()>
            <FileChooser prompt hint on_file />
        </Show>
        {difference}
    }
}
