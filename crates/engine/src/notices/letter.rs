//! A delivery as a letter.

use domain::month::written_in;
use domain::notice::{Happening, NoticeEvent, words};
use domain::zone::TimeZone;
use notifiers::mail::{Item, Letter, Mood};
use store::namespaces::Namespace;
use store::notices::{Delivery, Notice};

pub(super) fn letter(
    delivery: &Delivery,
    namespace: &Namespace,
    zone: &TimeZone,
    public_url: &str,
) -> Letter {
    let items: Vec<Item> = delivery
        .notices
        .iter()
        .map(|(notice, event)| item(notice, *event, namespace, zone, public_url))
        .collect();
    let (subject, introduction) = match items.as_slice() {
        [only] if delivery.digest_at.is_none() => (only.words.title.clone(), String::new()),
        items => {
            let told = match items.len() {
                1 => "1 notice".to_owned(),
                many => format!("{many} notices"),
            };
            (
                format!("{told} from {}", namespace.name),
                format!("{told} since the last digest."),
            )
        }
    };
    Letter {
        subject,
        introduction,
        namespace: namespace.name.clone(),
        items,
        settings_url: format!("{public_url}/n/{}/notifications", namespace.slug),
    }
}

fn item(
    notice: &Notice,
    event: NoticeEvent,
    namespace: &Namespace,
    zone: &TimeZone,
    public_url: &str,
) -> Item {
    let instant = |at| written_in(at, zone);
    Item {
        mood: mood(event),
        label: label(event, &notice.happening).to_owned(),
        at: instant(notice.at),
        words: words(event, &notice.happening, &instant),
        facts: facts(&notice.happening),
        link: link(notice, namespace, public_url),
    }
}

/// One event tells of a month without rows and of a file that had too many: the second is not the first.
fn label(event: NoticeEvent, happening: &Happening) -> &'static str {
    match happening {
        Happening::Limit(limit) if limit.refused.is_some() => "File did not fit",
        _ => event.label(),
    }
}

const fn mood(event: NoticeEvent) -> Mood {
    match event {
        NoticeEvent::RunCompleted => Mood::Success,
        NoticeEvent::RunPartiallyCompleted | NoticeEvent::LimitNear => Mood::Warning,
        NoticeEvent::RunFailed
        | NoticeEvent::RunHalted
        | NoticeEvent::JobHalted
        | NoticeEvent::SamplingFailed
        | NoticeEvent::LimitReached => Mood::Failure,
        NoticeEvent::Test => Mood::Neutral,
    }
}

fn facts(happening: &Happening) -> Vec<(String, String)> {
    match happening {
        Happening::RunEnded(run) => [
            ("Records seen", run.counts.seen),
            ("Imported", run.counts.imported),
            ("Rejected", run.counts.rejected),
        ]
        .into_iter()
        .filter(|_| run.counts.seen > 0)
        .map(|(name, count)| (name.to_owned(), domain::notice::grouped_digits(count)))
        .chain([(
            "Attempt".to_owned(),
            format!("{} of {}", run.attempt, run.attempts),
        )])
        .collect(),
        Happening::SamplingFailed { .. } | Happening::Limit(_) | Happening::Test { .. } => {
            Vec::new()
        }
    }
}

/// Where to look, and what that is.
pub(super) fn link(
    notice: &Notice,
    namespace: &Namespace,
    public_url: &str,
) -> Option<(String, String)> {
    let below = |label: &str, path: String| {
        let address = format!("{public_url}/n/{}/{path}", namespace.slug);
        Some((label.to_owned(), address))
    };
    match (&notice.happening, notice.run, notice.job) {
        (_, Some(run), _) => below("Open the run", format!("runs/{run}")),
        (Happening::SamplingFailed { .. }, _, Some(job)) => {
            below("Open the set-up", format!("jobs/{job}/setup/sample"))
        }
        (Happening::Limit(_), ..) => below("Open the usage", "usage".to_owned()),
        _ => below("Open the notifications", "notifications".to_owned()),
    }
}
