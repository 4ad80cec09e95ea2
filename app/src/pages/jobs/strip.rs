//! Past and coming runs of a job in one line: the past as it went, then what is to come.

use leptos::prelude::*;

use super::history::Plan;
use crate::components::badge::Meaning;
use crate::components::icon::{Glyph, Icon};
use crate::components::instant::moment_text;
use crate::components::reader::use_reader;
use crate::components::run_marks::Mark;
use crate::components::tooltip::Tooltip;
use crate::pages::frame::use_namespace;
use crate::wire::{RunMark, RunRow};

const PAST: usize = 20;

#[derive(Clone, Debug, PartialEq)]
struct ToCome {
    at: i64,
    /// Of a rerun: "attempt 3 of 6".
    attempt: Option<String>,
}

#[component]
pub fn Strip(runs: Memo<Vec<RunRow>>, plan: Memo<Plan>) -> impl IntoView {
    let namespace = use_namespace();
    let past = Memo::new(move |_| {
        let mut marks: Vec<RunMark> = runs.with(|runs| runs.iter().take(PAST).map(mark).collect());
        marks.reverse();
        marks
    });
    let to_come = Memo::new(move |_| plan.with(to_come));
    let any_to_come = Memo::new(move |_| !to_come.read().is_empty());
    let any = move || any_to_come.get() || past.read().len() > 1;
    view! {
        <Show when=any>
            <div class="card strip">
                <ol class="strip-line" aria-label="Past and coming runs">
                    <For
                        each=move || past.get()
                        key=|mark| (mark.id.clone(), mark.status)
                        children=move |mark| {
                            let address = format!("/n/{}/runs/{}", namespace.get_untracked(), mark.id);
                            view! {
                                <li>
                                    <Mark address mark />
                                </li>
                            }
                        }
                    />
                    <Show when=move || any_to_come.get()>
                        <li class="strip-now">"now"</li>
                    </Show>
                    <For
                        each=move || to_come.get()
                        key=|coming| (coming.at, coming.attempt.clone())
                        children=|coming| {
                            view! {
                                <li>
                                    <ComingMark coming />
                                </li>
                            }
                        }
                    />
                </ol>
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn ComingMark(coming: ToCome) -> impl IntoView {
    let reader = use_reader();
    let ToCome { at, attempt } = coming;
    let name = attempt.map_or_else(
        || "Next run".to_owned(),
        |attempt| format!("Rerun, {attempt}"),
    );
    let tip = {
        let name = name.clone();
        move || {
            view! { <strong>{name.clone()} " · " {move || moment_text(at, reader)}</strong> }
                .into_any()
        }
    };
    view! {
        <Tooltip tip=tip focusable=true>
            <span class=format!("mark coming {}", Meaning::Waiting.class()) role="img" aria-label=name>
                <Icon glyph=Glyph::Clock size=13 />
            </span>
        </Tooltip>
    }
    .into_any()
}

fn mark(run: &RunRow) -> RunMark {
    RunMark {
        id: run.id.clone(),
        status: run.status,
        reason: run.reason.clone(),
        attempt: run.attempt,
        at: run.started_at.unwrap_or(run.due_at),
    }
}

/// By time: the rerun among the regular runs.
fn to_come(plan: &Plan) -> Vec<ToCome> {
    let rerun = plan.rerun.iter().map(|rerun| ToCome {
        at: rerun.due_at,
        attempt: Some(format!("attempt {} of {}", rerun.attempt, rerun.attempts)),
    });
    let regular = plan.coming.iter().map(|at| ToCome {
        at: *at,
        attempt: None,
    });
    let mut all: Vec<ToCome> = rerun.chain(regular).collect();
    all.sort_by_key(|coming| coming.at);
    all
}
