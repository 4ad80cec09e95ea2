//! Moves or deletes files of which something has become: their rows are in, or they failed. What is to be done stands in the database until it is done, so that a crash in
//! between changes nothing.

use std::sync::Arc;

use connectors::inbox::{Inbox, InboxError, Inboxes};
use domain::folder::{Afterwards, FolderSource, FoundFile};
use store::StoreError;
use store::source_files::FileToClearUp;
use tokio::task::spawn_blocking;

use crate::context::Engine;

/// Files that one look takes care of; the next look takes the others.
const AT_ONCE: u64 = 100;
/// A file that could not be moved is tried again so much later.
const AGAIN_AFTER_SECONDS: i64 = 300;

/// Nothing that goes wrong here concerns a run: its rows are in.
pub(crate) async fn clear_up(engine: &Engine) {
    let files = match engine.store.files_to_clear_up(engine.now(), AT_ONCE).await {
        Ok(files) => files,
        Err(error) => return log(&error),
    };
    for file in files {
        if let Err(error) = clear_up_one(engine, file).await {
            log(&error);
        }
    }
}

async fn clear_up_one(engine: &Engine, file: FileToClearUp) -> Result<(), StoreError> {
    let (store, id, namespace) = (&engine.store, file.id, file.namespace);
    let slug = store.namespace(namespace).await?.slug;
    let inboxes = Arc::clone(&engine.inboxes);
    let done = spawn_blocking(move || {
        let afterwards = file.source.after(file.known);
        put_away(&*inboxes, &slug, &file.source, &afterwards, &file.file)
    });
    let done = done.await;
    match done {
        // A file that has changed since is a new one, and a run of its own takes it.
        Ok(Ok(()) | Err(InboxError::Changed)) => store.file_is_cleared_up(namespace, id).await,
        Ok(Err(error)) => {
            tracing::warn!(file = %id, error = &error as &dyn std::error::Error, "an imported file could not be cleared up");
            let later = engine.now().plus_seconds(AGAIN_AFTER_SECONDS);
            store.clear_up_file_later(namespace, id, later).await
        }
        Err(error) => {
            tracing::error!(file = %id, %error, "clearing up broke down");
            let later = engine.now().plus_seconds(AGAIN_AFTER_SECONDS);
            store.clear_up_file_later(namespace, id, later).await
        }
    }
}

fn put_away(
    inboxes: &dyn Inboxes,
    slug: &str,
    source: &FolderSource,
    afterwards: &Afterwards,
    file: &FoundFile,
) -> Result<(), InboxError> {
    if *afterwards == Afterwards::Leave {
        return Ok(());
    }
    let mut inbox = inboxes.open(slug, source)?;
    put_away_one(&mut *inbox, afterwards, file)?;
    let Some(marker) = &source.done_marker else {
        return Ok(());
    };
    // After the file: a marker that is left alone would speak for the next file of this name.
    for marker in inbox.list(&|name| marker.of(name) == Some(&file.name))? {
        put_away_one(&mut *inbox, afterwards, &marker)?;
    }
    Ok(())
}

fn put_away_one(
    inbox: &mut dyn Inbox,
    afterwards: &Afterwards,
    file: &FoundFile,
) -> Result<(), InboxError> {
    match afterwards {
        Afterwards::Leave => Ok(()),
        Afterwards::Move(into) => inbox.set_aside(file, into),
        Afterwards::Delete => inbox.delete(file),
    }
}

fn log(error: &StoreError) {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "could not clear up imported files"
    );
}
