//! Whether the server is up, and whether it can do its work.

use app::context::AppContext;
use axum::{extract::State, http::StatusCode};

/// The process is up.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The store can be read and written.
pub(super) async fn ready(State(app): State<AppContext>) -> (StatusCode, &'static str) {
    match app.store.check().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the store is not available\n")
        }
    }
}
