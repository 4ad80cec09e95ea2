//! The HTML document around every page.

use leptos::config::LeptosOptions;
use leptos::hydration::AutoReload;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;
use crate::release::{Release, folder};

/// After so long the page says that its module has not come.
const PATIENCE_MILLISECONDS: u32 = 15_000;

/// The whole document. Nothing in it is an inline style or script but what carries the response's nonce.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let release = use_context::<Release>().map_or_else(String::new, |release| release.0);
    let folder = folder(&release);
    let (script, module) = (
        format!("{folder}/pkg/weir.js"),
        format!("{folder}/pkg/weir.wasm"),
    );
    // Without a type, so that it runs before the body is there.
    let loading = format!(
        "{}({script:?}, {module:?}, {PATIENCE_MILLISECONDS});",
        include_str!("loading.js").trim_end()
    );
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=chosen_theme() data-release=release>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbfdfe" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0c1218" />
                <link rel="preload" href="/fonts/inter.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous" />
                <link rel="preload" href="/fonts/jetbrains-mono.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous" />
                <link rel="stylesheet" href=format!("{folder}/pkg/weir.css") />
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml" />
                <link rel="modulepreload" href=script />
                <link rel="preload" href=module r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
                <script nonce=use_nonce()>{loading}</script>
                <AutoReload options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// What the person chose with the light and dark switch. A cookie, so that the server writes it into the first byte of the
/// page and nothing flashes.
#[cfg(feature = "ssr")]
fn chosen_theme() -> Option<&'static str> {
    let parts = use_context::<axum::http::request::Parts>()?;
    let cookies = parts
        .headers
        .get(axum::http::header::COOKIE)?
        .to_str()
        .ok()?;
    cookies.split(';').find_map(|cookie| match cookie.trim() {
        "theme=light" => Some("light"),
        "theme=dark" => Some("dark"),
        _ => None,
    })
}

#[cfg(not(feature = "ssr"))]
fn chosen_theme() -> Option<&'static str> {
    None
}
