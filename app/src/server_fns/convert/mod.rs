//! From what operations answer to what travels, and back. Server only.

pub mod admin;
mod corrections;
mod folders;
mod jobs;
pub mod limits;
pub mod notices;
mod runs;
mod schedule;
mod setup;

use operations::access::{Actor, Membership};
use operations::datasets::DatasetOverview;
use operations::keys::{KeyGroup, KeyGroups};
use operations::live::Live;

use super::error::{AppError, ErrorKind};
use crate::wire::{
    DatasetView, KeyGroupView, KeyGroupsView, LiveEvent, NamespaceView, Reach, SessionView,
};

pub use self::corrections::{give_back, given_back, to_fix};
pub use self::folders::{folder_preview, present_files};
pub use self::jobs::{act, job_details, jobs_page, jobs_sort};
pub use self::runs::{history_place, run_details, run_history, run_row};
pub use self::schedule::coming;
pub use self::setup::{setup, step};

pub fn session(actor: Actor, memberships: Vec<Membership>) -> SessionView {
    let namespaces = memberships
        .into_iter()
        .map(|membership| NamespaceView {
            slug: membership.slug,
            name: membership.name,
            role: membership.role,
            time_zone: membership.time_zone,
        })
        .collect();
    SessionView {
        person_name: actor.name,
        email: actor.email,
        operator: actor.operator,
        namespaces,
    }
}

pub fn dataset(dataset: DatasetOverview) -> DatasetView {
    DatasetView {
        id: dataset.id.to_string(),
        name: dataset.name,
        fields: dataset.fields,
        rows: dataset.rows,
        location: dataset.location,
        first_rows: dataset.first_rows,
        reach: match dataset.reach {
            operations::datasets::Reach::Free => Reach::Free,
            operations::datasets::Reach::BeingWritten => Reach::BeingWritten,
            operations::datasets::Reach::Unreachable => Reach::Unreachable,
            operations::datasets::Reach::RowsMissing { found, known } => Reach::RowsMissing {
                found: found.rows,
                runs_missing: known.runs.saturating_sub(found.runs),
            },
            operations::datasets::Reach::Damaged => Reach::Damaged,
        },
        key_form: dataset.key_form,
        key_form_can_change: dataset.key_form_can_change,
    }
}

pub fn key_groups(found: KeyGroups) -> KeyGroupsView {
    let group = |group: KeyGroup| KeyGroupView {
        rows: group.rows,
        stays: group.stays,
        goes: group.goes,
    };
    KeyGroupsView {
        groups: found.groups,
        rows: found.rows,
        removed: found.removed(),
        first: found.first.into_iter().map(group).collect(),
    }
}

pub fn live(live: Live, snapshot: bool) -> LiveEvent {
    LiveEvent {
        snapshot,
        jobs: live.jobs.into_iter().map(jobs::job_row).collect(),
        runs: live.runs.into_iter().map(runs::run_row).collect(),
        release: None,
    }
}

/// The action leads to a page or a download: nothing is to be done on the server.
pub fn not_an_act() -> AppError {
    AppError {
        kind: ErrorKind::Invalid,
        message: "This action has an address of its own.".to_owned(),
        hint: "Load the page again.".to_owned(),
    }
}
