//! A job's details: configuration, run history, activity.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};

use super::acting::{ActingOnJobs, JobMenu, MainAction};
use super::activity::Activity;
use super::asked_page::provide_asked_page;
use super::configuration::Configuration;
use super::durations::Durations;
use super::history::{History, Plan};
use crate::components::badge::{JobBadge, Meaning};
use crate::components::breadcrumb::Breadcrumb;
use crate::components::changed_columns::ChangedColumns;
use crate::components::heading::Heading;
use crate::components::icon::{Glyph, Icon};
use crate::components::instant::Instant;
use crate::components::loaded::Loaded;
use crate::components::marked::Marked;
use crate::components::states::ListSkeleton;
use crate::components::zone_line::{OtherZone, say_other_zone};
use crate::live::{on_change, use_live};
use crate::pages::frame::use_namespace;
use crate::pages::notices::JobNotices;
use crate::server_fns::jobs::{job, job_activity};
use crate::server_fns::runs::run_history;
use crate::wire::{JobAction, JobDetails, JobRow, RunMark};

#[component]
pub fn JobPage() -> impl IntoView {
    provide_asked_page();
    let namespace = use_namespace();
    let live = use_live();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("job").unwrap_or_default());
    let place = move || (namespace.get(), id.get());
    let details = Resource::new(place, |(namespace, id)| job(namespace, id));
    let history = Resource::new(place, |(namespace, id)| run_history(namespace, id, None));
    let activity = Resource::new(place, |(namespace, id)| job_activity(namespace, id));
    let refetch = move || {
        details.refetch();
        history.refetch();
        activity.refetch();
    };
    on_change(refetch);
    let gone = RwSignal::new(false);
    let navigate = use_navigate();
    Effect::new(move || {
        if gone.get() {
            navigate(
                &format!("/n/{}/jobs", namespace.get_untracked()),
                NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                },
            );
        }
    });
    let on_done = move |action| {
        if action == JobAction::Delete {
            gone.set(true);
        } else {
            refetch();
        }
    };
    let above =
        Signal::derive(move || vec![(format!("/n/{}/jobs", namespace.get()), "Jobs".to_owned())]);
    view! {
        <Breadcrumb above />
        <ActingOnJobs on_done>
            <Loaded
                resource=details
                waiting=|| view! { <ListSkeleton rows=3 /> }
                children=|details| view! { <Head details /> }.into_any()
            />
        </ActingOnJobs>
        <Loaded
            resource=history
            lesser=true
            waiting=|| view! { <ListSkeleton rows=3 /> }
            children=move |history| {
                let plan = Memo::new(move |before: Option<&Plan>| match details.get() {
                    Some(Ok(details)) => Plan::of(&live.job(details.row), details.coming),
                    _ => before.cloned().unwrap_or_default(),
                });
                view! {
                    <History history job=id plan />
                    <Durations history />
                }
                    .into_any()
            }
        />
        <JobNotices job=id />
        <Loaded
            resource=activity
            lesser=true
            waiting=|| view! { <ListSkeleton rows=2 /> }
            children=|activity| view! { <Activity activity /> }.into_any()
        />
    }
    .into_any()
}

#[component]
fn Head(details: Signal<JobDetails>) -> impl IntoView {
    let live = use_live();
    let row = Memo::new(move |_| live.job(details.with(|details| details.row.clone())));
    let name = move || row.read().name.clone();
    let created_at = Signal::derive(move || details.read().created_at);
    say_other_zone(move || {
        let details = details.read();
        let name = details.settings.schedule.as_ref()?.time_zone()?;
        Some(OtherZone {
            what: "the schedule's are",
            name: name.to_owned(),
        })
    });
    view! {
        <Title text=name />
        <div class="page-head">
            <Heading>{name}</Heading>
            <JobBadge status=Signal::derive(move || row.read().status) />
            <span class="beside">
                "created " <Instant at=created_at /> " by " {move || details.read().created_by.clone()}
            </span>
            <div class="do">
                <JobMenu job=row.into() scope="head" labelled=true />
                <MainAction job=row.into() />
            </div>
        </div>
        <HaltReason row />
        <BegunEdit details />
        <Configuration details row />
    }
    .into_any()
}

/// That an edit waits to be saved whole, and the way to it.
#[component]
fn BegunEdit(details: Signal<JobDetails>) -> impl IntoView {
    let namespace = use_namespace();
    let note = move || {
        details.read().edited.then(|| {
            let address = format!(
                "/n/{}/jobs/{}/setup/review",
                namespace.get(),
                details.read().row.id
            );
            view! {
                <div class=format!("note {}", Meaning::Waiting.class())>
                    <Icon glyph=Glyph::Pencil />
                    <div>
                        <strong>"Changes of this job are not saved yet."</strong>
                        <p>
                            "It runs as it was. "
                            <a class="link" href=address>
                                "Go on with the changes"
                            </a>
                        </p>
                    </div>
                </div>
            }
        })
    };
    note.into_any()
}

/// Why the system paused the job, and what to do.
#[component]
fn HaltReason(row: Memo<JobRow>) -> impl IntoView {
    let namespace = use_namespace();
    let reason = Memo::new(move |_| {
        row.with(|row| {
            let reason = row.halt_reason.clone()?;
            let is_why = |run: &&RunMark| {
                run.reason
                    .as_ref()
                    .is_some_and(|of_run| of_run.code == reason.code)
            };
            let run = row.last_runs.iter().rfind(is_why);
            Some((run.map(|run| run.id.clone()), reason))
        })
    });
    let note = move || {
        reason.get().map(|(run, reason)| {
            let may_edit = row.with(|row| row.actions.contains(&JobAction::Edit));
            let answer = run
                .clone()
                .filter(|_| reason.code == "repeated_file")
                .map(|run| {
                    let address = format!("/n/{}/runs/{run}", namespace.get());
                    view! {
                        <p>
                            <a class="link" href=address>
                                "Open the run, and say what becomes of its file"
                            </a>
                        </p>
                    }
                });
            let changed = run.filter(|_| may_edit).map(|run| {
                let job = row.read().id.clone();
                view! {
                    <ChangedColumns namespace=namespace.get() job run reason=reason.clone() />
                }
            });
            view! {
                <div class=format!("note sentence {}", Meaning::Failure.class())>
                    <Icon glyph=Glyph::BarredCross />
                    <div>
                        <strong>
                            <Marked text=reason.sentence />
                        </strong>
                        <p>
                            <Marked text=reason.next_step />
                        </p>
                        {answer}
                        {changed}
                    </div>
                </div>
            }
        })
    };
    note.into_any()
}
