//! What is kept of a file's text, however hostile it is.

use domain::reason::Reason;
use domain::report::{self, Breakdown};
use domain::run::RunStatus;
use domain::settings::ImportMethod;
use tabular::dialect::Dialect;

use crate::GATE_OFF;
use crate::instance::Instance;

#[tokio::test]
async fn a_header_of_many_columns_leaves_a_short_reason_behind() {
    let instance = Instance::new().await;
    let names: Vec<String> = (0..9000)
        .map(|number| format!("{number}{}", "n".repeat(90)))
        .collect();
    let file = format!("{}\n1,2\n", names.join(","));
    let run = instance
        .activate(file.as_bytes(), ImportMethod::Upsert, GATE_OFF)
        .await;
    let run = instance.work_until_ended(run).await.run;
    let Some(Reason::HeaderChanged { unexpected, .. }) = &run.reason else {
        panic!("{:?}", run.reason);
    };
    assert_eq!(unexpected.count(), 9000);
    let stored = serde_json::to_string(&run.reason).unwrap();
    assert!(stored.len() < 3000, "{}", stored.len());
}

#[tokio::test]
async fn a_file_with_too_many_columns_is_halted() {
    let mut instance = Instance::new().await;
    instance.dialect = Dialect {
        columns_at_most: 3,
        ..Dialect::default()
    };
    let run = instance
        .activate(b"id,age,x,y\na,1,,\n", ImportMethod::Upsert, GATE_OFF)
        .await;
    let run = instance.work_until_ended(run).await.run;
    let too_many = Reason::TooManyColumns {
        found: 4,
        at_most: 3,
    };
    assert_eq!(
        (run.status, run.reason),
        (RunStatus::Halted, Some(too_many))
    );
}

#[tokio::test]
async fn what_the_explained_report_has_no_room_for_is_counted_and_stands_in_the_exact_one() {
    let mut instance = Instance::new().await;
    instance.report_bytes_at_most = 1000;
    let bad = "k,no number\n".repeat(50);
    let file = format!("id,age\ngood,1\n{bad}");
    let run = instance
        .activate(file.as_bytes(), ImportMethod::Upsert, GATE_OFF)
        .await;
    let record = instance.work_until_ended(run).await;
    assert_eq!(record.run.counts.rejected, 50);
    assert_eq!(instance.exact(run), format!("id,age\n{bad}"));
    let listed = instance.rejections(run).len();
    assert!((1..50).contains(&listed), "{listed}");
    let explained = instance.explained(run);
    let last = explained.lines().last().unwrap();
    let left = 50 - listed;
    assert_eq!(explained.lines().count(), 1 + listed + 1);
    assert!(
        last.contains("not_listed") && last.contains(&format!("{left} more")),
        "{last}"
    );
    let breakdown = std::fs::read(instance.report(run).join(report::BREAKDOWN)).unwrap();
    let breakdown: Breakdown = serde_json::from_slice(&breakdown).unwrap();
    assert_eq!(
        (breakdown.counts[0].count, breakdown.not_listed),
        (50, left as u64)
    );
}
