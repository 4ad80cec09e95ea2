//! The stages of a run: validate, import, process. They block, and run on a thread of their own.

mod import;
#[cfg(test)]
mod journeys;
mod judge;
mod pass;
mod refused;
mod validate;
mod watch;

use std::io;

use connectors::destination::{DestinationError, Target};
use connectors::source::{ChosenFile, Source, SourceError};
use domain::reason::{Reason, StorageFault};
use domain::settings::JobSettings;
use mapping::plan::PlanError;
use thiserror::Error;

use crate::report::Reports;

pub(crate) use import::{Importing, JOURNAL as IMPORTING, import};
pub(crate) use validate::{JOURNAL as VALIDATING, Validated, validate};
pub(crate) use watch::{Stop, Watch};

/// Everything that the stages of one run need to know.
#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    pub(crate) source: std::sync::Arc<dyn Source>,
    pub(crate) file: ChosenFile,
    pub(crate) settings: JobSettings,
    pub(crate) target: Target,
    pub(crate) reports: Reports,
}

/// Why a stage ended early. Nothing has gone in.
#[derive(Debug, Error)]
pub(crate) enum Interrupted {
    #[error("stopped: {0:?}")]
    Stopped(Stop),
    #[error("the run cannot go on: {}", .0.code())]
    Reason(Reason),
    /// A file of Weir's own: a report, a journal, a copy.
    #[error("a file could not be read or written")]
    Io(#[from] io::Error),
}

/// What it means for a run that Weir cannot keep or read its own files.
pub(crate) fn storage_unavailable(error: &io::Error) -> Reason {
    Reason::StorageUnavailable {
        fault: StorageFault::of(error),
    }
}

impl From<SourceError> for Interrupted {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::Gone => Self::Reason(Reason::SourceUnreachable),
            SourceError::Unreadable(error) => Self::Io(error),
        }
    }
}

impl From<DestinationError> for Interrupted {
    fn from(error: DestinationError) -> Self {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the destination refused"
        );
        match error {
            DestinationError::Storage { fault, .. } => {
                Self::Reason(Reason::StorageUnavailable { fault })
            }
            DestinationError::Unreachable(error) => {
                let fault = error.downcast_ref().and_then(StorageFault::told_by);
                Self::Reason(fault.map_or(Reason::DestinationUnreachable, |fault| {
                    Reason::StorageUnavailable { fault }
                }))
            }
            DestinationError::Busy(_) | DestinationError::Gone | DestinationError::Damaged(_) => {
                Self::Reason(Reason::DestinationUnreachable)
            }
            DestinationError::DatasetChanged { .. }
            | DestinationError::OwnTable { .. }
            | DestinationError::MethodNotOffered => Self::Reason(Reason::DatasetChanged),
        }
    }
}

impl From<PlanError> for Interrupted {
    fn from(error: PlanError) -> Self {
        Self::Reason(match error {
            PlanError::HeaderChanged {
                missing,
                moved,
                unexpected,
            } => Reason::HeaderChanged {
                missing,
                moved,
                unexpected,
            },
            PlanError::TooManyColumns { found, at_most } => {
                Reason::TooManyColumns { found, at_most }
            }
            // The settings were complete when they were sealed, so it is the dataset that is not the one of then.
            _ => Reason::DatasetChanged,
        })
    }
}
