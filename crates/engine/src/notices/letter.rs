//! A delivery as a letter.

use domain::month::{briefly_written_in, written_in};
use domain::notice::{
    Happening, NoticeEvent, RunEnded, brief, grouped_digits, words, words_of_alike,
};
use domain::zone::TimeZone;
use notifiers::mail::{Item, Letter, Line, Mood};
use store::namespaces::Namespace;
use store::notices::{Delivery, Notice};

/// What a card lists of runs that ended alike; the job's page has the others.
const LINES_AT_MOST: usize = 100;

pub(super) fn letter(
    delivery: &Delivery,
    namespace: &Namespace,
    zone: &TimeZone,
    public_url: &str,
) -> Letter {
    let items: Vec<Item> = alike(&delivery.notices)
        .into_iter()
        .map(|(event, alike)| match alike.as_slice() {
            [notice] => item(notice, event, namespace, zone, public_url),
            many => item_of_alike(many, event, namespace, zone, public_url),
        })
        .collect();
    let (subject, introduction) = match items.as_slice() {
        [only] if delivery.digest_at.is_none() => (only.words.title.clone(), String::new()),
        _ => {
            let told = match delivery.notices.len() {
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
        lines: Vec::new(),
        link: link(notice, namespace, public_url),
    }
}

/// Ends of runs of one job that are news of the same event stand together where the first of them does.
fn alike(notices: &[(Notice, NoticeEvent)]) -> Vec<(NoticeEvent, Vec<&Notice>)> {
    let mut groups: Vec<(NoticeEvent, Vec<&Notice>)> = Vec::new();
    for (notice, event) in notices {
        let is_alike = |(of, group): &&mut (NoticeEvent, Vec<&Notice>)| {
            of == event && event.ends_a_run() && group[0].job == notice.job
        };
        match groups.iter_mut().find(is_alike) {
            Some((_, group)) => group.push(notice),
            None => groups.push((*event, vec![notice])),
        }
    }
    groups
}

fn item_of_alike(
    notices: &[&Notice],
    event: NoticeEvent,
    namespace: &Namespace,
    zone: &TimeZone,
    public_url: &str,
) -> Item {
    let runs: Vec<&RunEnded> = notices
        .iter()
        .filter_map(|notice| notice.happening.as_run_ended())
        .collect();
    let newest = notices.iter().map(|notice| notice.at).max();
    let job_page = notices[0].job.map(|job| {
        let address = format!("{public_url}/n/{}/jobs/{job}", namespace.slug);
        ("Open the job".to_owned(), address)
    });
    let mut lines: Vec<Line> = notices
        .iter()
        .take(LINES_AT_MOST)
        .filter_map(|notice| line(notice, namespace, zone, public_url))
        .collect();
    if notices.len() > LINES_AT_MOST {
        lines.push(Line {
            text: "and more".to_owned(),
            detail: format!("{} in all", grouped_digits(notices.len() as u64)),
            url: job_page.as_ref().map(|(_, url)| url.clone()),
        });
    }
    Item {
        mood: mood(event),
        label: event.label().to_owned(),
        at: newest.map(|at| written_in(at, zone)).unwrap_or_default(),
        words: words_of_alike(event, &runs),
        facts: Vec::new(),
        lines,
        link: job_page,
    }
}

fn line(notice: &Notice, namespace: &Namespace, zone: &TimeZone, public_url: &str) -> Option<Line> {
    let run = notice.happening.as_run_ended()?;
    let at = briefly_written_in(notice.at, zone);
    Some(Line {
        text: run
            .file_name
            .clone()
            .unwrap_or_else(|| "Run without a file".to_owned()),
        detail: format!("{at}, {}", brief(run)),
        url: link(notice, namespace, public_url).map(|(_, url)| url),
    })
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
        Happening::RunEnded(run) => run
            .file_name
            .iter()
            .map(|name| ("File".to_owned(), name.clone()))
            .chain(numbers(run))
            .collect(),
        Happening::SamplingFailed { .. } | Happening::Limit(_) | Happening::Test { .. } => {
            Vec::new()
        }
    }
}

fn numbers(run: &RunEnded) -> impl Iterator<Item = (String, String)> {
    let attempt = format!("{} of {}", run.attempt, run.attempts);
    let is_read = run.counts.seen > 0;
    [
        ("Records seen", run.counts.seen),
        ("Imported", run.counts.imported),
        ("Rejected", run.counts.rejected),
    ]
    .into_iter()
    .filter(move |_| is_read)
    .map(|(name, count)| (name.to_owned(), grouped_digits(count)))
    .chain([("Attempt".to_owned(), attempt)])
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
