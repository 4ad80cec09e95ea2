//! What the values of a column mean: words for "no value", values instead of others, and a default.

use leptos::prelude::*;
use mapping::field::{Field, FieldType};
use mapping::infer::{CountedText, Distinct};
use mapping::settings::{ColumnMapping, ValueMapping};

use super::columns::Column;
use crate::pages::setup::state::Setup;
use crate::pages::setup::words;

/// More values than these are not mapped one by one.
const VALUES_SHOWN: usize = 50;

#[component]
pub fn ValuesOfColumn(
    column: Column,
    mapped: Memo<ColumnMapping>,
    field: Memo<Option<Field>>,
) -> impl IntoView {
    let Some(stats) = column.stats.clone() else {
        return ().into_any();
    };
    let setup = expect_context::<Setup>();
    let index = column.index;
    let tokens = stats.null_tokens;
    let has_tokens = !tokens.is_empty();
    let values = match stats.distinct {
        Distinct::Few { values } if values.len() <= VALUES_SHOWN => values,
        Distinct::Few { .. } | Distinct::Many => Vec::new(),
    };
    let values = StoredValue::new(values);
    let summary = move || {
        let mapped = mapped.read();
        let mut parts = Vec::new();
        match values.read_value().len() {
            0 => {}
            count => parts.push(words::counted(
                count as u64,
                "distinct value",
                "distinct values",
            )),
        }
        if !mapped.values.is_empty() {
            parts.push(format!("{} mapped", mapped.values.len()));
        }
        if !mapped.null_tokens.is_empty() {
            parts.push(format!("`{}` is no value", mapped.null_tokens.join("`, `")));
        } else if has_tokens {
            parts.push("has words that may mean “no value”".to_owned());
        }
        if let Some(default) = &mapped.default {
            parts.push(format!("empty becomes `{default}`"));
        }
        if parts.is_empty() {
            "values and default".to_owned()
        } else {
            parts.join(" · ")
        }
    };
    let tokens = StoredValue::new(tokens);
    let body = move || {
        let tokens = tokens
            .get_value()
            .into_iter()
            .map(|token| view! { <NullToken index token mapped /> });
        let rows = values
            .get_value()
            .into_iter()
            .map(|value| view! { <ValueRow index value mapped field /> });
        let default = move |text: String| {
            setup.sample.change_column(index, |column| {
                column.default = (!text.is_empty()).then_some(text);
            });
        };
        view! {
            <div class="mapping-nulls">{tokens.collect_view()}</div>
            <label class="mapping-default">
                <span>"Where it is empty, take"</span>
                <input
                    type="text"
                    placeholder="nothing"
                    prop:value=move || mapped.read().default.clone().unwrap_or_default()
                    on:change:target=move |event| default(event.target().value())
                />
            </label>
            <Show when=move || !values.read_value().is_empty()>
                <p class="muted small">"Write what is imported instead of a value, or leave it as it is."</p>
            </Show>
            <table class="mapping-values">
                <tbody>{rows.collect_view()}</tbody>
            </table>
        }
    };
    let opened = RwSignal::new(false);
    view! {
        <details
            class="mapping-more"
            class:left-out=move || field.read().is_none()
            on:toggle=move |_| opened.set(true)
        >
            <summary>{summary}</summary>
            // Drawn when it is first opened: a wide file has thousands of values.
            <Show when=move || opened.get()>{body}</Show>
        </details>
    }
    .into_any()
}

#[component]
fn NullToken(index: usize, token: CountedText, mapped: Memo<ColumnMapping>) -> impl IntoView {
    let setup = expect_context::<Setup>();
    let text = StoredValue::new(token.text.clone());
    let accepted = move || text.with_value(|text| mapped.read().null_tokens.contains(text));
    let accept = move |is_accepted: bool| {
        let text = text.get_value();
        setup.sample.change_column(index, |column| {
            column.null_tokens.retain(|token| *token != text);
            if is_accepted {
                column.null_tokens.push(text);
            }
        });
    };
    view! {
        <label>
            <input type="checkbox" prop:checked=accepted on:change:target=move |event| accept(event.target().checked()) />
            <code class="chip">{token.text}</code>
            {format!("means “no value” ({})", words::count(token.count))}
        </label>
    }
}

#[component]
fn ValueRow(
    index: usize,
    value: CountedText,
    mapped: Memo<ColumnMapping>,
    field: Memo<Option<Field>>,
) -> impl IntoView {
    let setup = expect_context::<Setup>();
    let from = StoredValue::new(value.text.clone());
    let to = move || {
        let mapped = mapped.read();
        let found = mapped
            .values
            .iter()
            .find(|value| from.with_value(|from| value.from == *from));
        found.map(|value| value.to.clone()).unwrap_or_default()
    };
    let change = move |to: String| {
        let from = from.get_value();
        setup.sample.change_column(index, |column| {
            column.values.retain(|value| value.from != from);
            if !to.is_empty() {
                column.values.push(ValueMapping { from, to });
            }
        });
    };
    let choices = move || match field.read().as_ref() {
        Some(field) if !field.allowed.is_empty() => field.allowed.clone(),
        Some(Field {
            field_type: FieldType::Boolean,
            ..
        }) => vec!["true".to_owned(), "false".to_owned()],
        _ => Vec::new(),
    };
    let label = format!("Instead of {}", value.text);
    let target = move || {
        let label = label.clone();
        let choices = choices();
        if choices.is_empty() {
            return view! {
                <input
                    type="text"
                    aria-label=label
                    placeholder="as it is"
                    prop:value=to
                    on:change:target=move |event| change(event.target().value())
                />
            }
            .into_any();
        }
        let options = choices.into_iter().map(|choice| {
            let chosen = choice.clone();
            view! {
                <option value=choice.clone() selected=move || to() == chosen>
                    {choice.clone()}
                </option>
            }
        });
        view! {
            <select aria-label=label prop:value=to on:change:target=move |event| change(event.target().value())>
                <option value="" selected=move || to().is_empty()>
                    "as it is"
                </option>
                {options.collect_view()}
            </select>
        }
        .into_any()
    };
    view! {
        <tr>
            <td>
                <code class="chip">{value.text}</code>
            </td>
            <td class="number muted">{words::count(value.count)}</td>
            <td aria-hidden="true">"→"</td>
            <td>{target}</td>
        </tr>
    }
}
