//! How long the last runs of a job took.

use leptos::prelude::*;

use crate::components::badge::look_of_run;
use crate::components::column_chart::{Column, ColumnChart};
use crate::components::instant::moment_text;
use crate::components::number::duration_text;
use crate::components::reader::{Reader, use_reader};
use crate::wire::{RunHistory, RunRow};

const SHOWN: usize = 20;

/// Nothing until two runs can be compared.
#[component]
pub fn Durations(history: Signal<RunHistory>) -> impl IntoView {
    let reader = use_reader();
    let columns = Memo::new(move |_| {
        let of_run = |run: &RunRow| column(run, reader);
        let runs = history.read();
        let mut columns: Vec<Column> = runs.runs.iter().filter_map(of_run).take(SHOWN).collect();
        columns.reverse();
        columns
    });
    let longest = move || {
        let columns = columns.read();
        let longest = columns.iter().max_by_key(|column| column.value)?;
        Some(format!("the longest took {}", longest.text))
    };
    let chart = move || {
        (columns.read().len() > 1).then(|| {
            view! {
                <section>
                    <div class="section-head">
                        <h2>{format!("Duration of the last {} runs", columns.read().len())}</h2>
                        <span class="beside">{longest}</span>
                    </div>
                    <div class="card columns-card">
                        <ColumnChart
                            caption="Duration of the last runs"
                            label_head="Started"
                            value_head="Duration"
                            columns=columns.get()
                            places=SHOWN
                        />
                    </div>
                </section>
            }
        })
    };
    chart.into_any()
}

/// `None`: it has not ended, or was never begun.
fn column(run: &RunRow, reader: Reader) -> Option<Column> {
    let started_at = run.started_at?;
    let milliseconds = run.ended_at? - started_at;
    let status = run.status.label();
    Some(Column {
        label: format!("{}, {status}", moment_text(started_at, reader)),
        value: u64::try_from(milliseconds).unwrap_or(0),
        text: duration_text(milliseconds),
        meaning: look_of_run(run.status).0,
    })
}
