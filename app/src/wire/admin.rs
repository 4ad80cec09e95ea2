//! Members, namespaces and the log.

use domain::activity::ActivityGroup;
use domain::role::Role;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MembersView {
    /// By name.
    pub members: Vec<MemberView>,
    pub may_manage: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberView {
    pub id: String,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub since: i64,
    /// They have not accepted yet.
    pub invited: bool,
    pub is_self: bool,
    pub may_be_invited_again: bool,
}

/// Jobs of whose failing runs a member hears alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeardAloneView {
    /// Their names.
    pub jobs: Vec<String>,
    /// Names of the owners who hear of them when the member has left.
    pub stand_ins: Vec<String>,
    /// Of how many of the jobs nobody hears then.
    pub unheard: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AddedMember {
    pub email: String,
    /// The address below this site with which they accept, shown once; `None`: they are a member without.
    pub link: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamespaceSettingsView {
    pub slug: String,
    pub name: String,
    pub time_zone: String,
    /// IANA names to choose from.
    pub time_zones: Vec<String>,
}

/// What an operator sees of all namespaces.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamespacesView {
    pub namespaces: Vec<NamespaceOverviewView>,
    pub time_zones: Vec<String>,
    /// Files that the database does not know, and that are too many to be removed unasked.
    pub strays: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamespaceOverviewView {
    pub slug: String,
    pub name: String,
    pub time_zone: String,
    pub created_at: i64,
    pub owners: Vec<String>,
    pub members: u64,
    pub is_member: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AuditQuery {
    /// What concerns no namespace, instead of what concerns this one.
    pub instance: bool,
    /// The id of a person, or `system`.
    pub by: Option<String>,
    pub group: Option<ActivityGroup>,
    pub job: Option<String>,
    /// First and last day, as `2026-11-25`.
    pub from: Option<String>,
    pub until: Option<String>,
    /// Opaque; from [`AuditPageView::next`].
    pub after: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditPageView {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    pub next: Option<String>,
    /// Who and which job the filter names, in words.
    pub by: Option<String>,
    pub job: Option<String>,
    /// Id and name of those whom one may filter by.
    pub people: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    pub id: String,
    pub at: i64,
    /// `None`: not a known person.
    pub person: Option<String>,
    pub who: String,
    pub sentence: String,
    pub address: Option<String>,
    pub job: Option<AuditJob>,
    pub run: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditJob {
    pub id: String,
    pub name: String,
    pub is_deleted: bool,
}
