//! A job's row in the list.

use leptos::prelude::*;

use super::acting::JobMenu;
use super::words::method_text;
use crate::components::badge::JobBadge;
use crate::components::instant::Instant;
use crate::components::number::Count;
use crate::components::rerun::WaitingRerun;
use crate::components::run_marks::RunMarks;
use crate::components::run_progress::RunProgress;
use crate::live::use_live;
use crate::pages::frame::use_namespace;
use crate::wire::JobRow;

#[component]
pub fn JobLine(job: Memo<JobRow>) -> impl IntoView {
    let namespace = use_namespace();
    let live = use_live();
    let id = job.read_untracked().id.clone();
    let address = {
        let id = id.clone();
        move || format!("/n/{}/jobs/{id}", namespace.get())
    };
    let target = move || {
        job.with(|job| {
            let method = job.method.map(method_text);
            [job.dataset.as_deref(), method]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" · ")
        })
    };
    let run = Memo::new(move |_| live.under_way(&id));
    let has_run = Memo::new(move |_| run.with(Option::is_some));
    let progress = move || {
        if !has_run.get() {
            return None;
        }
        let first = run.get_untracked()?;
        let run = Signal::derive(move || run.get().unwrap_or_else(|| first.clone()));
        Some(view! {
            <div class="above progress-under">
                <RunProgress run stage_named=true />
            </div>
        })
    };
    let rerun = move || {
        job.read().rerun.clone().map(|rerun| {
            view! {
                <div class="under">
                    <WaitingRerun rerun=Signal::stored(rerun) />
                </div>
            }
        })
    };
    let next = move || {
        job.read().next_run_at.map(|at| {
            view! {
                <div class="under above">
                    <Instant at=Signal::stored(at) />
                </div>
            }
        })
    };
    let marks = Signal::derive(move || job.with(|job| job.last_runs.clone()));
    view! {
        <tr role="row">
            <td role="cell" class="lead">
                <a class="row-link" href=address>
                    {move || job.read().name.clone()}
                </a>
                <div class="under">{target}</div>
            </td>
            <td role="cell" data-label="Status">
                <div>
                    <JobBadge status=Signal::derive(move || job.read().status) />
                    {progress}
                </div>
            </td>
            <td role="cell" data-label="Schedule">
                <div>{move || job.read().schedule.clone()} {next} {rerun}</div>
            </td>
            <td role="cell" data-label="Last 5 runs" class:absent=move || marks.read().is_empty()>
                <RunMarks namespace=namespace.get_untracked() marks />
            </td>
            <td role="cell" data-label="Rows this month" class="number">
                <Count value=Signal::derive(move || job.read().rows_this_month) />
            </td>
            <td role="cell" class="actions">
                <JobMenu job=job.into() scope="job" />
            </td>
        </tr>
    }
    .into_any()
}
