//! How a member reads the notices of a namespace. Each column is written by itself: a page that notes what was looked at does
//! not undo what is chosen at the same moment.

use domain::{
    id::{NamespaceId, PersonId},
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set,
    EntityTrait, ExprTrait,
    sea_query::{Expr, OnConflict, SimpleExpr},
};

use crate::{
    connection::Store,
    entities::notice_preference::{ActiveModel, Column, Entity, Model},
    error::{StoreError, on_insert},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preference {
    /// Minute of the local day; `None`: each notice at once.
    pub digest_minute: Option<u16>,
    /// Everything up to then has been looked at.
    pub seen_until: Option<Timestamp>,
}

impl Store {
    pub async fn notice_preference(
        &self,
        namespace: NamespaceId,
        person: PersonId,
    ) -> Result<Preference, StoreError> {
        let row = Entity::find_by_id((namespace.0, person.0))
            .one(self.reader())
            .await?;
        Ok(row.as_ref().map(preference).unwrap_or_default())
    }

    pub async fn set_digest_minute(
        &self,
        namespace: NamespaceId,
        person: PersonId,
        minute: Option<u16>,
    ) -> Result<(), StoreError> {
        let row = ActiveModel {
            digest_minute: Set(minute.map(i32::from)),
            ..never(namespace, person)
        };
        self.write(row, Column::DigestMinute, None).await?;
        Ok(())
    }

    /// What was looked at later stays looked at.
    pub async fn set_seen_until(
        &self,
        namespace: NamespaceId,
        person: PersonId,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let row = ActiveModel {
            seen_until: Set(until.0),
            ..never(namespace, person)
        };
        let is_later = stored(Column::SeenUntil).lt(until.0);
        self.write(row, Column::SeenUntil, Some(is_later)).await?;
        Ok(())
    }

    /// Notes that the person has a test sent now; `false`: not noted, because they had one sent after `after`.
    pub async fn note_test(
        &self,
        namespace: NamespaceId,
        person: PersonId,
        after: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let row = ActiveModel {
            tested_at: Set(now.0),
            ..never(namespace, person)
        };
        let was_before = stored(Column::TestedAt).lte(after.0);
        self.write(row, Column::TestedAt, Some(was_before)).await
    }

    /// Whether it was written: the row is new, or the rule holds for the one that is there.
    async fn write(
        &self,
        row: ActiveModel,
        column: Column,
        rule: Option<SimpleExpr>,
    ) -> Result<bool, StoreError> {
        let mut on_conflict = OnConflict::columns([Column::Namespace, Column::Person]);
        on_conflict
            .update_column(column)
            .action_and_where_option(rule);
        let written = Entity::insert(row)
            .on_conflict(on_conflict)
            .exec_without_returning(self.writer())
            .await
            .map_err(on_insert("member"))?;
        Ok(written > 0)
    }
}

const NEVER: i64 = i64::MIN;

/// Of somebody who has said and seen nothing.
fn never(namespace: NamespaceId, person: PersonId) -> ActiveModel {
    ActiveModel {
        namespace: Set(namespace.0),
        person: Set(person.0),
        digest_minute: Set(None),
        seen_until: Set(NEVER),
        tested_at: Set(NEVER),
    }
}

/// The column of the row that is there, not of the one that is to be inserted.
fn stored(column: Column) -> Expr {
    Expr::col((Entity, column))
}

fn preference(row: &Model) -> Preference {
    Preference {
        digest_minute: digest_minute(row),
        seen_until: (row.seen_until != NEVER).then_some(Timestamp(row.seen_until)),
    }
}

pub(super) fn digest_minute(row: &Model) -> Option<u16> {
    row.digest_minute
        .and_then(|minute| u16::try_from(minute).ok())
}
