//! Which jobs a page shows, and in which order.

use domain::{
    id::{JobId, NamespaceId},
    job::JobStatus,
    time::Timestamp,
};
use sea_orm::{
    Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, Select,
    sea_query::{Expr, LikeExpr, Query, SimpleExpr},
};

use super::row;
use crate::entities::{dataset, job};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobsFilter {
    /// Part of the job's name or of its dataset's, in any case.
    pub search: Option<String>,
    pub status: Option<JobStatus>,
}

/// The order of a page, and the last job of the page before it. Each has an index, in which a page begins at its place. By status
/// one filters; last runs and rows of the month lie in other tables, where no index of jobs reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobsOrder {
    /// By name in lower case.
    Name { after: Option<(String, JobId)> },
    /// By the next regular run, soonest first; jobs without one come last.
    NextRun {
        after: Option<(Option<Timestamp>, JobId)>,
    },
    /// Created last comes first.
    Newest { after: Option<(Timestamp, JobId)> },
}

impl JobsFilter {
    pub(super) fn select(&self, namespace: NamespaceId) -> Select<job::Entity> {
        let mut select = job::Entity::find().filter(job::COLUMN.namespace.eq(namespace.0));
        if let Some(status) = self.status {
            select = select.filter(job::COLUMN.status.eq(status.code()));
        }
        if let Some(search) = &self.search {
            select = select.filter(named(namespace, search));
        }
        select
    }
}

impl JobsOrder {
    pub(super) fn apply(&self, select: Select<job::Entity>) -> Select<job::Entity> {
        let id = job::COLUMN.id;
        match self {
            Self::Name { after } => {
                let key = job::COLUMN.name_key;
                let select = select.order_by_asc(key).order_by_asc(id);
                match after {
                    Some((name, last)) => select.filter(beyond(
                        key.gte(name.as_str()),
                        key.gt(name.as_str()),
                        id.gt(last.0),
                    )),
                    None => select,
                }
            }
            Self::NextRun { after } => {
                let key = job::COLUMN.next_run_key;
                let select = select.order_by_asc(key).order_by_asc(id);
                match after {
                    Some((at, last)) => {
                        let at = row::next_run_key(*at);
                        select.filter(beyond(key.gte(at), key.gt(at), id.gt(last.0)))
                    }
                    None => select,
                }
            }
            Self::Newest { after } => {
                let key = job::COLUMN.created_at;
                let select = select.order_by_desc(key).order_by_desc(id);
                match after {
                    Some((at, last)) => {
                        select.filter(beyond(key.lte(at.0), key.lt(at.0), id.lt(last.0)))
                    }
                    None => select,
                }
            }
        }
    }
}

/// What comes after a key and an id. That the key is reached follows from the rest, but it is what tells an index where to begin.
fn beyond(key_reached: SimpleExpr, key_passed: SimpleExpr, id_passed: SimpleExpr) -> Condition {
    Condition::all()
        .add(key_reached)
        .add(Condition::any().add(key_passed).add(id_passed))
}

/// Names of datasets are in lower case, as keys of names are.
fn named(namespace: NamespaceId, search: &str) -> Condition {
    let pattern = containing(search);
    let datasets = Query::select()
        .column(dataset::Column::Id)
        .from(dataset::Entity)
        .and_where(dataset::COLUMN.namespace.eq(namespace.0))
        .and_where(Expr::col((dataset::Entity, dataset::Column::Name)).like(pattern.clone()))
        .take();
    Condition::any()
        .add(Expr::col((job::Entity, job::Column::NameKey)).like(pattern))
        .add(job::COLUMN.dataset.in_subquery(datasets))
}

/// A pattern for names that contain the text, whose own `%` and `_` mean themselves.
fn containing(search: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for character in search.to_lowercase().chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}
