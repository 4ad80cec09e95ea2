//! *Last 5 runs*: an icon each, the newest last, with its reason on hover and on keyboard focus.

use leptos::prelude::*;

use super::badge::look_of_run;
use super::icon::Icon;
use super::instant::moment_text;
use super::marked::Marked;
use super::reader::use_reader;
use super::tooltip::Tooltip;
use crate::wire::RunMark;

const SHOWN: usize = 5;

#[component]
pub fn RunMarks(
    #[prop(into)] namespace: String,
    #[prop(into)] marks: Signal<Vec<RunMark>>,
) -> impl IntoView {
    let gaps = move || {
        let missing = SHOWN.saturating_sub(marks.read().len());
        (0..missing)
            .map(|_| view! { <span class="mark-gap" aria-hidden="true"></span> })
            .collect_view()
    };
    view! {
        <span class="marks above">
            {gaps}
            <For
                each=move || marks.get()
                key=|mark| (mark.id.clone(), mark.status)
                children=move |mark| view! { <Mark address=format!("/n/{namespace}/runs/{}", mark.id) mark /> }
            />
        </span>
    }
    .into_any()
}

#[component]
pub fn Mark(address: String, mark: RunMark) -> impl IntoView {
    let reader = use_reader();
    let (meaning, glyph) = look_of_run(mark.status);
    let word = mark.status.label();
    let name = match &mark.reason {
        Some(reason) => format!("{word}: {}", reason.sentence.replace('`', "")),
        None => word.to_owned(),
    };
    let tip = move || {
        let attempt = if mark.attempt > 1 {
            format!(", attempt {}", mark.attempt)
        } else {
            String::new()
        };
        let reason = mark.reason.clone().map(|reason| {
            view! {
                <span class="line">
                    <Marked text=reason.sentence />
                </span>
                <span class="next">
                    <Marked text=reason.next_step />
                </span>
            }
        });
        let at = mark.at;
        view! {
            <strong>{word} " · " {move || moment_text(at, reader)} {attempt}</strong>
            {reason}
        }
        .into_any()
    };
    view! {
        <Tooltip tip=tip>
            <a class="mark-link" href=address aria-label=name>
                <span class=format!("mark {}", meaning.class())>
                    <Icon glyph size=13 />
                </span>
            </a>
        </Tooltip>
    }
    .into_any()
}
