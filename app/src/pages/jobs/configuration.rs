//! What a job is set up with, to be read at a glance.

use domain::folder::FolderSource;
use domain::settings::{ImportMethod, SourceKind};
use leptos::prelude::*;
use mapping::settings::{ColumnMapping, DateOrder, DecimalMark};

use super::words::{delimiter_text, header_text, method_text};
use crate::components::icon::{Glyph, Icon};
use crate::components::instant::Instant;
use crate::components::rerun::WaitingRerun;
use crate::pages::field_words::{field_rules, field_type_text};
use crate::pages::frame::use_namespace;
use crate::wire::{DatasetView, JobDetails, JobRow};

#[component]
pub fn Configuration(details: Signal<JobDetails>, row: Memo<JobRow>) -> impl IntoView {
    let namespace = use_namespace();
    let entry = |name: &'static str, value: AnyView| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    let not_set = || view! { <span class="muted">"not set"</span> }.into_any();
    let summary = move || {
        let details = details.get();
        let settings = details.settings;
        let dataset = match details.dataset {
            Some(dataset) => {
                let address = format!("/n/{}/datasets/{}", namespace.get(), dataset.name);
                view! {
                    <a class="link" href=address>
                        {dataset.name}
                    </a>
                }
                .into_any()
            }
            None => not_set(),
        };
        let method = settings
            .method
            .map_or_else(not_set, |method| method_text(method).into_any());
        let updates = settings.method.is_some_and(ImportMethod::updates_rows);
        let empty_cells = settings
            .mapping
            .as_ref()
            .filter(|_| updates)
            .map(|mapping| entry("Empty cells", mapping.empty_cells.words().into_any()));
        let source = match settings.source {
            Some(SourceKind::Upload) => "upload from the browser".into_any(),
            Some(SourceKind::Folder(folder)) => view! { <Folder folder /> }.into_any(),
            None => not_set(),
        };
        let schedule = move || {
            let next = row
                .read()
                .next_run_at
                .map(|at| view! { <div class="under">"next run " <Instant at=Signal::stored(at) /></div> });
            let rerun = row
                .read()
                .rerun
                .clone()
                .map(|rerun| view! { <div class="under"><WaitingRerun rerun=Signal::stored(rerun) /></div> });
            view! {
                {row.read().schedule.clone()}
                {next}
                {rerun}
            }
        };
        let format = settings.dialect.map(|dialect| {
            let quote = dialect
                .quote
                .map_or_else(|| "none".to_owned(), |quote| quote.to_string());
            view! {
                {entry("Encoding", dialect.encoding.label().into_any())}
                {entry("Column delimiter", delimiter_text(dialect.delimiter).into_any())}
                {entry("Quote", view! { <code>{quote}</code> }.into_any())}
                {entry("Header", header_text(&dialect).into_any())}
            }
        });
        view! {
            {entry("Dataset", dataset)}
            {entry("Import method", method)}
            {empty_cells}
            {entry("Source", source)}
            {entry("Schedule", schedule.into_any())}
            {format}
        }
    };
    let columns = move || {
        let details = details.get();
        let mapping = details
            .settings
            .mapping
            .filter(|mapping| !mapping.columns.is_empty())?;
        Some(view! { <Columns columns=mapping.columns dataset=details.dataset /> })
    };
    view! {
        <section aria-label="Configuration">
            <div class="card">
                <dl class="summary">{summary}</dl>
                {columns}
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Columns(columns: Vec<ColumnMapping>, dataset: Option<DatasetView>) -> impl IntoView {
    let mapped = columns
        .iter()
        .filter(|column| column.field.is_some())
        .count();
    let all = columns.len();
    let row = |column: ColumnMapping| {
        let field = dataset.as_ref().and_then(|dataset| {
            dataset
                .fields
                .iter()
                .find(|field| Some(&field.name) == column.field.as_ref())
        });
        let kind = field.map(|field| {
            let rules = field_rules(field);
            let separator = if rules.is_empty() { "" } else { " · " };
            format!("{}{separator}{rules}", field_type_text(field.field_type))
        });
        let reading = reading_text(&column);
        view! {
            <tr>
                <th scope="row">{column.name}</th>
                <td>
                    {match column.field {
                        Some(field) => view! { <code>{field}</code> }.into_any(),
                        None => view! { <span class="muted">"not imported"</span> }.into_any(),
                    }}
                </td>
                <td class="muted">{kind}</td>
                <td class="muted">{reading}</td>
            </tr>
        }
    };
    let rows = columns.into_iter().map(row).collect_view();
    view! {
        <details class="mapping">
            <summary>
                <Icon glyph=Glyph::Chevron size=12 />
                {format!("{mapped} of {all} columns are imported")}
            </summary>
            <div class="raw-scroll">
                <table>
                    <caption class="visually-hidden">"Columns and the fields that they fill"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Column in the file"</th>
                            <th scope="col">"Field"</th>
                            <th scope="col">"Type"</th>
                            <th scope="col">"Read as"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// "DD.MM.YYYY · ja is true · n.v. is empty".
fn reading_text(column: &ColumnMapping) -> String {
    let mut parts = Vec::new();
    if let Some(order) = column.format.date_order {
        parts.push(
            match order {
                DateOrder::YearMonthDay => "year, month, day",
                DateOrder::DayMonthYear => "day, month, year",
                DateOrder::MonthDayYear => "month, day, year",
            }
            .to_owned(),
        );
    }
    if let Some(mark) = column.format.decimal_mark {
        parts.push(
            match mark {
                DecimalMark::Point => "1,234.56",
                DecimalMark::Comma => "1.234,56",
            }
            .to_owned(),
        );
    }
    parts.extend(
        column
            .values
            .iter()
            .take(3)
            .map(|value| format!("{} is {}", value.from, value.to)),
    );
    parts.extend(
        column
            .null_tokens
            .iter()
            .take(3)
            .map(|token| format!("{token} is empty")),
    );
    parts.extend(
        column
            .default
            .iter()
            .map(|default| format!("empty is {default}")),
    );
    parts.extend(
        column
            .empty_cells
            .filter(|_| column.default.is_none())
            .map(|does| format!("empty cells {}", does.words())),
    );
    parts.join(" · ")
}

/// Which files the job takes, and what becomes of them.
#[component]
fn Folder(folder: FolderSource) -> impl IntoView {
    view! {
        "folder " <code>{folder.words()}</code>
        <div class="under">
            {folder.choices()}
        </div>
    }
    .into_any()
}
