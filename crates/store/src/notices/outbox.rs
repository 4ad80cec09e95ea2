//! What happened and is to be told.

use domain::{
    id::{JobId, NamespaceId, NoticeId, RunId},
    notice::{Announcement, Happening, NoticeEvent},
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    column::{from_code, from_json, to_json},
    connection::Store,
    entities::notice,
    error::{StoreError, on_insert},
};

/// To be written with the state change that it tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    pub id: NoticeId,
    pub job: Option<JobId>,
    pub run: Option<RunId>,
    /// The weightiest first. One without any is not written.
    pub announcements: Vec<Announcement>,
    pub happening: Happening,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: NoticeId,
    pub namespace: NamespaceId,
    pub job: Option<JobId>,
    pub run: Option<RunId>,
    /// The weightiest of the announcements.
    pub event: NoticeEvent,
    pub announcements: Vec<Announcement>,
    pub happening: Happening,
    pub attention: bool,
    pub at: Timestamp,
}

impl Store {
    /// For what no job or run changes by, such as a limit.
    pub async fn add_notice(
        &self,
        namespace: NamespaceId,
        new: NewNotice,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        insert(self.writer(), namespace, vec![new], now).await
    }

    /// Notices of which nobody has decided yet who hears of them, oldest first, of all namespaces.
    pub async fn unplanned_notices(&self, limit: u64) -> Result<Vec<Notice>, StoreError> {
        notice::Entity::find()
            .filter(notice::COLUMN.planned_at.is_null())
            .order_by_asc(notice::COLUMN.at)
            .order_by_asc(notice::COLUMN.id)
            .limit(limit)
            .all(self.reader())
            .await?
            .iter()
            .map(Notice::try_from)
            .collect()
    }
}

pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    namespace: NamespaceId,
    new: Vec<NewNotice>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(new.len());
    for new in &new {
        rows.extend(row(namespace, new, now)?);
    }
    if rows.is_empty() {
        return Ok(());
    }
    notice::Entity::insert_many(rows)
        .exec_without_returning(db)
        .await
        .map_err(on_insert("notice"))?;
    Ok(())
}

pub(super) fn row(
    namespace: NamespaceId,
    new: &NewNotice,
    now: Timestamp,
) -> Result<Option<notice::ActiveModel>, StoreError> {
    let Some(first) = new.announcements.first() else {
        return Ok(None);
    };
    // A success is worth a look where it ends a series of failures.
    let attention = first.event.needs_attention() || new.happening.recovers();
    Ok(Some(notice::ActiveModel {
        id: Set(new.id.0),
        namespace: Set(namespace.0),
        job: Set(new.job.map(|job| job.0)),
        run: Set(new.run.map(|run| run.0)),
        event: Set(first.event.code().to_owned()),
        announcements: Set(to_json("notices.announcements", &new.announcements)?),
        happening: Set(to_json("notices.happening", &new.happening)?),
        attention: Set(attention),
        at: Set(now.0),
        planned_at: Set(None),
    }))
}

impl TryFrom<&notice::Model> for Notice {
    type Error = StoreError;

    fn try_from(row: &notice::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: NoticeId(row.id),
            namespace: NamespaceId(row.namespace),
            job: row.job.map(JobId),
            run: row.run.map(RunId),
            event: from_code("notices.event", &row.event)?,
            announcements: from_json("notices.announcements", &row.announcements)?,
            happening: from_json("notices.happening", &row.happening)?,
            attention: row.attention,
            at: Timestamp(row.at),
        })
    }
}
