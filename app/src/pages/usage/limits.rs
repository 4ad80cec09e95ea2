//! The limits of the namespace: shown to its members, changed by an operator of the instance.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::components::number::{counted, size_text};
use crate::components::reader::use_reader;
use crate::components::toast::use_toasts;
use crate::pages::door::sentence;
use crate::pages::frame::use_namespace;
use crate::server_fns::limits::change_limits;
use crate::wire::limits::{NewLimits, UsageView};

#[component]
pub fn Limits(usage: Signal<UsageView>, changed: Callback<()>) -> impl IntoView {
    let reader = use_reader();
    let may_change = Memo::new(move |_| usage.read().may_change_limits);
    let rows = move || {
        counted(
            usage.read().left.limit,
            "row",
            "rows",
            reader.locale.get().as_deref(),
        )
    };
    let runs = move || match usage.read().concurrent_runs {
        Some(runs) => counted(runs.into(), "run", "runs", reader.locale.get().as_deref()),
        None => "as many as there are workers".to_owned(),
    };
    let files = move || {
        let usage = usage.read();
        let (bytes, most) = (usage.file_bytes, usage.file_bytes_at_most);
        format!("{} of {}", size_text(bytes), size_text(most))
    };
    let uploads = move || {
        let usage = usage.read();
        format!("{} of {}", usage.open_uploads, usage.open_uploads_at_most)
    };
    let contact = move || {
        let usage = usage.read();
        match usage.left.contact.as_str() {
            "" => "the operator of this instance".to_owned(),
            contact => contact.to_owned(),
        }
    };
    view! {
        <section>
            <div class="section-head">
                <h2>"Limits"</h2>
            </div>
            <dl class="card usage-limits">
                <div>
                    <dt>"Rows per calendar month"</dt>
                    <dd>{rows}</dd>
                </div>
                <div>
                    <dt>"Runs at the same time"</dt>
                    <dd>{runs}</dd>
                </div>
                <div>
                    <dt>"Stored files"</dt>
                    <dd>{files}</dd>
                </div>
                <div>
                    <dt>"Files on their way"</dt>
                    <dd>{uploads}</dd>
                </div>
                <div>
                    <dt>"Whom to ask for more"</dt>
                    <dd>{contact}</dd>
                </div>
            </dl>
            <Show when=move || may_change.get()>
                <LimitsForm usage changed />
            </Show>
        </section>
    }
    .into_any()
}

#[component]
fn LimitsForm(usage: Signal<UsageView>, changed: Callback<()>) -> impl IntoView {
    let namespace = use_namespace();
    let toasts = use_toasts();
    let saved = usage.get_untracked();
    let rows = RwSignal::new(saved.left.limit.to_string());
    let runs = RwSignal::new(
        saved
            .concurrent_runs
            .map(|runs| runs.to_string())
            .unwrap_or_default(),
    );
    let problem = RwSignal::new(None::<String>);
    let save = Action::new_local(move |limits: &NewLimits| {
        change_limits(namespace.get_untracked(), *limits)
    });
    Effect::new(move || match save.value().get() {
        Some(Ok(())) => {
            toasts.done("The limits are changed.");
            changed.run(());
        }
        Some(Err(error)) => problem.set(Some(sentence(&error))),
        None => {}
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if save.pending().get_untracked() {
            return;
        }
        match parse(&rows.read_untracked(), &runs.read_untracked()) {
            Ok(limits) => {
                problem.set(None);
                save.dispatch(limits);
            }
            Err(text) => problem.set(Some(text.to_owned())),
        }
    };
    view! {
        <form class="card usage-form" on:submit=submit aria-label="Change the limits">
            <div class="field">
                <label for="limit-rows">"Rows per calendar month"</label>
                <input id="limit-rows" inputmode="numeric" autocomplete="off" value=rows.get_untracked() prop:value=rows on:input:target=move |event| rows.set(event.target().value()) />
            </div>
            <div class="field">
                <label for="limit-runs">"Runs at the same time"</label>
                <input id="limit-runs" inputmode="numeric" autocomplete="off" placeholder="as many as there are workers" value=runs.get_untracked() prop:value=runs on:input:target=move |event| runs.set(event.target().value()) />
            </div>
            <button r#type="submit" class="button main" aria-disabled=move || save.pending().get().then_some("true")>
                "Change the limits"
            </button>
            {move || problem.get().map(|problem| view! { <p class="field-error" role="alert">{problem}</p> })}
            <p class="muted small usage-form-note">
                "You see this form because you are an operator of this instance. A lower limit takes nothing back that is imported or reserved. Each change is written to the log."
            </p>
        </form>
    }
    .into_any()
}

fn parse(rows: &str, runs: &str) -> Result<NewLimits, &'static str> {
    let monthly_rows = whole_number(rows)
        .ok_or("Write the rows per month as a whole number, such as 10,000,000.")?;
    let concurrent_runs = match runs.trim() {
        "" => None,
        runs => Some(
            whole_number(runs)
                .and_then(|runs| u32::try_from(runs).ok())
                .ok_or("Write the runs as a whole number, or leave the field empty.")?,
        ),
    };
    Ok(NewLimits {
        monthly_rows,
        concurrent_runs,
    })
}

/// As people write it: with one kind of separator between groups of three digits, or without.
fn whole_number(text: &str) -> Option<u64> {
    const SEPARATORS: [char; 7] = [',', '.', ' ', '\'', '’', '\u{a0}', '\u{202f}'];
    let text = text.trim();
    let separator = text
        .chars()
        .find(|character| SEPARATORS.contains(character));
    let groups: Vec<&str> = match separator {
        Some(separator) => text.split(separator).collect(),
        None => vec![text],
    };
    let is_grouped = groups.iter().enumerate().all(|(index, group)| {
        let length = if index == 0 { 1..=3 } else { 3..=3 };
        groups.len() == 1 || length.contains(&group.len())
    });
    let digits = groups.concat();
    let is_number = is_grouped && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (rows, runs, read) in [
            ("10,000,000", "", Some((10_000_000, None))),
            ("10.000.000", " 2 ", Some((10_000_000, Some(2)))),
            ("5 000", "1", Some((5000, Some(1)))),
            ("", "", None),
            ("many", "", None),
            ("-5", "", None),
            ("10.5", "", None),
            ("1,00", "", None),
            ("1,000.000", "", None),
            ("5", "two", None),
        ] {
            let found = parse(rows, runs)
                .ok()
                .map(|limits| (limits.monthly_rows, limits.concurrent_runs));
            assert_eq!(found, read, "{rows:?} {runs:?}");
        }
    }
}
