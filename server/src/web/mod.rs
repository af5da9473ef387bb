//! What the server answers with: every route in one list, and the layers around them.

mod answers;
pub(crate) mod assets;
mod bodies;
mod charts;
mod client;
mod exports;
mod headers;
mod health;
mod in_flight;
mod live;
mod origin;
mod places;
#[cfg(test)]
mod record_life;
mod request_id;
mod returned;
pub(crate) mod serving;
mod shared;
mod sign_in;
mod team_export;
#[cfg(test)]
mod tests;
mod turns;
mod visitor;
mod well_formed;

pub(crate) use self::team_export::Turns;
use crate::cpu_share::{CpuShares, count_tasks_of_pages};
use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use anyhow::Context;
use app::{context::AppContext, routes::App, shell::shell};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef, Request, State},
    middleware,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use ipnet::IpNet;
use leptos::{config::LeptosOptions, prelude::provide_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};
use tokio::sync::watch;
use tower_http::{
    catch_panic::CatchPanicLayer,
    timeout::{RequestBodyTimeoutLayer, TimeoutLayer},
};

/// No page and no save takes as long; what does has gone wrong.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);

/// What every handler may reach.
#[derive(Clone, Debug, FromRef)]
struct WebState {
    options: LeptosOptions,
    app: AppContext,
    presence: Arc<live::Presence>,
    exports: Turns,
    readiness: health::Readiness,
    in_flight: in_flight::InFlight,
    cpu: CpuShares,
    own: origin::OwnUrl,
    stopping: watch::Receiver<bool>,
    proxies: Arc<Vec<IpNet>>,
}

/// What a router needs beside what it lends.
pub(crate) struct Around {
    /// Says when streams are to end.
    pub(crate) stopping: watch::Receiver<bool>,
    /// Whose word about where a request comes from is believed.
    pub(crate) proxies: Vec<IpNet>,
    /// The address of this instance as people type it, where that is known.
    pub(crate) url: Option<String>,
    /// Whose turn it is to take everything a team has along.
    pub(crate) exports: Turns,
}

/// The router with everything in it.
pub(crate) fn router(app: AppContext, around: Around) -> anyhow::Result<Router> {
    let state = WebState {
        options: leptos_options()?,
        app,
        presence: Arc::default(),
        exports: around.exports,
        readiness: health::Readiness::default(),
        in_flight: in_flight::InFlight::default(),
        cpu: CpuShares::default(),
        own: origin::OwnUrl::at(around.url.as_deref()),
        stopping: around.stopping,
        proxies: Arc::new(around.proxies),
    };
    let context = {
        let app = state.app.clone();
        move || provide_context(app.clone())
    };
    let options = state.options.clone();
    let personal = with(personal())
        .leptos_routes_with_context(&state, PAGES.clone(), context, move || shell(options.clone()))
        .fallback(not_found)
        .layer(middleware::from_fn(returned::believe_own_only))
        .layer(middleware::from_fn_with_state(state.clone(), turns::take))
        .layer(middleware::from_fn_with_state(state.clone(), visitor::recognise))
        .layer(middleware::from_fn_with_state(state.clone(), client::locate))
        .layer(middleware::from_fn_with_state(state.clone(), origin::refuse_other_hosts));
    Ok(with(public())
        .merge(personal)
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn(bodies::limit))
        .layer(middleware::from_fn(well_formed::refuse_malformed))
        .layer(RequestBodyTimeoutLayer::new(LONGEST_ANSWER))
        .layer(middleware::from_fn_with_state(state.clone(), origin::refuse_foreign_writes))
        .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::SERVICE_UNAVAILABLE, LONGEST_ANSWER))
        .layer(CatchPanicLayer::custom(request_id::panicked))
        .layer(middleware::from_fn_with_state(state.clone(), headers::harden))
        .layer(middleware::from_fn(request_id::follow))
        .with_state(state))
}

/// The pages. Leptos finds them by rendering the application once, and whatever else is being rendered at that moment never ends
/// (<https://github.com/leptos-rs/leptos/issues/4773>): so it is done once, before anything is served.
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| {
    // Before Leptos chooses an executor by itself.
    count_tasks_of_pages();
    generate_route_list(App)
});

type Routes = Vec<(&'static str, MethodRouter<WebState>)>;

/// Addresses of what is the same for everybody, and needs no look at who is asking.
fn public() -> Routes {
    vec![
        ("/healthz", get(health::alive)),
        ("/livez", get(health::alive)),
        ("/readyz", get(health::ready)),
        ("/pkg/{version}/{file}", get(assets::serve)),
        ("/pkg/{file}", get(assets::serve_latest)),
        ("/favicon.svg", get(assets::favicon)),
        ("/worker.js", get(assets::worker)),
        ("/downloads.js", get(assets::downloads)),
        ("/live.js", get(assets::live)),
        ("/copy.js", get(assets::copy)),
    ]
}

/// Addresses, beside those of pages, of what depends on who is asking.
fn personal() -> Routes {
    vec![
        ("/pipelines/{id}/document.json", get(exports::document)),
        ("/pipelines/{id}/live", get(live::live)),
        ("/pipelines/{id}/versions/{version}/charts/{file}", get(charts::chart)),
        ("/shared/{secret}/document.json", get(shared::document)),
        ("/shared/{secret}/charts/{file}", get(shared::chart)),
        ("/records/{file}", get(exports::record)),
        ("/sign-in/provider", get(sign_in::begin)),
        ("/sign-in/answer", get(sign_in::finish)),
        ("/account/connect", post(sign_in::connect)),
        ("/teams/{id}/export.zip", get(team_export::team)),
        ("/api/{*function}", post(server_function)),
    ]
}

fn with(routes: Routes) -> Router<WebState> {
    routes.into_iter().fold(Router::new(), |router, (path, handler)| router.route(path, handler))
}

async fn server_function(State(app): State<AppContext>, request: Request) -> impl IntoResponse {
    leptos_axum::handle_server_fns_with_context(move || provide_context(app.clone()), request).await
}

/// The page for addresses that do not exist, with the status and the look of the rest.
async fn not_found(State(state): State<WebState>, request: Request) -> Response {
    let WebState { options, app, .. } = state;
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
