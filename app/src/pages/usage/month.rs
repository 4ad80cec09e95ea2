//! The month's bar against the limit, and the choice of the month.

use leptos::prelude::*;

use crate::components::number::{count_text, counted};
use crate::components::reader::use_reader;
use crate::pages::frame::use_namespace;
use crate::wire::limits::{ForecastView, UsageView};

/// Months to choose from in the address; the present one has an address without a month.
#[component]
pub fn Months(usage: Signal<UsageView>) -> impl IntoView {
    let namespace = use_namespace();
    let several = Memo::new(move |_| usage.read().months.len() > 1);
    let links = move || {
        let usage = usage.get();
        let link = |month: crate::wire::limits::MonthChoice| {
            let chosen = month.code == usage.month;
            view! {
                <a
                    class="choice"
                    href=format!("/n/{}/usage?month={}", namespace.get(), month.code)
                    aria-current=chosen.then_some("true")
                >
                    {month.name}
                </a>
            }
        };
        usage.months.clone().into_iter().map(link).collect_view()
    };
    view! {
        <Show when=move || several.get()>
            <nav class="choices usage-months" aria-label="Months">
                {links}
            </nav>
        </Show>
    }
    .into_any()
}

#[component]
pub fn Month(usage: UsageView) -> impl IntoView {
    let reader = use_reader();
    let (limit, taken, left) = (usage.left.limit, usage.left.taken, usage.left.left);
    let (imported, reserved) = (usage.imported, usage.reserved);
    let count = move |value: u64| count_text(value, reader.locale.get().as_deref());
    let rows = move |value: u64| counted(value, "row", "rows", reader.locale.get().as_deref());
    let meaning = match share(taken, limit) {
        1000.. => "failure",
        800.. => "warning",
        _ => "progress",
    };
    let imported_width = width(share(imported, limit));
    let reserved_width =
        width(share(taken, limit) - share(imported, limit).min(share(taken, limit)));
    let reserved_from = imported_width.clone();
    let text = move || {
        format!(
            "{} of {} are imported or reserved",
            count(taken),
            rows(limit)
        )
    };
    let forecast = usage.forecast.clone();
    let month = usage.left.month.clone();
    let expected = move || {
        forecast
            .clone()
            .map(|forecast| forecast_words(&forecast, &month, reader.locale.get().as_deref()))
    };
    let contact = usage.left.contact.clone();
    let ask = (!contact.is_empty() && share(taken, limit) >= 800)
        .then(|| view! { <p class="small">"For a higher limit, ask: " {contact}</p> });
    view! {
        <section class=format!("card usage-month {meaning}") aria-label="The month against its limit">
            <p class="usage-number">
                <b>{move || count(taken)}</b>
                <span class="muted">" of " {move || rows(limit)}</span>
                <span class="usage-left">{move || format!("{} left", count(left))}</span>
            </p>
            <div class="usage-bar" role="meter" aria-label="Rows of the month" aria-valuemin="0" aria-valuemax=limit aria-valuenow=taken.min(limit) aria-valuetext=text>
                <svg aria-hidden="true">
                    <rect class="imported" height="100%" width=imported_width />
                    <rect class="reserved" height="100%" x=reserved_from width=reserved_width />
                    <line class="mark" x1="80%" x2="80%" y1="0" y2="100%" />
                </svg>
            </div>
            <ul class="usage-key small">
                <li class="imported">{move || rows(imported)} " imported"</li>
                <li class="reserved">{move || rows(reserved)} " reserved by imports under way and reruns that wait"</li>
            </ul>
            {move || expected().map(|expected| view! { <p>{expected}</p> })}
            {ask}
            <p class="muted small">{format!("The month and its days are those of the time zone {}. Rejected records are free.", usage.left.time_zone)}</p>
        </section>
    }
    .into_any()
}

fn forecast_words(forecast: &ForecastView, month: &str, locale: Option<&str>) -> String {
    match forecast {
        ForecastView::TooLittleData => {
            "There is too little data yet to say when the limit will be reached.".to_owned()
        }
        ForecastView::Reached => {
            "The limit is reached: further imports fail until the next month.".to_owned()
        }
        ForecastView::ReachedOn(day) => {
            format!("At the rate of this month so far, the limit will be reached on {day}.")
        }
        ForecastView::NotThisMonth(rows) => format!(
            "At the rate of this month so far, {month} ends with about {}: the limit will not be reached.",
            counted(*rows, "row", "rows", locale)
        ),
    }
}

/// In per mille, 1000 at most. Something is never drawn as nothing.
pub fn share(part: u64, whole: u64) -> u16 {
    domain::counts::PerMille::of(part, whole.max(1)).0
}

fn width(per_mille: u16) -> String {
    format!("{}.{}%", per_mille / 10, per_mille % 10)
}
