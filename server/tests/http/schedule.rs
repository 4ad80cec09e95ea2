//! Jobs that run later, and edits of jobs that are set up, over HTTP alone.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::imported::{Imported, activate, call, save_step, set_up, setup};
use crate::support::{App, Session};

fn at(time: &str) -> Value {
    json!({ "when": "at", "date": "2099-12-01", "time": time, "time_zone": "Europe/Berlin" })
}

async fn scheduled(app: &App, ada: &Session) -> Imported {
    app.start_worker();
    let ids = set_up(app, ada, at("06:00")).await;
    assert_eq!(activate(app, ada, &ids).await, Value::Null);
    ids
}

async fn job(app: &App, ada: &Session, ids: &Imported) -> Value {
    let of_job = json!({ "namespace": "main", "job": ids.job });
    call(app, ada, "job", &of_job).await
}

#[tokio::test]
async fn a_job_at_an_instant_is_active_and_has_no_run_yet() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let ids = scheduled(&app, &ada).await;
    let job = job(&app, &ada, &ids).await;
    assert_eq!(job["row"]["status"], "active");
    assert_eq!(
        job["row"]["schedule"],
        "Once, on 1 December 2099 at 06:00, Europe/Berlin"
    );
    // 2099-12-01T05:00:00Z.
    assert_eq!(job["row"]["next_run_at"], 4_099_784_400_000_i64);
    assert_eq!(job["coming"], json!([4_099_784_400_000_i64]));
    assert_eq!(job["row"]["last_runs"], json!([]));
}

#[tokio::test]
async fn an_edit_is_used_when_it_is_saved_whole_and_gone_when_it_is_discarded() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let ids = scheduled(&app, &ada).await;
    let with_version = async || {
        let version = setup(&app, &ada, &ids.job).await["version"].clone();
        json!({ "namespace": "main", "job": ids.job, "version": version })
    };

    save_step(&app, &ada, &ids.job, json!({ "schedule": at("07:00") })).await;
    let edited = job(&app, &ada, &ids).await;
    assert_eq!(edited["edited"], true);
    assert_eq!(edited["row"]["next_run_at"], 4_099_784_400_000_i64);

    let discarded = call(&app, &ada, "discard_changes", &with_version().await).await;
    assert_eq!(discarded["edited"], false);
    assert_eq!(
        discarded["settings"]["schedule"]["at"]["local"],
        "2099-12-01T06:00:00"
    );

    save_step(&app, &ada, &ids.job, json!({ "schedule": at("08:00") })).await;
    call(&app, &ada, "save_changes", &with_version().await).await;
    let saved = job(&app, &ada, &ids).await;
    assert_eq!(
        (&saved["edited"], &saved["version_number"]),
        (&json!(false), &json!(2))
    );
    assert_eq!(saved["row"]["next_run_at"], 4_099_791_600_000_i64);
    let log = call(
        &app,
        &ada,
        "job_activity",
        &json!({ "namespace": "main", "job": ids.job }),
    )
    .await;
    assert_eq!(log[0]["sentence"], "saved changes");
}

#[tokio::test]
async fn the_preview_says_instants_in_the_zone_of_the_schedule() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let id = call(
        &app,
        &ada,
        "create_job",
        &json!({ "namespace": "main", "name": "People" }),
    )
    .await;
    let preview = async |form: Value| {
        let input = json!({ "namespace": "main", "job": id, "form": form });
        app.call("schedule_preview", Some(&ada), &input).await
    };
    let monthly = json!({
        "when": "recurring", "pattern": "monthly", "month_day": "last", "at": "23:30",
        "time_zone": "America/New_York", "start": "2099-01-01", "end": "2099-04-01",
    });
    let coming = preview(monthly).await.json();
    let local: Vec<&str> = coming
        .as_array()
        .unwrap()
        .iter()
        .map(|coming| coming["local"].as_str().unwrap())
        .collect();
    assert_eq!(
        local,
        [
            "Sat 31 Jan 2099, 23:30 EST",
            "Sat 28 Feb 2099, 23:30 EST",
            "Tue 31 Mar 2099, 23:30 EDT",
        ]
    );
    for (form, message) in [
        (
            json!({ "when": "recurring", "pattern": "cron", "cron": "0 6 * * 8" }),
            "Day of the week: `8` is not between 0 and 7.",
        ),
        (
            json!({ "when": "recurring", "time_zone": "Mars/Olympus" }),
            "The time zone `Mars/Olympus` is not known.",
        ),
    ] {
        let refused = preview(form).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert_eq!(refused.json()["message"], message);
    }
}

#[tokio::test]
async fn a_schedule_that_makes_no_sense_is_not_saved() {
    let app = App::start().await;
    let ada = app.first_person().await;
    app.start_worker();
    let ids = set_up(&app, &ada, json!({ "when": "now" })).await;
    for (schedule, part) in [
        (json!({ "when": "recurring" }), "chosen by hand"),
        (
            json!({ "when": "at", "date": "2001-01-01", "time": "06:00" }),
            "has passed already",
        ),
    ] {
        let version = setup(&app, &ada, &ids.job).await["version"].clone();
        let step = json!({ "schedule": schedule });
        let input =
            json!({ "namespace": "main", "job": ids.job, "version": version, "step": step });
        let refused = app.call("save_step", Some(&ada), &input).await;
        let message = refused.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(part), "{message}");
    }
}
