//! What each step decided, with the way back to it.

use leptos::prelude::*;

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

fn more(step: Step, view: &SetupView) -> String {
    match step {
        Step::Basics => view
            .dataset
            .as_ref()
            .map(|dataset| fields_words(dataset.fields.len(), dataset.rows))
            .unwrap_or_default(),
        Step::Sample => mapping_words(view),
        Step::Source | Step::Schedule | Step::Review => String::new(),
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
