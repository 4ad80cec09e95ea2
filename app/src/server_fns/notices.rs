//! Notices: the feed, who hears of what, webhooks, tests, and what was not delivered.

use domain::notice::NoticeEvent;
use leptos::prelude::*;

use super::error::AppError;
use crate::wire::notices::{
    DeadLetterRow, JobAudienceView, NoticeFeed, NoticeSettingsView, SubscriberView, TestView,
    WebhookRow,
};

/// A page of what happened, newest first.
#[server(prefix = "/ui", endpoint = "notices", input = leptos::server_fn::codec::Json)]
pub async fn notices(namespace: String, after: Option<String>) -> Result<NoticeFeed, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let feed = operations::notices::feed(&context, &actor, &namespace, after.as_deref()).await?;
    Ok(super::convert::notices::feed(feed))
}

/// How many notices that need attention came since the person last looked, up to 100.
#[server(prefix = "/ui", endpoint = "unseen_notices", input = leptos::server_fn::codec::Json)]
pub async fn unseen_notices(namespace: String) -> Result<u32, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let unseen = operations::notices::unseen(&context, &actor, &namespace).await?;
    Ok(super::convert::notices::count(unseen))
}

/// `until`: the instant of the newest notice that was shown.
#[server(prefix = "/ui", endpoint = "mark_notices_seen", input = leptos::server_fn::codec::Json)]
pub async fn mark_notices_seen(namespace: String, until: i64) -> Result<(), AppError> {
    let (context, actor) = super::caller::caller().await?;
    let until = domain::time::Timestamp(until);
    Ok(operations::notices::mark_seen(&context, &actor, &namespace, until).await?)
}

/// The person's own settings, and who else hears of what.
#[server(prefix = "/ui", endpoint = "notice_settings", input = leptos::server_fn::codec::Json)]
pub async fn notice_settings(namespace: String) -> Result<NoticeSettingsView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let mine = operations::notices::my_settings(&context, &actor, &namespace).await?;
    let all = operations::notices::namespace_audience(&context, &actor, &namespace).await?;
    Ok(super::convert::notices::settings(mine, all))
}

/// `minute` of the day in the namespace's zone; `None`: each e-mail at once.
#[server(prefix = "/ui", endpoint = "set_digest", input = leptos::server_fn::codec::Json)]
pub async fn set_digest(namespace: String, minute: Option<u16>) -> Result<(), AppError> {
    let (context, actor) = super::caller::caller().await?;
    Ok(operations::notices::set_digest(&context, &actor, &namespace, minute).await?)
}

/// `job: None`: for the namespace. `events: None`: what is said elsewhere, or built in.
#[server(prefix = "/ui", endpoint = "subscribe", input = leptos::server_fn::codec::Json)]
pub async fn subscribe(
    namespace: String,
    subscriber: SubscriberView,
    job: Option<String>,
    events: Option<Vec<NoticeEvent>>,
) -> Result<(), AppError> {
    let (context, actor) = super::caller::caller().await?;
    let who = super::convert::notices::subscriber(&subscriber)?;
    let events = events.map(|events| events.into_iter().collect());
    operations::notices::subscribe(&context, &actor, &namespace, who, job.as_deref(), events)
        .await?;
    Ok(())
}

/// Who is told of a job.
#[server(prefix = "/ui", endpoint = "job_audience", input = leptos::server_fn::codec::Json)]
pub async fn job_audience(namespace: String, job: String) -> Result<JobAudienceView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let audience = operations::notices::job_audience(&context, &actor, &namespace, &job).await?;
    Ok(super::convert::notices::audience(audience))
}

#[server(prefix = "/ui", endpoint = "webhooks", input = leptos::server_fn::codec::Json)]
pub async fn webhooks(namespace: String) -> Result<Vec<WebhookRow>, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let webhooks = operations::notices::list_webhooks(&context, &actor, &namespace).await?;
    let rows = webhooks.into_iter().map(super::convert::notices::webhook);
    Ok(rows.collect())
}

/// Answers the key, which is not shown again.
#[server(prefix = "/ui", endpoint = "create_webhook", input = leptos::server_fn::codec::Json)]
pub async fn create_webhook(
    namespace: String,
    url: String,
    events: Vec<NoticeEvent>,
) -> Result<String, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let events = events.into_iter().collect();
    let key =
        operations::notices::create_webhook(&context, &actor, &namespace, &url, events).await?;
    Ok(key.reveal().to_owned())
}

/// Answers the new key, which is not shown again.
#[server(prefix = "/ui", endpoint = "change_webhook_key", input = leptos::server_fn::codec::Json)]
pub async fn change_webhook_key(namespace: String, webhook: String) -> Result<String, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let key = operations::notices::change_key(&context, &actor, &namespace, &webhook).await?;
    Ok(key.reveal().to_owned())
}

#[server(prefix = "/ui", endpoint = "delete_webhook", input = leptos::server_fn::codec::Json)]
pub async fn delete_webhook(namespace: String, webhook: String) -> Result<(), AppError> {
    let (context, actor) = super::caller::caller().await?;
    Ok(operations::notices::delete_webhook(&context, &actor, &namespace, &webhook).await?)
}

/// What was given up, newest first.
#[server(prefix = "/ui", endpoint = "dead_letters", input = leptos::server_fn::codec::Json)]
pub async fn dead_letters(namespace: String) -> Result<Vec<DeadLetterRow>, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let letters = operations::notices::dead_letters(&context, &actor, &namespace).await?;
    let rows = letters
        .into_iter()
        .map(super::convert::notices::dead_letter);
    Ok(rows.collect())
}

#[server(prefix = "/ui", endpoint = "send_again", input = leptos::server_fn::codec::Json)]
pub async fn send_again(namespace: String, delivery: String) -> Result<(), AppError> {
    let (context, actor) = super::caller::caller().await?;
    Ok(operations::notices::send_again(&context, &actor, &namespace, &delivery).await?)
}

/// To the person by e-mail, or to a webhook; answers what to ask [`test_state`] for.
#[server(prefix = "/ui", endpoint = "send_test", input = leptos::server_fn::codec::Json)]
pub async fn send_test(namespace: String, webhook: Option<String>) -> Result<String, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let webhook = webhook.as_deref();
    let id = operations::notices::send_test(&context, &actor, &namespace, webhook).await?;
    Ok(id.to_string())
}

#[server(prefix = "/ui", endpoint = "test_state", input = leptos::server_fn::codec::Json)]
pub async fn test_state(namespace: String, delivery: String) -> Result<TestView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let state = operations::notices::test_state(&context, &actor, &namespace, &delivery).await?;
    Ok(super::convert::notices::test(state))
}
