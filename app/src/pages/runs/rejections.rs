//! The first rejected records, with the cells marked that were the reason.

use std::collections::BTreeSet;

use leptos::prelude::*;
use mapping::rejection::Rejection;

use crate::components::marked::Marked;
use crate::components::number::Count;
use crate::wire::{RejectedRecord, RunDetails};

#[component]
pub fn Rejections(
    details: Signal<RunDetails>,
    /// As the job's header has them; empty where that is not known.
    column_names: Signal<Vec<String>>,
) -> impl IntoView {
    let records = Memo::new(move |_| details.with(|details| details.rejections.clone()));
    let table = move || {
        let records = records.get();
        (!records.is_empty()).then(|| {
            let beside = if (records.len() as u64) < details.read_untracked().row.rejected {
                format!("the first {}; the failure report has all", records.len())
            } else {
                String::new()
            };
            let columns = records.iter().map(|record| record.cells.len()).max().unwrap_or(0);
            let names = heads(&records, columns, &column_names.read());
            view! {
                <section>
                    <div class="section-head">
                        <h2>"Rejected records"</h2>
                        <span class="beside">{beside}</span>
                    </div>
                    <div class="card">
                        <div class="raw-scroll" tabindex="0" role="region" aria-label="Rejected records">
                            <table class="raw">
                                <thead>
                                    <tr>
                                        <th scope="col" class="line">"Line"</th>
                                        <th scope="col" class="why">"Reason"</th>
                                        {names.into_iter().map(|name| view! { <th scope="col">{name}</th> }).collect_view()}
                                    </tr>
                                </thead>
                                <tbody>
                                    {records
                                        .into_iter()
                                        .map(|record| view! { <Record record columns /> })
                                        .collect_view()}
                                </tbody>
                            </table>
                        </div>
                    </div>
                </section>
            }
        })
    };
    table.into_any()
}

#[component]
fn Record(record: RejectedRecord, columns: usize) -> impl IntoView {
    let wrong = record
        .rejections
        .iter()
        .filter_map(|rejection| rejection.column)
        .collect::<BTreeSet<_>>();
    let cell = |(index, text): (usize, String)| {
        let wrong = u32::try_from(index).is_ok_and(|index| wrong.contains(&index));
        // An empty cell that is wrong would be a mark around nothing.
        let text = if text.is_empty() && wrong {
            view! { <span class="null">"empty"</span> }.into_any()
        } else {
            text.into_any()
        };
        let mark = wrong.then(|| view! { <span class="visually-hidden">" (rejected)"</span> });
        view! { <td class:wrong=wrong>{text} {mark}</td> }
    };
    let missing = columns.saturating_sub(record.cells.len());
    let line = record.line;
    view! {
        <tr>
            <th scope="row" class="line">
                <Count value=Signal::stored(line) />
            </th>
            <td class="why">{record.rejections.iter().map(reason).collect_view()}</td>
            {record.cells.into_iter().enumerate().map(cell).collect_view()}
            {(0..missing).map(|_| view! { <td></td> }).collect_view()}
        </tr>
    }
    .into_any()
}

fn reason(rejection: &Rejection) -> impl IntoView + use<> {
    // Most messages quote the value alone; those that name the column need no second name.
    let column = rejection
        .column_name
        .clone()
        .filter(|name| !rejection.message.contains(name.as_str()));
    let column = column.map(|name| view! { <span class="strong">{name}": "</span> });
    view! {
        <div>{column} <Marked text=rejection.message.clone() /></div>
        <div class="muted">
            <Marked text=rejection.hint.clone() />
        </div>
    }
}

/// The header's names; what rejections know where the job was edited since; numbers for the rest.
fn heads(records: &[RejectedRecord], columns: usize, header: &[String]) -> Vec<String> {
    let mut names = (0..columns)
        .map(|index| {
            header
                .get(index)
                .cloned()
                .unwrap_or_else(|| format!("Column {}", index + 1))
        })
        .collect::<Vec<_>>();
    for rejection in records.iter().flat_map(|record| &record.rejections) {
        let index = rejection
            .column
            .and_then(|column| usize::try_from(column).ok());
        if let (Some(index), Some(name)) = (index, &rejection.column_name)
            && let Some(known) = names.get_mut(index)
        {
            known.clone_from(name);
        }
    }
    names
}
