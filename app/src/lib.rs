//! What a person sees: the HTML shell, routes, guided steps, components, and the server functions behind them.
//!
//! **Invariant:** this crate reaches storage only through `Arc<dyn ports::Store>` in Leptos context, and only
//! on the server; it holds no SQL and opens no file. Compiled for the browser (feature `hydrate`) it has
//! neither a store nor a runtime; compiled for the server (feature `ssr`) it has no browser.
//!
//! # Ways through it
//!
//! * **Read:** [`routes`], a page, a resource, a server function of [`api`], the `Store` port, a plain view.
//! * **Write with JavaScript:** an editor changes the document in the [`workspace`]; the workspace saves it by
//!   [`api::forms::save_document`] and simulates it anew.
//! * **Write without JavaScript:** the same fields are a form whose server function parses them; what cannot be
//!   saved yet is kept as a draft, and the page shows it again with what is wrong.
//!
//! # How it fails
//!
//! A server function answers with [`error::AppError`], which says what a person can do and never why the
//! machine failed: that is in the log, under the request id that the error carries.

#![recursion_limit = "512"]
#![allow(unreachable_pub, reason = "what the component macro writes is public wherever it stands")]

pub mod api;
mod components;
#[cfg(feature = "ssr")]
pub mod context;
pub mod error;
mod pages;
pub mod routes;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod standing;
mod steps;
mod workspace;

/// The script of the worker in which browsers simulate.
#[cfg(feature = "ssr")]
pub const WORKER: &str = include_str!("workspace/preview/worker.js");

/// The script that makes files of the charts on a page; `/* style */` in it stands for the style of such a file.
#[cfg(feature = "ssr")]
pub const DOWNLOADS: &str = include_str!("components/downloads.js");

/// The script that copies a link which is shown once.
#[cfg(feature = "ssr")]
pub const COPY: &str = include_str!("components/copy.js");

/// The script that tells an open page what others do.
#[cfg(feature = "ssr")]
pub const LIVE: &str = include_str!("components/live.js");

/// Makes the page that the server sent interactive, once the part of the module that its step needs is there.
///
/// # Errors
///
/// That part cannot be loaded; the page then stays as the server sent it, which works too.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() -> Result<(), wasm_bindgen::JsValue> {
    console_error_panic_hook::set_once();
    if !steps::load_first().await {
        return Err("a part of the page could not be loaded".into());
    }
    leptos::mount::hydrate_body(routes::App);
    Ok(())
}
