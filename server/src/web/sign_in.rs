//! Signing in with somebody else who vouches for people, by `OpenID Connect`.

use app::context::{Admission, AppContext, Client, come_in};
use axum::{
    Extension,
    extract::{Query, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, LOCATION, SET_COOKIE, USER_AGENT},
    },
    response::{AppendHeaders, IntoResponse, Response},
};
use ports::{
    Answer, CameBy, Demand, Email, Identity, Name, NewAccount, Pending, PersonId, Secret, SignInError, StoreError,
    UnixMillis,
    access::{self, Visitor},
};
use report::page::escape;
use serde::{Deserialize, Serialize};

use super::{
    origin,
    request_id::RequestId,
    turns::{caller, come_back},
    visitor,
};

/// Whoever is not back by then begins again.
const PENDING_LASTS_MS: i64 = 10 * 60 * 1_000;

/// Why nobody is let in.
enum NotIn {
    /// What a person may be told.
    Told(StatusCode, String),
    /// What somebody may be told who wanted to connect the provider.
    NotConnected(StatusCode, &'static str),
    Store(StoreError),
    Provider(SignInError),
}

impl From<StoreError> for NotIn {
    fn from(error: StoreError) -> Self {
        NotIn::Store(error)
    }
}

fn told(status: StatusCode, text: impl Into<String>) -> NotIn {
    NotIn::Told(status, text.into())
}

/// What waits between the two halves.
#[derive(Deserialize, Serialize)]
struct Waiting {
    pending: Pending,
    /// The invitation that one comes by.
    ticket: Option<String>,
    /// Whose account the provider is to be connected to; none: somebody signs in.
    connect: Option<PersonId>,
}

/// What the address may bring along.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    /// The secret of an invitation.
    ticket: Option<String>,
}

/// Sends the browser to the provider. A page of another site cannot have its visitors sign in, as somebody of its choosing
/// perhaps: they are sent to where they begin by themselves.
pub(super) async fn begin(
    State(app): State<AppContext>,
    request_id: RequestId,
    Extension(who): Extension<Visitor>,
    Extension(client): Extension<Client>,
    State(own): State<origin::OwnUrl>,
    headers: HeaderMap,
    Query(Asked { ticket }): Query<Asked>,
) -> Response {
    if app.provider.is_some() && !origin::is_own(&own, &headers) {
        return found("/sign-in", &[]);
    }
    match question(&app, &who, client, &request_id, ticket, None).await {
        Ok((redirect, cookie)) => found(&redirect, &[cookie]),
        Err(response) => response,
    }
}

/// The same for somebody who wants to connect the provider to their account. It takes a form of this site: who is signed in at
/// the provider may be anybody. Browsers do not let a form lead to another site, so its answer is a page that leads on.
pub(super) async fn connect(
    State(app): State<AppContext>,
    request_id: RequestId,
    Extension(who): Extension<Visitor>,
    Extension(client): Extension<Client>,
) -> Response {
    let Some(provider) = app.provider.clone() else { return StatusCode::NOT_FOUND.into_response() };
    let Ok(myself) = who.myself() else { return found("/sign-in?next=/account", &[]) };
    match question(&app, &who, client, &request_id, None, Some(myself.id())).await {
        Ok((redirect, cookie)) => {
            let (name, redirect) = (escape(provider.name()), escape(&redirect));
            let head = format!("<meta http-equiv=\"refresh\" content=\"0;url={redirect}\">");
            let body = format!("<p><a href=\"{redirect}\">Go on to {name}</a></p>");
            let page = page(&format!("Connect {name}"), &head, &body);
            let cookies = [(SET_COOKIE, cookie)];
            (StatusCode::OK, AppendHeaders(cookies), [(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
        }
        Err(response) => response,
    }
}

/// Where the browser is to go, and what it is to keep until it is back.
async fn question(
    app: &AppContext,
    who: &Visitor,
    client: Client,
    request_id: &RequestId,
    ticket: Option<String>,
    connect: Option<PersonId>,
) -> Result<(String, String), Response> {
    let Some(provider) = app.provider.clone() else { return Err(StatusCode::NOT_FOUND.into_response()) };
    app.limits.take(caller(who, client), Demand::Person).map_err(come_back)?;
    let begun = async {
        let begun = provider.begin().await.map_err(NotIn::Provider)?;
        let waiting = serde_json::to_string(&Waiting { pending: begun.pending, ticket, connect })
            .map_err(|error| StoreError::Failed(error.into()))?;
        let secret = Secret::new();
        let ends_at = UnixMillis(app.clock.now().0.saturating_add(PENDING_LASTS_MS));
        app.store.keep_pending(&secret.digest(), &waiting, ends_at).await?;
        Ok::<_, NotIn>((begun.redirect, secret))
    };
    let (redirect, secret) = begun.await.map_err(|not_in| not_in.response(request_id))?;
    let cookie = app.instance.set_cookie(app.instance.sign_in_cookie(), &secret.reveal(), PENDING_LASTS_MS / 1_000);
    Ok((redirect, cookie))
}

/// Takes the browser back from the provider: lets in whom it vouches for, or connects it to the account for which that was asked.
pub(super) async fn finish(
    State(app): State<AppContext>,
    request_id: RequestId,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Response {
    let Some(provider) = app.provider.clone() else { return StatusCode::NOT_FOUND.into_response() };
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default().to_owned();
    // A request whose client has left is dropped: what is used up must not be used up for nothing.
    let task = tokio::spawn(async move {
        let secret = visitor::secret(&headers, app.instance.sign_in_cookie());
        let again = || {
            told(StatusCode::BAD_REQUEST, "This sign-in was begun in another browser, or too long ago. Begin again.")
        };
        let waiting = app.store.take_pending(&secret.ok_or_else(again)?.digest()).await?.ok_or_else(again)?;
        let waiting: Waiting = serde_json::from_str(&waiting).map_err(|error| StoreError::Failed(error.into()))?;
        let identity = provider.finish(waiting.pending, answer).await.map_err(NotIn::Provider)?;
        // The provider took its time: whoever is here now counts.
        let secret = visitor::secret(&headers, app.instance.cookie());
        let sandbox = app.instance.sandbox;
        let who = Visitor::recognise(app.store.as_ref(), sandbox, secret.as_ref(), app.clock.now()).await?;
        let used = app.instance.set_cookie(app.instance.sign_in_cookie(), "", 0);
        if let Some(account) = waiting.connect {
            connected(&app, &who, account, &identity).await?;
            return Ok(found("/account", &[used]));
        }
        let person = person(&app, &who, &identity, waiting.ticket.as_deref()).await?;
        let next = next(&app, waiting.ticket.as_deref()).await;
        let (secret, seconds) = come_in(&app, &who, person, CameBy::Identity(identity), agent, true).await?;
        let cookie = app.instance.set_cookie(app.instance.cookie(), &secret.reveal(), seconds);
        Ok(found(&next, &[cookie, used]))
    });
    match task.await {
        Ok(Ok(response)) => response,
        Ok(Err(not_in)) => NotIn::response(not_in, &request_id),
        Err(error) => request_id.failed(&error, "sign-in"),
    }
}

/// Connects the provider to the account of whoever asked for it, if they are still here.
async fn connected(app: &AppContext, who: &Visitor, account: PersonId, identity: &Identity) -> Result<(), NotIn> {
    let gone = || {
        let text =
            "You are not signed in any more as the one who asked for it. Sign in, and connect the provider again.";
        NotIn::NotConnected(StatusCode::FORBIDDEN, text)
    };
    let myself = who.myself().ok().filter(|myself| myself.id() == account).ok_or_else(gone)?;
    match app.store.person_of(identity).await? {
        Some(person) if person == account => return Ok(()),
        Some(_) => {}
        None => match app.store.connect(&myself, identity).await {
            Err(StoreError::Overtaken("identity")) => {}
            connected => return Ok(connected?),
        },
    }
    Err(NotIn::NotConnected(StatusCode::CONFLICT, "Somebody else here is known by this already."))
}

/// Who it is that a provider vouches for: somebody who is known by it, or comes by an invitation, or makes an account. That
/// somebody is signed in connects nothing to their account: they have not asked for it.
async fn person(app: &AppContext, who: &Visitor, identity: &Identity, ticket: Option<&str>) -> Result<PersonId, NotIn> {
    let closed = || {
        told(
            StatusCode::FORBIDDEN,
            "Nobody here is known by this. Accounts are made by invitation: ask an administrator for a link.",
        )
    };
    if let Some(person) = app.store.person_of(identity).await? {
        return Ok(person);
    }
    let (name, guest) = (name(identity), who.takes_along());
    if let Some(ticket) = ticket.filter(|_| app.instance.admission != Admission::Closed).and_then(Secret::parse) {
        return match app.store.join_by(&ticket.digest(), identity, name, guest).await {
            Err(StoreError::NotFound(_)) => {
                Err(told(StatusCode::NOT_FOUND, "This invitation is not good any more. Ask for another."))
            }
            Err(StoreError::Overtaken("account")) => Err(told(
                StatusCode::CONFLICT,
                "The invitation is for somebody who has an account, and is not known by this. Sign in to it, and open the link again.",
            )),
            joined => Ok(joined?),
        };
    }
    if app.instance.admission != Admission::Open {
        return Err(closed());
    }
    let Some(email) = identity.email.as_deref().and_then(|email| email.parse::<Email>().ok()) else {
        return Err(told(
            StatusCode::UNPROCESSABLE_ENTITY,
            "The provider tells no e-mail address, and an account needs one. Make one with a password, and connect the provider to it.",
        ));
    };
    match app.store.open_account_by(identity, NewAccount { email, name, password: None, guest }).await {
        Err(StoreError::Overtaken("e-mail address")) => Err(told(
            StatusCode::CONFLICT,
            "There is an account with this e-mail address. Sign in to it, and connect the provider under your account.",
        )),
        opened => Ok(opened?),
    }
}

/// Where somebody goes who has come in: back to the invitation that brought them, where they have not used it up.
async fn next(app: &AppContext, ticket: Option<&str>) -> String {
    if let Some(secret) = ticket.and_then(Secret::parse)
        && access::by_invitation(app.store.as_ref(), &secret, app.clock.now()).await.is_ok()
    {
        return format!("/join?ticket={}", secret.reveal());
    }
    "/".to_owned()
}

/// What a provider calls somebody, or what their address begins with, as far as it is a name.
fn name(identity: &Identity) -> Name {
    let told = [identity.name.as_deref(), identity.email.as_deref().and_then(|email| email.split('@').next())];
    let shortened = |text: &str| text.chars().filter(|c| !c.is_control()).take(100).collect::<String>();
    told.into_iter().flatten().find_map(|text| shortened(text).parse().ok()).unwrap_or_else(Name::guest)
}

fn found(address: &str, cookies: &[String]) -> Response {
    let Ok(location) = HeaderValue::from_str(address) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let cookies = cookies.iter().filter_map(|cookie| Some((SET_COOKIE, HeaderValue::from_str(cookie).ok()?)));
    (StatusCode::FOUND, [(LOCATION, location)], AppendHeaders(cookies.collect::<Vec<_>>())).into_response()
}

impl NotIn {
    fn response(self, request_id: &RequestId) -> Response {
        let sign_in = ("Not signed in", "<p><a href=\"/sign-in\">Sign in</a></p>");
        let account = ("Not connected", "<p><a href=\"/account\">Your account</a></p>");
        let mut heading = sign_in;
        let (status, text) = match self {
            NotIn::Told(status, text) => (status, text),
            NotIn::NotConnected(status, text) => {
                heading = account;
                (status, text.to_owned())
            }
            NotIn::Store(StoreError::Overtaken("identity")) => {
                (StatusCode::CONFLICT, "Somebody else here is known by this already.".to_owned())
            }
            NotIn::Store(StoreError::Overtaken("account")) => {
                let text =
                    "You have an account here and may not come in by this now. Ask an administrator of this instance.";
                (StatusCode::FORBIDDEN, text.to_owned())
            }
            NotIn::Store(error) => return request_id.failed(&error, "sign-in"),
            NotIn::Provider(error) => {
                request_id.warn(&error, "sign-in");
                match error {
                    SignInError::Refused(_) => {
                        (StatusCode::FORBIDDEN, "The sign-in was not completed there.".to_owned())
                    }
                    SignInError::DoesNotFit(_) => {
                        (StatusCode::BAD_REQUEST, "The answer did not fit the question. Begin again.".to_owned())
                    }
                    SignInError::Unreachable(_) => (
                        StatusCode::SERVICE_UNAVAILABLE,
                        "The provider cannot be reached right now. Try again, or sign in with a password.".to_owned(),
                    ),
                }
            }
        };
        // None of these texts holds anything that came from outside.
        let (title, back) = heading;
        let page = page(title, "", &format!("<p>{text}</p>{back}"));
        (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
    }
}

/// A page of these, of HTML.
fn page(title: &str, head: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · Forkline</title>{head}</head>\
         <body><h1>{title}</h1>{body}</body></html>"
    )
}
