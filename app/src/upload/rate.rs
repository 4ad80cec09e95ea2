//! How fast an upload goes.

use std::cell::Cell;

use super::as_float;

/// Bytes per second, smoothed over a few seconds.
#[derive(Default)]
pub struct Rate {
    last: Cell<Option<(f64, u64)>>,
    pub bytes_per_second: Cell<Option<f64>>,
}

impl Rate {
    pub fn moved_to(&self, sent_bytes: u64) {
        let now = js_sys::Date::now();
        let Some((then, before)) = self.last.get() else {
            self.last.set(Some((now, sent_bytes)));
            return;
        };
        let elapsed = (now - then) / 1000.0;
        if elapsed < 0.25 {
            return;
        }
        let current = as_float(sent_bytes.saturating_sub(before)) / elapsed;
        let weight = (elapsed / 3.0).min(1.0);
        let smoothed = self
            .bytes_per_second
            .get()
            .map_or(current, |old| old + (current - old) * weight);
        self.bytes_per_second.set(Some(smoothed));
        self.last.set(Some((now, sent_bytes)));
    }

    pub fn forget(&self) {
        self.last.set(None);
        self.bytes_per_second.set(None);
    }
}
