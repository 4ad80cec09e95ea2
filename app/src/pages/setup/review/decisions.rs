//! What each step decided, with the way back to it.

use domain::settings::{ImportMethod, SourceKind};
use leptos::prelude::*;

use super::empty_cells::sentences;
use super::file_check::FileCheckState;
use crate::components::marked::Marked;
use crate::pages::setup::state::Setup;
use crate::pages::setup::step::Step;
use crate::pages::setup::words;
use crate::wire::SetupView;

#[component]
pub fn Decisions() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let row = move |step: Step| {
        let decided = move || step.is_decided(&setup.view.read());
        view! {
            <div class="decision" class:open=move || !decided()>
                <dt>{step.title()}</dt>
                <dd>
                    <span>{move || step.summary(&setup.view.read())}</span>
                    <small>{move || more(step, &setup.view.read())}</small>
                    {move || (step == Step::Sample).then(|| empty_cells_words(setup))}
                </dd>
                <dd>
                    <a class="link" href=setup.url(step)>
                        {move || if decided() { "Edit" } else { "Finish" }}
                        <span class="visually-hidden">{format!(" {}", step.title())}</span>
                    </a>
                </dd>
            </div>
        }
    };
    view! {
        <dl class="card decisions">
            {[Step::Basics, Step::Source, Step::Sample, Step::Schedule].map(row).into_iter().collect_view()}
        </dl>
    }
}

/// By the whole file where it was checked, else by the sample where it was read in this tab.
fn empty_cells_words(setup: Setup) -> impl IntoView {
    let (of_file, of_sample) = (setup.review.check.read(), setup.sample.check.read());
    let read = match &*of_file {
        FileCheckState::Done(report) => Some((&report.check, "the file")),
        _ => of_sample
            .as_ref()
            .map(|checked| (&checked.check, "the sample")),
    };
    let settings = &setup.view.read().settings;
    let updates = settings.method.is_some_and(ImportMethod::updates_rows);
    let mapping = settings.mapping.as_ref().filter(|_| updates);
    let lines = mapping.map(|mapping| sentences(mapping, read));
    let line = |text| view! { <small><Marked text /></small> };
    lines.into_iter().flatten().map(line).collect_view()
}

fn more(step: Step, view: &SetupView) -> String {
    match step {
        Step::Basics => view
            .dataset
            .as_ref()
            .map(|dataset| fields_words(dataset.fields.len(), dataset.rows))
            .unwrap_or_default(),
        Step::Sample => mapping_words(view),
        Step::Source => match &view.settings.source {
            Some(SourceKind::Folder(folder)) => folder.choices(),
            Some(SourceKind::Upload) | None => String::new(),
        },
        Step::Schedule | Step::Review => String::new(),
    }
}

fn fields_words(fields: usize, rows: u64) -> String {
    format!(
        "{}, {} in it now",
        words::counted(fields as u64, "field", "fields"),
        words::counted(rows, "row", "rows")
    )
}

fn mapping_words(view: &SetupView) -> String {
    let Some(mapping) = &view.settings.mapping else {
        return String::new();
    };
    let mapped = mapping
        .columns
        .iter()
        .filter(|column| column.field.is_some())
        .count();
    let columns = format!("{mapped} of {} columns imported", mapping.columns.len());
    let sample = view.sample.as_ref();
    match sample.and_then(|sample| Some((sample.records?, sample.fitting?))) {
        Some((records, fitting)) => format!(
            "{columns}; {} of {} fit",
            words::count(fitting),
            words::counted(records, "sampled record", "sampled records")
        ),
        None => columns,
    }
}
