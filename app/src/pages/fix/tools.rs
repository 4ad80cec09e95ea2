//! Above the grid: what is shown, find and replace, one text for a column, undo.

use leptos::prelude::*;

use super::editing::{Editing, Shown};
use super::keys::{commit, next_problem};
use super::search::Search;
use crate::components::number::counted;

#[component]
pub fn Tools() -> impl IntoView {
    let editing = expect_context::<Editing>();
    let fitting = Memo::new(move |_| editing.sheet.read().fitting());
    let all = Memo::new(move |_| editing.sheet.read().rows().len());
    let part = move |shown: Shown, label: &'static str, count: Signal<usize>| {
        let chosen = move || editing.shown.get() == shown;
        view! {
            <button
                type="button"
                class="button"
                aria-pressed=move || if chosen() { "true" } else { "false" }
                on:click=move |_| {
                    commit(editing);
                    editing.choose(shown);
                }
            >
                {label}
                " "
                <span class="number">{count}</span>
            </button>
        }
    };
    let undoable = Memo::new(move |_| editing.sheet.read().can_undo());
    let redoable = Memo::new(move |_| editing.sheet.read().can_redo());
    view! {
        <div class="fix-tools">
            <div class="fix-group" role="group" aria-label="Records shown">
                {part(Shown::All, "All", Signal::derive(move || all.get()))}
                {part(Shown::Rejected, "Rejected", Signal::derive(move || all.get() - fitting.get()))}
                {part(Shown::Fitting, "Fit", Signal::derive(move || fitting.get()))}
            </div>
            <button type="button" class="button" title="F8" on:click=move |_| next_problem(editing)>
                "Next rejected cell"
            </button>
            <div class="fix-group">
                <button
                    type="button"
                    class="button"
                    title="Ctrl+Z"
                    disabled=move || !undoable.get()
                    on:click=move |_| editing.undo()
                >
                    "Undo"
                </button>
                <button
                    type="button"
                    class="button"
                    title="Ctrl+Y"
                    disabled=move || !redoable.get()
                    on:click=move |_| editing.redo()
                >
                    "Redo"
                </button>
            </div>
        </div>
        <details class="fix-more">
            <summary>"Find and replace, or fill a column"</summary>
            <FindAndReplace />
            <FillColumn />
        </details>
    }
    .into_any()
}

#[component]
fn Columns(chosen: RwSignal<Option<usize>>, #[prop(optional)] all: bool) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let options = move || {
        let option = |(index, name): (usize, String)| {
            view! {
                <option value=index.to_string() selected=move || chosen.get() == Some(index)>
                    {name}
                </option>
            }
        };
        editing
            .columns()
            .into_iter()
            .enumerate()
            .map(option)
            .collect_view()
    };
    view! {
        <label class="field">
            <span class="label">"Column"</span>
            <select on:change:target=move |event| chosen.set(event.target().value().parse().ok())>
                {all.then(|| view! { <option value="">"all columns"</option> })}
                {options}
            </select>
        </label>
    }
}

#[component]
fn FindAndReplace() -> impl IntoView {
    let editing = expect_context::<Editing>();
    let text = RwSignal::new(String::new());
    let with = RwSignal::new(String::new());
    let column = RwSignal::new(None::<usize>);
    let whole_cell = RwSignal::new(false);
    let search = Memo::new(move |_| Search {
        text: text.get(),
        column: column.get(),
        whole_cell: whole_cell.get(),
    });
    let count = Memo::new(move |_| editing.sheet.read().count_found(&search.read()));
    let find = move |_| {
        let from = editing.active.get_untracked();
        let found = editing
            .sheet
            .read_untracked()
            .find(&search.read_untracked(), from);
        if let Some(spot) = found {
            editing.go_to(spot);
        }
    };
    let replace = move |_| {
        let texts = editing
            .sheet
            .read_untracked()
            .replaced(&search.read_untracked(), &with.get_untracked());
        let cells = texts.len();
        editing.write(texts);
        editing.said.set(format!("Replaced in {cells} cells."));
    };
    let none = move || count.get() == 0;
    let found = move || counted(count.get() as u64, "cell", "cells", None);
    view! {
        <fieldset class="fix-line">
            <legend>"Find and replace"</legend>
            <label class="field">
                <span class="label">"Find"</span>
                <input type="text" prop:value=text on:input:target=move |event| text.set(event.target().value()) />
            </label>
            <label class="field">
                <span class="label">"Replace with"</span>
                <input type="text" prop:value=with on:input:target=move |event| with.set(event.target().value()) />
            </label>
            <Columns chosen=column all=true />
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=whole_cell
                    on:change:target=move |event| whole_cell.set(event.target().checked())
                />
                "whole cells only"
            </label>
            <span class="muted" role="status">
                {found}
            </span>
            <button type="button" class="button" disabled=none on:click=find>
                "Find next"
            </button>
            <button type="button" class="button" disabled=none on:click=replace>
                "Replace all"
            </button>
        </fieldset>
    }
}

#[component]
fn FillColumn() -> impl IntoView {
    let editing = expect_context::<Editing>();
    let column = RwSignal::new(Some(0));
    let text = RwSignal::new(String::new());
    let rejected_only = RwSignal::new(true);
    let texts = move || {
        let column = column.get().unwrap_or_default();
        editing
            .sheet
            .read()
            .filled(column, &text.read(), rejected_only.get())
    };
    let count = Memo::new(move |_| texts().len());
    let fill = move |_| {
        let texts = untrack(texts);
        let records = editing.write(texts);
        editing.said.set(format!("Filled in {records} records."));
    };
    view! {
        <fieldset class="fix-line">
            <legend>"Fill a column"</legend>
            <Columns chosen=column />
            <label class="field">
                <span class="label">"With the text"</span>
                <input type="text" prop:value=text on:input:target=move |event| text.set(event.target().value()) />
            </label>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=rejected_only
                    on:change:target=move |event| rejected_only.set(event.target().checked())
                />
                "only where the column is rejected"
            </label>
            <button type="button" class="button" disabled=move || count.get() == 0 on:click=fill>
                {move || format!("Fill {}", counted(count.get() as u64, "record", "records", None))}
            </button>
        </fieldset>
    }
}
