//! The worker's side: reads slices of the file and runs the reader and the plan over them, so that the page never waits.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use gloo_file::Blob;
use gloo_file::futures::read_as_bytes;
use leptos::web_sys;
use mapping::sample::{FileCheck, check, inspect};
use tabular::detect::detect;
use tabular::dialect::Dialect;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::protocol::{Call, Checked, Message, Reply, Request, SAMPLE_BYTES, Settings};

/// Large slices are read at about the speed of the disk, small ones at a fraction of it.
const SLICE_BYTES: u64 = 16 << 20;
const PREVIEW_ROWS: usize = 100;
/// Rejected records that are kept of a sample, to mark cells; and of a whole file, to show the first ones.
const MARKED_RECORDS: usize = 200;
const SHOWN_RECORDS: usize = 20;

/// Listens for the page's calls; the entry of the Web Worker.
pub fn start() {
    let worker = Rc::new(SampleWorker::default());
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let parts: js_sys::Array = event.data().unchecked_into();
        let call = parts
            .get(0)
            .as_string()
            .and_then(|text| serde_json::from_str::<Call>(&text).ok());
        let file = parts
            .get(1)
            .dyn_into::<web_sys::Blob>()
            .ok()
            .map(Blob::from);
        if let Some(call) = call {
            spawn_local(worker.clone().answer(call, file));
        }
    });
    scope().set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
    post(&Message::Ready);
}

#[derive(Default)]
struct SampleWorker {
    sample: RefCell<Option<Rc<Sample>>>,
    cancelled: RefCell<HashSet<u32>>,
}

struct Sample {
    bytes: Vec<u8>,
    /// Whether it is the whole file.
    complete: bool,
}

impl SampleWorker {
    async fn answer(self: Rc<Self>, call: Call, file: Option<Blob>) {
        let sample = self.sample.borrow().clone();
        let reply = match (call.request, file, sample) {
            (Request::Cancel { call }, ..) => {
                self.cancelled.borrow_mut().insert(call);
                Reply::Cancelled
            }
            (Request::Open, Some(file), _) => self.open(&file).await,
            (Request::CheckFile(settings), Some(file), _) => {
                self.check_file(call.id, &file, &settings).await
            }
            (Request::Inspect { dialect }, _, Some(sample)) => {
                Reply::Inspected(Box::new(sample.inspect(&dialect)))
            }
            (Request::Check(settings), _, Some(sample)) => {
                Reply::Checked(Box::new(sample.check(&settings)))
            }
            (Request::Open | Request::CheckFile(_), None, _)
            | (Request::Inspect { .. } | Request::Check(_), _, None) => Reply::NoFile,
        };
        post(&Message::Reply { id: call.id, reply });
    }

    async fn open(&self, file: &Blob) -> Reply {
        let Ok(bytes) = read_as_bytes(&file.slice(0, SAMPLE_BYTES.min(file.size()))).await else {
            return Reply::Unreadable;
        };
        let complete = file.size() <= SAMPLE_BYTES;
        let detection = detect(&bytes, complete);
        let sample = Rc::new(Sample { bytes, complete });
        let inspection = sample.inspect(&detection.dialect);
        self.sample.replace(Some(sample));
        Reply::Opened {
            detection: Box::new(detection),
            inspection: Box::new(inspection),
        }
    }

    /// At constant memory: a slice, a record and the counts.
    async fn check_file(&self, id: u32, file: &Blob, settings: &Settings) -> Reply {
        let mut check = FileCheck::new(
            &settings.dialect,
            &settings.mapping,
            &settings.fields,
            SHOWN_RECORDS,
        );
        let mut start = 0;
        while start < file.size() {
            let end = (start + SLICE_BYTES).min(file.size());
            let Ok(bytes) = read_as_bytes(&file.slice(start, end)).await else {
                return Reply::Unreadable;
            };
            if self.cancelled.borrow_mut().remove(&id) {
                return Reply::Cancelled;
            }
            let progress = check.feed(&bytes);
            post(&Message::Reply {
                id,
                reply: Reply::FileProgress(progress),
            });
            if !check.problems().is_empty() {
                // The settings cannot be used with this file, so its counts would say nothing.
                break;
            }
            start = end;
        }
        Reply::FileChecked(Box::new(check.finish()))
    }
}

impl Sample {
    fn inspect(&self, dialect: &Dialect) -> mapping::sample::Inspection {
        inspect(&self.bytes, self.complete, dialect, PREVIEW_ROWS)
    }

    fn check(&self, settings: &Settings) -> Checked {
        let Settings {
            dialect,
            mapping,
            fields,
        } = settings;
        let mut whole = FileCheck::new(dialect, mapping, fields, MARKED_RECORDS);
        whole.feed(&self.bytes);
        let report = whole.finish();
        if self.complete {
            return Checked {
                check: report.check,
                first_rejected: report.first_rejected,
            };
        }
        // The end of the sample cuts a record, which must neither be counted nor marked.
        let check = check(&self.bytes, false, dialect, mapping, fields);
        let mut first_rejected = report.first_rejected;
        first_rejected.retain(|rejected| rejected.record <= check.records);
        Checked {
            check,
            first_rejected,
        }
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(message: &Message) {
    let text = serde_json::to_string(message).expect("replies have string keys only");
    // A text can always be posted.
    let _ = scope().post_message(&JsValue::from_str(&text));
}
