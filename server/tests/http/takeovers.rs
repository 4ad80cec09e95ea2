//! An owner of one namespace does not get into another through an account that they had a link for.

use axum::http::StatusCode;
use operations::links;
use serde_json::{Value, json};

use crate::imported::call;
use crate::support::{Answer, App, PASSWORD, Session};

const GRACE: &str = "grace@example.org";

/// Two namespaces: `main` of Ada, who is the operator, and `other`.
struct World {
    app: App,
    ada: Session,
    other: Session,
}

impl World {
    async fn new() -> Self {
        let app = App::start().await;
        let ada = app.first_person().await;
        let other = app.owner_of_another("other").await;
        Self { app, ada, other }
    }

    async fn add(&self, session: &Session, namespace: &str) -> String {
        let input = json!({ "namespace": namespace, "email": GRACE, "role": "owner" });
        token(&call(&self.app, session, "add_member", &input).await)
    }

    async fn about_grace(&self, session: &Session, namespace: &str) -> Value {
        let members = call(
            &self.app,
            session,
            "members",
            &json!({ "namespace": namespace }),
        )
        .await;
        let members = members["members"].as_array().unwrap();
        let grace = members.iter().find(|one| one["email"] == GRACE).unwrap();
        json!({ "namespace": namespace, "person": grace["id"], "invited": grace["invited"] })
    }

    /// Sets a password through the link; the session, where it worked.
    async fn open(&self, token: &str) -> Option<Session> {
        let form = [
            ("token", token),
            ("email", ""),
            ("name", "Grace"),
            ("password", PASSWORD),
        ];
        let answer = self.app.post_form("/ui/accept_link", None, &form).await;
        Some(Session {
            person: self.ada.person,
            cookie: answer.cookie()?,
        })
    }

    async fn join(&self, session: &Session, token: &str) -> Answer {
        let form = [("token", token)];
        let path = "/ui/accept_invitation";
        self.app.post_form(path, Some(session), &form).await
    }

    /// Whether the session sees the namespace.
    async fn reaches(&self, session: &Session, namespace: &str) -> bool {
        let input = json!({ "namespace": namespace });
        let answer = self.app.call("members", Some(session), &input).await;
        let known = [
            StatusCode::OK,
            StatusCode::NOT_FOUND,
            StatusCode::UNAUTHORIZED,
        ];
        assert!(known.contains(&answer.status), "{}", answer.text());
        answer.status == StatusCode::OK
    }
}

fn token(added: &Value) -> String {
    let link = added["link"].as_str().unwrap();
    link.strip_prefix("/welcome/").unwrap().to_owned()
}

#[tokio::test]
async fn a_link_of_one_namespace_leads_into_that_one_alone() {
    let world = World::new().await;
    let of_main = world.add(&world.ada, "main").await;
    let of_other = world.add(&world.other, "other").await;
    let thief = world.open(&of_main).await.unwrap();
    assert!(world.reaches(&thief, "main").await);
    assert!(!world.reaches(&thief, "other").await);
    let known = world.about_grace(&world.other, "other").await;
    assert_eq!(known["invited"], true);
    assert!(
        world.open(&of_other).await.is_none(),
        "it replaces no password"
    );

    // The operator gives the account to whom it belongs; their own link then leads on.
    let of_operator = links::create_password_link(&world.app.context, GRACE)
        .await
        .unwrap();
    let grace = world.open(&of_operator.reveal()).await.unwrap();
    assert!(!world.reaches(&thief, "main").await, "their session ended");
    assert!(!world.reaches(&grace, "other").await);
    let joined = world.join(&grace, &of_other).await;
    assert_eq!(joined.header("location"), "/n/other/jobs");
    assert!(world.reaches(&grace, "other").await);
    assert_eq!(
        world.about_grace(&world.other, "other").await["invited"],
        false
    );
}

#[tokio::test]
async fn an_earlier_link_does_not_take_the_account_back() {
    let world = World::new().await;
    let first = world.add(&world.ada, "main").await;
    let about = world.about_grace(&world.ada, "main").await;
    let second = token(&call(&world.app, &world.ada, "invite_again", &about).await);
    assert!(world.open(&first).await.is_none(), "another was made");
    let grace = world.open(&second).await.unwrap();
    let of_other = world.add(&world.other, "other").await;
    world.join(&grace, &of_other).await;
    assert!(world.reaches(&grace, "other").await);
    for link in [&first, &second, &of_other] {
        assert!(world.open(link).await.is_none());
    }
    assert!(world.reaches(&grace, "other").await, "the session goes on");
}

#[tokio::test]
async fn who_is_removed_takes_their_link_along() {
    let world = World::new().await;
    let of_main = world.add(&world.ada, "main").await;
    let about = world.about_grace(&world.ada, "main").await;
    call(&world.app, &world.ada, "remove_member", &about).await;
    world.add(&world.other, "other").await;
    assert!(world.open(&of_main).await.is_none());
}

#[tokio::test]
async fn who_is_appointed_needs_the_link_of_that() {
    let world = World::new().await;
    let of_main = world.add(&world.ada, "main").await;
    let appoint = json!({ "namespace": "other", "email": GRACE });
    let appointed = token(&call(&world.app, &world.ada, "appoint_owner", &appoint).await);
    let thief = world.open(&of_main).await.unwrap();
    assert!(!world.reaches(&thief, "other").await);
    let again = token(&call(&world.app, &world.ada, "appoint_owner", &appoint).await);
    assert_eq!(
        world.join(&thief, &appointed).await.status,
        StatusCode::FOUND
    );
    assert!(
        !world.reaches(&thief, "other").await,
        "a later one took its place"
    );
    world.join(&thief, &again).await;
    assert!(world.reaches(&thief, "other").await);
}

#[tokio::test]
async fn an_operators_link_ends_with_what_the_account_was_when_it_was_made() {
    let world = World::new().await;
    let grace = world
        .open(&world.add(&world.ada, "main").await)
        .await
        .unwrap();
    let make = || links::create_password_link(&world.app.context, GRACE);
    let before = make().await.unwrap().reveal();
    let of_other = world.add(&world.other, "other").await;
    assert!(
        world.open(&before).await.is_none(),
        "they were invited since"
    );
    let before = make().await.unwrap().reveal();
    world.join(&grace, &of_other).await;
    assert!(world.open(&before).await.is_none(), "they accepted since");
    let (before, newest) = (make().await.unwrap(), make().await.unwrap());
    assert!(
        world.open(&before.reveal()).await.is_none(),
        "another was made"
    );
    assert!(world.open(&newest.reveal()).await.is_some());
}

#[tokio::test]
async fn an_invitation_is_for_whom_it_names() {
    let world = World::new().await;
    let grace = world
        .open(&world.add(&world.ada, "main").await)
        .await
        .unwrap();
    let of_other = world.add(&world.other, "other").await;
    let purpose = world
        .app
        .call("link", None, &json!({ "token": of_other }))
        .await;
    assert_eq!(purpose.json()["joins"], "other");
    let page = format!("/welcome/{of_other}");
    for (session, expected) in [
        (Some(&grace), "Accept invitation"),
        (Some(&world.ada), "Sign in as grace@example.org"),
        (None, "Sign in as grace@example.org"),
    ] {
        let shown = world.app.get(&page, session).await.text();
        assert!(shown.contains(expected), "{expected}");
        assert!(!shown.contains("name=\"password\""), "{expected}");
    }
    world.join(&world.ada, &of_other).await;
    assert!(!world.reaches(&world.ada, "other").await);
    let path = "/ui/accept_invitation";
    let nobody = world
        .app
        .post_form(path, None, &[("token", &of_other)])
        .await;
    let told = nobody.header("set-cookie");
    assert!(
        told.starts_with("weir_form_answer=/ui/accept_invitation:"),
        "{told}"
    );
    world.join(&grace, &of_other).await;
    assert!(world.reaches(&grace, "other").await);
}
