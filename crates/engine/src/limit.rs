//! A run and the monthly row limit of its namespace: reserved before Importing, or refused whole.

use domain::id::{ActivityId, NamespaceId, NoticeId};
use domain::month::Day;
use domain::reason::Reason;
use domain::run::{Run, RunEvent};
use store::StoreError;
use store::limits::{LimitNews, LimitStep, Reservation};
use store::runs::{RunChanges, RunFacts};

use crate::advance::{AdvanceError, advance_with};
use crate::context::Engine;

/// What came of asking for rows of the month.
pub(crate) enum Reserved {
    /// The run after the event; it may have been cancelled instead.
    Advanced(Box<Run>),
    /// Not so many rows are left: why the run is to end.
    Refused(Reason),
}

/// Brings the run into Importing by the event, and reserves its rows in the same transaction.
pub(crate) async fn reserve(
    engine: &Engine,
    run: &Run,
    event: &RunEvent,
    rows: u64,
) -> Result<Reserved, AdvanceError> {
    let day = today(engine, run.namespace).await?;
    let wanted = Reservation { rows, day };
    let changes = RunChanges {
        limit: Some(LimitStep::Reserve(wanted, news(engine))),
        ..RunChanges::default()
    };
    match advance_with(engine, run, event, changes).await {
        Ok(run) => Ok(Reserved::Advanced(Box::new(run))),
        Err(AdvanceError::Store(StoreError::OverLimit { rows_left, month })) => {
            Ok(Reserved::Refused(Reason::LimitReached {
                rows_in_file: rows,
                rows_left,
                month,
                contact: engine.settings.limit_contact.clone(),
            }))
        }
        Err(error) => Err(error),
    }
}

/// In the zone of the namespace, which says to which month rows belong.
pub(crate) async fn today(engine: &Engine, namespace: NamespaceId) -> Result<Day, AdvanceError> {
    let namespace = engine
        .store
        .namespace(namespace)
        .await
        .map_err(AdvanceError::Store)?;
    let zone = namespace.zone().map_err(AdvanceError::Store)?;
    Ok(Day::of(engine.now(), &zone))
}

/// Ends the run, and tells in the same transaction that its file did not fit, where nobody has yet.
pub(crate) async fn refuse(
    engine: &Engine,
    run: &Run,
    reason: Reason,
    facts: RunFacts,
) -> Result<Run, AdvanceError> {
    let changes = RunChanges {
        facts: Some(facts),
        limit: Some(LimitStep::Refused(news(engine))),
        ..RunChanges::default()
    };
    advance_with(engine, run, &RunEvent::FailedWith(reason), changes).await
}

fn news(engine: &Engine) -> LimitNews {
    LimitNews {
        activity: ActivityId((engine.new_id)()),
        notice: NoticeId((engine.new_id)()),
        contact: engine.settings.limit_contact.clone(),
    }
}
