//! The tabs of a browser share one stream per namespace: browsers allow six connections to a host over HTTP/1.1, for all tabs
//! together.
//!
//! The visible tab that holds the lock of the namespace has the stream and tells the others what comes. It gives the lock up
//! when it is hidden, left or closed; then the next visible tab gets it. Where the page is not secure (plain HTTP on another
//! host than this one) there are no locks, and every visible tab has a stream.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{AbortController, BroadcastChannel, MessageEvent};
use serde::{Deserialize, Serialize};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::stream::{Stream, Told};
use super::{Access, Live};
use crate::release;
use crate::sample::timer;
use crate::server_fns::session::session;
use crate::wire::LiveEvent;

const LONGEST_WAIT_MILLISECONDS: u32 = 5_000;

/// What tabs of one namespace say to each other.
#[derive(Serialize, Deserialize)]
enum Word {
    /// A tab has come, and knows nothing yet.
    Hello,
    Event(LiveEvent),
    CutOff(bool),
}

enum Part {
    /// Hears what another tab says.
    Follows,
    /// Leads as soon as no other tab does.
    Waits(AbortController),
    Leads {
        /// `None` after a refusal, until the next attempt.
        stream: Option<Stream>,
        resign: Option<js_sys::Function>,
    },
}

pub struct Tab {
    live: Live,
    namespace: String,
    channel: Option<BroadcastChannel>,
    part: RefCell<Part>,
    /// Whether the stream of this tab has brought its snapshot.
    is_told: Cell<bool>,
    failures: Cell<u32>,
    on_visibility: RefCell<Option<WindowListenerHandle>>,
}

thread_local! {
    static TAB: RefCell<Option<Rc<Tab>>> = const { RefCell::new(None) };
}

/// Takes part in the stream of the namespace until [`leave`].
pub fn join(live: Live, namespace: String) {
    let channel = BroadcastChannel::new(&format!("weir-live-{namespace}")).ok();
    let tab = Rc::new(Tab {
        live,
        namespace,
        channel,
        part: RefCell::new(Part::Follows),
        is_told: Cell::new(false),
        failures: Cell::new(0),
        on_visibility: RefCell::new(None),
    });
    tab.listen();
    tab.say(&Word::Hello);
    tab.show_or_hide();
    TAB.set(Some(tab));
}

pub fn leave() {
    if let Some(tab) = TAB.take() {
        if let Some(listener) = tab.on_visibility.take() {
            listener.remove();
        }
        if let Some(channel) = &tab.channel {
            channel.set_onmessage(None);
        }
        tab.give_up();
        if let Some(channel) = &tab.channel {
            channel.close();
        }
    }
}

impl Tab {
    fn listen(self: &Rc<Self>) {
        let tab = Rc::downgrade(self);
        if let Some(channel) = &self.channel {
            let tab = tab.clone();
            let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
                let word = message
                    .data()
                    .as_string()
                    .and_then(|text| serde_json::from_str(&text).ok());
                // A tab of another release may say what this one does not know.
                if let (Some(tab), Some(word)) = (tab.upgrade(), word) {
                    tab.hear(word);
                }
            });
            channel.set_onmessage(Some(heard.into_js_value().unchecked_ref()));
        }
        let listener = window_event_listener_untyped("visibilitychange", move |_| {
            if let Some(tab) = tab.upgrade() {
                tab.show_or_hide();
            }
        });
        self.on_visibility.replace(Some(listener));
    }

    fn show_or_hide(self: &Rc<Self>) {
        if document().hidden() {
            self.give_up();
            return;
        }
        let follows = matches!(*self.part.borrow(), Part::Follows);
        if follows {
            self.compete();
        }
    }

    fn hear(&self, word: Word) {
        let leads = matches!(*self.part.borrow(), Part::Leads { .. });
        match word {
            Word::Hello if leads && self.is_told.get() => {
                self.say(&Word::Event(self.live.snapshot()));
            }
            Word::Event(event) if !leads => {
                self.live.cut_off.set(false);
                self.live.take(event);
            }
            Word::CutOff(cut_off) if !leads => self.live.cut_off.set(cut_off),
            Word::Hello | Word::Event(_) | Word::CutOff(_) => {}
        }
    }

    fn say(&self, word: &Word) {
        if let (Some(channel), Ok(text)) = (&self.channel, serde_json::to_string(word)) {
            // A channel that was closed in the meantime has no hearers.
            let _ = channel.post_message(&JsValue::from_str(&text));
        }
    }

    fn compete(self: &Rc<Self>) {
        let place = AbortController::new().ok();
        let (Some(locks), Some(place)) = (locks(), place) else {
            self.lead(None);
            return;
        };
        let tab = Rc::downgrade(self);
        // The lock is held until the promise is settled.
        let granted = Closure::once_into_js(move |_lock: JsValue| {
            js_sys::Promise::new(&mut |resign: js_sys::Function, _| match tab.upgrade() {
                Some(tab) if matches!(*tab.part.borrow(), Part::Waits(_)) => {
                    let tab = tab.clone();
                    spawn_local(async move { tab.lead(Some(resign)) });
                }
                _ => drop(resign.call0(&JsValue::NULL)),
            })
        });
        let signal = [("signal", place.signal().into())];
        self.part.replace(Part::Waits(place));
        let name = format!("weir-live-{}", self.namespace);
        if let Some(held) = request(&locks, &name, &signal, &granted) {
            // Giving up one's place is an error of the promise.
            spawn_local(async move { drop(JsFuture::from(held).await) });
        } else {
            self.lead(None);
        }
    }

    fn lead(self: &Rc<Self>, resign: Option<js_sys::Function>) {
        let still_wants = !document().hidden() && self.is_current();
        if !still_wants {
            if let Some(resign) = resign {
                // It cannot throw: it settles a promise.
                let _ = resign.call0(&JsValue::NULL);
            }
            self.part.replace(Part::Follows);
            return;
        }
        self.part.replace(Part::Leads {
            stream: None,
            resign,
        });
        self.open();
    }

    /// Not left; the tab that is being joined is not there yet.
    fn is_current(self: &Rc<Self>) -> bool {
        TAB.with_borrow(|tab| tab.as_ref().is_none_or(|tab| Rc::ptr_eq(tab, self)))
    }

    fn give_up(&self) {
        self.is_told.set(false);
        match self.part.replace(Part::Follows) {
            Part::Follows => {}
            Part::Waits(place) => place.abort(),
            Part::Leads { stream, resign } => {
                drop(stream);
                if let Some(resign) = resign {
                    // It cannot throw: it settles a promise.
                    let _ = resign.call0(&JsValue::NULL);
                }
            }
        }
    }

    fn open(self: &Rc<Self>) {
        let tab = Rc::downgrade(self);
        let opened = Stream::open(&format!("/n/{}/events", self.namespace), move |told| {
            if let Some(tab) = tab.upgrade() {
                tab.told(told);
            }
        });
        if opened.is_none() {
            self.cut_off(true);
        }
        if let Part::Leads { stream, .. } = &mut *self.part.borrow_mut() {
            *stream = opened;
        }
    }

    fn told(self: &Rc<Self>, told: Told) {
        match told {
            Told::Open => {
                self.failures.set(0);
                self.cut_off(false);
                self.live.access.set(Access::Member);
            }
            Told::Event(event) => {
                if event.snapshot {
                    self.is_told.set(true);
                    release::compare(event.release.as_deref());
                }
                self.say(&Word::Event(event.clone()));
                self.live.take(event);
            }
            Told::Unreadable => release::ask(),
            Told::CutOff => self.cut_off(true),
            Told::Silent => {
                self.cut_off(true);
                let tab = Rc::downgrade(self);
                // Not from within the stream, which is dropped by it.
                spawn_local(async move {
                    if let Some(tab) = tab.upgrade().filter(|tab| tab.leads()) {
                        tab.open();
                    }
                });
            }
            Told::Refused => {
                self.cut_off(true);
                let tab = Rc::downgrade(self);
                spawn_local(open_again(tab));
            }
        }
    }

    fn cut_off(&self, cut_off: bool) {
        self.live.cut_off.set(cut_off);
        self.say(&Word::CutOff(cut_off));
    }

    fn leads(&self) -> bool {
        matches!(*self.part.borrow(), Part::Leads { .. })
    }
}

/// The server says why by the session: an event stream does not tell the status of a refusal.
async fn open_again(tab: Weak<Tab>) {
    loop {
        let (live, failures) = match tab.upgrade() {
            Some(tab) if tab.leads() => (tab.live, tab.failures.get()),
            _ => return,
        };
        let access = live.ask_access().await;
        let Some(tab) = tab.upgrade().filter(|tab| tab.leads()) else {
            return;
        };
        tab.failures.set(failures + 1);
        drop(tab);
        let wait = (1000_u32 << failures.min(5)).min(LONGEST_WAIT_MILLISECONDS);
        timer::sleep(wait).await;
        if access == Some(Access::Member) || access.is_none() {
            break;
        }
    }
    if let Some(tab) = tab.upgrade().filter(|tab| tab.leads()) {
        tab.open();
    }
}

impl Live {
    /// Whether the session and the membership still hold; `None` where the server does not answer.
    pub(super) async fn ask_access(self) -> Option<Access> {
        let namespace = self.namespace.try_get_value()?;
        // Calls of the server are large futures.
        let answer = Box::pin(session()).await.ok()?;
        let access = match &answer {
            None => Access::SignedOut,
            Some(session) => {
                self.meet(Some(&session.email));
                let is_member = session
                    .namespaces
                    .iter()
                    .any(|known| known.slug == namespace);
                if is_member {
                    Access::Member
                } else {
                    Access::NoMember
                }
            }
        };
        self.access.try_set(access);
        Some(access)
    }
}

/// `None` where the page is not secure.
fn locks() -> Option<JsValue> {
    let locks = js_sys::Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    locks.is_object().then_some(locks)
}

fn request(
    locks: &JsValue,
    name: &str,
    options: &[(&str, JsValue)],
    granted: &JsValue,
) -> Option<js_sys::Promise> {
    let function: js_sys::Function = js_sys::Reflect::get(locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let bag = js_sys::Object::new();
    for (name, value) in options {
        js_sys::Reflect::set(&bag, &(*name).into(), value).ok()?;
    }
    function
        .call3(locks, &name.into(), &bag, granted)
        .ok()?
        .dyn_into()
        .ok()
}
