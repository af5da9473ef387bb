//! What a server function may reach, and the one place where a failure is logged.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use axum::http::{
    HeaderValue, StatusCode,
    header::{ACCEPT, RETRY_AFTER},
    request::Parts,
};
use engine::experiment::{Findings, Study};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;
use ports::{
    Caller, Clock, Demand, IdentityProvider, Limits, Mail, Passwords, SimulateError, Simulator, Store, StoreError,
    TooManyAttempts, TooMuch, access::Refused,
};

pub(crate) use self::shown_once::{done, link_to_show, show_link, what_was_done};
pub use self::{
    instance::{Admission, Instance},
    shown_once::{Link, ShownOnce},
    visitor::Unlocked,
    visitor::come_in,
};
use crate::error::AppError;

pub(crate) mod beside;
mod instance;
pub(crate) mod letters;
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
    /// Who carries letters, where somebody does.
    pub mail: Option<Arc<dyn Mail>>,
    /// Who vouches for people that have an account elsewhere, where somebody does.
    pub provider: Option<Arc<dyn IdentityProvider>>,
    /// How this instance is run.
    pub instance: Arc<Instance>,
    /// Who keeps count of what everybody asks for.
    pub limits: Arc<dyn Limits>,
    /// Links that the next page of a session shows, once.
    pub links: Arc<ShownOnce<Link>>,
    /// What was done, as the next page of a session says.
    pub done: Arc<ShownOnce<String>>,
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
    /// The script that changes what a page shows in place, which the one that loads the WebAssembly imports.
    pub redraw: String,
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

/// Who simulates, on account of a visitor.
pub(crate) struct Simulations {
    simulator: Arc<dyn Simulator>,
    caller: Caller,
}

impl Simulations {
    /// As [`Simulator::simulate`].
    pub(crate) async fn simulate(
        &self,
        document: model::Document,
        settings: engine::Settings,
    ) -> Result<engine::Report, SimulateError> {
        self.simulator.simulate(self.caller, document, settings).await
    }

    /// As [`Simulator::experiment`].
    pub(crate) async fn experiment(
        &self,
        prepare: impl FnOnce() -> Result<Study, engine::NotRunnable> + Send + 'static,
    ) -> Result<Findings, SimulateError> {
        self.simulator.experiment(self.caller, Box::new(prepare)).await
    }
}

/// Who simulates, for a visitor who may ask for another simulation.
pub(crate) fn simulator() -> Result<Simulations, AppError> {
    visitor::visitor()?.works()?;
    take(Demand::Simulation)?;
    Ok(Simulations { simulator: expect_context::<AppContext>().simulator, caller: caller()? })
}

/// Where a request comes from, all proxies of this instance taken away.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

/// Takes what is asked for off what the visitor may have.
pub(crate) fn take(demand: Demand) -> Result<(), AppError> {
    expect_context::<AppContext>().limits.take(caller()?, demand).map_err(too_much)
}

/// Who asks, as far as limits are concerned.
fn caller() -> Result<Caller, AppError> {
    Ok(Caller { account: visitor::visitor()?.account().map(|person| person.id), from: client() })
}

/// A password that is tried. Until it is right, it is counted as a wrong one.
#[must_use]
pub(crate) struct Attempt {
    of: String,
    from: IpAddr,
}

impl Attempt {
    /// It is right.
    pub(crate) fn was_right(self) {
        expect_context::<AppContext>().limits.was_right(&self.of, self.from);
    }
}

/// Counts a password that the visitor tries for an account or link.
pub(crate) fn try_password(of: &str) -> Result<Attempt, TooManyAttempts> {
    let from = client();
    expect_context::<AppContext>().limits.try_password(of, from)?;
    Ok(Attempt { of: of.to_owned(), from })
}

impl From<TooManyAttempts> for AppError {
    fn from(refused: TooManyAttempts) -> Self {
        match refused {
            TooManyAttempts::FromHere(wait) => too_much(wait),
            TooManyAttempts::ForThisAccount { wait, .. } => {
                let AppError { status, message, .. } = too_much(wait);
                let by_link = match expect_context::<AppContext>().mail {
                    Some(_) => "Have a link sent to you by “Forgot your password?”",
                    None => "Ask an administrator for a link",
                };
                AppError::new(
                    status,
                    format!(
                        "Too many wrong passwords were tried for this account, so it takes none for now. {by_link}, which \
                         lets you in at once. {message}"
                    ),
                )
            }
        }
    }
}

fn client() -> IpAddr {
    let client = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Client>().copied());
    client.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |Client(address)| address)
}

fn too_much(TooMuch(wait): TooMuch) -> AppError {
    let seconds = wait.as_secs() + 1;
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(RETRY_AFTER, HeaderValue::from(seconds));
    }
    AppError::too_much(seconds)
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

/// What the address being served asks for under a name, as in `?experiment=load`.
pub(crate) fn asked(name: &str) -> Option<String> {
    query::<BTreeMap<String, String>>()?.remove(name)
}

/// All that the address being served asks for; nothing where something that `T` needs is missing.
pub(crate) fn query<T: serde::de::DeserializeOwned>() -> Option<T> {
    let request = use_context::<Parts>()?;
    axum::extract::Query::try_from_uri(&request.uri).ok().map(|axum::extract::Query(asked)| asked)
}

/// Sets the status of a server function's answer. A form that a browser sends by itself is answered by a redirect, back to where
/// it stands: that has a status of its own.
pub(crate) fn answer_with(status: u16) {
    let is_form = use_context::<Parts>().is_some_and(|request| {
        let accept = request.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
        accept.is_some_and(|accept| accept.contains("text/html"))
    });
    if !is_form {
        set_status(status);
    }
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
            StoreError::Full => {
                tracing::error!(request_id = request_id(), "the disk is full");
                AppError::full()
            }
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
            SimulateError::NotRunnable(_) | SimulateError::Unchecked(_) | SimulateError::TooLong(_) => {
                AppError::invalid(format!("It cannot be simulated: {error}."))
            }
            SimulateError::Failed(_) => failed(&error),
        }
    }
}
