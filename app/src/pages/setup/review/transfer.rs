//! Uploading the whole file and starting the import.

use leptos::prelude::*;

use super::{Transfer, takes_uploads};
use crate::components::progress::ProgressBar;
use crate::pages::setup::sample::refused;
use crate::pages::setup::saving::Saving;
use crate::pages::setup::state::Setup;
use crate::pages::setup::step::Step;
use crate::pages::setup::words;
use crate::sample::chosen;
use crate::server_fns::error::{AppError, ErrorKind};
use crate::server_fns::jobs::run_with_new_file;
use crate::server_fns::setup::{activate, setup as load_setup};
use crate::upload::{
    Cancel, Progress, UploadError, forget, give_up, is_readable, upload_resumably,
};

/// Answers the page to go to: the run's, or the job's where it runs later. `None` where it did not get so far, which the
/// page says.
pub async fn upload_and_activate(setup: Setup) -> Option<String> {
    let form = setup.review;
    if form.is_uploading_untracked() {
        return None;
    }
    setup.saving.set(Saving::Idle);
    form.transfer.set(Transfer::Activating);
    if !may_go_on(setup).await {
        return None;
    }
    let file = match form.uploaded.get_value() {
        Some(uploaded) => Some(uploaded),
        None if !takes_uploads(&setup.view.read_untracked()) => None,
        None if is_whole_in_sample(setup) => None,
        None => Some(upload_file(setup).await?),
    };
    if untrack(|| setup.is_dirty()) {
        let uploaded = "The file is uploaded, and nothing was started: you have changed the set-up meanwhile. Save the changes, then start it here.";
        form.transfer.set(Transfer::Failed(uploaded.to_owned()));
        return None;
    }
    let version = setup.view.read_untracked().version;
    // Calls of the server are large futures.
    let leave_out = form.begin.left_out_untracked();
    let activating = activate(setup.namespace(), setup.job(), version, file, leave_out);
    let activating = Box::pin(activating);
    let run = begin(setup, activating).await?;
    let namespace = setup.namespace();
    Some(match run {
        Some(run) => format!("/n/{namespace}/runs/{run}"),
        None => format!("/n/{namespace}/jobs/{}", setup.job()),
    })
}

/// Uploads the file that was chosen for a job that is set up, and queues its run; answers the job.
pub async fn upload_new_file(setup: Setup) -> Option<String> {
    let form = setup.review;
    if form.is_uploading_untracked() {
        return None;
    }
    setup.saving.set(Saving::Idle);
    let file = match form.uploaded.get_value() {
        Some(uploaded) => uploaded,
        None => upload_file(setup).await?,
    };
    let running = Box::pin(run_with_new_file(setup.namespace(), setup.job(), file));
    begin(setup, running).await
}

async fn begin<T>(setup: Setup, beginning: impl Future<Output = Result<T, AppError>>) -> Option<T> {
    setup.review.transfer.set(Transfer::Activating);
    let begun = beginning.await;
    if setup.is_gone() {
        return None;
    }
    match begun {
        Ok(begun) => {
            if let Some(used) = setup.review.uploaded.get_value() {
                forget(&used);
            }
            chosen::forget(&setup.job());
            Some(begun)
        }
        Err(error) => {
            let form = setup.review;
            form.transfer.set(Transfer::Idle);
            // Somebody was faster: what they have saved wants a file of its own.
            if error.kind == ErrorKind::ChangedMeanwhile
                && let Some(unused) = form.uploaded.get_value()
            {
                form.uploaded.set_value(None);
                give_up(&setup.namespace(), &unused);
            }
            say(setup, error);
            None
        }
    }
}

/// Looks again at what may have changed while the page was open: the set-up, and the chosen file. A refusal that can be known
/// before anything is sent is not said after it.
async fn may_go_on(setup: Setup) -> bool {
    let shown = setup.view.read_untracked().version;
    let saved = Box::pin(load_setup(setup.namespace(), setup.job())).await;
    if setup.is_gone() {
        return false;
    }
    match saved {
        Ok(view) if view.version == shown => {}
        Ok(_) => {
            say(setup, changed_meanwhile());
            return false;
        }
        Err(error) => {
            setup.review.transfer.set(Transfer::Idle);
            setup.saving.set(Saving::Failed(error));
            return false;
        }
    }
    // Also where nothing more is sent: what the sample holds is then not the file any more.
    if let Some(file) = chosen::chosen(&setup.job())
        && !is_readable(&file.blob).await
    {
        if !setup.is_gone() {
            let reason = UploadError::FileChanged.to_string();
            setup.review.transfer.set(Transfer::Failed(reason));
        }
        return false;
    }
    !setup.is_gone()
}

fn changed_meanwhile() -> AppError {
    AppError {
        kind: ErrorKind::ChangedMeanwhile,
        message: "Nothing was uploaded.".to_owned(),
        hint: String::new(),
    }
}

/// Whether the saved sample is all of the file, which then needs not be sent again.
pub fn is_whole_in_sample(setup: Setup) -> bool {
    let view = setup.view.read_untracked();
    let is_whole = view
        .sample
        .as_ref()
        .is_some_and(|sample| sample.sample_bytes == sample.file_bytes);
    let is_same =
        !setup.sample.is_new_file.get_untracked() && !setup.review.is_chosen_here.get_untracked();
    is_whole && is_same
}

async fn upload_file(setup: Setup) -> Option<String> {
    let form = setup.review;
    let Some(file) = chosen::chosen(&setup.job()) else {
        form.transfer.set(Transfer::Idle);
        return None;
    };
    let cancel = Cancel::default();
    form.cancel.set_value(cancel.clone());
    form.transfer.set(Transfer::Uploading(None));
    let on_progress = move |progress: Progress| {
        if !setup.is_gone() && form.is_uploading_untracked() {
            form.transfer.set(Transfer::Uploading(Some(progress)));
        }
    };
    let uploaded = upload_resumably(
        &setup.namespace(),
        &file.name,
        &file.blob,
        &cancel,
        on_progress,
    )
    .await;
    if setup.is_gone() {
        return None;
    }
    match uploaded {
        Ok(id) => {
            form.uploaded.set_value(Some(id.clone()));
            Some(id)
        }
        Err(UploadError::Cancelled) => {
            // Another file may be on its way by now.
            if form.is_uploading_untracked() && form.cancel.get_value().is_cancelled() {
                form.transfer.set(Transfer::Cancelled);
            }
            None
        }
        Err(error @ UploadError::SignedOut) => {
            form.transfer.set(Transfer::Idle);
            say(setup, refused(error));
            None
        }
        Err(error) => {
            form.transfer.set(Transfer::Failed(error.to_string()));
            None
        }
    }
}

fn say(setup: Setup, error: AppError) {
    if error.kind != ErrorKind::ChangedMeanwhile {
        setup.review.transfer.set(Transfer::Failed(format!(
            "{} {}",
            error.message, error.hint
        )));
    }
    if matches!(
        error.kind,
        ErrorKind::ChangedMeanwhile | ErrorKind::NotSignedIn
    ) {
        setup.review.transfer.set(Transfer::Idle);
        setup.saving.set(Saving::Failed(error));
    }
}

/// What came of the last attempt.
#[component]
pub fn TransferOutcome() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let transfer = setup.review.transfer;
    move || match transfer.get() {
        Transfer::Failed(reason) => {
            Some(view! { <div class="note failure" role="alert">{reason}</div> }.into_any())
        }
        Transfer::Cancelled => {
            let said = format!("{} Nothing of it is kept.", UploadError::Cancelled);
            Some(view! { <div class="note" role="status">{said}</div> }.into_any())
        }
        Transfer::Idle | Transfer::Uploading(_) | Transfer::Activating => None,
    }
}

/// The foot of a page; while the file is on its way, how far it is. Cancelling stands where no other button has been.
#[component]
pub fn FootOrTransfer(children: ChildrenFn) -> impl IntoView {
    let setup = expect_context::<Setup>();
    let is_uploading =
        Memo::new(move |_| matches!(*setup.review.transfer.read(), Transfer::Uploading(_)));
    move || {
        if is_uploading.get() {
            view! { <TransferState /> }.into_any()
        } else {
            children().into_any()
        }
    }
}

/// On the other steps: that the file is on its way, and where it can be stopped.
#[component]
pub fn UnderWayElsewhere(step: Memo<Step>) -> impl IntoView {
    let setup = expect_context::<Setup>();
    let is_shown = Memo::new(move |_| {
        step.get() != Step::Review
            && matches!(*setup.review.transfer.read(), Transfer::Uploading(_))
    });
    let words = move || match *setup.review.transfer.read() {
        Transfer::Uploading(Some(progress)) => progress_words(&progress),
        _ => String::new(),
    };
    move || {
        is_shown.get().then(|| {
            view! {
                <div class="note">
                    <div>
                        <strong>"The file is being uploaded"</strong>
                        <p>{words}</p>
                        <p>"The import starts with what is saved by then, and not over changes that are not saved."</p>
                        <button type="button" class="button once" on:click=move |_| setup.review.cancel()>
                            "Cancel upload"
                        </button>
                    </div>
                </div>
            }
        })
    }
}

#[component]
fn TransferState() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let transfer = setup.review.transfer;
    let progress = Memo::new(move |_| match *transfer.read() {
        Transfer::Uploading(progress) => progress,
        _ => None,
    });
    let per_mille = Signal::derive(move || {
        let share = progress
            .get()
            .map(|progress| progress.sent_bytes * 1000 / progress.total_bytes.max(1));
        share
            .and_then(|share| u16::try_from(share).ok())
            .unwrap_or_default()
    });
    let words = move || {
        progress
            .get()
            .map_or_else(|| "begins".to_owned(), |progress| progress_words(&progress))
    };
    // The button that had the focus is gone.
    let shown = NodeRef::<leptos::html::Section>::new();
    Effect::new(move || {
        if let Some(shown) = shown.get() {
            // An element that cannot take the focus leaves it where it is.
            let _ = shown.focus();
        }
    });
    view! {
        <section class="setup-foot transfer" aria-label="Upload" tabindex="-1" node_ref=shown>
            <button type="button" class="button once" on:click=move |_| setup.review.cancel()>
                "Cancel upload"
            </button>
            <div>
                <p>
                    <b>"Uploading"</b>
                    " "
                    <span class="muted" role="status">
                        {words}
                    </span>
                </p>
                <ProgressBar per_mille label="The file is being uploaded" broad=true />
                <p class="muted small">"Leave this tab open."</p>
            </div>
        </section>
    }
}

fn progress_words(progress: &Progress) -> String {
    let sent = format!(
        "{} of {}",
        words::bytes(progress.sent_bytes),
        words::bytes(progress.total_bytes)
    );
    if progress.is_signed_out {
        return format!(
            "{sent} · you are signed out; it goes on from there when you have signed in in another tab"
        );
    }
    if let Some(seconds) = progress.retry_in_seconds {
        return format!(
            "{sent} · the connection is lost; it goes on from there, next attempt in {seconds} s"
        );
    }
    let mut parts = vec![sent];
    if let Some(rate) = progress.bytes_per_second {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rate is positive and far below 2^53"
        )]
        let rate = rate as u64;
        parts.push(format!("{}/s", words::bytes(rate)));
    }
    if let Some(seconds) = progress.seconds_left() {
        parts.push(format!("{} left", words::time_left(seconds)));
    }
    parts.join(" · ")
}
