//! A new dataset from the file's columns: its name, and a field for each column.

use domain::settings::ImportMethod;
use leptos::prelude::*;
use mapping::field::{Field, FieldType};
use mapping::settings::ColumnMapping;

use super::columns::Column;
use crate::pages::field_words::{field_type_text, shown_name};
use crate::pages::setup::state::Setup;

const TYPES: [(&str, FieldType); 11] = [
    ("text", FieldType::Text),
    ("email", FieldType::Email),
    ("integer", FieldType::Integer),
    ("decimal_1", FieldType::Decimal { scale: 1 }),
    ("decimal_2", FieldType::Decimal { scale: 2 }),
    ("decimal_3", FieldType::Decimal { scale: 3 }),
    ("decimal_4", FieldType::Decimal { scale: 4 }),
    ("boolean", FieldType::Boolean),
    ("date", FieldType::Date),
    ("timestamp", FieldType::Timestamp { zoned: false }),
    ("timestamp_zoned", FieldType::Timestamp { zoned: true }),
];

#[component]
pub fn NewDatasetName() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let name = setup.sample.new_dataset.name;
    let needs_key = move || setup.view.read().settings.method == Some(ImportMethod::Upsert);
    view! {
        <div class="card new-dataset">
            <label class="field">
                <span class="label">"New dataset"</span>
                <input
                    type="text"
                    maxlength="63"
                    placeholder="customers"
                    prop:value=name
                    on:input:target=move |event| name.set(event.target().value())
                />
                <span class="hint">
                    "It is made with a field for each column that is imported, when you continue. "
                    {move || needs_key().then_some("Upsert needs at least one field as key.")}
                </span>
            </label>
        </div>
    }
}

/// Name, type and rules of the field that a column gets.
#[component]
pub fn NewField(column: Column, mapped: Memo<ColumnMapping>) -> impl IntoView {
    let setup = expect_context::<Setup>();
    let index = column.index;
    let fields = setup.sample.new_dataset.fields;
    let field = Memo::new(move |_| fields.read().get(index).cloned());
    let is_imported = move || mapped.read().field.is_some();
    let import = move |is_imported: bool| {
        let name = field
            .get_untracked()
            .map(|field| field.name)
            .filter(|_| is_imported);
        setup
            .sample
            .change_column(index, |column| column.field = name);
    };
    let rename = move |name: String| {
        let name = name.trim().to_owned();
        change_field(setup, index, |field| field.name.clone_from(&name));
        setup
            .sample
            .change_column(index, |column| column.field = Some(name));
    };
    let stats = StoredValue::new(column.stats);
    let retype = move |value: String| {
        let Some((_, field_type, _)) = type_options(None)
            .into_iter()
            .find(|(known, ..)| *known == value)
        else {
            return;
        };
        change_field(setup, index, |field| field.field_type = field_type);
        let format = stats
            .read_value()
            .as_ref()
            .map(|stats| stats.format_for(field_type));
        setup
            .sample
            .change_column(index, |column| column.format = format.unwrap_or_default());
    };
    let chosen_type = move || field.read().as_ref().map(|field| field.field_type);
    let options = move || {
        let chosen = chosen_type();
        let options = type_options(chosen)
            .into_iter()
            .map(move |(value, field_type, text)| {
                view! {
                    <option value=value selected=chosen == Some(field_type)>
                        {text}
                    </option>
                }
            });
        options.collect_view()
    };
    let is = move |property: fn(&Field) -> bool| field.read().as_ref().is_some_and(property);
    let name = shown_name(&column.name);
    view! {
        <div class="new-field">
            <label class="new-field-import">
                <input
                    type="checkbox"
                    aria-label=format!("Import column {name}")
                    prop:checked=is_imported
                    on:change:target=move |event| import(event.target().checked())
                />
            </label>
            <input
                type="text"
                class="mono"
                maxlength="63"
                aria-label=format!("Field for column {name}")
                disabled=move || !is_imported()
                prop:value=move || field.read().as_ref().map(|field| field.name.clone()).unwrap_or_default()
                on:change:target=move |event| rename(event.target().value())
            />
            <select
                aria-label=format!("Type of the field for column {name}")
                disabled=move || !is_imported()
                on:change:target=move |event| retype(event.target().value())
            >
                {options}
            </select>
            <div class="new-field-rules">
                <label>
                    <input
                        type="checkbox"
                        disabled=move || !is_imported()
                        prop:checked=move || is(|field| field.required || field.key)
                        on:change:target=move |event| {
                            let required = event.target().checked();
                            change_field(setup, index, |field| {
                                field.required = required;
                                field.key &= required;
                            });
                        }
                    />
                    "required"
                </label>
                <label>
                    <input
                        type="checkbox"
                        disabled=move || !is_imported()
                        prop:checked=move || is(|field| field.key)
                        on:change:target=move |event| {
                            let key = event.target().checked();
                            change_field(setup, index, |field| {
                                field.key = key;
                                field.required |= key;
                            });
                        }
                    />
                    "key"
                </label>
                {move || {
                    is(|field| field.key && field.field_type == FieldType::Email)
                        .then(|| view! {
                            <label>
                                <input
                                    type="checkbox"
                                    prop:checked=move || is(|field| field.capitals_matter)
                                    on:change:target=move |event| {
                                        let matter = event.target().checked();
                                        change_field(setup, index, |field| field.capitals_matter = matter);
                                    }
                                />
                                "capitals matter before the @"
                            </label>
                        })
                }}
            </div>
        </div>
    }
    .into_any()
}

fn change_field(setup: Setup, index: usize, change: impl FnOnce(&mut Field)) {
    setup.sample.new_dataset.fields.update(|fields| {
        if let Some(field) = fields.get_mut(index) {
            change(field);
        }
    });
}

/// The usual types, and the chosen one where it is none of them.
fn type_options(chosen: Option<FieldType>) -> Vec<(String, FieldType, String)> {
    let mut options: Vec<_> = TYPES
        .iter()
        .map(|(value, field_type)| {
            (
                (*value).to_owned(),
                *field_type,
                field_type_text(*field_type),
            )
        })
        .collect();
    if let Some(chosen) = chosen.filter(|chosen| !TYPES.iter().any(|(_, known)| known == chosen)) {
        options.push(("other".to_owned(), chosen, field_type_text(chosen)));
    }
    options
}
