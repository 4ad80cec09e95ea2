//! The notices of a namespace as a member reads them.

use domain::id::{JobId, NoticeId, RunId};
use domain::month::written_in;
use domain::notice::{NoticeEvent, Words, words};
use domain::role::Action;
use domain::time::Timestamp;
use domain::zone::TimeZone;
use store::notices::Notice;

use crate::access::{Access, Actor, enter};
use crate::context::Context;
use crate::error::OperationError;
use crate::place;

const PAGE: u64 = 50;
/// More are not counted: "99+".
const COUNTED: u64 = 100;

#[derive(Debug)]
pub struct Feed {
    /// Newest first.
    pub items: Vec<FeedItem>,
    /// Where the next page begins; opaque.
    pub next: Option<String>,
    /// Those that need attention and came since the person last looked, up to 100.
    pub unseen: u64,
}

#[derive(Debug)]
pub struct FeedItem {
    pub id: NoticeId,
    pub event: NoticeEvent,
    pub at: Timestamp,
    pub words: Words,
    pub job: Option<JobId>,
    pub run: Option<RunId>,
    pub attention: bool,
    /// Since the person last looked.
    pub unseen: bool,
}

pub async fn feed(
    context: &Context,
    actor: &Actor,
    slug: &str,
    after: Option<&str>,
) -> Result<Feed, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let after = after.map(place::parse).transpose()?;
    let seen_until = seen_until(context, &access, actor).await?;
    // One more than is shown tells whether there is a next page.
    let mut notices = context
        .store
        .notices(access.namespace, after, PAGE + 1)
        .await?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = notices.len() > page;
    notices.truncate(page);
    let next = notices
        .last()
        .filter(|_| more)
        .map(|last| place::write(last.at, last.id));
    let zone = access.zone()?;
    let items = notices
        .into_iter()
        .map(|notice| item(notice, &zone, seen_until))
        .collect();
    Ok(Feed {
        items,
        next,
        unseen: context
            .store
            .count_notices_after(access.namespace, seen_until, COUNTED)
            .await?,
    })
}

/// How many need attention and came since the person last looked, up to 100.
pub async fn unseen(context: &Context, actor: &Actor, slug: &str) -> Result<u64, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let seen_until = seen_until(context, &access, actor).await?;
    Ok(context
        .store
        .count_notices_after(access.namespace, seen_until, COUNTED)
        .await?)
}

/// The person has looked at everything up to `until`, the instant of the newest notice that they were shown.
pub async fn mark_seen(
    context: &Context,
    actor: &Actor,
    slug: &str,
    until: Timestamp,
) -> Result<(), OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let until = until.min(context.now());
    let before = seen_until(context, &access, actor).await?;
    if before.is_some_and(|seen| seen >= until) {
        return Ok(());
    }
    context
        .store
        .set_seen_until(access.namespace, actor.person, until)
        .await?;
    context.changes.poke();
    Ok(())
}

async fn seen_until(
    context: &Context,
    access: &Access,
    actor: &Actor,
) -> Result<Option<Timestamp>, OperationError> {
    let preference = context
        .store
        .notice_preference(access.namespace, actor.person)
        .await?;
    Ok(preference.seen_until)
}

fn item(notice: Notice, zone: &TimeZone, seen_until: Option<Timestamp>) -> FeedItem {
    let instant = |at| written_in(at, zone);
    FeedItem {
        id: notice.id,
        event: notice.event,
        at: notice.at,
        words: words(notice.event, &notice.happening, &instant),
        job: notice.job,
        run: notice.run,
        attention: notice.attention,
        unseen: notice.attention && seen_until.is_none_or(|seen| notice.at > seen),
    }
}
