//! The notices of a namespace as its members read them.

use domain::{
    id::{NamespaceId, NoticeId, PersonId},
    notice::NoticeEvent,
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::Notice;
use crate::{
    connection::Store,
    entities::{notice, notice_preference},
    error::{StoreError, on_insert},
};

/// How a member reads the notices of a namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preference {
    /// Minute of the local day; `None`: each notice at once.
    pub digest_minute: Option<u16>,
    /// Everything up to then has been looked at.
    pub seen_until: Option<Timestamp>,
}

impl Store {
    /// Newest first; `after`: the last notice of the page before.
    pub async fn notices(
        &self,
        namespace: NamespaceId,
        after: Option<(Timestamp, NoticeId)>,
        limit: u64,
    ) -> Result<Vec<Notice>, StoreError> {
        let mut select = notice::Entity::find()
            .filter(notice::COLUMN.namespace.eq(namespace.0))
            .filter(notice::COLUMN.event.ne(NoticeEvent::Test.code()));
        if let Some((at, id)) = after {
            let same_instant = notice::COLUMN.at.eq(at.0).and(notice::COLUMN.id.lt(id.0));
            select = select.filter(
                Condition::any()
                    .add(notice::COLUMN.at.lt(at.0))
                    .add(same_instant),
            );
        }
        select
            .order_by_desc(notice::COLUMN.at)
            .order_by_desc(notice::COLUMN.id)
            .limit(limit)
            .all(self.reader())
            .await?
            .iter()
            .map(Notice::try_from)
            .collect()
    }

    /// Notices after an instant that need attention, counted up to a limit.
    pub async fn count_notices_after(
        &self,
        namespace: NamespaceId,
        after: Option<Timestamp>,
        limit: u64,
    ) -> Result<u64, StoreError> {
        let found: Vec<uuid::Uuid> = notice::Entity::find()
            .select_only()
            .column(notice::Column::Id)
            .filter(notice::COLUMN.namespace.eq(namespace.0))
            .filter(
                notice::COLUMN
                    .at
                    .gt(after.map_or(i64::MIN, |after| after.0)),
            )
            .filter(notice::COLUMN.attention.eq(true))
            .limit(limit)
            .into_tuple()
            .all(self.reader())
            .await?;
        Ok(found.len() as u64)
    }

    pub async fn notice_preference(
        &self,
        namespace: NamespaceId,
        person: PersonId,
    ) -> Result<Preference, StoreError> {
        let row = notice_preference::Entity::find_by_id((namespace.0, person.0))
            .one(self.reader())
            .await?;
        Ok(row.as_ref().map(preference).unwrap_or_default())
    }

    pub async fn set_notice_preference(
        &self,
        namespace: NamespaceId,
        person: PersonId,
        preference: Preference,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        notice_preference::Entity::delete_by_id((namespace.0, person.0))
            .exec(&tx)
            .await?;
        let row = notice_preference::ActiveModel {
            namespace: Set(namespace.0),
            person: Set(person.0),
            digest_minute: Set(preference.digest_minute.map(i32::from)),
            seen_until: Set(preference.seen_until.map_or(NEVER, |at| at.0)),
        };
        notice_preference::Entity::insert(row)
            .exec_without_returning(&tx)
            .await
            .map_err(on_insert("member"))?;
        tx.commit().await?;
        Ok(())
    }
}

const NEVER: i64 = i64::MIN;

fn preference(row: &notice_preference::Model) -> Preference {
    Preference {
        digest_minute: digest_minute(row),
        seen_until: (row.seen_until != NEVER).then_some(Timestamp(row.seen_until)),
    }
}

pub(super) fn digest_minute(row: &notice_preference::Model) -> Option<u16> {
    row.digest_minute
        .and_then(|minute| u16::try_from(minute).ok())
}
