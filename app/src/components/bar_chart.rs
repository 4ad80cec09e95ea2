//! A small bar chart that is a table to a screen reader.

use leptos::prelude::*;

use super::number::Count;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    pub label: String,
    pub value: u64,
    /// An example or a remark.
    pub note: String,
}

/// Bars are as long as their share of the largest.
#[component]
pub fn BarChart(
    caption: String,
    label_head: &'static str,
    value_head: &'static str,
    note_head: &'static str,
    bars: Vec<Bar>,
) -> impl IntoView {
    let largest = bars.iter().map(|bar| bar.value).max().unwrap_or(1).max(1);
    let row = move |bar: Bar| {
        let width = format!("{}%", (bar.value * 100 / largest).max(1));
        let value = bar.value;
        view! {
            <tr>
                <th scope="row">{bar.label}</th>
                <td class="bar-cell" aria-hidden="true">
                    <svg>
                        <rect height="100%" rx="3" width=width />
                    </svg>
                </td>
                <td class="number">
                    <Count value=Signal::stored(value) />
                </td>
                <td class="example">{bar.note}</td>
            </tr>
        }
    };
    view! {
        <table class="chart">
            <caption class="visually-hidden">{caption}</caption>
            <thead class="visually-hidden">
                <tr>
                    <th scope="col">{label_head}</th>
                    <td></td>
                    <th scope="col">{value_head}</th>
                    <th scope="col">{note_head}</th>
                </tr>
            </thead>
            <tbody>{bars.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}
