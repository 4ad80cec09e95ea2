//! The report is fetched and read, slice by slice, until there are as many records as are corrected at once.

use gloo_file::futures::read_as_bytes;
use leptos::prelude::*;
use mapping::corrections::{AtOnce, Corrections};

use super::editing::{Editing, Phase};
use crate::components::marked::Marked;
use crate::sample::head::fetch_file;

/// More are not looked through by anybody in one go; what is left is offered when these are given back.
const AT_ONCE: AtOnce = AtOnce {
    records: 10_000,
    bytes: 16 << 20,
};
/// Read between two looks at the keyboard.
const SLICE_BYTES: u64 = 256 << 10;

pub async fn open(editing: Editing) {
    let run = editing.view.with_value(|view| view.run.id.clone());
    let address = format!(
        "/n/{}/runs/{run}/report/exact",
        editing.namespace.get_value()
    );
    let report = fetch_file(&address).await;
    if editing.is_gone() {
        return;
    }
    let report = match report {
        Ok(report) => report,
        Err(error) => {
            editing
                .phase
                .set(Phase::Failed(format!("{} {}", error.message, error.hint)));
            return;
        }
    };
    let mut corrections = editing.view.with_value(|view| {
        let given = view.given.iter().map(|(first, last)| *first..=*last);
        Corrections::new(
            &view.dialect,
            &view.mapping,
            &view.fields,
            given.collect(),
            AT_ONCE,
        )
    });
    let mut records = Vec::new();
    let mut start = 0;
    while start < report.size() && !corrections.is_full() && corrections.problem().is_none() {
        let end = (start + SLICE_BYTES).min(report.size());
        let Ok(bytes) = read_as_bytes(&report.slice(start, end)).await else {
            editing.phase.set(Phase::Failed(UNREADABLE.to_owned()));
            return;
        };
        if editing.is_gone() {
            return;
        }
        records.extend(corrections.feed(&bytes));
        start = end;
    }
    if start >= report.size() {
        records.extend(corrections.finish());
    }
    if let Some(problem) = corrections.problem() {
        let sentence = format!(
            "The records cannot be corrected here, because the dataset has changed since: {problem}. {}",
            problem.hint()
        );
        editing.phase.set(Phase::Nothing(sentence));
    } else if records.is_empty() {
        editing.phase.set(Phase::Nothing(ALL_GIVEN.to_owned()));
    } else {
        editing.show(corrections, records);
    }
}

const UNREADABLE: &str = "The failure report could not be read. Load the page again.";
const ALL_GIVEN: &str = "All rejected records of this run are given back already: look at the runs that import them, on the run’s page.";

/// While there is nothing to correct yet, and where there never will be.
#[component]
pub fn State() -> impl IntoView {
    let editing = expect_context::<Editing>();
    move || match editing.phase.get() {
        Phase::Reading => Some(
            view! {
                <p class="muted" role="status">
                    "The failure report is being read."
                </p>
            }
            .into_any(),
        ),
        Phase::Nothing(sentence) => {
            Some(view! { <div class="note waiting"><Marked text=sentence /></div> }.into_any())
        }
        Phase::Failed(sentence) => Some(
            view! {
                <div class="note failure" role="alert">
                    <Marked text=sentence />
                </div>
            }
            .into_any(),
        ),
        Phase::Ready | Phase::Uploading(_) => None,
    }
}
