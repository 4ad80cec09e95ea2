//! How often people hear of a job that fails again and again.

use std::sync::Arc;
use std::time::Duration;

use connectors::destination::DestinationError;
use domain::notice::{DeliveryState, NoticeEvent, Subscriber};
use domain::run::RunStatus;
use domain::schedule::{Recurrence, Recurring, Schedule};
use domain::settings::ImportMethod;

use tokio_util::sync::CancellationToken;

use crate::GATE_OFF;
use crate::faulty::Refusing;
use crate::instance::Instance;

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn a_job_that_fails_every_hour_is_told_of_once_a_day() {
    let instance = Instance::new().await;
    let hourly = Schedule::Recurring(Recurring {
        recurrence: Recurrence::Hourly { minute: 0 },
        time_zone: "UTC".to_owned(),
        start: None,
        end: None,
        jitter_seconds: 0,
    });
    let (job, run) = instance
        .activate_by(b"id,age\na,x\n", ImportMethod::Upsert, GATE_OFF, hourly)
        .await;
    assert!(run.is_none(), "it is not due yet");
    // The clock starts on 14 November at 22:13 UTC: of these one is on that day and three are on the next.
    for count in 1..=4 {
        instance.pass(HOUR);
        instance
            .work_until("worker", async |instance| {
                let runs = instance.runs(job).await;
                runs.len() == count && runs.iter().all(|run| run.run.status.is_final())
            })
            .await;
    }
    let runs = instance.runs(job).await;
    let told = instance.store.unplanned_notices(10).await.unwrap();
    let told: Vec<_> = told.iter().map(|notice| notice.run).collect();
    assert_eq!(told, [Some(runs[3].run.id), Some(runs[2].run.id)]);
}

#[tokio::test]
async fn that_it_works_again_is_told_to_those_who_were_told_that_it_failed() {
    let mut instance = Instance::new().await;
    let works = Arc::clone(&instance.destination);
    instance.destination = Arc::new(Refusing(|| DestinationError::DatasetChanged {
        dataset: "people".to_owned(),
        column: "age".to_owned(),
    }));
    // Whoever made the job hears of what goes wrong with it, and not of what is imported.
    let first = instance
        .activate(b"id,age\na,1\n", ImportMethod::Upsert, GATE_OFF)
        .await;
    let halted = instance.work_until_ended(first).await.run;
    assert_eq!(halted.status, RunStatus::Halted);
    let maker = Subscriber::Person(instance.person);
    assert_eq!(
        letters(&instance, 1).await,
        [(maker, NoticeEvent::RunHalted)]
    );

    instance.pass(Duration::from_mins(15));
    instance.destination = works;
    instance
        .work_until("worker", async |instance| {
            let runs = instance.runs(halted.job).await;
            runs.iter()
                .any(|run| run.run.status == RunStatus::Completed)
        })
        .await;
    assert_eq!(
        letters(&instance, 2).await,
        [
            (maker, NoticeEvent::RunCompleted),
            (maker, NoticeEvent::RunHalted)
        ]
    );
}

/// To whom and of what, the newest first, when there are so many.
async fn letters(instance: &Instance, count: usize) -> Vec<(Subscriber, NoticeEvent)> {
    let shutdown = CancellationToken::new();
    let postman = tokio::spawn(engine::notices::run(instance.postman(), shutdown.clone()));
    let mut changed = instance.changed();
    let letters = loop {
        let mut letters = Vec::new();
        for state in DeliveryState::ALL {
            let found = instance.store.deliveries(instance.namespace, *state, 10);
            letters.extend(found.await.unwrap());
        }
        if letters.len() >= count {
            break letters;
        }
        changed.changed().await.unwrap();
    };
    shutdown.cancel();
    postman.await.unwrap();
    letters
        .iter()
        .map(|letter| (letter.to, letter.notices[0].1))
        .collect()
}
