//! `weir serve`: pages, and the worker that runs the imports.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use operations::context::Context;
use operations::links;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{CommandError, say};
use crate::config::{Config, PublicUrl};
use crate::demo;
use crate::http::{self, AppState, router};
use crate::system;
use crate::wiring::{self, Connect, Connectors};

/// How long requests and runs may take to come to a good end when the process is asked to stop.
const STOP_SECONDS: u64 = 20;

pub async fn run(config: Config, connect: Connect) -> Result<(), CommandError> {
    let context = wiring::open(&config).await?;
    let connectors = connect(&context.folder);
    serve(config, context, connectors, CancellationToken::new()).await
}

/// Plays the demo's story first.
pub async fn run_demo(mut config: Config) -> Result<(), CommandError> {
    demo::prepare(&mut config)?;
    let context = wiring::open(&config).await?;
    let held = Arc::new(demo::Held::default());
    say("Three weeks of imports are being made; this takes a moment.");
    std::io::stdout().flush()?;
    if let Some(account) = Box::pin(demo::play(&config, &context, &held)).await? {
        say(&format!(
            "Sign in as {} with the password {}",
            account.email, account.password
        ));
    }
    // Some runs are held up, and the others must not wait for them.
    config.workers = config.workers.max(8);
    let connectors = demo::connectors(&context.folder, &held);
    let stopping = CancellationToken::new();
    tokio::spawn({
        let stopping = stopping.clone();
        async move {
            stopping.cancelled().await;
            held.let_go();
        }
    });
    serve(config, context, connectors, stopping).await
}

async fn serve(
    config: Config,
    context: Context,
    connectors: Connectors,
    stopping: CancellationToken,
) -> Result<(), CommandError> {
    let listener = TcpListener::bind(config.listen).await?;
    let address = listener.local_addr()?;
    let public_url = config
        .public_url
        .clone()
        .unwrap_or_else(|| PublicUrl::of_address(address));

    tokio::spawn(stop_on_signal(stopping.clone()));
    let worker = wiring::start_worker(&config, &context, connectors, stopping.clone());
    let clean_up = wiring::start_clean_up(&config, &context, stopping.clone());
    let postman = wiring::start_postman(&config, &context, &public_url, stopping.clone())?;

    say(&format!("Weir is listening on http://{address}"));
    if let Some(token) = links::create_first_link(&context).await? {
        say(&format!(
            "Create the first account: {}/welcome/{}",
            public_url.as_str(),
            token.reveal()
        ));
    }
    // Whoever started the process may read through a pipe.
    std::io::stdout().flush()?;

    let state = AppState::new(
        context.clone(),
        public_url,
        config.trust_proxy,
        stopping.clone(),
    )
    .with_metrics_token(config.metrics_token.clone());
    tokio::spawn(state.health.clone().keep_looking(stopping.clone()));
    tokio::spawn(inspect(context.clone()));
    let limits = config.connections.within(system::raise_descriptor_limit());
    let mut serving = tokio::spawn(http::serve(
        listener,
        router(state),
        limits,
        stopping.clone(),
    ));
    tokio::select! {
        served = &mut serving => served?,
        () = stopping.cancelled() => {}
    }

    // Reached on a signal, or when listening ended by itself: in both cases the worker hands over.
    stopping.cancel();
    let ended = async {
        if !serving.is_finished() {
            let _ = serving.await;
        }
        let _ = worker.await;
        let _ = clean_up.await;
        let _ = postman.await;
        context.store.close().await
    };
    if let Ok(closed) = tokio::time::timeout(Duration::from_secs(STOP_SECONDS), ended).await {
        closed?;
    } else {
        tracing::warn!(
            seconds = STOP_SECONDS,
            "stopped before everything came to an end; leases pass the runs on"
        );
    }
    Ok(())
}

/// What it finds is in the log.
async fn inspect(context: Context) {
    if let Err(error) = engine::inspection::inspect(&context.store, &context.destination).await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "could not look whether every namespace's rows are there"
        );
    }
}

async fn stop_on_signal(stopping: CancellationToken) {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        _ = interrupted => {}
        () = terminated => {}
    }
    tracing::info!("stopping");
    stopping.cancel();
}
