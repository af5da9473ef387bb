//! Signing in with somebody else who vouches for people, by `OpenID Connect`.

use app::context::{Admission, AppContext, Client, new_session};
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
    Answer, Demand, Email, Identity, Name, NewAccount, Pending, PersonId, Secret, SignInError, StoreError, UnixMillis,
    access::{self, Visitor},
};
use serde::{Deserialize, Serialize};

use super::{
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
}

/// What the address may bring along.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    /// The secret of an invitation.
    ticket: Option<String>,
}

/// Sends the browser to the provider.
pub(super) async fn begin(
    State(app): State<AppContext>,
    request_id: RequestId,
    Extension(who): Extension<Visitor>,
    Extension(client): Extension<Client>,
    Query(Asked { ticket }): Query<Asked>,
) -> Response {
    let Some(provider) = app.provider.clone() else { return StatusCode::NOT_FOUND.into_response() };
    if let Err(too_much) = app.limits.take(caller(&who, client), Demand::Person) {
        return come_back(too_much);
    }
    let begun = async {
        let begun = provider.begin().await.map_err(NotIn::Provider)?;
        let waiting = serde_json::to_string(&Waiting { pending: begun.pending, ticket })
            .map_err(|error| StoreError::Failed(error.into()))?;
        let secret = Secret::new();
        let ends_at = UnixMillis(app.clock.now().0.saturating_add(PENDING_LASTS_MS));
        app.store.keep_pending(&secret.digest(), &waiting, ends_at).await?;
        Ok::<_, NotIn>((begun.redirect, secret))
    };
    match begun.await {
        Ok((redirect, secret)) => {
            let cookie =
                app.instance.set_cookie(app.instance.sign_in_cookie(), &secret.reveal(), PENDING_LASTS_MS / 1_000);
            found(&redirect, &[cookie])
        }
        Err(not_in) => not_in.response(&request_id),
    }
}

/// Takes the browser back from the provider, and lets in whom it vouches for.
pub(super) async fn finish(
    State(app): State<AppContext>,
    request_id: RequestId,
    Extension(who): Extension<Visitor>,
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
        let person = person(&app, &who, &identity, waiting.ticket.as_deref()).await?;
        let next = next(&app, waiting.ticket.as_deref()).await;
        let (secret, seconds) = new_session(&app, person, agent).await?;
        let cookie = app.instance.set_cookie(app.instance.cookie(), &secret.reveal(), seconds);
        let used = app.instance.set_cookie(app.instance.sign_in_cookie(), "", 0);
        Ok(found(&next, &[cookie, used]))
    });
    match task.await {
        Ok(Ok(response)) => response,
        Ok(Err(not_in)) => NotIn::response(not_in, &request_id),
        Err(error) => request_id.failed(&error, "sign-in"),
    }
}

/// Who it is that a provider vouches for: somebody who is known by it, or is signed in and connects it, or comes by an
/// invitation, or makes an account.
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
    if let Ok(myself) = who.myself() {
        app.store.connect(&myself, identity).await?;
        return Ok(myself.id());
    }
    let name = name(identity);
    let guest = who.guest().map(|guest| guest.id);
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
        let (status, text) = match self {
            NotIn::Told(status, text) => (status, text),
            NotIn::Store(StoreError::Overtaken("identity")) => {
                (StatusCode::CONFLICT, "Somebody else here is known by this already.".to_owned())
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
        let page = format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Not signed in · Forkline</title></head>\
             <body><h1>Not signed in</h1><p>{text}</p><p><a href=\"/sign-in\">Sign in</a></p></body></html>"
        );
        (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
    }
}
