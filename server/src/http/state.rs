//! What every handler shares.

use std::sync::Arc;

use app::release::Release;
use app::server_fns::caller::CookiePolicy;
use leptos::config::LeptosOptions;
use operations::context::Context;
use tokio_util::sync::CancellationToken;

use crate::config::{MetricsToken, PublicUrl};
use crate::http::events::Streams;
use crate::http::health::{FRESH, Health};
use crate::http::metrics::Counters;
use crate::http::site::{self, CompressedFiles};

#[derive(Clone)]
pub struct AppState {
    pub context: Context,
    pub public_url: PublicUrl,
    pub trust_proxy: bool,
    pub leptos_options: LeptosOptions,
    pub compressed_files: CompressedFiles,
    /// `None`: nobody may read the metrics.
    pub metrics_token: Option<MetricsToken>,
    pub counters: Arc<Counters>,
    pub health: Health,
    pub streams: Streams,
    /// Which build this is.
    pub release: Release,
    /// Cancelled when the server is asked to stop: open streams end then.
    pub stopping: CancellationToken,
}

impl AppState {
    pub fn new(
        context: Context,
        public_url: PublicUrl,
        trust_proxy: bool,
        stopping: CancellationToken,
    ) -> Self {
        // In code, so that nothing of the build's configuration is read at run time.
        let leptos_options = LeptosOptions::builder()
            .output_name("weir")
            .site_pkg_dir("pkg")
            .build();
        Self {
            health: Health::new(context.store.clone(), context.folder.clone(), FRESH),
            context,
            public_url,
            trust_proxy,
            leptos_options,
            compressed_files: CompressedFiles::default(),
            metrics_token: None,
            counters: Arc::default(),
            streams: Streams::default(),
            release: site::release(),
            stopping,
        }
    }

    /// Cookies are for HTTPS alone where browsers come that way.
    pub fn cookies(&self) -> CookiePolicy {
        CookiePolicy {
            secure: self.public_url.is_https(),
        }
    }

    #[must_use]
    pub fn with_metrics_token(mut self, token: Option<MetricsToken>) -> Self {
        self.metrics_token = token;
        self
    }
}

impl axum::extract::FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos_options.clone()
    }
}
