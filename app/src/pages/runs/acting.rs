//! Retrying and cancelling a run, and saying what becomes of a repeated file.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::components::dialog::{Ask, Question};
use crate::components::report_menu::ReportMenu;
use crate::components::toast::use_toasts;
use crate::pages::door::sentence;
use crate::pages::frame::use_namespace;
use crate::server_fns::runs::act_on_run;
use crate::wire::{RunAction, RunRow};

/// The buttons of a run's page. `inserts`: the job brings rows in twice if it is asked to. `rows_in`: of the run's file.
#[component]
pub fn RunActions(
    row: Memo<RunRow>,
    #[prop(into)] inserts: Signal<bool>,
    #[prop(into)] recurring: Signal<bool>,
    #[prop(into)] rows_in: Signal<u64>,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let namespace = use_namespace();
    let toasts = use_toasts();
    let navigate = use_navigate();
    let asked = RwSignal::new(None::<Question>);
    let about = RwSignal::new(None::<RunAction>);
    let opened = RwSignal::new(None::<String>);
    Effect::new(move || {
        if let Some(run) = opened.get() {
            navigate(
                &format!("/n/{}/runs/{run}", namespace.get_untracked()),
                NavigateOptions::default(),
            );
        }
    });
    let on_confirm = move |()| {
        let Some(action) = about.get_untracked() else {
            return;
        };
        let (namespace, run) = (namespace.get_untracked(), row.read_untracked().id.clone());
        leptos::task::spawn_local(async move {
            match act_on_run(namespace, run.clone(), action).await {
                Ok(result) if action == RunAction::Retry && result != run => {
                    opened.set(Some(result));
                }
                Ok(_) => {
                    match action {
                        RunAction::Cancel => toasts.done("The run is being cancelled"),
                        RunAction::PassOver => toasts.done("The file is passed over"),
                        RunAction::Retry | RunAction::DownloadReport | RunAction::Reimport => {}
                    }
                    on_done.try_run(());
                }
                Err(error) => toasts.failed(sentence(&error)),
            }
        });
    };
    // The run waits to be told what becomes of its file.
    let asks = Memo::new(move |_| row.with(|row| row.actions.contains(&RunAction::PassOver)));
    let ask = move |action: RunAction| {
        about.set(Some(action));
        asked.set(Some(question(
            action,
            recurring.get_untracked(),
            asks.get_untracked(),
            rows_in.get_untracked() * u64::from(inserts.get_untracked()),
        )));
    };
    let offered = Memo::new(move |_| row.with(|row| row.actions.clone()));
    let button = move |action: RunAction, text: &'static str, class: &'static str| {
        offered.read().contains(&action).then(|| {
            view! {
                <button r#type="button" class=class on:click=move |_| ask(action)>
                    {text}
                </button>
            }
        })
    };
    let report = move || {
        offered
            .read()
            .contains(&RunAction::DownloadReport)
            .then(|| view! { <ReportMenu namespace=namespace.get() run=row.read_untracked().id.clone() /> })
    };
    let fix = move || {
        let is_offered =
            offered.read().contains(&RunAction::Reimport) && row.with(|row| row.still_missing > 0);
        is_offered.then(|| {
            let address = format!(
                "/n/{}/runs/{}/fix",
                namespace.get(),
                row.read_untracked().id
            );
            view! {
                <a class="button main" href=address>
                    "Fix and re-import"
                </a>
            }
        })
    };
    view! {
        {fix}
        {report}
        {move || button(RunAction::PassOver, "Pass over it", "button")}
        {move || {
            let (text, class) = if asks.get() { ("Import it", "button main") } else { ("Retry", "button") };
            button(RunAction::Retry, text, class)
        }}
        {move || button(RunAction::Cancel, "Cancel run", "button danger")}
        <Ask question=asked on_confirm />
    }
    .into_any()
}

/// `twice`: rows that a retry would insert once more.
fn question(action: RunAction, recurring: bool, asks: bool, twice: u64) -> Question {
    if action == RunAction::PassOver {
        return Question {
            title: "Pass over this file?".to_owned(),
            body: vec![
                "Nothing of it is imported, and it counts as done while it stays as it is. The job goes on."
                    .to_owned(),
            ],
            confirm: "Pass over it".to_owned(),
            destructive: false,
        };
    }
    if asks && action == RunAction::Retry {
        return Question {
            title: "Import this file?".to_owned(),
            body: vec![
                "All of it is imported, in a run of its own, though its content was imported before. The job goes on."
                    .to_owned(),
            ],
            confirm: "Import it".to_owned(),
            destructive: false,
        };
    }
    if action == RunAction::Cancel {
        let rest = if recurring {
            "Nothing of it goes in. The job keeps to its schedule."
        } else {
            "Nothing of it goes in. The job is paused, and can be reactivated."
        };
        return Question {
            title: "Cancel this run?".to_owned(),
            body: vec![rest.to_owned()],
            confirm: "Cancel run".to_owned(),
            destructive: true,
        };
    }
    let mut body =
        vec!["The whole file is read and imported again, in a run of its own.".to_owned()];
    if twice > 0 {
        body.push(format!(
            "Rows of this file are in the dataset already ({twice}). With the method insert they come in a second time. To import only what was rejected, use “Fix and re-import”."
        ));
    }
    Question {
        title: "Run the whole file again?".to_owned(),
        body,
        confirm: "Retry".to_owned(),
        destructive: twice > 0,
    }
}
