//! One request of an upload, with what was sent of it.

use std::cell::Cell;
use std::rc::Rc;

use futures::FutureExt;
use futures::channel::oneshot;
use gloo_file::Blob;
use leptos::web_sys;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{ProgressEvent, XmlHttpRequest};

use super::Cancel;
use crate::sample::timer;

/// A request that moved nothing for so long is given up and tried again.
const STALL_MILLISECONDS: f64 = 45_000.0;

pub struct Sending<'a> {
    pub method: &'static str,
    pub url: &'a str,
    pub offset: Option<u64>,
    pub text: Option<&'a str>,
    pub chunk: Option<&'a Blob>,
}

impl<'a> Sending<'a> {
    pub fn text(method: &'static str, url: &'a str, text: &'a str) -> Self {
        Self {
            method,
            url,
            offset: None,
            text: Some(text),
            chunk: None,
        }
    }

    /// Without a body.
    pub fn bare(method: &'static str, url: &'a str) -> Self {
        Self {
            method,
            url,
            offset: None,
            text: None,
            chunk: None,
        }
    }

    pub fn chunk(url: &'a str, offset: u64, chunk: &'a Blob) -> Self {
        Self {
            method: "PUT",
            url,
            offset: Some(offset),
            text: None,
            chunk: Some(chunk),
        }
    }
}

pub struct Answer {
    pub status: u16,
    pub body: String,
}

/// `XMLHttpRequest` and not `fetch`, which does not tell how much of a body was sent. `None`: no answer came.
pub async fn exchange(
    sending: Sending<'_>,
    cancel: &Cancel,
    on_progress: impl Fn(f64) + 'static,
) -> Option<Answer> {
    let request = XmlHttpRequest::new().ok()?;
    request
        .open_with_async(sending.method, sending.url, true)
        .ok()?;
    request
        .set_request_header("Accept", "application/json")
        .ok()?;
    if let Some(offset) = sending.offset {
        request
            .set_request_header("Upload-Offset", &offset.to_string())
            .ok()?;
        request
            .set_request_header("Content-Type", "application/octet-stream")
            .ok()?;
    }

    let moved_at = Rc::new(Cell::new(js_sys::Date::now()));
    let moved = moved_at.clone();
    let progressed = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
        moved.set(js_sys::Date::now());
        on_progress(event.loaded());
    });
    if sending.chunk.is_some() {
        request
            .upload()
            .ok()?
            .set_onprogress(Some(progressed.as_ref().unchecked_ref()));
    }
    let (sender, mut ended) = oneshot::channel::<()>();
    let mut sender = Some(sender);
    let loaded = Closure::<dyn FnMut()>::new(move || {
        if let Some(sender) = sender.take() {
            // The receiver is gone only after this function returned.
            let _ = sender.send(());
        }
    });
    request.set_onloadend(Some(loaded.as_ref().unchecked_ref()));

    match (sending.text, sending.chunk) {
        (Some(text), _) => {
            request
                .set_request_header("Content-Type", "application/json")
                .ok()?;
            request.send_with_opt_str(Some(text)).ok()?;
        }
        (None, Some(chunk)) => request.send_with_opt_blob(Some(chunk.as_ref())).ok()?,
        (None, None) => request.send().ok()?,
    }
    loop {
        let mut tick = Box::pin(timer::sleep(500).fuse());
        futures::select_biased! {
            _ = ended => break,
            () = tick => {
                let stalled = js_sys::Date::now() - moved_at.get() > STALL_MILLISECONDS;
                if stalled || cancel.is_cancelled() {
                    request.set_onloadend(None);
                    // Aborting a request that has ended does nothing.
                    let _ = request.abort();
                    return None;
                }
            }
        }
    }
    let status = request.status().unwrap_or(0);
    let body = request.response_text().ok().flatten().unwrap_or_default();
    (status != 0).then_some(Answer { status, body })
}
