//! `weir migrate`.

use super::{CommandError, say};
use crate::config::Config;
use crate::wiring;

pub async fn run(config: Config) -> Result<(), CommandError> {
    let context = wiring::open(&config).await?;
    context.store.close().await?;
    say("The database is up to date.");
    Ok(())
}
