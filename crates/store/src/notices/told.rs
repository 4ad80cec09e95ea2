//! Who was told of the failures that a run has ended.

use std::collections::BTreeSet;

use domain::{
    id::{NamespaceId, RunId},
    notice::{Channel, NoticeEvent, Subscriber},
    run::RunStatus,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, prelude::Uuid,
    sea_query::Query,
};

use super::{
    previous::{found_something, of_the_same},
    subscriptions::subscriber,
};
use crate::{
    column::from_code,
    connection::Store,
    entities::{delivery, delivery_notice, notice, run},
    error::StoreError,
};

impl Store {
    /// Whoever a message was planned for of a run that failed since the last one that went well, before this one. Nobody where
    /// the run is gone.
    pub async fn told_of_failures_before(
        &self,
        namespace: NamespaceId,
        ended: RunId,
    ) -> Result<BTreeSet<Subscriber>, StoreError> {
        let ended = match self.run(namespace, ended).await {
            Ok(record) => record.run,
            Err(error) if error.is_not_found() => return Ok(BTreeSet::new()),
            Err(error) => return Err(error),
        };
        let before = || {
            run::Entity::find()
                .filter(run::COLUMN.namespace.eq(namespace.0))
                .filter(run::COLUMN.job.eq(ended.job.0))
                .filter(run::COLUMN.id.ne(ended.id.0))
                .filter(
                    run::COLUMN
                        .ended_at
                        .lte(ended.ended_at.map_or(i64::MAX, |at| at.0)),
                )
                .filter(of_the_same(&ended))
        };
        let went_well = before()
            .filter(run::COLUMN.status.is_in(codes(RunStatus::is_successful)))
            .filter(found_something())
            .order_by_desc(run::COLUMN.ended_at)
            .one(self.reader())
            .await?;
        let since = went_well.and_then(|run| run.ended_at).unwrap_or(i64::MIN);
        let failed = before()
            .filter(run::COLUMN.ended_at.gt(since))
            .select_only()
            .column(run::Column::Id)
            .into_query();
        let told = notice::Entity::find()
            .filter(notice::COLUMN.namespace.eq(namespace.0))
            .filter(notice::COLUMN.job.eq(ended.job.0))
            .filter(notice::Column::Run.in_subquery(failed))
            .select_only()
            .column(notice::Column::Id)
            .into_query();
        let failures = NoticeEvent::ALL.iter().filter(|event| event.is_failure());
        let deliveries = Query::select()
            .column(delivery_notice::Column::Delivery)
            .from(delivery_notice::Entity)
            .and_where(delivery_notice::Column::Notice.in_subquery(told))
            .and_where(
                delivery_notice::COLUMN
                    .event
                    .is_in(failures.map(|event| event.code())),
            )
            .take();
        let recipients: Vec<(String, Uuid)> = delivery::Entity::find()
            .select_only()
            .distinct()
            .column(delivery::Column::Channel)
            .column(delivery::Column::Recipient)
            .filter(delivery::COLUMN.namespace.eq(namespace.0))
            .filter(delivery::Column::Id.in_subquery(deliveries))
            .into_tuple()
            .all(self.reader())
            .await?;
        recipients
            .into_iter()
            .map(|(channel, id)| {
                let channel: Channel = from_code("deliveries.channel", &channel)?;
                Ok(subscriber(channel, id))
            })
            .collect()
    }
}

fn codes(which: fn(RunStatus) -> bool) -> impl Iterator<Item = &'static str> {
    let chosen = RunStatus::ALL.iter().filter(move |status| which(**status));
    chosen.map(|status| status.code())
}
