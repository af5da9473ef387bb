//! Whether the server is up, and whether it can do its work.

use std::sync::Arc;

use app::context::AppContext;
use axum::{extract::State, http::StatusCode};
use ports::UnixMillis;
use tokio::sync::Mutex;

/// For so long an answer is given again. To look takes the one lock by which everything is written, and anybody may ask.
const HOLDS_MS: i64 = 1_000;

/// What was found when it was last looked, and when.
#[derive(Clone, Debug, Default)]
pub(super) struct Readiness(Arc<Mutex<Option<(UnixMillis, bool)>>>);

/// The process is up.
pub(super) async fn alive() -> &'static str {
    concat!("ok, forkline ", env!("CARGO_PKG_VERSION"), "\n")
}

/// The store can be read and written.
pub(super) async fn ready(State(app): State<AppContext>, State(known): State<Readiness>) -> (StatusCode, &'static str) {
    // In a task of its own: whoever asks and leaves would otherwise have the next one look again at once.
    match tokio::spawn(look(app, known)).await {
        Ok(true) => (StatusCode::OK, concat!("ready, forkline ", env!("CARGO_PKG_VERSION"), "\n")),
        Ok(false) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store is not available\n"),
    }
}

/// Looks, unless it was just done. All who ask meanwhile wait for one answer.
async fn look(app: AppContext, Readiness(known): Readiness) -> bool {
    let mut known = known.lock().await;
    // A clock that was put back makes nothing last for ever.
    let holds = |since: UnixMillis| (0..HOLDS_MS).contains(&app.clock.now().0.saturating_sub(since.0));
    if let Some((_, ready)) = known.filter(|(since, _)| holds(*since)) {
        return ready;
    }
    let checked = app.store.check().await;
    if let Err(error) = &checked {
        tracing::warn!(%error, "not ready");
    }
    *known = Some((app.clock.now(), checked.is_ok()));
    checked.is_ok()
}
