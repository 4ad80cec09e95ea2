//! What every handler shares.

use leptos::config::LeptosOptions;
use operations::context::Context;
use tokio_util::sync::CancellationToken;

use crate::config::PublicUrl;
use crate::http::site::CompressedFiles;

#[derive(Clone)]
pub struct AppState {
    pub context: Context,
    pub public_url: PublicUrl,
    pub trust_proxy: bool,
    pub leptos_options: LeptosOptions,
    pub compressed_files: CompressedFiles,
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
            context,
            public_url,
            trust_proxy,
            leptos_options,
            compressed_files: CompressedFiles::default(),
            stopping,
        }
    }
}

impl axum::extract::FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos_options.clone()
    }
}
