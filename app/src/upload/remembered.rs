//! Which upload a file belongs to, for as long as it is not used: it outlives the tab and the session.
//!
//! The browser's storage holds nothing but hashes and ids. The server decides whether an id is still good, and for whom.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use gloo_file::Blob;
use leptos::prelude::window;
use leptos::web_sys::{self, Storage};
use wasm_bindgen::JsCast as _;

const PREFIX: &str = "weir-upload-";
/// Hashed at both ends of the file, beside its name, its size and when it was changed last.
const END_BYTES: u64 = 1 << 20;

/// Of one file for one namespace; `None` where the file cannot be read.
pub async fn key(namespace: &str, file_name: &str, blob: &Blob) -> Option<String> {
    let bytes = blob.size();
    let mut hasher = DefaultHasher::new();
    (namespace, file_name, bytes).hash(&mut hasher);
    let raw: &web_sys::Blob = blob.as_ref();
    if let Some(file) = raw.dyn_ref::<web_sys::File>() {
        file.last_modified().to_bits().hash(&mut hasher);
    }
    for (start, end) in [
        (0, bytes.min(END_BYTES)),
        (bytes.saturating_sub(END_BYTES), bytes),
    ] {
        let part = gloo_file::futures::read_as_bytes(&blob.slice(start, end))
            .await
            .ok()?;
        part.hash(&mut hasher);
    }
    Some(format!("{PREFIX}{:016x}", hasher.finish()))
}

pub fn known(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

pub fn keep(key: &str, id: &str) {
    if let Some(storage) = storage() {
        // Where the storage is full, the file is sent anew after a reload.
        let _ = storage.set_item(key, id);
    }
}

pub fn forget(id: &str) {
    let Some(storage) = storage() else {
        return;
    };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok()?);
    for key in keys.collect::<Vec<_>>() {
        let is_of_id = storage
            .get_item(&key)
            .is_ok_and(|kept| kept.as_deref() == Some(id));
        if key.starts_with(PREFIX) && is_of_id {
            // It is there, so it can be removed.
            let _ = storage.remove_item(&key);
        }
    }
}

/// `None` where the browser keeps nothing for this site.
fn storage() -> Option<Storage> {
    window().local_storage().ok()?
}
