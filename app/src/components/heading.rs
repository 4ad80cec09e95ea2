//! The heading of a page. After a navigation it takes the focus, so that a screen reader says where one is.

use std::cell::RefCell;

use leptos::html::H1;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

thread_local! {
    /// The address whose heading was shown last; `None` until the first page is hydrated, which keeps the browser's focus.
    static SHOWN: RefCell<Option<String>> = const { RefCell::new(None) };
}

#[component]
pub fn Heading(children: Children) -> impl IntoView {
    let heading = NodeRef::<H1>::new();
    let path = use_location().pathname;
    Effect::new(move || {
        let Some(heading) = heading.get() else { return };
        let path = path.get_untracked();
        let before = SHOWN.with(|shown| shown.borrow_mut().replace(path.clone()));
        if before.is_some_and(|before| before != path) {
            let _ = heading.focus();
        }
    });
    view! {
        <h1 tabindex="-1" node_ref=heading>
            {children()}
        </h1>
    }
    .into_any()
}
