//! Who is told of what, and how often.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever it likes")]

mod fixtures;

use std::collections::BTreeSet;

use domain::counts::Counts;
use domain::id::{JobId, NamespaceId, PersonId, WebhookId};
use domain::job::{Job, JobEvent, JobStatus};
use domain::notice::{
    Addressee, Announcement, Events, Happening, NoticeEvent, Recipient, Subscriber, Subscription,
    heard, of_ended_run, recipients, words,
};
use domain::reason::Reason;
use domain::role::Role;
use domain::run::{Corrects, Input, Origin, Run, RunStatus};
use domain::sampling::SamplingProblem;
use domain::time::Timestamp;
use fixtures::*;
use uuid::Uuid;

fn run(status: RunStatus, attempt: u8, reason: Option<Reason>) -> Run {
    Run {
        id: run_id(u128::from(attempt)),
        job: JobId(Uuid::from_u128(1)),
        job_version: version(1),
        namespace: NamespaceId(Uuid::from_u128(1)),
        status,
        version: 3,
        attempt,
        occurrence: run_id(1),
        parent: None,
        origin: Origin::Scheduled,
        input: whole_file(),
        due_at: NOW,
        fence: 1,
        claimed_by: None,
        lease_until: None,
        claims_lost: 0,
        counts: Counts {
            seen: 600,
            imported: if status.is_successful() { 592 } else { 0 },
            rejected: 8,
        },
        corrected: 0,
        reason,
        cancel_requested: false,
        queued_at: NOW,
        started_at: Some(NOW),
        ended_at: Some(NOW),
    }
}

/// What is announced when the one unfinished run of an Active job ends so; and the job after it.
fn told(job: &Job, run: &Run) -> (Vec<Announcement>, Job) {
    let event = JobEvent::RunEnded {
        run: run.ended().unwrap(),
        reruns: RERUNS,
    };
    let after = job.apply(&event, NOW).unwrap().0;
    (of_ended_run(run, job, &after), after)
}

fn events(announcements: &[Announcement]) -> Vec<NoticeEvent> {
    announcements.iter().map(|news| news.event).collect()
}

fn plain_instant(at: Timestamp) -> String {
    format!("+{} min", (at.0 - NOW.0) / 60_000)
}

#[test]
fn of_six_failing_attempts_the_first_and_the_last_are_told() {
    let active = under_way(job(JobStatus::Active));
    for (status, reason, event) in [
        (RunStatus::Failed, Reason::EmptyFile, NoticeEvent::RunFailed),
        (
            RunStatus::Halted,
            Reason::CredentialsRefused,
            NoticeEvent::RunHalted,
        ),
    ] {
        let told: Vec<_> = (1..=6)
            .map(|attempt| events(&told(&active, &run(status, attempt, Some(reason.clone()))).0))
            .collect();
        assert_eq!(
            told,
            [
                vec![event],
                vec![],
                vec![],
                vec![],
                vec![],
                vec![NoticeEvent::JobHalted, event]
            ]
        );
    }
}

#[test]
fn a_failing_attempt_that_no_rerun_follows_is_the_last() {
    let paused = under_way(job(JobStatus::Paused));
    let failed = run(RunStatus::Failed, 3, Some(Reason::EmptyFile));
    assert_eq!(events(&told(&paused, &failed).0), [NoticeEvent::RunFailed]);
    let broken = Reason::InternalError {
        reference: "r".to_owned(),
    };
    let active = under_way(job(JobStatus::Active));
    assert_eq!(
        events(&told(&active, &run(RunStatus::Halted, 2, Some(broken))).0),
        [NoticeEvent::JobHalted, NoticeEvent::RunHalted]
    );
}

#[test]
fn success_after_failures_reaches_those_who_heard_of_them() {
    let active = under_way(job(JobStatus::Active));
    let first = told(&active, &run(RunStatus::Completed, 1, None)).0;
    assert_eq!(first[0].audience, [NoticeEvent::RunCompleted]);
    let third = told(&active, &run(RunStatus::PartiallyCompleted, 3, None)).0;
    assert_eq!(events(&third), [NoticeEvent::RunPartiallyCompleted]);
    assert!(third[0].audience.contains(&NoticeEvent::RunFailed));
}

#[test]
fn nobody_is_told_of_what_a_person_stopped() {
    let active = under_way(job(JobStatus::Active));
    assert!(
        told(&active, &run(RunStatus::Cancelled, 1, None))
            .0
            .is_empty()
    );
}

const PERSON: PersonId = PersonId(Uuid::from_u128(11));
const HOOK: WebhookId = WebhookId(Uuid::from_u128(12));

fn member(role: Role, created_job: bool) -> Addressee {
    Addressee::Member {
        person: PERSON,
        role,
        created_job,
    }
}

fn said(subscriber: Subscriber, of_job: bool, events: &[NoticeEvent]) -> Subscription {
    Subscription {
        subscriber,
        job: of_job.then(|| job(JobStatus::Active).id),
        events: events.iter().copied().collect(),
    }
}

#[test]
fn what_is_said_of_a_job_goes_before_what_is_said_of_all() {
    let person = Subscriber::Person(PERSON);
    let this = Some(job(JobStatus::Active).id);
    let other = Some(JobId(Uuid::from_u128(99)));
    let editor = member(Role::Editor, true);
    let nothing: Events = BTreeSet::new();
    assert!(heard(editor, &[], this).contains(&NoticeEvent::RunFailed));
    assert_eq!(heard(member(Role::Editor, false), &[], this), nothing);
    let all = said(person, false, &[NoticeEvent::RunHalted]);
    let none_of_this = said(person, true, &[]);
    let both = [all.clone(), none_of_this];
    assert_eq!(heard(editor, &both, this), nothing);
    assert_eq!(heard(editor, &both, other), all.events);
    assert_eq!(heard(editor, &both, None), all.events);
}

#[test]
fn each_is_told_once_of_what_weighs_most() {
    let active = under_way(job(JobStatus::Active));
    let (news, _) = told(&active, &run(RunStatus::Failed, 6, Some(Reason::EmptyFile)));
    let addressees = [member(Role::Owner, true), Addressee::Webhook(HOOK)];
    let hook = Subscriber::Webhook(HOOK);
    let subscriptions = [said(hook, false, &[NoticeEvent::RunFailed])];
    assert_eq!(
        recipients(&news, &addressees, &subscriptions, Some(active.id)),
        [
            Recipient {
                subscriber: Subscriber::Person(PERSON),
                event: NoticeEvent::JobHalted
            },
            Recipient {
                subscriber: hook,
                event: NoticeEvent::RunFailed
            },
        ]
    );
}

fn all_words(event: NoticeEvent, happening: &Happening) -> String {
    let words = words(event, happening, &plain_instant);
    [words.title, words.what, words.why, words.next].join(" | ")
}

#[test]
fn a_notice_says_what_why_and_what_to_do() {
    let active = under_way(job(JobStatus::Active));
    let failed = run(RunStatus::Failed, 1, Some(Reason::EmptyFile));
    let after = told(&active, &failed).1;
    let happening = Happening::run_ended(&failed, &after, RERUNS);
    assert_eq!(
        all_words(NoticeEvent::RunFailed, &happening),
        "Customers: run failed (empty file) | Attempt 1 of 6 failed. Nothing was imported. | The file has no records. | \
         Export the file again, and run the job with it. Weir tries again by itself: attempt 2 of 6 is at +15 min. \
         You hear of it when it works, or when the last attempt has ended."
    );
    let partial = run(RunStatus::PartiallyCompleted, 2, None);
    let happening = Happening::run_ended(&partial, &told(&active, &partial).1, RERUNS);
    assert_eq!(
        all_words(NoticeEvent::RunPartiallyCompleted, &happening),
        "Customers: 592 of 600 records imported | 592 of 600 records went in, 8 were rejected. One attempt before had failed. |  | \
         Open the run, look at the reasons, correct the rejected records, and import only those."
    );
    let halted = run(RunStatus::Halted, 6, Some(Reason::CredentialsRefused));
    let happening = Happening::run_ended(&halted, &told(&active, &halted).1, RERUNS);
    assert_eq!(
        all_words(NoticeEvent::JobHalted, &happening),
        "Customers: the job is halted | Weir has paused the job after attempt 6 of 6. It does not run again until somebody \
         reactivates it. | The source refused the stored user name, password or key. | \
         Enter the credentials of the connection again, then reactivate the job."
    );
}

#[test]
fn nothing_of_a_file_is_quoted() {
    let cell = "ada@example.org";
    let active = under_way(job(JobStatus::Active));
    let reason = Reason::HeaderChanged {
        missing: vec!["E-Mail".to_owned()],
        unexpected: vec![cell.to_owned(), "Lovelace".to_owned()],
    };
    let halted = run(RunStatus::Halted, 1, Some(reason));
    let happening = Happening::run_ended(&halted, &told(&active, &halted).1, RERUNS);
    let text = all_words(NoticeEvent::RunHalted, &happening);
    assert!(
        text.contains("1 column is missing, 2 columns are new"),
        "{text}"
    );
    assert!(!text.contains(cell));
    let sampling = Happening::SamplingFailed {
        job_name: "Customers".parse().unwrap(),
        problem: SamplingProblem::Mapping {
            unfilled_fields: vec!["email".to_owned()],
            undecided_columns: vec![cell.to_owned()],
        },
    };
    let text = all_words(NoticeEvent::SamplingFailed, &sampling);
    assert!(text.contains("how to read 1 column"), "{text}");
    assert!(!text.contains(cell));
}

#[test]
fn what_happened_is_stored_and_read_again() {
    let active = under_way(job(JobStatus::Active));
    let corrected = Run {
        input: Input {
            corrects: Some(Corrects {
                run: run_id(7),
                job_version: version(1),
            }),
            ..whole_file()
        },
        ..run(RunStatus::Completed, 1, None)
    };
    let happening = Happening::run_ended(&corrected, &active, RERUNS);
    let text = serde_json::to_string(&happening).unwrap();
    assert_eq!(serde_json::from_str::<Happening>(&text).unwrap(), happening);
}
