//! The user interface, and the server functions as thin adapters.

// Views are deeply nested types: the default of 128 is not enough to compute their layout.
#![recursion_limit = "512"]

pub mod components;
pub mod live;
pub mod local_path;
mod once;
pub mod pages;
pub mod release;
mod routes;
pub mod sample;
pub mod server_fns;
mod shell;
pub mod upload;
pub mod wire;

pub use routes::App;
pub use shell::shell;

/// A server function that redirects (signing in, signing out) makes the browser load the new document, so that nothing of the
/// former session stays in memory. To be called before the first form is shown.
#[cfg(feature = "hydrate")]
pub fn load_documents_on_redirect() {
    use leptos::prelude::window;

    // An error would mean that the hook is set already, by this same function.
    let _ = leptos::server_fn::redirect::set_redirect_hook(|address| {
        // A failing assignment leaves the page as it is, with the form's answer still to be seen.
        let _ = window().location().set_href(address);
    });
}
