//! The browser bundle, inside the program. A debug build reads it from disk instead, so that it may change.

use app::context::Assets;
use axum::{
    extract::Path,
    http::{
        HeaderMap, StatusCode,
        header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY},
    },
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

/// What `make client` builds. Without it the program builds too, and its pages work without JavaScript.
#[derive(RustEmbed)]
#[folder = "../target/site/"]
#[allow_missing = true]
struct Bundle;

const JS: &str = "forkline.js";
const WASM: &str = "forkline_bg.wasm";
const CSS: &str = "forkline.css";
/// What the worker loads.
const WORKER_JS: &str = "simulator.js";
const WORKER_WASM: &str = "simulator_bg.wasm";

/// Where the parts of the bundle are found: under names that change with their content.
pub(super) fn addresses() -> Assets {
    Assets { js: address(JS), wasm: address(WASM), css: address(CSS) }
}

fn address(file: &str) -> String {
    match part(file) {
        Some(part) => format!("/pkg/{}.{file}", fingerprint(&part.metadata.sha256_hash())),
        None => format!("/pkg/{file}"),
    }
}

/// A part as it is; `cargo leptos watch` calls the WebAssembly by a shorter name than wasm-bindgen does.
fn part(file: &str) -> Option<EmbeddedFile> {
    Bundle::get(&format!("pkg/{file}")).or_else(|| Bundle::get(&format!("pkg/{}", file.replace("_bg.", "."))))
}

/// The first eight bytes of the digest: enough to tell two builds apart.
fn fingerprint(digest: &[u8]) -> String {
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Serves a part of the bundle, compressed where the browser can read it.
pub(super) async fn serve(Path(requested): Path<String>, headers: HeaderMap) -> Response {
    let Some(file) = [JS, WASM, CSS, WORKER_JS, WORKER_WASM].into_iter().find(|file| requested.ends_with(file)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // Under its own fingerprint a part never changes. Any other name is answered too: `cargo leptos watch` uses
    // the plain one, and a page from before an update still gets something that works.
    let unchanging = address(file).ends_with(&requested) && requested != file;
    let cache = if unchanging { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kind = match file {
        JS | WORKER_JS => "text/javascript; charset=utf-8",
        WASM | WORKER_WASM => "application/wasm",
        _ => "text/css; charset=utf-8",
    };
    let reads_brotli =
        headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains("br"));
    let compressed = if reads_brotli { Bundle::get(&format!("pkg/{file}.br")) } else { None };
    let common = [(CONTENT_TYPE, kind), (CACHE_CONTROL, cache), (VARY, "accept-encoding")];
    match compressed {
        Some(part) => (common, [(CONTENT_ENCODING, "br")], part.data).into_response(),
        None => match part(file) {
            Some(part) => (common, part.data).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

/// The icon in the browser's tab.
pub(super) async fn favicon() -> impl IntoResponse {
    (
        [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "public, max-age=86400")],
        include_str!("../../../style/assets/favicon.svg"),
    )
}

/// The script that makes files of the charts on a page, with the style that such a file brings along.
pub(super) async fn downloads() -> impl IntoResponse {
    let script = app::DOWNLOADS.replace("/* style */", report::chart::FILE_STYLE);
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "no-cache")], script)
}

/// The script of the worker in which browsers simulate. A worker has the policy of its own script, not of its page: it may
/// load its module, and reach nobody else.
pub(super) async fn worker() -> impl IntoResponse {
    let script = app::WORKER
        .replace(&format!("/pkg/{WORKER_JS}"), &address(WORKER_JS))
        .replace(&format!("/pkg/{WORKER_WASM}"), &address(WORKER_WASM));
    let policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
    (
        [
            (CONTENT_TYPE, "text/javascript; charset=utf-8"),
            (CACHE_CONTROL, "no-cache"),
            (CONTENT_SECURITY_POLICY, policy),
        ],
        script,
    )
}
