//! The page's side: one worker per tab, asked by messages, each answered under its number.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use futures::StreamExt;
use futures::channel::mpsc;
use gloo_file::Blob;
use leptos::web_sys;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::protocol::{Call, Message, Reply, Request};
use crate::release;

const SCRIPT: &str = "sample-worker.js";

thread_local! {
    static WORKER: RefCell<Option<Rc<Connection>>> = const { RefCell::new(None) };
}

/// The worker could not be started, or broke down while it worked. The next request starts a new one, which knows no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerGone;

/// Replies to one request; dropping it takes no effect on the worker.
pub struct Replies {
    id: u32,
    receiver: mpsc::UnboundedReceiver<Reply>,
}

impl Replies {
    /// The number to cancel the request by.
    pub fn id(&self) -> u32 {
        self.id
    }

    pub async fn next(&mut self) -> Result<Reply, WorkerGone> {
        self.receiver.next().await.ok_or(WorkerGone)
    }
}

/// Sends a request; `file` is what [`Request::Open`] opens.
pub fn send(request: Request, file: Option<&Blob>) -> Result<Replies, WorkerGone> {
    let connection = connect()?;
    let id = connection.next_id.get();
    connection.next_id.set(id.wrapping_add(1));
    let (sender, receiver) = mpsc::unbounded();
    connection.replies.borrow_mut().insert(id, sender);
    connection.post(&Call { id, request }, file)?;
    Ok(Replies { id, receiver })
}

/// Sends a request that has one reply, and waits for it.
pub async fn ask(request: Request, file: Option<&Blob>) -> Result<Reply, WorkerGone> {
    send(request, file)?.next().await
}

/// Ends the worker and what it holds in memory.
pub fn close() {
    if let Some(connection) = WORKER.take() {
        connection.worker.terminate();
        connection.replies.borrow_mut().clear();
    }
}

struct Connection {
    worker: Worker,
    next_id: Cell<u32>,
    /// Messages from before the worker listened; `None` once it does.
    waiting: RefCell<Option<Vec<JsValue>>>,
    replies: RefCell<HashMap<u32, mpsc::UnboundedSender<Reply>>>,
}

impl Connection {
    fn post(&self, call: &Call, file: Option<&Blob>) -> Result<(), WorkerGone> {
        let text = serde_json::to_string(call).expect("requests have string keys only");
        let file = file.map_or(JsValue::NULL, |file| {
            let blob: &web_sys::Blob = file.as_ref();
            blob.into()
        });
        let message: JsValue = js_sys::Array::of2(&JsValue::from_str(&text), &file).into();
        if let Some(waiting) = &mut *self.waiting.borrow_mut() {
            waiting.push(message);
            return Ok(());
        }
        self.worker.post_message(&message).map_err(|_| WorkerGone)
    }

    fn received(&self, message: Message) {
        match message {
            Message::Ready => {
                for message in self.waiting.take().into_iter().flatten() {
                    // A file that cannot be passed on answers like a worker that is gone.
                    if self.worker.post_message(&message).is_err() {
                        close();
                        return;
                    }
                }
            }
            Message::Reply { id, reply } => {
                let last = reply.is_last();
                let mut replies = self.replies.borrow_mut();
                if let Some(sender) = replies.get(&id) {
                    // Nobody waits any more where the page went on.
                    let _ = sender.unbounded_send(reply);
                }
                if last {
                    replies.remove(&id);
                }
            }
        }
    }
}

fn connect() -> Result<Rc<Connection>, WorkerGone> {
    if let Some(connection) = WORKER.with_borrow(Clone::clone) {
        return Ok(connection);
    }
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let script = format!(
        "{}/{SCRIPT}",
        release::folder(&release::own().unwrap_or_default())
    );
    let worker = Worker::new_with_options(&script, &options).map_err(|_| WorkerGone)?;
    let connection = Rc::new(Connection {
        worker,
        next_id: Cell::new(1),
        waiting: RefCell::new(Some(Vec::new())),
        replies: RefCell::new(HashMap::new()),
    });

    let weak = Rc::downgrade(&connection);
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = event
            .data()
            .as_string()
            .and_then(|text| serde_json::from_str(&text).ok());
        if let (Some(connection), Some(message)) = (weak.upgrade(), message) {
            connection.received(message);
        }
    });
    connection
        .worker
        .set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
    let on_error = Closure::<dyn FnMut(Event)>::new(move |_| close());
    connection
        .worker
        .set_onerror(Some(on_error.into_js_value().unchecked_ref()));

    WORKER.set(Some(connection.clone()));
    Ok(connection)
}
