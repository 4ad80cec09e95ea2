//! Members, namespaces and the log.

use domain::activity::kind;
use operations::audit::{AskedBy, AuditPage, AuditQuery as Query, LogEntry, Scope};
use operations::members::{Added, Member, Members};
use operations::namespaces::{NamespaceOverview, NamespaceSettings, time_zones};
use operations::notices::HeardAlone;

use crate::wire::ActivityView;
use crate::wire::admin::{
    AddedMember, AuditEntry, AuditJob, AuditPageView, AuditQuery, HeardAloneView, MemberView,
    MembersView, NamespaceOverviewView, NamespaceSettingsView, NamespacesView,
};

pub fn members(members: Members) -> MembersView {
    MembersView {
        members: members.members.into_iter().map(member).collect(),
        may_manage: members.may_manage,
    }
}

fn member(member: Member) -> MemberView {
    MemberView {
        id: member.person.to_string(),
        name: member.name,
        email: member.email,
        role: member.role,
        since: member.since.0,
        invited: member.invited,
        is_self: member.is_actor,
        may_be_invited_again: member.may_be_invited_again,
    }
}

pub fn heard_alone(alone: HeardAlone) -> HeardAloneView {
    HeardAloneView {
        jobs: alone.jobs,
        stand_ins: alone.stand_ins,
        unheard: super::notices::count(alone.unheard),
    }
}

pub fn added(added: Added) -> AddedMember {
    AddedMember {
        email: added.email,
        link: added
            .link
            .map(|token| format!("/welcome/{}", token.reveal())),
    }
}

pub fn namespace_settings(settings: NamespaceSettings) -> NamespaceSettingsView {
    NamespaceSettingsView {
        slug: settings.slug,
        name: settings.name,
        time_zone: settings.time_zone,
        time_zones: time_zones(),
    }
}

pub fn namespaces(namespaces: Vec<NamespaceOverview>, strays: u64) -> NamespacesView {
    let overview = |namespace: NamespaceOverview| NamespaceOverviewView {
        slug: namespace.slug,
        name: namespace.name,
        time_zone: namespace.time_zone,
        created_at: namespace.created_at.0,
        owners: namespace.owners,
        members: namespace.members,
        is_member: namespace.is_member,
    };
    NamespacesView {
        namespaces: namespaces.into_iter().map(overview).collect(),
        time_zones: time_zones(),
        strays,
    }
}

pub fn audit_query(query: AuditQuery) -> Query {
    Query {
        scope: if query.instance {
            Scope::Instance
        } else {
            Scope::Namespace
        },
        by: query.by.map(|by| match by.as_str() {
            "system" => AskedBy::System,
            _ => AskedBy::Person(by),
        }),
        group: query.group,
        job: query.job,
        from: query.from,
        until: query.until,
        after: query.after,
    }
}

pub fn audit_page(page: AuditPage) -> AuditPageView {
    let person = |(id, name): (domain::id::PersonId, String)| (id.to_string(), name);
    AuditPageView {
        entries: page.entries.into_iter().map(audit_entry).collect(),
        next: page.next,
        by: page.by,
        job: page.job,
        people: page.people.into_iter().map(person).collect(),
    }
}

fn audit_entry(entry: LogEntry) -> AuditEntry {
    AuditEntry {
        id: entry.id.to_string(),
        at: entry.at.0,
        sentence: sentence(&entry),
        who: who(&entry),
        person: entry.who.map(|(person, _)| person.to_string()),
        address: entry.address,
        job: entry.job.map(|job| AuditJob {
            id: job.id.to_string(),
            name: job.name,
            is_deleted: job.is_deleted,
        }),
        run: entry.run.map(|run| run.to_string()),
    }
}

/// An entry in the log of a job.
pub fn activity(entry: LogEntry) -> ActivityView {
    ActivityView {
        at: entry.at.0,
        who: who(&entry),
        sentence: sentence(&entry),
    }
}

fn who(entry: &LogEntry) -> String {
    match &entry.who {
        Some((_, name)) => name.clone(),
        None if entry.kind == kind::SIGN_IN_FAILED => "Somebody".to_owned(),
        None => "Weir".to_owned(),
    }
}

/// What comes after the name. A kind of a newer version is told by its code.
fn sentence(entry: &LogEntry) -> String {
    let LogEntry { kind, detail, .. } = entry;
    let text = match kind.as_str() {
        kind::JOB_CREATED => "created the job",
        "renamed" => "renamed the job",
        "sample_provided" => "provided a sample file",
        "sample_processed" => "processed the sample file",
        "sample_rejected" => "could not process the sample file",
        "settings_changed" => "saved the set-up",
        "edit_discarded" => "discarded changes",
        "activated" => "activated the job",
        "edited" => "saved changes",
        "paused" => "paused the job",
        "reactivated" => "reactivated the job",
        kind::JOB_HALTED => "halted the job",
        "run_requested" => "had the job run now",
        "retried" => "had a run retried",
        "passed_over" => "passed over a repeated file",
        kind::REPEATS_PASSED_OVER => {
            return format!("passed over what was imported before: {detail}");
        }
        kind::FILES_PASSED_OVER => {
            return format!("passed over files of days that were missed too long ago: {detail}");
        }
        "reimported" => "re-imported corrected records",
        "came_due" => "queued the next run",
        "run_ended" => "ended a run",
        "cancel_requested" => "cancelled a run",
        "limit_80" => "imported past 80 % of the month’s rows",
        "limit_reached" => "came to the month’s row limit",
        // The name in the detail stands beside it.
        kind::JOB_DELETED => "deleted the job",
        kind::ROWS_ACCEPTED => {
            return format!("accepted that rows of a dataset are missing: {detail}");
        }
        kind::KEYS_CHANGED => {
            return format!("had keys compared without regard to capitals and blanks: {detail}");
        }
        kind::DATASET_CREATED => return format!("declared the dataset {detail}"),
        kind::MEMBER_ADDED => return format!("added {detail}"),
        kind::MEMBER_JOINED => "accepted the invitation",
        kind::MEMBER_ROLE_CHANGED => return format!("changed the role of {detail}"),
        kind::MEMBER_REMOVED => return format!("removed {detail}"),
        kind::NAMESPACE_CREATED => return format!("opened the namespace {detail}"),
        kind::NAMESPACE_CHANGED => return format!("changed the {detail}"),
        kind::LIMITS_CHANGED => return format!("changed the limits: {detail}"),
        "subscription_changed" => "changed who hears of what",
        "webhook_created" => "added a webhook",
        "webhook_key_changed" => "changed the key of a webhook",
        "webhook_deleted" => "deleted a webhook",
        "test_sent" => "sent a test notice",
        kind::SIGNED_IN => "signed in",
        kind::SIGN_IN_FAILED if detail.is_empty() => {
            "failed to sign in with an e-mail address that nobody has"
        }
        kind::SIGN_IN_FAILED => return format!("failed to sign in as {detail}"),
        kind::SIGNED_OUT => "signed out",
        kind::LINK_CREATED => {
            return format!("made a link to set the password of {detail}");
        }
        kind::PASSWORD_SET => "set a password",
        other => return format!("{} {detail}", other.replace('_', " ")),
    };
    text.to_owned()
}
