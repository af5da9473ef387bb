//! What the server answers with: every route in one list, and the layers around them.

mod assets;
mod charts;
mod exports;
mod headers;
mod health;
mod origin;
#[cfg(test)]
mod record_life;
mod request_id;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use app::{context::AppContext, routes::App, shell::shell};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef, Request, State},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use leptos::{config::LeptosOptions, prelude::provide_context};
use leptos_axum::{LeptosRoutes, generate_route_list};
use ports::{Clock, Simulator, Store};
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};

/// No page and no save takes as long; what does has gone wrong.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);
/// A pipeline of 200 steps has a tenth of this.
const LARGEST_BODY: usize = 2_000_000;

/// What every handler may reach.
#[derive(Clone, Debug, FromRef)]
struct WebState {
    options: LeptosOptions,
    app: AppContext,
}

/// The router with everything in it.
pub(crate) fn router(
    store: Arc<dyn Store>,
    simulator: Arc<dyn Simulator>,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<Router> {
    let app = AppContext { store, simulator, clock, assets: Arc::new(assets::addresses()) };
    let state = WebState { options: leptos_options()?, app };
    let context = {
        let app = state.app.clone();
        move || provide_context(app.clone())
    };
    let options = state.options.clone();
    Ok(Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/pkg/{version}/{file}", get(assets::serve))
        .route("/pkg/{file}", get(assets::serve_latest))
        .route("/favicon.svg", get(assets::favicon))
        .route("/worker.js", get(assets::worker))
        .route("/downloads.js", get(assets::downloads))
        .route("/pipelines/{id}/document.json", get(exports::document))
        .route("/pipelines/{id}/versions/{version}/charts/{file}", get(charts::chart))
        .route("/records/{file}", get(exports::record))
        .route("/api/{*function}", post(server_function))
        .leptos_routes_with_context(&state, generate_route_list(App), context, move || shell(options.clone()))
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn(origin::refuse_foreign_writes))
        .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::SERVICE_UNAVAILABLE, LONGEST_ANSWER))
        .layer(CatchPanicLayer::custom(request_id::panicked))
        .layer(middleware::from_fn(headers::harden))
        .layer(middleware::from_fn(request_id::follow))
        .with_state(state))
}

async fn server_function(State(app): State<AppContext>, request: Request) -> impl IntoResponse {
    leptos_axum::handle_server_fns_with_context(move || provide_context(app.clone()), request).await
}

/// The page for addresses that do not exist, with the status and the look of the rest.
async fn not_found(State(state): State<WebState>, request: Request) -> Response {
    let WebState { options, app } = state;
    let render = leptos_axum::render_app_async_with_context(
        move || provide_context(app.clone()),
        move || shell(options.clone()),
    );
    render(request).await
}

/// What Leptos wants to know; `cargo leptos watch` says it through the environment.
fn leptos_options() -> anyhow::Result<LeptosOptions> {
    if std::env::var_os("LEPTOS_OUTPUT_NAME").is_some() {
        let configuration = leptos::config::get_configuration(None).context("cannot read the LEPTOS_ variables")?;
        return Ok(configuration.leptos_options);
    }
    Ok(LeptosOptions::builder().output_name("forkline").build())
}
