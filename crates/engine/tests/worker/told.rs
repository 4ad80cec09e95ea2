//! How often people hear of a job that fails again and again.

use std::time::Duration;

use domain::schedule::{Recurrence, Recurring, Schedule};
use domain::settings::ImportMethod;

use crate::GATE_OFF;
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
