//! Waiting, in a page or in a worker.

use futures::channel::oneshot;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

pub async fn sleep(milliseconds: u32) {
    let (sender, receiver) = oneshot::channel::<()>();
    let callback = Closure::once_into_js(move || {
        // The receiver may have stopped waiting.
        let _ = sender.send(());
    });
    // A global of windows and of workers alike, which `web_sys` binds to one of them each.
    let global = js_sys::global();
    let set_timeout: js_sys::Function =
        js_sys::Reflect::get(&global, &JsValue::from_str("setTimeout"))
            .expect("every browser scope has setTimeout")
            .unchecked_into();
    set_timeout
        .call2(&global, &callback, &JsValue::from(milliseconds))
        .expect("setTimeout takes a function and a number");
    // The sender goes away unused only where the scope is being closed.
    let _ = receiver.await;
}
