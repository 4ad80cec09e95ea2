//! Notices as members ask for them.

use axum::http::StatusCode;
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
