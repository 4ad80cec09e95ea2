//! `weir admin`: what only somebody with access to the machine may do.

use engine::clean_up::{self, Strays};
use operations::context::Context;
use operations::{datasets, links};

use super::{CommandError, say};
use crate::command_line::Admin;
use crate::config::{Config, PublicUrl};
use crate::wiring;

pub async fn run(config: Config, admin: Admin) -> Result<(), CommandError> {
    let context = wiring::open(&config).await?;
    match admin {
        Admin::Link { email } => print_link(config, &context, &email).await?,
        Admin::AcceptRows { namespace, dataset } => {
            let (known, found) = datasets::accept_rows(&context, &namespace, &dataset).await?;
            say(&if found.lacks(known) {
                format!(
                    "{dataset} has {} rows of {} runs now; {} of {} were known.",
                    found.rows, found.runs, known.rows, known.runs
                )
            } else {
                format!(
                    "Nothing of {dataset} is missing: {} rows of {} runs are there.",
                    found.rows, found.runs
                )
            });
        }
        Admin::CleanUp => {
            let clean_up = wiring::clean_up(&config, &context);
            let removed = clean_up::round(&clean_up, Strays::SetAllAside).await;
            say(&format!("{} files were set aside.", removed.strays));
        }
    }
    context.store.close().await?;
    Ok(())
}

async fn print_link(config: Config, context: &Context, email: &str) -> Result<(), CommandError> {
    let token = links::create_password_link(context, email).await?;
    let public_url = config
        .public_url
        .unwrap_or_else(|| PublicUrl::of_address(config.listen));
    say(&format!(
        "{}/welcome/{}",
        public_url.as_str(),
        token.reveal()
    ));
    Ok(())
}
