//! Provide Sample File: one page with the file, how it is written, and where its columns go.

mod chooser;

use leptos::prelude::*;

use crate::wire::SetupView;

pub use chooser::{FileChooser, ReplaceButton};

#[derive(Clone, Copy)]
pub struct SampleForm {}

impl SampleForm {
    pub fn new(_saved: &SetupView) -> Self {
        Self {}
    }

    pub fn show(self, _saved: &SetupView) {}

    pub fn differs(self, _saved: &SetupView) -> bool {
        false
    }
}

#[component]
pub fn SampleStep() -> impl IntoView {
    view! { <p></p> }.into_any()
}
