//! The rows of the month by job.

use leptos::prelude::*;

use super::month::share;
use crate::components::number::{Count, counted};
use crate::components::reader::use_reader;
use crate::pages::frame::use_namespace;
use crate::wire::limits::{JobUsageView, UsageView};

#[component]
pub fn Jobs(usage: UsageView) -> impl IntoView {
    let reader = use_reader();
    let limit = usage.left.limit;
    let lines = usage
        .jobs
        .into_iter()
        .map(|job| view! { <Line job limit /> })
        .collect_view();
    let (other_jobs, other_rows) = (usage.other_jobs, usage.other_rows);
    let others = (other_jobs > 0).then(|| {
        let words = move || {
            let locale = reader.locale.get();
            format!(
                "and {} with {}",
                counted(other_jobs, "other job", "other jobs", locale.as_deref()),
                counted(other_rows, "row", "rows", locale.as_deref())
            )
        };
        view! { <p class="muted small usage-others">{words}</p> }
    });
    view! {
        <section>
            <div class="section-head">
                <h2>"By job"</h2>
            </div>
            <div class="card">
                <table class="list" role="table">
                    <caption class="visually-hidden">"Rows of the month by job"</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            <th scope="col" role="columnheader">"Job"</th>
                            <th scope="col" role="columnheader" class="number">"Imports"</th>
                            <th scope="col" role="columnheader" class="number">"Rows imported"</th>
                            <th scope="col" role="columnheader" class="number">"Reserved"</th>
                            <th scope="col" role="columnheader" class="number">"Of the limit"</th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{lines}</tbody>
                </table>
                {others}
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Line(job: JobUsageView, limit: u64) -> impl IntoView {
    let namespace = use_namespace();
    let used = job.imported + job.reserved;
    let of_limit = if used > 0 && used.saturating_mul(1000) < limit {
        "< 0.1 %".to_owned()
    } else {
        domain::counts::PerMille(share(used, limit)).to_string()
    };
    let name = match job.name {
        Some(name) => {
            let address = format!("/n/{}/jobs/{}", namespace.get_untracked(), job.id);
            view! {
                <a class="row-link" href=address>
                    {name}
                </a>
            }
            .into_any()
        }
        None => view! { <span class="muted">"A job that was deleted"</span> }.into_any(),
    };
    let no_reservation = job.reserved == 0;
    view! {
        <tr role="row">
            <td role="cell" class="lead">{name}</td>
            <td role="cell" data-label="Imports" class="number">
                <Count value=Signal::stored(job.runs) />
            </td>
            <td role="cell" data-label="Rows imported" class="number">
                <Count value=Signal::stored(job.imported) />
            </td>
            <td role="cell" data-label="Reserved" class="number" class:absent=no_reservation>
                <Count value=Signal::stored(job.reserved) />
            </td>
            <td role="cell" data-label="Of the limit" class="number">{of_limit}</td>
        </tr>
    }
    .into_any()
}
