//! The connection that brings events into a tab. Dropping it closes it.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::set_timeout_with_handle;
use leptos::web_sys::{EventSource, MessageEvent};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use crate::wire::LiveEvent;

/// How long a stream may be cut before the page says so.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longer than the server is ever silent: whoever hears nothing for so long is cut off, though no error came.
const SILENCE: Duration = Duration::from_secs(12);
/// The name of the event that says nothing but that the server is there.
const ALIVE: &str = "alive";

pub enum Told {
    Open,
    Event(LiveEvent),
    /// An event of another shape than this build knows.
    Unreadable,
    /// It was cut, and the browser goes on trying.
    CutOff,
    /// Not even a sign of life has come; the stream is of no use any more.
    Silent,
    /// The server has refused, and the browser has given up.
    Refused,
}

pub struct Stream {
    source: EventSource,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_open: Closure<dyn FnMut()>,
    _on_error: Closure<dyn FnMut()>,
    _on_alive: Closure<dyn FnMut()>,
    patience: Timer,
    silence: Timer,
}

type Timer = Rc<RefCell<Option<TimeoutHandle>>>;

impl Drop for Stream {
    fn drop(&mut self) {
        for unset in [
            EventSource::set_onmessage,
            EventSource::set_onopen,
            EventSource::set_onerror,
        ] {
            unset(&self.source, None);
        }
        self.source.close();
        stop(&self.patience);
        stop(&self.silence);
    }
}

impl Stream {
    /// `None` where the browser knows no such streams.
    pub fn open(address: &str, tell: impl Fn(Told) + 'static) -> Option<Self> {
        let source = EventSource::new(address).ok()?;
        let tell = Rc::new(tell);
        let (patience, silence) = (Timer::default(), Timer::default());
        let hears = Rc::new({
            let (tell, silence) = (tell.clone(), silence.clone());
            move || {
                stop(&silence);
                let tell = tell.clone();
                *silence.borrow_mut() =
                    set_timeout_with_handle(move || tell(Told::Silent), SILENCE).ok();
            }
        });
        let on_alive = Closure::<dyn FnMut()>::new({
            let hears = hears.clone();
            move || hears()
        });
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new({
            let (tell, hears) = (tell.clone(), hears.clone());
            move |message: MessageEvent| {
                hears();
                let event = message
                    .data()
                    .as_string()
                    .and_then(|text| serde_json::from_str(&text).ok());
                tell(event.map_or(Told::Unreadable, Told::Event));
            }
        });
        let on_open = Closure::<dyn FnMut()>::new({
            let (tell, patience) = (tell.clone(), patience.clone());
            move || {
                stop(&patience);
                hears();
                tell(Told::Open);
            }
        });
        let on_error = Closure::<dyn FnMut()>::new({
            let (source, patience, silence) = (source.clone(), patience.clone(), silence.clone());
            move || {
                stop(&silence);
                if source.ready_state() == EventSource::CLOSED {
                    stop(&patience);
                    tell(Told::Refused);
                } else if patience.borrow().is_none() {
                    let tell = tell.clone();
                    *patience.borrow_mut() =
                        set_timeout_with_handle(move || tell(Told::CutOff), PATIENCE).ok();
                }
            }
        });
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        source
            .add_event_listener_with_callback(ALIVE, on_alive.as_ref().unchecked_ref())
            .ok()?;
        Some(Self {
            source,
            _on_message: on_message,
            _on_open: on_open,
            _on_error: on_error,
            _on_alive: on_alive,
            patience,
            silence,
        })
    }
}

fn stop(timer: &RefCell<Option<TimeoutHandle>>) {
    if let Some(timer) = timer.borrow_mut().take() {
        timer.clear();
    }
}
