//! `weir admin`: what only somebody with access to the machine may do.

use operations::links;

use super::{CommandError, say};
use crate::command_line::Admin;
use crate::config::{Config, PublicUrl};
use crate::wiring;

pub async fn run(config: Config, admin: Admin) -> Result<(), CommandError> {
    let context = wiring::open(&config).await?;
    let Admin::Link { email } = admin;
    let token = links::create_password_link(&context, &email).await?;
    let public_url = config
        .public_url
        .unwrap_or_else(|| PublicUrl::of_address(config.listen));
    say(&format!(
        "{}/welcome/{}",
        public_url.as_str(),
        token.reveal()
    ));
    context.store.close().await?;
    Ok(())
}
