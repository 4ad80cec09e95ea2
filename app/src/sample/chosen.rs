//! The files that were chosen in this tab, by job. They stay here while the set-up goes from page to page.

use std::cell::RefCell;
use std::collections::HashMap;

use gloo_file::Blob;
use leptos::web_sys;

thread_local! {
    // Only the page's one thread touches it: a `File` is the browser's own object and cannot move to another.
    static FILES: RefCell<HashMap<String, ChosenFile>> = RefCell::new(HashMap::new());
}

#[derive(Clone, Debug)]
pub struct ChosenFile {
    pub name: String,
    /// Of the whole file; `blob` may be its beginning.
    pub bytes: u64,
    pub blob: Blob,
}

impl ChosenFile {
    pub fn whole(file: web_sys::File) -> Self {
        let name = file.name();
        let blob = Blob::from(file);
        Self {
            name,
            bytes: blob.size(),
            blob,
        }
    }
}

/// Keeps the file of a job, in place of the one before.
pub fn keep(job: &str, file: ChosenFile) {
    FILES.with_borrow_mut(|files| files.insert(job.to_owned(), file));
}

pub fn chosen(job: &str) -> Option<ChosenFile> {
    FILES.with_borrow(|files| files.get(job).cloned())
}

pub fn forget(job: &str) {
    FILES.with_borrow_mut(|files| files.remove(job));
}
