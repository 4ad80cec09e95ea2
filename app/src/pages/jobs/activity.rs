//! Who did what to a job.

use leptos::prelude::*;

use crate::components::instant::Instant;
use crate::wire::ActivityView;

#[component]
pub fn Activity(activity: Signal<Vec<ActivityView>>) -> impl IntoView {
    let line = |entry: ActivityView| {
        view! {
            <li>
                <Instant at=Signal::stored(entry.at) />
                <span>
                    <span class="strong">{entry.who}</span>
                    " "
                    {entry.sentence}
                </span>
            </li>
        }
    };
    let entries = move || {
        let entries = activity.get();
        if entries.is_empty() {
            view! { <li class="muted">"Nothing has happened yet."</li> }.into_any()
        } else {
            entries.into_iter().map(line).collect_view().into_any()
        }
    };
    view! {
        <section>
            <div class="section-head">
                <h2>"Activity"</h2>
            </div>
            <ol class="card activity">{entries}</ol>
        </section>
    }
    .into_any()
}
