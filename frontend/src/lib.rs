//! Entry points of the WebAssembly module: the page, and the worker that reads chosen files.

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the document that the server rendered.
#[wasm_bindgen]
pub fn hydrate() {
    app::load_documents_on_redirect();
    leptos::mount::hydrate_body(app::App);
}

/// Serves the page's calls inside a Web Worker.
#[wasm_bindgen]
pub fn worker() {
    app::sample::worker::start();
}
