//! How the keys of a dataset are compared. Datasets whose rows came in before there was a canonical form go on comparing keys as
//! they are written, until an owner has seen what would fall together and changes it.

use std::sync::Arc;

use connectors::destination::{Destination, DestinationError, KeyChange};
use domain::activity::kind;
use domain::id::NamespaceId;
use domain::role::Action;
use store::datasets::Dataset;
use store::error::StoreError;
use tokio::task::spawn_blocking;

pub use connectors::destination::{KeyGroup, KeyGroups};

use crate::access::{Access, Actor, enter};
use crate::context::Context;
use crate::error::OperationError;
use crate::log;

const GROUPS_SHOWN: u32 = 20;
/// Each waits some seconds for who reads.
const COMMITS_TRIED: u32 = 3;

/// What would fall together. Nothing where keys are compared in their canonical form already.
pub async fn look(
    context: &Context,
    actor: &Actor,
    slug: &str,
    name: &str,
) -> Result<KeyGroups, OperationError> {
    let (access, dataset) = dataset(context, actor, slug, name).await?;
    in_destination(context, access.namespace, dataset, |keys, at, dataset| {
        keys.keys()
            .look(at, &dataset.name, &dataset.fields, GROUPS_SHOWN)
    })
    .await
}

/// From now on. Of rows that fall together the one that was added last stays; `removed` is how many the actor was told would go.
///
/// What is known of the dataset's rows is lowered before the destination commits: where the process ends in between, the
/// destination has more than is known, which the next start notes. The other way round, rows would seem to be lost.
pub async fn compare_canonically(
    context: &Context,
    actor: &Actor,
    slug: &str,
    name: &str,
    removed: u64,
) -> Result<(), OperationError> {
    let (access, dataset) = dataset(context, actor, slug, name).await?;
    let (namespace, id) = (access.namespace, dataset.id);
    let rows = if removed == 1 { "row" } else { "rows" };
    let detail = format!("{}, by which {removed} {rows} went", dataset.name);
    let change = in_destination(context, namespace, dataset, |keys, at, dataset| {
        keys.keys()
            .begin_canonical(at, &dataset.name, &dataset.fields)
    })
    .await?;
    let Some(mut change) = change else {
        return Ok(());
    };
    if change.removed() != removed {
        return Err(OperationError::conflict(
            "Rows have come in since you looked.",
            "Look again at what would fall together.",
        ));
    }
    let entry = log::by_actor(context, actor, kind::KEYS_CHANGED, detail);
    context
        .store
        .remove_rows(namespace, id, removed, entry, context.now())
        .await
        .map_err(|error| match error {
            StoreError::Conflict { .. } => being_written(),
            error => error.into(),
        })?;
    let committing = move || commit(&mut *change);
    let committed = spawn_blocking(committing)
        .await
        .map_err(OperationError::unavailable)?;
    if let Err(error) = committed {
        // After any other error nobody knows whether the rows have gone; the next start looks.
        if matches!(error, DestinationError::Busy(_)) {
            let store = &context.store;
            store.put_rows_back(namespace, id, removed).await?;
        }
        return Err(not_now(error));
    }
    context.changes.poke();
    Ok(())
}

fn commit(change: &mut dyn KeyChange) -> Result<(), DestinationError> {
    let mut committed = change.commit();
    for _ in 1..COMMITS_TRIED {
        if !matches!(committed, Err(DestinationError::Busy(_))) {
            break;
        }
        committed = change.commit();
    }
    committed
}

async fn dataset(
    context: &Context,
    actor: &Actor,
    slug: &str,
    name: &str,
) -> Result<(Access, Dataset), OperationError> {
    let access = enter(context, actor, slug, Action::EditDatasets).await?;
    let dataset = context.store.dataset_by_name(access.namespace, name);
    let dataset = dataset.await?.ok_or(OperationError::NotFound)?;
    Ok((access, dataset))
}

async fn in_destination<T: Send + 'static>(
    context: &Context,
    namespace: NamespaceId,
    dataset: Dataset,
    ask: impl FnOnce(&Arc<dyn Destination>, NamespaceId, &Dataset) -> Result<T, DestinationError>
    + Send
    + 'static,
) -> Result<T, OperationError> {
    let destination = Arc::clone(&context.destination);
    spawn_blocking(move || ask(&destination, namespace, &dataset))
        .await
        .map_err(OperationError::unavailable)?
        .map_err(not_now)
}

fn not_now(error: DestinationError) -> OperationError {
    match error {
        DestinationError::Busy(_) => being_written(),
        error => OperationError::unavailable(error),
    }
}

fn being_written() -> OperationError {
    OperationError::conflict(
        "Rows are being brought in, or read, right now.",
        "Try again in a moment.",
    )
}
