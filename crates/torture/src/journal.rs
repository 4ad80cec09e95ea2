//! What was acknowledged, written down before the worker that did it goes on. The account is closed against it.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

/// An act that Weir has answered with success, and [`Act::Unanswered`] where nobody knows whether it took effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    SignedIn {
        session: String,
    },
    SignedOut {
        session: String,
    },
    DatasetCreated {
        namespace: String,
        name: String,
        keyed: bool,
    },
    JobCreated {
        namespace: String,
        job: String,
        name: String,
    },
    StepSaved {
        job: String,
        version: u64,
    },
    UploadAnnounced {
        namespace: String,
        upload: String,
        /// Which of the generated files, and how much of its beginning.
        file: usize,
        bytes: u64,
    },
    ChunkTaken {
        upload: String,
        received: u64,
    },
    UploadWhole {
        upload: String,
    },
    Activated {
        job: String,
        run: Option<String>,
    },
    RunRequested {
        job: String,
    },
    RunRequestedWithFile {
        job: String,
        upload: String,
    },
    Retried {
        job: String,
        run: String,
    },
    Corrected {
        job: String,
        run: String,
        by: String,
        upload: String,
    },
    CancelRequested {
        job: String,
        run: String,
    },
    Paused {
        job: String,
    },
    Reactivated {
        job: String,
    },
    Unanswered {
        act: &'static str,
        subject: String,
    },
}

impl Act {
    /// For the table of what was done.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SignedIn { .. } => "signed in",
            Self::SignedOut { .. } => "signed out",
            Self::DatasetCreated { .. } => "dataset created",
            Self::JobCreated { .. } => "job created",
            Self::StepSaved { .. } => "step of a set-up saved",
            Self::UploadAnnounced { .. } => "upload announced",
            Self::ChunkTaken { .. } => "chunk taken",
            Self::UploadWhole { .. } => "upload whole",
            Self::Activated { .. } => "job activated",
            Self::RunRequested { .. } => "run now",
            Self::RunRequestedWithFile { .. } => "run with a new file",
            Self::Retried { .. } => "run retried",
            Self::Corrected { .. } => "records corrected",
            Self::CancelRequested { .. } => "run cancelled",
            Self::Paused { .. } => "job paused",
            Self::Reactivated { .. } => "job reactivated",
            Self::Unanswered { .. } => "(no answer, or an error of the server)",
        }
    }
}

#[derive(Debug)]
pub struct Journal {
    begun: Instant,
    inner: Mutex<(File, Vec<Act>)>,
}

impl Journal {
    pub fn create(path: &Path) -> io::Result<Self> {
        Ok(Self {
            begun: Instant::now(),
            inner: Mutex::new((File::create(path)?, Vec::new())),
        })
    }

    pub fn note(&self, act: Act) {
        let mut inner = self.inner.lock().expect("nobody panics holding it");
        let at = self.begun.elapsed().as_millis();
        writeln!(inner.0, "{at} {act:?}").expect("the journal can be written");
        inner.1.push(act);
    }

    /// A line for people, which is not an act.
    pub fn remark(&self, text: &str) {
        let mut inner = self.inner.lock().expect("nobody panics holding it");
        let at = self.begun.elapsed().as_millis();
        writeln!(inner.0, "{at} -- {text}").expect("the journal can be written");
    }

    pub fn acts(&self) -> Vec<Act> {
        self.inner
            .lock()
            .expect("nobody panics holding it")
            .1
            .clone()
    }
}
