//! The site's static files, embedded in the binary (in a debug build they are read from `target/site` when asked for).

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use app::release::Release;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use rust_embed::RustEmbed;

use crate::http::security_headers::SCRIPT_POLICY;
use crate::http::state::AppState;

#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Site;

/// Files compressed once and kept, by path. Only what the binary embeds gets in, so it is bounded.
#[derive(Clone, Default)]
pub struct CompressedFiles(Arc<Mutex<HashMap<String, Bytes>>>);

/// Which build this is: another as soon as anything that the browser runs or shows is another. A debug build's files change
/// under it.
pub fn release() -> Release {
    static RELEASE: LazyLock<Release> = LazyLock::new(|| {
        if cfg!(debug_assertions) {
            return Release("development".to_owned());
        }
        // What the server answers has a part in it too: both halves are made of the same wire types.
        let mut hasher = DefaultHasher::new();
        env!("CARGO_PKG_VERSION").hash(&mut hasher);
        let mut names: Vec<_> = Site::iter().collect();
        names.sort();
        for file in names.iter().filter_map(|name| Site::get(name)) {
            file.metadata.sha256_hash().hash(&mut hasher);
        }
        Release(format!("{:016x}", hasher.finish()))
    });
    RELEASE.clone()
}

/// The file at a path of the site; `None` where there is none, or none of this release.
///
/// The files of a page are asked for in its release's folder: a page of the build before never gets those of this one, and a
/// browser keeps them without asking again.
pub async fn file(state: &AppState, path: &str, headers: &HeaderMap) -> Option<Response> {
    let (is_of_release, path) = match path.strip_prefix("/r/") {
        Some(rest) => (true, rest.strip_prefix(&state.release.0)?),
        None => (false, path),
    };
    let name = path.strip_prefix('/').filter(|name| !name.is_empty())?;
    let file = Site::get(name)?;
    let etag = entity_tag(&file.metadata.sha256_hash());
    let mut response = Response::new(Body::empty());
    let fields = response.headers_mut();
    fields.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(content_type(name)),
    );
    if extension(name) == "js" {
        fields.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(SCRIPT_POLICY),
        );
    }
    let kept = if is_of_release && !cfg!(debug_assertions) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    fields.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    fields.insert(header::ETAG, etag.clone());
    if is_known(headers, &etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Some(response);
    }
    // A debug build's files change under it, and are megabytes of debug information.
    let wants_brotli = !cfg!(debug_assertions) && accepts_brotli(headers) && is_compressible(name);
    let plain = Bytes::from(file.data.into_owned());
    let body = if wants_brotli {
        state.compressed_files.brotli(name, plain.clone()).await
    } else {
        None
    };
    if let Some(compressed) = body {
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        *response.body_mut() = Body::from(compressed);
    } else {
        *response.body_mut() = Body::from(plain);
    }
    Some(response)
}

impl CompressedFiles {
    async fn brotli(&self, name: &str, plain: Bytes) -> Option<Bytes> {
        if let Some(known) = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
        {
            return Some(known.clone());
        }
        let compressed = tokio::task::spawn_blocking(move || compress(&plain))
            .await
            .ok()??;
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned(), compressed.clone());
        Some(compressed)
    }
}

fn compress(plain: &[u8]) -> Option<Bytes> {
    let mut compressed = Vec::new();
    // Quality 9 is near the best and takes a fifth of its time; the window is brotli's largest standard one.
    let mut writer = brotli::CompressorWriter::new(&mut compressed, 1 << 16, 9, 22);
    writer.write_all(plain).and_then(|()| writer.flush()).ok()?;
    drop(writer);
    Some(Bytes::from(compressed))
}

fn entity_tag(digest: &[u8; 32]) -> HeaderValue {
    use std::fmt::Write as _;
    let mut text = String::from("W/\"");
    for byte in &digest[..16] {
        write!(text, "{byte:02x}").expect("writing to a String does not fail");
    }
    text.push('"');
    HeaderValue::from_str(&text).expect("hexadecimal digits are visible ASCII")
}

fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let (Some(known), Ok(etag)) = (
        headers
            .get(header::IF_NONE_MATCH)
            .and_then(|value| value.to_str().ok()),
        etag.to_str(),
    ) else {
        return false;
    };
    known.split(',').any(|one| one.trim() == etag)
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| {
            value.split(',').any(|one| {
                let mut parts = one.split(';').map(str::trim);
                parts.next() == Some("br") && parts.next() != Some("q=0")
            })
        })
}

fn is_compressible(name: &str) -> bool {
    matches!(
        extension(name),
        "css" | "html" | "js" | "json" | "map" | "svg" | "txt" | "wasm" | "webmanifest" | "xml"
    )
}

fn content_type(name: &str) -> &'static str {
    match extension(name) {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "jpg" | "jpeg" => "image/jpeg",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_is_taken_only_where_it_is_accepted() {
        for (accepted, expected) in [
            ("gzip, br", true),
            ("br;q=0.5", true),
            ("br;q=0", false),
            ("gzip", false),
        ] {
            let headers = HeaderMap::from_iter([(
                header::ACCEPT_ENCODING,
                HeaderValue::from_static(accepted),
            )]);
            assert_eq!(accepts_brotli(&headers), expected, "{accepted}");
        }
    }

    #[test]
    fn compressed_files_read_back() {
        let plain = b"weir ".repeat(1000);
        let compressed = compress(&plain).unwrap();
        let mut read = Vec::new();
        brotli::BrotliDecompress(&mut compressed.as_ref(), &mut read).unwrap();
        assert!(compressed.len() < 100 && read == plain);
    }

    #[test]
    fn one_of_several_known_tags_is_enough() {
        let etag = entity_tag(&[7; 32]);
        let list = format!("\"other\", {}", etag.to_str().unwrap());
        let headers =
            HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_str(&list).unwrap())]);
        assert!(is_known(&headers, &etag));
    }
}
