//! Three weeks of a shop's imports.

use std::path::Path;
use std::sync::Arc;

use domain::folder::{AfterwardsKind, FolderForm, Take};
use domain::id::{JobId, RunId, UploadId};
use domain::schedule::{Day, Pattern, ScheduleForm, When};
use domain::time::Timestamp;
use mapping::field::FieldType;
use operations::context::Context;
use operations::corrections::{self, Submission};
use operations::jobs::{self, Act};
use operations::runs;
use operations::setup::Step;
use tabular::encoding::Encoding;

use super::DemoError;
use super::files::{self, KUNDEN, LEADS, ORDERS, Read};
use super::scene::{Arrival, DemoAccount, SLUG, Scene};
use super::unhurried::{Held, Stage};
use crate::config::Config;

const DAYS: i64 = 21;
const DAY_SECONDS: i64 = 24 * 3600;

pub async fn play(
    config: &Config,
    context: &Context,
    held: &Arc<Held>,
    inbox: &Path,
) -> Result<DemoAccount, DemoError> {
    let end = context.now();
    let start = end.plus_seconds(-DAYS * DAY_SECONDS);
    let mut scene = Scene::open(config, context, held, inbox, start).await?;
    daily_orders(&mut scene, start).await?;
    customers(&mut scene).await?;
    weekly_leads(&mut scene).await?;
    changed_columns(&mut scene, start).await?;
    scene.pass_until(end.plus_seconds(-6 * 3600)).await?;
    mend_customers(&mut scene).await?;
    drafts(&mut scene).await?;
    scene.pass_until(end).await?;
    all_rejected(&mut scene).await?;
    let jobs = to_be_begun(&mut scene).await?;
    scene.stop_worker().await;
    begin(&scene, &jobs).await?;
    Ok(scene.account)
}

/// A folder job that runs every morning; on two days the shop forgets its file.
async fn daily_orders(scene: &mut Scene, start: Timestamp) -> Result<(), DemoError> {
    let whole = files::read(ORDERS);
    let dataset = scene.dataset("orders", &whole).await?;
    for day in 0..DAYS {
        if day == 9 || day == 16 {
            continue;
        }
        let first = usize::try_from(day).unwrap_or(0) * 12;
        scene.arrives(Arrival {
            at: start.plus_seconds(day * DAY_SECONDS + 3600),
            name: format!("orders-{day:02}.txt"),
            bytes: files::cut(ORDERS, &whole, first, 40),
        });
    }
    let sample = files::cut(ORDERS, &whole, 0, 40);
    let form = FolderForm {
        pattern: "orders-*.txt".to_owned(),
        take: Take::Newest,
        afterwards: AfterwardsKind::Move,
        move_into: "done".to_owned(),
        ..FolderForm::new("shop")
    };
    let daily = ScheduleForm {
        when: When::Recurring,
        pattern: Pattern::Daily,
        at: "06:00".to_owned(),
        ..ScheduleForm::new("Europe/Berlin")
    };
    let name = "Orders of the shop";
    let job = folder_job(scene, name, &dataset, form, &sample, &whole, daily).await?;
    scene.activate(job, None).await?;
    Ok(())
}

/// An upload that went in in part, twice.
async fn customers(scene: &mut Scene) -> Result<(), DemoError> {
    let read = files::read(KUNDEN);
    let dataset = scene.dataset("customers", &read).await?;
    let job = upload_job(
        scene,
        "Kunden aus dem ERP",
        &dataset,
        "kunden.csv",
        KUNDEN,
        &read,
    )
    .await?;
    let upload = scene.upload("kunden.csv", KUNDEN).await?;
    scene.activate(job, Some(&upload)).await?;
    scene.rest().await
}

/// A person pauses a weekly job.
async fn weekly_leads(scene: &mut Scene) -> Result<(), DemoError> {
    let read = files::read(LEADS);
    let dataset = scene.dataset("leads", &read).await?;
    let sample = files::cut(LEADS, &read, 0, 60);
    let now = scene.now();
    scene.arrives(Arrival {
        at: now.plus_seconds(3600),
        name: "leads-1.csv".to_owned(),
        bytes: LEADS.to_vec(),
    });
    let form = FolderForm {
        pattern: "leads-*.csv".to_owned(),
        ..FolderForm::new("shop")
    };
    let weekly = ScheduleForm {
        when: When::Recurring,
        pattern: Pattern::Weekly,
        days: vec![Day::Monday, Day::Thursday],
        at: "09:30".to_owned(),
        ..ScheduleForm::new("Europe/Berlin")
    };
    let name = "Leads of the fair";
    let job = folder_job(scene, name, &dataset, form, &sample, &read, weekly).await?;
    scene.activate(job, None).await?;
    scene.pass_until(now.plus_seconds(4 * DAY_SECONDS)).await?;
    act(scene, job, Act::Pause).await
}

/// Files whose columns change halt the job, however often they are tried.
async fn changed_columns(scene: &mut Scene, start: Timestamp) -> Result<(), DemoError> {
    let read = files::read(LEADS);
    let dataset = scene.dataset("contacts", &read).await?;
    let sample = files::cut(LEADS, &read, 60, 60);
    for day in 6..DAYS {
        let part = files::cut(LEADS, &read, usize::try_from(day).unwrap_or(0) * 7, 50);
        let changed = if day < 11 {
            part
        } else {
            files::renamed(&part, "E-mail", "Contact address")
        };
        scene.arrives(Arrival {
            at: start.plus_seconds(day * DAY_SECONDS),
            name: format!("contacts-{day:02}.csv"),
            bytes: changed,
        });
    }
    let form = FolderForm {
        pattern: "contacts-*.csv".to_owned(),
        ..FolderForm::new("shop")
    };
    let nightly = ScheduleForm {
        when: When::Recurring,
        pattern: Pattern::Cron,
        cron: "30 22 * * *".to_owned(),
        ..ScheduleForm::new("UTC")
    };
    let name = "Contacts of the CRM";
    let job = folder_job(scene, name, &dataset, form, &sample, &read, nightly).await?;
    scene.activate(job, None).await?;
    Ok(())
}

/// A new file of customers, and some of its rejected records corrected.
async fn mend_customers(scene: &mut Scene) -> Result<(), DemoError> {
    let job = scene.job_named("Kunden aus dem ERP").await?;
    let upload = scene.upload("kunden-november.csv", KUNDEN).await?;
    let (context, actor) = (&scene.context, &scene.actor);
    jobs::run_with_new_file(context, actor, SLUG, &job.to_string(), &upload).await?;
    scene.rest().await?;
    let run = latest_run(scene, job).await?;
    let read = files::read(KUNDEN);
    let corrected = files::cut(KUNDEN, &read, 0, 2);
    let upload = scene
        .upload("kunden-november.corrected.csv", &corrected)
        .await?;
    let submission = Submission {
        upload,
        records: vec![(0, 1)],
    };
    let (context, actor) = (&scene.context, &scene.actor);
    corrections::submit(context, actor, SLUG, &run.to_string(), submission).await?;
    scene.rest().await
}

/// Of a file that is written otherwise no record fits: the run fails, and waits to be run again.
async fn all_rejected(scene: &mut Scene) -> Result<(), DemoError> {
    let mut read = files::read(KUNDEN);
    for field in &mut read.fields {
        field.required |= field.field_type == FieldType::Email;
    }
    let dataset = scene.dataset("newsletter", &read).await?;
    let name = "Newsletter sign-ups";
    let job = upload_job(scene, name, &dataset, "newsletter.csv", KUNDEN, &read).await?;
    let broken: Vec<u8> = KUNDEN
        .iter()
        .map(|byte| if *byte == b'@' { b'#' } else { *byte })
        .collect();
    let upload = scene.upload("newsletter.csv", &broken).await?;
    scene.activate(job, Some(&upload)).await?;
    scene.rest().await
}

/// What is set up in part, and a sample that cannot be read as its settings say.
async fn drafts(scene: &mut Scene) -> Result<(), DemoError> {
    scene.create("Price list of the supplier").await?;
    let read = files::read(KUNDEN);
    let dataset = scene.dataset("loyalty_cards", &read).await?;
    let failing = scene.create("Loyalty cards").await?;
    scene.basics(failing, "Loyalty cards", &dataset).await?;
    scene.save(failing, Step::Source(None)).await?;
    let upload = scene.upload("cards.csv", KUNDEN).await?;
    let wrong = Read {
        dialect: tabular::dialect::Dialect {
            encoding: Encoding::UTF_16LE,
            ..read.dialect.clone()
        },
        ..read
    };
    scene.sample(failing, &upload, KUNDEN, &wrong).await?;
    scene.rest().await
}

/// Set up, with a sample that was read; `None`: to be cancelled at once.
async fn to_be_begun(scene: &mut Scene) -> Result<Vec<(JobId, Option<Stage>)>, DemoError> {
    let read = files::read(ORDERS);
    let mut jobs = Vec::new();
    for (name, dataset, stage) in [
        ("Stock of the warehouse", "stock", Some(Stage::FirstReading)),
        ("Shipments", "shipments", Some(Stage::Processing)),
        (
            "Invoices of October",
            "invoices",
            Some(Stage::SecondReading),
        ),
        ("Returns of autumn", "returns", None),
    ] {
        let dataset = scene.dataset(dataset, &read).await?;
        let job = upload_job(scene, name, &dataset, "export.txt", ORDERS, &read).await?;
        jobs.push((job, stage));
    }
    Ok(jobs)
}

/// Nobody works on it yet. Each is held up where it can be looked at, until somebody has looked long enough.
async fn begin(scene: &Scene, jobs: &[(JobId, Option<Stage>)]) -> Result<(), DemoError> {
    for (job, stage) in jobs {
        let upload = scene.upload("export.txt", ORDERS).await?;
        let run = scene.activate(*job, Some(&upload)).await?;
        match (stage, run) {
            (Some(stage), run) => scene.hold(&upload, *stage, run)?,
            (None, Some(run)) => {
                runs::cancel(&scene.context, &scene.actor, SLUG, &run.to_string()).await?;
            }
            (None, None) => {}
        }
        // One more waits behind it.
        if *stage == Some(Stage::FirstReading) {
            act(scene, *job, Act::RunNow).await?;
        }
    }
    let read = files::read(ORDERS);
    let job = jobs::create(&scene.context, &scene.actor, SLUG, "Reviews").await?;
    let dataset = scene.dataset("reviews", &read).await?;
    scene.basics(job, "Reviews", &dataset).await?;
    scene.save(job, Step::Source(None)).await?;
    let upload = scene.upload("reviews.txt", ORDERS).await?;
    scene.hold(&upload, Stage::FirstReading, None)?;
    scene.sample(job, &upload, ORDERS, &read).await
}

async fn upload_job(
    scene: &mut Scene,
    name: &str,
    dataset: &str,
    file_name: &str,
    file: &[u8],
    read: &Read,
) -> Result<JobId, DemoError> {
    let job = scene.create(name).await?;
    scene.basics(job, name, dataset).await?;
    scene.save(job, Step::Source(None)).await?;
    let upload = scene.upload(file_name, file).await?;
    scene.sample(job, &upload, file, read).await?;
    scene.sampled(job).await?;
    scene
        .schedule(job, ScheduleForm::new("Europe/Berlin"))
        .await?;
    Ok(job)
}

async fn folder_job(
    scene: &mut Scene,
    name: &str,
    dataset: &str,
    folder: FolderForm,
    sample: &[u8],
    read: &Read,
    schedule: ScheduleForm,
) -> Result<JobId, DemoError> {
    let job = scene.create(name).await?;
    scene.basics(job, name, dataset).await?;
    scene
        .save(job, Step::Source(Some(Box::new(folder))))
        .await?;
    let upload = scene.upload("sample.csv", sample).await?;
    scene.sample(job, &upload, sample, read).await?;
    scene.sampled(job).await?;
    scene.schedule(job, schedule).await?;
    Ok(job)
}

async fn act(scene: &Scene, job: JobId, act: Act) -> Result<(), DemoError> {
    jobs::act(&scene.context, &scene.actor, SLUG, &job.to_string(), act).await?;
    Ok(())
}

async fn latest_run(scene: &Scene, job: JobId) -> Result<RunId, DemoError> {
    let runs = scene.runs(job).await?;
    runs.first()
        .copied()
        .ok_or_else(|| DemoError::Broken("a job has no run".to_owned()))
}

impl Scene {
    fn hold(&self, upload: &str, stage: Stage, run: Option<RunId>) -> Result<(), DemoError> {
        let upload: UploadId = upload
            .parse()
            .map_err(|_| DemoError::Broken("an upload has no id".to_owned()))?;
        self.held.hold(upload, stage, run);
        Ok(())
    }
}
