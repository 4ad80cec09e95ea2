//! Retrying and cancelling a run.

use domain::settings::ImportMethod;
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

/// The buttons of a run's page. `method` is the job's, where it is known.
#[component]
pub fn RunActions(
    row: Memo<RunRow>,
    #[prop(into)] method: Signal<Option<ImportMethod>>,
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
                    if action == RunAction::Cancel {
                        toasts.done("The run is being cancelled");
                    }
                    on_done.run(());
                }
                Err(error) => toasts.failed(sentence(&error)),
            }
        });
    };
    let ask = move |action: RunAction| {
        about.set(Some(action));
        asked.set(Some(question(
            action,
            &row.read_untracked(),
            method.get_untracked(),
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
        {move || button(RunAction::Retry, "Retry", "button")}
        {move || button(RunAction::Cancel, "Cancel run", "button danger")}
        <Ask question=asked on_confirm />
    }
    .into_any()
}

fn question(action: RunAction, row: &RunRow, method: Option<ImportMethod>) -> Question {
    if action == RunAction::Cancel {
        return Question {
            title: "Cancel this run?".to_owned(),
            body: vec![
                "Nothing of it goes in. The job is paused, and can be reactivated.".to_owned(),
            ],
            confirm: "Cancel run".to_owned(),
            destructive: true,
        };
    }
    let mut body =
        vec!["The whole file is read and imported again, in a run of its own.".to_owned()];
    let twice = row.imported > 0
        && !matches!(
            method,
            Some(
                ImportMethod::Upsert
                    | ImportMethod::Update
                    | ImportMethod::Delete
                    | ImportMethod::ReplaceAll
            )
        );
    if twice {
        body.push(format!(
            "This run has brought rows in already ({}). With the method insert they come in a second time. To import only what was rejected, correct the failure report and give it to a new run.",
            row.imported
        ));
    }
    Question {
        title: "Run the whole file again?".to_owned(),
        body,
        confirm: "Retry".to_owned(),
        destructive: twice,
    }
}
