//! One clear question before something is lost or done twice.

use leptos::html::Dialog;
use leptos::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub title: String,
    /// What happens, a paragraph each.
    pub body: Vec<String>,
    /// The verb on the button.
    pub confirm: String,
    pub destructive: bool,
}

/// Asks as soon as `question` is there. The answer no, Escape and a confirmed question all leave it `None`.
#[component]
pub fn Ask(
    question: RwSignal<Option<Question>>,
    #[prop(into)] on_confirm: Callback<()>,
    /// What is to be filled in with the answer.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let children = StoredValue::new(children);
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move || {
        let asked = question.with(Option::is_some);
        let Some(dialog) = dialog.get() else { return };
        if asked && !dialog.open() {
            // It can only fail for a dialog that is open already or not in the document.
            let _ = dialog.show_modal();
        } else if !asked && dialog.open() {
            dialog.close();
        }
    });
    let confirm = move |_| {
        on_confirm.run(());
        question.set(None);
    };
    let content = move || {
        question.get().map(|question_shown| {
            let Question { title, body, confirm: verb, destructive } = question_shown;
            view! {
                <h2 id="question">{title}</h2>
                {body.into_iter().map(|paragraph| view! { <p class="muted">{paragraph}</p> }).collect_view()}
                {children.with_value(|children| children.as_ref().map(|children| children()))}
                <div class="buttons">
                    <button r#type="button" class="button" autofocus on:click=move |_| question.set(None)>
                        "Cancel"
                    </button>
                    <button
                        r#type="button"
                        class=if destructive { "button main danger" } else { "button main" }
                        on:click=confirm
                    >
                        {verb}
                    </button>
                </div>
            }
        })
    };
    view! {
        <dialog node_ref=dialog aria-labelledby="question" on:close=move |_| question.set(None)>
            {content}
        </dialog>
    }
    .into_any()
}
