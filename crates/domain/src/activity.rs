//! The log of what was done: the kinds of its entries that are no events of a job or a run, and what people filter by.

use crate::code::coded_enum;

/// Stable codes. Events of jobs and runs have their own ([`crate::job::JobEvent::code`], [`crate::run::RunEvent::code`]).
pub mod kind {
    pub const JOB_CREATED: &str = "created";
    pub const JOB_HALTED: &str = "halted";
    /// Its detail is a sentence for each file.
    pub const REPEATS_PASSED_OVER: &str = "repeats_passed_over";
    /// Its detail is the names of files of days that were missed too long ago.
    pub const FILES_PASSED_OVER: &str = "files_passed_over";
    /// Its detail is the job's name.
    pub const JOB_DELETED: &str = "deleted";
    pub const DATASET_CREATED: &str = "dataset_created";
    /// An operator said that the rows which are there are all.
    pub const ROWS_ACCEPTED: &str = "rows_accepted";
    /// An owner had keys compared in their canonical form from then on.
    pub const KEYS_CHANGED: &str = "keys_changed";
    pub const MEMBER_ADDED: &str = "member_added";
    /// They accepted the invitation.
    pub const MEMBER_JOINED: &str = "member_joined";
    pub const MEMBER_ROLE_CHANGED: &str = "member_role_changed";
    pub const MEMBER_REMOVED: &str = "member_removed";
    pub const NAMESPACE_CREATED: &str = "namespace_created";
    pub const NAMESPACE_CHANGED: &str = "namespace_changed";
    pub const LIMITS_CHANGED: &str = "limits_changed";
    pub const SIGNED_IN: &str = "signed_in";
    pub const SIGN_IN_FAILED: &str = "sign_in_failed";
    pub const SIGNED_OUT: &str = "signed_out";
    pub const LINK_CREATED: &str = "link_created";
    pub const PASSWORD_SET: &str = "password_set";
}

coded_enum! {
    /// What an entry is about.
    pub enum ActivityGroup as "kind of activity" {
        Jobs = "jobs", "Jobs";
        Runs = "runs", "Runs";
        Datasets = "datasets", "Datasets";
        Members = "members", "Members";
        Settings = "settings", "Settings";
        SignIns = "sign_ins", "Signing in";
    }
}

impl ActivityGroup {
    /// The kinds that belong to it.
    pub const fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Jobs => &[
                kind::JOB_CREATED,
                "renamed",
                "sample_provided",
                "sample_processed",
                "sample_rejected",
                "settings_changed",
                "edit_discarded",
                "activated",
                "edited",
                "paused",
                "reactivated",
                kind::JOB_HALTED,
                kind::JOB_DELETED,
            ],
            Self::Runs => &[
                "run_requested",
                "retried",
                "passed_over",
                "reimported",
                kind::FILES_PASSED_OVER,
                kind::REPEATS_PASSED_OVER,
                "came_due",
                "run_ended",
                "cancel_requested",
                "limit_80",
                "limit_reached",
            ],
            Self::Datasets => &[
                kind::DATASET_CREATED,
                kind::ROWS_ACCEPTED,
                kind::KEYS_CHANGED,
            ],
            Self::Members => &[
                kind::MEMBER_ADDED,
                kind::MEMBER_JOINED,
                kind::MEMBER_ROLE_CHANGED,
                kind::MEMBER_REMOVED,
            ],
            Self::Settings => &[
                "subscription_changed",
                "webhook_created",
                "webhook_key_changed",
                "webhook_deleted",
                "test_sent",
                kind::NAMESPACE_CREATED,
                kind::NAMESPACE_CHANGED,
                kind::LIMITS_CHANGED,
            ],
            Self::SignIns => &[
                kind::SIGNED_IN,
                kind::SIGN_IN_FAILED,
                kind::SIGNED_OUT,
                kind::LINK_CREATED,
                kind::PASSWORD_SET,
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_kind_belongs_to_one_group() {
        let kinds = ActivityGroup::ALL.iter().flat_map(|group| group.kinds());
        let mut seen = HashSet::new();
        for kind in kinds {
            assert!(seen.insert(kind), "{kind}");
        }
    }
}
