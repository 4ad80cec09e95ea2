//! From a run whose file has other columns, the way to the proposal how the job's settings could follow them.

use leptos::prelude::*;

use crate::wire::ReasonView;

/// Nothing for other reasons.
#[component]
pub fn ChangedColumns(
    namespace: String,
    job: String,
    run: String,
    reason: ReasonView,
) -> impl IntoView {
    (reason.code == "header_changed").then(|| {
        let address = format!("/n/{namespace}/jobs/{job}/setup/sample?run={run}");
        view! {
            <p>
                <a class="button" href=address>
                    "Look at the changed columns"
                </a>
            </p>
        }
    })
}
