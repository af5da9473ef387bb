//! Who asks, as the server recognised them, and how a browser is told to remember it.

use axum::http::{
    HeaderValue,
    header::{SET_COOKIE, USER_AGENT},
    request::Parts,
};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use ports::{
    NewSession, Person, PersonId, PipelineId, Secret, SessionId,
    access::{self, PipelineRight, Refused, Visitor},
};

use super::{AppContext, failed, store};
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

/// Links for who is here, as HTML: to what stands beside the pipeline they look at, to their account and teams, or in.
pub(crate) fn links() -> String {
    let visitor = visitor().ok();
    let beside = super::beside::about_pipeline().into_iter();
    let beside: String =
        beside.map(|(name, address)| view! { <a href=address rel="external">{name}</a> }.to_html()).collect();
    let yourself = match visitor.as_ref().and_then(Visitor::account) {
        Some(person) => {
            let people = person.administrator.then(|| view! { <a href="/people" rel="external">"People"</a> });
            let name = person.name.to_string();
            view! {
                <a href="/teams" rel="external">"Teams"</a>
                {people}
                <a href="/account" rel="external"><bdi>{name}</bdi></a>
            }
            .to_html()
        }
        None => view! { <a href="/sign-in" rel="external">"Sign in"</a> }.to_html(),
    };
    beside + &yourself
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
    set_cookie(&secret.reveal(), lasts_ms / 1_000);
    Ok(secret)
}

/// Ends a session, and has the browser forget it.
pub(crate) async fn let_out(session: SessionId) -> Result<(), AppError> {
    let store = store();
    to_its_end(async move { store.end_session(session).await }).await?;
    set_cookie("", 0);
    Ok(())
}

/// Scripts cannot read it, other sites' forms do not send it, and where the instance is reached by https nothing else does.
fn set_cookie(value: &str, max_age_s: i64) {
    let AppContext { instance, .. } = expect_context::<AppContext>();
    let secure = if instance.is_secure() { "; Secure" } else { "" };
    let cookie = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_s}{secure}", instance.cookie());
    if let (Some(response), Ok(cookie)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        response.append_header(SET_COOKIE, cookie);
    }
}
