//! The browser bundle, inside the program. A debug build reads it from disk instead, so that it may change.

use std::{collections::BTreeMap, sync::LazyLock};

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

/// The script that loads parts of the page's module, however the tool that made it ends its name, and what it loads.
const LINK: &str = "__wasm_split.";
const MANIFEST: &str = "__wasm_split_manifest.json";

/// The name of the whole bundle, which changes with its content: all files are in a folder of that name. Scripts load each
/// other, and parts of a module, by names relative to their own; so they never mix with those of another build.
///
/// `cargo leptos watch` changes the bundle while the program runs, and then there is no such folder.
static VERSION: LazyLock<Option<String>> = LazyLock::new(|| {
    if std::env::var_os("LEPTOS_WATCH").is_some() {
        return None;
    }
    // The first eight bytes of the digests together: enough to tell two builds apart.
    let mut version = [0_u8; 8];
    for file in files() {
        let digest = part(&file)?.metadata.sha256_hash();
        version.iter_mut().zip(digest).for_each(|(byte, of_file)| *byte ^= of_file);
    }
    Some(version.iter().map(|byte| format!("{byte:02x}")).collect())
});

/// The names of what browsers load. Compressed copies are no files of their own.
fn files() -> impl Iterator<Item = String> {
    Bundle::iter().filter_map(|path| path.strip_prefix("pkg/").filter(|name| kind(name).is_some()).map(str::to_owned))
}

fn kind(file: &str) -> Option<&'static str> {
    match file.rsplit_once('.')?.1 {
        "js" => Some("text/javascript; charset=utf-8"),
        "wasm" => Some("application/wasm"),
        "css" => Some("text/css; charset=utf-8"),
        _ => None,
    }
}

/// Where the parts of the bundle are found: under names that change with their content.
pub(crate) fn addresses() -> Assets {
    let needs: BTreeMap<String, Vec<String>> = Bundle::get(&format!("pkg/{MANIFEST}"))
        .and_then(|manifest| serde_json::from_slice(&manifest.data).ok())
        .unwrap_or_default();
    let of_step = |parts: Vec<String>| parts.iter().map(|part| address(&format!("{part}.wasm"))).collect();
    Assets {
        js: address("forkline.js"),
        wasm: address("forkline_bg.wasm"),
        redraw: address("redraw.js"),
        link: files().find(|file| file.starts_with(LINK)).map(|file| address(&file)),
        parts: needs.into_iter().map(|(step, parts)| (step, of_step(parts))).collect(),
        css: address("forkline.css"),
    }
}

fn address(file: &str) -> String {
    match VERSION.as_deref() {
        Some(version) => format!("/pkg/{version}/{file}"),
        None => format!("/pkg/{file}"),
    }
}

/// A part as it is; `cargo leptos watch` calls the WebAssembly by a shorter name than wasm-bindgen does.
fn part(file: &str) -> Option<EmbeddedFile> {
    Bundle::get(&format!("pkg/{file}")).or_else(|| Bundle::get(&format!("pkg/{}", file.replace("_bg.", "."))))
}

/// Serves a part of this bundle. One of another build is not there: a page that has loaded the rest of it must not get what
/// does not fit.
pub(super) async fn serve(Path((version, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    if VERSION.as_ref() != Some(&version) {
        return (StatusCode::NOT_FOUND, [(CACHE_CONTROL, "no-store")]).into_response();
    }
    send(&file, &headers, "public, max-age=31536000, immutable")
}

/// Serves a part by its plain name, which `cargo leptos watch` uses.
pub(super) async fn serve_latest(Path(file): Path<String>, headers: HeaderMap) -> Response {
    send(&file, &headers, "no-cache")
}

/// A part of the bundle, compressed where the browser can read it.
fn send(file: &str, headers: &HeaderMap, cache: &'static str) -> Response {
    // A slash that was hidden in the address would lead out of the folder.
    let Some(kind) = kind(file).filter(|_| !file.contains(['/', '\\'])) else {
        return StatusCode::NOT_FOUND.into_response();
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
    script(app::DOWNLOADS.replace("/* style */", report::chart::FILE_STYLE))
}

/// The script that copies a link which is shown once.
pub(super) async fn copy() -> impl IntoResponse {
    script(app::COPY)
}

/// The script that tells an open page what others do.
pub(super) async fn live() -> impl IntoResponse {
    script(app::LIVE)
}

/// A script whose address stays the same, so that browsers ask each time whether it has changed.
fn script(text: impl IntoResponse) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "no-cache")], text)
}

/// The script of the worker in which browsers simulate. A worker has the policy of its own script, not of its page: it may
/// load its module, and reach nobody else.
pub(super) async fn worker() -> impl IntoResponse {
    let script = app::WORKER.replace("/pkg/", &address(""));
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
