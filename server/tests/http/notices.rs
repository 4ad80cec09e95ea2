//! Notices as members ask for them.

use axum::http::StatusCode;
use domain::role::Role;
use serde_json::json;

use crate::imported;
use crate::support::App;

#[tokio::test]
async fn a_person_sends_one_test_a_minute() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let ids = imported::import(&app, &ada).await;
    let ids = imported::with_webhook(&app, &ada, ids).await;
    let another = json!({ "namespace": "main", "webhook": ids.webhook });
    let answer = app.call("send_test", Some(&ada), &another).await;
    let text = answer.text();
    assert_eq!(answer.status, StatusCode::CONFLICT, "{text}");
    assert!(text.contains("within the last minute"), "{text}");
}

#[tokio::test]
async fn the_owners_who_hear_in_place_of_nobody_are_named() {
    let app = App::start().await;
    let ada = app.first_person().await;
    app.member("mary", Role::Owner).await;
    let ids = imported::import(&app, &ada).await;
    let of_job = json!({ "namespace": "main", "job": ids.job });
    let unheard = async || {
        let audience = imported::call(&app, &ada, "job_audience", &of_job).await;
        (audience["unheard"].clone(), audience["stand_ins"].clone())
    };
    // Whoever made the job hears of it.
    assert_eq!(unheard().await, (json!([]), json!(["Ada", "mary"])));
    let me = json!({ "channel": "mail", "id": ada.person.to_string() });
    let nothing = json!({ "namespace": "main", "job": ids.job, "subscriber": me, "events": [] });
    imported::call(&app, &ada, "subscribe", &nothing).await;
    // Owners hear of halted jobs anyway.
    let failures = json!(["run_failed", "run_halted", "sampling_failed"]);
    assert_eq!(unheard().await, (failures, json!(["mary"])));
    let of_all = json!({ "namespace": "main" });
    let settings = imported::call(&app, &ada, "notice_settings", &of_all).await;
    assert_eq!(settings["stand_ins"], json!(["Ada", "mary"]));
}
