//! The HTML document around every page.

use leptos::config::LeptosOptions;
use leptos::hydration::{AutoReload, HydrationScripts};
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;

/// The whole document. Nothing in it is an inline style or script but what carries the response's nonce.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=chosen_theme()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbfdfe" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0c1218" />
                <link rel="preload" href="/fonts/inter.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous" />
                <link rel="preload" href="/fonts/jetbrains-mono.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous" />
                <link rel="stylesheet" href="/pkg/weir.css" />
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml" />
                <AutoReload options=options.clone() />
                <HydrationScripts options />
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
