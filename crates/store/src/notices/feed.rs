//! The notices of a namespace as its members read them.

use domain::{
    id::{NamespaceId, NoticeId},
    notice::NoticeEvent,
    time::Timestamp,
};
use sea_orm::{Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Notice;
use crate::{connection::Store, entities::notice, error::StoreError};

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
}
