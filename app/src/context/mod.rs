//! What a server function may reach, and the one place where a failure is logged.

use std::{collections::BTreeMap, sync::Arc};

use axum::http::{StatusCode, request::Parts};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;
use ports::{Clock, Passwords, SimulateError, Simulator, Store, StoreError, access::Refused};

pub use self::{
    beside::BesidePipeline,
    instance::{Admission, Instance},
    shown_once::{Link, ShownOnce},
};
use crate::error::AppError;

mod beside;
mod instance;
mod shown_once;
pub(crate) mod visitor;

/// The header under which a request's id travels from the middleware to here and back to the client.
pub const REQUEST_ID_HEADER: &str = "x-request-id";

/// What the server lends to every page and server function.
#[derive(Clone, Debug)]
pub struct AppContext {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Who simulates.
    pub simulator: Arc<dyn Simulator>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Who hashes passwords.
    pub passwords: Arc<dyn Passwords>,
    /// How this instance is run.
    pub instance: Arc<Instance>,
    /// What the next page of a session shows, once.
    pub shown_once: Arc<ShownOnce>,
    /// Addresses of the scripts, the WebAssembly and the style sheet.
    pub assets: Arc<Assets>,
}

/// Addresses of what a page loads. They change with their content, so that caches may keep them for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The script that loads the WebAssembly.
    pub js: String,
    /// The WebAssembly that every page of the workbench loads.
    pub wasm: String,
    /// The script that loads further parts of the WebAssembly, where there is one.
    pub link: Option<String>,
    /// The parts that a guided step needs besides, by its slug.
    pub parts: BTreeMap<String, Vec<String>>,
    /// The style sheet.
    pub css: String,
}

pub(crate) fn store() -> Arc<dyn Store> {
    expect_context::<AppContext>().store
}

pub(crate) fn simulator() -> Arc<dyn Simulator> {
    expect_context::<AppContext>().simulator
}

/// Today's date in UTC, as in `2026-11-24`.
pub(crate) fn today() -> String {
    let now = expect_context::<AppContext>().clock.now();
    crate::standing::day(now)
}

/// The id of the request being served.
pub(crate) fn request_id() -> String {
    use_context::<Parts>()
        .and_then(|parts| parts.headers.get(REQUEST_ID_HEADER)?.to_str().ok().map(str::to_owned))
        .unwrap_or_else(|| "unknown".to_owned())
}

/// What the address being served asks for under a name, as in `?experiment=load`: a name itself, without escapes.
pub(crate) fn asked(name: &str) -> Option<String> {
    let request = use_context::<Parts>()?;
    let mut asked = request.uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    asked.find_map(|(asked, value)| (asked == name).then(|| value.to_owned()))
}

/// All that the address being served asks for, with escapes; nothing where something that `T` needs is missing.
pub(crate) fn query<T: serde::de::DeserializeOwned>() -> Option<T> {
    let request = use_context::<Parts>()?;
    axum::extract::Query::try_from_uri(&request.uri).ok().map(|axum::extract::Query(asked)| asked)
}

/// Sets the status of the answer under way.
pub(crate) fn set_status(status: u16) {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}

/// Logs a failure with its cause and answers with what a person may see of it.
pub(crate) fn failed(error: &(dyn std::error::Error + 'static)) -> AppError {
    let request_id = request_id();
    let mut causes = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        causes = format!("{causes}: {cause}");
        source = cause.source();
    }
    tracing::error!(request_id, causes, "request failed");
    AppError::failed(&request_id)
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(what) => AppError::not_found(what),
            StoreError::Overtaken(what) => AppError::overtaken(format!(
                "Somebody else changed this {what} first. Nothing was changed; look at it again."
            )),
            StoreError::Failed(_) => failed(&error),
        }
    }
}

impl From<Refused> for AppError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Missing(what) => AppError::not_found(what),
            Refused::Forbidden(who) => AppError::forbidden(who),
            Refused::NotSignedIn => AppError::not_signed_in(),
            Refused::Store(error) => error.into(),
        }
    }
}

impl From<SimulateError> for AppError {
    fn from(error: SimulateError) -> Self {
        match error {
            SimulateError::NotRunnable(_) | SimulateError::TooLong(_) => {
                AppError::invalid(format!("It cannot be simulated: {error}."))
            }
            SimulateError::Failed(_) => failed(&error),
        }
    }
}
