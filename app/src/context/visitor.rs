//! Who asks, as the server recognised them, and how a browser is told to remember it.

use axum::http::{
    HeaderValue,
    header::{SET_COOKIE, USER_AGENT},
    request::Parts,
};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use ports::{
    NewSession, Person, PersonId, PipelineId, Secret, SessionId, StoreError,
    access::{self, PipelineRight, Refused, Visitor},
};

use super::{AppContext, Instance, failed, store};
use crate::{api::to_its_end, error::AppError};

/// A sandbox is kept for as long as browsers keep a cookie at most.
const SANDBOX_LASTS_MS: i64 = 400 * DAY_MS;
/// Whoever has not come back by then has forgotten their sandbox.
const SANDBOX_IDLE_MS: i64 = 90 * DAY_MS;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Who asks. The server puts it into each request that reaches a page or a server function.
pub(crate) fn visitor() -> Result<Visitor, AppError> {
    let parts = use_context::<Parts>();
    let visitor = parts.and_then(|parts| parts.extensions.get::<Visitor>().cloned());
    visitor.ok_or_else(|| failed(&NotRecognised))
}

/// A route that is missing where the server recognises visitors.
#[derive(Debug, thiserror::Error)]
#[error("nobody has looked who is asking")]
struct NotRecognised;

/// What a browser was given when it last said the password of a share link. The server puts it into each request.
#[derive(Clone, Debug, Default)]
pub struct Unlocked(pub Option<Secret>);

pub(crate) fn unlocked() -> Option<Secret> {
    use_context::<Parts>()?.extensions.get::<Unlocked>()?.0.clone()
}

/// Links for who is here, as HTML: to what stands beside the pipeline that the page is about, to their account and teams, or
/// in. On a pipeline, a place for what others do to it.
pub(crate) fn links() -> String {
    let beside = super::beside::pages().map(|(words, address)| view! { <a href=address rel="external">{words}</a> });
    let beside: Vec<_> = beside.collect();
    let beside = (!beside.is_empty()).then(|| view! { <nav aria-label="This pipeline">{beside}</nav> });
    let visitor = visitor().ok();
    let account = visitor.as_ref().and_then(Visitor::account);
    let mine = account.map(|person| {
        let people = person.administrator.then(|| view! { <a href="/people" rel="external">"People"</a> });
        let name = person.name.to_string();
        view! {
            <a href="/teams" rel="external">"Teams"</a>
            {people}
            <a href="/account" rel="external"><bdi>{name}</bdi></a>
        }
    });
    let way_in = account.is_none().then(|| view! { <a href="/sign-in" rel="external">"Sign in"</a> });
    view! {
        {super::beside::is_read_only().then(|| view! { <span class="read-only">"You may see this and comment, not change it."</span> })}
        <span class="live" role="status" data-live></span>
        {beside}
        <nav aria-label="You">{mine}{way_in}</nav>
    }
    .to_html()
}

/// What the visitor may do with a pipeline, if it is enough.
pub(crate) async fn may<R: PipelineRight>(pipeline: uuid::Uuid) -> Result<R, AppError> {
    Ok(access::to_pipeline(store().as_ref(), &visitor()?, PipelineId(pipeline)).await?)
}

/// The visitor as somebody who can have pipelines: a guest is made of nobody, where the instance lets people try things.
pub(crate) async fn somebody() -> Result<(Visitor, Person), AppError> {
    let visitor = visitor()?;
    if let Some(person) = visitor.person().cloned() {
        return Ok((visitor, person));
    }
    let AppContext { store, clock, instance, .. } = expect_context::<AppContext>();
    if !instance.sandbox {
        return Err(Refused::NotSignedIn.into());
    }
    super::take(ports::Demand::Person)?;
    let guest = to_its_end(async move { store.create_guest().await }).await?;
    let secret = begin(guest, SANDBOX_LASTS_MS, SANDBOX_IDLE_MS).await?;
    let visitor = Visitor::recognise(self::store().as_ref(), Some(&secret), clock.now()).await?;
    let person = visitor.person().cloned().ok_or_else(|| failed(&NotRecognised))?;
    Ok((visitor, person))
}

/// Lets somebody in who has shown who they are: a new session, whose secret the browser gets.
pub(crate) async fn let_in(person: PersonId) -> Result<(), AppError> {
    let instance = expect_context::<AppContext>().instance;
    begin(person, instance.session_lasts_ms, instance.session_idle_ms).await.map(|_| ())
}

async fn begin(person: PersonId, lasts_ms: i64, idle_ms: i64) -> Result<Secret, AppError> {
    let secret = Secret::new();
    let agent = use_context::<Parts>()
        .and_then(|parts| parts.headers.get(USER_AGENT)?.to_str().ok().map(str::to_owned))
        .unwrap_or_default();
    let session = NewSession { person, secret: secret.clone(), agent, lasts_ms, idle_ms };
    let store = store();
    to_its_end(async move { store.begin_session(session).await }).await?;
    set_cookie(expect_context::<AppContext>().instance.cookie(), &secret.reveal(), lasts_ms / 1_000);
    Ok(secret)
}

/// Begins a session of somebody who has an account, outside of a server function; its secret, and for how many seconds the
/// browser keeps it.
///
/// # Errors
///
/// Where the store fails.
pub async fn new_session(app: &AppContext, person: PersonId, agent: String) -> Result<(Secret, i64), StoreError> {
    let Instance { session_lasts_ms: lasts_ms, session_idle_ms: idle_ms, .. } = *app.instance;
    let secret = Secret::new();
    app.store.begin_session(NewSession { person, secret: secret.clone(), agent, lasts_ms, idle_ms }).await?;
    Ok((secret, lasts_ms / 1_000))
}

/// Ends a session, and has the browser forget it.
pub(crate) async fn let_out(session: SessionId) -> Result<(), AppError> {
    let store = store();
    to_its_end(async move { store.end_session(session).await }).await?;
    set_cookie(expect_context::<AppContext>().instance.cookie(), "", 0);
    Ok(())
}

pub(crate) fn set_cookie(name: &str, value: &str, seconds: i64) {
    let cookie = expect_context::<AppContext>().instance.set_cookie(name, value, seconds);
    if let (Some(response), Ok(cookie)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        response.append_header(SET_COOKIE, cookie);
    }
}
