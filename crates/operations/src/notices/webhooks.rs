//! Webhooks: their addresses, and keys that are shown once.

use domain::id::WebhookId;
use domain::notice::Events;
use domain::role::Action;
use domain::time::Timestamp;
use store::activity::NewActivity;
use store::notices::{NewWebhook, Webhook};
use store::secrets::{NONCE_BYTES, Sealed};
use url::Url;

use super::check_events;
use crate::access::{Access, Actor, enter, parse_id};
use crate::change;
use crate::context::Context;
use crate::error::OperationError;

const KEY_BYTES: usize = 32;
const URL_CHARACTERS: usize = 2000;
const WEBHOOKS_AT_MOST: usize = 20;

#[derive(Clone, Debug)]
pub struct WebhookView {
    pub id: WebhookId,
    pub url: String,
    pub created_at: Timestamp,
}

/// A key in the form that receivers enter: `whsec_` and base64. Shown once; it does not print.
#[derive(Clone)]
pub struct NewKey(String);

pub async fn list_webhooks(
    context: &Context,
    actor: &Actor,
    slug: &str,
) -> Result<Vec<WebhookView>, OperationError> {
    let access = enter(context, actor, slug, Action::ManageNamespace).await?;
    let webhooks = context.store.webhooks(access.namespace).await?;
    Ok(webhooks
        .into_iter()
        .map(|webhook| WebhookView {
            id: webhook.id,
            url: webhook.url,
            created_at: webhook.created_at,
        })
        .collect())
}

/// Answers the key, once.
pub async fn create_webhook(
    context: &Context,
    actor: &Actor,
    slug: &str,
    url: &str,
    events: Events,
) -> Result<NewKey, OperationError> {
    let access = enter(context, actor, slug, Action::ManageNamespace).await?;
    let url = check_url(url, context.notices.private_webhooks)?;
    let events = check_events(events)?;
    if context.store.webhooks(access.namespace).await?.len() >= WEBHOOKS_AT_MOST {
        return Err(OperationError::invalid(
            "url",
            format!(
                "The namespace has {WEBHOOKS_AT_MOST} webhooks, which is the most it can have."
            ),
            "Delete one that is not needed any more.",
        ));
    }
    let id = WebhookId(context.ids.next());
    let (key, sealed) = new_key(context, &access, id);
    let entry = entry(context, actor, "webhook_created", id);
    let new = NewWebhook {
        id,
        url,
        key: sealed,
        created_by: actor.person,
    };
    context
        .store
        .create_webhook(access.namespace, new, events, vec![entry], context.now())
        .await?;
    Ok(key)
}

/// The key before holds no longer; answers the new one, once.
pub async fn change_key(
    context: &Context,
    actor: &Actor,
    slug: &str,
    webhook: &str,
) -> Result<NewKey, OperationError> {
    let access = enter(context, actor, slug, Action::ManageNamespace).await?;
    let id: WebhookId = parse_id(webhook)?;
    let (key, sealed) = new_key(context, &access, id);
    let entry = entry(context, actor, "webhook_key_changed", id);
    context
        .store
        .change_webhook_key(access.namespace, id, sealed, vec![entry], context.now())
        .await?;
    Ok(key)
}

pub async fn delete_webhook(
    context: &Context,
    actor: &Actor,
    slug: &str,
    webhook: &str,
) -> Result<(), OperationError> {
    let access = enter(context, actor, slug, Action::ManageNamespace).await?;
    let id: WebhookId = parse_id(webhook)?;
    let entry = entry(context, actor, "webhook_deleted", id);
    context
        .store
        .delete_webhook(access.namespace, id, vec![entry], context.now())
        .await?;
    Ok(())
}

/// What members see of an address: the rest of it may hold a secret.
pub(super) fn host(url: &str) -> String {
    Url::parse(url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default()
}

/// What can be seen in the text. Where its host lies is looked at with every call.
fn check_url(text: &str, allow_private: bool) -> Result<String, OperationError> {
    let wrong = |message: &str, hint: &str| Err(OperationError::invalid("url", message, hint));
    let example = "For example: https://hooks.example.org/weir.";
    let text = text.trim();
    if text.chars().count() > URL_CHARACTERS {
        return wrong("The address is too long.", "2,000 characters are possible.");
    }
    let Ok(url) = Url::parse(text) else {
        return wrong("This is not an address.", example);
    };
    match url.scheme() {
        "https" => {}
        "http" if allow_private => {}
        "http" => return wrong("The address is not encrypted.", "Begin it with https://."),
        _ => return wrong("The address does not begin with https://.", example),
    }
    if url.host_str().is_none_or(str::is_empty) {
        return wrong("The address names no host.", example);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong(
            "The address holds a user name or a password.",
            "Leave them out: the signature says who calls.",
        );
    }
    if url.fragment().is_some() {
        return wrong("The address has a part after `#`.", "Leave it out.");
    }
    Ok(url.into())
}

fn new_key(context: &Context, access: &Access, id: WebhookId) -> (NewKey, Sealed) {
    let mut key = [0; KEY_BYTES];
    context.randomness.fill(&mut key);
    let mut nonce = [0; NONCE_BYTES];
    context.randomness.fill(&mut nonce);
    let place = Webhook::place(access.namespace, id);
    let sealed = context.notices.sealing_key.seal(&place, &key, nonce);
    (NewKey::of(&key), sealed)
}

fn entry(context: &Context, actor: &Actor, kind: &str, webhook: WebhookId) -> NewActivity {
    let subscriber = domain::notice::Subscriber::Webhook(webhook);
    change::notice_activity(context, actor, None, kind, subscriber)
}

impl NewKey {
    fn of(key: &[u8]) -> Self {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(key);
        Self(format!("whsec_{text}"))
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_encrypted_and_hold_no_password() {
        let hook = "https://hooks.example.org/a?b=c";
        assert_eq!(check_url(hook, false).unwrap(), hook);
        for bad in [
            "",
            "hooks.example.org",
            "http://hooks.example.org/",
            "ftp://hooks.example.org/",
            "file:///etc/passwd",
            "https://ada:secret@hooks.example.org/",
            "https://hooks.example.org/#part",
            "https://",
        ] {
            assert!(check_url(bad, false).is_err(), "{bad}");
        }
        assert!(check_url("http://127.0.0.1:9000/", true).is_ok());
    }

    #[test]
    fn of_an_address_members_see_the_host() {
        assert_eq!(
            host("https://hooks.example.org/services/T0/secret"),
            "hooks.example.org"
        );
    }

    #[test]
    fn a_key_does_not_print() {
        assert_eq!(format!("{:?}", NewKey::of(&[1; 32])), "***");
    }
}
