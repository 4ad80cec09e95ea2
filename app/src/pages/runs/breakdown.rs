//! Why records were rejected, as bars.

use leptos::prelude::*;

use super::words::broken;
use crate::components::bar_chart::{Bar, BarChart};
use crate::components::number::counted;
use crate::components::reader::use_reader;
use crate::wire::RunDetails;

#[component]
pub fn Breakdown(details: Signal<RunDetails>) -> impl IntoView {
    let reader = use_reader();
    let bars = Memo::new(move |_| {
        let bar = |count: &crate::wire::RejectionCount| Bar {
            label: broken(count),
            value: count.count,
            note: count.example.clone().unwrap_or_default(),
        };
        details.with(|details| details.breakdown.iter().map(bar).collect::<Vec<_>>())
    });
    let title = move || {
        let rejected = details.read().row.rejected;
        let was = if rejected == 1 { "was" } else { "were" };
        format!(
            "Why {} {was} rejected",
            counted(
                rejected,
                "record",
                "records",
                reader.locale.get().as_deref()
            )
        )
    };
    let chart = move || {
        (!bars.read().is_empty()).then(|| {
            view! {
                <section>
                    <div class="section-head">
                        <h2>{title}</h2>
                        <span class="beside">"a record can have several reasons"</span>
                    </div>
                    <div class="card">
                        <BarChart
                            caption="Records rejected, by reason".to_owned()
                            label_head="Reason"
                            value_head="Records"
                            note_head="Example"
                            bars=bars.get()
                        />
                    </div>
                </section>
            }
        })
    };
    chart.into_any()
}
