//! Who gets what: every server function and every route, for nobody, each role, and the owner of another namespace.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use domain::role::Role;
use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::imported::{self, Imported};
use crate::support::{Answer, App, Session, request};

#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Needs {
    Nobody,
    Viewer,
    Editor,
    Owner,
}

/// Server functions that say who somebody is, or that nobody is.
const DOORS: [&str; 6] = [
    "session",
    "sign_in",
    "sign_out",
    "link",
    "accept_link",
    "accept_invitation",
];

/// Those that concern one member, and those of operators: `members` and `namespaces` test them.
const ELSEWHERE: [&str; 7] = [
    "heard_alone",
    "invite_again",
    "change_role",
    "remove_member",
    "namespaces",
    "create_namespace",
    "appoint_owner",
];

/// All other server functions, with an input that an owner of `namespace` may send.
fn functions(namespace: &str, ids: &Imported) -> Vec<(&'static str, Needs, Value)> {
    let Imported {
        dataset,
        job,
        run,
        upload,
        webhook,
        delivery,
    } = ids;
    let subscriber = json!({ "channel": "webhook", "id": webhook });
    let in_namespace = json!({ "namespace": namespace });
    let of_webhook = json!({ "namespace": namespace, "webhook": webhook });
    let of_delivery = json!({ "namespace": namespace, "delivery": delivery });
    let fields = json!([{ "name": "a", "type": { "kind": "text" } }]);
    let query = json!({ "search": "", "status": null, "after": null });
    let given_back = json!({ "upload": upload, "changed": "keep", "taken": 1, "changed_cells": 0 });
    let basics = json!({ "basics": { "name": "x", "dataset": dataset, "method": "insert" } });
    let of_job = json!({ "namespace": namespace, "job": job });
    let of_run = json!({ "namespace": namespace, "run": run });
    vec![
        (
            "jobs",
            Needs::Viewer,
            json!({ "namespace": namespace, "query": query }),
        ),
        ("job", Needs::Viewer, of_job.clone()),
        ("job_activity", Needs::Viewer, of_job.clone()),
        (
            "run_history",
            Needs::Viewer,
            with(&of_job, &[("place", Value::Null)]),
        ),
        ("run", Needs::Viewer, of_run.clone()),
        ("datasets", Needs::Viewer, json!({ "namespace": namespace })),
        (
            "dataset",
            Needs::Viewer,
            json!({ "namespace": namespace, "name": "people" }),
        ),
        (
            "key_groups",
            Needs::Owner,
            json!({ "namespace": namespace, "name": "people" }),
        ),
        (
            "compare_keys_canonically",
            Needs::Owner,
            json!({ "namespace": namespace, "name": "people", "removed": 0 }),
        ),
        (
            "usage",
            Needs::Viewer,
            json!({ "namespace": namespace, "month": null }),
        ),
        (
            "rows_left",
            Needs::Viewer,
            json!({ "namespace": namespace }),
        ),
        // By an operator, as the owner here is one; see `limits`.
        (
            "change_limits",
            Needs::Owner,
            json!({ "namespace": namespace, "limits": { "monthly_rows": 1_000_000, "concurrent_runs": null } }),
        ),
        (
            "dataset_runs",
            Needs::Viewer,
            json!({ "namespace": namespace, "name": "people" }),
        ),
        ("members", Needs::Viewer, json!({ "namespace": namespace })),
        (
            "add_member",
            Needs::Owner,
            json!({ "namespace": namespace, "email": "new@example.org", "role": "viewer" }),
        ),
        (
            "namespace_settings",
            Needs::Owner,
            json!({ "namespace": namespace }),
        ),
        (
            "change_namespace",
            Needs::Owner,
            json!({ "namespace": namespace, "name": "New", "time_zone": "Europe/Berlin" }),
        ),
        (
            "audit",
            Needs::Owner,
            json!({ "namespace": namespace, "query": { "instance": false } }),
        ),
        ("setup", Needs::Editor, of_job.clone()),
        (
            "create_job",
            Needs::Editor,
            json!({ "namespace": namespace, "name": "New" }),
        ),
        (
            "save_step",
            Needs::Editor,
            with(&of_job, &[("version", json!(1)), ("step", basics)]),
        ),
        (
            "activate",
            Needs::Editor,
            with(
                &of_job,
                &[
                    ("version", json!(1)),
                    ("upload", json!(upload)),
                    ("leave_out", Value::Null),
                ],
            ),
        ),
        ("present_files", Needs::Editor, of_job.clone()),
        (
            "run_for_day",
            Needs::Editor,
            with(&of_job, &[("day", json!("2026-11-28"))]),
        ),
        (
            "run_with_new_file",
            Needs::Editor,
            with(&of_job, &[("upload", json!(upload))]),
        ),
        ("to_fix", Needs::Editor, of_run.clone()),
        (
            "act_on_run",
            Needs::Editor,
            with(&of_run, &[("action", json!("retry"))]),
        ),
        (
            "act_on_run",
            Needs::Editor,
            with(&of_run, &[("action", json!("pass_over"))]),
        ),
        (
            "reimport",
            Needs::Editor,
            with(
                &of_run,
                &[("upload", json!(upload)), ("records", json!([[0, 0]]))],
            ),
        ),
        (
            "compare_given_back",
            Needs::Editor,
            with(&of_run, &[("upload", json!(upload))]),
        ),
        (
            "give_back",
            Needs::Editor,
            with(&of_run, &[("form", given_back)]),
        ),
        (
            "act_on_job",
            Needs::Editor,
            with(&of_job, &[("action", json!("pause"))]),
        ),
        (
            "schedule_preview",
            Needs::Editor,
            with(&of_job, &[("form", json!({ "when": "now" }))]),
        ),
        (
            "folder_preview",
            Needs::Editor,
            with(&of_job, &[("form", json!({ "folder": "inbox" }))]),
        ),
        (
            "time_zones",
            Needs::Editor,
            json!({ "namespace": namespace }),
        ),
        ("setup_in_use", Needs::Editor, of_job.clone()),
        (
            "save_changes",
            Needs::Editor,
            with(&of_job, &[("version", json!(1))]),
        ),
        (
            "discard_changes",
            Needs::Editor,
            with(&of_job, &[("version", json!(1))]),
        ),
        (
            "notices",
            Needs::Viewer,
            with(&in_namespace, &[("after", Value::Null)]),
        ),
        ("unseen_notices", Needs::Viewer, in_namespace.clone()),
        (
            "mark_notices_seen",
            Needs::Viewer,
            with(&in_namespace, &[("until", json!(1))]),
        ),
        ("notice_settings", Needs::Viewer, in_namespace.clone()),
        (
            "set_digest",
            Needs::Viewer,
            with(&in_namespace, &[("minute", json!(480))]),
        ),
        ("job_audience", Needs::Viewer, of_job.clone()),
        (
            "subscribe",
            Needs::Editor,
            with(
                &of_job,
                &[
                    ("subscriber", subscriber),
                    ("events", json!(["run_failed"])),
                ],
            ),
        ),
        ("webhooks", Needs::Owner, in_namespace.clone()),
        (
            "create_webhook",
            Needs::Owner,
            json!({ "namespace": namespace, "url": "https://hooks.example.org/", "events": ["run_failed"] }),
        ),
        ("change_webhook_key", Needs::Owner, of_webhook.clone()),
        // To oneself, where a mail server is configured.
        (
            "send_test",
            Needs::Viewer,
            with(&in_namespace, &[("webhook", Value::Null)]),
        ),
        ("send_test", Needs::Owner, of_webhook.clone()),
        ("test_state", Needs::Owner, of_delivery.clone()),
        ("dead_letters", Needs::Owner, in_namespace.clone()),
        ("send_again", Needs::Owner, of_delivery.clone()),
        ("delete_webhook", Needs::Owner, of_webhook.clone()),
        (
            "create_dataset",
            Needs::Owner,
            json!({ "namespace": namespace, "dataset": { "name": "d", "fields": fields } }),
        ),
    ]
}

/// Method, path, what it needs, body.
fn routes(namespace: &str, ids: &Imported) -> Vec<(Method, String, Needs, &'static str)> {
    let Imported {
        job, run, upload, ..
    } = ids;
    let base = format!("/n/{namespace}");
    vec![
        (
            Method::GET,
            format!("{base}/runs/{run}/report/exact"),
            Needs::Viewer,
            "",
        ),
        (
            Method::GET,
            format!("{base}/runs/{run}/report/explained.csv"),
            Needs::Viewer,
            "",
        ),
        (
            Method::GET,
            format!("{base}/runs/{run}/report/explained.xlsx"),
            Needs::Viewer,
            "",
        ),
        (
            Method::GET,
            format!("{base}/runs/{run}/file"),
            Needs::Editor,
            "",
        ),
        (
            Method::GET,
            format!("{base}/jobs/{job}/newest-file"),
            Needs::Editor,
            "",
        ),
        (
            Method::POST,
            format!("{base}/uploads"),
            Needs::Editor,
            r#"{"file_name":"a.csv","bytes":1}"#,
        ),
        (
            Method::GET,
            format!("{base}/uploads/{upload}"),
            Needs::Editor,
            "",
        ),
        (
            Method::PUT,
            format!("{base}/uploads/{upload}"),
            Needs::Editor,
            "",
        ),
        (
            Method::DELETE,
            format!("{base}/uploads/{upload}"),
            Needs::Editor,
            "",
        ),
    ]
}

fn with(object: &Value, more: &[(&str, Value)]) -> Value {
    let mut object = object.clone();
    for (name, value) in more {
        object[*name] = value.clone();
    }
    object
}

#[tokio::test]
async fn the_matrix_names_every_server_function() {
    let nothing = Imported::of_unknown_ids();
    let named = functions("main", &nothing)
        .into_iter()
        .map(|(name, ..)| name)
        .chain(DOORS)
        .chain(ELSEWHERE);
    let named: BTreeSet<String> = named.map(|name| format!("/ui/{name}")).collect();
    let _app = App::start().await;
    let served: BTreeSet<String> = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert_eq!(named, served);
}

#[tokio::test]
async fn each_door_opens_for_those_who_may_pass_and_for_nobody_else() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let ids = imported::import(&app, &ada).await;
    let ids = imported::with_webhook(&app, &ada, ids).await;
    let viewer = app.member("viewer", Role::Viewer).await;
    let editor = app.member("editor", Role::Editor).await;
    let stranger = app.owner_of_another("stranger").await;
    // Those who are refused come first: what the others do may not be there to be done twice.
    let callers = [
        (None, Needs::Nobody, "nobody"),
        (
            Some(&stranger),
            Needs::Nobody,
            "the owner of another namespace",
        ),
        (Some(&viewer), Needs::Viewer, "a viewer"),
        (Some(&editor), Needs::Editor, "an editor"),
        (Some(&ada), Needs::Owner, "an owner"),
    ];
    for (name, needs, input) in functions("main", &ids) {
        for (session, standing, who) in callers {
            let answer = app.call(name, session, &input).await;
            check(
                &answer,
                session,
                standing,
                needs,
                &format!("{name} by {who}"),
            );
        }
    }
    for (method, path, needs, body) in routes("main", &ids) {
        for (session, standing, who) in callers {
            let answer = send(&app, &method, &path, session, body).await;
            check(
                &answer,
                session,
                standing,
                needs,
                &format!("{method} {path} by {who}"),
            );
        }
    }
}

#[tokio::test]
async fn what_belongs_to_others_is_answered_like_what_is_not_there() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let theirs = imported::import(&app, &ada).await;
    let theirs = imported::with_webhook(&app, &ada, theirs).await;
    let unknown = Imported::of_unknown_ids();
    let stranger = app.owner_of_another("stranger").await;
    let both = functions("stranger", &theirs)
        .into_iter()
        .zip(functions("stranger", &unknown));
    for ((name, _, theirs), (_, _, unknown)) in
        both.filter(|(theirs, unknown)| theirs.2 != unknown.2)
    {
        let one = app.call(name, Some(&stranger), &theirs).await;
        let other = app.call(name, Some(&stranger), &unknown).await;
        assert_eq!(one.status, StatusCode::NOT_FOUND, "{name}");
        assert_eq!(
            (one.status, one.text()),
            (other.status, other.text()),
            "{name}"
        );
    }
    let both = routes("stranger", &theirs)
        .into_iter()
        .zip(routes("stranger", &unknown));
    for ((method, theirs, _, body), (_, unknown, ..)) in
        both.filter(|(theirs, unknown)| theirs.1 != unknown.1)
    {
        let one = send(&app, &method, &theirs, Some(&stranger), body).await;
        let other = send(&app, &method, &unknown, Some(&stranger), body).await;
        assert_eq!(one.status, StatusCode::NOT_FOUND, "{method} {theirs}");
        assert_eq!(
            (one.status, one.text()),
            (other.status, other.text()),
            "{method} {theirs}"
        );
    }
}

#[tokio::test]
async fn live_events_are_for_members() {
    let app = App::start().await;
    app.first_person().await;
    let stranger = app.owner_of_another("stranger").await;
    let path = "/n/main/events";
    assert_eq!(app.get(path, None).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        app.get(path, Some(&stranger)).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        app.get("/n/nowhere/events", Some(&stranger)).await.status,
        StatusCode::NOT_FOUND
    );
    let viewer = app.member("viewer", Role::Viewer).await;
    let stream = app
        .open(request(Method::GET, path, Some(&viewer), Body::empty()))
        .await;
    assert_eq!(stream.status(), StatusCode::OK);
}

#[track_caller]
fn check(answer: &Answer, session: Option<&Session>, standing: Needs, needs: Needs, what: &str) {
    let refused = match (session, standing) {
        (None, _) => Some(StatusCode::UNAUTHORIZED),
        (Some(_), Needs::Nobody) => Some(StatusCode::NOT_FOUND),
        (Some(_), standing) if standing < needs => Some(StatusCode::FORBIDDEN),
        _ => None,
    };
    match refused {
        Some(status) => assert_eq!(answer.status, status, "{what}: {}", answer.text()),
        None => assert!(
            answer.status.is_success() || answer.status == StatusCode::CONFLICT,
            "{what}: {} {}",
            answer.status,
            answer.text()
        ),
    }
}

async fn send(
    app: &App,
    method: &Method,
    path: &str,
    session: Option<&Session>,
    body: &'static str,
) -> Answer {
    let mut request = request(method.clone(), path, session, Body::from(body));
    request
        .headers_mut()
        .insert("content-type", "application/json".parse().unwrap());
    request.headers_mut().insert("upload-offset", 0.into());
    app.send(request).await
}

impl Imported {
    fn of_unknown_ids() -> Self {
        let id = |number| Uuid::from_u128(number).to_string();
        Self {
            dataset: id(1),
            job: id(2),
            run: id(3),
            upload: id(4),
            webhook: id(5),
            delivery: id(6),
        }
    }
}
