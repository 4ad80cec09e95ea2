//! An import as the pages make it, from the Draft to the end of its first run.

use axum::http::StatusCode;
use mapping::settings::{ColumnMapping, Mapping};
use serde_json::{Value, json};
use tabular::dialect::Dialect;

use crate::support::{App, Session};

/// Three records, of which the second has no e-mail address.
pub const FILE: &[u8] = b"name,email\nAda,ada@example.org\nGrace,at sea\nMary,mary@example.org\n";

/// Ids of what an import is made of.
pub struct Imported {
    pub dataset: String,
    pub job: String,
    pub run: String,
    pub upload: String,
    /// Empty where there is none.
    pub webhook: String,
    /// Of a test to the webhook; it waits.
    pub delivery: String,
}

/// Into the new dataset `people`; the run has ended.
pub async fn import(app: &App, session: &Session) -> Imported {
    app.start_worker();
    let ids = set_up(app, session, json!({ "when": "now" })).await;
    let run = activate(app, session, &ids).await;
    let run = text(&run);
    app.until(async || !run_row(app, session, &run).await["ended_at"].is_null())
        .await;
    Imported { run, ..ids }
}

/// A webhook, and a test to it that waits.
pub async fn with_webhook(app: &App, session: &Session, ids: Imported) -> Imported {
    let new = json!({ "namespace": "main", "url": "https://hooks.example.org/", "events": [] });
    call(app, session, "create_webhook", &new).await;
    let webhooks = call(app, session, "webhooks", &json!({ "namespace": "main" })).await;
    let webhook = text(&webhooks[0]["id"]);
    let test = json!({ "namespace": "main", "webhook": webhook });
    let delivery = text(&call(app, session, "send_test", &test).await);
    Imported {
        webhook,
        delivery,
        ..ids
    }
}

/// Answers the run, or null where the job runs later.
pub async fn activate(app: &App, session: &Session, ids: &Imported) -> Value {
    activate_with(app, session, ids, None).await
}

/// `leave_out`: so many files that lie in the job's folder.
pub async fn activate_with(
    app: &App,
    session: &Session,
    ids: &Imported,
    leave_out: Option<u64>,
) -> Value {
    let Imported { job, upload, .. } = ids;
    let version = setup(app, session, job).await["version"].clone();
    let activate = json!({
        "namespace": "main", "job": job, "version": version, "upload": upload,
        "leave_out": leave_out,
    });
    call(app, session, "activate", &activate).await
}

/// Saves a step of a set-up or an edit.
pub async fn save_step(app: &App, session: &Session, job: &str, step: Value) {
    app.until(async || setup(app, session, job).await["status"] != "sampling")
        .await;
    let version = setup(app, session, job).await["version"].clone();
    let step = json!({ "namespace": "main", "job": job, "version": version, "step": step });
    call(app, session, "save_step", &step).await;
}

/// Everything but activating; it has no run yet.
pub async fn set_up(app: &App, session: &Session, schedule: Value) -> Imported {
    set_up_from(app, session, Value::Null, schedule).await
}

/// `folder`: the form of a watched folder, or null for uploads.
pub async fn set_up_from(app: &App, session: &Session, folder: Value, schedule: Value) -> Imported {
    let upload = app.upload(session, "people.csv", FILE).await;
    let fields = json!([
        { "name": "name", "type": { "kind": "text" } },
        { "name": "email", "type": { "kind": "email" }, "required": true },
    ]);
    let dataset = json!({ "namespace": "main", "dataset": { "name": "people", "fields": fields } });
    let dataset = text(&call(app, session, "create_dataset", &dataset).await["id"]);
    let job = text(
        &call(
            app,
            session,
            "create_job",
            &json!({ "namespace": "main", "name": "People" }),
        )
        .await,
    );
    let mapping = Mapping {
        columns: vec![column("name"), column("email")],
        ..Mapping::default()
    };
    let sample = json!({
        "upload": upload, "file_bytes": FILE.len(), "dialect": Dialect::default(), "mapping": mapping,
    });
    let basics = json!({ "name": "People", "dataset": dataset, "method": "insert" });
    for step in [
        json!({ "basics": basics }),
        json!({ "source": folder }),
        json!({ "sample": sample }),
        json!({ "schedule": schedule }),
    ] {
        save_step(app, session, &job, step).await;
    }
    Imported {
        dataset,
        job,
        run: String::new(),
        upload,
        webhook: String::new(),
        delivery: String::new(),
    }
}

/// The run's line of the run history.
pub async fn run_row(app: &App, session: &Session, run: &str) -> Value {
    call(
        app,
        session,
        "run",
        &json!({ "namespace": "main", "run": run }),
    )
    .await["row"]
        .clone()
}

/// The answer of a server function that has to succeed.
pub async fn call(app: &App, session: &Session, function: &str, input: &Value) -> Value {
    let answer = app.call(function, Some(session), input).await;
    assert_eq!(
        answer.status,
        StatusCode::OK,
        "{function}: {}",
        answer.text()
    );
    answer.json()
}

pub async fn setup(app: &App, session: &Session, job: &str) -> Value {
    call(
        app,
        session,
        "setup",
        &json!({ "namespace": "main", "job": job }),
    )
    .await
}

fn column(name: &str) -> ColumnMapping {
    ColumnMapping {
        name: name.to_owned(),
        field: Some(name.to_owned()),
        ..ColumnMapping::default()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
