//! A form that posts to a server function, with JavaScript and without, once for a double click.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos::server_fn::client::Client;
use leptos::server_fn::codec::PostUrl;
use leptos::server_fn::request::ClientReq;
use leptos::server_fn::{Http, ServerFn};
use leptos::web_sys::{FormData, SubmitEvent};
use serde::de::DeserializeOwned;

use crate::server_fns::error::AppError;
use crate::server_fns::form_answer::{FormAnswer, current};

/// A second click so soon after a good answer belongs to the first.
const DOUBLE_CLICK_MILLISECONDS: f64 = 600.0;

#[derive(Clone, Copy)]
struct Awaiting(StoredValue<Option<FormAnswer>>);

/// Reads what the form that led to this document was answered. To be called once, above all forms.
pub fn provide_form_answer() {
    let answer = SharedValue::new(current).into_inner();
    provide_context(Awaiting(StoredValue::new(answer)));
}

/// Every form of the application is one of these.
#[component]
pub fn Form<F, O>(
    action: ServerAction<F>,
    #[prop(optional)] class: &'static str,
    /// Empties the fields when it went well.
    #[prop(optional)]
    resets: bool,
    children: Children,
) -> impl IntoView
where
    F: DeserializeOwned
        + ServerFn<Protocol = Http<PostUrl, O>, Error = AppError>
        + Clone
        + Send
        + Sync
        + 'static,
    <<F::Client as Client<AppError>>::Request as ClientReq<AppError>>::FormData: From<FormData>,
    F::Output: Send + Sync + 'static,
    F::Client: Client<AppError>,
{
    if let Some(error) = answer_to(F::PATH) {
        action.value().set(Some(Err(error)));
    }
    let form = NodeRef::<leptos::html::Form>::new();
    let done_at = StoredValue::new(f64::NEG_INFINITY);
    Effect::new(move || {
        if action.value().with(|answer| matches!(answer, Some(Ok(_)))) {
            done_at.set_value(js_sys::Date::now());
            if resets && let Some(form) = form.get_untracked() {
                form.reset();
            }
        }
    });
    let submit_once = move |event: SubmitEvent| {
        let is_repeated = js_sys::Date::now() - done_at.get_value() < DOUBLE_CLICK_MILLISECONDS;
        if action.pending().get_untracked() || is_repeated {
            event.prevent_default();
        }
    };
    view! {
        <ActionForm action node_ref=form attr:class=class on:submit:capture=submit_once>
            {children()}
        </ActionForm>
    }
    .into_any()
}

fn answer_to(path: &str) -> Option<AppError> {
    let Awaiting(answer) = use_context()?;
    let mut is_for_this = false;
    answer.with_value(|answer| {
        is_for_this = answer.as_ref().is_some_and(|answer| answer.path == path);
    });
    if !is_for_this {
        return None;
    }
    // The server may draw a page twice; in the browser a page that is opened again begins anew.
    let answer = if cfg!(feature = "ssr") {
        answer.get_value()
    } else {
        answer.try_update_value(Option::take).flatten()
    };
    answer.map(|answer| answer.error)
}
