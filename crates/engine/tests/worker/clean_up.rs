//! What is taken away when its term is over, and what is not.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use domain::id::{ActivityId, RunId, UploadId};
use domain::settings::ImportMethod;
use engine::clean_up::{Removed, Strays, round};
use store::activity::NewActivity;
use store::links::{LinkKind, NewLink};
use store::token::TokenHash;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::instance::Instance;
use crate::{FILE, GATE_OFF};

const DAY: Duration = Duration::from_hours(24);

async fn imported(instance: &Instance) -> RunId {
    let run = queued(instance).await;
    instance.work_until_ended(run).await;
    run
}

async fn queued(instance: &Instance) -> RunId {
    instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await
}

async fn delete_job_of(instance: &Instance, run: RunId) {
    let job = instance.job(instance.run(run).await.run.job).await;
    let entry = NewActivity {
        id: ActivityId(Uuid::now_v7()),
        job: Some(job.id),
        run: None,
        person: None,
        address: None,
        kind: "deleted".into(),
        detail: String::new(),
        of_instance: false,
    };
    instance
        .store
        .delete_job(job.namespace, job.id, job.version, entry, instance.now())
        .await
        .unwrap();
}

async fn upload_of(instance: &Instance, run: RunId) -> UploadId {
    instance.run(run).await.run.input.upload.unwrap()
}

#[tokio::test]
async fn uploads_go_after_their_term_unless_something_can_still_read_them() {
    let instance = Instance::new().await;
    let unread = imported(&instance).await;
    let unread_upload = upload_of(&instance, unread).await;
    delete_job_of(&instance, unread).await;
    let last_input = upload_of(&instance, imported(&instance).await).await;
    let waiting = upload_of(&instance, queued(&instance).await).await;

    instance.pass(DAY * 29);
    let clean_up = instance.clean_up();
    assert_eq!(round(&clean_up, Strays::SetAside).await.uploads, 0);
    instance.pass(DAY * 2);
    assert_eq!(round(&clean_up, Strays::SetAside).await.uploads, 1);
    assert!(!instance.upload(unread_upload).exists());
    assert!(instance.upload(last_input).exists());
    assert!(instance.upload(waiting).exists());
    let known = instance
        .store
        .upload(instance.namespace, unread_upload)
        .await;
    assert!(known.unwrap_err().is_not_found());
    assert_eq!(round(&clean_up, Strays::SetAside).await.uploads, 0);
}

#[tokio::test]
async fn runs_go_after_their_term_with_their_reports() {
    let instance = Instance::new().await;
    let run = imported(&instance).await;
    let upload = upload_of(&instance, run).await;
    let job = instance.run(run).await.run.job;
    assert!(instance.report(run).exists());

    instance.pass(DAY * 399);
    let clean_up = instance.clean_up();
    assert_eq!(round(&clean_up, Strays::SetAside).await.runs, 0);
    let waiting = queued(&instance).await;
    instance.pass(DAY * 2);
    assert_eq!(round(&clean_up, Strays::SetAside).await.runs, 1);
    assert!(!instance.report(run).exists());
    let gone = instance.store.run(instance.namespace, run).await;
    assert!(gone.unwrap_err().is_not_found());
    assert!(
        instance.upload(upload).exists(),
        "Run now still reads the file"
    );
    instance.job(job).await;
    instance.run(waiting).await;
}

#[tokio::test]
async fn notices_go_after_the_same_term() {
    let instance = Instance::new().await;
    imported(&instance).await;
    let told = instance.store.unplanned_notices(10).await.unwrap();
    for notice in &told {
        instance
            .store
            .plan_notice(instance.namespace, notice.id, Vec::new(), instance.now())
            .await
            .unwrap();
    }
    instance.pass(DAY * 399);
    let clean_up = instance.clean_up();
    assert_eq!(round(&clean_up, Strays::SetAside).await.notices, 0);
    instance.pass(DAY * 2);
    assert_eq!(
        round(&clean_up, Strays::SetAside).await.notices,
        told.len() as u64
    );
    let left = instance.store.notices(instance.namespace, None, 10).await;
    assert!(left.unwrap().is_empty());
}

#[tokio::test]
async fn what_nobody_knows_goes_and_what_is_young_stays() {
    let instance = Instance::new().await;
    let run = imported(&instance).await;
    let known = upload_of(&instance, run).await;
    let abandoned = instance.announce_upload().await;
    let stray = instance.upload(UploadId(Uuid::now_v7()));
    fs::write(&stray, "left").unwrap();
    let report = instance.report(RunId(Uuid::now_v7()));
    let partial = report.with_extension("3.partial");
    for folder in [&report, &partial] {
        fs::create_dir(folder).unwrap();
    }
    let notes = instance.upload(known).with_file_name("notes.txt");
    fs::write(&notes, "not ours").unwrap();
    // Files are dated by the machine, whose clock is not the one that is moved here.
    let now = u64::try_from(instance.now().0).unwrap();
    let dated = UNIX_EPOCH + Duration::from_millis(now);
    for path in [&stray, &report, &partial, &notes, &instance.upload(known)] {
        fs::File::open(path).unwrap().set_modified(dated).unwrap();
    }

    instance.pass(DAY / 2);
    let clean_up = instance.clean_up();
    assert_eq!(round(&clean_up, Strays::SetAside).await, Removed::default());
    instance.pass(DAY * 7);
    let removed = round(&clean_up, Strays::SetAside).await;
    assert_eq!((removed.abandoned_uploads, removed.strays), (1, 3));
    assert!(!instance.upload(abandoned).exists());
    assert!(!stray.exists() && !report.exists() && !partial.exists());
    assert!(notes.exists() && instance.upload(known).exists() && instance.report(run).exists());
    let aside = stray.parent().unwrap().join("set-aside");
    assert_eq!(fs::read_dir(&aside).unwrap().count(), 1);

    instance.pass(DAY / 2);
    assert_eq!(round(&clean_up, Strays::SetAside).await, Removed::default());
    assert_eq!(fs::read_dir(&aside).unwrap().count(), 1);
    instance.pass(DAY);
    assert_eq!(round(&clean_up, Strays::SetAside).await, Removed::default());
    assert_eq!(fs::read_dir(&aside).unwrap().count(), 0);
}

#[tokio::test]
async fn a_stray_that_the_database_knows_again_is_put_back() {
    let instance = Instance::new().await;
    let run = imported(&instance).await;
    let known = instance.upload(upload_of(&instance, run).await);
    let aside = known.parent().unwrap().join("set-aside");
    fs::create_dir(&aside).unwrap();
    fs::rename(&known, aside.join(known.file_name().unwrap())).unwrap();
    round(&instance.clean_up(), Strays::SetAside).await;
    assert!(known.exists());
}

#[tokio::test]
async fn many_strays_wait_for_an_operator() {
    let instance = Instance::new().await;
    imported(&instance).await;
    let strays: Vec<_> = (0..6)
        .map(|_| instance.upload(UploadId(Uuid::now_v7())))
        .collect();
    for stray in &strays {
        fs::write(stray, "of another database").unwrap();
        let old = fs::File::open(stray).unwrap();
        old.set_modified(UNIX_EPOCH).unwrap();
    }
    let clean_up = instance.clean_up();
    assert_eq!(round(&clean_up, Strays::Leave).await.strays, 0);
    assert_eq!(round(&clean_up, Strays::SetAside).await.strays, 0);
    assert!(strays.iter().all(|stray| stray.exists()));
    assert_eq!(round(&clean_up, Strays::SetAllAside).await.strays, 6);
    assert!(strays.iter().all(|stray| !stray.exists()));
}

#[tokio::test]
async fn links_and_sessions_that_ended_go_and_others_stay() {
    let instance = Instance::new().await;
    let (store, now) = (&instance.store, instance.now());
    for (byte, seconds) in [(1, 60), (2, 3 * 24 * 60 * 60)] {
        let link = NewLink {
            token_hash: TokenHash([byte; 32]),
            kind: LinkKind::FirstPerson,
            expires_at: now.plus_seconds(seconds),
        };
        store.create_link(link, now).await.unwrap();
    }
    store.note_failed_sign_in("key", now).await.unwrap();
    assert_eq!(
        round(&instance.clean_up(), Strays::Leave).await.credentials,
        0
    );
    instance.pass(DAY + Duration::from_mins(2));
    assert_eq!(
        round(&instance.clean_up(), Strays::Leave).await.credentials,
        2
    );
    let open = store.link(TokenHash([2; 32]), instance.now()).await;
    assert!(open.unwrap().is_some());
}

#[tokio::test]
async fn no_stray_goes_in_the_first_hour_of_a_process() {
    let instance = Instance::new().await;
    imported(&instance).await;
    let stray = instance.upload(UploadId(Uuid::now_v7()));
    fs::write(&stray, "left").unwrap();
    let old = fs::File::open(&stray).unwrap();
    old.set_modified(UNIX_EPOCH).unwrap();
    let (store, now) = (&instance.store, instance.now());
    let link = NewLink {
        token_hash: TokenHash([1; 32]),
        kind: LinkKind::FirstPerson,
        expires_at: now.plus_seconds(-2 * 24 * 60 * 60),
    };
    store.create_link(link, now).await.unwrap();
    let (asked, shutdown) = (Arc::new(AtomicU32::new(0)), CancellationToken::new());
    let mut clean_up = instance.clean_up();
    clean_up.now = Arc::new({
        let asked = Arc::clone(&asked);
        move || {
            asked.fetch_add(1, Ordering::SeqCst);
            now
        }
    });
    let cleaning = tokio::spawn(engine::clean_up::run(clean_up, shutdown.clone()));
    while asked.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    // It ends its round first.
    shutdown.cancel();
    cleaning.await.unwrap();
    assert!(stray.exists());
    assert_eq!(
        round(&instance.clean_up(), Strays::Leave).await,
        Removed::default()
    );
    assert_eq!(
        round(&instance.clean_up(), Strays::SetAside).await.strays,
        1
    );
}
