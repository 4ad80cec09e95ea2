//! A delivery as the JSON that a webhook gets. Its form is described in docs/webhooks.md; names are added, never changed.

use domain::id::DeliveryId;
use domain::month::written_in;
use domain::notice::{Happening, NoticeEvent, words};
use domain::zone::TimeZone;
use serde::Serialize;
use store::namespaces::Namespace;
use store::notices::Notice;

use super::digest::rfc3339;
use super::letter::link;

#[derive(Debug, Serialize)]
pub(super) struct Payload {
    id: String,
    #[serde(rename = "type")]
    event: &'static str,
    at: String,
    namespace: NamespacePart,
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<JobPart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<RunPart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<LimitPart>,
    title: String,
    what: String,
    why: String,
    next: String,
    url: Option<String>,
}

#[derive(Debug, Serialize)]
struct NamespacePart {
    slug: String,
    name: String,
}

#[derive(Debug, Serialize)]
struct JobPart {
    id: Option<String>,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct RunPart {
    id: Option<String>,
    status: &'static str,
    attempt: u8,
    attempts: u8,
    records_seen: u64,
    records_imported: u64,
    records_rejected: u64,
    reason: Option<&'static str>,
    next_attempt_at: Option<String>,
    file: Option<String>,
}

#[derive(Debug, Serialize)]
struct LimitPart {
    rows_used: u64,
    rows_allowed: u64,
    month: String,
}

pub(super) fn payload(
    id: DeliveryId,
    notice: &Notice,
    event: NoticeEvent,
    namespace: &Namespace,
    zone: &TimeZone,
    public_url: &str,
) -> Payload {
    let words = words(event, &notice.happening, &|at| written_in(at, zone));
    let (mut job, mut run, mut limit) = (None, None, None);
    let job_id = notice.job.map(|job| job.to_string());
    match &notice.happening {
        Happening::RunEnded(ended) => {
            job = Some(JobPart {
                id: job_id,
                name: ended.job_name.to_string(),
                status: Some(ended.job_status.code()),
            });
            run = Some(RunPart {
                id: notice.run.map(|run| run.to_string()),
                status: ended.status.code(),
                attempt: ended.attempt,
                attempts: ended.attempts,
                records_seen: ended.counts.seen,
                records_imported: ended.counts.imported,
                records_rejected: ended.counts.rejected,
                reason: ended.reason.as_ref().map(domain::reason::Reason::code),
                next_attempt_at: ended.rerun_at.map(rfc3339),
                file: ended.file_name.clone(),
            });
        }
        Happening::SamplingFailed { job_name, .. } => {
            job = Some(JobPart {
                id: job_id,
                name: job_name.to_string(),
                status: None,
            });
        }
        Happening::Limit(told) => {
            job = told.refused.as_ref().map(|file| JobPart {
                id: job_id,
                name: file.job_name.to_string(),
                status: None,
            });
            limit = Some(LimitPart {
                rows_used: told.used,
                rows_allowed: told.limit,
                month: told.month.code(),
            });
        }
        Happening::Test { .. } => {}
    }
    Payload {
        id: id.to_string(),
        event: event.code(),
        at: rfc3339(notice.at),
        namespace: NamespacePart {
            slug: namespace.slug.clone(),
            name: namespace.name.clone(),
        },
        job,
        run,
        limit,
        title: words.title,
        what: words.what,
        why: words.why,
        next: words.next,
        url: link(notice, namespace, public_url).map(|(_, url)| url),
    }
}
