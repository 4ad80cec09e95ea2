//! How a column's dates and numbers are written; a choice where the sample does not prove it.

use leptos::prelude::*;
use mapping::field::{Field, FieldType};
use mapping::infer::Evidence;
use mapping::settings::{ColumnMapping, DateOrder, DecimalMark};

use super::columns::Column;
use crate::components::marked::Marked;
use crate::pages::field_words::shown_name;
use crate::pages::setup::state::Setup;
use crate::pages::setup::words;

#[component]
pub fn FormatOfColumn(
    column: Column,
    mapped: Memo<ColumnMapping>,
    field: Memo<Option<Field>>,
) -> impl IntoView {
    let field_type = Memo::new(move |_| field.read().as_ref().map(|field| field.field_type));
    let column = StoredValue::new(column);
    let content = move || {
        let column = column.get_value();
        match field_type.get() {
            Some(FieldType::Date) => view! { <DateOrderOfColumn column mapped /> }.into_any(),
            Some(FieldType::Timestamp { zoned }) => view! {
                <DateOrderOfColumn column=column.clone() mapped />
                <Show when=move || zoned>
                    <OffsetOfColumn column=column.clone() mapped />
                </Show>
            }
            .into_any(),
            Some(FieldType::Integer | FieldType::Decimal { .. }) => {
                view! { <DecimalMarkOfColumn column mapped /> }.into_any()
            }
            Some(FieldType::Boolean) => {
                view! { <small>"yes and no in usual words; map others below"</small> }.into_any()
            }
            Some(FieldType::Text | FieldType::Email) => {
                let reason = column
                    .stats
                    .map(|stats| stats.suggestion.reason)
                    .filter(|reason| reason.starts_with("kept as"));
                view! { <small>{reason.map(|text| view! { <Marked text /> })}</small> }.into_any()
            }
            None => ().into_any(),
        }
    };
    content.into_any()
}

#[component]
fn DateOrderOfColumn(column: Column, mapped: Memo<ColumnMapping>) -> impl IntoView {
    const ORDERS: [(DateOrder, &str, &str); 3] = [
        (DateOrder::DayMonthYear, "day_month_year", "DD.MM.YYYY"),
        (DateOrder::MonthDayYear, "month_day_year", "MM/DD/YYYY"),
        (DateOrder::YearMonthDay, "year_month_day", "YYYY-MM-DD"),
    ];
    let setup = expect_context::<Setup>();
    let index = column.index;
    let evidence = column.stats.map(|stats| stats.date_order);
    let chosen = move || mapped.read().format.date_order;
    let value = move || {
        ORDERS
            .iter()
            .find(|(order, ..)| Some(*order) == chosen())
            .map_or("", |(_, value, _)| value)
    };
    let choose = move |value: String| {
        let order = ORDERS
            .iter()
            .find(|(_, known, _)| *known == value)
            .map(|(order, ..)| *order);
        setup
            .sample
            .change_column(index, |column| column.format.date_order = order);
    };
    let origin = move || match (evidence, chosen()) {
        (Some(Evidence::Proven { answer, by, .. }), Some(order)) if answer == order => {
            format!("proven by {}", values(by))
        }
        (Some(Evidence::Ambiguous { values: count }), None) => {
            format!("{} can be read in two ways: choose", values(count))
        }
        (Some(Evidence::Contradictory { .. }), None) => {
            "the values contradict each other: choose".to_owned()
        }
        (Some(_), Some(_)) => "your choice".to_owned(),
        _ => String::new(),
    };
    let undecided =
        move || chosen().is_none() && !matches!(evidence, None | Some(Evidence::Unseen));
    view! {
        <label class="mapping-choice" class:undecided=undecided>
            <span class="visually-hidden">{format!("How dates are written in {}", shown_name(&column.name))}</span>
            <select prop:value=value on:change:target=move |event| choose(event.target().value())>
                <option value="" selected=move || chosen().is_none()>
                    "choose the order"
                </option>
                {ORDERS
                    .map(|(order, value, text)| {
                        view! {
                            <option value=value selected=move || chosen() == Some(order)>
                                {text}
                            </option>
                        }
                    })
                    .into_iter()
                    .collect_view()}
            </select>
            <small>{origin}</small>
        </label>
    }
}

#[component]
fn DecimalMarkOfColumn(column: Column, mapped: Memo<ColumnMapping>) -> impl IntoView {
    const MARKS: [(DecimalMark, &str, &str); 2] = [
        (DecimalMark::Comma, "comma", "1.234,56"),
        (DecimalMark::Point, "point", "1,234.56"),
    ];
    let setup = expect_context::<Setup>();
    let index = column.index;
    let evidence = column.stats.map(|stats| stats.decimal_mark);
    let chosen = move || mapped.read().format.decimal_mark;
    let value = move || {
        MARKS
            .iter()
            .find(|(mark, ..)| Some(*mark) == chosen())
            .map_or("", |(_, value, _)| value)
    };
    let choose = move |value: String| {
        let mark = MARKS
            .iter()
            .find(|(_, known, _)| *known == value)
            .map(|(mark, ..)| *mark);
        setup
            .sample
            .change_column(index, |column| column.format.decimal_mark = mark);
    };
    let origin = move || match (evidence, chosen()) {
        (Some(Evidence::Proven { answer, by, .. }), Some(mark)) if answer == mark => {
            format!("proven by {}", values(by))
        }
        (Some(Evidence::Ambiguous { values: count }), None) => {
            format!("{} can be read in two ways: choose", values(count))
        }
        (Some(Evidence::Contradictory { .. }), None) => {
            "the values contradict each other: choose".to_owned()
        }
        (Some(Evidence::Unseen), _) => "no number in the sample depends on it".to_owned(),
        (None, _) => String::new(),
        (_, Some(_)) => "your choice".to_owned(),
        (Some(Evidence::Proven { by, .. }), None) => format!("{} say otherwise", values(by)),
    };
    let undecided =
        move || chosen().is_none() && !matches!(evidence, None | Some(Evidence::Unseen));
    view! {
        <label class="mapping-choice" class:undecided=undecided>
            <span class="visually-hidden">{format!("How numbers are written in {}", shown_name(&column.name))}</span>
            <select prop:value=value on:change:target=move |event| choose(event.target().value())>
                <option value="" selected=move || chosen().is_none()>
                    "plain digits"
                </option>
                {MARKS
                    .map(|(mark, value, text)| {
                        view! {
                            <option value=value selected=move || chosen() == Some(mark)>
                                {text}
                            </option>
                        }
                    })
                    .into_iter()
                    .collect_view()}
            </select>
            <small>{origin}</small>
        </label>
    }
}

/// For text that states no zone of its own.
#[component]
fn OffsetOfColumn(column: Column, mapped: Memo<ColumnMapping>) -> impl IntoView {
    let setup = expect_context::<Setup>();
    let index = column.index;
    let chosen = move || mapped.read().format.utc_offset_minutes;
    let choose = move |value: String| {
        let offset = value.parse::<i16>().ok();
        setup
            .sample
            .change_column(index, |column| column.format.utc_offset_minutes = offset);
    };
    let options = (-12..=14).map(|hours: i16| {
        let minutes = hours * 60;
        view! {
            <option value=minutes.to_string() selected=move || chosen() == Some(minutes)>
                {format!("UTC{hours:+}")}
            </option>
        }
    });
    view! {
        <label class="mapping-choice">
            <span class="visually-hidden">{format!("Zone of times without one in {}", shown_name(&column.name))}</span>
            <select
                prop:value=move || chosen().map(|minutes| minutes.to_string()).unwrap_or_default()
                on:change:target=move |event| choose(event.target().value())
            >
                <option value="" selected=move || chosen().is_none()>
                    "zone stands in the text"
                </option>
                {options.collect_view()}
            </select>
        </label>
    }
}

fn values(count: u64) -> String {
    words::counted(count, "value", "values")
}
