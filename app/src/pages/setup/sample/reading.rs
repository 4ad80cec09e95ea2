//! What the page asks of the worker, and where the answers go.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use tabular::dialect::Dialect;

use super::form::{FileFacts, Reading};
use crate::pages::setup::saving::Saving;
use crate::pages::setup::state::Setup;
use crate::sample::chosen::ChosenFile;
use crate::sample::protocol::{Reply, Request};
use crate::sample::{chosen, client, head, timer};
use crate::server_fns::error::ErrorKind;

/// Typing waits so long for the next key before the sample is checked.
const CHECK_AFTER_MILLISECONDS: u32 = 120;

/// Takes a file in place of the one before, and reads its first bytes.
pub fn choose(setup: Setup, file: ChosenFile) {
    setup.sample.new_dataset.propose_name(&file.name);
    chosen::keep(&setup.job(), file);
    setup.review.forget();
    setup.sample.answered.set(Vec::new());
    setup.sample.detection.set(None);
    setup.sample.unfetched.set(None);
    setup.sample.is_new_file.set(true);
    spawn_local(open(setup));
}

/// Takes the beginning of a file that lies on the server.
pub async fn choose_on_server(setup: Setup, address: String) {
    let form = setup.sample;
    form.doing.set(Some("The file is fetched from the server."));
    form.unfetched.set(None);
    let head = head::fetch_head(&address).await;
    if setup.is_gone() {
        return;
    }
    form.doing.set(None);
    match head {
        Ok(file) => choose(setup, file),
        Err(error) if error.kind == ErrorKind::NotSignedIn => {
            setup.saving.set(Saving::Failed(error));
        }
        Err(error) => form.unfetched.set(Some(error)),
    }
}

/// Takes a file to import whole; what was decided with the sample stays as it is.
pub fn choose_whole(setup: Setup, file: web_sys::File) {
    chosen::keep(&setup.job(), ChosenFile::whole(file));
    setup.sample.reading.set(Reading::Nothing);
    setup.sample.file.set(None);
    name_chosen(setup);
}

/// Opens the file that was chosen earlier in this tab, if any.
pub fn open_chosen(setup: Setup) {
    let is_unread = matches!(*setup.sample.reading.read_untracked(), Reading::Nothing);
    if is_unread && chosen::chosen(&setup.job()).is_some() {
        spawn_local(open(setup));
    }
}

/// Names the file that was chosen earlier in this tab, if any, without reading it.
pub fn name_chosen(setup: Setup) {
    if setup.sample.file.read_untracked().is_none()
        && let Some(file) = chosen::chosen(&setup.job())
    {
        setup.sample.file.set(Some(FileFacts {
            name: file.name,
            bytes: file.bytes,
        }));
    }
}

async fn open(setup: Setup) {
    let form = setup.sample;
    let Some(file) = chosen::chosen(&setup.job()) else {
        return;
    };
    let facts = FileFacts {
        name: file.name,
        bytes: file.bytes,
    };
    let unchanged = setup.is_saved_sample(&facts);
    if !unchanged {
        form.is_new_file.set(true);
    }
    let asked = next_reading(setup);
    form.file.set(Some(facts));
    form.reading.set(Reading::UnderWay);
    form.check.set(None);
    let reply = client::ask(Request::Open, Some(&file.blob)).await;
    if is_late(setup, asked) {
        return;
    }
    match reply {
        Ok(Reply::Opened {
            detection,
            inspection,
        }) => {
            form.before.set(None);
            // What was decided for this same file holds, and for files of a job that runs already.
            let view = setup.view.read_untracked();
            let holds = unchanged || view.is_edit();
            let saved_dialect = view.settings.dialect.clone().filter(|_| holds);
            drop(view);
            let view = setup.view.read_untracked();
            let detected = Dialect {
                record_bytes: view.record_bytes,
                columns_at_most: view.columns_at_most,
                ..detection.dialect.clone()
            };
            drop(view);
            let usual_columns = detection.dialect.columns_at_most;
            form.detection.set(Some(*detection));
            form.reading.set(Reading::Ready);
            match saved_dialect {
                Some(saved) if saved != detected => {
                    form.dialect.set(Some(saved));
                    spawn_local(inspect(setup));
                }
                // It was looked at with the usual limit.
                _ if detected.columns_at_most != usual_columns => {
                    form.dialect.set(Some(detected));
                    spawn_local(inspect(setup));
                }
                _ => {
                    form.map_columns(&inspection, &setup.view.read_untracked());
                    form.dialect.set(Some(detected));
                    form.inspection.set(Some(*inspection));
                }
            }
        }
        Ok(_) => form.reading.set(Reading::Failed(UNREADABLE.to_owned())),
        Err(client::WorkerGone) => form.reading.set(Reading::Failed(NO_WORKER.to_owned())),
    }
}

/// Reads the sample with the dialect that the form says.
pub async fn inspect(setup: Setup) {
    let form = setup.sample;
    let Some(dialect) = form.dialect.get_untracked() else {
        return;
    };
    let asked = next_reading(setup);
    let reply = client::ask(Request::Inspect { dialect }, None).await;
    if is_late(setup, asked) {
        return;
    }
    match reply {
        Ok(Reply::Inspected(inspection)) => {
            form.before.set(form.inspection.get_untracked());
            form.map_columns(&inspection, &setup.view.read_untracked());
            form.inspection.set(Some(*inspection));
        }
        Ok(Reply::NoFile) | Err(client::WorkerGone) => Box::pin(open(setup)).await,
        Ok(_) => form.reading.set(Reading::Failed(UNREADABLE.to_owned())),
    }
}

/// Holds the sample against the mapping that the form says, when it has not changed for a moment.
pub async fn check(setup: Setup, asked: (u32, u32)) {
    let form = setup.sample;
    timer::sleep(CHECK_AFTER_MILLISECONDS).await;
    if is_late_check(setup, asked) || form.inspection.read_untracked().is_none() {
        return;
    }
    let Some(settings) = untrack(|| form.settings(&setup.view.read())) else {
        return;
    };
    let reply = client::ask(Request::Check(Box::new(settings)), None).await;
    if is_late_check(setup, asked) {
        return;
    }
    match reply {
        Ok(Reply::Checked(checked)) => form.check.set(Some(*checked)),
        Ok(Reply::NoFile) | Err(client::WorkerGone) => open(setup).await,
        Ok(_) => form.reading.set(Reading::Failed(UNREADABLE.to_owned())),
    }
}

/// The number of the check that is asked next; checks before it are late from now on.
pub fn next_check(setup: Setup) -> (u32, u32) {
    let asked = setup.sample.asked;
    asked.update_value(|(_, checks)| *checks += 1);
    asked.get_value()
}

/// The number of the reading that is asked next; readings and checks before it are late from now on.
fn next_reading(setup: Setup) -> u32 {
    let asked = setup.sample.asked;
    asked.update_value(|(readings, _)| *readings += 1);
    asked.get_value().0
}

fn is_late(setup: Setup, asked: u32) -> bool {
    setup.is_gone()
        || setup
            .sample
            .asked
            .try_get_value()
            .is_none_or(|(readings, _)| readings != asked)
}

fn is_late_check(setup: Setup, asked: (u32, u32)) -> bool {
    setup.is_gone() || setup.sample.asked.try_get_value() != Some(asked)
}

const UNREADABLE: &str = "The file could not be read: it was changed, moved or removed since you chose it. Choose it again.";
const NO_WORKER: &str = "The part of Weir that reads files in the browser could not be started. Reload the page and choose the file again.";
