//! A run's page.

use domain::settings::ImportMethod;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::acting::RunActions;
use super::breakdown::Breakdown;
use super::rejections::Rejections;
use super::stages::Stages;
use super::words::outcome;
use crate::components::badge::{RunBadge, look_of_run};
use crate::components::breadcrumb::Breadcrumb;
use crate::components::changed_columns::ChangedColumns;
use crate::components::heading::Heading;
use crate::components::icon::Icon;
use crate::components::instant::{Instant, moment_text};
use crate::components::loaded::Loaded;
use crate::components::marked::Marked;
use crate::components::number::{Count, count_text, duration_text, size_text};
use crate::components::reader::use_reader;
use crate::components::states::ListSkeleton;
use crate::live::{on_change, use_live};
use crate::pages::frame::use_namespace;
use crate::server_fns::error::AppError;
use crate::server_fns::jobs::job;
use crate::server_fns::runs::run;
use crate::wire::{JobDetails, RunAction, RunDetails, RunRow};

#[component]
pub fn RunPage() -> impl IntoView {
    let namespace = use_namespace();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("run").unwrap_or_default());
    let loaded = Resource::new(
        move || (namespace.get(), id.get()),
        |(namespace, id)| run_and_job(namespace, id),
    );
    on_change(move || loaded.refetch());
    view! {
        <Loaded
            resource=loaded
            waiting=|| view! { <ListSkeleton rows=4 /> }
            children=move |both| view! { <Run both on_done=move |()| loaded.refetch() /> }.into_any()
        />
    }
    .into_any()
}

/// A run, and its job where that is still there: its import method and the names of its columns.
async fn run_and_job(
    namespace: String,
    id: String,
) -> Result<(RunDetails, Option<JobDetails>), AppError> {
    let details = run(namespace.clone(), id).await?;
    let of_job = job(namespace, details.row.job.clone()).await.ok();
    Ok((details, of_job))
}

#[component]
fn Run(
    both: Signal<(RunDetails, Option<JobDetails>)>,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let details = Signal::derive(move || both.with(|(details, _)| details.clone()));
    let settings =
        move || both.with(|(_, of_job)| of_job.as_ref().map(|of_job| of_job.settings.clone()));
    let inserts = Signal::derive(move || {
        settings().and_then(|settings| settings.method) == Some(ImportMethod::Insert)
    });
    let recurring = Signal::derive(move || {
        settings()
            .and_then(|settings| settings.schedule)
            .is_some_and(|schedule| schedule.is_recurring())
    });
    let column_names = Signal::derive(move || {
        let mapping = settings()
            .and_then(|settings| settings.mapping)
            .unwrap_or_default();
        mapping
            .columns
            .into_iter()
            .map(|column| column.name)
            .collect::<Vec<_>>()
    });
    let namespace = use_namespace();
    let live = use_live();
    let reader = use_reader();
    let row = Memo::new(move |_| live.run(details.with(|details| details.row.clone())));
    let started = Signal::derive(move || row.with(|row| row.started_at.unwrap_or(row.due_at)));
    let title = move || format!("Run of {}", moment_text(started.get(), reader));
    let above = Signal::derive(move || {
        let jobs = format!("/n/{}/jobs", namespace.read());
        let job = format!("{jobs}/{}", row.read().job);
        vec![
            (jobs, "Jobs".to_owned()),
            (job, row.read().job_name.clone()),
        ]
    });
    view! {
        <Title text=title />
        <Breadcrumb above />
        <div class="page-head">
            <Heading>{title}</Heading>
            <RunBadge status=Signal::derive(move || row.read().status) />
            <span class="beside">
                <Instant at=started /> {move || row.with(facts)}
            </span>
            <div class="do">
                <RunActions
                    row
                    inserts
                    recurring
                    rows_in=Signal::derive(move || details.with(|details| details.rows_in))
                    on_done
                />
            </div>
        </div>
        <Outcome details row />
        <Stages details row />
        <Tiles row />
        <CorrectedBy details />
        <Breakdown details />
        <Rejections details column_names />
    }
    .into_any()
}

/// Why it did not go well and what to do next, or what happened.
#[component]
fn Outcome(details: Signal<RunDetails>, row: Memo<RunRow>) -> impl IntoView {
    let namespace = use_namespace();
    let reader = use_reader();
    let view = move || {
        if let Some(reason) = row.with(|row| row.reason.clone()) {
            let (meaning, glyph) = look_of_run(row.read().status);
            let may_retry = row.with(|row| row.actions.contains(&RunAction::Retry));
            let changed = may_retry.then(|| {
                let (job, run) = row.with(|row| (row.job.clone(), row.id.clone()));
                view! {
                    <ChangedColumns namespace=namespace.get() job run reason=reason.clone() />
                }
            });
            let answered = details
                .read()
                .is_answered
                .then(|| view! { <p>"It was answered: a later run imports the file, or has done so."</p> });
            return view! {
                <div class=format!("note sentence {}", meaning.class())>
                    <Icon glyph />
                    <div>
                        <strong>
                            <Marked text=reason.sentence />
                        </strong>
                        <p>
                            <Marked text=reason.next_step.clone() />
                        </p>
                        {answered}
                        {changed}
                        <p class="muted small">"Code " <code>{reason.code}</code></p>
                    </div>
                </div>
            }
            .into_any();
        }
        let text = details.with(|details| outcome(details, reader.locale.get().as_deref()));
        text.map(|text| view! { <p class="sentence">{text}</p> })
            .into_any()
    };
    view.into_any()
}

/// The runs that bring corrected records of this one in, and the run whose records these are.
#[component]
fn CorrectedBy(details: Signal<RunDetails>) -> impl IntoView {
    let namespace = use_namespace();
    let live = use_live();
    let reader = use_reader();
    let address = move |run: &str| format!("/n/{}/runs/{run}", namespace.get());
    let parent = move || {
        details.read().row.corrects.clone().map(|run| {
            view! {
                <p class="sentence">
                    "It imports corrected records of "
                    <a class="link" href=address(&run)>
                        "an earlier run"
                    </a>
                    "."
                </p>
            }
        })
    };
    let line = move |run: RunRow| {
        let href = address(&run.id);
        let shown = run.clone();
        let row = Memo::new(move |_| live.run(shown.clone()));
        let counts = move || {
            row.with(|row| {
                format!(
                    "{} of {} imported",
                    count_text(row.imported, reader.locale.get().as_deref()),
                    count_text(row.seen, reader.locale.get().as_deref())
                )
            })
        };
        let at = run.started_at.unwrap_or(run.due_at);
        view! {
            <li>
                <RunBadge status=Signal::derive(move || row.read().status) />
                <a class="link" href=href>
                    <Instant at=Signal::stored(at) />
                </a>
                <span class="muted">{counts}</span>
            </li>
        }
    };
    let children = move || {
        let runs = details.read().corrected_by.clone();
        (!runs.is_empty()).then(|| {
            view! {
                <section>
                    <div class="section-head">
                        <h2>"Corrected records"</h2>
                    </div>
                    <ul class="card corrected-by">{runs.into_iter().map(line).collect_view()}</ul>
                </section>
            }
        })
    };
    view! {
        {parent}
        {children}
    }
    .into_any()
}

/// As it is by now: what went in corrected counts as imported.
#[component]
fn Tiles(row: Memo<RunRow>) -> impl IntoView {
    let corrected = move || {
        let count = row.read().corrected;
        (count > 0).then(|| {
            view! {
                <small>
                    <Count value=Signal::stored(count) /> " corrected"
                </small>
            }
        })
    };
    let count = move |name: &'static str, value: fn(&RunRow) -> u64| {
        view! {
            <div class="card tile">
                <dt>{name}</dt>
                <dd>
                    <Count value=Signal::derive(move || row.with(value)) />
                </dd>
            </div>
        }
    };
    let failed = move || {
        row.with(|row| {
            row.failed_per_cent
                .as_ref()
                .map_or_else(|| "–".to_owned(), |share| format!("{share} %"))
        })
    };
    view! {
        <dl class="tiles">
            {count("Seen", |row| row.seen)}
            {count("Imported", |row| row.imported + row.corrected)}
            <div class="card tile">
                <dt>"Rejected"</dt>
                <dd class:failure=move || missing(&row.read()) != 0>
                    <Count value=Signal::derive(move || missing(&row.read())) /> {corrected}
                </dd>
            </div>
            <div class="card tile">
                <dt>"Failed %"</dt>
                <dd>{failed}</dd>
            </div>
        </dl>
    }
    .into_any()
}

fn missing(row: &RunRow) -> u64 {
    row.rejected.saturating_sub(row.corrected)
}

/// " · kunden.csv, 58 kB · attempt 1 of 6 · took 12 ms".
fn facts(row: &RunRow) -> String {
    let file = row.file_name.as_ref().map(|name| match row.file_bytes {
        Some(bytes) => format!("{name}, {}", size_text(bytes)),
        None => name.clone(),
    });
    let attempt = format!("attempt {} of {}", row.attempt, row.attempts);
    let took = row.started_at.zip(row.ended_at);
    let took = took.map(|(started, ended)| format!("took {}", duration_text(ended - started)));
    let facts = [file, Some(attempt), took];
    facts
        .into_iter()
        .flatten()
        .fold(String::new(), |text, fact| text + " · " + &fact)
}
