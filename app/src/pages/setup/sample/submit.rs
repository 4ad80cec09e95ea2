//! Leaving the sample's page: the sample is cut and uploaded, the step is saved with its dataset, the server reads it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::pages::setup::foot::Then;
use crate::pages::setup::review::FileCheckState;
use crate::pages::setup::saving::{Saving, save};
use crate::pages::setup::state::Setup;
use crate::sample::protocol::SAMPLE_BYTES;
use crate::sample::{chosen, timer};
use crate::server_fns::error::{AppError, ErrorKind};
use crate::server_fns::setup::setup as load_setup;
use crate::upload::{Cancel, UploadError, upload};
use crate::wire::schedule::Sampling;
use crate::wire::{NewDataset, SampleStep, SetupStep};

/// How often the page looks whether the server has read the sample.
const LOOK_AFTER_MILLISECONDS: u32 = 600;

/// Saves the page; `true` where everything went well.
pub async fn submit(setup: Setup, then: Then) -> bool {
    let form = setup.sample;
    let result = Box::pin(submit_parts(setup)).await;
    if setup.is_gone() {
        return false;
    }
    form.doing.set(None);
    match result {
        Ok(()) => {
            form.going_on.set(then == Then::Continue);
            true
        }
        Err(error) => {
            setup.saving.set(Saving::Failed(error));
            false
        }
    }
}

async fn submit_parts(setup: Setup) -> Result<(), AppError> {
    let form = setup.sample;
    setup.saving.set(Saving::UnderWay);
    let (Some(dialect), Some(mapping)) =
        (form.dialect.get_untracked(), form.mapping.get_untracked())
    else {
        setup.saving.set(Saving::Idle);
        return Ok(());
    };
    let saved_bytes = setup
        .view
        .read_untracked()
        .sample
        .as_ref()
        .map(|sample| sample.file_bytes);
    let file_bytes = form
        .file
        .read_untracked()
        .as_ref()
        .map(|file| file.bytes)
        .or(saved_bytes)
        .unwrap_or_default();
    let upload = if form.is_new_file.get_untracked() {
        form.doing.set(Some("The sample is being uploaded."));
        Some(upload_sample(setup).await?)
    } else {
        None
    };
    let step = SampleStep {
        upload,
        file_bytes,
        dialect,
        mapping,
        new_dataset: new_dataset(setup),
    };
    let saved = Box::pin(save(setup, SetupStep::Sample(Box::new(step)))).await?;
    setup
        .basics
        .dataset
        .set(saved.dataset.map(|dataset| dataset.id));
    form.is_new_file.set(false);
    setup.review.check.set(FileCheckState::NotAsked);
    Ok(())
}

/// `None` where the set-up has one.
fn new_dataset(setup: Setup) -> Option<NewDataset> {
    let form = setup.sample;
    let is_needed = setup.view.read_untracked().dataset.is_none()
        && !form.new_dataset.fields.read_untracked().is_empty();
    is_needed.then(|| NewDataset {
        name: form.new_dataset.name.get_untracked().trim().to_owned(),
        fields: untrack(|| form.imported_fields()),
    })
}

/// The first bytes of the file, under its name.
async fn upload_sample(setup: Setup) -> Result<String, AppError> {
    let file = chosen::chosen(&setup.job()).ok_or_else(|| refused(UploadError::FileChanged))?;
    let sample = file.blob.slice(0, SAMPLE_BYTES.min(file.blob.size()));
    upload(
        &setup.namespace(),
        &file.name,
        &sample,
        &Cancel::default(),
        |_| (),
    )
    .await
    .map_err(refused)
}

pub fn refused(error: UploadError) -> AppError {
    let kind = match error {
        UploadError::SignedOut => ErrorKind::NotSignedIn,
        UploadError::Cancelled | UploadError::FileChanged | UploadError::Refused { .. } => {
            ErrorKind::Invalid
        }
    };
    AppError {
        kind,
        message: error.to_string(),
        hint: String::new(),
    }
}

/// Looks again until the server has read the sample; then says whether it could.
pub fn watch_sampling(setup: Setup, on_ready: impl Fn() + 'static) {
    spawn_local(async move {
        loop {
            timer::sleep(LOOK_AFTER_MILLISECONDS).await;
            if setup.is_gone() || setup.view.read_untracked().sampling() != Sampling::UnderWay {
                return;
            }
            let Ok(view) = load_setup(setup.namespace(), setup.job()).await else {
                // Not reached for a moment; the next look may.
                continue;
            };
            if setup.is_gone() {
                return;
            }
            let is_done = view.sampling() != Sampling::UnderWay;
            let is_good = is_done && view.sampling() != Sampling::Failed;
            if is_done {
                setup.view.set(view);
            }
            if is_good && setup.sample.going_on.get_untracked() {
                on_ready();
            }
            if is_done {
                setup.sample.going_on.set(false);
                return;
            }
        }
    });
}
