//! The file as a table, as it stands: preamble, header, records; what does not fit and what a change did are marked.

use std::collections::HashMap;

use leptos::prelude::*;
use mapping::sample::{Inspection, PreviewCell};
use tabular::dialect::HeaderRow;

use super::format;
use super::raw::RawView;
use crate::pages::field_words::shown_name;
use crate::pages::setup::state::Setup;
use crate::pages::setup::words;
use crate::sample::protocol::Checked;
use crate::sample::raw::{Piece, pieces};

/// A wide file shows fewer records, so that a change is drawn at once.
const CELLS_SHOWN: usize = 1500;
const LEAST_RECORDS: usize = 12;
/// So many lines may be clicked to be the header.
const HEADER_CANDIDATES: u64 = 10;

/// Problems by record number and column; `None`: of the whole record.
type Marks = HashMap<(u64, Option<u32>), String>;

#[component]
pub fn Preview() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let form = setup.sample;
    let raw = RwSignal::new(false);
    let table = move || {
        let (inspection, before, check) = (
            form.inspection.read(),
            form.before.read(),
            form.check.read(),
        );
        let has_header = form
            .dialect
            .read()
            .as_ref()
            .is_none_or(|dialect| dialect.header == HeaderRow::Present);
        let inspection = inspection.as_ref()?;
        let marks = check.as_ref().map(marks).unwrap_or_default();
        Some(draw(setup, inspection, before.as_ref(), &marks, has_header))
    };
    let shown = move || {
        let inspection = form.inspection.read();
        inspection.as_ref().map(|inspection| {
            let records = words::counted(inspection.records, "record", "records");
            let part = if inspection.complete {
                "in the file"
            } else {
                "in the first 1 MB of the file"
            };
            let columns = inspection.columns.len() as u64;
            format!(
                "{records} {part}, {}",
                words::counted(columns, "column", "columns")
            )
        })
    };
    view! {
        <Show when=move || form.inspection.read().is_some()>
            <div class="preview-bar">
                <span>{shown}</span>
                <button
                    type="button"
                    class="button quiet"
                    aria-pressed=move || raw.get().to_string()
                    on:click=move |_| raw.update(|raw| *raw = !*raw)
                >
                    {move || if raw.get() { "Show the table" } else { "Show the raw text" }}
                </button>
            </div>
            <Show when=move || raw.get() fallback=move || view! {
                <div class="raw-scroll preview-scroll" tabindex="0" role="region" aria-label="The first records of the file">
                    {table}
                </div>
            }>
                <RawView />
            </Show>
        </Show>
    }
}

fn draw(
    setup: Setup,
    inspection: &Inspection,
    before: Option<&Inspection>,
    marks: &Marks,
    has_header: bool,
) -> impl IntoView + use<> {
    let columns = inspection.columns.len().max(1);
    let records = (CELLS_SHOWN / columns).max(LEAST_RECORDS);
    let was = before.map(cells_by_line).unwrap_or_default();
    let changed = |line: u64, column: usize, text: &str| {
        before.is_some() && was.get(&(line, column)).copied() != Some(text)
    };
    let preamble = (1_u64..).zip(&inspection.preamble).map(|(line, text)| {
        view! {
            <tr class="preamble">
                <LineNumber setup line />
                <td colspan=columns.to_string()>{cell_view(text)}</td>
            </tr>
        }
    });
    let preamble = preamble.collect_view();
    let header_line = inspection.preamble.len() as u64 + 1;
    let header = inspection
        .header
        .as_ref()
        .filter(|_| has_header)
        .map(|header| {
            let cells = header.iter().enumerate().map(|(column, name)| {
                view! {
                    <th scope="col" class:changed=changed(header_line, column, name)>
                        {cell_view(&shown_name(name))}
                    </th>
                }
            });
            view! {
                <tr class="header">
                    <LineNumber setup line=header_line />
                    {cells.collect_view()}
                </tr>
            }
        });
    let rows = inspection.rows.iter().take(records).map(|row| {
        let whole = marks
            .get(&(row.record, None))
            .cloned()
            .or_else(|| row.defect.as_ref().map(|one| one.message.clone()));
        let cells = row.cells.iter().enumerate().map(|(column, cell)| {
            let mark = u32::try_from(column)
                .ok()
                .and_then(|column| marks.get(&(row.record, Some(column))).cloned());
            record_cell(cell, mark, changed(row.line, column, &cell.text))
        });
        let cells = cells.collect_view();
        view! {
            <tr class:unfit=whole.is_some() title=whole>
                <LineNumber setup line=row.line />
                {cells}
            </tr>
        }
    });
    view! {
        <table class="raw preview">
            <caption class="visually-hidden">"The first records of the file, as they stand in it"</caption>
            <tbody>{preamble} {header} {rows.collect_view()}</tbody>
        </table>
    }
}

/// The number of a line; the first ones can be made the header.
#[component]
fn LineNumber(setup: Setup, line: u64) -> impl IntoView {
    let make_header = move |_| {
        if let Ok(line) = u32::try_from(line) {
            format::header_at(setup, line);
        }
    };
    let number = if line <= HEADER_CANDIDATES {
        view! {
            <button type="button" title="Make this line the header" on:click=make_header>
                {line}
            </button>
        }
        .into_any()
    } else {
        line.into_any()
    };
    view! {
        <th scope="row" class="line">
            {number}
        </th>
    }
}

fn record_cell(cell: &PreviewCell, mark: Option<String>, changed: bool) -> impl IntoView + use<> {
    let spoken = mark
        .clone()
        .map(|mark| view! { <span class="visually-hidden">{format!(" ({mark})")}</span> });
    view! {
        <td class:wrong=mark.is_some() class:changed=changed title=mark>
            {cell_view(&cell.text)}
            {spoken}
        </td>
    }
}

/// A cell's text; what cannot be seen in it is drawn.
fn cell_view(text: &str) -> AnyView {
    let plain =
        |c: char| !c.is_control() && !matches!(c, '\\' | '\u{a0}' | '\u{feff}' | '\u{200b}');
    if text.chars().all(plain) && !text.starts_with(' ') && !text.ends_with(' ') {
        return text.to_owned().into_any();
    }
    pieces(text)
        .into_iter()
        .map(piece_view)
        .collect_view()
        .into_any()
}

/// One piece of text, so that nothing of it is invisible.
pub fn piece_view(piece: Piece) -> AnyView {
    match piece {
        Piece::Text(text) => text.into_any(),
        Piece::Spaces(1) => " ".into_any(),
        Piece::Spaces(count) => view! { <span class="blank">{"·".repeat(count)}</span> }.into_any(),
        Piece::Tab => view! { <span class="blank">"⇥"</span> }.into_any(),
        Piece::LineEnd(_) => view! { <span class="blank">"↵"</span> }.into_any(),
        Piece::Byte(digits) => view! { <span class="byte" title="A byte that is no text in this encoding">{digits}</span> }.into_any(),
        Piece::Invisible(name) => view! { <span class="byte named">{name}</span> }.into_any(),
    }
}

fn cells_by_line(inspection: &Inspection) -> HashMap<(u64, usize), &str> {
    let header_line = inspection.preamble.len() as u64 + 1;
    let header = inspection.header.iter().flatten().enumerate();
    let header = header.map(|(column, name)| ((header_line, column), name.as_str()));
    let rows = inspection.rows.iter().flat_map(|row| {
        row.cells
            .iter()
            .enumerate()
            .map(|(column, cell)| ((row.line, column), cell.text.as_str()))
    });
    header.chain(rows).collect()
}

fn marks(checked: &Checked) -> Marks {
    let rejections = checked.first_rejected.iter().flat_map(|rejected| {
        rejected.rejections.iter().map(|rejection| {
            (
                (rejected.record, rejection.column),
                rejection.message.clone(),
            )
        })
    });
    rejections.collect()
}
