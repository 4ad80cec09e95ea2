//! Who is told of what, and how often.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever it likes")]

mod fixtures;

use mapping::names::Names;
use std::collections::BTreeSet;

use domain::counts::Counts;
use domain::id::{JobId, NamespaceId, PersonId, WebhookId};
use domain::job::{Job, JobEvent, JobStatus};
use domain::notice::{
    Addressee, Announcement, Events, Happening, MonthlyLimit, NoticeEvent, Recipient, RefusedFile,
    Subscriber, Subscription, brief, heard, of_ended_run, recipients, stand_ins, unheard_failures,
    words, words_of_alike,
};
use domain::reason::{Month, Reason};
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

/// What is announced when the one unfinished run of a job ends so, as its first; and the job after it.
fn told(job: &Job, run: &Run) -> (Vec<Announcement>, Job) {
    told_after(None, job, run)
}

fn told_after(previous: Option<&Run>, job: &Job, run: &Run) -> (Vec<Announcement>, Job) {
    let event = JobEvent::RunEnded {
        run: run.ended().unwrap(),
        reruns: RERUNS,
    };
    let after = job.apply(&event, NOW).unwrap().0;
    (of_ended_run(run, previous, job, &after), after)
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
        (
            RunStatus::Failed,
            Reason::SourceUnreachable,
            NoticeEvent::RunFailed,
        ),
        (
            RunStatus::Halted,
            Reason::DatasetChanged,
            NoticeEvent::RunHalted,
        ),
    ] {
        let attempts: Vec<_> = (1..=6)
            .map(|attempt| run(status, attempt, Some(reason.clone())))
            .collect();
        let told = |(index, attempt): (usize, &Run)| {
            let previous = attempts[..index].last();
            events(&told_after(previous, &active, attempt).0)
        };
        assert_eq!(
            attempts.iter().enumerate().map(told).collect::<Vec<_>>(),
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
    let failed = |attempt| run(RunStatus::Failed, attempt, Some(Reason::EmptyFile));
    let (news, _) = told_after(Some(&failed(2)), &paused, &failed(3));
    assert_eq!(events(&news), [NoticeEvent::RunFailed]);
    let broken = Reason::InternalError {
        reference: "r".to_owned(),
    };
    let active = under_way(job(JobStatus::Active));
    assert_eq!(
        events(&told(&active, &run(RunStatus::Halted, 2, Some(broken))).0),
        [NoticeEvent::JobHalted, NoticeEvent::RunHalted]
    );
}

/// A first attempt that the schedule began, so many minutes after the others' instant.
fn regular(status: RunStatus, reason: Option<Reason>, minutes: i64) -> Run {
    Run {
        ended_at: Some(NOW.plus_seconds(minutes * 60)),
        ..run(status, 1, reason)
    }
}

#[test]
fn a_job_that_fails_at_each_instant_is_told_of_once_a_day_and_when_the_reason_is_another() {
    let every_five_minutes = under_way(recurring(job(JobStatus::Active)));
    let failed = |reason: &Reason, minutes| {
        let reason = Some(reason.clone());
        regular(RunStatus::Failed, reason, minutes)
    };
    let no_file = Reason::NoFileMatched {
        pattern: "people-*.csv".to_owned(),
        others: Vec::new(),
        expected_by: None,
    };
    let mut previous = None;
    let mut told = Vec::new();
    for run in (0..3 * 288)
        .map(|count| failed(&no_file, count * 5))
        .chain([failed(&Reason::EmptyFile, 3 * 1440)])
    {
        let (news, _) = told_after(previous.as_ref(), &every_five_minutes, &run);
        told.extend(events(&news));
        previous = Some(run);
    }
    // Three days from an evening on touch four of the calendar; then comes the other reason.
    assert_eq!(told, [NoticeEvent::RunFailed; 5]);
}

#[test]
fn an_attempt_after_which_nothing_comes_for_long_is_told() {
    let failed = |attempt| run(RunStatus::Failed, attempt, Some(Reason::EmptyFile));
    let in_days = |days: i64| {
        under_way(Job {
            next_due: Some(NOW.plus_seconds(days * 24 * HOUR)),
            ..recurring(job(JobStatus::Active))
        })
    };
    for (days, told) in [(1, vec![]), (7, vec![NoticeEvent::RunFailed])] {
        let (news, _) = told_after(Some(&failed(5)), &in_days(days), &failed(6));
        assert_eq!(events(&news), told, "{days}");
    }
}

#[test]
fn success_after_a_failure_says_that_the_job_works_again() {
    let active = under_way(job(JobStatus::Active));
    let failed = run(RunStatus::Failed, 1, Some(Reason::EmptyFile));
    for run in [
        run(RunStatus::PartiallyCompleted, 3, None),
        regular(RunStatus::PartiallyCompleted, None, 60),
    ] {
        let (news, after) = told_after(Some(&failed), &active, &run);
        assert_eq!(events(&news), [NoticeEvent::RunPartiallyCompleted]);
        assert_eq!(news[0].audience, [NoticeEvent::RunPartiallyCompleted]);
        let happening = Happening::run_ended(&run, Some(&failed), &after, RERUNS, None);
        assert!(happening.recovers());
        let text = all_words(NoticeEvent::RunPartiallyCompleted, &happening);
        assert!(text.starts_with("Customers works again: 592 of"), "{text}");
        assert!(text.contains("before had failed"), "{text}");
        assert!(!Happening::run_ended(&run, None, &after, RERUNS, None).recovers());
    }
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
fn what_goes_wrong_is_heard_by_the_owners_where_nobody_else_would() {
    let scheduled = under_way(recurring(job(JobStatus::Active)));
    let failed = run(RunStatus::Failed, 1, Some(Reason::EmptyFile));
    let (news, _) = told(&scheduled, &failed);
    let owner = member(Role::Owner, false);
    let told_to = |addressees: &[Addressee], subscriptions: &[Subscription]| {
        let nobody = BTreeSet::new();
        recipients(
            &news,
            addressees,
            subscriptions,
            Some(scheduled.id),
            &nobody,
        )
    };
    let person = Subscriber::Person(PERSON);
    let to_owner = [Recipient {
        subscriber: person,
        event: NoticeEvent::RunFailed,
    }];
    // Whoever made the job has left.
    assert_eq!(told_to(&[owner], &[]), to_owner);
    assert_eq!(told_to(&[member(Role::Editor, false)], &[]), []);
    // Somebody hears of it, or the owner has chosen.
    let hook = Subscriber::Webhook(HOOK);
    let of_failures = said(hook, false, &[NoticeEvent::RunFailed]);
    let by_hook = told_to(&[owner, Addressee::Webhook(HOOK)], &[of_failures]);
    assert_eq!(by_hook.len(), 1);
    assert_eq!(by_hook[0].subscriber, hook);
    assert_eq!(told_to(&[owner], &[said(person, false, &[])]), []);
    let (as_ever, _) = told(&scheduled, &regular(RunStatus::Completed, None, 60));
    let nobody = BTreeSet::new();
    assert_eq!(
        recipients(&as_ever, &[owner], &[], Some(scheduled.id), &nobody),
        []
    );
}

#[test]
fn who_stands_in_and_for_what_is_known_beforehand() {
    use NoticeEvent::{JobHalted, RunFailed, RunHalted, SamplingFailed};

    let (this, person) = (job(JobStatus::Active).id, Subscriber::Person(PERSON));
    let hook = Addressee::Webhook(HOOK);
    let hooked = said(hook.subscriber(), true, &[NoticeEvent::RunFailed]);
    let quiet_owner = said(person, false, &[]);
    let owner = member(Role::Owner, false);
    for (addressees, subscriptions, unheard, owners) in [
        (vec![member(Role::Owner, true)], vec![], vec![], 1),
        (
            vec![owner],
            vec![],
            vec![RunFailed, RunHalted, SamplingFailed],
            1,
        ),
        (
            vec![owner, hook],
            vec![hooked],
            vec![RunHalted, SamplingFailed],
            1,
        ),
        (
            vec![owner],
            vec![quiet_owner],
            vec![RunFailed, RunHalted, JobHalted, SamplingFailed],
            0,
        ),
        (
            vec![member(Role::Viewer, false)],
            vec![],
            vec![RunFailed, RunHalted, JobHalted, SamplingFailed],
            0,
        ),
    ] {
        let found = unheard_failures(&addressees, &subscriptions, this);
        assert_eq!(found, unheard.into_iter().collect(), "{addressees:?}");
        let standing_in = stand_ins(&addressees, &subscriptions, Some(this));
        assert_eq!(standing_in.count(), owners, "{addressees:?}");
    }
}

#[test]
fn that_it_works_again_is_told_once_to_those_who_were_told_that_it_failed() {
    let scheduled = under_way(recurring(job(JobStatus::Active)));
    let failed = run(RunStatus::Failed, 1, Some(Reason::EmptyFile));
    let completed = regular(RunStatus::Completed, None, 60);
    let (again, _) = told_after(Some(&failed), &scheduled, &completed);
    let person = Subscriber::Person(PERSON);
    let heard_as = |addressee: Addressee, said: &[Subscription], told: &[Subscriber]| {
        let told = told.iter().copied().collect();
        recipients(&again, &[addressee], said, Some(scheduled.id), &told)
    };
    let once = [Recipient {
        subscriber: person,
        event: NoticeEvent::RunCompleted,
    }];
    let owner = member(Role::Owner, false);
    let of_failures = said(person, false, &[NoticeEvent::RunFailed]);
    let of_this_too = said(person, true, &[NoticeEvent::RunCompleted]);
    let of_nothing = said(person, true, &[]);
    for (addressee, subscriptions, told, expected) in [
        // As an owner, when nobody else heard.
        (owner, vec![], vec![person], &once[..]),
        (
            member(Role::Editor, false),
            vec![of_failures.clone()],
            vec![person],
            &once,
        ),
        (
            member(Role::Editor, false),
            vec![of_this_too.clone()],
            vec![person],
            &once,
        ),
        (
            member(Role::Editor, false),
            vec![of_this_too],
            vec![],
            &once,
        ),
        // They were told of no failure, have left since, or want to hear of nothing by now.
        (member(Role::Editor, false), vec![of_failures], vec![], &[]),
        (owner, vec![], vec![], &[]),
        (Addressee::Webhook(HOOK), vec![], vec![person], &[]),
        (
            member(Role::Editor, false),
            vec![of_nothing],
            vec![person],
            &[],
        ),
    ] {
        let recipients = heard_as(addressee, &subscriptions, &told);
        assert_eq!(recipients, expected, "{addressee:?} {subscriptions:?}");
    }
}

#[test]
fn that_nothing_new_was_there_is_told_to_nobody() {
    let scheduled = under_way(recurring(job(JobStatus::Active)));
    let found_nothing = Run {
        counts: Counts::default(),
        ..regular(RunStatus::Completed, None, 60)
    };
    let failed = run(RunStatus::Failed, 1, Some(Reason::EmptyFile));
    for previous in [None, Some(&failed)] {
        assert_eq!(told_after(previous, &scheduled, &found_nothing).0, []);
    }
}

#[test]
fn each_is_told_once_of_what_weighs_most() {
    let active = under_way(job(JobStatus::Active));
    let (news, _) = told(&active, &run(RunStatus::Failed, 6, Some(Reason::EmptyFile)));
    let addressees = [member(Role::Owner, true), Addressee::Webhook(HOOK)];
    let hook = Subscriber::Webhook(HOOK);
    let subscriptions = [said(hook, false, &[NoticeEvent::RunFailed])];
    assert_eq!(
        recipients(
            &news,
            &addressees,
            &subscriptions,
            Some(active.id),
            &BTreeSet::new()
        ),
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
    let failed = run(RunStatus::Failed, 1, Some(Reason::DestinationUnreachable));
    let after = told(&active, &failed).1;
    let happening = Happening::run_ended(&failed, None, &after, RERUNS, None);
    assert_eq!(
        all_words(NoticeEvent::RunFailed, &happening),
        "Customers: run failed (destination unreachable) | Attempt 1 of 6 failed. Nothing was imported. | \
         The database that the rows go to could not be reached. | \
         Nothing, if it passes: Weir tries again. Otherwise tell your operator. Weir tries again by itself: attempt 2 of 6 is at +15 min. \
         You hear of it again when it works, when it fails for another reason, or when Weir gives up; otherwise once a day \
         at most."
    );
    let empty = run(RunStatus::Failed, 1, Some(Reason::EmptyFile));
    let scheduled = under_way(recurring(job(JobStatus::Active)));
    let happening = Happening::run_ended(&empty, None, &told(&scheduled, &empty).1, RERUNS, None);
    assert_eq!(
        all_words(NoticeEvent::RunFailed, &happening),
        "Customers: run failed (empty file) | The run failed. Nothing was imported. | The file has no records. | \
         Export the file again, and run the job with it. The job goes on with its schedule. \
         You hear of it again when it works, when it fails for another reason, or when Weir gives up; otherwise once a day \
         at most."
    );
    let partial = run(RunStatus::PartiallyCompleted, 2, None);
    let happening = Happening::run_ended(&partial, None, &told(&active, &partial).1, RERUNS, None);
    assert_eq!(
        all_words(NoticeEvent::RunPartiallyCompleted, &happening),
        "Customers: 592 of 600 records imported | 592 of 600 records went in, 8 were rejected. One attempt before had failed. |  | \
         Open the run, look at the reasons, correct the rejected records, and import only those."
    );
    let halted = run(RunStatus::Halted, 6, Some(Reason::DatasetChanged));
    let happening = Happening::run_ended(&halted, None, &told(&active, &halted).1, RERUNS, None);
    assert_eq!(
        all_words(NoticeEvent::JobHalted, &happening),
        "Customers: the job is halted | Weir has paused the job after attempt 6 of 6. It does not run again until somebody \
         reactivates it. | The dataset has other fields than when the job was set up. | \
         Edit the job, check its mapping against the dataset, and save it. Then reactivate the job."
    );
}

#[test]
fn what_ended_alike_is_said_once_with_its_sums() {
    let active = under_way(job(JobStatus::Active));
    let ended = |run: &Run, previous: Option<&Run>| {
        let happening = Happening::run_ended(run, previous, &active, RERUNS, None);
        happening.as_run_ended().cloned().unwrap()
    };
    let failed = run(RunStatus::Failed, 1, Some(Reason::EmptyFile));
    let partial = run(RunStatus::PartiallyCompleted, 1, None);
    let runs = [ended(&partial, Some(&failed)), ended(&partial, None)];
    let words = words_of_alike(NoticeEvent::RunPartiallyCompleted, &[&runs[0], &runs[1]]);
    assert_eq!(words.title, "Customers: 2 runs partially completed");
    assert_eq!(
        words.what,
        "1,184 of 1,200 records went in, 16 were rejected. The run before them had failed."
    );
    assert_eq!(brief(&runs[0]), "592 of 600 records imported, 8 rejected");
    let failed = ended(&failed, None);
    let words = words_of_alike(NoticeEvent::RunFailed, &[&failed, &failed]);
    assert_eq!(words.title, "Customers: 2 runs failed");
    assert_eq!(words.next, Reason::EmptyFile.next_step());
    assert_eq!(brief(&failed), "empty file");
    let growing = ended(
        &run(RunStatus::Failed, 1, Some(Reason::FileStillGrowing)),
        None,
    );
    let words = words_of_alike(NoticeEvent::RunFailed, &[&failed, &growing]);
    assert_eq!(words.next, "Open the runs: each says what to do.");
}

fn of_limit(event: NoticeEvent, contact: &str, refused: Option<RefusedFile>) -> String {
    let happening = Happening::Limit(MonthlyLimit {
        used: 1000,
        limit: 10_000,
        month: Month {
            year: 2026,
            month: 11,
        },
        contact: contact.to_owned(),
        refused,
    });
    all_words(event, &happening)
}

#[test]
fn a_file_that_does_not_fit_is_not_told_as_a_month_that_is_used_up() {
    let file = RefusedFile {
        job_name: "Customers".parse().unwrap(),
        rows_in_file: 9001,
        rows_left: 9000,
    };
    assert_eq!(
        of_limit(NoticeEvent::LimitReached, "limits@example.org", Some(file)),
        "Customers: the file has more rows than are left in November 2026 | The file has 9,001 rows that can be imported, but \
         only 9,000 rows are left in November 2026. Nothing was imported. | 1,000 of the 10,000 rows that may be imported in \
         November 2026 are used. | Import fewer rows, wait for the next month, or ask for a higher limit: limits@example.org"
    );
    for event in [NoticeEvent::LimitNear, NoticeEvent::LimitReached] {
        let (named, unnamed) = (
            of_limit(event, "limits@example.org", None),
            of_limit(event, "", None),
        );
        assert!(
            named.ends_with("higher limit: limits@example.org"),
            "{named}"
        );
        assert!(
            unnamed.ends_with("ask your operator for a higher limit."),
            "{unnamed}"
        );
    }
}

#[test]
fn nothing_of_a_file_is_quoted() {
    let cell = "ada@example.org";
    let active = under_way(job(JobStatus::Active));
    let reason = Reason::HeaderChanged {
        missing: Names::from_iter(["E-Mail"]),
        moved: Names::default(),
        unexpected: Names::from_iter([cell, "Lovelace"]),
    };
    let halted = run(RunStatus::Halted, 1, Some(reason));
    let happening = Happening::run_ended(&halted, None, &told(&active, &halted).1, RERUNS, None);
    let text = all_words(NoticeEvent::RunHalted, &happening);
    assert!(
        text.contains("1 column is missing, 2 columns are new. The run"),
        "{text}"
    );
    assert!(!text.contains(cell));
    let sampling = Happening::SamplingFailed {
        job_name: "Customers".parse().unwrap(),
        problem: SamplingProblem::Mapping {
            unfilled_fields: Names::from_iter(["email"]),
            undecided_columns: Names::from_iter([cell]),
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
    let happening = Happening::run_ended(&corrected, None, &active, RERUNS, None);
    let text = serde_json::to_string(&happening).unwrap();
    assert_eq!(serde_json::from_str::<Happening>(&text).unwrap(), happening);
}
