//! What the Action menu of a job does: the menu, the questions that some actions ask, and what is said afterwards.

use domain::month::Date;
use domain::run::RunStatus;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use crate::components::dialog::{Ask, Question};
use crate::components::icon::{Glyph, Icon};
use crate::components::marked::Marked;
use crate::components::menu::Menu;
use crate::components::toast::{Toasts, use_toasts};
use crate::pages::door::sentence;
use crate::pages::frame::use_namespace;
use crate::server_fns::jobs::{act_on_job, run_for_day};
use crate::wire::{DatedFiles, JobAction, JobRow, RunMark};

/// In context of a page with jobs on it.
#[derive(Clone, Copy)]
pub struct Acting {
    asked: RwSignal<Option<Question>>,
    /// What the question is about.
    about: RwSignal<Option<(JobRow, JobAction)>>,
    /// The day whose file Run now looks for; empty: today.
    day: RwSignal<String>,
    act: Callback<(JobRow, JobAction)>,
}

impl Acting {
    fn begin(self, job: JobRow, action: JobAction) {
        match question(&job, action) {
            Some(question) => {
                self.day.set(
                    job.dated
                        .as_ref()
                        .map(|dated| dated.today.clone())
                        .unwrap_or_default(),
                );
                self.about.set(Some((job, action)));
                self.asked.set(Some(question));
            }
            None => self.act.run((job, action)),
        }
    }
}

/// Provides [`Acting`] to `children`; `on_done` is called when something has changed, with the action.
#[component]
pub fn ActingOnJobs(
    #[prop(into)] on_done: Callback<JobAction>,
    children: Children,
) -> impl IntoView {
    let namespace = use_namespace();
    let toasts = use_toasts();
    let navigate = use_navigate();
    let opened = RwSignal::new(None::<String>);
    Effect::new(move || {
        if let Some(address) = opened.get() {
            navigate(&address, leptos_router::NavigateOptions::default());
        }
    });
    let day = RwSignal::new(String::new());
    let act = Callback::new(move |(job, action): (JobRow, JobAction)| {
        let namespace = namespace.get_untracked();
        let day = day.get_untracked();
        leptos::task::spawn_local(async move {
            let is_for_day = action == JobAction::RunNow && job.dated.is_some();
            let done = if is_for_day && !day.is_empty() {
                run_for_day(namespace.clone(), job.id.clone(), day).await
            } else {
                act_on_job(namespace.clone(), job.id.clone(), action).await
            };
            match done {
                Ok(id) => {
                    say_done(toasts, &namespace, &job, action, on_done);
                    // Nobody asks any more where the page was left meanwhile.
                    on_done.try_run(action);
                    if action == JobAction::Duplicate {
                        opened.set(Some(format!("/n/{namespace}/jobs/{id}/setup/basics")));
                    }
                }
                Err(error) => toasts.failed(sentence(&error)),
            }
        });
    });
    let acting = Acting {
        asked: RwSignal::new(None),
        about: RwSignal::new(None),
        day,
        act,
    };
    provide_context(acting);
    let on_confirm = move |()| {
        if let Some((job, action)) = acting.about.get_untracked() {
            act.run((job, action));
        }
    };
    view! {
        {children()}
        <Ask question=acting.asked on_confirm>
            <DayToRun acting />
        </Ask>
    }
    .into_any()
}

/// Of a job whose days have files of their own.
#[component]
fn DayToRun(acting: Acting) -> impl IntoView {
    let about = acting.about.get_untracked();
    let run_now = about.filter(|(_, action)| *action == JobAction::RunNow);
    let dated = run_now.and_then(|(job, _)| job.dated);
    dated.map(|DatedFiles { today, pattern }| {
        let name = move || {
            let day: Date = acting.day.read().parse().ok()?;
            Some(format!("It looks for `{}`.", pattern.on(day.into())))
        };
        view! {
            <label class="field">
                <span class="label">"Day of the run"</span>
                <input
                    type="date"
                    max=today
                    prop:value=move || acting.day.get()
                    on:input:target=move |event| acting.day.set(event.target().value())
                />
                <span class="hint" role="status">
                    {move || name().map(|text| view! { <Marked text /> })}
                </span>
            </label>
        }
    })
}

/// The Action menu. `scope` tells two menus of one job in one page apart.
#[component]
pub fn JobMenu(
    job: Signal<JobRow>,
    scope: &'static str,
    #[prop(optional)] labelled: bool,
) -> impl IntoView {
    let acting = expect_context::<Acting>();
    let namespace = use_namespace();
    let (id, name) = job.with_untracked(|job| (job.id.clone(), job.name.clone()));
    let actions = Memo::new(move |_| job.with(|job| job.actions.clone()));
    let button = move || {
        if labelled {
            view! {
                "Actions"
                <Icon glyph=Glyph::ChevronDown size=12 />
            }
            .into_any()
        } else {
            view! { <Icon glyph=Glyph::Dots /> }.into_any()
        }
    };
    let class = if labelled {
        "button"
    } else {
        "button quiet square"
    };
    let item = move |action: JobAction| {
        let (glyph, text) = look(action);
        let class = if action == JobAction::Delete {
            "menu-item danger"
        } else {
            "menu-item"
        };
        match address(&namespace.get(), &job.read().id, action) {
            Some(address) => view! {
                <a role="menuitem" tabindex="-1" class=class href=address>
                    <Icon glyph />
                    {text}
                </a>
            }
            .into_any(),
            None => view! {
                <button
                    r#type="button"
                    role="menuitem"
                    tabindex="-1"
                    class=class
                    on:click=move |_| acting.begin(job.get_untracked(), action)
                >
                    <Icon glyph />
                    {text}
                </button>
            }
            .into_any(),
        }
    };
    view! {
        <Menu id=format!("{scope}-{id}") label=format!("Actions for {name}") class button>
            {move || actions.get().into_iter().map(item).collect_view()}
        </Menu>
    }
    .into_any()
}

/// The button of the one thing that a job in this state asks for most.
#[component]
pub fn MainAction(job: Signal<JobRow>) -> impl IntoView {
    let acting = expect_context::<Acting>();
    let namespace = use_namespace();
    let chosen = Memo::new(move |_| {
        let order = [
            JobAction::Reactivate,
            JobAction::RunNow,
            JobAction::RunWithNewFile,
            JobAction::Edit,
        ];
        job.with(|job| {
            order
                .into_iter()
                .find(|action| job.actions.contains(action))
        })
    });
    let view = move || {
        chosen.get().map(|action| {
            let text = if action == JobAction::Edit {
                "Continue set-up"
            } else {
                look(action).1
            };
            match address(&namespace.get(), &job.read_untracked().id, action) {
                Some(address) => view! {
                    <a class="button main" href=address>
                        {text}
                    </a>
                }
                .into_any(),
                None => view! {
                    <button
                        r#type="button"
                        class="button main"
                        on:click=move |_| acting.begin(job.get_untracked(), action)
                    >
                        {text}
                    </button>
                }
                .into_any(),
            }
        })
    };
    view.into_any()
}

/// Of the actions that are pages.
fn address(namespace: &str, job: &str, action: JobAction) -> Option<String> {
    match action {
        JobAction::View => Some(format!("/n/{namespace}/jobs/{job}")),
        JobAction::Edit => Some(format!("/n/{namespace}/jobs/{job}/setup/basics")),
        JobAction::RunWithNewFile => Some(format!("/n/{namespace}/jobs/{job}/new-file")),
        JobAction::RunNow
        | JobAction::Pause
        | JobAction::Reactivate
        | JobAction::Duplicate
        | JobAction::Delete => None,
    }
}

const fn look(action: JobAction) -> (Glyph, &'static str) {
    match action {
        JobAction::View => (Glyph::Eye, "View job details"),
        JobAction::Edit => (Glyph::Pencil, "Edit job"),
        JobAction::RunNow => (Glyph::Play, "Run now"),
        JobAction::RunWithNewFile => (Glyph::File, "Run with a new file"),
        JobAction::Pause => (Glyph::Bars, "Pause job"),
        JobAction::Reactivate => (Glyph::Pulse, "Reactivate job"),
        JobAction::Duplicate => (Glyph::Copy, "Duplicate job"),
        JobAction::Delete => (Glyph::Trash, "Delete job"),
    }
}

fn question(job: &JobRow, action: JobAction) -> Option<Question> {
    match action {
        JobAction::Delete => Some(Question {
            title: format!("Delete the job “{}”?", job.name),
            body: vec![
                "Its settings, run history, uploaded files and failure reports go. This cannot be undone.".to_owned(),
                match &job.dataset {
                    Some(dataset) => format!("The rows that it brought into {dataset} stay, and so does the audit log."),
                    None => "The audit log stays.".to_owned(),
                },
            ],
            confirm: "Delete job".to_owned(),
            destructive: true,
        }),
        JobAction::Pause if loses_by_pause(job) => Some(Question {
            title: format!("Pause “{}”?", job.name),
            body: vec![
                "The run that waits does not come any more: when the job is reactivated, it starts anew.".to_owned(),
            ],
            confirm: "Pause job".to_owned(),
            destructive: true,
        }),
        JobAction::RunNow if job.dated.is_some() => Some(Question {
            title: format!("Run “{}” now?", job.name),
            body: vec![
                "It runs as it would have on the day that you choose. A file that this job has imported is not imported again.".to_owned(),
            ],
            confirm: "Run now".to_owned(),
            destructive: false,
        }),
        JobAction::RunNow if job.would_insert_twice => Some(Question {
            title: format!("Run “{}” again with the same file?", job.name),
            body: vec![
                "Its rows are in the dataset already. With the method insert they come in a second time.".to_owned(),
                "To import only what was rejected, open the run and use “Fix and re-import”.".to_owned(),
            ],
            confirm: "Run now".to_owned(),
            destructive: true,
        }),
        JobAction::View
        | JobAction::Edit
        | JobAction::RunNow
        | JobAction::RunWithNewFile
        | JobAction::Pause
        | JobAction::Reactivate
        | JobAction::Duplicate => None,
    }
}

/// Whether a pause cannot be undone, because a rerun or a queued run goes.
fn loses_by_pause(job: &JobRow) -> bool {
    let is_queued = |run: &RunMark| run.status == RunStatus::Queued;
    job.rerun.is_some() || job.last_runs.iter().any(is_queued)
}

fn say_done(
    toasts: Toasts,
    namespace: &str,
    job: &JobRow,
    action: JobAction,
    on_done: Callback<JobAction>,
) {
    let name = &job.name;
    match action {
        JobAction::Pause if loses_by_pause(job) => toasts.done(format!("Paused “{name}”")),
        JobAction::Pause => {
            let (namespace, id) = (namespace.to_owned(), job.id.clone());
            let undo = Callback::new(move |()| {
                let (namespace, id) = (namespace.clone(), id.clone());
                leptos::task::spawn_local(async move {
                    match act_on_job(namespace, id, JobAction::Reactivate).await {
                        Ok(_) => {
                            on_done.try_run(JobAction::Reactivate);
                        }
                        Err(error) => toasts.failed(sentence(&error)),
                    }
                });
            });
            toasts.done_with_undo(format!("Paused “{name}”"), undo);
        }
        JobAction::RunNow => toasts.done(format!("Queued a run of “{name}”")),
        JobAction::Reactivate => toasts.done(format!("Reactivated “{name}”")),
        JobAction::Duplicate => toasts.done(format!("Duplicated “{name}” as a draft")),
        JobAction::Delete => toasts.done(format!("Deleted “{name}”")),
        JobAction::View | JobAction::Edit | JobAction::RunWithNewFile => {}
    }
}
