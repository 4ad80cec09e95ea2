//! The grid: a window of rows over all records, with the keyboard of a spreadsheet.

use std::ops::Range;

use leptos::html::{Div, Input};
use leptos::prelude::*;
use leptos::{ev, web_sys};
use wasm_bindgen::JsCast as _;

use super::editing::Editing;
use super::sheet::{Row, Spot};
use super::{clipboard, keys};
use crate::components::marked::Marked;
use crate::components::number::count_text;

/// All rows have one height, so that the place of each is known without drawing it.
const ROW_PIXELS: usize = 37;
/// Rows drawn above and below those in sight.
const MARGIN: usize = 8;
const TALLEST_PIXELS: usize = 560;

#[component]
pub fn Grid() -> impl IntoView {
    let editing = expect_context::<Editing>();
    let frame = editing.frame;
    let scrolled = RwSignal::new(0_usize);
    // Indices into the sheet.
    let order = Memo::new(move |_| editing.sheet.read().shown().to_vec());
    let height = Memo::new(move |_| order.read().len() * ROW_PIXELS);
    let window = Memo::new(move |_| in_sight(scrolled.get(), order.read().len()));
    let rows = move || {
        let window = window.get();
        order.read()[window].to_vec()
    };
    let columns = Memo::new(move |_| editing.columns());
    // The active cell is brought into sight, and keeps the keyboard.
    Effect::new(move |_| {
        let active = editing.active.get();
        let Some(frame) = frame.get() else { return };
        let Some(line) = order
            .read_untracked()
            .iter()
            .position(|row| *row == active.row)
        else {
            return;
        };
        bring_into_sight(&frame, line);
        bring_column_into_sight(&frame, active.column);
    });
    let on_scroll = move |_| {
        if let Some(frame) = frame.get() {
            scrolled.set(usize::try_from(frame.scroll_top()).unwrap_or(0));
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let lines = order.read_untracked().clone();
        keys::pressed(editing, &lines, &event);
    };
    let head = move || {
        let columns = columns.get();
        let cell = |(index, name): (usize, String)| {
            view! {
                <div role="columnheader" class="fix-cell" aria-colindex=index + 2>
                    {name}
                </div>
            }
        };
        columns.into_iter().enumerate().map(cell).collect_view()
    };
    view! {
        <div
            class="fix-frame"
            node_ref=frame
            role="grid"
            aria-label="Rejected records"
            aria-rowcount=move || order.read().len() + 1
            aria-colcount=move || columns.read().len() + 1
            aria-multiselectable="true"
            tabindex="0"
            aria-activedescendant=move || id_of(editing.active.get())
            style:max-height=format!("{TALLEST_PIXELS}px")
            style=("--columns", move || columns.read().len().to_string())
            on:scroll=on_scroll
            on:keydown=on_key
            on:copy=move |event| clipboard::copy(editing, &event)
            on:cut=move |event| clipboard::cut(editing, &event)
            on:paste=move |event| clipboard::paste(editing, &event)
        >
            <div class="fix-row fix-head" role="row" aria-rowindex="1">
                <div role="columnheader" class="fix-number" aria-colindex="1">
                    "No."
                </div>
                {head}
            </div>
            <div class="fix-body" role="rowgroup" style:height=move || format!("{}px", height.get())>
                <div
                    class="fix-window"
                    style:transform=move || format!("translateY({}px)", window.get().start * ROW_PIXELS)
                >
                    <For
                        each=rows
                        key=|row| *row
                        children=move |row| {
                            let line = Memo::new(move |_| {
                                order.read().iter().position(|it| *it == row).unwrap_or_default()
                            });
                            view! { <GridRow row line frame /> }
                        }
                    />
                </div>
            </div>
        </div>
        <Show when=move || order.read().is_empty()>
            <p class="hint">"No record is shown: choose another part above."</p>
        </Show>
        <p class="visually-hidden" aria-live="polite">
            {move || editing.said.get()}
        </p>
    }
    .into_any()
}

fn in_sight(scrolled: usize, count: usize) -> Range<usize> {
    let first = (scrolled / ROW_PIXELS).saturating_sub(MARGIN);
    let last = (scrolled + TALLEST_PIXELS) / ROW_PIXELS + MARGIN;
    first.min(count)..last.min(count)
}

fn bring_into_sight(frame: &web_sys::HtmlDivElement, line: usize) {
    let pixels = |value: usize| i32::try_from(value).unwrap_or(i32::MAX);
    let (top, bottom) = (pixels(line * ROW_PIXELS), pixels((line + 1) * ROW_PIXELS));
    // The head stays above the rows.
    let room = frame.client_height() - pixels(ROW_PIXELS);
    if top < frame.scroll_top() {
        frame.set_scroll_top(top);
    } else if bottom > frame.scroll_top() + room {
        frame.set_scroll_top(bottom - room);
    }
}

/// The record's number stays before the columns. The head has every column, whichever rows are drawn.
fn bring_column_into_sight(frame: &web_sys::HtmlDivElement, column: usize) {
    let head = |place: usize| {
        let found = frame.query_selector(&format!(".fix-head > :nth-child({})", place + 1));
        found.ok()??.dyn_into::<web_sys::HtmlElement>().ok()
    };
    let (Some(number), Some(cell)) = (head(0), head(column + 1)) else {
        return;
    };
    let left = cell.offset_left() - number.offset_width();
    let right = cell.offset_left() + cell.offset_width();
    if left < frame.scroll_left() {
        frame.set_scroll_left(left);
    } else if right > frame.scroll_left() + frame.client_width() {
        frame.set_scroll_left(left.min(right - frame.client_width()));
    }
}

fn id_of(spot: Spot) -> String {
    format!("fix-{}-{}", spot.row, spot.column)
}

#[component]
fn GridRow(row: usize, line: Memo<usize>, frame: NodeRef<Div>) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let width = Memo::new(move |_| editing.sheet.read().width());
    let data = Memo::new(move |_| editing.sheet.read().rows().get(row).cloned());
    let state = move || {
        data.read()
            .as_ref()
            .map_or("", |data| match (data.fits(), data.is_changed()) {
                (true, _) => "fix-row fits",
                (false, true) => "fix-row changed",
                (false, false) => "fix-row",
            })
    };
    let number = move || {
        data.read()
            .as_ref()
            .map(|data| count_text(data.place + 1, None))
    };
    let mark = move || {
        data.read()
            .as_ref()
            .map(|data| if data.fits() { "fits" } else { "rejected" })
    };
    let cells = move || {
        (0..width.get())
            .map(|column| view! { <GridCell spot=Spot { row, column } data frame /> })
            .collect_view()
    };
    view! {
        <div role="row" class=state aria-rowindex=move || line.get() + 2>
            <div role="rowheader" class="fix-number" aria-colindex="1">
                {number} <span class="visually-hidden">{mark}</span>
            </div>
            {cells}
        </div>
    }
    .into_any()
}

#[component]
fn GridCell(spot: Spot, data: Memo<Option<Row>>, frame: NodeRef<Div>) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let text = Memo::new(move |_| {
        data.read()
            .as_ref()
            .and_then(|row| row.cells.get(spot.column).cloned())
            .unwrap_or_default()
    });
    let is_wrong = Memo::new(move |_| {
        data.read()
            .as_ref()
            .is_some_and(|row| row.problem(spot.column).is_some())
    });
    let is_changed = Memo::new(move |_| {
        data.read()
            .as_ref()
            .is_some_and(|row| row.cells.get(spot.column) != row.original.get(spot.column))
    });
    let is_active = Memo::new(move |_| editing.active.get() == spot);
    let is_selected = Memo::new(move |_| {
        let (one, other) = (editing.anchor.get(), editing.active.get());
        let rows = one.row.min(other.row)..=one.row.max(other.row);
        let columns = one.column.min(other.column)..=one.column.max(other.column);
        rows.contains(&spot.row) && columns.contains(&spot.column)
    });
    let is_typed = Memo::new(move |_| is_active.get() && editing.typed.read().is_some());
    let on_down = move |event: ev::MouseEvent| {
        if is_typed.get_untracked() {
            return;
        }
        keys::commit(editing);
        if event.shift_key() {
            editing.active.set(spot);
        } else {
            editing.go_to(spot);
        }
    };
    let on_double = move |_| {
        if !is_typed.get_untracked() {
            editing.typed.set(Some(text.get_untracked()));
        }
    };
    let content = move || {
        if is_typed.get() {
            view! { <CellInput spot frame /> }.into_any()
        } else if text.read().is_empty() && is_wrong.get() {
            view! { <span class="null">"empty"</span> }.into_any()
        } else {
            text.get().into_any()
        }
    };
    view! {
        <div
            role="gridcell"
            id=id_of(spot)
            class="fix-cell"
            class:wrong=is_wrong
            class:changed=is_changed
            class:active=is_active
            class:selected=is_selected
            aria-colindex=spot.column + 2
            aria-selected=move || if is_selected.get() { "true" } else { "false" }
            aria-invalid=move || is_wrong.get().then_some("true")
            on:mousedown=on_down
            on:dblclick=on_double
        >
            {content}
        </div>
    }
    .into_any()
}

#[component]
fn CellInput(spot: Spot, frame: NodeRef<Div>) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let input = NodeRef::<Input>::new();
    let before = editing.typed.get_untracked().unwrap_or_default();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            // Both can only fail for an element that is not in the document.
            let _ = input.focus();
            let end = u32::try_from(input.value().encode_utf16().count()).unwrap_or(u32::MAX);
            let _ = input.set_selection_range(end, end);
        }
    });
    // When the input goes, the grid has the keyboard again.
    on_cleanup(move || {
        if let Some(frame) = frame.get_untracked() {
            let _ = frame.focus();
        }
    });
    let columns = editing.columns();
    let label = columns.get(spot.column).cloned().unwrap_or_default();
    view! {
        <input
            class="fix-input"
            node_ref=input
            aria-label=label
            value=before.clone()
            prop:value=before
            on:input=move |event| {
                let text = event
                    .target()
                    .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
                    .map(|input| input.value());
                editing.typed.set(text);
            }
            on:blur=move |_| keys::commit(editing)
        />
    }
}

/// Why the active record is rejected, and what to do.
#[component]
pub fn Why() -> impl IntoView {
    let editing = expect_context::<Editing>();
    let active = Memo::new(move |_| {
        let row = editing.active.get().row;
        editing.sheet.read().rows().get(row).cloned()
    });
    let lines = move || {
        let row = active.get()?;
        if row.is_closed {
            return Some(view! { <p>"This record is too large to be changed here. Correct it in the failure report."</p> }.into_any());
        }
        if row.fits() {
            let words = if row.is_changed() {
                "fits now."
            } else {
                "fits as it is: the dataset or its rules have changed since."
            };
            return Some(
                view! { <p>{format!("Record {} of the report {words}", count_text(row.place + 1, None))}</p> }
                    .into_any(),
            );
        }
        let lines = row.rejections.into_iter().map(|rejection| {
            let column = rejection
                .column_name
                .filter(|name| !rejection.message.contains(name.as_str()));
            view! {
                <li>
                    {column.map(|name| view! { <b>{name} ": "</b> })}
                    <Marked text=rejection.message />
                    " "
                    <span class="muted">
                        <Marked text=rejection.hint />
                    </span>
                </li>
            }
        });
        let number = format!(
            "Record {} of the report is rejected:",
            count_text(row.place + 1, None)
        );
        Some(view! { <p>{number}</p> <ul>{lines.collect_view()}</ul> }.into_any())
    };
    view! {
        <section class="card fix-why" aria-label="The active record" aria-live="polite">
            {lines}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_in_sight_are_drawn() {
        assert_eq!(in_sight(0, 3), 0..3);
        let window = in_sight(ROW_PIXELS * 5000, 10_000);
        assert_eq!(window.start, 5000 - MARGIN);
        assert!(window.len() < 40);
        assert_eq!(in_sight(ROW_PIXELS * 10_000, 100), 100..100);
    }
}
