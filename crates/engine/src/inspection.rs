//! Looks once, when the process starts, whether every namespace's rows are where they were brought: an empty or missing
//! destination must not pass for one that nothing was brought into.

use std::sync::Arc;

use connectors::destination::{Destination, DestinationError, Inspection};
use domain::counts::Brought;
use domain::id::NamespaceId;
use store::{Store, StoreError};
use tokio::task::spawn_blocking;

/// What is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// More was brought into the dataset than its destination knows of.
    RowsMissing {
        namespace: NamespaceId,
        dataset: String,
        known: Brought,
        found: Brought,
    },
    /// It is damaged, or cannot be reached.
    Unreadable { namespace: NamespaceId },
}

/// Every finding is logged too, with what to do. What a killed process left half written is undone on the way.
pub async fn inspect(
    store: &Store,
    destination: &Arc<dyn Destination>,
) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    for namespace in store.namespaces().await? {
        let (id, asked) = (namespace.id, Arc::clone(destination));
        let looked = spawn_blocking(move || asked.inspect(id)).await;
        let rows = match looked {
            Ok(Ok(Inspection::Nothing)) => Vec::new(),
            Ok(Ok(Inspection::Brought(datasets))) => datasets,
            // A run of another process writes to it: then it is there.
            Ok(Err(DestinationError::Busy(_))) => continue,
            Ok(Err(error)) => {
                tracing::error!(
                    namespace = %id,
                    error = &error as &dyn std::error::Error,
                    "the rows of a namespace cannot be read: put its file back from a backup"
                );
                findings.push(Finding::Unreadable { namespace: id });
                continue;
            }
            Err(error) => {
                tracing::error!(namespace = %id, %error, "looking at a namespace's rows broke down");
                findings.push(Finding::Unreadable { namespace: id });
                continue;
            }
        };
        for dataset in store.datasets(id).await? {
            let found = rows
                .iter()
                .find(|(name, _)| *name == dataset.name)
                .map_or_else(Brought::default, |(_, brought)| *brought);
            let known = dataset.brought;
            if found.lacks(known) {
                tracing::error!(
                    namespace = %id,
                    dataset = %dataset.id,
                    known.rows,
                    known.runs,
                    found.rows,
                    found.runs,
                    "rows of a dataset are missing: its namespace's file is gone, or older than the database; put it back from a backup, or say with `weir admin accept-rows` that they will not come back"
                );
                findings.push(Finding::RowsMissing {
                    namespace: id,
                    dataset: dataset.name,
                    known,
                    found,
                });
            } else if known.lacks(found) {
                store.note_brought(id, &dataset.name, found).await?;
            }
        }
    }
    Ok(findings)
}
