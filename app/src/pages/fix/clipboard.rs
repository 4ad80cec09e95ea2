//! Copy, cut and paste, in the form that spreadsheets use.

use leptos::prelude::*;
use leptos::web_sys::ClipboardEvent;

use super::editing::Editing;
use super::keys::selected;
use super::selection;

const PLAIN: &str = "text/plain";

pub fn copy(editing: Editing, event: &ClipboardEvent) {
    // While a cell is typed in, its text is the browser's to copy.
    if editing.typed.read_untracked().is_some() {
        return;
    }
    let text = selection::copied(
        &editing.sheet.read_untracked(),
        editing.anchor.get_untracked(),
        editing.active.get_untracked(),
    );
    if let Some(data) = event.clipboard_data()
        && data.set_data(PLAIN, &text).is_ok()
    {
        event.prevent_default();
    }
}

pub fn cut(editing: Editing, event: &ClipboardEvent) {
    if editing.typed.read_untracked().is_some() {
        return;
    }
    copy(editing, event);
    let spots = selected(editing);
    editing.write(spots.into_iter().map(|spot| (spot, String::new())));
}

pub fn paste(editing: Editing, event: &ClipboardEvent) {
    if editing.typed.read_untracked().is_some() {
        return;
    }
    let Some(text) = event
        .clipboard_data()
        .and_then(|data| data.get_data(PLAIN).ok())
    else {
        return;
    };
    event.prevent_default();
    let texts = selection::pasted(
        &editing.sheet.read_untracked(),
        &text,
        editing.anchor.get_untracked(),
        editing.active.get_untracked(),
    );
    let records = editing.write(texts);
    editing.said.set(format!("Pasted into {records} records."));
}
