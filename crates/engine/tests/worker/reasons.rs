//! No reason is documented that cannot occur: for each there is something that makes a run end with it.

use std::sync::Arc;
use std::time::Duration;

use connectors::destination::DestinationError;
use domain::reason::Reason;
use domain::run::RunStatus;
use domain::settings::{ImportMethod, QualityGate};
use tabular::dialect::Dialect;

use crate::faulty::{Poison, Refusing, Unopenable};
use crate::folder::{HOUR, of_folder, of_repeated};
use crate::instance::{Instance, LEASE};
use crate::{FILE, GATE_OFF};

#[tokio::test]
async fn every_documented_reason_can_occur() {
    for code in Reason::CODES {
        assert_eq!(made(code).await.code(), code);
    }
}

async fn made(code: &str) -> Reason {
    let mut instance = Instance::new().await;
    match code {
        "source_unreachable" => {
            std::fs::remove_dir(instance.exports()).unwrap();
            of_folder(&instance, None).await
        }
        "no_file_matched" => of_folder(&instance, None).await,
        "file_still_growing" => {
            let file = ("id,age\na,1\n", Duration::ZERO);
            of_folder(&instance, Some(file)).await
        }
        "file_too_large" => {
            let content = format!("id,age\n{}", "a,1\n".repeat(250));
            of_folder(&instance, Some((&content, HOUR))).await
        }
        "destination_unreachable" => {
            instance.destination = Arc::new(Refusing(|| {
                DestinationError::Unreachable("no answer".into())
            }));
            of_file(&instance, FILE).await
        }
        "dataset_changed" => {
            instance.destination = Arc::new(Refusing(|| DestinationError::DatasetChanged {
                dataset: "people".to_owned(),
                column: "age".to_owned(),
            }));
            of_file(&instance, FILE).await
        }
        "storage_unavailable" => {
            instance.source = Arc::new(Unopenable(24));
            of_file(&instance, FILE).await
        }
        "limit_reached" => {
            instance.limit_rows(1).await;
            of_file(&instance, FILE).await
        }
        "empty_file" => of_file(&instance, b"id,age\n").await,
        "no_record_fits" => of_file(&instance, b"id,age\na,x\n").await,
        "header_changed" => of_file(&instance, b"id,years\na,1\n").await,
        "too_many_columns" => {
            instance.dialect = Dialect {
                columns_at_most: 1,
                ..Dialect::default()
            };
            of_file(&instance, FILE).await
        }
        "not_decodable" => of_file(&instance, b"id,age\n\xE4,1\n").await,
        "not_in_format" => of_file(&instance, b"%PDF-1.7\n").await,
        "too_many_rejected" => {
            let gate = QualityGate {
                rejected_per_mille_at_most: Some(1),
            };
            let run = instance.activate(FILE, ImportMethod::Upsert, gate).await;
            instance.work_until_ended(run).await.run.reason.unwrap()
        }
        "repeated_file" => of_repeated(&instance).await,
        "internal_error" => given_up(&mut instance).await,
        code => panic!("nothing makes `{code}` happen"),
    }
}

async fn of_file(instance: &Instance, file: &[u8]) -> Reason {
    let run = instance
        .activate(file, ImportMethod::Upsert, GATE_OFF)
        .await;
    instance.work_until_ended(run).await.run.reason.unwrap()
}

/// Of a run that takes its worker down each time.
async fn given_up(instance: &mut Instance) -> Reason {
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    let upload = instance.run(run).await.run.input.upload.unwrap();
    instance.source = Arc::new(Poison {
        inner: Arc::clone(&instance.source),
        upload,
    });
    instance
        .work_until("worker", async |instance| {
            let now = instance.run(run).await.run;
            if now.status == RunStatus::Validating {
                instance.pass(LEASE + Duration::from_secs(1));
            }
            now.status.is_final()
        })
        .await;
    instance.run(run).await.run.reason.unwrap()
}
