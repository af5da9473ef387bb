//! Who asks, as the server recognised them, and how a browser is told to remember it.

use axum::http::{
    HeaderValue,
    header::{SET_COOKIE, USER_AGENT},
    request::Parts,
};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use ports::{
    CameBy, NewSession, Person, PersonId, PipelineId, Secret, SessionId, StoreError,
    access::{self, PipelineRight, Visitor},
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
        {super::beside::why_read_only().map(|why| view! { <span class="read-only">{why}</span> })}
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

/// All that the visitor may do with a pipeline.
pub(crate) async fn rights(pipeline: uuid::Uuid) -> Result<access::Rights, AppError> {
    Ok(access::rights(store().as_ref(), &visitor()?, PipelineId(pipeline)).await?)
}

/// The visitor as somebody who can have pipelines: a guest is made of nobody, where the instance lets people try things.
pub(crate) async fn somebody() -> Result<(Visitor, Person), AppError> {
    let visitor = visitor()?;
    visitor.works()?;
    if let Some(person) = visitor.person().cloned() {
        return Ok((visitor, person));
    }
    super::take(ports::Demand::Person)?;
    let app = expect_context::<AppContext>();
    let (secret, agent) = (Secret::new(), agent());
    let visitor = to_its_end({
        let secret = secret.clone();
        async move {
            let person = app.store.create_guest().await?;
            let (lasts_ms, idle_ms) = (SANDBOX_LASTS_MS, SANDBOX_IDLE_MS);
            let session =
                NewSession { person, by: CameBy::Beginning, secret: secret.clone(), agent, lasts_ms, idle_ms };
            app.store.begin_session(session).await?;
            recognise(&app, &secret).await
        }
    })
    .await?;
    keep_session(&secret, SANDBOX_LASTS_MS / 1_000);
    let person = visitor.person().cloned().ok_or_else(|| failed(&NotRecognised))?;
    Ok((visitor, person))
}

/// Who has a secret now.
async fn recognise(app: &AppContext, secret: &Secret) -> Result<Visitor, StoreError> {
    Visitor::recognise(app.store.as_ref(), app.instance.sandbox, Some(secret), app.clock.now()).await
}

/// Lets somebody in who has become somebody in this moment: a new session, whose secret the browser gets.
pub(crate) async fn let_in(person: PersonId) -> Result<(), AppError> {
    if let_in_by(person, CameBy::Beginning, false).await? {
        return Ok(());
    }
    Err(StoreError::Overtaken("account").into())
}

/// Lets somebody in by what they have shown. Whether it still holds: otherwise nobody is let in.
pub(crate) async fn let_in_by(person: PersonId, by: CameBy, take_along: bool) -> Result<bool, AppError> {
    let (app, before, agent) = (expect_context::<AppContext>(), visitor()?, agent());
    let come = to_its_end(async move {
        match come_in(&app, &before, person, by, agent, take_along).await {
            Err(StoreError::Overtaken("account")) => Ok(None),
            come => come.map(Some),
        }
    });
    let come = come.await?;
    if let Some((secret, seconds)) = &come {
        keep_session(secret, *seconds);
    }
    Ok(come.is_some())
}

/// Lets somebody in with a browser by what they have shown: a new session, and what was made `before` in the sandbox of this
/// browser, where they want that. Whoever was signed in with it before is not any more. The secret of the session, and for how
/// many seconds the browser keeps it.
///
/// # Errors
///
/// [`StoreError::Overtaken`] where what they have shown does not hold any more or they may not come in; and where the store
/// fails.
pub async fn come_in(
    app: &AppContext,
    before: &Visitor,
    person: PersonId,
    by: CameBy,
    agent: String,
    take_along: bool,
) -> Result<(Secret, i64), StoreError> {
    let Instance { session_lasts_ms: lasts_ms, session_idle_ms: idle_ms, .. } = *app.instance;
    let secret = Secret::new();
    // Comes first: nothing is moved or ended for somebody who does not come in.
    app.store.begin_session(NewSession { person, by, secret: secret.clone(), agent, lasts_ms, idle_ms }).await?;
    if let Some(guest) = before.takes_along().filter(|_| take_along) {
        let now = recognise(app, &secret).await?;
        let myself = now.myself().map_err(|_| StoreError::Overtaken("account"))?;
        app.store.take_along(guest, &myself).await?;
    }
    if let (Some(session), None) = (before.session_id(), before.guest()) {
        app.store.end_session(session).await?;
    }
    Ok((secret, lasts_ms / 1_000))
}

/// What the browser calls itself.
fn agent() -> String {
    let parts = use_context::<Parts>();
    parts.and_then(|parts| parts.headers.get(USER_AGENT)?.to_str().ok().map(str::to_owned)).unwrap_or_default()
}

fn keep_session(secret: &Secret, seconds: i64) {
    set_cookie(expect_context::<AppContext>().instance.cookie(), &secret.reveal(), seconds);
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
