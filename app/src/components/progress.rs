//! A thin bar for a known share.

use leptos::prelude::*;

/// `per_mille`: 0 to 1000. The width is an attribute of the drawing, since a page may carry no inline styles.
#[component]
pub fn ProgressBar(
    #[prop(into)] per_mille: Signal<u16>,
    /// What is under way, for a screen reader.
    #[prop(into)]
    label: Signal<String>,
    #[prop(optional)] broad: bool,
) -> impl IntoView {
    let width = move || {
        let per_mille = per_mille.get().min(1000);
        format!("{}.{}%", per_mille / 10, per_mille % 10)
    };
    view! {
        <div
            class=if broad { "thin broad" } else { "thin" }
            role="progressbar"
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || per_mille.get() / 10
            aria-label=label
        >
            <svg aria-hidden="true">
                <rect height="100%" width=width />
            </svg>
        </div>
    }
    .into_any()
}
