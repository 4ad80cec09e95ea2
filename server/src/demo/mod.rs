//! `weir serve --demo`: a namespace in which everything has happened already.
//!
//! All of it is reached as people and time reach it: through operations and the engine, on a clock that is moved, with the
//! messy files of the tests. Nothing writes a status. What is to be seen under way is held up in its stage by connectors that
//! take their time.

mod files;
mod scene;
mod story;
mod unhurried;

use std::path::Path;
use std::sync::Arc;

use connectors::folder::{AllowedFolder, AllowedFolders};
use operations::context::Context;
use operations::error::OperationError;
use thiserror::Error;

use crate::config::Config;
use crate::wiring::{self, WiringError};

pub use self::scene::DemoAccount;
pub use self::unhurried::Held;

/// Where the files of the demo's watched folder arrive, in the data folder.
const INBOX: &str = "demo-inbox";

#[derive(Debug, Error)]
pub enum DemoError {
    #[error(transparent)]
    Wiring(#[from] WiringError),
    #[error(transparent)]
    Operation(#[from] OperationError),
    #[error("the database cannot be used")]
    Store(#[from] store::StoreError),
    #[error("a file of the demo could not be written")]
    Io(#[from] std::io::Error),
    #[error("the demo is broken: {0}")]
    Broken(String),
}

/// Allows the demo's own folder.
pub fn prepare(config: &mut Config) -> Result<(), DemoError> {
    let inbox = std::path::absolute(config.data_folder.join(INBOX))?;
    std::fs::create_dir_all(&inbox)?;
    let name = "shop"
        .parse()
        .map_err(|problem| DemoError::Broken(format!("{problem}")))?;
    config.folders = AllowedFolders::new(vec![AllowedFolder {
        name,
        path: inbox,
        namespace: None,
    }]);
    Ok(())
}

/// Plays the story where nobody has an account yet; a data folder that has one is opened as it is. Answers whom to sign in as.
pub async fn play(
    config: &Config,
    context: &Context,
    held: &Arc<Held>,
) -> Result<Option<DemoAccount>, DemoError> {
    if context.store.any_person().await? {
        return Ok(None);
    }
    let inbox = config.data_folder.join(INBOX);
    let account = Box::pin(story::play(config, context, held, Path::new(&inbox))).await?;
    Ok(Some(account))
}

/// Connectors that hold up what the story asks for.
pub fn connectors(
    folder: &operations::folders::DataFolder,
    held: &Arc<Held>,
) -> wiring::Connectors {
    unhurried::connectors(wiring::Connectors::embedded(folder), held)
}
