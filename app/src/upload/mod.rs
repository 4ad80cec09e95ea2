//! Uploading a file in chunks that can be resumed. A lost connection is waited for; nothing is sent twice that arrived.

mod exchange;
mod rate;
mod remembered;

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gloo_file::Blob;
use leptos::task::spawn_local;

use crate::sample::timer;
use crate::server_fns::error::AppError;
use crate::wire::{NewUpload, UploadState};
use exchange::{Answer, Sending, exchange};
use rate::Rate;

/// One request's worth. Small enough that a lost one costs seconds on a slow line.
const CHUNK_BYTES: u64 = 8 << 20;
const LONGEST_WAIT_SECONDS: u32 = 16;
/// Answers of a failing server in a row, after which a person is told. Lost connections are not counted.
const FAILING_ANSWERS: u32 = 8;

/// How far an upload is; given at every change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    pub sent_bytes: u64,
    pub total_bytes: u64,
    /// Smoothed; `None` until something moved.
    pub bytes_per_second: Option<f64>,
    /// Seconds until the next attempt, while the connection is lost.
    pub retry_in_seconds: Option<u32>,
    /// The session ended; the upload waits until somebody may go on with it.
    pub is_signed_out: bool,
}

impl Progress {
    pub fn seconds_left(&self) -> Option<f64> {
        let rate = self.bytes_per_second.filter(|rate| *rate > 1.0)?;
        Some(as_float(self.total_bytes.saturating_sub(self.sent_bytes)) / rate)
    }
}

/// Stops an upload from elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum UploadError {
    Cancelled,
    /// The session ended; the upload can go on after signing in.
    SignedOut,
    /// The browser can no longer read the file: it was changed, moved or removed since it was chosen.
    FileChanged,
    Refused {
        message: String,
    },
}

impl std::fmt::Display for UploadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cancelled => f.write_str("The upload was cancelled."),
            Self::SignedOut => {
                f.write_str("Your session has ended. Sign in in another tab, then upload again.")
            }
            Self::FileChanged => f.write_str(
                "The file was changed, moved or removed since you chose it. Choose it again.",
            ),
            Self::Refused { message } => f.write_str(message),
        }
    }
}

/// Uploads the whole blob and answers the id of the finished upload.
///
/// Where the same file was begun before, in this tab or in another one, it goes on from the last byte that arrived. When the
/// session ends, it waits. Cancelled, it leaves nothing on the server.
pub async fn upload_resumably(
    namespace: &str,
    file_name: &str,
    blob: &Blob,
    cancel: &Cancel,
    on_progress: impl Fn(Progress) + 'static,
) -> Result<String, UploadError> {
    let known = remembered::key(namespace, file_name, blob)
        .await
        .ok_or(UploadError::FileChanged)?;
    send(namespace, file_name, blob, cancel, on_progress, Some(known)).await
}

/// After the upload was used: the same file is sent anew the next time.
pub fn forget(id: &str) {
    remembered::forget(id);
}

/// Nothing will use the upload.
pub fn give_up(namespace: &str, id: &str) {
    remembered::forget(id);
    let url = format!("/n/{namespace}/uploads/{id}");
    // The page needs not wait for it: what stays behind is deleted by the server in the end.
    spawn_local(async move {
        exchange(Sending::bare("DELETE", &url), &Cancel::default(), |_| ()).await;
    });
}

/// Uploads the whole blob, which is small, and answers the id of the finished upload. It ends with the session.
pub async fn upload(
    namespace: &str,
    file_name: &str,
    blob: &Blob,
    cancel: &Cancel,
    on_progress: impl Fn(Progress) + 'static,
) -> Result<String, UploadError> {
    send(namespace, file_name, blob, cancel, on_progress, None).await
}

async fn send(
    namespace: &str,
    file_name: &str,
    blob: &Blob,
    cancel: &Cancel,
    on_progress: impl Fn(Progress) + 'static,
    known: Option<String>,
) -> Result<String, UploadError> {
    let total_bytes = blob.size();
    let mut transfer = Transfer {
        collection: format!("/n/{namespace}/uploads"),
        blob: blob.clone(),
        total_bytes,
        cancel: cancel.clone(),
        rate: Rc::new(Rate::default()),
        on_progress: Rc::new(on_progress),
        failures: 0,
        failing_answers: 0,
        waits_for_session: known.is_some(),
    };
    let new_upload = NewUpload {
        file_name: file_name.to_owned(),
        bytes: total_bytes,
    };
    let begun = match &known {
        Some(key) => transfer.go_on(key).await?,
        None => None,
    };
    let state = match begun {
        Some(state) => state,
        None => transfer.begin(&new_upload).await?,
    };
    if let Some(key) = &known {
        remembered::keep(key, &state.id);
    }
    let id = state.id.clone();
    let sent = transfer.send_rest(state).await;
    if sent == Err(UploadError::Cancelled) {
        give_up(namespace, &id);
    }
    sent.map(|()| id)
}

#[derive(Clone, Copy, PartialEq)]
enum Waiting {
    ForServer,
    ForSession,
}

struct Transfer {
    collection: String,
    blob: Blob,
    total_bytes: u64,
    cancel: Cancel,
    rate: Rc<Rate>,
    on_progress: Rc<dyn Fn(Progress)>,
    failures: u32,
    failing_answers: u32,
    waits_for_session: bool,
}

impl Transfer {
    async fn send_rest(&mut self, mut state: UploadState) -> Result<(), UploadError> {
        while !state.complete {
            state = match self.send_chunk(&state).await? {
                Some(next) => next,
                None => self.ask_state(&state).await?,
            };
        }
        Ok(())
    }

    /// How far the upload is that was begun before; `None` where the server knows none of this size.
    async fn go_on(&mut self, key: &str) -> Result<Option<UploadState>, UploadError> {
        let Some(id) = remembered::known(key) else {
            return Ok(None);
        };
        let url = format!("{}/{id}", self.collection);
        loop {
            match self.attempt(Sending::bare("GET", &url), 0).await {
                Ok(Some(state)) => return Ok((state.bytes == self.total_bytes).then_some(state)),
                Ok(None) => {}
                Err(UploadError::Refused { .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    async fn begin(&mut self, new_upload: &NewUpload) -> Result<UploadState, UploadError> {
        let body = serde_json::to_string(new_upload).expect("a name and a number are always JSON");
        let collection = self.collection.clone();
        loop {
            let sending = Sending::text("POST", &collection, &body);
            if let Some(state) = self.attempt(sending, 0).await? {
                return Ok(state);
            }
        }
    }

    /// `None`: it is not known how much arrived.
    async fn send_chunk(
        &mut self,
        state: &UploadState,
    ) -> Result<Option<UploadState>, UploadError> {
        let start = state.received_bytes;
        let end = (start + CHUNK_BYTES).min(self.total_bytes);
        let chunk = self.blob.slice(start, end);
        let url = format!("{}/{}", self.collection, state.id);
        let answer = self
            .attempt(Sending::chunk(&url, start, &chunk), start)
            .await?;
        if answer.is_none() && !is_readable(&chunk).await {
            return Err(UploadError::FileChanged);
        }
        Ok(answer)
    }

    async fn ask_state(&mut self, known: &UploadState) -> Result<UploadState, UploadError> {
        let url = format!("{}/{}", self.collection, known.id);
        loop {
            let sending = Sending::bare("GET", &url);
            if let Some(state) = self.attempt(sending, known.received_bytes).await? {
                return Ok(state);
            }
        }
    }

    /// One request; `None` after a failure that is worth another attempt, when the wait for it is over.
    async fn attempt(
        &mut self,
        sending: Sending<'_>,
        start: u64,
    ) -> Result<Option<UploadState>, UploadError> {
        let offset_was_sent = sending.offset.is_some();
        let answer = exchange(sending, &self.cancel, self.progress_of_request(start)).await;
        if self.cancel.is_cancelled() {
            return Err(UploadError::Cancelled);
        }
        match answer {
            Some(Answer {
                status: 200..=299,
                body,
            }) => {
                let state: UploadState =
                    serde_json::from_str(&body).map_err(|_| UploadError::Refused {
                        message: "The server's answer to the upload could not be read.".to_owned(),
                    })?;
                self.failures = 0;
                self.failing_answers = 0;
                self.report(state.received_bytes, None);
                Ok(Some(state))
            }
            Some(Answer { status: 401, .. }) if self.waits_for_session => {
                self.wait(start, Waiting::ForSession).await?;
                Ok(None)
            }
            Some(Answer { status: 401, .. }) => Err(UploadError::SignedOut),
            // The server has more or less of it than was believed: its state tells where to go on.
            Some(Answer { status: 409, body }) if offset_was_sent => {
                self.failing_answers += 1;
                if self.failing_answers > FAILING_ANSWERS {
                    return Err(refusal(409, &body));
                }
                Ok(None)
            }
            Some(Answer {
                status: status @ (408 | 429 | 500 | 502..=504),
                body,
            }) => {
                self.failing_answers += 1;
                if self.failing_answers > FAILING_ANSWERS {
                    return Err(refusal(status, &body));
                }
                self.wait(start, Waiting::ForServer).await?;
                Ok(None)
            }
            Some(Answer { status, body }) => Err(refusal(status, &body)),
            None => {
                self.wait(start, Waiting::ForServer).await?;
                Ok(None)
            }
        }
    }

    /// Waits longer after each failure in a row, and says so every second.
    async fn wait(&mut self, sent_bytes: u64, waiting: Waiting) -> Result<(), UploadError> {
        let seconds = (1_u32 << self.failures.min(4)).min(LONGEST_WAIT_SECONDS);
        self.failures += 1;
        self.rate.forget();
        for left in (1..=seconds).rev() {
            self.report(sent_bytes, Some((waiting, left)));
            timer::sleep(1000).await;
            if self.cancel.is_cancelled() {
                return Err(UploadError::Cancelled);
            }
        }
        Ok(())
    }

    /// `retry`: what is waited for, and in how many seconds it is tried again.
    fn report(&self, sent_bytes: u64, retry: Option<(Waiting, u32)>) {
        (self.on_progress)(Progress {
            sent_bytes,
            total_bytes: self.total_bytes,
            bytes_per_second: self.rate.bytes_per_second.get(),
            retry_in_seconds: retry.map(|(_, seconds)| seconds),
            is_signed_out: retry.is_some_and(|(waiting, _)| waiting == Waiting::ForSession),
        });
    }

    fn progress_of_request(&self, start: u64) -> impl Fn(f64) + 'static {
        let (rate, on_progress, total_bytes) = (
            self.rate.clone(),
            self.on_progress.clone(),
            self.total_bytes,
        );
        move |sent_of_request| {
            let sent_bytes = (start + as_integer(sent_of_request)).min(total_bytes);
            rate.moved_to(sent_bytes);
            on_progress(Progress {
                sent_bytes,
                total_bytes,
                bytes_per_second: rate.bytes_per_second.get(),
                retry_in_seconds: None,
                is_signed_out: false,
            });
        }
    }
}

/// A blob of a file that changed since it was chosen fails to read, which looks like a lost connection to a request.
pub async fn is_readable(chunk: &Blob) -> bool {
    gloo_file::futures::read_as_bytes(&chunk.slice(0, 1))
        .await
        .is_ok()
}

fn refusal(status: u16, body: &str) -> UploadError {
    let message = match serde_json::from_str::<AppError>(body) {
        Ok(error) if error.hint.is_empty() => error.message,
        Ok(error) => format!("{} {}", error.message, error.hint),
        Err(_) => format!("The server refused the upload (HTTP status {status})."),
    };
    UploadError::Refused { message }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sizes of files are far below 2^53"
)]
fn as_float(bytes: u64) -> f64 {
    bytes as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the browser gives whole, non-negative byte counts below 2^53"
)]
fn as_integer(bytes: f64) -> u64 {
    bytes as u64
}
