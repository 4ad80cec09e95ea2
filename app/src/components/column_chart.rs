//! A row of columns, drawn as SVG on the server, that is a table to a screen reader.

use leptos::prelude::*;

use super::badge::Meaning;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub label: String,
    pub value: u64,
    /// The value as people read it.
    pub text: String,
    pub meaning: Meaning,
}

const WIDTH: usize = 1000;
const HEIGHT: u64 = 100;

/// Columns are as high as their share of the highest. At least `places` of them have room, so that two are not two walls.
#[component]
pub fn ColumnChart(
    caption: &'static str,
    label_head: &'static str,
    value_head: &'static str,
    columns: Vec<Column>,
    #[prop(default = 20)] places: usize,
) -> impl IntoView {
    let highest = columns.iter().map(|column| column.value).max();
    let highest = highest.unwrap_or(1).max(1);
    let step = WIDTH / places.max(columns.len()).max(1);
    // The newest stands at the right edge, however few there are.
    let left = WIDTH - step * columns.len();
    let bar = move |(place, column): (usize, &Column)| {
        let height = (column.value.saturating_mul(HEIGHT) / highest).max(2);
        view! {
            <rect
                class=column.meaning.class()
                x=left + place * step
                y=HEIGHT - height
                width=step * 4 / 5
                height=height
            >
                <title>{format!("{}: {}", column.label, column.text)}</title>
            </rect>
        }
    };
    let row = |column: &Column| {
        view! {
            <tr>
                <th scope="row">{column.label.clone()}</th>
                <td>{column.text.clone()}</td>
            </tr>
        }
    };
    view! {
        <svg class="columns" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
            {columns.iter().enumerate().map(bar).collect_view()}
        </svg>
        // A table does not become smaller than its text.
        <div class="visually-hidden">
            <table>
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{label_head}</th>
                        <th scope="col">{value_head}</th>
                    </tr>
                </thead>
                <tbody>{columns.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
