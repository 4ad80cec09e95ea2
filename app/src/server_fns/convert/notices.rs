//! Notices.

use domain::notice::{Channel, Events, NoticeEvent, Subscriber};
use operations::error::OperationError;
use operations::notices::{
    DeadLetter, Feed, FeedItem, Hearer, JobAudience as Audience, MySettings, NamespaceAudience,
    TestState, WebhookView,
};

use crate::server_fns::error::AppError;
use crate::wire::notices::{
    DeadLetterRow, HearerView, JobAudienceView, NoticeFeed, NoticeSettingsView, NoticeView,
    SubscriberView, TestView, WebhookRow,
};

pub fn feed(feed: Feed) -> NoticeFeed {
    NoticeFeed {
        notices: feed.items.into_iter().map(notice).collect(),
        next: feed.next,
        unseen: count(feed.unseen),
    }
}

pub fn count(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn notice(item: FeedItem) -> NoticeView {
    NoticeView {
        id: item.id.to_string(),
        event: item.event,
        at: item.at.0,
        title: item.words.title,
        what: item.words.what,
        why: item.words.why,
        next: item.words.next,
        job: item.job.map(|job| job.to_string()),
        run: item.run.map(|run| run.to_string()),
        unseen: item.unseen,
    }
}

pub fn settings(mine: MySettings, audience: NamespaceAudience) -> NoticeSettingsView {
    NoticeSettingsView {
        email: mine.email,
        events: mine.events.map(codes),
        built_in: codes(mine.built_in),
        digest_minute: mine.digest_minute,
        time_zone: mine.time_zone,
        mail: mine.mail,
        may_manage: audience.may_manage,
        hearers: audience.hearers.into_iter().map(hearer).collect(),
        stand_ins: audience.stand_ins,
    }
}

pub fn audience(audience: Audience) -> JobAudienceView {
    JobAudienceView {
        mail: audience.mail,
        hearers: audience.hearers.into_iter().map(hearer).collect(),
        unheard: codes(audience.unheard),
        stand_ins: audience.stand_ins,
    }
}

fn hearer(hearer: Hearer) -> HearerView {
    let id = match hearer.subscriber {
        Subscriber::Person(person) => person.to_string(),
        Subscriber::Webhook(webhook) => webhook.to_string(),
    };
    HearerView {
        subscriber: SubscriberView {
            channel: hearer.subscriber.channel(),
            id,
        },
        name: hearer.name,
        events: codes(hearer.events),
        chosen: hearer.chosen,
        may_change: hearer.may_change,
        is_me: hearer.is_actor,
    }
}

pub fn subscriber(view: &SubscriberView) -> Result<Subscriber, AppError> {
    let unknown = |_| AppError::from(OperationError::NotFound);
    Ok(match view.channel {
        Channel::Mail => Subscriber::Person(view.id.parse().map_err(unknown)?),
        Channel::Webhook => Subscriber::Webhook(view.id.parse().map_err(unknown)?),
    })
}

pub fn webhook(webhook: WebhookView) -> WebhookRow {
    WebhookRow {
        id: webhook.id.to_string(),
        url: webhook.url,
        created_at: webhook.created_at.0,
    }
}

pub fn dead_letter(letter: DeadLetter) -> DeadLetterRow {
    DeadLetterRow {
        id: letter.id.to_string(),
        channel: letter.channel,
        to: letter.to,
        title: letter.title,
        error: letter.error,
        attempts: letter.attempts,
        given_up_at: letter.given_up_at.0,
    }
}

pub fn test(state: TestState) -> TestView {
    TestView {
        state: state.state,
        error: state.error,
    }
}

fn codes(events: Events) -> Vec<NoticeEvent> {
    events.into_iter().collect()
}
