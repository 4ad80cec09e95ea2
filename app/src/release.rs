//! Which build of Weir the document came with, and whether the server has become another since.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::Response;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// On every answer of the server.
pub const HEADER: &str = "weir-release";
/// On the document's root element.
const ATTRIBUTE: &str = "data-release";

/// Of the server that answers; in its context while it draws a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release(pub String);

/// Before the address of a script or style sheet: an old document never gets the files of a newer build.
pub fn folder(release: &str) -> String {
    format!("/r/{release}")
}

thread_local! {
    // Only the browser sets and reads it.
    static UPDATED: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// To be read in the browser alone.
pub fn is_updated() -> bool {
    UPDATED.with(Clone::clone).get()
}

/// Of the document.
pub fn own() -> Option<String> {
    document().document_element()?.get_attribute(ATTRIBUTE)
}

pub fn compare(of_server: Option<&str>) {
    if let (Some(own), Some(of_server)) = (own(), of_server)
        && own != of_server
    {
        UPDATED.with(Clone::clone).set(true);
    }
}

/// After an answer that could not be read: asks whether the server is of another build.
pub fn ask() {
    spawn_local(async {
        let answer = JsFuture::from(window().fetch_with_str("/healthz")).await;
        let header = answer
            .ok()
            .and_then(|answer| answer.dyn_into::<Response>().ok())
            .and_then(|answer| answer.headers().get(HEADER).ok().flatten());
        compare(header.as_deref());
    });
}
