//! The reader's locale, zone and clock. The server knows none of them: until the page is hydrated all are `None`, and what
//! is written then depends on nothing but the value.

use leptos::prelude::*;

/// In context everywhere below [`App`](crate::App).
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// A BCP 47 tag, as the browser states it.
    pub locale: ReadSignal<Option<String>>,
    /// IANA name of the zone in which the browser writes times.
    pub zone: ReadSignal<Option<String>>,
    /// Milliseconds since the Unix epoch; moves on by itself, so that "3 min ago" stays true.
    pub now: ReadSignal<Option<i64>>,
}

pub fn provide_reader() {
    let (locale, set_locale) = signal(None);
    let (zone, set_zone) = signal(None);
    let (now, set_now) = signal(None);
    // An effect runs in the browser alone, and after hydration: the first text is the one that the server wrote.
    Effect::new(move || {
        set_locale.set(window().navigator().language());
        set_zone.set(zone_of_browser());
        set_now.set(Some(clock()));
        let every = std::time::Duration::from_secs(10);
        if let Ok(tick) = set_interval_with_handle(move || set_now.set(Some(clock())), every) {
            on_cleanup(move || tick.clear());
        }
    });
    provide_context(Reader { locale, zone, now });
}

pub fn use_reader() -> Reader {
    expect_context::<Reader>()
}

fn zone_of_browser() -> Option<String> {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    let zone = js_sys::Reflect::get(&format.resolved_options(), &"timeZone".into());
    zone.ok()?.as_string()
}

/// The browser's clock in milliseconds since the Unix epoch.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a date in milliseconds is far below 2^53"
)]
pub fn clock() -> i64 {
    js_sys::Date::now() as i64
}
