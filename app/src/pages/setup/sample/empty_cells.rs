//! What an empty cell does to the field of a row that is there: for all columns, and otherwise for one.

use domain::settings::ImportMethod;
use leptos::prelude::*;
use mapping::field::Field;
use mapping::settings::{ColumnMapping, EmptyCells};

use super::columns::Column;
use crate::pages::field_words::shown_name;
use crate::pages::setup::state::Setup;

/// An insert meets no row that is there.
pub fn updates_rows(setup: Setup) -> bool {
    let method = setup.view.read().settings.method;
    method.is_some_and(ImportMethod::updates_rows)
}

#[component]
pub fn EmptyCellsOfJob() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let chosen = Memo::new(move |_| {
        let mapping = setup.sample.mapping.read();
        mapping
            .as_ref()
            .map(|mapping| mapping.empty_cells)
            .unwrap_or_default()
    });
    let choose = move |value: String| {
        if let Some(chosen) = of_code(&value) {
            setup.sample.change_empty_cells(chosen);
        }
    };
    let options = EmptyCells::ALL.map(|one| {
        view! {
            <option value=one.code() selected=move || chosen.get() == one>
                {one.words()}
            </option>
        }
    });
    view! {
        <div class="card new-dataset">
            <label class="field">
                <span class="label">"Empty cells"</span>
                <select
                    prop:value=move || chosen.get().code()
                    on:change:target=move |event| choose(event.target().value())
                >
                    {options.into_iter().collect_view()}
                </select>
                <span class="hint">
                    "Of a row that the dataset has already. Where a column has a default, the default is taken first; in a new row the field is null, and a required field’s empty cell is rejected."
                </span>
            </label>
        </div>
    }
    .into_any()
}

/// Nothing where no empty cell gets so far: the field is required, or there is a default.
#[component]
pub fn EmptyCellsOfColumn(
    column: Column,
    mapped: Memo<ColumnMapping>,
    field: Memo<Option<Field>>,
) -> impl IntoView {
    let setup = expect_context::<Setup>();
    let index = column.index;
    let label = format!("Empty cells in {}", shown_name(&column.name));
    let is_asked = move || {
        let can_be_null = |field: &Field| !field.required && !field.key;
        updates_rows(setup)
            && field.read().as_ref().is_some_and(can_be_null)
            && mapped.read().default.is_none()
    };
    let chosen = move || mapped.read().empty_cells;
    let choose = move |value: String| {
        setup
            .sample
            .change_column(index, |column| column.empty_cells = of_code(&value));
    };
    let select = move || {
        let options = EmptyCells::ALL.map(|one| {
            view! {
                <option value=one.code() selected=move || chosen() == Some(one)>
                    {format!("empty cells {}", one.words())}
                </option>
            }
        });
        view! {
            <label class="mapping-choice">
                <span class="visually-hidden">{label.clone()}</span>
                <select
                    prop:value=move || chosen().map_or("", EmptyCells::code)
                    on:change:target=move |event| choose(event.target().value())
                >
                    <option value="" selected=move || chosen().is_none()>
                        "empty cells as above"
                    </option>
                    {options.into_iter().collect_view()}
                </select>
            </label>
        }
    };
    view! { {move || is_asked().then(&select)} }.into_any()
}

fn of_code(code: &str) -> Option<EmptyCells> {
    EmptyCells::ALL.into_iter().find(|one| one.code() == code)
}
