//! Who may do what.

use crate::code::coded_enum;

coded_enum! {
    /// Of a member in a namespace.
    pub enum Role as "role" {
        Owner = "owner", "Owner";
        Editor = "editor", "Editor";
        Viewer = "viewer", "Viewer";
    }
}

coded_enum! {
    /// What an operation asks for before it does anything.
    pub enum Action as "action" {
        ViewJobs = "view_jobs", "See jobs, runs and usage";
        ViewDatasets = "view_datasets", "See datasets and their first rows";
        DownloadReports = "download_reports", "Download failure reports";
        EditJobs = "edit_jobs", "Set up, edit, pause and reactivate jobs";
        RunJobs = "run_jobs", "Run, retry, cancel, fix and re-import";
        DeleteJobs = "delete_jobs", "Delete jobs";
        EditDatasets = "edit_datasets", "Declare and change datasets";
        EditConnections = "edit_connections", "Store and change connections";
        ManageMembers = "manage_members", "Add and remove members";
        ManageNamespace = "manage_namespace", "Change the namespace's settings, notifications and API tokens";
        ViewAuditLog = "view_audit_log", "See the audit log";
        CreateNamespaces = "create_namespaces", "Create namespaces";
        ChangeLimits = "change_limits", "Change a namespace's limits";
        ViewInstanceSettings = "view_instance_settings", "See all settings of the instance";
    }
}

/// What a signed-in person is in the namespace that is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// `None`: not a member.
    pub role: Option<Role>,
    /// Of the whole instance. An operator who is not a member sees no namespace's data.
    pub operator: bool,
}

impl Role {
    pub const fn allows(self, action: Action) -> bool {
        match action {
            Action::ViewJobs | Action::ViewDatasets | Action::DownloadReports => true,
            Action::EditJobs | Action::RunJobs | Action::DeleteJobs => match self {
                Self::Owner | Self::Editor => true,
                Self::Viewer => false,
            },
            Action::EditDatasets
            | Action::EditConnections
            | Action::ManageMembers
            | Action::ManageNamespace
            | Action::ViewAuditLog => match self {
                Self::Owner => true,
                Self::Editor | Self::Viewer => false,
            },
            Action::CreateNamespaces | Action::ChangeLimits | Action::ViewInstanceSettings => false,
        }
    }
}

impl Standing {
    pub const fn allows(self, action: Action) -> bool {
        match action {
            Action::CreateNamespaces | Action::ChangeLimits | Action::ViewInstanceSettings => {
                self.operator
            }
            Action::ViewJobs
            | Action::ViewDatasets
            | Action::DownloadReports
            | Action::EditJobs
            | Action::RunJobs
            | Action::DeleteJobs
            | Action::EditDatasets
            | Action::EditConnections
            | Action::ManageMembers
            | Action::ManageNamespace
            | Action::ViewAuditLog => match self.role {
                Some(role) => role.allows(action),
                None => false,
            },
        }
    }
}
