//! Columns and fields: where each column goes, how its text is read, and what of it does not fit.

use leptos::prelude::*;
use mapping::field::Field;
use mapping::infer::ColumnStats;
use mapping::settings::ColumnMapping;

use super::column_format::FormatOfColumn;
use super::column_problems::Problems;
use super::column_values::ValuesOfColumn;
use super::empty_cells::{EmptyCellsOfColumn, EmptyCellsOfJob, updates_rows};
use super::new_dataset::{NewDatasetName, NewField};
use crate::components::marked::Marked;
use crate::pages::field_words::{field_type_text, shown_name};
use crate::pages::setup::state::Setup;
use crate::pages::setup::words;

/// A column of the file, or of the saved mapping where the file is not at hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub index: usize,
    pub name: String,
    pub stats: Option<ColumnStats>,
}

#[component]
pub fn Columns() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let form = setup.sample;
    let columns = Memo::new(move |_| columns(setup));
    let is_new = Memo::new(move |_| setup.view.read().dataset.is_none());
    let summary = move || {
        let mapping = form.mapping.read();
        let mapping = mapping.as_ref()?;
        let mapped = mapping
            .columns
            .iter()
            .filter(|column| column.field.is_some())
            .count();
        let mapped = format!("{mapped} of {} mapped", mapping.columns.len());
        let check = form.check.read();
        Some(match check.as_ref().map(|checked| &checked.check) {
            Some(check) => format!(
                "{mapped} · {} of {} fit",
                words::count(check.fitting),
                words::counted(check.records, "sampled record", "sampled records")
            ),
            None => mapped,
        })
    };
    let unfilled = move || {
        let check = form.check.read();
        let problems = check.iter().flat_map(|checked| &checked.check.problems);
        let of_no_column = problems.filter(|problem| problem.column().is_none());
        let lines = of_no_column
            .map(|problem| view! { <li><Marked text=super::form::sentence(&problem.to_string()) /></li> });
        lines.collect_view()
    };
    let rows = move || {
        let is_new = is_new.get();
        columns
            .get()
            .into_iter()
            .map(|column| view! { <ColumnRow column is_new /> })
            .collect_view()
    };
    view! {
        <Show when=move || !columns.read().is_empty()>
            <div class="section-head">
                <h2>"Columns and fields"</h2>
                <span class="beside">{summary}</span>
            </div>
            <Show when=move || is_new.get()>
                <NewDatasetName />
            </Show>
            <Show when=move || updates_rows(setup)>
                <EmptyCellsOfJob />
            </Show>
            <ul class="mapping-problems" role="status">
                {unfilled}
            </ul>
            <div class="card">
                <ol class="mapping">{rows}</ol>
                <WholeRecords />
            </div>
        </Show>
    }
}

#[component]
fn ColumnRow(column: Column, is_new: bool) -> impl IntoView {
    let setup = expect_context::<Setup>();
    let form = setup.sample;
    let index = column.index;
    let mapped = Memo::new(move |_| {
        let mapping = form.mapping.read();
        mapping
            .as_ref()
            .and_then(|mapping| mapping.columns.get(index))
            .cloned()
            .unwrap_or_default()
    });
    let field = Memo::new(move |_| {
        let name = mapped.read().field.clone()?;
        form.fields(&setup.view.read())
            .into_iter()
            .find(|field| field.name == name)
    });
    let examples = column
        .stats
        .iter()
        .flat_map(|stats| stats.examples.iter().take(3))
        .map(|example| {
            view! { <code class="chip">{example.clone()}</code> }
        });
    let examples = examples.collect_view();
    let name = shown_name(&column.name);
    let target = if is_new {
        view! { <NewField column=column.clone() mapped /> }.into_any()
    } else {
        view! { <FieldSelect column=column.clone() mapped field /> }.into_any()
    };
    let is_left_out = move || mapped.read().field.is_none();
    view! {
        <li class="mapping-row" class:left-out=is_left_out>
            <div class="mapping-column">
                <b>{name}</b>
                <div class="mapping-examples">{examples}</div>
            </div>
            <span class="mapping-arrow" aria-hidden="true">
                "→"
            </span>
            <div class="mapping-field">{target}</div>
            <div class="mapping-format">
                <FormatOfColumn column=column.clone() mapped field />
                <EmptyCellsOfColumn column=column.clone() mapped field />
            </div>
            <Problems column=column.clone() />
            <ValuesOfColumn column mapped field />
        </li>
    }
    .into_any()
}

#[component]
fn FieldSelect(
    column: Column,
    mapped: Memo<ColumnMapping>,
    field: Memo<Option<Field>>,
) -> impl IntoView {
    let setup = expect_context::<Setup>();
    let form = setup.sample;
    let label = format!("Field for column {}", shown_name(&column.name));
    let (index, stats) = (column.index, StoredValue::new(column.stats));
    let fields = Memo::new(move |_| form.fields(&setup.view.read()));
    let choose = move |name: String| {
        let chosen = fields
            .read_untracked()
            .iter()
            .find(|field| field.name == name)
            .cloned();
        form.change_column(index, |column| {
            column.format = match (&chosen, stats.read_value().as_ref()) {
                (Some(field), Some(stats)) => stats.format_for(field.field_type),
                _ => column.format.clone(),
            };
            column.values.clear();
            column.default = None;
            column.empty_cells = None;
            column.field = chosen.map(|field| field.name);
        });
    };
    let options = move || {
        let chosen = mapped.read().field.clone();
        let options = fields.get().into_iter().map(move |field| {
            let selected = chosen.as_deref() == Some(field.name.as_str());
            view! {
                <option value=field.name.clone() selected=selected>
                    {field.name.clone()}
                </option>
            }
        });
        options.collect_view()
    };
    let described = move || field.read().as_ref().map(field_words);
    view! {
        <select
            aria-label=label
            prop:value=move || mapped.read().field.clone().unwrap_or_default()
            on:change:target=move |event| choose(event.target().value())
        >
            <option value="" selected=move || mapped.read().field.is_none()>
                "do not import"
            </option>
            {options}
        </select>
        <small>{described}</small>
    }
}

/// Records that cannot become rows whatever the mapping is.
#[component]
fn WholeRecords() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let lines = move || {
        let check = setup.sample.check.read();
        let counts = check
            .iter()
            .flat_map(|checked| &checked.check.whole_records);
        let lines = counts.map(|count| {
            let example = count.examples.first().map(|one| format!("line {}: {}", one.line, one.message)).unwrap_or_default();
            let what = words::counted(count.count, "record", "records");
            view! { <li>{format!("{what}: {}, such as {example}", super::column_problems::rule_words(count.rule))}</li> }
        });
        lines.collect_view()
    };
    let any = move || {
        setup
            .sample
            .check
            .read()
            .as_ref()
            .is_some_and(|checked| !checked.check.whole_records.is_empty())
    };
    view! {
        <Show when=any>
            <ul class="mapping-whole">{lines}</ul>
        </Show>
    }
}

fn columns(setup: Setup) -> Vec<Column> {
    let (inspection, mapping) = (setup.sample.inspection.read(), setup.sample.mapping.read());
    match (inspection.as_ref(), mapping.as_ref()) {
        (Some(inspection), _) => {
            let stats = inspection.columns.iter().enumerate();
            stats
                .map(|(index, stats)| Column {
                    index,
                    name: stats.name.clone(),
                    stats: Some(stats.clone()),
                })
                .collect()
        }
        (None, Some(mapping)) => {
            let mapped = mapping.columns.iter().enumerate();
            mapped
                .map(|(index, column)| Column {
                    index,
                    name: column.name.clone(),
                    stats: None,
                })
                .collect()
        }
        (None, None) => Vec::new(),
    }
}

/// "decimal, 2 places, required".
pub fn field_words(field: &Field) -> String {
    let mut text = field_type_text(field.field_type);
    if field.key {
        text.push_str(", key");
    } else if field.required {
        text.push_str(", required");
    }
    text
}
