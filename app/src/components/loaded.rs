//! What a page loads, while it loads, and when it could not be loaded.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::states::ErrorState;
use crate::server_fns::error::{AppError, ErrorKind};

/// Draws `children` once, as soon as the value is there; a later value changes the signal and nothing is drawn anew, so that
/// focus, open menus and the place in the list stay.
#[component]
pub fn Loaded<T, F>(
    resource: Resource<Result<T, AppError>>,
    #[prop(into)] waiting: ViewFn,
    /// A part of a page whose main part says it where the whole page is not to be had.
    #[prop(optional)]
    lesser: bool,
    children: F,
) -> impl IntoView
where
    T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Fn(Signal<T>) -> AnyView + Send + Sync + 'static,
{
    let content = move || {
        // Made inside the boundary, so that the boundary waits for what they read.
        let latest = Memo::new(move |before: Option<&Option<T>>| match resource.get() {
            Some(Ok(value)) => Some(value),
            _ => before.cloned().flatten(),
        });
        let state = Memo::new(move |_| {
            match resource
                .with(|loaded| loaded.as_ref().map(|loaded| loaded.as_ref().err().cloned()))
            {
                None => State::Waiting,
                Some(None) => State::Ready,
                Some(Some(error)) => State::Failed(error),
            }
        });
        let value = Signal::derive(move || {
            latest
                .get()
                .expect("it is read only where a value has been loaded")
        });
        move || match state.get() {
            State::Waiting => ().into_any(),
            State::Failed(error) if lesser && error.kind != ErrorKind::Unavailable => ().into_any(),
            State::Failed(error) => {
                view! { <ErrorState error on_retry=move |()| resource.refetch() /> }.into_any()
            }
            // The value is looked at before the children, whose memos may be older than it.
            State::Ready => latest
                .with_untracked(Option::is_some)
                .then(|| children(value))
                .into_any(),
        }
    };
    view! { <Transition fallback=move || waiting.run()>{content()}</Transition> }.into_any()
}

#[derive(Clone, Debug, PartialEq)]
enum State {
    Waiting,
    Failed(AppError),
    Ready,
}
