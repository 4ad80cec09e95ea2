//! Notices: what happened, who hears of it, webhooks, and what was not delivered.

use domain::notice::{Channel, DeliveryState, NoticeEvent};
use serde::{Deserialize, Serialize};

/// A page of what happened, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeFeed {
    pub notices: Vec<NoticeView>,
    /// Opaque; asks for the next page.
    pub next: Option<String>,
    /// Up to 100.
    pub unseen: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeView {
    pub id: String,
    pub event: NoticeEvent,
    pub at: i64,
    pub title: String,
    pub what: String,
    pub why: String,
    pub next: String,
    pub job: Option<String>,
    pub run: Option<String>,
    pub unseen: bool,
}

/// What the signed-in person hears of, and who else hears of what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeSettingsView {
    pub email: String,
    /// `None`: as is built in.
    pub events: Option<Vec<NoticeEvent>>,
    pub built_in: Vec<NoticeEvent>,
    /// Minute of the day in the namespace's zone; `None`: each e-mail at once.
    pub digest_minute: Option<u16>,
    pub time_zone: String,
    /// Whether a mail server is configured.
    pub mail: bool,
    pub may_manage: bool,
    pub hearers: Vec<HearerView>,
    /// Names of the owners who hear of what goes wrong with a job where nobody else does.
    pub stand_ins: Vec<String>,
}

/// Who is told of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobAudienceView {
    pub mail: bool,
    pub hearers: Vec<HearerView>,
    /// What can go wrong that none of them has chosen to hear of.
    pub unheard: Vec<NoticeEvent>,
    /// Names of the owners who hear of it in their place.
    pub stand_ins: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HearerView {
    pub subscriber: SubscriberView,
    pub name: String,
    pub events: Vec<NoticeEvent>,
    /// Whether that was said here; else it follows from the namespace or is built in.
    pub chosen: bool,
    pub may_change: bool,
    pub is_me: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SubscriberView {
    pub channel: Channel,
    /// Of the person or the webhook.
    pub id: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WebhookRow {
    pub id: String,
    pub url: String,
    pub created_at: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeadLetterRow {
    pub id: String,
    pub channel: Channel,
    pub to: String,
    pub title: String,
    pub error: String,
    pub attempts: u32,
    pub given_up_at: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestView {
    pub state: DeliveryState,
    /// Of the last attempt.
    pub error: Option<String>,
}
